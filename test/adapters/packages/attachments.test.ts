import { expect } from "chai";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { extensionOf } from "../../../adapters/packages/attachment-files.js";
import { fileMark, type FetchedFile } from "../../../core/files.js";
import type { PackageReceipt, StagedPage } from "../../../core/host-ports.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { conversation, richHeader, writeRich } from "./rich-package.js";
import { samplePage, sampleRecord } from "./samples.js";
import { readZip } from "./zip-reader.js";

const bytesOf = (key: string): Buffer => Buffer.from(`\u0000content of ${key}\n`.repeat(1_000));
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function file(recordId: string, id: string, changes: Partial<FetchedFile> = {}): FetchedFile {
  const key = `${recordId}-${id}`;
  return { category: "conversations", recordId, id, key, name: `${key}.png`, mediaType: "image/png", bytes: bytesOf(key).length, sha256: sha256(bytesOf(key)), ...changes };
}

async function* readFile(key: string): AsyncIterable<Uint8Array> {
  const bytes = bytesOf(key);
  yield bytes.subarray(0, 100);
  yield bytes.subarray(100);
}

/** A conversation whose parts have these files attached, and the page that it came on. */
function pageWith(files: readonly FetchedFile[], attached: readonly FetchedFile[] = files): StagedPage {
  const record = conversation(1, 1);
  const data = record.data as any;
  data.conversation_parts.conversation_parts[0].attachments = attached.map(({ id, name, mediaType }) => ({ type: "upload", name, content_type: mediaType, filesize: 7, url: fileMark(id) }));
  return { ...samplePage([record]), files };
}

/** Names that careless programs take for paths, commands or other names. */
const HOSTILE_NAMES = ["../../etc/passwd", "..\\..\\win.ini", "C:\\x.txt", "CON", "a\u202egnp.exe", "x".repeat(300), "A.PNG", "a.png", "nul\u0000byte.txt", "\r\nSet: x", "<img src=x onerror=alert(1)>.png", "-rf", "~", ".", "", "a/b/c", "\ud800"];

