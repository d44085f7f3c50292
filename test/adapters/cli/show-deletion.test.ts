import { expect } from "chai";
import { resultJson } from "../../../adapters/cli/result-json.js";
import { resultLines } from "../../../adapters/cli/show-lines.js";
import { createStyle } from "../../../adapters/cli/style.js";
import type { AccessResult, DeletionResult } from "../../../core/results.js";
import { ADA, startWorld, type World } from "./support/world.js";

const plain = createStyle({ write: () => true }, {}, false);

function result(change: Partial<DeletionResult>): DeletionResult {
  return {
    request: { id: "r1", ref: null, type: "deletion", connector: "intercom", connection: "acme", vendorsOwn: true },
    outcome: "verified",
    searched: [],
    notCovered: [],
    dropped: 0,
    loose: [],
    teammate: false,
    apiCalls: 3,
    evidence: null,
    matches: [],
    nearMatches: [],
    gaps: [],
    plan: null,
    targets: [],
    residuals: [],
    laterLooks: [],
    toCome: [],
    keyDestroyedAt: null,
    ...change,
  };
}

const target = (outcome: DeletionResult["targets"][number]["outcome"], ...vendorRequestIds: string[]): DeletionResult["targets"][number] => ({ category: "contact", id: `id${outcome}`, outcome, vendorRequestIds });
const shown = (change: Partial<DeletionResult>): string => resultLines(result(change), plain, {}).join("\n");

