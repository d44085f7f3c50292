import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MALFORMED_ADDRESSES } from "./support/malformed-addresses.js";
import { ADA, startWorld, type World } from "./support/world.js";

describe("access", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    await world.connect();
  });
  afterEach(() => world.end());

  it("prints one JSON object with stable names, and writes the package", async () => {
    const { exit, json, err } = await world.dsr(["access", ADA, "--ref", "T-1", "--json"]);
    expect([exit, err]).to.deep.equal([0, ""]);
    expect(json).to.have.all.keys("request", "outcome", "attention", "matches", "loose", "teammate", "nearMatches", "searched", "notCovered", "dropped", "counts", "readUntil", "gaps", "redactions", "package", "toCome", "keyDestroyedAt", "apiCalls", "evidence");
    expect(json.request).to.include({ ref: "T-1", type: "access", connector: "intercom", connection: "acme", vendorsOwn: false });
    expect(json).to.include({ outcome: "complete", attention: null });
    expect(json.evidence).to.match(/^[a-z0-9]{24}:\d+:[0-9a-f]{16}$/);
    expect(json.matches.map((m: any) => [m.kind, m.matchedBy]).sort()).to.deep.equal([["lead", "exact"], ["user", "exact"]]);
    expect(json.nearMatches).to.deep.equal([]);
    expect(json.counts).to.include({ contacts: 2, companies: 3, notes: 2, tags: 12 });
    expect(json.package).to.have.all.keys("path", "sha256", "expiresAt", "zip", "state", "seenAt");
    expect(readdirSync(json.package.path)).to.include("manifest.json");
    const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
    expect(sha256(join(json.package.path, "manifest.json"))).to.equal(json.package.sha256);
    expect(json.package.zip).to.deep.equal({ path: `${json.package.path}.zip`, sha256: sha256(`${json.package.path}.zip`) });
    const { out } = await world.dsr(["requests", "show", json.request.id]);
    for (const told of [json.package.path, json.package.zip.path, json.package.zip.sha256]) expect(out).to.contain(told);
    expect(json.apiCalls).to.equal(world.sandbox.calls.records.length);
  });

  it("says in words what was not looked at first, and that it is not the vendor's own API", async () => {
    const { exit, out } = await world.dsr(["access", "ada+news@example.test"]);
    expect(exit).to.equal(0);
    const lines = out.split("\n");
    expect(lines[0]).to.match(/^access at acme: complete {2}request [a-z0-9]+$/);
    expect(lines[1]).to.contain("not the vendor's own API");
    expect(lines[2]).to.equal("  not looked at  not granted: conversations, calls (Read conversations); tickets (Read tickets); events, event_summaries (Read events); custom_objects (Read and write custom object instances); teammates (Read admins)");
    expect(lines[3]).to.match(/^ {2}not looked at {2}whatever is granted: archived_contacts, visitors, .* \(why: dsr requests show [a-z0-9]+\)$/);
    const shown = await world.dsr(["requests", "show", /requests show ([a-z0-9]+)/.exec(out)?.[1] ?? ""]);
    expect(shown.out).to.contain("not looked at  visitors: anonymous visitors cannot be found by email");
    expect(out).to.match(/near, not included {2}[0-9a-f]+: only a \+tag differs/);
    expect(out).not.to.contain("\u001b").and.to.not.match(/\bada/);
  });

  it("warns where the person's language has no texts, and where a package was written elsewhere before", async () => {
    const french = await world.dsr(["access", ADA, "--ref", "T-1", "--lang", "fr-CA", "--json"]);
    expect([french.exit, JSON.parse(french.err).warning.code]).to.deep.equal([0, "LANGUAGE_UNKNOWN"]);
    expect(readFileSync(join(french.json.package.path, "index.html"), "utf8")).to.contain('lang="en"');
    const [here, there] = [join(world.home, "here"), join(world.home, "there")];
    const german = ["access", ADA, "--ref", "T-2", "--lang", "de-AT", "--json", "--out"];
    const [first, again, same] = [await world.dsr([...german, here]), await world.dsr([...german, there]), await world.dsr([...german, here])];
    expect([first.err, JSON.parse(again.err).warning.code, same.err]).to.deep.equal(["", "WRITTEN_BEFORE", ""]);
    expect([again.json.package.path, readdirSync(there)]).to.deep.equal([first.json.package.path, []]);
  });

  it("refuses what about.json says before the first call where that cannot be understood, and stops nothing else by it", async () => {
    writeFileSync(join(world.home, "about.json"), '{"rights":1}');
    const { exit, error } = await world.dsr(["access", ADA, "--json"]);
    expect([exit, error.code, error.message.includes("about.json /rights")]).to.deep.equal([2, "CONFIG_INVALID", true]);
    expect(world.sandbox.calls.records).to.have.length(0);
    expect((await world.dsr(["requests", "--json"])).json.requests).to.deep.equal([]);
    expect((await world.dsr(["hold", "add", ADA, "--basis", "a lawsuit"])).exit).to.equal(0);
    expect((await world.dsr(["plan", ADA])).exit).to.equal(10);
  });

  it("warns wherever a package is named that lies there no longer", async () => {
    const { json } = await world.dsr(["access", ADA, "--ref", "T-1", "--json"]);
    rmSync(json.package.path, { recursive: true });
    const again = await world.dsr(["access", ADA, "--ref", "T-1"]);
    expect([again.exit, again.err]).to.deep.equal([0, "warning  the package does not lie where it was written any more: it was moved or removed; a request with another reference makes a new one\n"]);
    const shown = await world.dsr(["requests", "show", json.request.id, "--json"]);
    expect([shown.exit, JSON.parse(shown.err).warning.code]).to.deep.equal([0, "PACKAGE_GONE"]);
  });

  it("appends structured logs to the file that DSR_LOG names, for its owner alone, without the person", async () => {
    const log = join(world.home, "dsr.log");
    for (const more of [[], ["--verbose"]]) await world.dsr(["access", ADA, "--ref", "T-log", ...more], { env: { DSR_LOG: log } });
    const lines = readFileSync(log, "utf8").trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ event }) => event)).to.deep.equal(["run_began", "run_ended"]);
    expect(statSync(log).mode & 0o077).to.equal(0);
    expect(readFileSync(log, "utf8")).not.to.contain("@").and.not.to.contain("T-log");
    const { exit, err } = await world.dsr(["access", ADA], { env: { DSR_LOG: join(world.home, "nowhere", "dsr.log") } });
    expect([exit, err.includes("[STORAGE_FAILED]")]).to.deep.equal([1, true]);
  });

  it("seals the package for the recipient that is named, or that the settings name, and refuses what is none without a call", async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const { json } = await world.dsr(["access", ADA, "--encrypt-to", recipient, "--json"]);
    expect(json.outcome).to.equal("complete");
    expect(json.package.path).to.match(/\.zip\.age$/).and.equal(json.package.zip.path);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(Buffer.from(await decrypter.decrypt(readFileSync(json.package.path))).subarray(0, 2).toString()).to.equal("PK");
    expect(existsSync(json.package.path.replace(".zip.age", ""))).to.equal(false);
    await world.dsr(["access", ADA, "--ref", "T-open"]);
    const sealed = await world.dsr(["access", ADA, "--ref", "T-open", "--encrypt-to", recipient, "--json"]);
    expect([sealed.exit, sealed.error.code], "a package in the clear for who asked for a sealed one").to.deep.equal([2, "IDEMPOTENCY_CONFLICT"]);
    const settings = join(world.home, "sealed.json");
    writeFileSync(settings, JSON.stringify({ packageRecipient: recipient }));
    expect((await world.dsr(["access", ADA, "--config", settings, "--ref", "T-2", "--json"])).json.package.path).to.match(/\.age$/);
    world.sandbox.calls.clear();
    const refused = await world.dsr(["access", ADA, "--encrypt-to", identity, "--json"]);
    expect([refused.exit, refused.error.code, refused.err.includes(identity)]).to.deep.equal([2, "REQUEST_INVALID", false]);
    expect(world.sandbox.calls.records).to.deep.equal([]);
  });

  it("finishes what had to wait for whom and where it was begun, whatever the settings say by then", async () => {
    const [identity, other] = await Promise.all([generateX25519Identity(), generateX25519Identity()]);
    const out = join(world.home, "asked");
    world.sandbox.inject({ method: "GET", path: /tags$/, times: 4, fault: { kind: "status", status: 500 } });
    const parked = await world.dsr(["access", ADA, "--encrypt-to", await identityToRecipient(identity), "--out", out, "--json"]);
    expect(parked.json.outcome).to.equal("parked");
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ packageRecipient: await identityToRecipient(other), packagesDirectory: "set" }));
    const { json } = await world.dsr(["resume", "--all", "--out", join(world.home, "cron"), "--json"]);
    const [{ package: written }] = json.resumed;
    expect(dirname(written.path)).to.equal(out);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(Buffer.from(await decrypter.decrypt(readFileSync(written.path))).subarray(0, 2).toString()).to.equal("PK");
    expect([existsSync(join(world.home, "set")), existsSync(join(world.home, "cron"))]).to.deep.equal([false, false]);
  });

  it("refuses --archived with a reference whose request has ended without", async () => {
    await world.dsr(["access", ADA, "--ref", "T-1"]);
    const { exit, error } = await world.dsr(["access", ADA, "--ref", "T-1", "--archived", "--json"]);
    expect([exit, error.code]).to.deep.equal([2, "IDEMPOTENCY_CONFLICT"]);
  });

  it("writes the package where --out says, else where the settings say", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dsr-out-"));
    try {
      const { json } = await world.dsr(["access", ADA, "--out", folder, "--json"]);
      expect(json.package.path.startsWith(folder)).to.equal(true);
      const settings = join(folder, "settings.json");
      writeFileSync(settings, JSON.stringify({ packagesDirectory: "mine", packageRetentionDays: 2 }));
      const set = await world.dsr(["access", ADA, "--config", settings, "--json"]);
      expect(set.json.package.path.startsWith(join(folder, "mine"))).to.equal(true);
      expect(Date.parse(set.json.package.expiresAt) - Date.now()).to.be.within(1.9 * 86_400_000, 2 * 86_400_000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("follows what the settings say about other people and notes, counts what was taken out, and says so in the evidence", async () => {
    const careful = await world.dsr(["access", ADA, "--json"]);
    expect(careful.json.redactions).to.deep.include({ rule: "teammate", count: 14 });
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ otherPeople: "include", notes: "withhold" }));
    const { json, exit } = await world.dsr(["access", ADA, "--json"]);
    expect([exit, json.redactions]).to.deep.equal([0, [{ rule: "note", count: 2 }]]);
    const manifest = JSON.parse(readFileSync(join(json.package.path, "manifest.json"), "utf8"));
    expect(manifest).to.deep.include({ disclosure: { otherPeople: "include", notes: "withhold" }, redactions: json.redactions });
    expect((await world.dsr(["evidence", "show", json.request.id])).out).to.contain("other people: include, notes: withhold").and.to.contain("withheld, by rule: 2 note");
    expect((await world.dsr(["requests", "show", json.request.id])).out).to.contain("withheld  2 note\n");
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ connectors: { intercom: { customObjectType: ["Order"] } } }));
    const refused = await world.dsr(["access", ADA, "--json"]);
    expect([refused.exit, refused.error.code]).to.deep.equal([2, "CONFIG_INVALID"]);
    expect(refused.error.message).to.contain("connectors/intercom/customObjectType");
  });

  it("refuses a folder that cannot be written before the first call, and leaves no request behind", async () => {
    const file = join(world.home, "file");
    writeFileSync(file, "");
    const settings = join(world.home, "settings.json");
    writeFileSync(settings, JSON.stringify({ packagesDirectory: "file" }));
    for (const flags of [["--out", file], ["--out", join(file, "below")], ["--out", "/proc"], ["--config", settings]]) {
      const { exit, out, error } = await world.dsr(["access", ADA, ...flags, "--json"]);
      expect([exit, out, error.code], flags.join(" ")).to.deep.equal([2, "", "REQUEST_INVALID"]);
      expect(error.message).to.match(/Output folder: \w/);
    }
    expect(world.sandbox.calls.records).to.have.length(0);
    expect((await world.dsr(["requests", "--json"])).json.requests).to.deep.equal([]);
  });

  it("goes on elsewhere where the folder cannot be written any more, and reads nothing before", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dsr-out-"));
    try {
      world.sandbox.inject({ method: "GET", path: /tags$/, times: 4, fault: { kind: "status", status: 500 } });
      const parked = await world.dsr(["access", ADA, "--out", folder, "--json"]);
      expect(parked.exit).to.equal(8);
      rmSync(folder, { recursive: true });
      writeFileSync(folder, "");
      const calls = world.sandbox.calls.records.length;
      const stuck = await world.dsr(["resume", parked.json.request.id, "--json"]);
      expect([stuck.exit, stuck.error.code, world.sandbox.calls.records.length]).to.deep.equal([2, "REQUEST_INVALID", calls]);
      const all = await world.dsr(["resume", "--all", "--json"]);
      expect([all.exit, all.json.resumed[0].error.code, world.sandbox.calls.records.length]).to.deep.equal([2, "REQUEST_INVALID", calls]);
      const elsewhere = await world.dsr(["resume", parked.json.request.id, "--out", join(world.home, "out"), "--json"]);
      expect([elsewhere.exit, elsewhere.json.outcome]).to.deep.equal([0, "complete"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("reads the address from standard input", async () => {
    const { exit, json } = await world.dsr(["access", "-", "--json"], { input: `${ADA}\r\n` });
    expect([exit, json.matches.length]).to.deep.equal([0, 2]);
  });

  it("exits with 6 where nothing is found, and says where it looked", async () => {
    const { exit, json } = await world.dsr(["access", "nobody@example.test", "--json"]);
    expect([exit, json.outcome, json.counts]).to.deep.equal([6, "nothing_found", {}]);
    const statement = readFileSync(join(json.package.path, "statement.txt"), "utf8");
    expect(statement).to.contain("No record of the person was found.").and.to.contain("The email address, in “Contact” (contacts/search)").and.to.contain("The permission “Read conversations” would cover it.");
    expect(statement).not.to.match(/nobody@|Nothing was found here|taken out of the records/);
    expect(readdirSync(json.package.path).sort()).to.deep.equal(["index.html", "manifest.json", "package.schema.json", "statement.txt"]);
    expect(json.searched[0]).to.have.all.keys("identifier", "where", "at");
    const { out } = await world.dsr(["access", "nobody@example.test"]);
    expect(out).to.match(/searched by email in contacts\/search at \d{4}-/);
  });

  it("exits with 3 where something inside a covered category is missing", async () => {
    const more = (body: any) => ({ ...body, notes: { ...body.notes, total_count: 5 } });
    world.sandbox.inject({ method: "GET", path: /^\/contacts\/[0-9a-f]+$/, times: Infinity, fault: { kind: "rewrite", rewrite: more } });
    const { exit, json, out } = await world.dsr(["access", ADA, "--json"]);
    expect([exit, json.outcome], out).to.deep.equal([3, "complete_with_gaps"]);
    expect(json.gaps[0]).to.include({ category: "notes" });
    expect((await world.dsr(["requests", "show", json.request.id])).out).to.match(/gap {2}notes/);
  });

  it("exits with 5 and names the permission where one was withdrawn since", async () => {
    world.sandbox.withdrawScope(world.sandbox.token, "read_single_user");
    const { exit, json } = await world.dsr(["access", ADA, "--json"]);
    expect(exit).to.equal(5);
    expect(json).to.include({ outcome: "needs_attention" });
    expect(json.attention).to.include({ code: "SCOPE_MISSING", scope: "Read one user and one company" });
    expect(json.attention.hint).to.contain(`dsr resume ${json.request.id}`).and.to.contain("dsr reconnect acme");
  });

  it("is one request per reference: the same input is answered again, another is refused", async () => {
    const first = await world.dsr(["access", ADA, "--ref", "T-7", "--json"]);
    const calls = world.sandbox.calls.records.length;
    const again = await world.dsr(["access", ADA, "--ref", "T-7", "--json"]);
    expect(again.json.request.id).to.equal(first.json.request.id);
    expect(again.json.package).to.deep.equal(first.json.package);
    const other = await world.dsr(["access", "grace@example.test", "--ref", "T-7", "--json"]);
    expect([other.exit, other.out, other.error.code]).to.deep.equal([2, "", "IDEMPOTENCY_CONFLICT"]);
    expect(world.sandbox.calls.records).to.have.length(calls);
  });

  it("I7 refuses malformed addresses without a call and without repeating them", async () => {
    expect(MALFORMED_ADDRESSES.length).to.be.at.least(40);
    for (const address of MALFORMED_ADDRESSES) {
      for (const run of [world.dsr(["access", "--json", "--", address]), world.dsr(["access", "-", "--json"], { input: address })]) {
        const { exit, out, err, error } = await run;
        expect([exit, out, error.code], JSON.stringify(address)).to.deep.equal([2, "", "IDENTIFIER_INVALID"]);
        if (address.length > 20) expect(err).not.to.contain(address);
      }
    }
    const bytes = await world.dsr(["access", "-", "--json"], { input: Buffer.from([0x61, 0xff, 0x40, 0x62, 0x2e, 0x63]) });
    expect([bytes.exit, bytes.error.code]).to.deep.equal([2, "REQUEST_INVALID"]);
    for (const phone of ["+1 555 0100", "(030) 123456", "tel:+4930123456"]) {
      const { exit, error } = await world.dsr(["access", "--json", "--", phone]);
      expect([exit, error.code]).to.deep.equal([2, "UNSUPPORTED_REQUEST"]);
      expect(error.message).to.contain("find the person's email address first");
    }
    expect(world.sandbox.calls.records).to.have.length(0);
    expect((await world.dsr(["requests", "--json"])).json.requests).to.deep.equal([]);
    expect(existsSync(join(world.home, "packages"))).to.equal(false);
  });

  it("refuses malformed context without a call", async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ["--ref", "ada@example.test", "REQUEST_INVALID"],
      ["--ref", "two\nlines", "REQUEST_INVALID"],
      ["--operator", "bob@example.test", "REQUEST_INVALID"],
      ["--received", "2026-02-30", "REQUEST_INVALID"],
      ["--received", "2199-01-01", "REQUEST_INVALID"],
      ["--due", "next-week", "REQUEST_INVALID"],
      ["--verified", "driving-licence", "REQUEST_INVALID"],
      ["--lang", "english_!", "REQUEST_INVALID"],
      ["--law", "hipaa", "USAGE"],
      ["--connection", "nobody", "CONNECTION_UNKNOWN"],
    ];
    for (const [flag, value, code] of cases) {
      const { exit, error, err } = await world.dsr(["access", ADA, flag, value, "--json"]);
      expect([exit, error.code], flag).to.deep.equal([code === "CONNECTION_UNKNOWN" ? 4 : 2, code]);
      expect(err).not.to.contain(value);
    }
    expect(world.sandbox.calls.records).to.have.length(0);
  });
});
