import { expect } from "chai";
import type { DeletionResult } from "../../../core/index.js";
import { connectedWorld, forgetCalls, mutations, type World, withoutCallIds } from "./world.js";

const JANE = "jane@example.test";
const SECOND = 1000;

describe("V2: an acknowledged deletion that does not show", () => {
  let world: World;
  let id: string;
  const readLag = async (readLagMs: number, after = connectedWorld) => {
    world = await after({ sandbox: { readLagMs } });
    id = world.sandbox.build.addContact({ email: JANE }).id;
  };
  /** When the contact was looked at, in seconds after its first deletion. */
  const looks = () => {
    const records = world.sandbox.calls.records.filter(({ operation }) => operation === "getContact" || operation === "deleteContact");
    return records.map(({ operation, at }) => `${operation === "getContact" ? "look" : "delete"} ${(at - records[0]!.at) / SECOND}`);
  };
  const waitForAll = async (planned: DeletionResult) => world.dsr.delete(planned.plan!.id, planned.plan!.confirm, { waitForAllLooks: true });

  it("V2: is looked at after 0 and 5 seconds, and verified as soon as it is gone", async () => {
    await readLag(4 * SECOND);
    expect((await world.erase(JANE)).outcome).to.equal("verified");
    expect(looks()).to.deep.equal(["delete 0", "look 0", "look 5"]);
  });

  it("V2: ends the foreground after the third look, awaiting verification and claiming nothing", async () => {
    await readLag(60 * SECOND);
    const result = await world.erase(JANE);
    expect(looks()).to.deep.equal(["delete 0", "look 0", "look 5", "look 30"]);
    expect(withoutCallIds(result)).to.deep.include({ outcome: "awaiting_verification", targets: [{ category: "contact", id, outcome: "unknown" }], residuals: [] });
    expect(result.attention).to.deep.equal({ code: "AWAITING_VERIFICATION", resumeAt: new Date(world.host.clock.now() - 30_000 + 120_000).toISOString() });
  });

  it("V2: is verified by a later run, with one look", async () => {
    await readLag(60 * SECOND);
    const { request } = await world.erase(JANE);
    await world.host.clock.advance(300 * SECOND);
    forgetCalls(world);
    const result = (await world.dsr.resume(request.id)) as DeletionResult;
    expect(result).to.deep.include({ outcome: "verified", targets: [{ category: "contact", id, outcome: "deleted", verifiedAbsentAt: new Date(world.host.clock.now()).toISOString() }] });
    expect(world.sent).to.deep.equal([`GET /contacts/${id}`]);
  });

  it("V2: is left alone by a run that comes too early", async () => {
    await readLag(60 * SECOND);
    const { request } = await world.erase(JANE);
    forgetCalls(world);
    expect((await world.dsr.resume(request.id)).outcome).to.equal("awaiting_verification");
    expect(world.sent).to.deep.equal([]);
  });

  it("V2: is looked at five times, deleted once more, looked at twice, and then needs attention", async () => {
    await readLag(Number.POSITIVE_INFINITY);
    const result = await waitForAll(await world.plan(JANE));
    // Before it is deleted once more, it is asked whose it is.
    expect(looks()).to.deep.equal(["delete 0", "look 0", "look 5", "look 30", "look 120", "look 600", "look 600", "delete 600", "look 600", "look 605"]);
    expect(withoutCallIds(result)).to.deep.include({ outcome: "needs_attention", attention: { code: "STILL_PRESENT" }, targets: [{ category: "contact", id, outcome: "not_deleted" }], residuals: [] });
  });

  it("V2: is verified by any of the five looks where all are waited for", async () => {
    await readLag(300 * SECOND);
    expect((await waitForAll(await world.plan(JANE))).outcome).to.equal("verified");
    expect(looks()).to.deep.equal(["delete 0", "look 0", "look 5", "look 30", "look 120", "look 600"]);
  });

  it("V2: is deleted by the second order where the first one was only acknowledged", async () => {
    await readLag(0);
    world.sandbox.inject({ method: "DELETE", fault: { kind: "acknowledged_without_effect" } });
    const result = await waitForAll(await world.plan(JANE));
    expect(result.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
    expect(mutations(world)).to.have.lengthOf(2);
  });

  it("V2: keeps to the same looks when each is taken by a run of its own", async () => {
    await readLag(Number.POSITIVE_INFINITY);
    const { request } = await world.erase(JANE);
    let result = await world.dsr.result(request.id);
    for (let run = 0; run < 40 && result.outcome === "awaiting_verification"; run++) {
      await world.host.clock.advance(60 * SECOND);
      result = await world.dsr.resume(request.id);
    }
    expect(result).to.deep.include({ outcome: "needs_attention", attention: { code: "STILL_PRESENT" } });
    expect(mutations(world)).to.have.lengthOf(2);
    expect(looks().filter((look) => look.startsWith("look")), "seven, and one to see whose it is").to.have.lengthOf(8);
  });

  it("V2: one of several does not keep the others waiting", async () => {
    await readLag(0);
    const lead = world.sandbox.build.addContact({ email: JANE, role: "lead" });
    world.sandbox.inject({ method: "DELETE", path: new RegExp(lead.id), fault: { kind: "still_readable_for", durationMs: 60 * SECOND } });
    const result = await world.erase(JANE);
    expect(result.outcome).to.equal("awaiting_verification");
    expect(Object.fromEntries(result.targets.map((target) => [target.id, target.outcome]))).to.deep.equal({ [id]: "deleted", [lead.id]: "unknown" });
  });

  for (const [what, jumpMs] of [["is set back by a day", -86_400 * SECOND], ["is set forward by a day", 86_400 * SECOND], ["has gone on for eight hours while the machine was suspended", 8 * 3600 * SECOND]] as const) {
    it(`P7: a clock that ${what} leads to no loop, no look too many and no wrong conclusion`, async () => {
      // Intercom's own time goes on as ever.
      let sinceMs = (): number => 0;
      const startMs = Date.UTC(2026, 0, 15, 9);
      await readLag(60 * SECOND, (options) => connectedWorld({ ...options, sandbox: { ...options?.sandbox, clock: { now: () => startMs + sinceMs() } } }));
      sinceMs = () => world.host.clock.monotonicMs();
      const planned = await world.plan(JANE);
      world.sandbox.inject({ path: /^\/contacts\/[0-9a-f]{24}$/, method: "GET", fault: { kind: "rewrite", rewrite: (body) => (world.host.clock.jump(jumpMs), body) } });
      const startedMs = world.host.clock.monotonicMs();
      let result = await world.execute(planned);
      expect(world.host.clock.monotonicMs() - startedMs, "milliseconds that really passed").to.be.at.most(60 * SECOND);
      expect(looks().length, looks().join()).to.be.at.most(4);
      for (let run = 0; run < 20 && result.outcome === "awaiting_verification"; run++) {
        await world.host.clock.advance(60 * SECOND);
        result = (await world.dsr.resume(result.request.id)) as DeletionResult;
      }
      expect(result, looks().join()).to.deep.include({ outcome: "verified" });
      expect(mutations(world)).to.have.lengthOf(1);
    });
  }

  it("P7: a clock that is set back in between keeps nobody waiting for long", async () => {
    await readLag(60 * SECOND);
    const planned = await world.plan(JANE);
    const started = world.host.clock.monotonicMs();
    world.sandbox.inject({ path: /^\/contacts\/[0-9a-f]{24}$/, method: "GET", fault: { kind: "rewrite", rewrite: (body) => (world.host.clock.jump(-86_400 * SECOND), body) } });
    await world.execute(planned);
    expect(world.host.clock.monotonicMs() - started).to.be.lessThan(120 * SECOND);
  });
});
