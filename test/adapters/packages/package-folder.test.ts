import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createPackageFolderSink } from "../../../adapters/packages/package-folder.js";
import type { PackageReceipt, PackageSink, StagedPage } from "../../../core/host-ports.js";
import { killChildren, startChild } from "../journal/child-process.js";
import { refusal } from "../journal/refusal.js";
import { CANARY_ADDRESS, email, sampleConnection, withReference } from "../journal/samples.js";
import { filesBelow, temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { HARD_VALUES, noFiles, sampleHeader, samplePage, sampleRecord, sampleSummary, stream } from "./samples.js";

describe("the package folder", () => {
  let home: TemporaryHome;
  let sink: PackageSink;
  beforeEach(() => {
    home = temporaryHome();
    home.clock.nowMs = Date.UTC(2026, 0, 15, 9);
    sink = createPackageFolderSink({ directory: home.directory, clock: home.clock });
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });

  const place = (): string => join(home.directory, "packages");
  const parsed = (receipt: PackageReceipt, name: string) => JSON.parse(readFileSync(join(receipt.path, name), "utf8"));
  /** What every package holds, beside the files of its categories. */
  const ALWAYS = ["index.html", "manifest.json", "package.schema.json", "statement.txt"];
  const writeSome = (count: number, header = sampleHeader()) => sink.write(header, stream(samplePage(Array.from({ length: count }, (_, index) => sampleRecord("contacts", `c${index}`)))), noFiles);

  it("holds an array of records for each category, and a manifest that says what is there", async () => {
    const gap = { category: "notes", code: "GONE", id: "n9" };
    const receipt = await sink.write(
      sampleHeader({ summary: sampleSummary({ gaps: [gap] }) }),
      stream(samplePage([sampleRecord("contacts", "c1"), sampleRecord("notes", "n1")]), samplePage([sampleRecord("contacts", "c2")], [gap])),
      noFiles,
    );
    expect(receipt.path).to.equal(join(place(), "r1-acme"));
    expect(receipt.counts).to.deep.equal({ contacts: 2, notes: 1 });
    expect(receipt.expiresAt).to.equal("2026-01-20T09:00:00.000Z");
    expect(readdirSync(receipt.path).sort()).to.deep.equal([...ALWAYS, "contacts.csv", "contacts.json", "notes.csv", "notes.json"].sort());
    const { category: _, ...first } = sampleRecord("contacts", "c1");
    expect(parsed(receipt, "contacts.json")).to.have.length(2);
    expect(parsed(receipt, "contacts.json")[0]).to.deep.equal(first);
    expect(parsed(receipt, "notes.json").map(({ id }: { id: string }) => id)).to.deep.equal(["n1"]);
    const manifest = parsed(receipt, "manifest.json");
    expect(manifest).to.deep.include({ format: "dsr-access-package/1", counts: { contacts: 2, notes: 1 }, gaps: [gap], summary: sampleSummary({ gaps: [gap] }), madeAt: "2026-01-15T09:00:00.000Z", expiresAt: receipt.expiresAt });
    expect(manifest.request).to.deep.include({ id: "r1", type: "access", reference: "T-1", law: "gdpr" });
    expect(manifest.connection).to.deep.include({ name: "acme", connector: "memory", connectorVersion: "1.0.0", vendorsOwn: true });
  });

  it("is bound by the receipt: its hash is the manifest's, which has each file's", async () => {
    const receipt = await writeSome(3);
    const bytesOf = (name: string) => readFileSync(join(receipt.path, name));
    const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    expect(receipt.sha256).to.equal(sha256(bytesOf("manifest.json")));
    const { files } = parsed(receipt, "manifest.json");
    expect(files.map(({ name }: { name: string }) => name)).to.deep.equal([...ALWAYS, "contacts.csv", "contacts.json"].filter((name) => name !== "manifest.json").sort());
    for (const { name, bytes, sha256: expected } of files) {
      expect(bytes).to.equal(bytesOf(name).length);
      expect(expected).to.equal(sha256(bytesOf(name)));
    }
  });

  it("names neither who is asked about, nor employees, nor the key that finds the person again", async () => {
    const request = withReference("T-1", { id: "r1", subjectKey: "KEY_CANARY" });
    const receipt = await writeSome(1, sampleHeader({ request: { ...request, context: { ...request.context, operator: "OPERATOR_CANARY" } }, connection: sampleConnection({ authorisedBy: { id: "ADMIN_CANARY", role: null } }) }));
    expect(email().reveal()).to.equal(CANARY_ADDRESS);
    for (const { path, bytes } of filesBelow(receipt.path)) expect(bytes.toString("utf8"), basename(path)).not.to.match(/canary/i);
  });

  it("holds no records when nothing was found", async () => {
    const receipt = await sink.write(sampleHeader(), stream(), noFiles);
    expect(receipt.counts).to.deep.equal({});
    expect(readdirSync(receipt.path).sort()).to.deep.equal(ALWAYS);
  });

  it("D3: holds a record once, the first time it came, whichever page it comes on again", async () => {
    const receipt = await sink.write(
      sampleHeader(),
      stream(samplePage([sampleRecord("contacts", "1", "first"), sampleRecord("contacts", "1", "again")]), samplePage([sampleRecord("notes", "1", "of another category"), sampleRecord("contacts", "1", "later"), sampleRecord("contacts", "2")])),
      noFiles,
    );
    expect(receipt.counts).to.deep.equal({ contacts: 2, notes: 1 });
    expect(parsed(receipt, "contacts.json").map(({ data }: { data: unknown }) => data)).to.deep.equal(["first", { id: "2" }]);
  });

  it("D13, D14: gives back every value exactly, as valid UTF-8 in which nothing hides", async () => {
    const receipt = await sink.write(sampleHeader(), stream(samplePage(HARD_VALUES.map((value, index) => sampleRecord("contacts", `\ud800 ${index}`, value)))), noFiles);
    const bytes = readFileSync(join(receipt.path, "contacts.json"));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
    const found = JSON.parse(text) as { id: string; data: unknown }[];
    expect(JSON.stringify(found.map((each) => each.data))).to.equal(JSON.stringify(HARD_VALUES));
    expect(found.map(({ id }) => id)).to.deep.equal(HARD_VALUES.map((_, index) => `\ud800 ${index}`));
    expect(Object.keys(found[0]?.data as object)).to.include("__proto__");
    expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
  });

  it("is for its owner alone", async () => {
    const receipt = await writeSome(1);
    for (const folder of [place(), receipt.path]) expect(statSync(folder).mode & 0o777).to.equal(0o700);
    for (const { path } of filesBelow(receipt.path)) expect(statSync(path).mode & 0o777, basename(path)).to.equal(0o600);
  });

  it("S3: makes no name of what a vendor or an operator wrote", async () => {
    for (const category of ["../x", "a/b", "", "A", "_a", "a b", "con.json", "manifest", "__proto__", "a\u0000"]) {
      await refusal("INTERNAL", () => sink.write(sampleHeader(), stream(samplePage([sampleRecord(category, "1")])), noFiles));
    }
    for (const id of ["../x", "", "A", "a/b"]) await refusal("INTERNAL", () => sink.write(sampleHeader({ request: withReference("T", { id }) }), stream(), noFiles));
    for (const name of ["../../x", "a/b", "", "..", "naïve", "x".repeat(300), "CON\u202e"]) {
      const receipt = await sink.write(sampleHeader({ connection: sampleConnection({ name }) }), stream(), noFiles);
      expect(basename(receipt.path)).to.match(/^r1-[0-9a-f]{16}$/);
      expect(join(place(), basename(receipt.path))).to.equal(receipt.path);
    }
    expect(readdirSync(home.directory)).to.deep.equal(["packages"]);
  });

  it("is replaced as a whole when it is written again", async () => {
    await sink.write(sampleHeader(), stream(samplePage([sampleRecord("contacts", "1"), sampleRecord("notes", "1")])), noFiles);
    const receipt = await writeSome(2);
    expect(readdirSync(place())).to.deep.equal(["r1-acme", "r1-acme.zip"]);
    expect(readdirSync(receipt.path).sort()).to.deep.equal([...ALWAYS, "contacts.csv", "contacts.json"].sort());
    expect(parsed(receipt, "contacts.json")).to.have.length(2);
  });

  it("leaves the package that stands there, and nothing else, when its pages end in an error", async () => {
    const before = await writeSome(1);
    const broken = async function* (): AsyncIterable<StagedPage> {
      yield samplePage([sampleRecord("contacts", "x"), sampleRecord("notes", "y")]);
      throw new RangeError("from the pages");
    };
    await sink.write(sampleHeader(), broken(), noFiles).then(
      () => expect.fail("it was written"),
      (error: unknown) => expect(error).to.be.instanceOf(RangeError),
    );
    expect(readdirSync(place())).to.deep.equal(["r1-acme", "r1-acme.zip"]);
    expect(parsed(before, "contacts.json")).to.have.length(1);
  });

  it("leaves the package that stands there where its file cannot be taken away: no folder stands beside a file of another content", async () => {
    const before = await writeSome(1);
    const file = join(place(), "r1-acme.zip");
    rmSync(file);
    mkdirSync(file);
    await refusal("STORAGE_FAILED", () => writeSome(2));
    expect(readdirSync(place())).to.deep.equal(["r1-acme", "r1-acme.zip"]);
    expect(parsed(before, "contacts.json")).to.have.length(1);
  });

  it("leaves no half package when its writer is killed, and the next one removes what it left", async () => {
    const child = await startChild();
    const underway = child.run("packageForEver", home.directory).catch(() => undefined);
    const draft = () => (existsSync(place()) ? readdirSync(place()) : []).find((name) => existsSync(join(place(), name, "contacts.json")) && statSync(join(place(), name, "contacts.json")).size > 0);
    while (draft() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await child.kill();
    void underway;
    expect(readdirSync(place())).to.deep.equal([draft()]);
    mkdirSync(join(place(), ".r2-acme.0123456789ab.unfinished"));
    mkdirSync(join(place(), "r1-acme.unfinished"));
    expect(draft()).to.match(/^\.r1-acme\./);
    await writeSome(2);
    expect(readdirSync(place()).sort(), "only what this package left is removed").to.deep.equal([".r2-acme.0123456789ab.unfinished", "r1-acme", "r1-acme.unfinished", "r1-acme.zip"]);
  });

  it("brings back the package that was about to be replaced when the writer was killed", async () => {
    const { path } = await writeSome(1);
    renameSync(path, join(place(), ".r1-acme.replaced"));
    const broken = async function* (): AsyncIterable<StagedPage> {
      throw new RangeError("from the pages");
    };
    await sink.write(sampleHeader(), broken(), noFiles).catch(() => undefined);
    expect(readdirSync(place())).to.deep.equal(["r1-acme", "r1-acme.zip"]);
    renameSync(path, join(place(), ".r1-acme.replaced"));
    await writeSome(2);
    mkdirSync(join(place(), ".r1-acme.replaced"));
    await writeSome(2);
    expect(readdirSync(place())).to.deep.equal(["r1-acme", "r1-acme.zip"]);
  });

  it("goes where the operator wants it, and makes that folder", async () => {
    const directory = join(home.directory, "for", "the operator");
    const receipt = await writeSome(1, sampleHeader({ directory }));
    expect(receipt.path).to.equal(join(directory, "r1-acme"));
    expect(readdirSync(home.directory)).to.deep.equal(["for"]);
  });

  it("says STORAGE_FAILED, and why, where the operator's folder is a file or cannot be written", async () => {
    writeFileSync(join(home.directory, "file"), "");
    for (const directory of [join(home.directory, "file"), join(home.directory, "file", "below"), "/proc", "/dev/null/x"]) {
      const facts = await refusal("STORAGE_FAILED", () => writeSome(1, sampleHeader({ directory })));
      expect(facts.reason, directory).to.match(/\w/).and.not.to.contain(home.directory);
    }
    expect(readdirSync(home.directory)).to.deep.equal(["file"]);
  });

  it("finds out before anything is read that a folder is none or cannot be written, and leaves nothing in one that can", async () => {
    writeFileSync(join(home.directory, "file"), "");
    const long = join(home.directory, "x".repeat(300));
    for (const directory of [join(home.directory, "file"), join(home.directory, "file", "below"), "/proc", "/dev/null/x", long]) {
      const facts = await refusal("REQUEST_INVALID", () => sink.prepare(directory, undefined));
      expect(facts.at).to.equal("output folder");
      expect(facts.reason, directory).to.match(/\w/).and.not.to.contain(home.directory);
    }
    await sink.prepare(join(home.directory, "for", "the operator"), undefined);
    expect(readdirSync(join(home.directory, "for", "the operator"))).to.deep.equal([]);
    writeFileSync(place(), "");
    await refusal("STORAGE_FAILED", () => sink.prepare(undefined, undefined));
  });

  it("keeps no more than a page of a category in memory: the file grows while pages come", async () => {
    const sizes: number[] = [];
    const pages = async function* (): AsyncIterable<StagedPage> {
      for (let n = 0; n < 20; n++) {
        yield samplePage([sampleRecord("contacts", String(n), "x".repeat(100_000))]);
        sizes.push(filesBelow(place())[0]?.bytes.length ?? 0);
      }
    };
    await sink.write(sampleHeader(), pages(), noFiles);
    for (const [index, size] of sizes.entries()) expect(size).to.be.greaterThan(index * 100_000);
  });

  it("keeps packages as long as it is told to", async () => {
    const brief = createPackageFolderSink({ directory: home.directory, clock: home.clock, retentionMs: 3_600_000 });
    expect((await brief.write(sampleHeader(), stream(), noFiles)).expiresAt).to.equal("2026-01-15T10:00:00.000Z");
  });
});