describe("a deletion in words", () => {
  it("names the program as it was started where something is to come", () => {
    const toCome = [{ what: "look", at: "2026-11-30T00:00:00.000Z" }] as const;
    expect(shown({ toCome })).to.contain("(`dsr resume --all`)");
    expect(resultLines(result({ toCome }), plain, { program: "npm run -s dsr --", again: " --home /srv/dsr" }).join("\n")).to.contain("(`npm run -s dsr -- resume --all --home /srv/dsr`)");
  });

  it("says deleted only of what it deleted", () => {
    expect(shown({ targets: [target("deleted")] })).to.contain("acme: deleted, and seen to be gone");
    expect(shown({ targets: [target("already_absent")] })).to.contain("acme: nothing was there any more, and nothing was deleted");
    expect(shown({ targets: [target("deleted"), target("deleted"), target("already_absent")] })).to.contain("acme: 2 deleted and seen to be gone, 1 not there any more");
  });

  it("says beside what was deleted that the vendor's lists were not whole", () => {
    const plan = { warnings: [{ code: "RELATED_INCOMPLETE" }] } as unknown as DeletionResult["plan"];
    const whole = shown({ targets: [target("deleted")] });
    const found = shown({ targets: [target("deleted")], gaps: [{ category: "contacts", code: "COUNT_MISMATCH", have: 2, of: 3 }] });
    const hanging = shown({ targets: [target("deleted")], plan });
    expect(whole).to.not.contain("warning");
    expect(resultJson(result({ gaps: [{ category: "contacts", code: "COUNT_MISMATCH", have: 2, of: 3 }] }), {})).to.deep.include({ gaps: [{ category: "contacts", code: "COUNT_MISMATCH", have: 2, of: 3 }] });
    expect(found).to.contain("warning  the vendor's list of this person's records was not complete").and.to.not.contain("hangs");
    expect(hanging).to.contain("warning  the vendor's list of what hangs on this person's records was not complete\n");
    const warnings = [{ code: "RELATED_INCOMPLETE", category: "conversations", gap: "COUNT_MISMATCH", have: 1, of: 99 }, { code: "RELATED_INCOMPLETE", category: "custom_objects", gap: "TYPE_NOT_READ", id: "Gadget" }];
    const told = shown({ targets: [target("deleted")], plan: { warnings } as unknown as DeletionResult["plan"] });
    expect(told).to.contain("was not complete (conversations, COUNT_MISMATCH, 1 of 99)").and.to.contain("was not complete (custom_objects Gadget, TYPE_NOT_READ)");
  });

  it("says of a later look that nothing was there apart from what was to stay, where anything was", () => {
    const look = { at: "2026-01-16T09:00:00.000Z", outcome: "absent", shown: [], gaps: [] } as const;
    expect(shown({ laterLooks: [look] })).to.match(/looked again.*: not there$/m);
    expect(shown({ laterLooks: [{ ...look, besides: true }] })).to.match(/looked again.*: not there, apart from what was to stay$/m);
  });

  it("tells what was not there by its id apart from what went along with the deletion", () => {
    const warning = { code: "CHANGED_DURING_RUN", id: "503" };
    const plan = { id: "p", confirm: "c", hash: "0a1b", expiresAt: "2026-01-01", targets: [], kept: [], unseen: [], estimate: { calls: 1, seconds: 1 }, choices: {}, warnings: [warning] };
    expect(shown({ outcome: "planned", plan })).to.match(/warning {2}the vendor's search shows this record, and by its id it is not there.*\(503\)/);
    const dependents = ["503", "504"].map((id) => ({ category: "conversation", id, state: "absent" as const }));
    expect(shown({ targets: [target("deleted")], dependents, plan: plan as never })).to.match(/is gone +conversation +503/).and.to.match(/went along +conversation +504/);
  });

  it("says of a target to which nothing was done that it was not tried, and never that it was not deleted", () => {
    const untouched = { ...target("unknown"), untouched: true } as const;
    for (const outcome of ["running", "parked", "awaiting_verification", "partial", "needs_attention"] as const) {
      expect(shown({ outcome, targets: [{ ...target("unknown"), id: "sent" }, untouched] })).to.match(/not yet tried +contact +idunknown/).and.to.match(/not known yet +contact +sent/).and.not.to.match(/^ +not deleted/m);
    }
    expect(shown({ outcome: "cancelled", targets: [{ ...target("not_deleted"), untouched: true }] })).to.match(/^ +not tried +contact/m);
    for (const outcome of ["running", "partial", "needs_attention"] as const) expect(shown({ outcome, targets: [target("not_deleted", "req-1")] })).to.match(/^ +not deleted/m);
    expect((resultJson(result({ outcome: "parked", targets: [untouched] }), {}) as { targets: object[] }).targets[0]).to.include({ outcome: "unknown", untouched: true });
  });

  it("names the vendor's request ids of what is not gone, for its support", () => {
    const outcome = "needs_attention" as const;
    expect(shown({ outcome, targets: [target("not_deleted", "req-1", "req-2")] })).to.contain("request ids for idnot_deleted: req-1, req-2");
    expect(shown({ outcome, targets: [target("unknown", "req-3")] })).to.contain("request ids for idunknown: req-3");
    expect(shown({ targets: [target("deleted", "req-4")] })).not.to.contain("req-4");
    const json = resultJson(result({ outcome, targets: [target("not_deleted", "req-1")] }), {}) as { targets: { vendorRequestIds: string[] }[] };
    expect(json.targets[0]?.vendorRequestIds).to.deep.equal(["req-1"]);
  });

  it("says how many records without the address were left out, and what was named by hand and is doubtful", () => {
    expect(shown({ dropped: 2 })).to.contain("left out  2 records that the vendor returned, without the address that was asked for");
    expect(shown({})).not.to.contain("left out");
    expect(resultJson(result({ dropped: 2 }), {})).to.include({ dropped: 2 });
    const plan = { id: "p", confirm: "c", hash: "0a1b", expiresAt: "2026-01-01", targets: [], kept: [], unseen: [], estimate: { calls: 1, seconds: 1 }, choices: { only: ["a"] }, warnings: [{ code: "ANOTHER_ADDRESS", id: "b" }, { code: "NOT_SEEN", id: "c" }] };
    expect(shown({ outcome: "planned", plan })).to.contain("chosen  only a").and.to.match(/named by hand, is not of this address.*\(b\)/).and.to.match(/does not show this record.*\(c\)/);
  });

  it("says how much of a record a plan was shown, where that is known", () => {
    const warned = (warning: object) => shown({ outcome: "planned", plan: { id: "p", confirm: "c", hash: "0a1b", expiresAt: "2026-01-01", targets: [], kept: [], unseen: [], estimate: { calls: 1, seconds: 1 }, choices: {}, warnings: [{ code: "TEXTS_NOT_SHOWN", id: "503", ...warning }] } });
    expect(warned({ have: 500, of: 700 })).to.match(/warning {2}.*may remain \(503, 500 of 700 messages\)/);
    expect(warned({ have: 500 })).to.match(/may remain \(503\)/);
  });

  it("I9: names what was found by the address alone, and what absorbed a record of it", () => {
    const loose = [{ category: "conversations", id: "503", as: "author", matchedBy: "exact" }] as const;
    expect(shown({ outcome: "needs_attention", attention: { code: "NOTHING_TO_DELETE" }, loose })).to.match(/also found {2}1 record by the address alone\n +conversations +503 +its author has the same address/);
    expect(shown({ nearMatches: [{ id: "c9", why: "merged" }] })).to.match(/near, not included {2}c9: .*became part of it/);
    expect(resultJson(result({ loose, teammate: true }), {})).to.deep.include({ loose, teammate: true });
  });

  it("counts one in the singular", () => {
    const access: AccessResult = { ...result({}), outcome: "complete", matches: [], counts: { contacts: 1, companies: 1, notes: 2 }, gaps: [], readUntil: null, redactions: [{ rule: "teammate", count: 3 }], package: null };
    const { plan: _, targets: __, residuals: ___, ...rest } = access as AccessResult & DeletionResult;
    expect(resultLines(rest as AccessResult, plain, {}).join("\n")).to.contain("read  1 contact, 1 company, 2 notes").and.to.contain("withheld  3 teammate\n");
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
