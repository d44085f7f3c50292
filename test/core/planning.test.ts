import { expect } from "chai";
import { DsrError, type DeletionResult, type ErasureWish, type PlanChoices } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

const DAY_MS = 86_400_000;
const not = (id: string, reason = "not theirs") => ({ id, reason });

describe("planning a deletion", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const open = async (options: MemoryWorldOptions = {}, manifest: Parameters<typeof scriptedVendor>[0] = {}) => {
    vendor = scriptedVendor(manifest);
    world = await openMemoryWorld(vendor.change, options);
  };
  beforeEach(() => open());

  const plan = (choices: PlanChoices = {}) => world.dsr.plan("acme", ADA, choices);
  const told = ({ outcome, attention }: DeletionResult) => (attention === undefined ? outcome : `${outcome} ${attention.code}`);
  const targets = ({ plan: made }: DeletionResult) => made?.targets.map(({ id }) => id);

  it("deletes nothing, and notes what was asked for before anybody is asked", async () => {
    const choices = { exclude: [not("P2")] };
    vendor.matches = [match("P1"), match("P2")];
    const result = await plan(choices);
    expect(told(result)).to.equal("planned");
    expect(vendor.calls).to.deep.equal(["find", "outline"]);
    const entries = await world.entries(result.request.id);
    expect(entries.map(({ kind }) => kind)).to.deep.equal(["asked", "found", "planned", "ended"]);
    expect(ofKind(entries, "asked")[0]?.choices).to.deep.equal(choices);
  });

  it("keeps the earlier plan out of reach once another is made", async () => {
    const first = await plan();
    vendor.matches = [match("P1"), match("P2")];
    const second = await world.dsr.plan("acme", { ...ADA, reference: "T-1" });
    const third = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { only: ["P2"] });
    expect(new Set([first, second, third].map((each) => each.plan?.id)).size).to.equal(3);
    expect([second.request.id, (await world.dsr.resume(second.request.id) as DeletionResult).plan?.id]).to.deep.equal([third.request.id, third.plan?.id]);
  });

  describe("finds nobody", () => {
    beforeEach(() => void (vendor.matches = []));

    it("and says so, without a plan", async () => {
      const result = await plan();
      expect([told(result), result.plan, vendor.calls]).to.deep.equal(["nothing_found", null, ["find"]]);
    });

    for (const [what, gap, expected] of [
      ["a list that was not read to its end", { category: "person", code: "PAGING" }, "needs_attention VENDOR_MALFORMED"],
      ["a list that is shorter than was told", { category: "person", code: "COUNT_MISMATCH", have: 0, of: 1 }, "needs_attention VENDOR_MALFORMED"],
      ["a list that is as long as was told", { category: "person", code: "COUNT_MISMATCH", have: 1, of: 1 }, "nothing_found"],
    ] as const) {
      it(`in ${what}: ${expected}`, async () => {
        vendor.beside = { gaps: [gap] };
        expect(told(await plan())).to.equal(expected);
      });
    }

    it("but records that carry the address themselves: they are no reason to say that nothing was found", async () => {
      vendor.beside = { loose: [{ category: "message", id: "L1", as: "author", matchedBy: "exact" }] };
      expect(told(await plan())).to.equal("needs_attention NOTHING_TO_DELETE");
      vendor.outline = () => ({ targets: [message("L1")] });
      expect(targets(await plan())).to.deep.equal(["L1"]);
      vendor.matches = [match("P1")];
      expect(targets(await plan()), "beside the person's own").to.deep.equal(["L1"]);
    });

    it("but whom a human named", async () => {
      vendor.byId = (id) => match(id, { matchedBy: "exact" });
      expect(targets(await plan({ also: [not("H1")] }))).to.deep.equal(["H1"]);
    });
  });

  it("is done with where the person came back after the deletion and has gone again", async () => {
    const again = () => world.dsr.plan("acme", { ...ADA, reference: "T-1" });
    const first = await again();
    await world.dsr.delete(first.plan!.id, first.plan!.confirm);
    vendor.gone.clear();
    await world.host.clock.advance(DAY_MS);
    await world.dsr.upkeep();
    vendor.gone.add("P1");
    expect(told(await again())).to.equal("verified");
  });

  it("has found nobody where an earlier plan was never carried out", async () => {
    const again = () => world.dsr.plan("acme", { ...ADA, reference: "T-1" });
    await again();
    vendor.gone.add("P1");
    expect(told(await again())).to.equal("nothing_found");
  });

  it("is verified where an earlier plan was carried out in part and the rest is gone by now, and not before it is", async () => {
    const again = () => world.dsr.plan("acme", { ...ADA, reference: "T-1" });
    vendor.matches = [match("P1"), match("P2")];
    const first = await again();
    const { erase } = vendor;
    vendor.erase = (target, policies) => {
      if (target.id === "P2") throw new DsrError("RATE_LIMITED");
      return erase(target, policies);
    };
    expect(told(await world.dsr.delete(first.plan!.id, first.plan!.confirm))).to.equal("parked RATE_LIMITED");
    vendor.matches = [match("P2"), match("P3")];
    expect(told((await world.dsr.resume(first.request.id)) as DeletionResult)).to.equal("partial PLAN_STALE");
    vendor.matches = [];
    expect(told(await again()), "the search shows P2 no more, and its id does").to.equal("partial NOT_DELETED");
    vendor.gone.add("P2");
    const done = await again();
    expect([told(done), done.targets.map(({ id, outcome }) => `${id} ${outcome}`)]).to.deep.equal(["verified", ["P1 deleted", "P2 already_absent"]]);
    expect(done.toCome.map(({ what }) => what)).to.include("look");
  });

  describe("leaves to a human", () => {
    const two = [match("P1", { primary: true }), match("P2", { primary: true })];

    it("two records that may be two people, and takes the one that is chosen, or the one that is left", async () => {
      vendor.matches = two;
      const ambiguous = await plan();
      expect([told(ambiguous), ambiguous.plan]).to.deep.equal(["needs_attention AMBIGUOUS_SUBJECT", null]);
      expect(vendor.calls).to.deep.equal(["find"]);
      expect(targets(await plan({ only: ["P2"] }))).to.deep.equal(["P2"]);
      expect(targets(await plan({ only: ["P1", "P2"] }))).to.deep.equal(["P1", "P2"]);
      expect(targets(await plan({ exclude: [not("P2")] }))).to.deep.equal(["P1"]);
    });

    it("nothing where one is the person's and others may repeat", async () => {
      vendor.matches = [match("P1", { primary: true }), match("P2"), match("P3")];
      expect(targets(await plan())).to.deep.equal(["P1", "P2", "P3"]);
    });

    it("nothing about a record that the human named", async () => {
      vendor.matches = [match("P1", { primary: true })];
      vendor.byId = (id) => match(id, { primary: true });
      expect(targets(await plan({ also: [not("H1")] }))).to.deep.equal(["P1", "H1"]);
    });

    it("somebody who works for the account, unless the very record is chosen", async () => {
      await open({ scopes: ["read_team"] });
      world.vendor.employ({ value: ADA.identifier.reveal() });
      await world.dsr.check("acme");
      vendor.byId = (id) => match(id, { matchedBy: "exact" });
      const teammate = await plan();
      expect([told(teammate), teammate.teammate]).to.deep.equal(["needs_attention AMBIGUOUS_SUBJECT", true]);
      expect(told(await plan({ only: ["P1"] }))).to.equal("planned");
      expect(told(await plan({ exclude: [not("P1")], also: [not("H1")] })), "the record was named").to.equal("planned");
    });

    it("records that carry a teammate's address themselves, also beside one that was named, unless they stay", async () => {
      await open({ scopes: ["read_team", "delete_messages"] });
      world.vendor.employ({ value: ADA.identifier.reveal() });
      await world.dsr.check("acme");
      vendor.matches = [];
      vendor.beside = { loose: [{ category: "message", id: "L1", as: "author", matchedBy: "exact" }] };
      vendor.byId = (id) => match(id);
      vendor.outline = () => ({ targets: [message("L1"), person("H1")] });
      expect(told(await plan({ erase: "related", also: [not("H1")] }))).to.equal("needs_attention AMBIGUOUS_SUBJECT");
      expect(targets(await plan({ erase: "related", also: [not("H1")], only: ["L1"] }))).to.deep.equal(["L1", "H1"]);
      vendor.outline = () => ({ targets: [person("H1")], kept: [{ ...message("L1"), reason: "spared" }] });
      expect(targets(await plan({ erase: "related", also: [not("H1")], exclude: [not("L1")] }))).to.deep.equal(["H1"]);
    });

    it("which related records stay, before it asks which person is meant", async () => {
      vendor.matches = two;
      vendor.outline = () => ({ dependents: [message("M1")] });
      expect(told(await plan({ exclude: [not("M9")] }))).to.equal("refused CHOICE_INVALID");
      expect(told(await plan({ exclude: [not("M1")] }))).to.equal("refused KEEP_IMPOSSIBLE");
      vendor.outline = () => ({ kept: [{ ...message("M1"), reason: "spared" }] });
      expect(told(await plan({ exclude: [not("M1")] }))).to.equal("needs_attention AMBIGUOUS_SUBJECT");
    });
  });

  describe("refuses choices", () => {
    beforeEach(() => void (vendor.matches = [match("P1"), match("P2")]));

    it("of records that were not found for the person", async () => {
      for (const choices of [{ only: ["P1", "P9"] }, { exclude: [not("P9")] }, { exclude: [not("P1"), not("P9")] }]) expect(told(await plan(choices)), JSON.stringify(choices)).to.equal("refused CHOICE_INVALID");
    });

    it("of related records that are not the person's, though others are kept", async () => {
      vendor.outline = () => ({ kept: [{ ...message("M1"), reason: "spared" }] });
      expect(told(await plan({ exclude: [not("M9")] }))).to.equal("refused CHOICE_INVALID");
    });

    it("that leave nothing, unless a human named something else", async () => {
      expect(told(await plan({ exclude: [not("P1"), not("P2")] }))).to.equal("refused CHOICE_INVALID");
      expect(told(await plan({ only: ["P1"], exclude: [not("P1")] }))).to.equal("refused CHOICE_INVALID");
      expect(vendor.calls).to.deep.equal(["find", "find"]);
      vendor.byId = (id) => match(id);
      expect(targets(await plan({ exclude: [not("P1"), not("P2")], also: [not("H1")] }))).to.deep.equal(["H1"]);
    });

    it("to keep what goes with the person's record, whether it is a target or not", async () => {
      vendor.outline = () => ({ targets: [message("M1"), person("P1"), person("P2")], dependents: [message("M2")] });
      for (const id of ["M1", "M2"]) expect(told(await plan({ exclude: [not(id)] })), id).to.equal("refused KEEP_IMPOSSIBLE");
    });

    it("that a connector contradicts, which would delete what it says it keeps, or what was not chosen", async () => {
      const refused = (choices: PlanChoices) => plan(choices).then(told, (error: unknown) => (error as Error).message);
      vendor.outline = () => ({ targets: [message("M1"), person("P1"), person("P2")], kept: [{ ...message("M1"), reason: "spared" }] });
      for (const choices of [{}, { exclude: [not("M1")] }]) expect(await refused(choices)).to.equal("INTERNAL");
      vendor.outline = () => ({ targets: [person("P1"), person("P2")] });
      for (const choices of [{ only: ["P1"] }, { exclude: [not("P2")] }]) expect(await refused(choices)).to.equal("INTERNAL");
      vendor.outline = () => ({ targets: [message("P2"), person("P1")], kept: [{ category: "message", reason: "some stay" }] });
      expect(await refused({ only: ["P1"] }), "a record of another kind").to.equal("planned");
    });

    it("where nothing is left to delete", async () => {
      vendor.outline = () => ({ targets: [] });
      const nothing = await plan();
      expect([told(nothing), nothing.plan]).to.deep.equal(["needs_attention NOTHING_TO_DELETE", null]);
    });
  });

  it("keeps what a human wants kept, for the human's reason, and what the vendor keeps, for its own", async () => {
    vendor.matches = [match("P1"), match("P2"), match("P3")];
    const kept = [{ ...message("M1"), reason: "spared" }, { ...message("M2"), reason: "others have a part in it" }, { category: "invoice", reason: "kept by law" }];
    vendor.outline = () => ({ targets: [person("P1")], kept });
    const result = await plan({ only: ["P1", "P2"], exclude: [not("P2", "a colleague"), not("M1", "a contract")] });
    expect(result.plan?.kept).to.deep.equal([
      { ...person("P2"), reason: "a colleague" },
      { ...person("P3"), reason: "not chosen" },
      { ...message("M1"), reason: "a contract" },
      { ...message("M2"), reason: "others have a part in it" },
      { category: "invoice", reason: "kept by law" },
    ]);
  });

  it("gives one reason for each record that stays: the connector's, where that left out what was found or chosen", async () => {
    vendor.matches = [match("P1"), match("P2"), match("P3")];
    vendor.outline = () => ({ targets: [person("P1")], kept: [{ ...person("P2"), reason: "somebody else's by now" }, { ...message("P3"), reason: "others have a part in it" }] });
    for (const only of [undefined, ["P1", "P2"]]) {
      const { plan: drawn } = await plan(only === undefined ? {} : { only });
      expect(drawn?.kept).to.deep.equal([{ ...person("P3"), reason: "not chosen" }, { ...person("P2"), reason: "somebody else's by now" }, { ...message("P3"), reason: "others have a part in it" }]);
    }
  });

  it("hands the connector what a human chose among the matches as it was found, and what was named beside them as chosen", async () => {
    vendor.matches = [match("P1"), match("P2")];
    vendor.byId = (id) => match(id);
    let handed: readonly string[] = [];
    vendor.outline = (matches) => ((handed = matches.map(({ id, matchedBy }) => `${id} ${matchedBy}`)), {});
    await plan({ only: ["P1"], also: [not("H1")] });
    expect(handed).to.deep.equal(["P1 exact", "H1 chosen"]);
  });

  it("warns of a search that was not complete, for each gap", async () => {
    vendor.beside = { gaps: [{ category: "person", code: "PAGING" }, { category: "person", code: "COUNT_MISMATCH", have: 1, of: 2 }] };
    vendor.outline = () => ({ warnings: [{ code: "MERGED", id: "P1" }] });
    expect((await plan()).plan?.warnings).to.deep.equal([{ code: "LOOKUP_INCOMPLETE" }, { code: "LOOKUP_INCOMPLETE" }, { code: "MERGED", id: "P1" }]);
  });

  it("puts related records before the person's, and marks what only an extent shows, the person's own alone", async () => {
    vendor.archived = [match("A1")];
    vendor.outline = () => ({ targets: [person("P1"), message("A1"), person("A1"), message("M1")] });
    expect((await plan({ extents: ["archived"] })).plan?.targets).to.deep.equal([message("A1"), message("M1"), person("P1"), { ...person("A1"), extent: "archived" }]);
  });

  it("tells the connector whose records it is about, how far to go, what to spare, and how the host decided", async () => {
    const erasurePolicies = [{ id: "tickets", label: "Tickets", values: [{ id: "keep", text: "They stay.", scopes: [] }, { id: "wipe", text: "They go.", scopes: [] }] }];
    await open({ scopes: ["delete_messages"], settings: { erasure: { tickets: "wipe" }, connectors: { memory: { types: ["a"] } } } }, { erasurePolicies, settings: [{ id: "types", text: "Types." }] });
    let wish: ErasureWish | undefined;
    vendor.matches = [match("P1"), match("P2")];
    vendor.outline = (_, given) => ((wish = given), { kept: [{ ...message("M1"), reason: "spared" }] });
    const result = await plan({ erase: "related", exclude: [not("P2"), not("M1")] });
    expect({ ...wish, identifiers: wish?.identifiers.map((each) => each.reveal()) }).to.deep.equal({ erase: "related", policies: { tickets: "wipe" }, spare: ["M1"], kept: ["P2"], identifiers: [ADA.identifier.reveal()], settings: { types: ["a"] } });
    expect(result.plan?.policies).to.deep.equal([{ id: "tickets", value: "wipe", text: "They go." }]);
  });

  it("notes where it was looked for what hangs on the records, where that was told", async () => {
    const searched = [{ identifier: "person_id", where: "messages", at: "2026-01-15T09:00:00.000Z" }];
    expect(ofKind(await world.entries((await plan()).request.id), "planned")[0]).to.not.have.property("searched");
    vendor.outline = () => ({ searched });
    const result = await plan();
    expect(result.searched.map(({ where }) => where)).to.deep.equal(["search", "messages"]);
  });
});
