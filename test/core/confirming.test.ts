import { expect } from "chai";
import { confirmPlan, DsrError, Identifier, runDeletion, type DeletionResult, type Run } from "../../core/index.js";
import { email, sampleRequest } from "../adapters/journal/samples.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from "./memory-world.js";
import { match, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";
import { sampleSession } from "./sample-manifest.js";
import { rejectionOf } from "./thrown.js";

const DAY_MS = 86_400_000;
const DOWN = () => Promise.resolve(new Response("", { status: 503 }));

describe("the confirmation of a plan", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const open = async (options: MemoryWorldOptions = {}) => {
    vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change, options);
  };
  beforeEach(() => open());

  const plan = async (who = ADA): Promise<DeletionResult> => {
    const planned = await world.dsr.plan("acme", { ...who, reference: "T-1" });
    vendor.calls.length = 0;
    return planned;
  };
  const carryOut = ({ plan: made }: DeletionResult) => world.dsr.delete(made!.id, made!.confirm);
  const turnedAway = async ({ request }: DeletionResult) => ofKind(await world.entries(request.id), "turned_away").map(({ code }) => code);
  const confirmed = async ({ request }: DeletionResult) => ofKind(await world.entries(request.id), "confirmed").map(({ at: _, ...rest }) => rest);
  /** Leaves an access request of somebody open. */
  const openAccess = async (identifier = ADA.identifier): Promise<string> => {
    world.between = DOWN;
    const { outcome, request } = await world.dsr.access("acme", { identifier });
    expect(outcome).to.equal("parked");
    world.between = (request, send) => send(request);
    vendor.calls.length = 0;
    return request.id;
  };

  it("is refused with a wrong code, which is noted once however often, and asks the vendor nothing", async () => {
    const planned = await plan();
    for (const code of ["delete-1-00000000", "", planned.plan!.id]) expect(await rejectionOf(world.dsr.delete(planned.plan!.id, code))).to.include({ code: "CONFIRMATION_REFUSED" });
    expect([vendor.calls, await turnedAway(planned), await confirmed(planned)]).to.deep.equal([[], ["CONFIRMATION_REFUSED"], []]);
    expect((await world.dsr.result(planned.request.id)).outcome).to.equal("planned");
    expect(await carryOut(planned)).to.include({ outcome: "verified" });
  });

  it("is noted again where something else was refused in between", async () => {
    const planned = await plan();
    const wrong = () => rejectionOf(world.dsr.delete(planned.plan!.id, "wrong"));
    await wrong();
    const access = await openAccess();
    await rejectionOf(carryOut(planned));
    await world.dsr.cancel(access);
    await wrong();
    expect(await turnedAway(planned)).to.deep.equal(["CONFIRMATION_REFUSED", "ACCESS_FIRST", "CONFIRMATION_REFUSED"]);
  });

  it("is noted once, with who was asked for it where that is known, before anything is deleted", async () => {
    const planned = await world.dsr.plan("acme", { ...ADA, operator: "op-7" });
    await world.dsr.confirm(planned.plan!.id, planned.plan!.confirm);
    await world.dsr.confirm(planned.plan!.id, planned.plan!.confirm);
    expect(await confirmed(planned)).to.deep.equal([{ kind: "confirmed", planId: planned.plan!.id, operator: "op-7" }]);
    expect(vendor.gone.size).to.equal(0);
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
    await open();
    const nobodys = await plan();
    await carryOut(nobodys);
    expect(await confirmed(nobodys)).to.deep.equal([{ kind: "confirmed", planId: nobodys.plan!.id }]);
    expect((await world.entries(nobodys.request.id)).map(({ kind }) => kind).slice(-7)).to.deep.equal(["confirmed", "found", "intent", "answered", "looked", "settled", "ended"]);
  });

  it("comes too late once the plan's time is over, and holds from then on where it came before", async () => {
    const late = await plan();
    await world.host.clock.advance(Date.parse(late.plan!.expiresAt) - world.host.clock.now());
    expect(await rejectionOf(carryOut(late))).to.include({ code: "PLAN_STALE" });
    expect([vendor.calls, await turnedAway(late), await confirmed(late)]).to.deep.equal([[], ["PLAN_STALE"], []]);
    const inTime = await plan();
    await world.host.clock.advance(DAY_MS - 1);
    await world.dsr.confirm(inTime.plan!.id, inTime.plan!.confirm);
    await world.host.clock.advance(DAY_MS);
    expect(await carryOut(inTime)).to.include({ outcome: "verified" });
  });

  it("is refused where another version of the connector made the plan", async () => {
    const planned = await plan();
    world = world.restart("2.0.0");
    expect(await rejectionOf(carryOut(planned))).to.include({ code: "PLAN_STALE" });
    expect([vendor.calls, await turnedAway(planned)]).to.deep.equal([[], ["PLAN_STALE"]]);
  });

  it("does not help where another version is to carry the plan out: it waits for a human to plan anew", async () => {
    const planned = await plan();
    await world.dsr.confirm(planned.plan!.id, planned.plan!.confirm);
    world = world.restart("2.0.0");
    const { outcome, attention } = await world.dsr.resume(planned.request.id);
    expect([outcome, attention, vendor.calls]).to.deep.equal(["needs_attention", { code: "PLAN_STALE" }, []]);
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("needs_attention");
    expect(vendor.calls).to.deep.equal([]);
    expect(await carryOut(await plan())).to.include({ outcome: "verified" });
  });

  describe("while an access request of the person is open", () => {
    it("is refused, names that request, and asks the vendor nothing", async () => {
      const planned = await plan();
      const access = await openAccess();
      expect(await rejectionOf(carryOut(planned))).to.deep.include({ code: "ACCESS_FIRST", facts: { at: `request ${access}` } });
      expect([vendor.calls, await turnedAway(planned), await confirmed(planned)]).to.deep.equal([[], ["ACCESS_FIRST"], []]);
      await world.dsr.cancel(access);
      expect(await carryOut(planned)).to.include({ outcome: "verified" });
    });

    it("is not enough where it was given before: nothing is deleted, and it still stands afterwards", async () => {
      const planned = await plan();
      await world.dsr.confirm(planned.plan!.id, planned.plan!.confirm);
      const access = await openAccess();
      expect(await rejectionOf(world.dsr.resume(planned.request.id))).to.include({ code: "ACCESS_FIRST" });
      expect([vendor.calls, await turnedAway(planned)]).to.deep.equal([[], ["ACCESS_FIRST"]]);
      await world.dsr.cancel(access);
      expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
    });

    it("stops nothing that has begun, since what is half deleted has to come to its end", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      vendor.erase = () => {
        throw new DsrError("OUTCOME_UNKNOWN");
      };
      expect(await carryOut(planned)).to.include({ outcome: "parked" });
      await openAccess();
      vendor.erase = ({ id }) => (vendor.gone.add(id), { answer: "deleted" });
      expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
    });

    it("stops no later plan of a deletion that has begun, either", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase } = vendor;
      vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
      expect(await carryOut(await plan())).to.include({ outcome: "partial" });
      vendor.erase = erase;
      const again = await plan();
      expect(again.plan!.targets.map(({ id }) => id)).to.deep.equal(["P2"]);
      await openAccess();
      expect(await carryOut(again)).to.include({ outcome: "verified" });
    });

    it("is taken where the open request is somebody else's", async () => {
      const planned = await plan();
      await openAccess(Identifier.parse("email", "bob@example.test"));
      expect(await carryOut(planned)).to.include({ outcome: "verified" });
    });
  });

  it("is refused while the plan is made anew and the person was not looked for yet where that is to be done", async () => {
    const planned = await plan();
    const unanswered = { get gaps(): never { throw new DsrError("INTERRUPTED"); } };
    vendor.beside = unanswered;
    expect(await rejectionOf(world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { extents: ["archived"] }))).to.include({ code: "INTERRUPTED" });
    vendor.calls.length = 0;
    expect(await rejectionOf(carryOut(planned))).to.include({ code: "PLAN_STALE" });
    expect(vendor.calls).to.deep.equal([]);
  });

  it("is nothing to a request for which no plan was made, which is refused when it is to be carried out", async () => {
    const { journal } = world.host;
    const request = await journal.open(sampleRequest({ type: "deletion" }), [email()]);
    const lease = (await journal.lease(request.id))!;
    const run: Run = { host: world.host, session: sampleSession(), request, lease, signal: new AbortController().signal };
    expect(await rejectionOf(confirmPlan(run, "delete-0"))).to.include({ code: "PLAN_UNKNOWN" });
    await runDeletion(run);
    expect(ofKind(await world.entries(request.id), "ended").map(({ outcome, attention }) => [outcome, attention])).to.deep.equal([["refused", { code: "PLAN_UNKNOWN" }]]);
  });

  it("is not taken a second time for people who came back after they were deleted", async () => {
    await open({ timings: { planTtlMs: 90 * DAY_MS } });
    const planned = await plan();
    await carryOut(planned);
    vendor.gone.clear();
    await world.host.clock.advance(2 * DAY_MS);
    await world.dsr.upkeep();
    expect((await world.dsr.result(planned.request.id)).attention).to.deep.equal({ code: "REAPPEARED" });
    expect(await rejectionOf(carryOut(planned))).to.include({ code: "PLAN_STALE" });
    expect(vendor.gone.size).to.equal(0);
    // What is planned anew is confirmed anew.
    expect(await carryOut(await plan())).to.include({ outcome: "verified" });
  });

  it("of a finished request is answered with what came of it, and only with its code", async () => {
    const planned = await plan();
    await carryOut(planned);
    vendor.calls.length = 0;
    expect(await rejectionOf(world.dsr.delete(planned.plan!.id, "wrong"))).to.include({ code: "CONFIRMATION_REFUSED" });
    expect(await rejectionOf(world.dsr.confirm(planned.plan!.id, "wrong"))).to.include({ code: "CONFIRMATION_REFUSED" });
    expect(await carryOut(planned)).to.include({ outcome: "verified" });
    expect(vendor.calls).to.deep.equal([]);
  });
});
