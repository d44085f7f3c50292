import { expect } from "chai";
import { rehearsalLines } from "../../../adapters/cli/show-rehearsal.js";
import { createStyle } from "../../../adapters/cli/style.js";
import { startWorld } from "./support/world.js";

describe("a rehearsal in words", () => {
  const plain = createStyle({ write: () => true }, {}, false);

  it("names who may be left: by id, or by the address where no id was told", () => {
    const steps = [{ step: "create", ok: true }, { step: "delete", ok: false, code: "OUTCOME_UNKNOWN" }] as const;
    expect(rehearsalLines({ ok: false, id: "abc123", steps, leftBehind: true }, plain).join("\n")).to.contain("made-up person abc123 may still be");
    expect(rehearsalLines({ ok: false, id: "", steps: [], leftBehind: true }, plain).join("\n")).to.contain("begins with rehearsal- at example.com");
    expect(rehearsalLines({ ok: false, id: "abc123", steps, leftBehind: false }, plain).join("\n")).not.to.contain("may still be");
  });

  it("says of nobody that they may be left where the vendor refused to make them", async () => {
    const world = await startWorld();
    try {
      await world.connect();
      for (const status of [400, 403, 422]) {
        world.sandbox.inject({ method: "POST", path: /^\/contacts$/, fault: { kind: "status", status, body: { type: "error.list", errors: [{ code: "parameter_invalid", message: "x" }] } } });
        const { exit, out } = await world.dsr(["check", "acme", "--rehearse", "--yes"]);
        expect(exit, String(status)).to.equal(1);
        expect(out, String(status)).to.contain("failed  make a made-up person").and.not.to.contain("may still be");
        world.sandbox.clearFaults();
      }
    } finally {
      await world.end();
    }
  });
});