describe("the files of records in a package", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());

  const write = (page: StagedPage, more: Parameters<typeof writeRich>[1] = {}): Promise<PackageReceipt> =>
    writeRich(home.directory, {
      header: richHeader(),
      pages: (async function* () {
        yield page;
      })(),
      readFile,
      ...more,
    });
  const json = ({ path }: PackageReceipt, name: string) => JSON.parse(readFileSync(join(path, name), "utf8"));

  it("are counted as they lie there: those of a record that came before without them are not", async () => {
    const note = (id: string, ...files: readonly FetchedFile[]): StagedPage => ({ ...samplePage([sampleRecord("notes", id)]), files });
    const own = (id: string): FetchedFile => file(id, "1", { category: "notes" });
    const pages = async function* () {
      yield* [note("1"), note("1", own("1")), note("2", own("2")), note("2", own("2"))];
    };
    const receipt = await write(pageWith([]), { pages: pages() });
    expect(receipt.counts).to.deep.equal({ notes: 2, attachments: 1 });
    expect(json(receipt, "manifest.json").attachments).to.have.length(1);
    expect((await write(note("1"))).counts).to.deep.equal({ notes: 1 });
  });

  it("lie there byte for byte, with their hash, size, type and record in the manifest, in the folder and in the ZIP", async () => {
    const files = [file("1", "1"), file("1", "2", { mediaType: "application/pdf", name: "plan.pdf" }), { ...file("1", "3") }];
    const receipt = await write(pageWith(files));
    const manifest = json(receipt, "manifest.json");
    const expected = files.map(({ id, key, name, mediaType }, index) => ({ category: "conversations", record: "1", id, path: `attachments/${index + 1}.${mediaType === "image/png" ? "png" : "pdf"}`, name, mediaType, bytes: bytesOf(key).length, sha256: sha256(bytesOf(key)) }));
    expect(manifest.attachments).to.deep.equal(expected);
    expect(json(receipt, "conversations.json")[0].files).to.deep.equal(expected.map(({ category: _, record: __, ...each }) => each));
    for (const { path, bytes, sha256: hash } of expected) {
      expect(manifest.files).to.deep.include({ name: path, bytes, sha256: hash });
      expect(sha256(readFileSync(join(receipt.path, path)))).to.equal(hash);
      if (process.platform !== "win32") expect(statSync(join(receipt.path, path)).mode & 0o777).to.equal(0o600);
    }
    const entries = new Map(readZip(readFileSync(receipt.zip!.path)).map((entry) => [entry.name.split("/").slice(1).join("/"), entry]));
    for (const { path, sha256: hash } of expected) expect(sha256(entries.get(path)!.content), path).to.equal(hash);
  });

  it("S3: have the names that this program gives them, whatever the vendor calls them, which is kept as text", async () => {
    const files = HOSTILE_NAMES.map((name, index) => file("1", String(index + 1), { name }));
    const receipt = await write(pageWith(files));
    expect(readdirSync(join(receipt.path, "attachments")).sort()).to.deep.equal(HOSTILE_NAMES.map((_, index) => `${index + 1}.png`).sort());
    expect(json(receipt, "manifest.json").attachments.map(({ name }: any) => name)).to.deep.equal(HOSTILE_NAMES.map((name) => JSON.parse(JSON.stringify(name))));
    const page = readFileSync(join(receipt.path, "conversations", "1.html"), "utf8");
    for (const [, target] of page.matchAll(/<a [^>]*href="([^"]*)"/g)) expect(target).to.match(/^(?:\.\.\/(?:index\.html#category-conversations|attachments\/\d+\.png)|\d+\.html)$/);
    expect(page).to.match(/U\+202E.*gnp\.exe/).and.not.to.match(/<img|\u202e/);
    expect(page).to.contain("attachments/15.png</a>: no name given (");
    for (const { name } of readZip(readFileSync(receipt.zip!.path))) expect(name).to.match(/^r1-acme\/[a-z0-9_./-]+$/).and.not.to.contain("..");
  });

  it("S1: end in .bin where a browser would take them for a page or a drawing, and are never part of a page", async () => {
    for (const type of ["text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "application/javascript", "text/javascript", "text/css", "application/x-msdownload", "application/x-sh", "message/rfc822", "multipart/related", "constructor", "__proto__", "", undefined]) {
      expect(extensionOf(type), type).to.equal("bin");
    }
    const receipt = await write(pageWith([file("1", "1", { mediaType: "text/html", name: "page.html" }), file("1", "2", { mediaType: "image/svg+xml", name: "drawing.svg" })]));
    expect(readdirSync(join(receipt.path, "attachments")).sort()).to.deep.equal(["1.bin", "2.bin"]);
    for (const name of readdirSync(receipt.path, { recursive: true, encoding: "utf8" }).filter((each) => each.endsWith(".html"))) {
      expect(readFileSync(join(receipt.path, name), "utf8"), name).not.to.match(/<(?:img|object|embed|iframe|video|audio|source|link)\b|\ssrc=/);
    }
  });

  it("are linked from the message that they hang on, to be saved, with what they are called", async () => {
    const receipt = await write(pageWith([file("1", "1", { name: "plan <1>.png" })]));
    const page = readFileSync(join(receipt.path, "conversations", "1.html"), "utf8");
    expect(page).to.contain('<a href="../attachments/1.png" download>attachments/1.png</a>: plan &lt;1&gt;.png (image/png, ');
    expect(page.match(/attachments\/1\.png" download/g)).to.have.length(1);
  });

  it("that stand in no list of attachments are linked below the messages", async () => {
    const receipt = await write(pageWith([file("1", "1"), file("1", "2", { name: "inline.png" })], [file("1", "1")]));
    const page = readFileSync(join(receipt.path, "conversations", "1.html"), "utf8");
    expect(page.match(/ download>/g)).to.have.length(2);
    expect(page.indexOf("attachments/2.png")).to.be.greaterThan(page.indexOf("</ol>"));
  });

  it("are named as not included where they are not there", async () => {
    const receipt = await write(pageWith([], [file("1", "1", { name: "lost.pdf", mediaType: "application/pdf" })]));
    const page = readFileSync(join(receipt.path, "conversations", "1.html"), "utf8");
    expect(page).to.contain("lost.pdf (application/pdf, 7 bytes, not included)").and.not.to.contain(" download>");
    expect(readdirSync(receipt.path)).not.to.include("attachments");
  });

  it("of a record on the overview and on a page of its category are linked from there", async () => {
    const record = (n: number) => sampleRecord("tickets", String(n), { id: n, text: "x".repeat(2_000) });
    const page = (count: number): StagedPage => ({ ...samplePage(Array.from({ length: count }, (_, n) => record(n))), files: [file("0", "1", { category: "tickets" })] });
    expect(readFileSync(join((await write(page(1))).path, "index.html"), "utf8")).to.contain('href="attachments/1.png" download');
    expect(readFileSync(join((await write(page(200))).path, "tickets", "1.html"), "utf8")).to.contain('href="../attachments/1.png" download');
  });

  it("are counted in the statement and explained on the overview", async () => {
    const receipt = await write(pageWith([file("1", "1"), file("1", "2")]));
    expect(readFileSync(join(receipt.path, "statement.txt"), "utf8")).to.contain("  - Attached files: 2\n");
    expect(readFileSync(join(receipt.path, "index.html"), "utf8")).to.contain("attachments/ (2): files that were attached");
    expect(readFileSync(join((await write(pageWith([]))).path, "index.html"), "utf8")).not.to.contain("attachments/");
  });

  it("come once, however often their record comes", async () => {
    const page = pageWith([file("1", "1")]);
    const receipt = await writeRich(home.directory, {
      header: richHeader(),
      pages: (async function* () {
        yield page;
        yield page;
      })(),
      readFile,
    });
    expect(json(receipt, "manifest.json").attachments).to.have.length(1);
  });

  it("that cannot be read from where they are staged leave no package behind", async () => {
    const broken = (): AsyncIterable<Uint8Array> => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("INTEGRITY")) }) });
    await write(pageWith([file("1", "1")]), { readFile: broken }).then(() => expect.fail("it was written"), (error: Error) => expect(error.message).to.equal("INTEGRITY"));
    expect(readdirSync(join(home.directory, "packages"))).to.deep.equal([]);
  });

  it("keep the schema of the package", async () => {
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    const { fullFormats } = await import("ajv-formats/dist/formats.js");
    const receipt = await write(pageWith([file("1", "1"), { category: "conversations", recordId: "1", id: "2", key: "k", bytes: bytesOf("k").length, sha256: sha256(bytesOf("k")) }]));
    const fits = new Ajv2020({ strict: true, formats: { "date-time": fullFormats["date-time"] } }).compile(json(receipt, "package.schema.json"));
    for (const name of ["manifest.json", "conversations.json"]) expect(fits(json(receipt, name)), name).to.equal(true);
  });
});
