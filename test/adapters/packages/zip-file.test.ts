import { expect } from "chai";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { writeWhole, zipStream } from "../../../adapters/packages/zip-file.js";
import type { StagedPage } from "../../../core/host-ports.js";
import { filesBelow, temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { refusal } from "../journal/refusal.js";
import { richPages, writeRich } from "./rich-package.js";
import { samplePage, sampleRecord, stream } from "./samples.js";
import { readZip } from "./zip-reader.js";

describe("the ZIP of a package", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());

  it("stands beside the folder and holds exactly its files, in one order, in a folder of its name", async () => {
    const { path, zip } = await writeRich(home.directory, { pages: richPages(12) });
    expect(zip?.path).to.equal(`${path}.zip`);
    const entries = readZip(readFileSync(zip?.path ?? ""));
    const inside = new Map(entries.map(({ name, content }) => [name, content]));
    expect([...inside.keys()].sort()).to.deep.equal(filesBelow(path).map((file) => `r1-acme/${relative(path, file.path).replaceAll("\\", "/")}`).sort());
    for (const file of filesBelow(path)) expect(inside.get(`r1-acme/${relative(path, file.path)}`)?.equals(file.bytes), file.path).to.equal(true);
    const pages = entries.map(({ name }) => name).filter((name) => name.includes("/conversations/"));
    expect(pages).to.deep.equal(Array.from({ length: 13 }, (_, index) => `r1-acme/conversations/${index + 1}.html`));
  });

  it("has the hash that the receipt says, and is for its owner alone", async () => {
    const { zip } = await writeRich(home.directory);
    const path = zip?.path ?? "";
    expect(zip?.sha256).to.equal(createHash("sha256").update(readFileSync(path)).digest("hex"));
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });

  it("is the same again for the same package", async () => {
    const first = await writeRich(home.directory);
    expect((await writeRich(home.directory)).zip?.sha256).to.equal(first.zip?.sha256);
  });

  it("S3, S4: holds plain files alone, under names that every system takes", async () => {
    const nasty = ["../x", "..\\x", "C:\\x", "/etc/passwd", "CON", "a\u202egnp.exe", "x".repeat(300), "A", "a"];
    const pages = stream(samplePage(nasty.flatMap((name) => [sampleRecord("contacts", name, { name }), sampleRecord("conversations", name, { id: name, title: name, parts: [{ attachments: [{ name }] }] }), sampleRecord("aux", name, { name })])));
    const { zip } = await writeRich(home.directory, { pages });
    const entries = readZip(readFileSync(zip?.path ?? ""));
    for (const { name, localName, unixMode } of entries) {
      expect(localName).to.equal(name);
      expect(name).to.match(/^r1-acme\/(?:[a-z_]+\/)?[a-z0-9_.-]+$/);
      expect((unixMode ?? 0) & 0o170000, "the type of file").to.equal(0o100000);
      for (const segment of name.split("/")) expect(segment, "a device of Windows").not.to.match(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
    }
    expect(new Set(entries.map(({ name }) => name.toLowerCase())).size, "names that only differ in case").to.equal(entries.length);
  });

  it("is replaced together with the folder, and goes before a folder of another content comes", async () => {
    const first = await writeRich(home.directory);
    const before = readFileSync(first.zip?.path ?? "");
    const seen: boolean[] = [];
    const watched = async function* (): AsyncIterable<StagedPage> {
      yield samplePage([sampleRecord("contacts", "only")]);
      seen.push(readFileSync(first.zip?.path ?? "").equals(before));
    };
    const second = await writeRich(home.directory, { pages: watched() });
    expect(seen, "the old one stands while the new one is made").to.deep.equal([true]);
    expect(second.zip?.sha256).not.to.equal(first.zip?.sha256);
    expect(readdirSync(join(home.directory, "packages"))).to.deep.equal(["r1-acme", "r1-acme.zip"]);
  });

  it("is not there when the package could not be written, and what was left of one is removed", async () => {
    const broken = async function* (): AsyncIterable<StagedPage> {
      yield samplePage([sampleRecord("contacts", "1")]);
      throw new RangeError("from the pages");
    };
    await writeRich(home.directory, { pages: broken() }).catch(() => undefined);
    const place = join(home.directory, "packages");
    expect(readdirSync(place)).to.deep.equal([]);
    writeFileSync(join(place, ".r1-acme.0123456789ab.unfinished.zip"), "half");
    await writeRich(home.directory);
    expect(readdirSync(place)).to.deep.equal(["r1-acme", "r1-acme.zip"]);
  });

  it("says STORAGE_FAILED where a folder has its name, and leaves nothing half", async () => {
    const place = join(home.directory, "packages");
    mkdirSync(join(place, "r1-acme.zip", "x"), { recursive: true });
    await refusal("STORAGE_FAILED", () => writeRich(home.directory));
    expect(readdirSync(place)).to.deep.equal(["r1-acme.zip"]);
  });

  it("ends with an error when a file of it is gone, and does not hang", async () => {
    const source = { read: (name: string) => createReadStream(join(home.directory, name)), topFolder: "t", files: [{ name: "gone.json", bytes: 3 }], atMs: 0 };
    const ended = await Promise.race([writeWhole(join(home.directory, "x.zip"), zipStream(source)).then(() => "written", (error: NodeJS.ErrnoException) => error.code), pause(3_000, "hung")]);
    expect(ended).to.equal("ENOENT");
  });

  it("ends with that error for who begins to read after it has failed, too", async () => {
    const source = { read: (name: string) => createReadStream(join(home.directory, name)), topFolder: "t", files: [{ name: "gone.json", bytes: 3 }], atMs: 0 };
    const bytes = zipStream(source);
    while (bytes.errored === null) await pause(5, undefined);
    const ended = await Promise.race([writeWhole(join(home.directory, "late.zip"), bytes).then(() => "written", (error: NodeJS.ErrnoException) => error.code), pause(3_000, "hung")]);
    expect(ended).to.equal("ENOENT");
  });
});
