import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dsr, start, type Ended } from "./support/processes.js";
import { ADA, startWorld, type World } from "./support/world.js";

/** What only a process of its own can show: exit codes, pipes, signals. */
describe("the program as a process", function () {
  this.timeout(90_000);
  let world: World;
  before(async () => {
    world = await startWorld();
    await world.connect();
  });
  after(() => world.end());

  const env = (): Record<string, string> => ({ DSR_HOME: world.home });
  const spawned = (words: readonly string[], input = ""): Promise<Ended> => dsr(words, { env: env(), input });

  it("exits with the documented code for each kind of ending, result on one stream and error on the other", async () => {
    const idOf = (email: string): string => [...world.sandbox.state.contacts.values()].find((contact) => contact.email === email)?.id ?? "";
    const narrow = world.sandbox.issueToken();
    await world.dsr(["connect", "intercom", "--name", "narrow", "--capabilities", "deletion", "--api-url", world.url, "--token-stdin"], { input: narrow });
    world.sandbox.withdrawScope(narrow, "write_users_companies");
    const on = ["--connection", "acme", "--json"];
    const plan = async (email: string): Promise<string[]> => {
      const { plan: made } = (await world.dsr(["plan", email, ...on])).json;
      return ["delete", "--plan", made.id, "--confirm", made.confirm, "--json"];
    };
    const lead = await plan("lead.only@example.test");
    world.sandbox.inject({ method: "DELETE", path: new RegExp(idOf("lead.only@example.test")), fault: { kind: "acknowledged_without_effect" } });
    const contact = new RegExp(`/contacts/${idOf("grace@example.test")}$`);
    world.sandbox.inject({ method: "GET", path: contact, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, id: "000000000000000000000001" }) } });
    expect((await world.dsr(["access", "grace@example.test", ...on])).exit).to.equal(1);
    const held = await plan("grace@example.test");
    world.sandbox.inject({ method: "GET", path: new RegExp(`/contacts/${idOf("adah@example.test")}$`), fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, notes: { ...body.notes, total_count: 5 } }) } });
    world.sandbox.inject({ method: "GET", path: new RegExp(`/contacts/${idOf("Case.Person@example.test")}$`), fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, id: "000000000000000000000001" }) } });
    const altered = mkdtempSync(join(tmpdir(), "dsr-altered-"));
    writeFileSync(join(altered, "dsr.db"), "not a database, or not any more ".repeat(200));

    const cases: readonly (readonly [number, readonly string[], string?])[] = [
      [0, ["requests", "--json"]],
      [1, ["access", "case.person@example.test", ...on]],
      [2, ["access", "nobody", "--json"]],
      [3, ["access", "adah@example.test", ...on]],
      [4, ["access", ADA, "--connection", "nobody", "--json"]],
      [5, ["check", "narrow", "--json"]],
      [6, ["access", "-", ...on], "nobody@example.test\n"],
      [7, ["plan", "twins@example.test", ...on]],
      [8, lead],
      [9, ["requests", "--home", altered, "--json"]],
      [10, held],
    ];
    const failures = new Set([2, 4, 9, 10]);
    for (let index = 0; index < cases.length; index += 2) {
      await Promise.all(
        cases.slice(index, index + 2).map(async ([code, words, input]) => {
          const { exit, out, err } = await spawned(words, input);
          expect(exit, `${words.join(" ")}\n${out}${err}`).to.equal(code);
          expect(failures.has(code) ? out : err, words.join(" ")).to.equal("");
          expect(JSON.parse(failures.has(code) ? err : out)).to.be.an("object");
        }),
      );
    }
    rmSync(altered, { recursive: true });
    await world.dsr(["disconnect", "narrow", "--abandon"]);
    world.sandbox.clearFaults();
  });

  it("does not end well where what it printed could not be written", async () => {
    // A device that is always full, as a disk may be; other platforms have none.
    const full = process.platform === "linux" ? "/dev/full" : undefined;
    if (full === undefined) return;
    const { exit, err } = await dsr(["requests"], { env: env(), out: full });
    expect([exit, err]).to.deep.equal([1, "error  The home folder, the database, the output folder or standard output cannot be read or written. Standard output: it cannot be written. [STORAGE_FAILED]\ndone   The command was carried out; only what it printed is lost.\nnext   Free space, or write elsewhere; `dsr requests` lists what was done.\n"]);
  });

  it("tells on standard error how an access goes, and that it waits for the limit that another process of the home uses, too", async () => {
    const slow = await startWorld();
    try {
      await slow.connect();
      writeFileSync(join(slow.home, "config.json"), JSON.stringify({ requestsPerTenSeconds: 5 }));
      const home = { env: { DSR_HOME: slow.home } };
      const runs = [["access", ADA], ["access", "grace@example.test"], ["access", "adah@example.test", "--json"]].map((words) => start("dsr.ts", words, home));
      const told = runs.map(({ child }) => {
        let text = "";
        child.stderr?.on("data", (piece: Buffer) => (text += piece.toString()));
        return () => text;
      });
      await until(() => told.slice(0, 2).every((text) => text().includes("other processes")));
      for (const { child } of runs) child.kill("SIGINT");
      const [one, other, json] = await Promise.all(runs.map(({ ended }) => ended));
      for (const { exit, out, err } of [one!, other!]) {
        expect([exit, out], err).to.deep.equal([130, ""]);
        const lines = err.split("\n").filter((line) => line.includes(" · "));
        for (const line of lines) expect(line).to.match(/^ {2}(looking the person up|\d+ records? )/).and.to.match(/ · \d+ calls? · [1-9]\d* s$/);
        expect(lines.join("\n")).to.match(/waiting \d+ s for the rate limit, 5 calls in 10 s; used by this run \(\d+\), other processes \(\d+\)/);
        expect(err).to.contain("dsr resume ").and.not.to.contain("\u001b").and.not.to.contain("@");
        expect(err, "what the last call answered").to.contain("The run was interrupted. [INTERRUPTED]");
      }
      expect([json!.exit, json!.out, json!.err.trimEnd().split("\n").map((line) => Object.keys(JSON.parse(line)))]).to.deep.equal([130, "", [["error"]]]);
    } finally {
      await slow.end();
    }
  });

  it("tells of a deletion what is settled of what was planned, and when it looks next", async () => {
    const settings = join(world.home, "looks.json");
    writeFileSync(settings, JSON.stringify({ looksSeconds: [0, 2.5] }));
    const remove = async (...flags: string[]): Promise<Ended> => {
      const person = `shown${flags.length}@example.test`;
      const { id } = world.sandbox.build.addContact({ email: person });
      const { plan } = (await world.dsr(["plan", person, "--connection", "acme", "--json"])).json;
      // The record stays after the first deletion; the second one takes it away.
      world.sandbox.inject({ method: "DELETE", path: new RegExp(id), fault: { kind: "acknowledged_without_effect" } });
      return spawned(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--config", settings, ...flags]);
    };
    const [plain, json] = [await remove(), await remove("--json")];
    expect([plain.exit, json.exit, json.err]).to.deep.equal([0, 0, ""]);
    expect(plain.err).to.match(/^ {2}0 of 1 record settled, 1 being looked at, next look at \d\d:\d\d:\d\d UTC, about [1-3] s to go · \d calls · [12] s\n$/);
    // What stands there after a second depends on how busy the machine is.
  }).retries(2);

  it("warns once where the record of the shared rate limit cannot be used, and sends nothing", async () => {
    const other = await startWorld();
    try {
      await other.connect();
      for (const name of readdirSync(other.home).filter((each) => each.startsWith("limits.db"))) rmSync(join(other.home, name));
      mkdirSync(join(other.home, "limits.db"));
      const runs = [[], ["--json"]].map((flags) => start("dsr.ts", ["access", ADA, ...flags], { env: { DSR_HOME: other.home } }));
      const told = runs.map(({ child }) => new Promise<void>((resolve) => child.stderr?.once("data", () => resolve())));
      await Promise.all(told);
      for (const { child } of runs) child.kill("SIGINT");
      const [plain, json] = await Promise.all(runs.map(({ ended }) => ended));
      expect(plain!.err.split("\n")[0]).to.match(/^warning {2}The record in which processes share the rate limit .* cannot be used by this process, and others may be using it\. Until it can, nothing is sent; .* STORAGE_FAILED\. Where limits\.db stays damaged, end what works on this home and remove that file: it is made anew\.$/);
      expect(plain!.err.match(/warning/g)).to.have.length(1);
      const [warning, error] = json!.err.trimEnd().split("\n").map((line) => JSON.parse(line));
      expect([warning.warning.code, error.error.code]).to.deep.equal(["LIMIT_NOT_SHARED", "INTERRUPTED"]);
      expect(other.sandbox.calls.records).to.deep.equal([]);
    } finally {
      await other.end();
    }
  });

  it("tells each call as an object on a line of its own with --verbose --json, and an error last", async () => {
    const lines = ({ err }: Ended): any[] => err.trimEnd().split("\n").map((line) => JSON.parse(line));
    const isCall = ({ call }: any): boolean => typeof call.operation === "string" && typeof call.durationMs === "number" && call.status === 200 && call.attempt === 1 && "vendorRequestId" in call;
    const went = await spawned(["access", "twins@example.test", "--connection", "acme", "--verbose", "--json"]);
    expect([went.exit, JSON.parse(went.out).apiCalls], went.err).to.deep.equal([0, lines(went).length]);
    expect(lines(went).every(isCall), went.err).to.equal(true);
    const failed = await spawned(["connect", "intercom", "--name", "reader", "--capabilities", "access,deletion", "--api-url", world.url, "--token-stdin", "--verbose", "--json"], world.sandbox.issueToken({ scopes: ["read_users_companies", "read_single_user"] }));
    expect([failed.exit, failed.out]).to.deep.equal([5, ""]);
    expect(lines(failed).length).to.be.above(2);
    expect(lines(failed).map((line) => Object.keys(line)[0])).to.deep.equal([...Array(lines(failed).length - 1).fill("call"), "error"]);
  });

  it("connects, plans and deletes through pipes", async () => {
    const other = await startWorld();
    try {
      const home = { env: { DSR_HOME: other.home } };
      const connected = await dsr(["connect", "intercom", "--capabilities", "access,deletion", "--api-url", other.url, "--token-stdin", "--json"], { ...home, input: other.sandbox.token });
      expect([connected.exit, JSON.parse(connected.out).outcome, connected.err]).to.deep.equal([0, "connected", ""]);
      const planned = await dsr(["plan", "-", "--json"], { ...home, input: ADA });
      const { plan } = JSON.parse(planned.out);
      const deleted = await dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--json"], home);
      expect([deleted.exit, JSON.parse(deleted.out).outcome]).to.deep.equal([0, "verified"]);
    } finally {
      await other.end();
    }
  });

  it("P8 stops a deletion on SIGTERM before its next effect, names the command that goes on, and resume does the rest", async () => {
    const planned = (await world.dsr(["plan", ADA, "--json"])).json;
    world.sandbox.calls.clear();
    // The first look stalls, so that the signal arrives between two deletions.
    world.sandbox.inject({ method: "GET", path: /^\/contacts\/[0-9a-f]+$/, fault: { kind: "stall" } });
    const { child, ended } = start("dsr.ts", ["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm], { env: env() });
    await until(() => world.sandbox.calls.records.some(({ method, path }) => method === "GET" && path.startsWith("/contacts/")));
    const effects = world.mutations().length;
    const signalledMs = performance.now();
    child.kill("SIGTERM");
    const { exit, out, err } = await ended;
    expect(exit).to.equal(130);
    // The machine may be busy; what counts is that nothing was begun in that time.
    expect(performance.now() - signalledMs).to.be.below(5000);
    expect(out).to.equal("");
    expect(err).to.contain(`dsr resume ${planned.request.id}`);
    expect(world.mutations()).to.have.length(effects);
    const resumed = await world.dsr(["resume", planned.request.id, "--json"]);
    expect([resumed.exit, resumed.json.outcome]).to.deep.equal([0, "verified"]);
    expect(new Set(world.mutations()).size).to.equal(world.mutations().length);
  });

  it("ends at once on a second Ctrl-C, and a killed run can be resumed", async () => {
    world.sandbox.inject({ method: "POST", path: /search$/, fault: { kind: "stall" } });
    const { child, ended } = start("dsr.ts", ["access", "merged@example.test", "--ref", "killed"], { env: env() });
    world.sandbox.calls.clear();
    await until(() => world.sandbox.calls.records.length > 0);
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect((await ended).exit).to.equal(130);
    const again = await world.dsr(["access", "merged@example.test", "--ref", "killed", "--json"]);
    expect([again.exit, again.json.outcome]).to.deep.equal([0, "complete"]);
  });

  it("plays the vendor until it is told to stop, and says first where it is", async () => {
    const { child, ended } = start("dsr.ts", ["sandbox", "intercom", "--fixture", "empty", "--seed", "7", "--limit", "off"], { env: { ...env(), npm_lifecycle_event: "dsr" } });
    const line = await firstLine(child);
    expect(line).to.have.all.keys("url", "token", "clientId", "clientSecret", "workspace", "region", "fixture", "seed", "limit");
    expect(line).to.include({ fixture: "empty", seed: 7, limit: "off" });
    for (const limit of ["0", "none", "1.5"]) {
      const refused = await dsr(["sandbox", "intercom", "--limit", limit], { env: env() });
      expect([refused.exit, refused.err], limit).to.satisfy(([exit, err]: [number, string]) => exit === 2 && err.includes("It is a whole number from 1, or: off."));
    }
    const taken = await dsr(["sandbox", "intercom", "--port", new URL(line.url).port, "--json"], { env: env() });
    expect([taken.exit, JSON.parse(taken.err).error.code]).to.deep.equal([2, "USAGE"]);
    child.kill("SIGINT");
    const { exit, err } = await ended;
    expect(exit).to.equal(0);
    expect(err).to.contain(`  npm run -s dsr -- connect intercom --name sandbox --capabilities access,deletion --api-url ${line.url}\n`);
  });

  it("walks a newcomer through, and leaves the package where it says", async () => {
    const { exit, out, err } = await start("first-run.ts", []).ended;
    const folder = /rm -r (\S+)/.exec(out)?.[1] ?? "";
    try {
      expect([exit, err], out).to.deep.equal([0, ""]);
      expect(out.match(/^\$ dsr .*/gm)?.map((line) => line.split(" ")[2])).to.deep.equal(["connect", "connect", "access", "plan", "delete", "access"]);
      expect(out).to.match(/missing {2}Write users and companies/).and.to.match(/deleted, and seen to be gone/).and.to.match(/access at intercom: nothing found/);
      const packaged = /see the package +ls (\S+)/.exec(out)?.[1] ?? "";
      expect(JSON.parse(readFileSync(join(packaged, "manifest.json"), "utf8")).counts.contacts).to.equal(2);
    } finally {
      if (folder.includes("dsr-first-run-")) rmSync(folder, { recursive: true, force: true });
    }
  });

  it("leaves nothing of a newcomer's walk that was interrupted", async () => {
    const TMPDIR = mkdtempSync(join(tmpdir(), "dsr-walk-"));
    try {
      const { child, ended } = start("first-run.ts", [], { env: { TMPDIR } });
      let shown = "";
      child.stdout?.on("data", (piece: Buffer) => (shown += piece.toString()));
      await until(() => shown.includes("2."));
      const kept = (): readonly string[] => readdirSync(TMPDIR).filter((name) => name.startsWith("dsr-"));
      expect(kept()).to.have.length(1);
      child.kill("SIGINT");
      expect((await ended).exit).to.equal(130);
      expect(kept()).to.deep.equal([]);
    } finally {
      rmSync(TMPDIR, { recursive: true, force: true });
    }
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function firstLine(child: ReturnType<typeof start>["child"]): Promise<any> {
  let text = "";
  for await (const piece of child.stdout ?? []) {
    text += String(piece);
    if (text.includes("\n")) break;
  }
  return JSON.parse(text.split("\n")[0] ?? "");
}
