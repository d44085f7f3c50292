import { expect } from "chai";
import { DsrError, type DeletionResult, type ErrorCode } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { rejectionOf } from "./thrown.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

const fail = (code: ErrorCode): never => {
  throw new DsrError(code);
};

describe("a deletion that is planned anew after it was carried out in part", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const plan = async (): Promise<DeletionResult> => {
    const planned = await world.dsr.plan("acme", { ...ADA, reference: "T-1" });
    vendor.calls.length = 0;
    return planned;
  };
  const carryOut = ({ plan: made }: DeletionResult) => world.dsr.delete(made!.id, made!.confirm);
  const outcomes = ({ targets }: DeletionResult) => targets.map(({ id, outcome }) => `${id} ${outcome}`);
  /** P1 goes, P2 is turned away, and somebody appears of whom nobody decided. */
  const halfDone = async (): Promise<DeletionResult> => {
    vendor.matches = [match("P1"), match("P2")];
    const { outline } = vendor;
    vendor.outline = (matches, ...more) => ({ dependents: matches.map(({ id }) => message(`of ${id}`)), ...outline(matches, ...more) });
    const { erase } = vendor;
    const planned = await plan();
    vendor.erase = (target, policies) => (target.id === "P2" ? fail("SCOPE_MISSING") : erase(target, policies));
    expect(await carryOut(planned)).to.include({ outcome: "partial" });
    vendor.erase = erase;
    vendor.matches = [match("P1"), match("P2"), match("P3")];
    const stale = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect([stale.outcome, stale.attention]).to.deep.equal(["partial", { code: "PLAN_STALE" }]);
    return planned;
  };

  beforeEach(async () => {
    vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change);
  });

  it("goes on telling what it deleted before, and looks after what hung on that", async () => {
    const { request } = await halfDone();
    const planned = await plan();
    expect([planned.request.id, planned.outcome, planned.plan!.targets.map(({ id }) => id)]).to.deep.equal([request.id, "planned", ["P2", "P3"]]);
    expect(outcomes(planned), "what was done is told while it waits for its confirmation, too").to.deep.equal(["P1 deleted"]);
    expect(planned.residuals.map(({ code }) => code)).to.include("BACKUPS");
    const done = await carryOut(planned);
    expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted", "P3 deleted"]]);
    expect(done.matches.map(({ id }) => id)).to.have.members(["P1", "P2", "P3"]);
    expect(done.dependents!.map(({ id, state }) => `${id} ${state}`)).to.have.members(["of P1 present", "of P2 present", "of P3 present"]);
    expect(done.residuals.filter(({ code }) => code === "STILL_READABLE").map(({ id }) => id)).to.have.members(["of P1", "of P2", "of P3"]);
  });

  it("looks at what hung on the records where nobody is found any more, and names what can still be read", async () => {
    await halfDone();
    for (const id of ["P2", "P3"]) vendor.gone.add(id);
    const done = await plan();
    expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 already_absent"]]);
    expect(done.dependents!.map(({ id, state }) => `${id} ${state}`)).to.have.members(["of P1 present", "of P2 present"]);
    expect(done.residuals.filter(({ code }) => code === "STILL_READABLE").map(({ id }) => id)).to.have.members(["of P1", "of P2"]);
  });

  it("looks at what hung on what it deleted before where nothing else goes, too", async () => {
    await halfDone();
    const again = await plan();
    vendor.erase = () => ({ answer: "not_deleted" });
    const done = await carryOut(again);
    expect([done.outcome, outcomes(done)]).to.deep.equal(["partial", ["P1 deleted", "P2 not_deleted", "P3 not_deleted"]]);
    expect(done.dependents!.map(({ id, state }) => `${id} ${state}`)).to.include("of P1 present");
  });

  it("asks of what hangs on the person's records whether it is theirs who are gone by now, too", async () => {
    const asked: (readonly string[])[] = [];
    vendor.confirm = (_, { ids }) => void asked.push([...ids].sort());
    vendor.outline = (matches) => ({ targets: [message("M1"), ...matches.map(({ id }) => person(id))] });
    const { erase } = vendor;
    vendor.erase = (target, policies) => (target.id === "M1" ? { answer: "not_deleted" } : erase(target, policies));
    expect(await carryOut(await plan())).to.include({ outcome: "partial" });
    vendor.erase = erase;
    vendor.matches = [match("P2")];
    expect(outcomes(await carryOut(await plan()))).to.deep.equal(["P1 deleted", "M1 deleted", "P2 deleted"]);
    expect(asked).to.deep.equal([["P1"], ["P1", "P2"]]);
  });

  it("looks at nothing in another account that has the connection's name by now, and tells nothing as gone for that", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    vendor.erase = ({ id }) => (id === "P1" ? { answer: "deleted" } : fail("SCOPE_MISSING"));
    vendor.look = () => ({ answer: "present" });
    await carryOut(planned);
    vendor.matches = [match("P3")];
    expect((await world.dsr.resume(planned.request.id)).attention).to.deep.equal({ code: "PLAN_STALE" });
    vendor.beside = { get gaps(): never { return fail("INTERRUPTED"); } };
    expect(await rejectionOf(plan())).to.include({ code: "INTERRUPTED" });
    const connection = await world.dsr.connection("acme");
    await world.host.connections.put({ ...connection, workspace: { ...connection.workspace, id: "another" }, checkedAt: new Date(world.host.clock.now() + 600_000).toISOString() });
    await world.host.clock.advance(600_000);
    vendor.look = () => ({ answer: "absent" });
    vendor.calls.length = 0;
    const stopped = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect([stopped.outcome, stopped.attention, outcomes(stopped)[0], vendor.calls]).to.deep.equal(["partial", { code: "WRONG_WORKSPACE" }, "P1 unknown", []]);
  });

  it("says who was found whom it deleted before, wherever it looks next", async () => {
    await halfDone();
    const planned = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { extents: ["archived"] });
    expect([planned.matches.map(({ id }) => id), outcomes(planned)]).to.deep.equal([["P1", "P2", "P3"], ["P1 deleted"]]);
    expect((await carryOut(planned)).matches.map(({ id }) => id)).to.deep.equal(["P1", "P2", "P3"]);
  });

  it("does not say of somebody that they were found, and stay, who was kept then and is not there any more", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const { erase } = vendor;
    vendor.erase = () => ({ answer: "not_deleted" });
    await carryOut(await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { exclude: [{ id: "P2", reason: "not them" }] }));
    vendor.erase = erase;
    vendor.gone.add("P2");
    const done = await carryOut(await plan());
    expect([done.outcome, done.matches.map(({ id }) => id)]).to.deep.equal(["verified", ["P1"]]);
    await world.host.clock.advance(86_400_000);
    await world.dsr.upkeep();
    const [look] = ((await world.dsr.result(done.request.id)) as DeletionResult).laterLooks;
    expect([look?.outcome, look?.besides]).to.deep.equal(["absent", undefined]);
  });

  it("does not tell of what is there again, and stays, when the vendor says it went before", async () => {
    vendor.matches = [match("P1"), match("P2")];
    vendor.prove = (targets) => targets.map((target) => ({ ...target, listedAt: "2026-01-15T09:00:00.000Z", residual: "COPIES" }));
    vendor.outline = (matches) => ({ targets: [message("M1"), ...matches.map(({ id }) => person(id))] });
    const { erase } = vendor;
    vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
    const first = await carryOut(await plan());
    expect(first.targets.map(({ id, listedAt }) => [id, listedAt !== undefined])).to.deep.equal([["M1", true], ["P1", false], ["P2", false]]);
    vendor.gone.delete("M1");
    const again = await plan();
    vendor.erase = () => ({ answer: "not_deleted" });
    const done = await carryOut(again);
    expect(done.targets.map(({ id, outcome, listedAt }) => [id, outcome, listedAt])).to.deep.equal([["P1", "deleted", undefined], ["M1", "not_deleted", undefined], ["P2", "not_deleted", undefined]]);
    expect(done.residuals.map(({ code }) => code)).not.to.include("COPIES");
  });

  it("goes on being told to whoever asks for access: what it has taken is not in the package", async () => {
    await halfDone();
    expect(await plan()).to.include({ outcome: "planned" });
    expect((await world.dsr.access("acme", ADA)).gaps.map(({ code }) => code)).to.include("DELETION_UNDER_WAY");
  });

  it("looks up in the vendor's own record what an earlier plan deleted, too", async () => {
    const asked: string[] = [];
    vendor.prove = (targets) => (asked.push(...targets.map(({ id }) => id)), []);
    vendor.outline = (matches) => ({ targets: [message("M1"), ...matches.map(({ id }) => person(id))] });
    const { erase } = vendor;
    vendor.erase = (target, policies) => (target.id === "P1" ? fail("SCOPE_MISSING") : erase(target, policies));
    expect(outcomes(await carryOut(await plan()))).to.deep.equal(["M1 deleted", "P1 unknown"]);
    vendor.matches = [match("P1"), match("P2")];
    await world.dsr.resume((await world.dsr.requests())[0]!.id);
    Object.assign(vendor, { erase, outline: () => ({}) });
    expect(await carryOut(await plan())).to.include({ outcome: "verified" });
    expect(asked).to.deep.equal(["M1"]);
  });

  it("stays partial, and is not refused, where a hold stands in the way by now", async () => {
    await halfDone();
    const again = await plan();
    await world.dsr.placeHold({ identifier: ADA.identifier, basis: "litigation 7" });
    for (const held of [await carryOut(again), await plan()]) expect([held.outcome, held.attention?.code, outcomes(held)[0]]).to.deep.equal(["partial", "HELD", "P1 deleted"]);
  });

  it("plans nothing for whom it deleted and an index shows all the same, and is not stale for that", async () => {
    await halfDone();
    vendor.beside = { matches: [match("P1"), match("P2"), match("P3")] };
    const planned = await plan();
    expect(planned.plan!.targets.map(({ id }) => id)).to.deep.equal(["P2", "P3"]);
    const done = await carryOut(planned);
    expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted", "P3 deleted"]]);
    expect(vendor.calls.filter((call) => call === "erase person P1")).to.deep.equal([]);
  });

  it("goes on with what the vendor acknowledged and still shows, and does not tell of it as gone before", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    const { erase, look } = vendor;
    vendor.erase = ({ id }) => (id === "P1" ? { answer: "deleted" } : fail("SCOPE_MISSING"));
    vendor.look = () => ({ answer: "present" });
    await carryOut(planned);
    vendor.matches = [match("P1"), match("P2"), match("P3")];
    const stale = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect([stale.attention, outcomes(stale)[0]]).to.deep.equal([{ code: "PLAN_STALE" }, "P1 unknown"]);
    const again = await plan();
    expect(again.plan!.targets.map(({ id }) => id)).to.deep.equal(["P1", "P2", "P3"]);
    vendor.gone.add("P1");
    Object.assign(vendor, { erase, look });
    const done = await carryOut(again);
    expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted", "P3 deleted"]]);
    expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal(["erase person P2", "erase person P3"]);
  });

  it("settles what was begun and is not planned any more by what can be seen of it, and tells of it as what stays", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    const { look } = vendor;
    vendor.erase = () => fail("OUTCOME_UNKNOWN");
    vendor.look = () => fail("VENDOR_UNAVAILABLE");
    await carryOut(planned);
    vendor.matches = [match("P2"), match("P3")];
    vendor.look = look;
    expect(outcomes((await world.dsr.resume(planned.request.id)) as DeletionResult)).to.deep.equal(["P1 unknown", "P2 unknown"]);
    for (let looks = 0; looks < 5; looks++) {
      await world.host.clock.advance(600_000);
      await plan();
    }
    expect(outcomes(await plan())).to.deep.equal(["P1 not_deleted"]);
  });

  /** P1 was acknowledged and is still there, P2 was turned away; then the plan is stale, and made without P1. */
  const withoutTheFirst = async (): Promise<DeletionResult> => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    vendor.erase = ({ id }) => (id === "P1" ? { answer: "deleted" } : fail("SCOPE_MISSING"));
    vendor.look = () => ({ answer: "present" });
    await carryOut(planned);
    vendor.matches = [match("P2"), match("P3")];
    await world.dsr.resume(planned.request.id);
    return plan();
  };

  it("goes on looking at what was acknowledged and is not in the plan any more, deletes it no more, and ends once that is settled", async () => {
    for (const goes of [true, false]) {
      vendor = scriptedVendor();
      world = await openMemoryWorld(vendor.change);
      const { erase } = vendor;
      const again = await withoutTheFirst();
      expect([again.plan!.targets.map(({ id }) => id), outcomes(again)]).to.deep.equal([["P2", "P3"], ["P1 unknown"]]);
      vendor.erase = erase;
      vendor.look = ({ id }) => ({ answer: vendor.gone.has(id) ? "absent" : "present" });
      let done = await carryOut(again);
      expect([done.outcome, outcomes(done)]).to.deep.equal(["awaiting_verification", ["P2 deleted", "P3 deleted", "P1 unknown"]]);
      if (goes) vendor.gone.add("P1");
      for (let looks = 0; looks < 8; looks++) {
        await world.host.clock.advance(600_000);
        done = (await world.dsr.resume(again.request.id)) as DeletionResult;
      }
      expect([done.outcome, outcomes(done)]).to.deep.equal([goes ? "verified" : "partial", ["P2 deleted", "P3 deleted", goes ? "P1 deleted" : "P1 not_deleted"]]);
      expect(vendor.calls.filter((call) => call === "erase person P1")).to.deep.equal([]);
    }
  });

  it("is cancelled, or finds nobody any more, only once what was acknowledged is settled", async () => {
    const again = await withoutTheFirst();
    const { request } = again;
    vendor.matches = [];
    expect(await plan()).to.include({ outcome: "awaiting_verification" });
    expect(await world.dsr.cancel(request.id)).to.include({ outcome: "awaiting_verification" });
    expect(await plan(), "whoever plans it does not end it either").to.include({ outcome: "awaiting_verification" });
    vendor.gone.add("P1");
    vendor.look = ({ id }) => ({ answer: vendor.gone.has(id) ? "absent" : "present" });
    await world.host.clock.advance(600_000);
    const ended = (await world.dsr.resume(request.id)) as DeletionResult;
    expect([ended.outcome, outcomes(ended)]).to.deep.equal(["cancelled", ["P2 not_deleted", "P3 not_deleted", "P1 deleted"]]);
    expect(ofKind(await world.entries(request.id), "ended").at(-1)?.residuals).to.include("BACKUPS");
  });

  it("is not refused as if nothing had been done where its new plan is: what stands open is looked at all the same", async () => {
    const again = await withoutTheFirst();
    vendor.gone.add("P1");
    vendor.look = ({ id }) => ({ answer: vendor.gone.has(id) ? "absent" : "present" });
    await world.host.clock.advance(600_000);
    const wrong = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { only: ["P8"] });
    expect([wrong.outcome, wrong.attention, outcomes(wrong)[2]]).to.deep.equal(["partial", { code: "CHOICE_INVALID" }, "P1 deleted"]);
    expect((await plan()).plan!.targets.map(({ id }) => id)).to.deep.equal(again.plan!.targets.map(({ id }) => id));
  });

  it("says of what earlier plans deleted what those said that it leaves", async () => {
    vendor.outline = () => ({ residuals: ["BACKUPS", "ARCHIVED_PEOPLE"] });
    await halfDone();
    vendor.outline = () => ({ residuals: ["BACKUPS"] });
    const done = await carryOut(await plan());
    expect([done.outcome, done.residuals.map(({ code }) => code).slice(0, 2)]).to.deep.equal(["verified", ["BACKUPS", "ARCHIVED_PEOPLE"]]);
  });

  it("does not carry out a plan once another one was asked for", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const first = await plan();
    vendor.outline = () => fail("INTERRUPTED");
    await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { exclude: [{ id: "P2", reason: "not them" }] }).catch(() => undefined);
    vendor.outline = () => ({});
    const refused = await carryOut(first).catch((error: unknown) => error);
    expect(refused).to.include({ code: "PLAN_STALE" });
    expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal([]);
    expect((await plan()).outcome).to.equal("planned");
  });

  it("of somebody who came back names them once, under another code than before", async () => {
    const first = await plan();
    expect(await carryOut(first)).to.include({ outcome: "verified" });
    await world.host.clock.advance(86_400_000);
    vendor.gone.clear();
    await world.dsr.upkeep();
    expect((await world.dsr.result(first.request.id)).attention).to.deep.equal({ code: "REAPPEARED" });
    const again = await plan();
    expect([again.plan!.id === first.plan!.id, again.plan!.confirm === first.plan!.confirm]).to.deep.equal([false, false]);
    expect(outcomes(await carryOut(again))).to.deep.equal(["P1 deleted"]);
  });

  it("of somebody who came back goes on naming what hung on them before, and could be read once they were gone", async () => {
    vendor.outline = (matches) => ({ dependents: matches.map(({ id }) => message(`of ${id}`)) });
    const first = await carryOut(await plan());
    await world.host.clock.advance(86_400_000);
    vendor.gone.clear();
    await world.dsr.upkeep();
    vendor.outline = () => ({});
    // A plan that nothing was begun of takes nothing away, either.
    await plan();
    const done = await carryOut(await plan());
    for (const each of [first, done]) expect([each.outcome, each.residuals.filter(({ code }) => code === "STILL_READABLE").map(({ id }) => id)]).to.deep.equal(["verified", ["of P1"]]);
  });

  it("also where everything was tried and the vendor would not delete one: what is gone stays told, and the rest is tried anew", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    const { erase } = vendor;
    vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
    const refused = await carryOut(planned);
    expect([refused.outcome, refused.attention, outcomes(refused)]).to.deep.equal(["partial", { code: "NOT_DELETED" }, ["P1 deleted", "P2 not_deleted"]]);
    vendor.erase = erase;
    const again = await plan();
    expect([again.outcome, again.request.id, again.plan!.targets.map(({ id }) => id)]).to.deep.equal(["planned", planned.request.id, ["P2"]]);
    const done = await carryOut(again);
    expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted"]]);
    expect(ofKind(await world.entries(planned.request.id), "confirmed")).to.have.length(2);
  });

  it("not where it only did not come to write down its end", async () => {
    vendor.outline = () => ({ dependents: [message("M1")] });
    const planned = await plan();
    const { look } = vendor;
    vendor.look = (target) => (target.category === "message" ? fail("INTERRUPTED") : look(target));
    expect(await carryOut(planned).catch((error: unknown) => error)).to.include({ code: "INTERRUPTED" });
    vendor.look = look;
    expect(await plan()).to.include({ outcome: "running" });
    const done = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect([done.outcome, done.dependents!.map(({ state }) => state)]).to.deep.equal(["verified", ["present"]]);
  });

  describe("of whom nobody is found any more", () => {
    /** What the archive alone shows is not shown by its id. */
    const archivedAre = (...ids: readonly string[]): void => {
      vendor.look = ({ id, extent }) => ({ answer: vendor.gone.has(id) || (extent === undefined) === ids.includes(id) ? "absent" : "present" });
    };

    it("does not take for gone what the vendor refused to delete and somebody archived since", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      vendor.erase = ({ id }) => (id === "P2" ? { answer: "not_deleted" } : (vendor.gone.add(id), { answer: "deleted" }));
      await carryOut(planned);
      vendor.matches = [];
      archivedAre("P2");
      const archived = await plan();
      expect([archived.outcome, archived.attention, outcomes(archived)]).to.deep.equal(["partial", { code: "NOT_DELETED" }, ["P1 deleted", "P2 not_deleted"]]);
      vendor.gone.add("P2");
      const gone = await plan();
      expect([gone.outcome, outcomes(gone)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted"]]);
    });

    it("nor for nobody whom the vendor refused to delete, where nothing else was deleted", async () => {
      vendor.erase = () => ({ answer: "not_deleted" });
      expect((await carryOut(await plan())).outcome).to.equal("needs_attention");
      vendor.matches = [];
      archivedAre("P1");
      const archived = await plan();
      expect([archived.outcome, archived.attention, outcomes(archived)]).to.deep.equal(["needs_attention", { code: "NOT_DELETED" }, ["P1 not_deleted"]]);
      vendor.gone.add("P1");
      const gone = await plan();
      expect([gone.outcome, outcomes(gone)]).to.deep.equal(["verified", ["P1 deleted"]]);
    });

    it("takes for gone what became part of a record that it deleted, and of no other one", async () => {
      for (const [into, told] of [["P1", ["verified", ["P1 deleted", "P2 deleted"]]], ["P9", ["partial", ["P1 deleted", "P2 not_deleted"]]]] as const) {
        vendor = scriptedVendor();
        world = await openMemoryWorld(vendor.change);
        vendor.matches = [match("P1"), match("P2")];
        const { erase } = vendor;
        vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
        await carryOut(await plan());
        vendor.matches = [];
        vendor.look = ({ id }) => (id === "P2" ? { answer: "merged", into } : { answer: "absent" });
        const done = await plan();
        expect([done.outcome, outcomes(done)], into).to.deep.equal(told);
      }
    });

    it("tells of what was planned anew, and went before that was confirmed, as its evidence does", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase } = vendor;
      vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
      await carryOut(await plan());
      expect(outcomes(await plan())).to.deep.equal(["P1 deleted"]);
      vendor.gone.add("P2");
      const done = await plan();
      expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 already_absent"]]);
      expect(ofKind(await world.entries(done.request.id), "settled").at(-1)).to.deep.include({ target: person("P2"), outcome: "already_absent" });
    });

    it("comes to its end where what hung on them is all that the search shows, and to none where it shows more", async () => {
      for (const [shown, outcome] of [["M1", "verified"], ["M2", "verified"], ["M3", "partial"]] as const) {
        vendor = scriptedVendor();
        world = await openMemoryWorld(vendor.change);
        vendor.matches = [match("P1"), match("P2")];
        vendor.outline = (matches) => (matches.length === 0 ? {} : { dependents: [message("M1")], kept: [{ ...message("M2"), reason: "others have a part in it" }] });
        const { erase } = vendor;
        vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
        await carryOut(await plan());
        vendor.gone.add("P2");
        vendor.beside = { loose: [{ category: "message", id: shown, as: "author", matchedBy: "exact", hangsOn: ["P1"] }] };
        const done = await plan();
        expect([done.outcome, done.attention?.code, done.residuals.filter(({ code }) => code === "STILL_READABLE").map(({ id }) => id)], shown).to.deep.equal([outcome, outcome === "partial" ? "NOTHING_TO_DELETE" : undefined, ["M1"]]);
      }
    });

    it("nor what a human named, the vendor does not show, and was never deleted", async () => {
      const planned = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { also: [{ id: "X1", reason: "by phone" }] });
      const { erase } = vendor;
      vendor.erase = (target, policies) => (target.id === "X1" ? fail("SCOPE_MISSING") : erase(target, policies));
      archivedAre("X1");
      expect(outcomes(await carryOut(planned))).to.deep.equal(["P1 deleted", "X1 unknown"]);
      vendor.matches = [match("P3")];
      expect((await world.dsr.resume(planned.request.id)).attention).to.deep.equal({ code: "PLAN_STALE" });
      vendor.matches = [];
      const again = await plan();
      expect([again.outcome, outcomes(again)]).to.deep.equal(["partial", ["P1 deleted", "X1 unknown"]]);
    });
  });

  describe("of whom others are found, and one is shown no more that the vendor refused to delete", () => {
    /** P1 is refused, and then shown by no search; P2 is found. */
    const refused = async (): Promise<void> => {
      const { erase } = vendor;
      vendor.erase = () => ({ answer: "not_deleted" });
      await carryOut(await plan());
      vendor.erase = erase;
      vendor.matches = [match("P2")];
    };

    it("tells of it as not deleted while it is there, by its id or in the archive alone", async () => {
      for (const there of [undefined, "archived"]) {
        vendor = scriptedVendor();
        world = await openMemoryWorld(vendor.change);
        await refused();
        vendor.look = ({ id, extent }) => ({ answer: vendor.gone.has(id) || (id === "P1" && extent !== there) ? "absent" : "present" });
        const again = await plan();
        expect([again.plan!.targets.map(({ id }) => id), outcomes(again)]).to.deep.equal([["P2"], ["P1 not_deleted"]]);
        const done = await carryOut(again);
        expect([done.outcome, done.attention, outcomes(done)], there).to.deep.equal(["partial", { code: "NOT_DELETED" }, ["P2 deleted", "P1 not_deleted"]]);
        expect(vendor.calls.filter((call) => call === "erase person P1")).to.deep.equal([]);
      }
    });

    it("takes it for gone once nothing shows it, or it became part of what is gone, and of no other one", async () => {
      for (const [answer, into, told] of [["absent", undefined, ["verified", undefined, "P1 deleted"]], ["merged", "P2", ["verified", undefined, "P1 deleted"]], ["merged", "P9", ["partial", "NOT_DELETED", "P1 not_deleted"]]] as const) {
        vendor = scriptedVendor();
        world = await openMemoryWorld(vendor.change);
        await refused();
        const { look } = vendor;
        vendor.look = (target) => (target.id === "P1" ? { answer, ...(into === undefined ? {} : { into }) } : look(target));
        const done = await carryOut(await plan());
        expect([done.outcome, done.attention?.code, outcomes(done)[1]], String(into)).to.deep.equal(told);
      }
    });

    it("leaves it to a human's choice where one wants it kept, and to the plan where that names it as what hangs on another", async () => {
      await refused();
      vendor.matches = [match("P1"), match("P2")];
      const kept = await carryOut(await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { exclude: [{ id: "P1", reason: "not them" }] }));
      expect([kept.outcome, outcomes(kept)]).to.deep.equal(["verified", ["P2 deleted"]]);
    });
  });

  describe("of what it deleted, and the vendor showed once more", () => {
    /** P1 is deleted, P2 refused; then what is read of P1 is from before. */
    const stale = async (): Promise<DeletionResult> => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase, look } = vendor;
      vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
      await carryOut(await plan());
      vendor.erase = ({ id }) => (vendor.gone.has(id) ? { answer: "absent" } : (vendor.gone.add(id), { answer: "deleted" }));
      vendor.beside = { matches: [match("P1"), match("P2")] };
      vendor.look = () => ({ answer: "present" });
      const again = await plan();
      expect(again.plan!.targets.map(({ id }) => id)).to.deep.equal(["P1", "P2"]);
      vendor.look = look;
      return again;
    };

    it("tells that it deleted it, and not that it was gone before", async () => {
      const done = await carryOut(await stale());
      expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted"]]);
    });

    it("tells so also where another plan is not about it, or nobody is found any more", async () => {
      for (const left of [[match("P2")], []]) {
        vendor = scriptedVendor();
        world = await openMemoryWorld(vendor.change);
        await stale();
        vendor.beside = { matches: left };
        if (left.length === 0) vendor.gone.add("P2");
        const again = await plan();
        const done = again.plan !== null && again.outcome === "planned" ? await carryOut(again) : again;
        expect([done.outcome, [...outcomes(done)].sort()], String(left.length)).to.deep.equal(["verified", ["P1 deleted", left.length === 0 ? "P2 already_absent" : "P2 deleted"]]);
      }
    });

    it("is partial, and not refused, where a hold stands in the way by now", async () => {
      await stale();
      await world.dsr.placeHold({ identifier: ADA.identifier, basis: "litigation 7" });
      const held = await plan();
      expect([held.outcome, held.attention?.code]).to.deep.equal(["partial", "HELD"]);
    });
  });

  describe("with the archive, where somebody put one meanwhile", () => {
    const inArchive = (...ids: readonly string[]): void => {
      vendor.archived = ids.map((id) => match(id));
      vendor.look = ({ id, extent }) => ({ answer: vendor.gone.has(id) || (extent === undefined && ids.includes(id)) ? "absent" : "present" });
    };
    const planThere = () => world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { extents: ["archived"] });

    it("plans what it had taken for deleted", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase } = vendor;
      vendor.look = ({ id }) => ({ answer: id === "P1" ? "absent" : "present" });
      vendor.erase = ({ id }) => ({ answer: id === "P1" ? "deleted" : "not_deleted" });
      expect(outcomes(await carryOut(await plan()))).to.deep.equal(["P1 deleted", "P2 not_deleted"]);
      Object.assign(vendor, { erase, matches: [match("P2")] });
      inArchive("P1");
      const again = await planThere();
      expect(again.plan!.targets.map(({ id, extent }) => [id, extent])).to.deep.equal([["P2", undefined], ["P1", "archived"]]);
      expect(outcomes(await carryOut(again))).to.deep.equal(["P2 deleted", "P1 deleted"]);
      expect([...vendor.gone]).to.have.members(["P1", "P2"]);
    });

    it("looks there for what was acknowledged and was there still", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase } = vendor;
      vendor.look = () => ({ answer: "present" });
      vendor.erase = ({ id }) => (id === "P1" ? { answer: "deleted" } : fail("SCOPE_MISSING"));
      const planned = await plan();
      await carryOut(planned);
      vendor.matches = [match("P2"), match("P3")];
      expect((await world.dsr.resume(planned.request.id)).attention).to.deep.equal({ code: "PLAN_STALE" });
      inArchive("P1");
      const again = await planThere();
      vendor.erase = erase;
      let done = await carryOut(again);
      for (let looks = 0; looks < 8; looks++) {
        await world.host.clock.advance(600_000);
        done = (await world.dsr.resume(planned.request.id)) as DeletionResult;
      }
      expect([done.outcome, outcomes(done), [...vendor.gone]]).to.deep.equal(["verified", ["P2 deleted", "P3 deleted", "P1 deleted"], ["P2", "P3", "P1"]]);
    });
  });

  it("does not take for deleted what the vendor never showed, where the deletion of it was not answered and another plan is not about it", async () => {
    const planned = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { also: [{ id: "X1", reason: "by phone" }, { id: "X2", reason: "by phone" }] });
    const { erase } = vendor;
    const lost: string[] = [];
    vendor.erase = (target, policies) => (target.id === "P1" ? erase(target, policies) : lost.push(target.id) === 1 ? fail("OUTCOME_UNKNOWN") : fail("SCOPE_MISSING"));
    vendor.look = ({ id }) => ({ answer: id.startsWith("X") || vendor.gone.has(id) ? "absent" : "present" });
    expect(outcomes(await carryOut(planned))).to.deep.equal(["P1 deleted", "X1 unknown", "X2 unknown"]);
    vendor.matches = [match("P3")];
    expect((await world.dsr.resume(planned.request.id)).attention).to.deep.equal({ code: "PLAN_STALE" });
    vendor.erase = erase;
    // Nor where yet another one is asked for.
    await plan();
    const done = await carryOut(await plan());
    expect([done.outcome, done.attention, outcomes(done)]).to.deep.equal(["partial", { code: "OUTCOME_UNKNOWN" }, ["P1 deleted", "P3 deleted", "X1 unknown"]]);
  });

  it("forgets nothing that it deleted because a human had named it, where the human names it once more", async () => {
    const also = [{ id: "X1", reason: "by phone" }];
    const planAlso = () => world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { also });
    const planned = await planAlso();
    vendor.erase = ({ id }) => (id === "P1" ? { answer: "not_deleted" } : { answer: vendor.gone.has(id) ? "absent" : (vendor.gone.add(id), "deleted") });
    expect(outcomes(await carryOut(planned))).to.deep.equal(["P1 not_deleted", "X1 deleted"]);
    const again = await planAlso();
    expect([again.plan!.targets.map(({ id }) => id), outcomes(again)]).to.deep.equal([["P1"], ["X1 deleted"]]);
    const cancelled = (await world.dsr.cancel(again.request.id)) as DeletionResult;
    expect([cancelled.outcome, outcomes(cancelled), cancelled.residuals.length > 0]).to.deep.equal(["cancelled", ["X1 deleted"], true]);
  });

  it("deletes once more what a human had named, and names once more, where it is there again", async () => {
    const also = [{ id: "X1", reason: "by phone" }];
    vendor.erase = ({ id }) => (id === "P1" ? { answer: "not_deleted" } : { answer: vendor.gone.has(id) ? "absent" : (vendor.gone.add(id), "deleted") });
    await carryOut(await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { also }));
    vendor.gone.clear();
    vendor.byId = (id) => match(id, { matchedBy: "chosen" });
    const again = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { also });
    expect(again.plan!.targets.map(({ id }) => id)).to.deep.equal(["P1", "X1"]);
  });

  it("also where it was refused in another account that had the connection's name for a while, and goes on only once that plan is confirmed", async () => {
    const first = await plan();
    const connection = await world.dsr.connection("acme");
    const leadsTo = (id: string) => world.host.connections.put({ ...connection, workspace: { ...connection.workspace, id }, checkedAt: new Date(world.host.clock.now()).toISOString() });
    await leadsTo("another");
    const refused = await carryOut(first);
    expect([refused.outcome, refused.attention]).to.deep.equal(["refused", { code: "WRONG_WORKSPACE" }]);
    await world.host.clock.advance(Date.parse(first.plan!.expiresAt) - world.host.clock.now());
    await leadsTo(connection.workspace.id);
    expect(await rejectionOf(carryOut(first))).to.include({ code: "PLAN_STALE" });
    const again = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { also: [{ id: "X1", reason: "by phone" }] });
    expect([again.request.id, again.outcome, again.plan!.targets.map(({ id }) => id)]).to.deep.equal([first.request.id, "planned", ["P1", "X1"]]);
    expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal([]);
    expect(await carryOut(again)).to.include({ outcome: "verified" });
  });

  it("not while a deletion that was confirmed is under way", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    vendor.erase = () => fail("VENDOR_UNAVAILABLE");
    expect(await carryOut(planned)).to.include({ outcome: "parked" });
    expect(await plan()).to.include({ outcome: "parked" });
    // Another wish is not silently left aside.
    const other = world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { only: ["P1"] });
    expect(await rejectionOf(other)).to.include({ code: "IDEMPOTENCY_CONFLICT" });
    expect(vendor.calls).to.deep.equal([]);
  });
});
