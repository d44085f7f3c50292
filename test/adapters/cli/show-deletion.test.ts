import { expect } from "chai";
import { resultLines } from "../../../adapters/cli/show-lines.js";
import { createStyle } from "../../../adapters/cli/style.js";
import type { DeletionResult } from "../../../core/results.js";
import { ADA, startWorld, type World } from "./support/world.js";

const plain = createStyle({ write: () => true }, {}, false);

function result(change: Partial<DeletionResult>): DeletionResult {
  return {
    request: { id: "r1", ref: null, type: "deletion", connector: "intercom", connection: "acme", vendorsOwn: true },
    outcome: "verified",
    searched: [],
    notCovered: [],
    dropped: 0,
    apiCalls: 3,
    evidence: null,
    matches: [],
    nearMatches: [],
    plan: null,
    targets: [],
    residuals: [],
    ...change,
  };
}

const target = (outcome: DeletionResult["targets"][number]["outcome"], ...vendorRequestIds: string[]): DeletionResult["targets"][number] => ({ category: "contact", id: `id${outcome}`, outcome, vendorRequestIds });
const shown = (change: Partial<DeletionResult>): string => resultLines(result(change), plain, {}).join("\n");

describe("a deletion in words", () => {
  it("says deleted only of what it deleted", () => {
    expect(shown({ targets: [target("deleted")] })).to.contain("acme: deleted, and seen to be gone");
    expect(shown({ targets: [target("already_absent")] })).to.contain("acme: nothing was there any more, and nothing was deleted");
    expect(shown({ targets: [target("deleted"), target("deleted"), target("already_absent")] })).to.contain("acme: 2 deleted and seen to be gone, 1 not there any more");
  });

  it("says of a target that it was not yet tried, as long as the deletion goes on", () => {
    for (const outcome of ["running", "parked", "awaiting_verification"] as const) {
      expect(shown({ outcome, targets: [target("unknown"), target("not_deleted")] })).to.match(/not yet tried +contact +idnot_deleted/).and.not.to.match(/^ +not deleted/m);
    }
    expect(shown({ outcome: "running", targets: [target("not_deleted", "req-1")] })).to.match(/^ +not deleted/m);
    for (const outcome of ["cancelled", "needs_attention", "partial"] as const) expect(shown({ outcome, targets: [target("not_deleted")] })).to.match(/^ +not deleted/m);
  });

  describe("from end to end", () => {
    let world: World;
    before(async () => {
      world = await startWorld();
      await world.connect();
    });
    after(() => world.end());

    it("finds everybody gone who was deleted behind its back", async () => {
      const { json } = await world.dsr(["plan", ADA, "--json"]);
      for (const { id } of json.plan.targets) world.sandbox.state.contacts.delete(id);
      const { exit, out } = await world.dsr(["delete", "--plan", json.plan.id, "--confirm", json.plan.confirm]);
      expect(exit).to.equal(0);
      expect(out).to.contain("nothing was there any more").and.not.to.contain("seen to be gone,");
    });
  });
});
