import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { verifyEvidence } from "../../../adapters/evidence/verify-evidence.js";
import { canonicalJson } from "../../../core/canonical-json.js";
import { link } from "../../../core/evidence.js";
import { addAda, ada, openAccountableWorld, type AccountableWorld } from "./support/accountable-world.js";

describe("an export of evidence", () => {
  let world: AccountableWorld;
  let key: string;
  /** Of a deletion that was planned and carried out; of another one; and of the first one before it was carried out. */
  let file: string;
  let other: string;
  let earlier: string;
  before(async () => {
    world = await openAccountableWorld();
    addAda(world);
    const { dsr } = world;
    const planned = await dsr.plan("acme", { identifier: ada(), reference: "T-1" });
    earlier = (await dsr.exportEvidence(planned.request.id)).text;
    await dsr.delete(planned.plan!.id, planned.plan!.confirm);
    file = (await dsr.exportEvidence(planned.request.id)).text;
    other = (await dsr.exportEvidence((await dsr.access("acme", { identifier: ada() })).request.id)).text;
    key = (await dsr.evidenceKey()).fingerprint;
  });
  after(() => world.end());

  const linesOf = (text: string): string[] => text.split("\n").slice(0, -1);
  const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
  const faultOf = (text: string | Uint8Array, options = { key }) => {
    const { outcome, fault } = verifyEvidence(text, options);
    expect(outcome).to.equal("not_verified");
    return fault;
  };

  it("verifies against the fingerprint of its key, however that is written, as text and as bytes", () => {
    for (const given of [key, key.toUpperCase(), key.replace(/..(?=.)/g, "$&:"), ` ${key}\n`]) {
      const verdict = verifyEvidence(file, { key: given });
      expect(verdict).to.deep.include({ outcome: "verified", key, count: linesOf(file).length - 4 });
      expect(verdict.records).to.have.length(verdict.count!);
    }
    expect(verifyEvidence(Buffer.from(file), { key }).outcome).to.equal("verified");
  });

  it("is called intact, and no more, where nobody says whose key it has to be", () => {
    expect(verifyEvidence(file)).to.deep.include({ outcome: "intact", key });
    expect(faultOf(file, { key: "0".repeat(64) })).to.deep.include({ line: "key" });
  });

  it("S11: shows every one of 10,000 random mutations", function () {
    this.timeout(60_000);
    const bytes = Buffer.from(file);
    const lines = linesOf(file);
    const strangers = [...linesOf(other), ...linesOf(earlier)];
    const at = (size: number) => fc.nat(size - 1);
    const line = at(lines.length);
    const mutation: fc.Arbitrary<Buffer> = fc.oneof(
      fc.tuple(at(bytes.length), fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constantFrom(0x01, 0x20))).map(([n, by]) => Buffer.from(bytes.map((byte, index) => (index === n ? byte ^ by : byte)))),
      fc.tuple(at(bytes.length + 1), fc.nat(255)).map(([n, byte]) => Buffer.concat([bytes.subarray(0, n), Buffer.from([byte]), bytes.subarray(n)])),
      fc.tuple(at(bytes.length + 1), fc.constantFrom(" ", "\n", "\r", "\t", "\ufeff", "{}", "{}\n")).map(([n, text]) => Buffer.concat([bytes.subarray(0, n), Buffer.from(text), bytes.subarray(n)])),
      fc.tuple(at(bytes.length), fc.integer({ min: 1, max: 200 })).map(([n, count]) => Buffer.concat([bytes.subarray(0, n), bytes.subarray(n + count)])),
      at(bytes.length).map((n) => bytes.subarray(0, n)),
      line.map((n) => Buffer.from(joined(lines.toSpliced(n, 1)))),
      line.map((n) => Buffer.from(joined(lines.slice(0, n)))),
      line.map((n) => Buffer.from(joined(lines.toSpliced(n, 0, lines[n]!)))),
      fc.tuple(line, line).map(([a, b]) => Buffer.from(joined(lines.map((each, n) => (n === a ? lines[b]! : n === b ? lines[a]! : each))))),
      fc.tuple(line, fc.nat(strangers.length - 1)).map(([n, m]) => Buffer.from(joined(lines.with(n, strangers[m]!)))),
      fc.tuple(line, fc.nat(strangers.length - 1)).map(([n, m]) => Buffer.from(joined(lines.toSpliced(n, 0, strangers[m]!)))),
      fc.tuple(line, fc.nat(linesOf(earlier).length)).map(([n, m]) => Buffer.from(joined([...linesOf(earlier).slice(0, m), ...lines.slice(n)]))),
    );
    let judged = 0;
    const startedMs = Date.now();
    fc.assert(
      fc.property(mutation, (mutated) => {
        // What is the genuine file again, or the genuine earlier one, is no mutation.
        if (mutated.equals(bytes) || mutated.equals(Buffer.from(earlier))) return;
        judged += 1;
        expect(verifyEvidence(mutated, { key }).outcome).to.equal("not_verified");
      }),
      { numRuns: 11_000, seed: 20_260_115 },
    );
    expect(judged).to.be.greaterThan(10_000);
    expect(Date.now() - startedMs).to.be.lessThan(50_000);
  });

  it("names the line and what is wrong with it", () => {
    const lines = linesOf(file);
    const edited = (n: number, edit: (text: string) => string): string => joined(lines.map((text, index) => (index === n - 1 ? edit(text) : text)));
    const last = lines.length;
    expect(faultOf(edited(5, (text) => text.replace('"seq":4', '"seq": 4')))).to.deep.equal({ line: 5, reason: "it is not written as canonical JSON" });
    expect(faultOf(edited(5, (text) => text.slice(1)))).to.deep.equal({ line: 5, reason: "it is no JSON" });
    expect(faultOf(edited(2, (text) => text.replace("T-1", "T-2")))).to.deep.equal({ line: 2, reason: "its content does not fit its hash" });
    expect(faultOf(joined(lines.toSpliced(4, 1)))).to.deep.equal({ line: 5, reason: "its number is not 4: records are missing, repeated or out of order" });
    expect(faultOf(joined(lines.with(4, linesOf(other)[4]!)))).to.deep.equal({ line: 5, reason: "it is of another request than the header says" });
    expect(faultOf(joined(lines.slice(0, -1)))).to.deep.equal({ line: last - 1, reason: "the end is missing: the last line is not the checkpoint of the export" });
    expect(faultOf(joined(lines.slice(0, -3)))?.reason).to.contain("the end is missing");
    expect(faultOf(file.slice(0, -1))).to.deep.equal({ line: last, reason: "the end is missing: the last line is cut off" });
    expect(faultOf(edited(last, (text) => text.replace(/"at":"2026/, '"at":"2025')))).to.deep.equal({ line: last, reason: "its signature does not fit" });
    expect(faultOf(joined(lines.toSpliced(-2, 1)))).to.deep.equal({ line: last - 1, reason: "a line before the last was changed since the export" });
    expect(faultOf(Buffer.from(edited(3, (text) => `${text}\u00ff`), "latin1"))).to.deep.equal({ line: 3, reason: "it is not UTF-8 text" });
    for (const empty of ["", "\n", "{}\n", "[]\n", "null\n"]) faultOf(empty);
    faultOf(`${"[".repeat(200_000)}\n`);
    faultOf(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`);
  });

  it("gives a verdict however deep a line is nested, and the same one: no stack decides", () => {
    const lines = linesOf(file);
    const nested = (depth: number) => joined(lines.with(2, lines[2]!.replace(/"previous":"[^"]*"/, `"previous":${"[".repeat(depth)}${"]".repeat(depth)}`)));
    expect(faultOf(nested(63))).to.deep.equal({ line: 3, reason: "it is no record of evidence" });
    for (const depth of [64, 1_500, 2_166, 5_000, 100_000]) expect(faultOf(nested(depth)), String(depth)).to.deep.equal({ line: 3, reason: "it is not written as canonical JSON" });
  });

  it("does not accept a record that was added and chained on by somebody without the key", () => {
    const lines = linesOf(file);
    const sha256 = world.host.digest.sha256;
    const records = lines.slice(1, -3).map((text) => JSON.parse(text));
    const added = link(sha256, records.at(-1), { request: records[0].request, at: "2026-02-01T00:00:00.000Z", fact: { kind: "settled", outcome: "deleted", category: "person", record: "0" } });
    expect(faultOf(joined([...lines.slice(0, -3), canonicalJson(added), ...lines.slice(-3)]))?.reason).to.equal("there are more records than were exported");
    // A whole chain told anew: every hash fits, no signature does.
    const anew: ReturnType<typeof link>[] = [];
    for (const { request, at, fact } of records) anew.push(link(sha256, anew.at(-1), { request, at, fact: fact.kind === "settled" ? { ...fact, outcome: "already_absent" } : fact }));
    expect(faultOf(joined([lines[0]!, ...anew.map(canonicalJson), ...lines.slice(-3)]))?.reason).to.equal("the records are not those that it was signed for");
  });

  it("is held against a checkpoint that was kept: what was told once must still be told", () => {
    const kept = linesOf(earlier).at(-1)!;
    for (const checkpoint of [`${kept}\n`, kept, `${kept}\r\n`, earlier, Buffer.from(earlier), earlier.replaceAll("\n", "\r\n"), file]) expect(verifyEvidence(file, { key, checkpoint }).outcome).to.equal("verified");
    // The genuine export of before, given out later for the present one.
    const { fault } = verifyEvidence(earlier, { key, checkpoint: file });
    expect(fault).to.deep.equal({ line: "checkpoint", reason: "records that it was signed for are missing from the file" });
    expect(verifyEvidence(file, { key, checkpoint: other }).fault).to.deep.equal({ line: "checkpoint", reason: "it is of another request" });
    const edited = kept.replace(/"count":\d+/, '"count":1');
    expect(verifyEvidence(file, { key, checkpoint: `${edited}\n` }).fault).to.deep.equal({ line: "checkpoint", reason: "its signature does not fit" });
    for (const wrong of ["", "x\n", kept.slice(0, -1), `${kept}x`, `${linesOf(file)[1]}\n`]) expect(verifyEvidence(file, { key, checkpoint: wrong }).fault?.line).to.equal("checkpoint");
  });

  it("does not pass under another home's key, with the same records", async () => {
    const stranger = await openAccountableWorld();
    try {
      const theirs = await stranger.dsr.evidenceKey();
      expect(theirs.fingerprint).not.to.equal(key);
      const swapped = file.replace(/"publicKey":"[^"]+"/, `"publicKey":"${theirs.publicKey}"`);
      expect(faultOf(swapped, { key: theirs.fingerprint })?.reason).to.equal("it is signed with another key than the file's");
    } finally {
      await stranger.end();
    }
  });

  it("is verified by a process without home, account or network", async function () {
    this.timeout(30_000);
    const folder = mkdtempSync(join(tmpdir(), "dsr-auditor-"));
    try {
      writeFileSync(join(folder, "evidence.ndjson"), file);
      const program = `
        import { readFileSync } from "node:fs";
        globalThis.fetch = () => { throw new Error("no network"); };
        const { verifyEvidence } = await import(${JSON.stringify(new URL("../../../adapters/evidence/verify-evidence.ts", import.meta.url).href)});
        console.log(verifyEvidence(readFileSync(${JSON.stringify(join(folder, "evidence.ndjson"))}), { key: ${JSON.stringify(key)} }).outcome);`;
      const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
        cwd: fileURLToPath(new URL("../../../", import.meta.url)),
        env: { PATH: process.env["PATH"] ?? "", HOME: join(folder, "nowhere") },
      });
      expect(stdout.trim()).to.equal("verified");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
