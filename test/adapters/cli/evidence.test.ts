import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openHome } from "../../../adapters/journal/home.js";
import { email, endedEntry, sampleRequest } from "../journal/samples.js";
import { dsr } from "./support/processes.js";
import { ADA, runInProcess, startWorld, type World } from "./support/world.js";

describe("dsr evidence", () => {
  let world: World;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "dsr-auditor-"));
    world = await startWorld();
    await world.connect();
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world.end();
  });

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const deleted = async (reference: string) => {
    const { plan } = (await world.dsr(["plan", ADA, "--ref", reference, "--json"])).json;
    return (await world.dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--json"])).json;
  };
  const fingerprint = async (): Promise<string> => (await world.dsr(["evidence", "key", "--json"])).json.fingerprint;

  it("stands in every result, and grows with it", async () => {
    const access = (await world.dsr(["access", ADA, "--json"])).json;
    const shown = (await world.dsr(["evidence", "show", access.request.id, "--json"])).json;
    expect(access.evidence).to.equal(`${access.request.id}:${shown.count}:${shown.hash.slice(0, 16)}`);
    expect(shown.records).to.have.length(shown.count);
    expect((await world.dsr(["requests", "show", access.request.id, "--json"])).json.evidence).to.equal(access.evidence);
    const human = await world.dsr(["evidence", "show", access.request.id]);
    expect(human.exit).to.equal(0);
    for (const words of ["a request for access at acme", "wrote the access package", "searched by email in contacts/search", "ended: complete"]) expect(human.out).to.contain(words);
  });

  it("prints the public key and its fingerprint, the same each time", async () => {
    const { out, exit } = await world.dsr(["evidence", "key"]);
    const { publicKey, fingerprint: print } = (await world.dsr(["evidence", "key", "--json"])).json;
    expect(exit).to.equal(0);
    expect(out).to.equal(`-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----\nfingerprint ${print}\n`);
    expect(print).to.match(/^[0-9a-f]{64}$/);
  });

  it("exports a file that verifies with 0, with 3 where nobody names the key, with 9 where a byte is wrong, and says where", async () => {
    const { request, outcome } = await deleted("verify");
    expect(outcome).to.equal("verified");
    const { out, err, exit } = await world.dsr(["evidence", "export", request.id]);
    expect([exit, err]).to.deep.equal([0, ""]);
    const key = await fingerprint();
    const path = file("genuine.ndjson", out);
    const verify = (words: readonly string[]) => runInProcess(["evidence", "verify", ...words], { env: { DSR_HOME: join(folder, "no-home") } });
    const verified = await verify([path, "--key", key, "--json"]);
    expect([verified.exit, verified.json.outcome, verified.json.request, verified.json.key]).to.deep.equal([0, "verified", request.id, key]);
    const intact = await verify([path]);
    expect([intact.exit, intact.out.split("\n")[0]]).to.deep.equal([3, "intact, signer unknown: name the fingerprint of the key with --key"]);
    const lines = out.split("\n");
    const broken = file("broken.ndjson", out.replace('"outcome":"deleted"', '"outcome":"unknown"'));
    const refused = await verify([broken, "--key", key]);
    const line = lines.findIndex((each) => each.includes('"outcome":"deleted"')) + 1;
    expect([refused.exit, refused.out]).to.deep.equal([9, `does not verify  line ${line}: its content does not fit its hash\n`]);
    expect((await verify([broken, "--json"])).json).to.deep.equal({ outcome: "not_verified", fault: { line, reason: "its content does not fit its hash" } });
    expect((await verify([path, "--key", "0".repeat(64)])).exit).to.equal(9);
    // No key has such a fingerprint: that is a slip of the pen, and no alarm.
    for (const wrong of ["zzz", key.slice(0, 32), ""]) expect((await verify([path, "--key", wrong])).exit, wrong).to.equal(2);
    const fromInput = await runInProcess(["evidence", "verify", "-", "--key", key], { input: out });
    expect(fromInput.exit).to.equal(0);
    const missing = await verify([join(folder, `${ADA}.ndjson`)]);
    expect([missing.exit, missing.err.includes(ADA)]).to.deep.equal([2, false]);
    // Nothing of all that made a home.
    expect(readdirSync(folder)).not.to.include("no-home");
  });

  it("notices, by a checkpoint that was kept, that less is told than before", async () => {
    const { request } = (await world.dsr(["plan", "grace@example.test", "--json"])).json;
    const early = (await world.dsr(["evidence", "export", request.id])).out;
    await world.dsr(["cancel", request.id]);
    const late = (await world.dsr(["evidence", "export", request.id, "--json"])).json;
    const key = await fingerprint();
    const [earlyFile, lateFile] = [file("early.ndjson", early), file("late.ndjson", late.text)];
    const checkpoint = file("checkpoint.json", `${late.text.trim().split("\n").at(-1)}\n`);
    const verify = async (...words: readonly string[]) => (await runInProcess(["evidence", "verify", ...words, "--key", key])).exit;
    expect(await verify(earlyFile)).to.equal(0);
    expect(await verify(earlyFile, "--checkpoint", checkpoint)).to.equal(9);
    expect(await verify(lateFile, "--checkpoint", earlyFile)).to.equal(0);
    expect(late.checkpoint.count).to.equal(late.text.split("\n").length - 1 - 4);
  });

  it("exports a page for printing", async () => {
    const { request } = (await world.dsr(["plan", "grace@example.test", "--json"])).json;
    const { out, exit } = await world.dsr(["evidence", "export", request.id, "--format", "html"]);
    expect(exit).to.equal(0);
    expect(out).to.match(/^<!doctype html>/).and.contain("default-src 'none'").and.not.contain(ADA);
    expect((await world.dsr(["evidence", "export", request.id, "--format", "pdf"])).exit).to.equal(2);
  });

  it("lists the requests at the vendor's own API with their signed number, and counts sandbox and rehearsals beside them", async () => {
    await world.dsr(["check", "acme", "--rehearse", "--yes"]);
    const elsewhere = (await world.dsr(["requests", "--json"])).json.requests.length;
    const home = await openHome({ directory: world.home, clock: { now: () => Date.now() } });
    for (const [id, receivedAt] of [["march", "2026-03-31T23:59:00.000Z"], ["april", "2026-04-01T00:00:00.000Z"]] as const) {
      await home.journal.open(sampleRequest({ id, context: { reference: `=${id}`, receivedAt, law: "ccpa", language: "en" } }), [email()]);
    }
    const lease = await home.journal.lease("march");
    await home.journal.append(lease!, endedEntry("complete"));
    await home.close();
    const list = async (...words: readonly string[]) => (await world.dsr(["evidence", "list", ...words, "--json"])).json;
    const all = await list();
    expect(all.requests.map(({ request, outcome }: any) => [request, outcome])).to.deep.equal([["march", "complete"], ["april", "running"]]);
    expect(all.statement).to.include({ count: 2, notVendorsOwn: elsewhere, rehearsals: 1, by: "received" });
    const ids = async (...words: readonly string[]) => (await list(...words)).requests.map(({ request }: any) => request);
    expect(await ids("--to", "2026-03-31")).to.deep.equal(["march"]);
    expect(await ids("--from", "2026-04-01", "--to", "2026-04-30")).to.deep.equal(["april"]);
    for (const last of ["2199-12-30", "2199-12-31", "2199-12-31T23:59:59Z"]) expect(await ids("--from", "2026-04-01", "--to", last), last).to.deep.equal(["april"]);
    for (const never of ["2200-01-01", "2199-12-31T23:59:59-12:00"]) expect((await world.dsr(["evidence", "list", "--to", never])).err).to.contain("--to: the year is from 2000 to 2199");
    expect(await ids("--by", "finished", "--from", "2026-01-15", "--to", "2026-01-15")).to.deep.equal(["march"]);
    for (const wrong of [["--from", "soon"], ["--to", "2026-02-30"], ["--by", "mood"], ["--from", "2026-04-30", "--to", "2026-04-01"], ["--from", "2026-04-02", "--to", "2026-04-01"]]) expect((await world.dsr(["evidence", "list", ...wrong])).exit).to.equal(2);

    const human = (await world.dsr(["evidence", "list"])).out;
    expect(human).to.contain("2 requests").and.contain(`not counted: ${elsewhere} not at the vendor's own API, 1 rehearsal`).and.contain("signature ");
    const csv = await world.dsr(["evidence", "list", "--csv"]);
    expect(csv.out.split("\r\n").map((row) => row.split(",")[1])).to.deep.equal(["reference", '"\'=march"', '"\'=april"', undefined]);
    expect(JSON.parse(csv.err)).to.include({ kind: "population", count: 2 });

    const path = file("list.json", JSON.stringify(all));
    const verify = (...words: readonly string[]) => runInProcess(["evidence", "verify", ...words]);
    const verified = await verify(path, "--key", await fingerprint());
    expect([verified.exit, verified.out.split("\n").slice(0, 1)]).to.deep.equal([0, ["verified"]]);
    expect((await verify(path)).exit).to.equal(3);
    // A checkpoint says how one request's records went on: that one was given beside a list is no sign that somebody altered it.
    const exported = file("beside.ndjson", (await world.dsr(["evidence", "export", "march"])).out);
    for (const [given, kept, reason] of [[path, exported, "a list has no checkpoint"], [exported, path, "it is a list, and neither a checkpoint nor an export"]] as const) {
      const refused = await verify(given, "--checkpoint", kept, "--json");
      expect([refused.exit, refused.error.message]).to.deep.equal([2, `--checkpoint: ${reason}.`]);
    }
    const fewer = file("fewer.json", JSON.stringify({ ...all, requests: all.requests.slice(1), statement: { ...all.statement, count: 1 } }));
    expect([(await verify(fewer)).exit, (await verify(fewer)).out]).to.deep.equal([9, "does not verify  list: its signature does not fit\n"]);
  });

  it("P14: tells with 9 that what the home keeps was altered, and exports nothing", async () => {
    const { request } = (await world.dsr(["plan", "grace@example.test", "--json"])).json;
    const { default: Libsql } = await import("libsql");
    const database = new Libsql(join(world.home, "dsr.db"));
    database.prepare("UPDATE evidence SET body = replace(body, 'opened', 'closed') WHERE request_id = ?").run(request.id);
    database.close();
    for (const words of [["show"], ["export"]]) {
      const { exit, out, error } = await world.dsr(["evidence", ...words, request.id, "--json"]);
      expect([exit, out, error.code]).to.deep.equal([9, "", "INTEGRITY"]);
    }
    expect((await world.dsr(["evidence", "show", "nobody"])).exit).to.equal(2);
  });

  it("is verified by a process of its own, without a home, an account or a network", async () => {
    const { request } = (await world.dsr(["access", "nobody@example.test", "--json"])).json;
    const path = file("process.ndjson", (await world.dsr(["evidence", "export", request.id])).out);
    const { exit, out } = await dsr(["evidence", "verify", path, "--key", await fingerprint()], { env: { HOME: join(folder, "no-user") } });
    expect([exit, out.split("\n")[0]]).to.deep.equal([0, "verified"]);
    expect(readdirSync(folder)).not.to.include("no-user");
  }).timeout(20_000);
});
