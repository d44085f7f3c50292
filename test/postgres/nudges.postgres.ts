import { expect } from "chai";
import { systemClock } from "../../adapters/clock/system-clock.js";
import { openPgBossNudges } from "../../adapters/postgres/pg-boss-nudges.js";
import type { Nudges } from "../../adapters/worker/nudges.js";
import { startPostgres, type PostgresServer } from "./server.js";

describe("nudges over PostgreSQL whose clock was set back", function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let nudges: Nudges;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.end());
  beforeEach(async () => {
    await server.empty();
    nudges = await openPgBossNudges({ url: server.url, home: "h" });
  });
  afterEach(() => nudges.close());

  it("are taken that were put before", async () => {
    await nudges.put(["r1"], "everywhere");
    await server.alter("UPDATE dsr_connect_jobs.job SET start_after = start_after + interval '1 day', created_on = created_on + interval '1 day'");
    await nudges.put(["r1"], "everywhere");
    expect((await nudges.take(5)).map(({ requestId }) => requestId)).to.deep.equal(["r1"]);
  });

  it("and turns come again, though those that come were had before", async () => {
    expect(await nudges.turn("look", 1_000, "here")).to.equal(true);
    await server.alter("INSERT INTO dsr_connect_jobs.job (name, singleton_key, singleton_on, policy) SELECT name, singleton_key, singleton_on + n * interval '1 second', policy FROM dsr_connect_jobs.job, generate_series(1, 60) AS n WHERE name = 'turns'");
    const sinceMs = systemClock.monotonicMs();
    while (!(await nudges.turn("look", 1_000, "here"))) await systemClock.sleep(200);
    expect(systemClock.monotonicMs() - sinceMs).to.be.within(10_000, 25_000);
  });
});
