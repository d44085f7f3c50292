import { expect } from "chai";
import { holdState, Identifier, type DeletionResult } from "../../core/index.js";
import { addAda, ADA, ada, openAccountableWorld, type AccountableWorld } from "../adapters/evidence/support/accountable-world.js";
import { rejectionOf } from "./thrown.js";

const LITIGATION = "litigation 7 of 2026";
const DAY_MS = 86_400_000;

describe("a legal hold", () => {
  let world: AccountableWorld;
  let ids: readonly string[];
  beforeEach(async () => {
    world = await openAccountableWorld();
    ids = addAda(world);
  });
  afterEach(() => world.end());

  const hold = (until?: string, who = ada()) => world.dsr.placeHold({ identifier: who, basis: LITIGATION, ...(until === undefined ? {} : { until }) });
  const inMs = (ms: number): string => new Date(world.clock.now() + ms).toISOString();
  const plan = (reference = "T-1"): Promise<DeletionResult> => world.dsr.plan("acme", { identifier: ada(), reference });
  const carryOut = ({ plan: made }: DeletionResult) => world.dsr.delete(made!.id, made!.confirm);
  const outcomes = ({ targets }: DeletionResult) => targets.map(({ outcome, untouched = false }) => (untouched ? `${outcome}, untouched` : outcome));
  const endings = async (requestId: string) => ({
    journal: (await world.host.journal.entries(requestId)).filter(({ kind }) => kind === "ended"),
    evidence: (await world.dsr.evidence(requestId)).records.map(({ fact }) => fact).filter(({ kind }) => kind === "ended"),
  });
  /** Does something as soon as the vendor has carried out the n-th deletion. */
  const afterDeletion = (n: number, act: () => Promise<unknown>): void => {
    world.between = async (request, send) => {
      const answer = await send(request);
      if (request.method === "DELETE" && world.deletions() === n) await act();
      return answer;
    };
  };

  describe("I13: on somebody whose record a human named for another person's deletion", () => {
    const other = Identifier.parse("email", "other.person@example.test");
    const planAlso = () => {
      const [id = ""] = [world.vendor.addSubject({ identifier: { value: other.reveal() }, text: "other", volume: "bare" }).id];
      return world.dsr.plan("acme", { identifier: ada(), reference: "T-9" }, { also: [{ id, reason: "merged record" }] });
    };

    it("refuses the plan, with the basis", async () => {
      const { id } = await hold(undefined, other);
      const result = await planAlso();
      expect([result.outcome, result.plan, result.attention?.code, result.attention?.holds]).to.deep.equal(["refused", null, "HELD", [{ id, basis: LITIGATION }]]);
    });

    it("stops the deletion where it was placed after the plan, before anything is deleted", async () => {
      const planned = await planAlso();
      expect(JSON.stringify(planned)).not.to.contain("others");
      await hold(undefined, other);
      const result = await carryOut(planned);
      expect([result.outcome, result.attention?.code]).to.deep.equal(["refused", "HELD"]);
      expect(world.deletions()).to.equal(0);
    });

    it("stops it in the middle, too: of what is left nothing is deleted", async () => {
      const planned = await planAlso();
      afterDeletion(1, () => hold(undefined, other));
      const result = await carryOut(planned);
      expect([result.outcome, result.attention?.code, world.deletions()]).to.deep.equal(["partial", "HELD", 1]);
      expect(outcomes(result)).to.have.members(["deleted", ...Array<string>(ids.length).fill("unknown, untouched")]);
    });

    it("lets it happen where nobody holds them", async () => {
      expect(await carryOut(await planAlso())).to.include({ outcome: "verified" });
    });
  });

  it("I13: a held person is refused before anybody is asked, and the basis is in journal and evidence", async () => {
    const placed = await hold();
    const calls = world.vendor.calls().length;
    const result = await plan();
    const holds = [{ id: placed.id, basis: LITIGATION }];
    expect([result.outcome, result.attention, result.plan, result.apiCalls]).to.deep.equal(["refused", { code: "HELD", holds }, null, 0]);
    expect(world.vendor.calls()).to.have.length(calls);
    const { journal, evidence } = await endings(result.request.id);
    expect(journal.map((each) => ({ ...each, at: "" }))).to.deep.equal([{ at: "", kind: "ended", outcome: "refused", attention: { code: "HELD", holds } }]);
    expect(evidence).to.deep.equal([{ kind: "ended", outcome: "refused", why: "HELD", holds }]);
  });

  it("I13: stops a deletion that was planned and confirmed before it was placed", async () => {
    const planned = await plan();
    const placed = await hold();
    const calls = world.vendor.calls().length;
    const refused = await carryOut(planned);
    expect([refused.outcome, refused.attention?.code, world.vendor.calls().length]).to.deep.equal(["refused", "HELD", calls]);
    expect((await plan()).outcome).to.equal("refused");
    await world.dsr.releaseHold(placed.id);
    // The confirmation was for the world as it was then.
    const again = await plan();
    expect([again.outcome, again.request.id]).to.deep.equal(["planned", planned.request.id]);
    expect((await carryOut(again)).outcome).to.equal("verified");
  });

  it("I13: stops a deletion in the middle, which is partial then, and lets it go on once it is released", async () => {
    const planned = await plan();
    let placed = "";
    afterDeletion(1, async () => void (placed = (await hold()).id));
    const partial = await carryOut(planned);
    expect([partial.outcome, partial.attention, world.deletions()]).to.deep.equal(["partial", { code: "HELD", holds: [{ id: placed, basis: LITIGATION }] }, 1]);
    expect(outcomes(partial)).to.deep.equal(["deleted", "unknown, untouched", "unknown, untouched"]);
    expect((await endings(planned.request.id)).evidence.at(-1)).to.deep.include({ outcome: "partial", why: "HELD", remains: ["BACKUPS", "ARCHIVED_PEOPLE"] });
    expect([(await world.dsr.resume(planned.request.id)).outcome, world.deletions()]).to.deep.equal(["partial", 1]);
    await world.dsr.releaseHold(placed);
    const done = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect([done.outcome, world.deletions()]).to.deep.equal(["verified", 3]);
    for (const id of ids) expect(world.vendor.isHeld(id)).to.equal(false);
  });

  it("I13: stops the deletion that follows a lost answer, and reads all the same", async () => {
    const planned = await plan();
    world.between = async (request, send) => {
      if (request.method !== "DELETE") return send(request);
      await hold();
      throw new Error("reset before it arrived");
    };
    const result = await carryOut(planned);
    expect([result.outcome, result.attention?.code, world.deletions()]).to.deep.equal(["partial", "HELD", 0]);
    expect(outcomes(result)).to.deep.equal(["unknown", "unknown, untouched", "unknown, untouched"]);
  });

  it("does not keep a deletion that was sent from being looked at", async () => {
    const planned = await plan();
    let isLate = true;
    world.between = async (request, send) => {
      const id = new URL(request.url).pathname.split("/")[2] ?? "";
      if (isLate && request.method === "GET" && ids.includes(id) && !world.vendor.isHeld(id)) return Response.json({ id, kind: "prospect", email: ADA, name: "x" });
      return send(request);
    };
    expect((await carryOut(planned)).outcome).to.equal("awaiting_verification");
    await hold();
    isLate = false;
    await world.clock.advance(120_000);
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
  });

  it("leaves access alone", async () => {
    await hold();
    const { outcome, counts } = await world.dsr.access("acme", { identifier: ada() });
    expect([outcome, counts["person"]]).to.deep.equal(["complete", 3]);
  });

  it("does not count once it has expired or was released", async () => {
    const expiring = await hold(inMs(DAY_MS));
    const released = await hold();
    expect((await plan()).attention?.holds?.map(({ id }) => id)).to.deep.equal([expiring.id, released.id]);
    expect(await world.dsr.releaseHold(released.id)).to.include({ state: "released" });
    expect((await plan()).attention?.holds?.map(({ id }) => id)).to.deep.equal([expiring.id]);
    await world.clock.advance(DAY_MS - 1);
    expect((await plan()).outcome).to.equal("refused");
    await world.clock.advance(1);
    expect((await world.dsr.holds()).map(({ state }) => state)).to.deep.equal(["expired"]);
    expect((await plan()).outcome).to.equal("planned");
  });

  it("is on a person, however the address is written, and on nobody else", async () => {
    await hold(undefined, Identifier.parse("email", "ADA.Canary@EXAMPLE.test"));
    expect((await plan()).outcome).to.equal("refused");
    world.vendor.addSubject({ identifier: { value: "bob@example.test" }, text: "x", volume: "bare" });
    world.vendor.settleIndex();
    expect((await world.dsr.plan("acme", { identifier: Identifier.parse("email", "bob@example.test") })).outcome).to.equal("planned");
  });

  it("stands for every process of the home", async () => {
    await hold();
    world = await world.restart();
    expect((await plan()).outcome).to.equal("refused");
  });

  it("is listed without a trace of whom it is on, and released twice as once", async () => {
    const placed = await hold(inMs(DAY_MS));
    expect(placed).to.have.all.keys("id", "basis", "placedAt", "until", "state");
    expect(await world.dsr.holds()).to.deep.equal([placed]);
    const released = await world.dsr.releaseHold(placed.id);
    await world.clock.advance(5);
    expect(await world.dsr.releaseHold(placed.id)).to.deep.equal(released);
    expect(await world.dsr.holds()).to.deep.equal([]);
    expect(await rejectionOf(world.dsr.releaseHold("nobody"))).to.include({ code: "REQUEST_INVALID" });
  });

  it("is refused without a basis, with one that holds an address or hides something, and when it has ended already", async () => {
    const refused = [
      ...["", "  ", "x".repeat(201), "Ada <ada@example.test>", "ada＠example.test", "a\u0007", "a\u202eb", "a\nb"].map((basis) => ({ basis })),
      ...[inMs(0), inMs(-1), "soon", ""].map((until) => ({ basis: LITIGATION, until })),
    ];
    for (const each of refused) expect(await rejectionOf(world.dsr.placeHold({ identifier: ada(), ...each })), JSON.stringify(each)).to.include({ code: "REQUEST_INVALID" });
    expect(await world.dsr.holds()).to.deep.equal([]);
  });

  it("stands until the moment that it names, and is over once it was released", () => {
    const until = "2026-01-02T00:00:00.000Z";
    const ms = Date.parse(until);
    expect([holdState({}, ms), holdState({ until }, ms - 1), holdState({ until }, ms), holdState({ releasedAt: until }, 0), holdState({ until, releasedAt: until }, 0)]).to.deep.equal(["standing", "standing", "expired", "released", "released"]);
  });
});
