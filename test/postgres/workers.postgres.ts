import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Identifier, openLocalDsr, verifyEvidence, type InputLine, type LocalDsr } from "../../adapters/index.js";
import { intercom } from "../../connectors/intercom/index.js";
import { startIntercomSandbox, type RunningSandbox } from "../../connectors/intercom/sandbox/server.js";
import { startPostgres, type PostgresServer } from "./server.js";
import { startWorker, type WorkerProcess } from "./support/workers.js";

/** The whole proof takes 1,000. */
const PEOPLE = Number(process.env["PEOPLE"] ?? 60);
const KEY = randomBytes(32).toString("base64");
const UNPACED = { ...intercom, manifest: { ...intercom.manifest, rateLimit: { requests: 100_000, windowMs: 100 } } };

const person = (n: number): string => `person${n}@example.test`;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
async function* lines(people: number): AsyncIterable<InputLine> {
  for (let n = 0; n < people; n++) yield { line: n + 2, asked: { input: { identifier: Identifier.parse("email", person(n)), reference: `T-${n}` } } };
}

describe("workers over PostgreSQL", function () {
  this.timeout(PEOPLE > 500 ? 900_000 : 300_000);
  let server: PostgresServer;
  let running: RunningSandbox;
  let home: string;
  let dsr: LocalDsr;
  const workers: WorkerProcess[] = [];

  before(async () => {
    server = await startPostgres();
  });
  after(() => server.end());
  beforeEach(async () => {
    await server.empty();
    home = mkdtempSync(join(tmpdir(), "dsr-workers-"));
    running = await startIntercomSandbox({ fixture: "empty", rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 } });
    dsr = await openLocalDsr({ home, connectors: [UNPACED], key: KEY, databaseUrl: server.url.withPassword() });
  });
  afterEach(async () => {
    for (const { child } of workers) child.kill("SIGKILL");
    await Promise.all(workers.map(({ ended }) => ended));
    for (const each of workers.splice(0)) rmSync(each.home, { recursive: true, force: true });
    await dsr.close();
    await running.close();
    rmSync(home, { recursive: true, force: true });
  });

  const connect = async (people: number): Promise<void> => {
    for (let n = 0; n < people; n++) running.sandbox.build.addContact({ email: person(n), name: `Person ${n}` });
    const connected = await dsr.connect({ connector: "intercom", name: "acme", apiUrl: running.url }, { capabilities: ["access", "deletion"], categories: [] }, running.firstLine.token);
    expect(connected.ok).to.equal(true);
  };
  const start = (count: number, options: { readonly home?: string } = {}): readonly WorkerProcess[] => {
    const started = Array.from({ length: count }, () => startWorker({ databaseUrl: server.url.withPassword(), key: KEY, ...options }));
    workers.push(...started);
    return started;
  };
  /** The deletions that the vendor was sent, whatever it answered, by its own log. */
  const deleted = (): readonly string[] => running.sandbox.calls.records.filter(({ method, path }) => method === "DELETE" && path.startsWith("/contacts/")).map(({ path }) => path);
  const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await what())) await sleep(50);
  };
  const queued = async (people: number): Promise<readonly string[]> => {
    const planned = await dsr.batch("acme", { type: "deletion", lines: lines(people) });
    const confirmed = await dsr.runBatch(planned.plan!.id, planned.plan!.confirm, { queue: true });
    running.sandbox.calls.clear();
    return confirmed.rows.map(({ requestId }) => requestId ?? "");
  };
  const states = async (): Promise<Readonly<Record<string, number>>> => {
    const counts: Record<string, number> = {};
    for (const { state } of await dsr.requests({ type: "deletion" })) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  };

  it(`four of them delete ${PEOPLE} people, one killed and the server restarted in the middle: nothing is lost, nothing done twice, and the evidence verifies`, async () => {
    await connect(PEOPLE);
    const ids = await queued(PEOPLE);
    const [victim] = start(4);
    await until(() => deleted().length >= PEOPLE / 4);
    victim!.child.kill("SIGKILL");
    // In the short run nobody waits until its leases have run out.
    if (PEOPLE <= 500) await server.alter(`UPDATE leases SET expires_at_ms = 0 WHERE pid = ${victim!.child.pid}`);
    await until(() => deleted().length >= PEOPLE / 2);
    await server.stop();
    await server.start();
    await until(async () => (await states())["verified"] === PEOPLE);
    for (const { child } of workers) child.kill("SIGTERM");
    expect(await Promise.all(workers.map(({ ended }) => ended))).to.deep.equal(["SIGKILL", 0, 0, 0]);
    expect(new Set(deleted()).size).to.equal(PEOPLE);
    expect(deleted()).to.have.length(PEOPLE);
    for (const worker of workers.slice(1)) expect(worker.lines().filter((line) => line.endsWith(" verified")).length).to.be.above(0);
    const { fingerprint: key } = await dsr.evidenceKey();
    for (const id of ids) expect(verifyEvidence((await dsr.exportEvidence(id)).text, { key }).outcome, id).to.equal("verified");
  });

  it("P8: told to stop, a worker begins no effect after a second, hands back what it had, and another one goes on", async () => {
    await connect(60);
    await queued(60);
    const [first] = start(1);
    await until(() => deleted().length >= 10);
    first!.child.kill("SIGTERM");
    await sleep(1_000);
    const then = deleted().length;
    expect(await first!.ended).to.equal(0);
    expect(deleted().length).to.equal(then);
    expect(first!.lines().at(-1)).to.equal("stopped");
    expect(then).to.be.below(60);
    start(1);
    await until(async () => (await states())["verified"] === 60);
    expect([deleted().length, new Set(deleted()).size]).to.deep.equal([60, 60]);
  });

  it("P6: two workers that are nudged to one run act on it once", async () => {
    await connect(1);
    const plan = await dsr.plan("acme", { identifier: Identifier.parse("email", person(0)) });
    start(2);
    await until(() => workers.every((worker) => worker.lines().includes("working")));
    running.sandbox.calls.clear();
    await dsr.confirm(plan.plan!.id, plan.plan!.confirm);
    // Each of them is told of it, again and again.
    const nudges = await dsr.nudges();
    for (let n = 0; n < 20; n++) {
      await nudges.put([plan.request.id], "everywhere");
      await sleep(50);
    }
    await until(async () => (await states())["verified"] === 1);
    await nudges.close();
    expect(deleted()).to.have.length(1);
    const { records } = await dsr.evidence(plan.request.id);
    expect(records.filter(({ fact }) => fact.kind === "intent")).to.have.length(1);
  });

  it("an access request is gone on with in the home that began it, and nowhere else", async () => {
    await connect(1);
    running.sandbox.inject({ path: /.*/, fault: { kind: "status", status: 503 }, times: 1_000 });
    const begun = await dsr.access("acme", { identifier: Identifier.parse("email", person(0)) });
    expect(begun.outcome).to.equal("parked");
    running.sandbox.inject({ path: /.*/, fault: { kind: "status", status: 503 }, times: 0 });
    const elsewhere = mkdtempSync(join(tmpdir(), "dsr-elsewhere-"));
    const other = await openLocalDsr({ home: elsewhere, connectors: [UNPACED], key: KEY, databaseUrl: server.url.withPassword() });
    try {
      expect(await other.resume(begun.request.id).catch(({ code }: { code: string }) => code)).to.equal("REQUEST_ELSEWHERE");
      expect((await other.requests({ open: true, here: true })).map(({ id }) => id)).to.deep.equal([]);
      expect((await other.upkeep()).tended).to.deep.equal([]);
      // It is marked, and ended by those of its home.
      await other.cancel(begun.request.id);
    } finally {
      await other.close();
      rmSync(elsewhere, { recursive: true, force: true });
    }
    expect((await dsr.resume(begun.request.id)).outcome).to.equal("cancelled");
  });

  it("carries no personal data in a job", async () => {
    await connect(3);
    await queued(3);
    start(1);
    await until(async () => (await states())["verified"] === 3);
    const jobs = JSON.stringify([...(await server.rows("SELECT data, singleton_key, output FROM dsr_connect_jobs.job")), ...(await server.rows("SELECT data, singleton_key, output FROM dsr_connect_jobs.archive"))]);
    expect(jobs).to.contain("requestId").and.not.to.contain("example.test").and.not.to.contain("Person");
  });
});
