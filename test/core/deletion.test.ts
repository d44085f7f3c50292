import { expect } from "chai";
import { DsrError, Identifier, type DeletionResult, type Match, type PlanChoices } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from "./memory-world.js";
import { match, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";
import { rejectionOf } from "./thrown.js";

const STALE = ["needs_attention", { code: "PLAN_STALE" }];

describe("carrying out a plan, before anything is deleted", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const open = async (options: MemoryWorldOptions = {}) => {
    vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change, options);
  };
  beforeEach(() => open());

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
  /** Carries it out, and expects that it is stale and nothing was deleted. */
  const expectStale = async (planned: DeletionResult) => {
    const { outcome, attention, targets } = await carryOut(planned);
    expect([outcome, attention]).to.deep.equal(STALE);
    expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal([]);
    expect(targets).to.deep.equal([]);
    // It waits for a human, and for nobody else.
    vendor.calls.length = 0;
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("needs_attention");
    expect(vendor.calls).to.deep.equal([]);
  };

  describe("looks the person up again", () => {
    it("and deletes what is there as it was planned, each step noted before the next", async () => {
      const planned = await plan();
      expect(await carryOut(planned)).to.include({ outcome: "verified" });
      expect(vendor.calls).to.deep.equal(["find", "outline", "erase person P1", "look person P1"]);
      expect(await sinceConfirmed(planned)).to.deep.equal(["found", "intent", "answered", "looked", "settled", "ended"]);
    });

    it("where the plan looked, too", async () => {
      vendor.archived = [match("A1")];
      const planned = await plan({ extents: ["archived"] });
      vendor.archived = [match("A1"), match("A2")];
      await expectStale(planned);
      expect(await carryOut(await plan({ extents: ["archived"] }))).to.include({ outcome: "verified" });
      expect(vendor.calls.slice(0, 2)).to.deep.equal(["find", "find in archived"]);
    });

    it("and stops where somebody is found of whom nobody decided", async () => {
      const planned = await plan();
      vendor.matches = [match("P1"), match("P2")];
      await expectStale(planned);
      expect(vendor.calls).to.deep.equal([]);
    });

    it("and goes on past whom a human decided to keep", async () => {
      vendor.matches = [match("P1"), match("P2"), match("P3")];
      const planned = await plan({ exclude: [{ id: "P2", reason: "another person" }, { id: "P3", reason: "shared" }] });
      expect(await carryOut(planned)).to.include({ outcome: "verified" });
      expect([...vendor.gone]).to.deep.equal(["P1"]);
    });

    it("not once a deletion of everything was begun", async () => {
      const planned = await plan();
      vendor.look = () => ({ answer: "present" });
      expect(await carryOut(planned)).to.include({ outcome: "awaiting_verification" });
      vendor.calls.length = 0;
      await world.host.clock.advance(120_000);
      await world.dsr.resume(planned.request.id);
      expect(vendor.calls).to.deep.equal(["look person P1"]);
    });

    it("as long as one target is untouched, and asks nothing of what was deleted already", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      const { erase } = vendor;
      vendor.erase = (target, policies) => {
        if (target.id === "P2") throw new DsrError("VENDOR_UNAVAILABLE");
        return erase(target, policies);
      };
      expect(await carryOut(planned)).to.include({ outcome: "parked" });
      vendor.erase = erase;
      vendor.calls.length = 0;
      expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
      expect(vendor.calls).to.deep.equal(["find", "outline", "erase person P2", "look person P2"]);
    });
  });

  describe("reads by its id whom the search shows no more", () => {
    it("and deletes it all the same where it is not there, which is noted first", async () => {
      const planned = await plan();
      vendor.gone.add("P1");
      vendor.erase = () => ({ answer: "absent" });
      const result = await carryOut(planned);
      expect([result.outcome, result.targets.map(({ outcome }) => outcome)]).to.deep.equal(["verified", ["already_absent"]]);
      expect(vendor.calls).to.deep.equal(["find", "look person P1", "outline", "erase person P1", "look person P1"]);
      expect(await sinceConfirmed(planned)).to.deep.equal(["found", "looked", "intent", "answered", "looked", "settled", "ended"]);
    });

    it("so that its absence proves nothing where the vendor then does not delete it", async () => {
      const planned = await plan();
      vendor.gone.add("P1");
      vendor.erase = () => ({ answer: "not_deleted" });
      const result = await carryOut(planned);
      expect([result.outcome, result.attention, result.targets.map(({ outcome }) => outcome)]).to.deep.equal(["needs_attention", { code: "NOT_DELETED" }, ["not_deleted"]]);
    });

    it("and notes its absence once, however often the run begins", async () => {
      const planned = await plan();
      vendor.gone.add("P1");
      vendor.erase = () => {
        throw new DsrError("RATE_LIMITED");
      };
      for (const outcome of ["parked", "parked"]) expect(await carryOut(planned)).to.include({ outcome });
      expect(ofKind(await world.entries(planned.request.id), "looked")).to.have.length(1);
    });

    it("and stops where it is there: its address was changed", async () => {
      const planned = await plan();
      vendor.matches = [];
      await expectStale(planned);
    });

    for (const into of ["P9", undefined]) {
      it(`and stops where it became part of ${into === undefined ? "one that the vendor does not name" : "a record that was not planned"}`, async () => {
        const planned = await plan();
        vendor.matches = [];
        vendor.look = () => ({ answer: "merged", ...(into === undefined ? {} : { into }) });
        await expectStale(planned);
      });
    }

    it("and goes on where it became part of one that goes as well", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      vendor.matches = [match("P2")];
      vendor.look = ({ id }) => (vendor.gone.has("P2") ? { answer: "absent" } : id === "P1" ? { answer: "merged", into: "P2" } : { answer: "present" });
      expect(await carryOut(planned)).to.include({ outcome: "verified" });
      expect((await sinceConfirmed(planned)).slice(0, 2), "what is no absence needs no note").to.deep.equal(["found", "intent"]);
    });

    it("and whom a human named, who may be there; but not whom the vendor did not show for the plan either", async () => {
      const named = ["H1", "H2"].map((id) => ({ id, reason: "an older record" }));
      vendor.byId = (id) => (id === "H1" ? match(id, { matchedBy: "chosen" }) : undefined);
      const planned = await plan({ also: named });
      expect(await carryOut(planned)).to.include({ outcome: "verified" });
      expect(vendor.calls.slice(0, 6)).to.deep.equal(["find", "find H1", "look person H1", "find H2", "outline", "erase person P1"]);
      expect([...vendor.gone]).to.deep.equal(["P1", "H1", "H2"]);
      vendor.gone.clear();
      const changed = await plan({ also: named });
      vendor.matches = [];
      await expectStale(changed);
    });

    it("and whom a human named only as long as it is of the same address, or of the person's own; so before it is deleted once more", async () => {
      const of = (id: string, address: string): Match => match(id, { matchedBy: "chosen", identifiers: [Identifier.parse("email", address)] });
      const named = [{ id: "H1", reason: "an older record" }];
      for (const [before, after, isStale] of [["carl@example.test", "carl@example.test", false], ["carl@example.test", "zoe@example.test", true], [undefined, "zoe@example.test", true], [undefined, ADA.identifier.reveal(), false], ["carl@example.test", undefined, false]] as const) {
        await open();
        vendor.byId = (id) => (before === undefined ? undefined : of(id, before));
        const planned = await plan({ also: named });
        vendor.byId = (id) => (after === undefined ? undefined : of(id, after));
        if (before === undefined) vendor.look = ({ id }) => ({ answer: vendor.gone.has(id) || id === "H1" ? "absent" : "present" });
        const done = await carryOut(planned);
        expect(done.attention?.code === "PLAN_STALE", `${before} ${after}`).to.equal(isStale);
        expect(vendor.gone.has("H1")).to.equal(!isStale);
      }
    });

    it("and never whom the connector tells of in the place of whom a human named: it is refused as the connector's mistake", async () => {
      const named = [{ id: "H1", reason: "an older record" }];
      vendor.byId = () => match("H2", { matchedBy: "chosen" });
      expect(await rejectionOf(plan({ also: named }))).to.include({ code: "INTERNAL" });
      await open();
      vendor.byId = (id) => match(id, { matchedBy: "chosen" });
      const planned = await plan({ also: named });
      vendor.byId = () => match("H2", { matchedBy: "chosen" });
      expect(await rejectionOf(carryOut(planned))).to.include({ code: "INTERNAL" });
      expect([...vendor.gone]).to.deep.equal([]);
    });
  });

  describe("whose subject turns out to work for the account", () => {
    const employ = async (choices: PlanChoices, matches = [match("P1")]): Promise<DeletionResult> => {
      await open({ scopes: ["read_team"] });
      vendor.matches = matches;
      const planned = await plan(choices);
      world.vendor.employ({ value: ADA.identifier.reveal() });
      await world.host.clock.advance(3_600_000);
      return planned;
    };

    it("stops: nobody knew when it was approved", async () => {
      await expectStale(await employ({}));
    });

    it("stops though one of the records is shown no more", async () => {
      const planned = await employ({}, [match("P1"), match("P2")]);
      vendor.gone.add("P2");
      await expectStale(planned);
    });

    it("goes on where a human chose the very record", async () => {
      expect(await carryOut(await employ({ only: ["P1"] }))).to.include({ outcome: "verified" });
    });

    it("goes on where none of the records is shown any more", async () => {
      const planned = await employ({});
      vendor.gone.add("P1");
      expect(await carryOut(planned)).to.include({ outcome: "verified" });
    });
  });

  describe("meets a hold", () => {
    it("on the person, and asks the vendor nothing", async () => {
      const planned = await plan();
      await world.dsr.placeHold({ identifier: ADA.identifier, basis: "litigation" });
      expect(await carryOut(planned)).to.include({ outcome: "refused" });
      expect(vendor.calls).to.deep.equal([]);
    });

    it("on another person whose record a human named, and asks the vendor nothing", async () => {
      const bob = Identifier.parse("email", "bob@example.test");
      vendor.byId = (id) => match(id, { matchedBy: "chosen", identifiers: [bob] });
      const planned = await plan({ also: [{ id: "B1", reason: "merged" }] });
      await world.dsr.placeHold({ identifier: bob, basis: "litigation" });
      expect(await carryOut(planned)).to.include({ outcome: "refused" });
      expect(vendor.calls).to.deep.equal([]);
    });
  });
});
