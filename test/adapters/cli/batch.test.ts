import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openHome } from "../../../adapters/journal/home.js";
import { startWorld, type World } from "./support/world.js";

const person = (n: number): string => `person${n}@example.test`;

describe("dsr batch", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ fixture: "empty" });
    await world.connect();
  });
  afterEach(() => world.end());

  const file = (lines: readonly string[], headers = "email,ref"): string => {
    const path = join(world.home, "people.csv");
    writeFileSync(path, `${[headers, ...lines].join("\n")}\n`);
    return path;
  };
  const add = (...addresses: readonly string[]) => addresses.map((email) => world.sandbox.build.addContact({ email }));
  const dryRun = (lines: readonly string[], ...more: readonly string[]) => world.dsr(["batch", file(lines), "--type", "deletion", "--dry-run", ...more]);

  it("plans deletions, tells what a human has to decide, and carries out just that plan", async () => {
    const [one, two] = add(person(1), person(2), person(3), person(3));
    const planned = await dryRun([`${person(1)},T-1`, `${person(2)},T-2`, `${person(3)},T-3`, "nobody@example.test,T-4", "nonsense,T-5"], "--json");
    expect([planned.exit, planned.json.outcome]).to.deep.equal([3, "planned"]);
    expect(planned.json.rows.map((row: any) => [row.line, row.ref, row.verdict])).to.deep.equal([[2, "T-1", "delete"], [3, "T-2", "delete"], [4, "T-3", "choose"], [5, "T-4", "nothing"], [6, "T-5", "invalid"]]);
    expect(planned.json.totals).to.deep.include({ lines: 5, people: 4, records: 2 });
    expect(world.mutations()).to.deep.equal([]);
    const done = await world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm, "--json"]);
    expect([done.exit, done.json.outcome, done.json.totals.outcomes]).to.deep.equal([3, "finished", { verified: 2, needs_attention: 1, nothing_found: 1 }]);
    expect([...world.mutations()].sort()).to.deep.equal([one!, two!].map(({ id }) => `/contacts/${id}`).sort());
    // Showing works, whatever is shown.
    const shown = await world.dsr(["batch", "show", planned.json.batch.id, "--json"]);
    expect([shown.exit, shown.json.totals]).to.deep.equal([0, done.json.totals]);
  });

  it("ends with 0 where every line is well, with 6 where nobody was found", async () => {
    add(person(1));
    const planned = await dryRun([`${person(1)},T-1`, "nobody@example.test,T-2"], "--json");
    expect(planned.exit).to.equal(0);
    expect((await world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm])).exit).to.equal(0);
    expect((await dryRun(["nobody@example.test,"])).exit).to.equal(6);
  });

  it("says of a FILE that it is missing, a folder, or none that can be read twice", async () => {
    for (const [path, reason] of [[join(world.home, "none.csv"), "there is no such file"], [world.home, "it is a folder"], ["/dev/null", "it is no regular file"]] as const) {
      const { exit, error } = await world.dsr(["batch", path, "--type", "access", "--json"]);
      expect(exit).to.equal(2);
      expect(error.message).to.contain(`Batch file: ${reason}`);
    }
  });

  it("says as a single plan does what nobody looked at: whether people are teammates, where that list may not be read", async () => {
    add(person(1), person(2));
    const lines = [`${person(1)},T-1`, `${person(2)},T-2`];
    const { out } = await dryRun(lines);
    expect(out.match(/^ {2}not looked at {2}not granted: .*\bteammates \(Read admins\)/gm)).to.have.length(1);
    const single = (await world.dsr(["plan", person(1), "--json"])).json.notCovered;
    expect((await dryRun(lines, "--json")).json.notCovered).to.deep.equal(single).and.to.deep.include({ category: "teammates", scope: "Read admins", reason: "not granted" });
  });

  it("says in words what to type next, and lists what somebody has to look at", async () => {
    add(person(1));
    const { out, err } = await dryRun([`${person(1)},T-1`, "nonsense,T-5"]);
    expect(out).to.match(/^batch deletion at acme: planned, nothing changed {2}batch [a-z0-9]+$/m).and.to.match(/^ {4}dsr batch --plan \S+ --confirm delete-1-[0-9a-f]{8}$/m);
    expect(out).to.match(/line 3 {2}T-5 {2}no valid request {2}IDENTIFIER_INVALID email: /);
    expect(out + err).not.to.contain("@example");
  });

  it("writes a summary of one row for each line, by line and reference, never by address, for its owner alone", async () => {
    add(person(1));
    const planned = await dryRun([`${person(1)},=cmd()`, "nonsense,"], "--json");
    const path: string = planned.json.summary;
    expect(path).to.equal(join(world.home, "batches", `${planned.json.batch.id}.csv`));
    expect(statSync(path).mode & 0o077).to.equal(0);
    const rows = parse(readFileSync(path), { columns: true }) as Record<string, string>[];
    expect(rows.map(({ line, ref, verdict, code, planned: records }) => [line, ref, verdict, code, records])).to.deep.equal([["2", "'=cmd()", "delete", "", "1"], ["3", "", "invalid", "IDENTIFIER_INVALID", "0"]]);
    expect(readFileSync(path, "utf8")).not.to.contain("@example");
    const elsewhere = join(world.home, "elsewhere", "summary.csv");
    await dryRun([`${person(1)},T-9`], "--summary", elsewhere);
    expect(existsSync(elsewhere)).to.equal(true);
  });

  it("refuses a summary in the place of a file that is none, the batch's own for example, or where none can be written, before anything is begun", async () => {
    add(person(1));
    const people = file([`${person(1)},T-1`]);
    const link = join(world.home, "link.csv");
    symlinkSync(people, link);
    for (const [input, summary, reason] of [
      [people, people, "another file stands there"],
      [link, people, "another file stands there"],
      [people, world.home, "it is a folder"],
      [people, "/dev/null", "it is no regular file"],
      [people, join(people, "summary.csv"), "it cannot be written"],
    ] as const) {
      const { exit, error } = await world.dsr(["batch", input, "--type", "access", "--summary", summary, "--json"]);
      expect([exit, error?.code, error?.message.includes(`--summary: ${reason}`)], reason).to.deep.equal([2, "REQUEST_INVALID", true]);
    }
    expect([readFileSync(people, "utf8"), world.sandbox.calls.records]).to.deep.equal([`email,ref\n${person(1)},T-1\n`, []]);
    expect((await world.dsr(["batch", "list", "--json"])).json.batches).to.deep.equal([]);
  });

  it("tells the result where the summary cannot be written any more, and how to get one later", async () => {
    add(person(1));
    const planned = await dryRun([`${person(1)},T-1`], "--json");
    rmSync(join(world.home, "batches"), { recursive: true });
    writeFileSync(join(world.home, "batches"), "");
    const words = ["batch", "show", planned.json.batch.id];
    const { err, out } = await world.dsr(words);
    expect(out).to.contain(`--confirm ${planned.json.plan.confirm}`).and.to.match(/^ {2}summary {2}not written$/m);
    expect(err).to.contain(`The summary was not written; what was done stays done. Free space or correct the permissions; \`dsr batch show ${planned.json.batch.id}\` then writes it into the home folder.`);
    const done = await world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm, "--json"]);
    expect([done.exit, done.json.totals.outcomes, done.json.summary]).to.deep.equal([1, { verified: 1 }, null]);
    expect(JSON.parse(done.err).warning.code).to.equal("STORAGE_FAILED");
  });

  it("waits for a line that another process holds for as many minutes as --wait says, and ends with 8 where it holds it still", async () => {
    add(person(1));
    const planned = (await dryRun([`${person(1)},T-1`], "--json")).json;
    const other = await openHome({ directory: world.home, clock: { now: () => Date.now() } });
    try {
      await other.journal.lease(planned.rows[0].request);
      const sinceMs = performance.now();
      const { exit, json } = await world.dsr(["batch", "--plan", planned.plan.id, "--confirm", planned.plan.confirm, "--wait", "0.05", "--json"]);
      expect([exit, json.outcome, json.rows[0].code, world.mutations()]).to.deep.equal([8, "waiting", "REQUEST_BUSY", []]);
      expect(performance.now() - sinceMs).to.be.at.least(3_000);
      const resumedMs = performance.now();
      const resumed = await world.dsr(["resume", "--wait", "0.02", json.batch.id, "--json"]);
      expect([resumed.exit, resumed.json.rows[0].code]).to.deep.equal([8, "REQUEST_BUSY"]);
      expect(performance.now() - resumedMs).to.be.within(1_200, 60_000);
    } finally {
      await other.close();
    }
  });

  it("carries out access requests, each into its own package, also from standard input", async () => {
    add(person(1), person(2));
    const out = join(world.home, "out");
    const { exit, json } = await world.dsr(["batch", "-", "--type", "access", "--out", out, "--json"], { input: `email\n${person(1)}\n${person(2)}\n` });
    expect([exit, json.totals.outcomes]).to.deep.equal([0, { complete: 2 }]);
    expect(readdirSync(out).filter((name) => !name.endsWith(".zip"))).to.have.length(2);
    expect(json.rows.every((row: any) => existsSync(join(row.package, "manifest.json")))).to.equal(true);
  });

  it("leaves lines that were not begun yet to be finished for whom and where the batch was asked for", async () => {
    add(person(1));
    const [identity, other] = await Promise.all([generateX25519Identity(), generateX25519Identity()]);
    const out = join(world.home, "asked");
    world.sandbox.inject({ path: /.*/, times: 40, fault: { kind: "status", status: 401 } });
    const stopped = await world.dsr(["batch", file([`${person(1)},T-1`]), "--type", "access", "--encrypt-to", await identityToRecipient(identity), "--out", out, "--json"]);
    expect(stopped.json.outcome).to.equal("stopped");
    world.sandbox.clearFaults();
    await world.dsr(["reconnect", "acme", "--token-stdin"], { input: world.sandbox.issueToken() });
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ packageRecipient: await identityToRecipient(other), packagesDirectory: "set" }));
    const [request] = (await world.dsr(["requests", "--json"])).json.requests;
    const { json } = await world.dsr(["resume", request.id, "--json"]);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(Buffer.from(await decrypter.decrypt(readFileSync(json.package.path))).subarray(0, 2).toString()).to.equal("PK");
    expect([dirname(json.package.path), existsSync(join(world.home, "set"))]).to.deep.equal([out, false]);
  });

  it("is not resumed into another folder than it was begun with, nor with what is said of one request alone", async () => {
    add(person(1));
    world.sandbox.inject({ path: /.*/, times: 40, fault: { kind: "status", status: 401 } });
    const [asked, other] = ["asked", "other"].map((name) => join(world.home, name)) as [string, string];
    const { id } = (await world.dsr(["batch", file([`${person(1)},T-1`]), "--type", "access", "--out", asked, "--json"])).json.batch;
    world.sandbox.clearFaults();
    await world.dsr(["reconnect", "acme", "--token-stdin"], { input: world.sandbox.issueToken() });
    const elsewhere = await world.dsr(["resume", id, "--out", other, "--json"]);
    expect([elsewhere.exit, elsewhere.error.code, elsewhere.error.message]).to.satisfy(([exit, code, message]: [number, string, string]) => exit === 2 && code === "IDEMPOTENCY_CONFLICT" && message.includes("was begun with another folder"));
    const waiting = await world.dsr(["resume", id, "--wait", "--json"]);
    expect([waiting.exit, waiting.error.message]).to.deep.equal([2, "--wait: of a batch it says how many minutes, as in --wait 15."]);
    const { exit, json } = await world.dsr(["resume", id, "--out", asked, "--json"]);
    expect([exit, dirname(json.rows[0].package), existsSync(other)]).to.deep.equal([0, asked, false]);
  });

  it("takes the settings for lines alone whose requests were begun without", async () => {
    add(person(1), person(2));
    const [identity, other] = await Promise.all([generateX25519Identity(), generateX25519Identity()]);
    world.sandbox.inject({ method: "GET", path: /^\/contacts/, times: 4, fault: { kind: "status", status: 500 } });
    const parked = await world.dsr(["access", person(1), "--ref", "T-1", "--encrypt-to", await identityToRecipient(identity), "--json"]);
    expect(parked.json.outcome).to.equal("parked");
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ packageRecipient: await identityToRecipient(other) }));
    const { json } = await world.dsr(["batch", file([`${person(1)},T-1`, `${person(2)},T-2`]), "--type", "access", "--json"]);
    for (const [index, key] of [identity, other].entries()) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(key);
      expect(Buffer.from(await decrypter.decrypt(readFileSync(json.rows[index].package))).subarray(0, 2).toString(), `line ${index}`).to.equal("PK");
    }
  });

  it("goes on with an interrupted batch where the same file is given again, or by its id, and asks about nobody twice", async () => {
    add(...Array.from({ length: 6 }, (_, n) => person(n)));
    const lines = Array.from({ length: 6 }, (_, n) => `${person(n)},T-${n}`);
    const planned = await dryRun(lines, "--json");
    world.sandbox.inject({ method: "DELETE", path: /^\/contacts/, fault: { kind: "status", status: 401 } });
    const stopped = await world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm, "--json"]);
    expect([stopped.exit, stopped.json.outcome, stopped.json.stopped.code]).to.deep.equal([4, "stopped", "AUTH_REJECTED"]);
    await world.dsr(["reconnect", "acme", "--token-stdin"], { input: world.sandbox.issueToken() });
    const resumed = await world.dsr(["resume", planned.json.batch.id, "--json"]);
    expect(resumed.json.totals.lines).to.equal(6);
    expect([resumed.exit, resumed.json.outcome, resumed.json.totals.outcomes]).to.deep.equal([0, "finished", { verified: 6 }]);
    expect(new Set(world.mutations().filter((path) => !/\/0+$/.test(path))).size).to.equal(6);
    const shown = await world.dsr(["batch", "show", planned.json.batch.id]);
    expect([shown.exit, (await world.dsr(["batch", "list"])).out.includes(planned.json.batch.id)]).to.deep.equal([0, true]);
  });

  it("waits for the lines that another process works on, and tells the same of all of them, when two plan or carry out one at the same time", async () => {
    add(...Array.from({ length: 20 }, (_, n) => person(n)));
    const lines = Array.from({ length: 20 }, (_, n) => `${person(n)},T-${n}`);
    const planned = await Promise.all([dryRun(lines, "--json"), dryRun(lines, "--json")]);
    expect(planned.map(({ exit, json }) => [exit, json.outcome, json.totals.verdicts.delete, json.totals.records])).to.deep.equal([[0, "planned", 20, 20], [0, "planned", 20, 20]]);
    const { id, confirm } = planned[0]!.json.plan;
    const carryOut = () => world.dsr(["batch", "--plan", id, "--confirm", confirm, "--json"]);
    const done = await Promise.all([carryOut(), carryOut()]);
    expect(done.map(({ exit, json }) => [exit, json.outcome, json.totals.outcomes])).to.deep.equal([[0, "finished", { verified: 20 }], [0, "finished", { verified: 20 }]]);
    expect([world.mutations().length, new Set(world.mutations()).size]).to.deep.equal([20, 20]);
  });

  it("stops at once on Ctrl-C, names the command that goes on, and that one does the rest", async () => {
    add(...Array.from({ length: 20 }, (_, n) => person(n)));
    const planned = await dryRun(Array.from({ length: 20 }, (_, n) => `${person(n)},`), "--json");
    const stop = new AbortController();
    world.sandbox.inject({ method: "DELETE", path: /^\/contacts/, fault: { kind: "stall" } });
    const summary = join(world.home, "so-far.csv");
    const running = world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm, "--summary", summary], { signal: stop.signal });
    while (world.mutations().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    const { exit, err } = await running;
    expect([exit, err.includes(`dsr resume ${planned.json.batch.id}`)]).to.deep.equal([130, true]);
    expect(err).to.contain(`summary  ${summary}, as far as the batch has come; \`dsr resume\` with --summary writes it there again\n`);
    const rows = readFileSync(summary, "utf8").trim().split(/\r?\n/).slice(1).map((row) => row.split(",").slice(0, 5));
    expect(rows).to.have.length(20);
    expect(rows.map(([, , , verdict, outcome]) => `${verdict} ${outcome}`)).to.include("waiting running");
    const { json } = await world.dsr(["resume", planned.json.batch.id, "--summary", summary, "--json"]);
    expect([json.totals.outcomes, json.summary]).to.deep.equal([{ verified: 20 }, summary]);
    expect(readFileSync(summary, "utf8").match(/,verified,/g)).to.have.length(20);
  });

  it("refuses a summary of what is no batch, and one in the place of another file, before anything goes on", async () => {
    add(person(1));
    const planned = await dryRun([`${person(1)},`], "--json");
    const other = file(["not,a,summary"]);
    const outcomes = [];
    for (const args of [["resume", "--all", "--summary", join(world.home, "s.csv")], ["resume", "REQ1", "--summary", join(world.home, "s.csv")], ["resume", planned.json.batch.id, "--summary", other]]) {
      const { exit, error } = await world.dsr([...args, "--json"]);
      outcomes.push([exit, error?.code, /--summary: (it belongs to a batch|another file stands there)/.test(error?.message ?? "")]);
    }
    expect(outcomes).to.deep.equal([[2, "USAGE", true], [2, "USAGE", true], [2, "REQUEST_INVALID", true]]);
  });

  it("names the command that goes on, too, where it does not end by itself and is cut short", async () => {
    add(person(1));
    const planned = await dryRun([`${person(1)},`], "--json");
    world.sandbox.inject({ method: "DELETE", path: /^\/contacts/, fault: { kind: "stall" } });
    const [stop, cutShort] = [new AbortController(), new AbortController()];
    const running = world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm], { signal: stop.signal, cutShort: cutShort.signal });
    while (world.mutations().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    cutShort.abort();
    const { exit, err } = await running;
    expect([exit, err.includes("[INTERRUPTED]"), err.includes(`dsr resume ${planned.json.batch.id}`)]).to.deep.equal([130, true, true]);
    // A process would be gone by now.
    stop.abort();
    while ((await world.dsr(["resume", planned.json.batch.id, "--json"])).exit !== 0) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  describe("the summary of an interrupted batch", () => {
    /** Carries a batch out until its first deletion is under way, which never ends by itself. */
    const begun = async (...flags: readonly string[]) => {
      add(person(1));
      const planned = await dryRun([`${person(1)},`], "--json");
      world.sandbox.inject({ method: "DELETE", path: /^\/contacts/, fault: { kind: "stall" } });
      const stop = new AbortController();
      const summary = join(world.home, "so-far.csv");
      const running = world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm, "--summary", summary, ...flags], { signal: stop.signal });
      while (world.mutations().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      return { summary, stop, running };
    };

    it("is said not to have been written where it cannot be, and not for lack of time", async () => {
      const { summary, stop, running } = await begun();
      // A file cannot take a folder's place.
      mkdirSync(join(summary, "full"), { recursive: true });
      stop.abort();
      const { exit, err } = await running;
      expect(exit).to.equal(130);
      expect(err).to.contain("The summary was not written").and.not.to.contain("no time").and.not.to.contain("as far as the batch has come");
    });

    it("is named to scripts", async () => {
      const { summary, stop, running } = await begun("--json");
      stop.abort();
      const { exit, out, err } = await running;
      const told = err.trim().split("\n").map((line) => JSON.parse(line));
      expect([exit, out, told[0], told.at(-1).error.code]).to.deep.equal([130, "", { summary }, "INTERRUPTED"]);
    });
  });

  it("stops at once on Ctrl-C while its lines are taken in, and says that the same input goes on", async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${person(n)},`);
    const stop = new AbortController();
    const running = world.dsr(["batch", file(lines), "--type", "access"], { signal: stop.signal });
    while ((await world.dsr(["batch", "list", "--json"])).json.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    const { exit, err } = await running;
    expect([exit, err.trim().split("\n").at(-1)]).to.deep.equal([130, "next   Give the same command with the same input again: it goes on where it stopped."]);
    const [{ id }] = (await world.dsr(["batch", "list", "--json"])).json.batches;
    expect((await world.dsr(["batch", "show", id, "--json"])).json.totals.lines).to.be.below(lines.length);
  });

  it("tells beside the error that ends it what became of its lines: its connection is gone", async () => {
    add(person(1));
    const planned = await dryRun([`${person(1)},T-1`, "nobody@example.test,T-2"], "--json");
    await world.dsr(["disconnect", "acme", "--abandon"]);
    const stopped = await world.dsr(["batch", "--plan", planned.json.plan.id, "--confirm", planned.json.plan.confirm, "--json"]);
    const told = stopped.err.trim().split("\n").map((line) => JSON.parse(line)).find((line) => "batch" in line);
    expect([stopped.exit, stopped.error.code]).to.deep.equal([4, "CONNECTION_UNKNOWN"]);
    expect([told.batch.id, told.rows.map((row: any) => row.ref), existsSync(told.summary)]).to.deep.equal([planned.json.batch.id, ["T-1", "T-2"], true]);
    expect(world.mutations()).to.deep.equal([]);
  });

  it("stops at once on Ctrl-C while standard input is read", async () => {
    const stop = new AbortController();
    const running = world.dsr(["batch", "-", "--type", "access"], { signal: stop.signal, terminal: true });
    setTimeout(() => stop.abort(), 200);
    expect((await running).exit).to.equal(130);
  });

  for (const [what, words] of [
    ["a deletion that is not planned first", ["FILE", "--type", "deletion"]],
    ["no type", ["FILE"]],
    ["no file", ["--type", "access"]],
    ["a plan without its code", ["--plan", "b-1"]],
    ["a plan beside a file", ["FILE", "--plan", "b-1", "--confirm", "delete-1-00000000"]],
    ...[["--type", "deletion"], ["--dry-run"], ["--connection", "acme"], ["--erase", "related"], ["--archived"], ["--out", "x"], ["--encrypt-to", "x"]].map((more) => [`a plan beside ${more[0] ?? ""}`, ["--plan", "b-1", "--confirm", "delete-1-00000000", ...more]] as const),
    ["a dry run of access", ["FILE", "--type", "access", "--dry-run"]],
    ["a folder for deletions", ["FILE", "--type", "deletion", "--dry-run", "--out", "x"]],
    ["a wait that is no number", ["FILE", "--type", "access", "--wait", "long"]],
    ["a wait that is left empty", ["FILE", "--type", "access", "--wait", ""]],
    ["a wait of more than a week", ["FILE", "--type", "access", "--wait", "10081"]],
    ["a type that nobody knows", ["FILE", "--type", "rectification"]],
    ["a file that is not there", ["nowhere.csv", "--type", "access"]],
    ["a file without headers", ["FILE", "--type", "access"]],
  ] as readonly (readonly [string, readonly string[]])[]) {
    it(`refuses ${what}, and calls nobody`, async () => {
      const path = file([`${person(1)},T-1`], headersOf(what));
      const { exit, error } = await world.dsr(["batch", ...words.map((word) => (word === "FILE" ? path : word)), "--json"]);
      expect([exit, ["USAGE", "REQUEST_INVALID"].includes(error.code)]).to.deep.equal([2, true]);
      expect(world.sandbox.calls.records).to.deep.equal([]);
      expect(JSON.stringify(error)).not.to.contain("@example");
      expect((await world.dsr(["requests", "--json"])).json.requests).to.deep.equal([]);
    });
  }
  const headersOf = (what: string): string => (what === "a file without headers" ? "ada@example.test,T-0" : "email,ref");
});
