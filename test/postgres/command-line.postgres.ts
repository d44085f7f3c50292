import { expect } from "chai";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../adapters/clock/system-clock.js";
import { start } from "../adapters/cli/support/processes.js";
import { ADA, startWorld, type World } from "../adapters/cli/support/world.js";
import { PASSWORD, startPostgres, type PostgresServer } from "./server.js";

describe("the command line over PostgreSQL", function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let world: World;
  before(async () => {
    server = await startPostgres();
    world = await startWorld();
  });
  after(async () => {
    await world.end();
    await server.end();
  });
  const dsr = (words: readonly string[], input?: string) => world.dsr(words, { env: { DSR_DATABASE_URL: server.url.withPassword() }, ...(input === undefined ? {} : { input }) });

  it("connects, gives access, deletes, verifies its evidence, and keeps no record in the home folder", async () => {
    expect((await dsr(["connect", "intercom", "--name", "acme", "--capabilities", "access,deletion", "--api-url", world.url, "--token-stdin"], world.sandbox.token)).exit).to.equal(0);
    expect((await dsr(["access", ADA, "--json"])).json.outcome).to.match(/^complete/);
    const { plan } = (await dsr(["plan", ADA, "--json"])).json;
    const deleted = (await dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--json"])).json;
    expect(deleted.outcome).to.equal("verified");
    const exported = await dsr(["evidence", "export", deleted.request.id]);
    expect((await dsr(["evidence", "verify", "-"], exported.out)).out).to.contain("intact");
    expect(existsSync(join(world.home, "dsr.db"))).to.equal(false);
  });

  it("goes on with a batch whose process was killed once the leases of that have run out, instead of leaving what it held", async () => {
    const people = Array.from({ length: 20 }, (_, n) => `person${n}@example.test`);
    for (const email of people) world.sandbox.build.addContact({ email });
    const file = join(world.home, "people.csv");
    writeFileSync(file, `email\n${people.join("\n")}\n`);
    const { batch, plan } = (await dsr(["batch", file, "--type", "deletion", "--dry-run", "--json"])).json;
    const before = world.mutations().length;
    world.sandbox.inject({ method: "DELETE", path: /^\/contacts/, times: Infinity, fault: { kind: "stall" } });
    const { child, ended } = start("dsr.ts", ["batch", "--plan", plan.id, "--confirm", plan.confirm], { env: { DSR_HOME: world.home, DSR_DATABASE_URL: server.url.withPassword() } });
    while (world.mutations().length < before + 16) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    await ended;
    world.sandbox.clearFaults();
    const inFourSeconds = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint + 4000";
    expect(await server.alter(`UPDATE leases SET expires_at_ms = ${inFourSeconds} WHERE pid = ${child.pid}`)).to.equal(16);
    const resumed = await dsr(["resume", batch.id, "--json"]);
    expect([resumed.exit, resumed.json.outcome, resumed.json.totals.outcomes]).to.deep.equal([0, "finished", { verified: 20 }]);
  });

  it("says in doctor which store is used, and never its password", async () => {
    const { json, out } = await dsr(["doctor", "--json"]);
    expect(json.checks.find(({ name }: { name: string }) => name === "store")).to.deep.equal({ name: "store", status: "ok", detail: "PostgreSQL, database postgres" });
    expect(json.checks.find(({ name }: { name: string }) => name === "connection acme").status).to.equal("ok");
    expect(out).not.to.contain(PASSWORD);
  });

  it("waits for a server that is being restarted also where it only begins, says so, and tells at once what the address is to blame for", async () => {
    const starts = (words: readonly string[]) => start("dsr.ts", words, { env: { DSR_HOME: world.home, DSR_DATABASE_URL: server.url.withPassword() } });
    await server.stop();
    const [requests, worker] = [starts(["requests"]), starts(["worker", "--json"])];
    let told = "";
    requests.child.stderr?.on("data", (piece) => (told += String(piece)));
    const [stopped, idle] = [starts(["requests"]), starts(["worker", "--json"])];
    let idleTold = "";
    idle.child.stderr?.on("data", (piece) => (idleTold += String(piece)));
    await until(() => told !== "" && idleTold !== "");
    stopped.child.kill("SIGINT");
    idle.child.kill("SIGTERM");
    expect((await stopped.ended).exit).to.equal(130);
    const { exit, out } = await idle.ended;
    expect([exit, JSON.parse(out)]).to.deep.equal([0, { worked: 0, failed: 0 }]);
    await systemClock.sleep(3_000);
    await server.start();
    const ended = await requests.ended;
    expect([ended.exit, ended.err], ended.err).to.deep.equal([0, "warning  The database's server cannot be reached, or is starting or stopping. It is waited for, for ten seconds at most.\n"]);
    await until(async () => (await server.rows("SELECT 1 FROM pg_catalog.pg_stat_activity WHERE application_name = 'dsr-connect jobs'")).length > 0);
    worker.child.kill("SIGTERM");
    const worked = await worker.ended;
    expect([worked.exit, JSON.parse(worked.err.split("\n")[0]!).warning.code], worked.err).to.deep.equal([0, "DATABASE_AWAY"]);
    // Loads what is loaded once.
    expect((await dsr(["requests"])).exit).to.equal(0);
    const beganMs = systemClock.monotonicMs();
    const wrong = await world.dsr(["requests"], { env: { DSR_DATABASE_URL: server.url.withPassword().replace(PASSWORD, `${PASSWORD}x`) } });
    expect([wrong.err.includes("refuses this user or password"), wrong.err.includes("waited")]).to.deep.equal([true, false]);
    expect(systemClock.monotonicMs() - beganMs).to.be.below(2_000);
  });

  it("tells of a server that cannot be reached, in doctor too, without the password", async () => {
    const env = { DSR_DATABASE_URL: `postgres://postgres:${PASSWORD}@127.0.0.1:1/postgres` };
    const ended = await world.dsr(["requests", "--json"], { env });
    expect([ended.exit > 0, ended.error.code]).to.deep.equal([true, "STORAGE_FAILED"]);
    const doctor = await world.dsr(["doctor"], { env });
    expect(doctor.exit).to.equal(1);
    expect(doctor.out).to.match(/^wrong {2}store .*PostgreSQL, database postgres: .*the database cannot be reached/m).and.not.match(/^ok +store|records/m);
    const login = await world.dsr(["requests"], { env: { DSR_DATABASE_URL: server.url.withPassword().replace(PASSWORD, `${PASSWORD}x`) } });
    expect(login.err).to.match(/DSR_DATABASE_URL: the database refuses this user or password\.[^]*Nothing was sent[^]*Correct it at the place/).and.not.match(/space|resume/);
    await server.alter("UPDATE schema_version SET version = 99");
    const [newer, looked] = [await dsr(["requests"]), await dsr(["doctor"])];
    await server.alter("UPDATE schema_version SET version = 3");
    expect(newer.err).to.match(/newer version[^]*version 99, and this program knows 4[^]*Nothing was read or changed[^]*Use that version/).and.not.contain("space");
    expect(looked.out).to.match(/^wrong {2}store .*newer version/m).and.not.match(/^ok +store/m);
    const wrong = await world.dsr(["requests"], { env: { DSR_DATABASE_URL: `mysql://u:${PASSWORD}@h/x` } });
    expect(wrong.err).to.contain("DSR_DATABASE_URL");
    expect(ended.out + ended.err + doctor.out + doctor.err + wrong.out + wrong.err).not.to.contain(PASSWORD);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await systemClock.sleep(50);
}
