import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Identifier, openLocalDsr, runWorker, systemClock, type LocalDsr, type Worked } from "../../../adapters/index.js";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";

const person = (n: number): string => `person${n}@example.test`;
const asked = (n: number) => ({ identifier: Identifier.parse("email", person(n)) });
const named = (worked: Worked): string => ("code" in worked ? worked.code : worked.result.outcome);

describe("a worker over a home folder", function () {
  this.timeout(30_000);
  let home: string;
  let running: RunningSandbox;
  let dsr: LocalDsr;
  const worked: Worked[] = [];
  let stop: AbortController;
  let ended: Promise<void>;

  beforeEach(async () => {
    worked.length = 0;
    home = mkdtempSync(join(tmpdir(), "dsr-worker-"));
    running = await startIntercomSandbox({ fixture: "empty", rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 } });
    for (let n = 0; n < 2; n++) running.sandbox.build.addContact({ email: person(n), name: `Person ${n}` });
    dsr = await openLocalDsr({ home, timings: { parkMs: 600, looksMs: [0, 20] }, limits: { backoff: { baseMs: 1, maxMs: 2 } } });
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
  const start = async (): Promise<void> => {
    ended = runWorker({ dsr, nudges: await dsr.nudges(), clock: systemClock, signal: stop.signal, lookMs: 50, onWorked: (each) => worked.push(each) });
  };
  const until = async (what: () => boolean): Promise<void> => {
    while (!what()) await systemClock.sleep(20);
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

  it("ends when it is told to, with nothing begun", async () => {
    await start();
    stop.abort();
    await ended;
    expect(worked).to.deep.equal([]);
  });
});
