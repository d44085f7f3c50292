import { expect } from "chai";
import Libsql from "libsql";
import { join } from "node:path";
import { waitingRequests } from "../../../adapters/inversify/waiting-requests.js";
import type { Resumed } from "../../../adapters/inversify/dsr.js";
import { parseLine } from "../../../adapters/intake/batch-intake.js";
import { createProcessNudges } from "../../../adapters/worker/process-nudges.js";
import { runWorker } from "../../../adapters/worker/run-worker.js";
import { DsrError } from "../../../core/errors.js";
import { Identifier } from "../../../core/identifier.js";
import { rejectionOf } from "../../core/thrown.js";
import { openAccountableWorld, type AccountableWorld } from "../evidence/support/accountable-world.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("P14: one request whose journal was altered", () => {
  let world: AccountableWorld;
  beforeEach(async () => {
    world = await openAccountableWorld({ files: true });
    for (const n of [1, 2, 3]) world.vendor.addSubject({ identifier: { value: address(n) }, text: "words", volume: "one" });
    world.vendor.settleIndex();
  });
  afterEach(() => world.end());

  const address = (n: number): string => `person${n}@example.test`;
  const asked = (n: number) => ({ identifier: Identifier.parse("email", address(n)), reference: `T-${n}` });
  const alter = (requestId: string): void => {
    const database = new Libsql(join(world.directory, "dsr.db"), { timeout: 5_000 });
    database.exec(`DELETE FROM entries WHERE request_id = '${requestId}' AND seq = 2`);
    database.close();
  };
  const away = (): void => {
    world.between = async () => new Response("{}", { status: 503 });
  };
  const back = (): void => {
    world.between = (request, send) => send(request);
  };
  /** Two requests that wait for the vendor, of which the first is altered. */
  const twoWait = async (): Promise<readonly [altered: string, other: string]> => {
    world.between = async (request, send) => (/messages$/.test(new URL(request.url).pathname) ? new Response("{}", { status: 500 }) : send(request));
    const ids: string[] = [];
    for (const n of [1, 2]) {
      const { request, outcome } = await world.dsr.access("acme", asked(n));
      expect(outcome).to.equal("parked");
      ids.push(request.id);
    }
    back();
    alter(ids[0]!);
    return [ids[0]!, ids[1]!];
  };
  const lines = async function* (count: number) {
    for (let n = 1; n <= count; n++) yield parseLine(n, { email: address(n), ref: `T-${n}` }, world.clock.now());
  };

  it("is among those that `resume --all` goes on with, which tells why it cannot be", async () => {
    const [altered, other] = await twoWait();
    const waiting = await waitingRequests(world.dsr);
    expect(waiting.map(({ request, goesOn }) => [request.id, goesOn])).to.have.deep.members([[altered, true], [other, true]]);
    const told: Resumed[] = [];
    await world.dsr.resumeEach(waiting.map(({ request }) => request.id), (each) => told.push(each));
    expect(told.map((each) => [each.requestId, "code" in each ? each.code : each.result.outcome])).to.have.deep.members([[altered, "INTEGRITY"], [other, "complete"]]);
  });

  it("is told by a worker, which goes on with the others", async () => {
    const [altered, other] = await twoWait();
    await world.clock.advance(HOUR);
    const [worked, stop]: [string[], AbortController] = [[], new AbortController()];
    const onWorked = (each: Resumed): void => {
      worked.push(`${each.requestId} ${"code" in each ? each.code : each.result.outcome}`);
      if (worked.length === 2) stop.abort();
    };
    await runWorker({ dsr: world.dsr, nudges: createProcessNudges(world.clock), clock: world.clock, signal: stop.signal, onWorked });
    expect(worked).to.have.members([`${altered} INTEGRITY`, `${other} complete`]);
  });

  it("or that is another home's, with pages in this one, keeps no other's package from being removed", async () => {
    const [altered, foreign] = await twoWait();
    const kept = await world.dsr.access("acme", asked(3));
    const { journal } = world.home;
    const lease = journal.lease.bind(journal);
    journal.lease = (id) => (id === foreign ? Promise.reject(new DsrError("REQUEST_ELSEWHERE")) : lease(id));
    await world.clock.advance(6 * DAY);
    const { tended } = await world.dsr.upkeep();
    expect(tended.map(({ request, done, failed }) => [request.id, done, failed?.code])).to.have.deep.members([[altered, [], "INTEGRITY"], [kept.request.id, ["package_deleted", "key_destroyed"], undefined]]);
  });

  it("is one line of a batch, and told there, while it is worked on and whenever it is shown", async () => {
    const { request } = await world.dsr.access("acme", asked(2));
    alter(request.id);
    const done = await world.dsr.batch("acme", { type: "access", lines: lines(3) });
    for (const told of [done, await world.dsr.resumeBatch(done.batch.id), await world.dsr.batchResult(done.batch.id)]) {
      expect([told.outcome, ...told.rows.map(({ verdict, code, requestId }) => [verdict, code, requestId === request.id])]).to.deep.equal(["finished", ["done", null, false], ["attention", "INTEGRITY", true], ["done", null, false]]);
    }
  });

  it("in the midst of a batch keeps nothing from its other lines", async () => {
    world.between = async (request, send) => (/messages$/.test(new URL(request.url).pathname) ? new Response("{}", { status: 500 }) : send(request));
    const stopped = await world.dsr.batch("acme", { type: "access", lines: lines(3) }, { patienceMs: 1 });
    back();
    alter(stopped.rows[0]!.requestId!);
    const { rows } = await world.dsr.resumeBatch(stopped.batch.id);
    expect(rows.map(({ verdict, code }) => `${verdict} ${code}`)).to.deep.equal(["attention INTEGRITY", "done null", "done null"]);
  });

  it("between a batch's plan and its execution keeps nothing from the other deletions", async () => {
    const planned = await world.dsr.batch("acme", { type: "deletion", lines: lines(3) });
    alter(planned.rows[0]!.requestId!);
    for (const queue of [true, false]) {
      const { rows } = await world.dsr.runBatch(planned.plan!.id, planned.plan!.confirm, { queue });
      expect(rows.map(({ verdict, code }) => `${verdict} ${code}`)).to.deep.equal(["attention INTEGRITY", ...(queue ? ["waiting null", "waiting null"] : ["done null", "done null"])]);
    }
  });

  it("whose address was altered keeps the others of a batch from being looked up neither", async () => {
    away();
    const stopped = await world.dsr.batch("acme", { type: "access", lines: lines(3) }, { patienceMs: 1 });
    back();
    const { journal } = world.home;
    const read = journal.identifiers.bind(journal);
    journal.identifiers = (id) => (id === stopped.rows[0]!.requestId ? Promise.reject(new DsrError("INTEGRITY")) : read(id));
    const done = await world.dsr.resumeBatch(stopped.batch.id);
    expect(done.rows.map(({ verdict, code }) => `${verdict} ${code}`)).to.deep.equal(["attention INTEGRITY", "done null", "done null"]);
  });

  it("or its evidence alone: a deletion that could not be proved is not begun", async () => {
    const planned = await world.dsr.plan("acme", asked(1));
    const database = new Libsql(join(world.directory, "dsr.db"), { timeout: 5_000 });
    database.exec(`UPDATE evidence SET body = replace(body, 'deletion', 'access') WHERE request_id = '${planned.request.id}' AND seq = 1`);
    database.close();
    expect(await rejectionOf(world.dsr.delete(planned.plan!.id, planned.plan!.confirm))).to.include({ code: "INTEGRITY" });
    expect(world.deletions()).to.equal(0);
  });

  it("does not keep a connection, and is told as what was not given up", async () => {
    const [altered, other] = await twoWait();
    expect(await world.dsr.disconnect("acme", { abandon: true })).to.deep.equal({ givenUp: [other], notGivenUp: [{ requestId: altered, code: "INTEGRITY" }] });
    expect(await world.dsr.connections()).to.deep.equal([]);
    expect((await world.dsr.result(other)).outcome).to.equal("cancelled");
  });
});
