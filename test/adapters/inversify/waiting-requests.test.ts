import { expect } from "chai";
import { goesOnByItself } from "../../../adapters/inversify/waiting-requests.js";
import type { ErrorCode, RequestState } from "../../../core/index.js";
import { sampleRequest } from "../journal/samples.js";

describe("what goes on by itself", () => {
  const goesOn = (state: RequestState, code?: ErrorCode): boolean => goesOnByItself({ ...sampleRequest(), state }, code === undefined ? undefined : { code });

  it("what runs, or waits for a time", () => {
    for (const state of ["running", "parked", "awaiting_verification"] as const) expect(goesOn(state), state).to.equal(true);
    expect(goesOn("planned")).to.equal(false);
  });

  it("what may pass, however long it lasted and whatever was deleted by then, and what is mended at the connection", () => {
    for (const state of ["needs_attention", "partial"] as const) {
      for (const code of ["VENDOR_UNAVAILABLE", "RATE_LIMITED", "OUTCOME_UNKNOWN", "AUTH_REJECTED", "SCOPE_MISSING", "ROLE_INSUFFICIENT"] as const) expect(goesOn(state, code), `${state} ${code}`).to.equal(true);
      for (const code of ["PLAN_STALE", "STILL_PRESENT", "NOT_DELETED", "HELD", "AMBIGUOUS_SUBJECT"] as const) expect(goesOn(state, code), `${state} ${code}`).to.equal(false);
      expect(goesOn(state), state).to.equal(false);
    }
  });
});
