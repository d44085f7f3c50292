import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ADA, startWorld, type World } from "./support/world.js";

describe("requests, resume, cancel", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    await world.connect();
  });
  afterEach(() => world.end());

  it("lists requests, by state, by reference and by due date, overdue ones first", async () => {
    const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    await world.dsr(["plan", ADA, "--ref", "late", "--received", day(-40)]);
    await world.dsr(["plan", "grace@example.test", "--ref", "soon", "--received", day(-1), "--due", day(3)]);
    await world.dsr(["plan", "lead.only@example.test", "--ref", "later", "--law", "ccpa"]);
    await world.dsr(["access", "nobody@example.test", "--ref", "done", "--due", day(1)]);
    const all = (await world.dsr(["requests", "--json"])).json.requests;
    expect(all).to.have.length(4);
    expect(all[0]).to.have.all.keys("id", "ref", "type", "connector", "connection", "vendorsOwn", "state", "openedAt", "receivedAt", "law", "dueAt", "verified", "operator");
    const refs = async (...flags: string[]): Promise<string[]> => (await world.dsr(["requests", ...flags, "--json"])).json.requests.map((r: any) => r.ref);
    expect(await refs("--due", "7d")).to.deep.equal(["late", "soon"]);
    expect(await refs("--due", "1h")).to.deep.equal(["late"]);
    expect(await refs("--state", "nothing_found")).to.deep.equal(["done"]);
    expect(await refs("--ref", "later")).to.deep.equal(["later"]);
    const { out } = await world.dsr(["requests", "--due", "7d"]);
    expect(out.split("\n")[0]).to.match(/^[a-z0-9]{24} {2}deletion {2}acme {2}planned {2}due \d{4}-\d\d-\d\d {2}late$/);
    expect((await world.dsr(["requests", "--due", "soon"])).exit).to.equal(2);
  });

  it("shows one request as it stands, and refuses one that is not there", async () => {
    const planned = (await world.dsr(["plan", ADA, "--json"])).json;
    const { exit, json } = await world.dsr(["requests", "show", planned.request.id, "--json"]);
    expect(exit).to.equal(0);
    const { context, ...asPlanned } = json;
    expect(asPlanned).to.deep.equal(planned);
    expect(context).to.include({ law: "gdpr", verified: null, operator: null });
    for (const words of [["requests", "show", "nobody"], ["resume", "nobody"], ["cancel", "nobody"]]) {
      const ended = await world.dsr([...words, "--json"]);
      expect([ended.exit, ended.error.code]).to.deep.equal([2, "REQUEST_UNKNOWN"]);
    }
  });

  it("tells with it what whoever answers for it has to be able to say", async () => {
    const context = ["--received", "2026-11-01", "--due", "2026-12-01", "--law", "ccpa", "--verified", "passport@2026-11-02", "--operator", "kim"];
    const { json } = await world.dsr(["plan", ADA, ...context, "--json"]);
    const shown = (await world.dsr(["requests", "show", json.request.id, "--json"])).json.context;
    expect(shown).to.deep.include({ law: "ccpa", operator: "kim" });
    expect([shown.receivedAt, shown.dueAt, shown.verified.method, shown.verified.at].map((each: string) => each.slice(0, 10))).to.deep.equal(["2026-11-01", "2026-12-01", "passport", "2026-11-02"]);
    expect((await world.dsr(["requests", "show", json.request.id])).out).to.match(/received 2026-11-01.*, law ccpa, due 2026-12-01.*; person identified by passport at 2026-11-02.*; operator kim/);
    expect((await world.dsr(["requests", "--json"])).json.requests[0]).to.deep.include(shown);
    const bare = (await world.dsr(["plan", "grace@example.test", "--json"])).json;
    expect((await world.dsr(["requests", "show", bare.request.id])).out).to.contain("nobody said how the person was identified");
  });

  it("gives the statement of any request as plain text, in its language or another, with what about.json adds", async () => {
    writeFileSync(join(world.home, "about.json"), JSON.stringify({ contact: "Write to the privacy desk." }));
    const planned = (await world.dsr(["plan", ADA, "--lang", "de", "--json"])).json;
    const before = await world.dsr(["requests", "show", planned.request.id, "--statement"]);
    expect([before.exit, before.err]).to.deep.equal([0, ""]);
    expect(before.out).to.contain("Erklärung zu einem Antrag auf Löschung").and.to.contain("Es wurde nichts gelöscht.").and.to.contain("Write to the privacy desk.");
    await world.dsr(["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm]);
    const after = await world.dsr(["requests", "show", planned.request.id, "--statement", "--lang", "en", "--json"]);
    expect(after.json.statement).to.contain("Contact: 2 records. The system deleted them, and they were not there any more afterwards.").and.to.contain("Intercom's support can restore a deleted contact for 7 days").and.not.to.contain(ADA);
    expect((await world.dsr(["requests", "show", planned.request.id, "--statement"])).out).to.contain("Das System hat sie gelöscht");
    const unknown = await world.dsr(["requests", "show", planned.request.id, "--statement", "--lang", "fr"]);
    expect([unknown.exit, unknown.err]).to.deep.equal([0, "warning  there are no texts in the language fr: what the person reads is in English\n"]);
    for (const words of [["--lang", "de"], ["--statement", "--lang", "no language"]]) expect((await world.dsr(["requests", "show", planned.request.id, ...words])).exit, words.join(" ")).to.equal(2);
    expect((await world.dsr(["requests", "show", "nobody", "--statement"])).exit).to.equal(2);
  });

  it("goes on with a parked request where it stopped, and repeats nothing", async () => {
    world.sandbox.inject({ method: "GET", path: /tags$/, times: 4, fault: { kind: "status", status: 500 } });
    const parked = await world.dsr(["access", ADA, "--json"]);
    expect([parked.exit, parked.json.outcome, parked.json.attention.code]).to.deep.equal([8, "parked", "VENDOR_UNAVAILABLE"]);
    expect(parked.json.attention.hint).to.contain(`dsr resume ${parked.json.request.id}`);
    const notes = () => world.sandbox.calls.records.filter(({ path }) => path.endsWith("/notes")).length;
    const read = notes();
    const { exit, json } = await world.dsr(["resume", parked.json.request.id, "--json"]);
    expect([exit, json.outcome, json.counts.tags, notes()]).to.deep.equal([0, "complete", 12, read]);
  });

  it("resumes all that wait for time alone, one after the other, and exits with 3 where they end differently", async () => {
    const nothing = await world.dsr(["resume", "--all"]);
    expect([nothing.exit, nothing.out.trim()]).to.deep.equal([0, "Nothing waits."]);
    await world.dsr(["plan", "lead.only@example.test"]);
    world.sandbox.inject({ method: "POST", path: /search$/, times: 8, fault: { kind: "status", status: 503 } });
    await world.dsr(["access", ADA]);
    await world.dsr(["access", "nobody@example.test"]);
    const { exit, json } = await world.dsr(["resume", "--all", "--json"]);
    expect(json.resumed.map((r: any) => r.outcome).sort()).to.deep.equal(["complete", "nothing_found"]);
    expect(exit).to.equal(3);
    // The plan waits for its confirmation, here as in the doctor's eyes.
    const rest = await world.dsr(["resume", "--all"]);
    expect([rest.exit, rest.out]).to.satisfy(([code, out]: [number, string]) => code === 0 && /^Nothing goes on by itself\.\n1 request waits for a decision:\n {2}[a-z0-9]{24} {2}deletion {2}acme {2}planned\n$/.test(out));
    expect((await world.dsr(["doctor"])).out).to.contain("1 waits: 0 for `dsr resume --all`, 1 for a decision");
    for (const words of [["resume"], ["resume", "x", "--all"]]) expect((await world.dsr(words)).exit).to.equal(2);
  }).timeout(20_000);

  it("resumes the others beside one whose own folder takes no package, says why, and counts it as not resumed", async () => {
    world.sandbox.inject({ method: "POST", path: /search$/, times: 8, fault: { kind: "status", status: 503 } });
    const folder = join(world.home, "own");
    const stuck = (await world.dsr(["access", ADA, "--out", folder, "--json"])).json.request.id;
    await world.dsr(["access", "grace@example.test", "--json"]);
    // Its package cannot take its name.
    mkdirSync(join(folder, `${stuck}-acme.zip`, "in-the-way"), { recursive: true });
    const { exit, json } = await world.dsr(["resume", "--all", "--json"]);
    expect([exit, json.resumed.map((r: any) => r.outcome ?? r.error.code).sort(), json.upkeep.purged]).to.deep.equal([3, ["STORAGE_FAILED", "complete"], true]);
    expect(json.resumed.find((r: any) => r.error)).to.deep.equal({ request: { id: stuck }, error: { code: "STORAGE_FAILED", message: "The home folder, the database, the output folder or standard output cannot be read or written. Output folder: a file or folder cannot be read or written." } });
    const { out } = await world.dsr(["resume", "--all"]);
    expect(out).to.contain(`${stuck}  access  acme  STORAGE_FAILED  output folder: a file or folder cannot be read or written\n0 requests resumed, 1 could not be.\n`);
  }).timeout(20_000);

  it("tells which it has resumed also where it is interrupted before it has come to all of them", async () => {
    world.sandbox.inject({ method: "POST", path: /search$/, times: 8, fault: { kind: "status", status: 503 } });
    const ids: string[] = [];
    for (const address of ["nobody@example.test", ADA]) ids.push((await world.dsr(["access", address, "--json"])).json.request.id);
    const stop = new AbortController();
    world.sandbox.inject({ method: "GET", path: /notes$/, fault: { kind: "stall" } });
    world.sandbox.calls.clear();
    const resuming = world.dsr(["resume", "--all", "--json"], { signal: stop.signal });
    while (!world.sandbox.calls.records.some(({ path }) => path.endsWith("/notes"))) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    const { exit, out, err } = await resuming;
    const [told, { error }] = err.trim().split("\n").map((line) => JSON.parse(line));
    expect([exit, out, told.resumed.map((each: any) => [each.request.id, each.outcome])]).to.deep.equal([130, "", [[ids[0], "nothing_found"]]]);
    expect(error.hint).to.contain(`dsr resume ${ids[1]}`);
  }).timeout(20_000);

  it("goes on with what a revoked token stopped once the connection is renewed, and not before", async () => {
    world.sandbox.revokeToken(world.sandbox.token);
    const stopped = await world.dsr(["access", ADA, "--json"]);
    expect([stopped.exit, stopped.json.attention.code]).to.deep.equal([4, "AUTH_REJECTED"]);
    const early = await world.dsr(["resume", "--all", "--json"]);
    expect(early.json).to.deep.equal({ resumed: [], waiting: [{ request: { id: stopped.json.request.id }, outcome: "needs_attention", code: "AUTH_REJECTED", hint: "Renew the connection with `dsr reconnect acme`; `dsr resume --all` then goes on with what waits." }], upkeep: { tended: [], purged: true } });
    const renewed = await world.dsr(["reconnect", "acme", "--token-stdin"], { input: world.sandbox.issueToken({ scopes: ["read_users_companies", "read_single_user", "write_users_companies"] }) });
    expect(renewed.exit, renewed.err).to.equal(0);
    expect((await world.dsr(["doctor"])).out).to.contain("1 waits: 1 for `dsr resume --all`, 0 for a decision");
    const { exit, json } = await world.dsr(["resume", "--all", "--json"]);
    expect([exit, json.resumed.map((r: any) => [r.request.id, r.outcome]), json.waiting]).to.deep.equal([0, [[stopped.json.request.id, "complete"]], []]);
  });

  it("does not try again what a missing permission stopped until a check finds it granted, and says so", async () => {
    world.sandbox.withdrawScope(world.sandbox.token, "read_single_user");
    const stopped = await world.dsr(["access", ADA, "--json"]);
    expect([stopped.exit, stopped.json.attention.code]).to.deep.equal([5, "SCOPE_MISSING"]);
    const calls = (): number => world.sandbox.calls.records.length;
    const resumed = async (): Promise<any> => (await world.dsr(["resume", "--all", "--json"])).json;
    for (let run = 0; run < 2; run++) {
      const before = calls();
      const { resumed: done, waiting } = await resumed();
      expect([done, waiting.map((each: any) => [each.request.id, each.code]), calls()]).to.deep.equal([[], [[stopped.json.request.id, "SCOPE_MISSING"]], before]);
      expect(waiting[0].hint).to.contain("dsr check acme");
      expect((await world.dsr(["check", "acme"])).exit, "as long as it is missing").to.equal(5);
    }
    const told = await world.dsr(["resume", "--all"]);
    expect(told.exit).to.equal(0);
    expect(told.out).to.match(/1 request waits for a connection to be mended:\n {2}[a-z0-9]{24} {2}access {2}acme {2}needs_attention {2}SCOPE_MISSING {2}Read one user and one company\n {2}next {3}Grant it .*`dsr check acme`/);
    expect((await world.dsr(["doctor"])).out).to.contain("1 waits: 0 for `dsr resume --all`");
    world.sandbox.grantScope(world.sandbox.token, "read_single_user");
    expect((await resumed()).resumed, "before anybody has looked").to.deep.equal([]);
    expect((await world.dsr(["check", "acme"])).exit).to.equal(0);
    expect((await resumed()).resumed.map((each: any) => each.outcome)).to.deep.equal(["complete"]);
  }).timeout(20_000);

  it("leaves what is parked alone while the token is not accepted, and calls nobody", async () => {
    world.sandbox.inject({ method: "GET", path: /tags$/, times: 4, fault: { kind: "status", status: 500 } });
    const parked = await world.dsr(["access", ADA, "--json"]);
    expect(parked.json.outcome).to.equal("parked");
    world.sandbox.revokeToken(world.sandbox.token);
    expect((await world.dsr(["access", "grace@example.test"])).exit).to.equal(4);
    const calls = world.sandbox.calls.records.length;
    const { exit, json } = await world.dsr(["resume", "--all", "--json"]);
    expect([exit, json.resumed, json.waiting.map((each: any) => each.code)]).to.deep.equal([0, [], ["AUTH_REJECTED", "AUTH_REJECTED"]]);
    expect(world.sandbox.calls.records).to.have.length(calls);
  }).timeout(20_000);

  it("cancels what waits at once", async () => {
    const planned = (await world.dsr(["plan", ADA, "--json"])).json;
    const { exit, json } = await world.dsr(["cancel", planned.request.id, "--json"]);
    expect([exit, json.outcome]).to.deep.equal([0, "cancelled"]);
    const late = await world.dsr(["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm, "--json"]);
    expect([late.exit, late.json.outcome]).to.deep.equal([3, "cancelled"]);
    expect(world.mutations()).to.deep.equal([]);
  });

  it("P11 cancelled in the middle of a deletion it stops before the next effect and lists what is gone", async () => {
    world.sandbox.inject({ method: "GET", path: /^\/contacts\/[0-9a-f]+$/, fault: { kind: "drip", everyMs: 4 } });
    const planned = (await world.dsr(["plan", ADA, "--json"])).json;
    const running = world.dsr(["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm, "--json"]);
    while (world.mutations().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const cancelling = await world.dsr(["cancel", planned.request.id]);
    expect(cancelling.exit, cancelling.err).to.equal(0);
    const { exit, json } = await running;
    expect([exit, json.outcome]).to.deep.equal([3, "cancelled"]);
    expect(json.targets.filter((t: any) => t.untouched).map((t: any) => t.outcome)).to.deep.equal(["not_deleted"]);
    expect(world.mutations()).to.have.length(1);
    // Reading works whatever runs.
    expect((await world.dsr(["requests", "show", planned.request.id])).exit).to.equal(0);
  });

  it("P11 cancelled while nobody can tell what became of a record it says so, and how it comes to its end", async () => {
    world.sandbox.inject({ method: "DELETE", path: /^\/contacts/, times: Infinity, fault: { kind: "reset_before" } });
    world.sandbox.inject({ method: "GET", path: /^\/contacts\/[0-9a-f]+$/, times: 9, fault: { kind: "status", status: 503 } });
    const planned = (await world.dsr(["plan", ADA, "--json"])).json;
    expect((await world.dsr(["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm, "--json"])).json.outcome).to.equal("parked");
    const { exit, out } = await world.dsr(["cancel", planned.request.id, "--home", world.home]);
    expect([exit, out.trim().split("\n").at(-1)?.trim()]).to.deep.equal([0, `Nothing more is deleted. What became of 1 record is not known yet: \`dsr resume ${planned.request.id} --home ${world.home}\` looks again, and ends it once that is known.`]);
    // What no answer told of is looked at as often as what was acknowledged: the vendor may take its time.
    const looked = (await world.dsr(["resume", planned.request.id, "--json"])).json;
    expect([looked.outcome, looked.targets.map((t: any) => [t.outcome, t.untouched])]).to.deep.equal(["awaiting_verification", [["unknown", undefined], ["unknown", true]]]);
    expect(world.mutations()).to.have.length(1);
  }).timeout(60_000);

  it("names the command that goes on, with the home folder where it was named", async () => {
    const interrupted = new AbortController();
    world.sandbox.inject({ method: "GET", path: /notes$/, fault: { kind: "stall" } });
    const running = world.dsr(["access", ADA, "--home", world.home], { signal: interrupted.signal });
    while (!world.sandbox.calls.records.some(({ path }) => path.endsWith("/notes"))) await new Promise((resolve) => setTimeout(resolve, 5));
    interrupted.abort();
    const { exit, err } = await running;
    expect(exit).to.equal(130);
    const id = /dsr resume (\S+) --home (\S+)`/.exec(err);
    expect(id?.[2]).to.equal(world.home);
    const resumed = await world.dsr(["resume", id?.[1] ?? "", "--json"]);
    expect([resumed.exit, resumed.json.outcome]).to.deep.equal([0, "complete"]);
  });
});
