import { readFileSync } from "node:fs";
import { expect } from "chai";
import { DsrError, ERROR_TABLE, isDsrError, NOT_CARRIED_OUT, type ErrorCode } from "../../core/index.js";

/** Exit codes as scripts rely on them; whatever is not named here exits 1. */
const EXITS: Readonly<Record<number, readonly ErrorCode[]>> = {
  2: [
    "UNSUPPORTED_REQUEST", "IDENTIFIER_INVALID", "REQUEST_INVALID", "REQUEST_UNKNOWN", "REQUEST_ELSEWHERE", "BATCH_UNKNOWN", "IDEMPOTENCY_CONFLICT", "CONNECTION_EXISTS", "CONNECTION_IN_USE", "CONNECTOR_UNKNOWN",
    "CONFIG_INVALID", "DESCRIPTION_INVALID", "CHOICE_INVALID", "PLAN_UNKNOWN", "CONFIRMATION_REFUSED", "SEALING_KEY_INVALID", "USAGE",
  ],
  4: ["AUTH_REJECTED", "WRONG_WORKSPACE", "REGION_MISMATCH", "OAUTH_STATE_INVALID", "OAUTH_DENIED", "CONNECTION_UNKNOWN"],
  5: ["SCOPE_MISSING", "ROLE_INSUFFICIENT", "PLAN_RESTRICTED"],
  7: ["AMBIGUOUS_SUBJECT"],
  8: ["RATE_LIMITED", "VENDOR_UNAVAILABLE", "OUTCOME_UNKNOWN", "REQUEST_BUSY", "AWAITING_VERIFICATION"],
  9: ["INTEGRITY"],
  10: ["HELD", "ACCESS_FIRST", "KEEP_IMPOSSIBLE"],
  130: ["INTERRUPTED"],
};

describe("the error table", () => {
  const rows = Object.entries(ERROR_TABLE);

  it("has a row for each code of the union, and no other", () => {
    const source = readFileSync(new URL("../../core/errors.ts", import.meta.url), "utf8");
    const union = /export type ErrorCode =([\s\S]*?);/.exec(source)?.[1] ?? "";
    const codes = [...union.matchAll(/\| "([A-Z_]+)"/g)].map((match) => match[1]);
    expect(codes.length).to.be.greaterThan(40);
    expect(new Set(codes).size).to.equal(codes.length);
    expect(Object.keys(ERROR_TABLE).sort()).to.deep.equal(codes.sort());
  });

  for (const [code, row] of rows) {
    it(`explains ${code} in whole sentences`, () => {
      for (const text of [row.meaning, row.done, row.remedy]) expect(text).to.match(/^["`A-Z].{8,}[.]$/).and.not.contain("  ");
      expect(row.who).to.be.oneOf(["caller", "operator", "privacy operator", "developer", "nobody: it is tried again"]);
    });

    it(`exits with the documented code on ${code}`, () => {
      const documented = Object.entries(EXITS).find(([, codes]) => codes.includes(code as ErrorCode))?.[0] ?? "1";
      expect(row.exit).to.equal(Number(documented));
    });
  }

  it("says that it may work later exactly where nobody has to act, or the caller stopped it", () => {
    for (const [code, { retry, who, exit }] of rows) {
      expect(retry, code).to.equal(who === "nobody: it is tried again" || code === "INTERRUPTED");
      expect(retry, code).to.equal(exit === 8 || exit === 130);
    }
  });

  it("V12: never says that something was destroyed for good", () => {
    expect(JSON.stringify(ERROR_TABLE)).to.not.match(/permanent|destroyed|irrevocabl|for good/i);
  });

  it("never says that an open outcome did not happen", () => {
    for (const code of NOT_CARRIED_OUT) expect(ERROR_TABLE[code].done, code).to.not.match(/sent at least once/);
    for (const code of ["OUTCOME_UNKNOWN", "INTERRUPTED", "VENDOR_MALFORMED", "ANSWER_TOO_LARGE", "INTERNAL", "STORAGE_FAILED"] as const) {
      expect(NOT_CARRIED_OUT.has(code), code).to.equal(false);
    }
  });
});

describe("an error", () => {
  it("is a code and facts, and no text", () => {
    const error = new DsrError("SCOPE_MISSING", { scope: "read_single_user" });
    expect(error).to.include({ name: "DsrError", message: "SCOPE_MISSING", code: "SCOPE_MISSING" });
    expect(error.facts).to.deep.equal({ scope: "read_single_user" });
    expect(error.cause).to.equal(undefined);
  });

  it("is recognised by its name, so that two copies of the package agree", () => {
    const foreign = Object.assign(new Error("HELD"), { name: "DsrError", code: "HELD", facts: {} });
    expect(isDsrError(foreign)).to.equal(true);
    expect(isDsrError(foreign, "HELD")).to.equal(true);
    expect(isDsrError(foreign, "INTERNAL")).to.equal(false);
    for (const other of [new Error("HELD"), { name: "DsrError", code: "HELD" }, undefined, null, "HELD"]) expect(isDsrError(other)).to.equal(false);
  });
});
