import { expect } from "chai";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Identifier, openLocalDsr, runWorker, systemClock, type LocalDsr, type LocalDsrOptions, type Resumed } from "../../../adapters/index.js";
import { createManualClock } from "../../../adapters/in-memory/manual-clock.js";
import { createProcessNudges } from "../../../adapters/worker/process-nudges.js";
import { DsrError, type AccessResult } from "../../../core/index.js";
import { intercom } from "../../../connectors/intercom/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";

const person = (n: number): string => `person${n}@example.test`;
const asked = (n: number) => ({ identifier: Identifier.parse("email", person(n)) });
const named = (worked: Resumed): string => ("code" in worked ? worked.code : worked.result.outcome);

describe("a worker over a home folder", function () {
  this.timeout(30_000);
  let home: string;
  let running: RunningSandbox;
  let dsr: LocalDsr;
  const worked: Resumed[] = [];
  let stop: AbortController;
  let ended: Promise<void>;

  beforeEach(async () => {
    worked.length = 0;
    home = mkdtempSync(join(tmpdir(), "dsr-worker-"));
    running = await startIntercomSandbox({ fixture: "empty", rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 } });
    for (let n = 0; n < 2; n++) running.sandbox.build.addContact({ email: person(n), name: `Person ${n}` });
    await open();
    const connected = await dsr.connect({ connector: "intercom", name: "acme", apiUrl: running.url }, { capabilities: ["access", "deletion"], categories: [] }, running.firstLine.token);
    expect(connected.ok).to.equal(true);
    running.sandbox.calls.clear();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await ended;
    await dsr.close();
    await running.close();
    rmSync(home, { recursive: true, force: true });
  });
  const open = async (more: Partial<LocalDsrOptions> = {}): Promise<void> => {
    await dsr?.close();
    dsr = await openLocalDsr({ home, timings: { parkMs: 600, looksMs: [0, 20] }, limits: { backoff: { baseMs: 1, maxMs: 2 } }, ...more });
  };
  const start = async (lookMs = 50, more: { readonly directory?: string } = {}): Promise<void> => {
    ended = runWorker({ dsr, nudges: await dsr.nudges(), clock: systemClock, signal: stop.signal, lookMs, ...more, onWorked: (each) => worked.push(each) });
  };
  const until = async (what: () => boolean): Promise<void> => {
    while (!what()) await systemClock.sleep(20);
  };
  /** An access that was begun and has not ended. */
  const begun = async () => {
    const stopped = new AbortController();
    const running = dsr.access("acme", asked(0), { signal: stopped.signal, onOpened: () => stopped.abort() });
    await running.catch(() => undefined);
    return (await dsr.requests())[0]!;
  };
  const mutations = (): number => running.sandbox.calls.records.filter(({ method }) => method === "DELETE").length;

  it("carries out a plan once it is confirmed, and none before", async () => {
    const { plan, request } = await dsr.plan("acme", asked(0));
    await start();
    await systemClock.sleep(300);
    expect([worked, mutations()]).to.deep.equal([[], 0]);
    expect((await dsr.confirm(plan!.id, plan!.confirm)).request.id).to.equal(request.id);
    await until(() => worked.length > 0);
    expect([worked.map(named), mutations()]).to.deep.equal([["verified"], 1]);
    await systemClock.sleep(300);
    expect(worked).to.have.length(1);
  });

  it("takes no confirmation that is not the plan's", async () => {
    const { plan } = await dsr.plan("acme", asked(0));
    expect(await dsr.confirm(plan!.id, "WRONG-CODE").catch(({ code }: { code: string }) => code)).to.equal("CONFIRMATION_REFUSED");
  });

  it("finishes an access where it was begun, and takes its own folder for what was begun without", async () => {
    running.sandbox.inject({ path: /.*/, fault: { kind: "status", status: 503 }, times: 8 });
    const folders = ["asked", "worker's"].map((name) => join(home, name));
    const parked = [await dsr.access("acme", asked(0), { directory: folders[0]! }), await dsr.access("acme", asked(1))];
    await start(50, { directory: folders[1]! });
    await until(() => worked.length === 2);
    const packages = await Promise.all(parked.map(async ({ request }) => ((await dsr.result(request.id)) as AccessResult).package?.path ?? ""));
    expect(packages.map((path) => dirname(path))).to.deep.equal(folders);
  });

  it("goes on with a parked request when its time has come, and not before", async () => {
    running.sandbox.inject({ path: /.*/, fault: { kind: "status", status: 503 }, times: 4 });
    const parked = await dsr.access("acme", asked(0));
    expect(parked.outcome).to.equal("parked");
    const calls = running.sandbox.calls.records.length;
    await start();
    await systemClock.sleep(300);
    expect(running.sandbox.calls.records.length).to.equal(calls);
    await until(() => worked.length > 0);
    expect(worked.map(named)).to.deep.equal(["complete"]);
  });

  it("does what comes after the end, whether somebody wants to hear of it or not", async () => {
    await open({ packageRetentionMs: 1 });
    const { path = "" } = (await dsr.access("acme", asked(0))).package ?? {};
    expect(existsSync(path)).to.equal(true);
    await start();
    await until(() => !existsSync(path));
  });

  it("goes on doing so while all its places are taken", async () => {
    await dsr.access("acme", asked(0), { signal: AbortSignal.abort() }).catch(() => undefined);
    const clock = createManualClock({ auto: true });
    let finish = (): void => undefined;
    const taken = new Promise<void>((resolve) => (finish = resolve));
    let upkeeps = 0;
    const held: Pick<LocalDsr, "connections" | "requests" | "result" | "resumeEach" | "upkeep"> = {
      ...dsr,
      resumeEach: (...args) => taken.then(() => dsr.resumeEach(...args)),
      upkeep: async (options) => {
        if (++upkeeps === 3) finish();
        return dsr.upkeep(options);
      },
    };
    ended = runWorker({ dsr: held, nudges: createProcessNudges(clock), clock, signal: stop.signal, atOnce: 1, onWorked: (each) => worked.push(each) });
    await until(() => worked.length > 0);
    expect([worked.map(named), clock.monotonicMs() >= 2 * 600_000]).to.deep.equal([["complete"], true]);
  });

  it("tells of a request whose own folder cannot be written, and leaves it alone for a while; of none while the records themselves are away", async () => {
    const { id } = await begun();
    const clock = createManualClock({ auto: true });
    const tries: number[] = [];
    let away = false;
    const failing: Pick<LocalDsr, "connections" | "requests" | "result" | "resumeEach" | "upkeep"> = {
      ...dsr,
      result: async (id) => {
        const answers = !away;
        away = false;
        if (!answers) throw new DsrError("STORAGE_FAILED");
        return dsr.result(id);
      },
      resumeEach: async (ids, onEnded) => {
        tries.push(clock.monotonicMs());
        away = tries.length < 3;
        for (const requestId of ids) onEnded({ requestId, code: "STORAGE_FAILED" });
      },
    };
    ended = runWorker({ dsr: failing, nudges: createProcessNudges(clock), clock, signal: stop.signal, lookMs: 1_000, onWorked: (each) => worked.push(each) });
    await until(() => worked.length === 2);
    expect(worked).to.deep.equal(Array(2).fill({ requestId: id, code: "STORAGE_FAILED" }));
    expect([tries[2]! - tries[0]! < 60_000, tries[3]! - tries[2]! >= 60_000]).to.deep.equal([true, true]);
  });

  it("leaves a request alone whose connection has to be mended", async () => {
    const { plan } = await dsr.plan("acme", asked(0));
    await dsr.confirm(plan!.id, plan!.confirm);
    running.sandbox.revokeToken(running.firstLine.token);
    await start();
    await until(() => worked.length > 0);
    expect(worked.map(named)).to.deep.equal(["needs_attention"]);
    const calls = running.sandbox.calls.records.length;
    await systemClock.sleep(400);
    expect(running.sandbox.calls.records.length).to.equal(calls);
  });

  it("carries out a batch that was confirmed for workers, line by line", async () => {
    async function* lines() {
      for (let n = 0; n < 2; n++) yield { line: n + 2, asked: { input: asked(n) } };
    }
    const planned = await dsr.batch("acme", { type: "deletion", lines: lines() });
    const queued = await dsr.runBatch(planned.plan!.id, planned.plan!.confirm, { queue: true });
    expect([queued.rows.map(({ outcome }) => outcome), mutations()]).to.deep.equal([["running", "running"], 0]);
    await start();
    await until(() => worked.length === 2);
    expect([worked.map(named), mutations()]).to.deep.equal([["verified", "verified"], 2]);
    expect((await dsr.batchResult(planned.batch.id)).totals.outcomes).to.deep.equal({ verified: 2 });
  });

  it("looks up together whom it begins with together: 120 queued deletions cost at most 2.1 calls each, and each asks for its own person", async () => {
    const people = 120;
    for (let n = 2; n < people; n++) running.sandbox.build.addContact({ email: person(n), name: `Person ${n}` });
    async function* lines() {
      for (let n = 0; n < people; n++) yield { line: n + 2, asked: { input: asked(n) } };
    }
    await open({ connectors: [{ ...intercom, manifest: { ...intercom.manifest, rateLimit: { requests: 100_000, windowMs: 100 } } }] });
    const planned = await dsr.batch("acme", { type: "deletion", lines: lines() });
    await dsr.runBatch(planned.plan!.id, planned.plan!.confirm, { queue: true });
    const calls = async () => (await Promise.all((await dsr.requests()).map(({ id }) => dsr.result(id)))).reduce((sum, { apiCalls }) => sum + apiCalls, 0);
    const before = await calls();
    // Somebody changed meanwhile: that one's plan alone is stale.
    running.sandbox.build.addContact({ email: person(7), role: "lead" });
    running.sandbox.calls.clear();
    await start(5_000);
    await until(() => worked.length === people);
    expect(worked.filter((each) => named(each) !== "verified").map((each) => "result" in each && each.result.attention)).to.deep.equal([{ code: "PLAN_STALE" }]);
    expect(mutations()).to.equal(people - 1);
    expect(running.sandbox.calls.records.length / (people - 1)).to.be.at.most(2.1);
    expect((await calls()) - before, "each call is counted once").to.equal(running.sandbox.calls.records.length);
  });

  it("tells of a request that is not there, and goes on with the others", async () => {
    const { plan, request } = await dsr.plan("acme", asked(0));
    await dsr.confirm(plan!.id, plan!.confirm);
    const told: Resumed[] = [];
    await dsr.resumeEach(["nobody", request.id], (each) => told.push(each));
    expect(told.map((each) => [each.requestId, named(each)])).to.have.deep.members([["nobody", "REQUEST_UNKNOWN"], [request.id, "verified"]]);
    for (const wrong of [["not an id!"], "r1"]) expect(await rejectionOf(dsr.resumeEach(wrong as string[], () => undefined))).to.include({ code: "REQUEST_INVALID" });
    expect(await rejectionOf(dsr.resumeEach([], undefined as unknown as () => void))).to.include({ code: "REQUEST_INVALID" });
  });

  it("deletes once, and looks up anew, for two requests of one person that are begun together", async () => {
    const ids: string[] = [];
    for (const reference of ["one", "other"]) {
      const { plan, request } = await dsr.plan("acme", { ...asked(0), reference });
      await dsr.confirm(plan!.id, plan!.confirm);
      ids.push(request.id);
    }
    running.sandbox.calls.clear();
    await dsr.resumeEach(ids, (each) => worked.push(each));
    expect(worked.map(named)).to.not.include("INTERNAL");
    expect(running.sandbox.calls.records.filter(({ path }) => path === "/contacts/search").length).to.be.at.least(2);
    expect(running.sandbox.calls.records.filter(({ effect, method }) => effect && method === "DELETE").length).to.equal(1);
    ended = Promise.resolve();
  });

  it("nudges everybody about a deletion, and its own home alone about an access, whose pages lie there", async () => {
    const access = await begun();
    const { plan, request } = await dsr.plan("acme", asked(1));
    await dsr.confirm(plan!.id, plan!.confirm);
    const put = new Map<string, readonly string[]>();
    ended = runWorker({ dsr, nudges: { ...createProcessNudges(systemClock), put: async (ids, reach) => void put.set(reach, ids), take: async () => [] }, clock: systemClock, signal: stop.signal });
    await until(() => [...put.values()].flat().length === 2);
    expect([...put]).to.deep.equal([["here", [access.id]], ["everywhere", [request.id]]]);
  });

  it("hands back what it was told to stop amid, for another worker at once, and answers for what is done", async () => {
    const answers: string[] = [];
    const nudge = (requestId: string) => ({ requestId, done: async () => void answers.push(`${requestId} done`), handBack: async () => void answers.push(`${requestId} handed back`) });
    const [first, second] = [await begun(), (await dsr.plan("acme", asked(1))).request];
    const held: Pick<LocalDsr, "connections" | "requests" | "result" | "resumeEach" | "upkeep"> = {
      ...dsr,
      resumeEach: async (ids, onEnded, { signal } = {}) => {
        onEnded({ requestId: ids[0]!, result: await dsr.result(ids[0]!) });
        await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
        // It comes to its end before the worker does.
        await systemClock.sleep(50);
        onEnded({ requestId: ids[1]!, code: "INTERRUPTED" });
      },
    };
    const taken = [[nudge(first.id), nudge(second.id)]];
    ended = runWorker({ dsr: held, nudges: { ...createProcessNudges(systemClock), take: async () => taken.shift() ?? [] }, clock: systemClock, signal: stop.signal, onWorked: (each) => worked.push(each) });
    await until(() => answers.length > 0);
    stop.abort();
    await ended;
    expect([answers, worked.map(named)]).to.deep.equal([[`${first.id} done`, `${second.id} handed back`], ["running"]]);
  });

  it("goes on with a request that it took together with a nudge that it cannot answer", async () => {
    const [first, second] = await Promise.all([0, 1].map(async (n) => {
      const { plan, request } = await dsr.plan("acme", asked(n));
      await dsr.confirm(plan!.id, plan!.confirm);
      return request.id;
    }));
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const held: Pick<LocalDsr, "connections" | "requests" | "result" | "resumeEach" | "upkeep"> = {
      ...dsr,
      resumeEach: async (ids, ...rest) => {
        if (ids.includes(first!)) await finished;
        return dsr.resumeEach(ids, ...rest);
      },
    };
    const nudge = (requestId: string, done = async (): Promise<void> => undefined) => ({ requestId, done, handBack: async () => undefined });
    const unanswerable = nudge(first!, async () => {
      throw new DsrError("STORAGE_FAILED");
    });
    const taken = [[nudge(first!)], [nudge(second!), unanswerable]];
    const troubles: string[] = [];
    ended = runWorker({ dsr: held, nudges: { ...createProcessNudges(systemClock), put: async () => undefined, take: async () => taken.shift() ?? [] }, clock: systemClock, signal: stop.signal, onWorked: (each) => worked.push(each), onTrouble: (code) => troubles.push(code) });
    await until(() => troubles.length > 0);
    await systemClock.sleep(300).then(finish);
    await until(() => worked.length === 2);
    expect([worked.map(named), troubles]).to.deep.equal([["verified", "verified"], ["STORAGE_FAILED"]]);
  });

  it("ends when it is told to, with nothing begun", async () => {
    await start();
    stop.abort();
    await ended;
    expect(worked).to.deep.equal([]);
  });
});
