import { expect } from "chai";
import { DsrError, type DeletionResult, type LooseRecord, type Match, type PlanChoices } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

describe("what hangs on a person's records, asked for again before anything is deleted", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  beforeEach(async () => {
    vendor = scriptedVendor({ erasurePolicies: [{ id: "tickets", label: "Tickets", values: [{ id: "keep", text: "They stay.", scopes: [] }, { id: "wipe", text: "They go.", scopes: [] }] }] });
    world = await openMemoryWorld(vendor.change, { settings: { erasure: { tickets: "wipe" } } });
  });

  const plan = async (choices: PlanChoices = {}): Promise<DeletionResult> => {
    const planned = await world.dsr.plan("acme", ADA, choices);
    vendor.calls.length = 0;
    return planned;
  };
  const carryOut = ({ plan: made }: DeletionResult) => world.dsr.delete(made!.id, made!.confirm);
  const sinceConfirmed = async ({ request }: DeletionResult) => {
    const kinds = (await world.entries(request.id)).map(({ kind }) => kind);
    return kinds.slice(kinds.lastIndexOf("confirmed") + 1);
  };
  const expectStale = async (planned: DeletionResult) => {
    const { outcome, attention } = await carryOut(planned);
    expect([outcome, attention]).to.deep.equal(["needs_attention", { code: "PLAN_STALE" }]);
    expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal([]);
  };

  const asked: { readonly subjects: readonly string[]; readonly spare: readonly string[]; readonly erase: string; readonly policies: object; readonly loose: readonly string[] }[] = [];
  const hanging = (of: Partial<ReturnType<ScriptedVendor["outline"]>>): void => {
    vendor.outline = (matches: readonly Match[], { spare, erase, policies }, loose: readonly LooseRecord[]) => {
      asked.push({ subjects: matches.map(({ id, matchedBy }) => `${id} ${matchedBy}`), spare, erase, policies, loose: loose.map(({ id }) => id) });
      return of;
    };
  };
  beforeEach(() => void (asked.length = 0));

  it("is that of the planned records alone, seen or not, by what was decided then", async () => {
    vendor.matches = [match("P1"), match("P2"), match("P3")];
    vendor.beside = { loose: [{ category: "message", id: "L1", as: "author", matchedBy: "exact" }] };
    hanging({ targets: [person("P1"), person("P2")], kept: [{ ...message("M1"), reason: "x" }] });
    const planned = await plan({ exclude: [{ id: "P3", reason: "a colleague" }, { id: "M1", reason: "a contract" }] });
    vendor.gone.add("P2");
    expect(await carryOut(planned)).to.include({ outcome: "verified" });
    const common = { spare: ["M1"], erase: "subject", policies: { tickets: "wipe" }, loose: ["L1"] };
    expect(asked).to.deep.equal([{ ...common, subjects: ["P1 exact", "P2 exact"] }, { ...common, subjects: ["P1 exact", "P2 chosen"] }]);
  });

  it("makes the plan stale where a target has come that was not planned", async () => {
    hanging({ targets: [message("M1"), person("P1")] });
    const planned = await plan();
    hanging({ targets: [message("M1"), message("M2"), person("P1")] });
    await expectStale(planned);
  });

  it("makes it stale where a target is the person's alone no longer and still there", async () => {
    hanging({ targets: [message("M1"), person("P1")] });
    const planned = await plan();
    hanging({ targets: [person("P1")] });
    await expectStale(planned);
  });

  it("does not where a target has gone meanwhile", async () => {
    hanging({ targets: [message("M1"), person("P1")] });
    const planned = await plan();
    hanging({ targets: [person("P1")] });
    vendor.gone.add("M1");
    vendor.erase = ({ id }) => (vendor.gone.has(id) ? { answer: "absent" } : (vendor.gone.add(id), { answer: "deleted" }));
    const { outcome, targets } = await carryOut(planned);
    expect([outcome, targets.map((each) => `${each.id} ${each.outcome}`)]).to.deep.equal(["verified", ["M1 already_absent", "P1 deleted"]]);
    expect(vendor.calls.slice(0, 3)).to.deep.equal(["find", "outline", "look message M1"]);
  });

  it("is another record where it is of another category, though it has the same id", async () => {
    hanging({ targets: [message("P1"), person("P1")] });
    const planned = await plan();
    hanging({ targets: [{ category: "order", id: "P1" }, person("P1")] });
    await expectStale(planned);
  });

  it("is asked for once more, each before its deletion is announced, where the connector can tell: what stands in the way then leaves it untouched", async () => {
    for (const [code, outcome, attention] of [["PLAN_STALE", "needs_attention", "PLAN_STALE"], ["VENDOR_MALFORMED", "needs_attention", "VENDOR_MALFORMED"], ["VENDOR_UNAVAILABLE", "parked", "VENDOR_UNAVAILABLE"]] as const) {
      hanging({ targets: [message("M1"), person("P1")] });
      vendor.confirm = () => {
        throw new DsrError(code);
      };
      const planned = await plan();
      const stopped = await carryOut(planned);
      expect([stopped.outcome, stopped.attention?.code, stopped.targets.filter(({ untouched }) => untouched !== true)]).to.deep.equal([outcome, attention, []]);
      expect(await sinceConfirmed(planned)).to.deep.equal(["found", "ended"]);
    }
  });

  it("is confirmed with whom it is about, and nothing is asked so of the person's own records", async () => {
    hanging({ targets: [message("M1"), person("P1")] });
    const told: unknown[] = [];
    vendor.confirm = (_, { ids, identifiers }) => void told.push([ids, identifiers.length]);
    expect((await carryOut(await plan())).outcome).to.equal("verified");
    expect(vendor.calls.filter((call) => /^(confirm|erase)/.test(call))).to.deep.equal(["confirm message M1", "erase message M1", "erase person P1"]);
    expect(told).to.deep.equal([[["P1"], 1]]);
  });

  it("is noted, once, where it is only to be looked at afterwards: later nothing leads to it any more", async () => {
    const searched = [{ identifier: "person_id", where: "messages", at: "2026-01-15T09:00:00.000Z" }];
    hanging({ dependents: [message("M1")] });
    const planned = await plan();
    hanging({ dependents: [message("M1"), message("M2"), person("P1")], searched });
    const { outcome, dependents } = await carryOut(planned);
    expect([outcome, dependents?.map(({ id, state }) => `${id} ${state}`)]).to.deep.equal(["verified", ["M1 present", "M2 present"]]);
    expect((await sinceConfirmed(planned)).slice(0, 3)).to.deep.equal(["found", "surveyed", "intent"]);
    const surveyed = ofKind(await world.entries(planned.request.id), "surveyed").map(({ at: _, ...rest }) => rest);
    expect(surveyed).to.deep.equal([{ kind: "surveyed", dependents: [message("M2")], searched }]);
  });

  it("is told to have been looked for, where nothing has come to it since", async () => {
    const searched = [{ identifier: "person_id", where: "messages", at: "2026-01-15T09:00:00.000Z" }];
    hanging({ dependents: [message("M1")], searched });
    const planned = await plan();
    const { outcome } = await carryOut(planned);
    expect([outcome, (await sinceConfirmed(planned)).slice(0, 3)]).to.deep.equal(["verified", ["found", "surveyed", "intent"]]);
    const surveyed = ofKind(await world.entries(planned.request.id), "surveyed").map(({ at: _, ...rest }) => rest);
    expect(surveyed).to.deep.equal([{ kind: "surveyed", dependents: [], searched }]);
  });

  it("is not noted where it is known and nobody searched", async () => {
    hanging({ dependents: [message("M1")] });
    const planned = await plan();
    await carryOut(planned);
    expect(await sinceConfirmed(planned)).to.not.include("surveyed");
    expect(asked.map(({ loose }) => loose)).to.deep.equal([[], []]);
  });
});
