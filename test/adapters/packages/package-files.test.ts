import { expect } from "chai";
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAttachmentFiles } from "../../../adapters/packages/attachment-files.js";
import { createPackageFiles } from "../../../adapters/packages/package-files.js";
import { readRecords } from "../../../adapters/packages/record-lines.js";
import { writeRecords } from "../../../adapters/packages/record-files.js";
import { refusal } from "../journal/refusal.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { HARD_VALUES, noFiles, samplePage, sampleRecord, stream } from "./samples.js";

describe("the files of a package", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());

  it("are listed in the order that people expect, with their hashes, for their owner alone", async () => {
    const files = createPackageFiles(home.directory);
    for (const name of ["statement.txt", "conversations/10.html", "conversations/9.html", "conversations/100.html", "a.json"]) await files.add(name, `text of ${name}`);
    await files.sync();
    await files.close();
    expect(files.list().map(({ name }) => name)).to.deep.equal(["a.json", "conversations/9.html", "conversations/10.html", "conversations/100.html", "statement.txt"]);
    for (const { name, bytes, sha256 } of files.list()) {
      const path = join(home.directory, name);
      expect([bytes, sha256]).to.deep.equal([statSync(path).size, createHash("sha256").update(readFileSync(path)).digest("hex")]);
      expect(statSync(path).mode & 0o777).to.equal(0o600);
    }
    expect(statSync(join(home.directory, "conversations")).mode & 0o777).to.equal(0o700);
  });

  it("S3: take no name but one of ours", async () => {
    const files = createPackageFiles(home.directory);
    for (const name of ["../x.json", "/x.json", "a/../x.json", "a/b/c.html", "A.json", "a b.json", "a.json\u0000", "x", ".x.json", "a\\b.json", "c:x.json", "", "ä.json", "a..json"]) await refusal("INTERNAL", () => files.create(name));
  });

  it("never overwrite one another", async () => {
    const files = createPackageFiles(home.directory);
    writeFileSync(join(home.directory, "a.json"), "there");
    await files.add("a.json", "new").then(() => expect.fail("it was overwritten"), (error: NodeJS.ErrnoException) => expect(error.code).to.equal("EEXIST"));
    await files.close();
    expect(readFileSync(join(home.directory, "a.json"), "utf8")).to.equal("there");
  });

  it("give records back one by one exactly as they came, wherever a chunk ends", async () => {
    const files = createPackageFiles(home.directory);
    const records = [...HARD_VALUES, ...Array.from({ length: 300 }, (_, n) => ({ n, text: `👩‍👩‍👧é\n${"ü".repeat(n * 7)}` }))].map((value, index) => sampleRecord("contacts", `${index}`, value));
    await writeRecords(files, stream(...records.map((record) => samplePage([record]))), createAttachmentFiles(files, noFiles), { add: () => undefined });
    const found: unknown[] = [];
    for await (const record of readRecords(files.read("contacts.json"))) found.push(record);
    expect(JSON.stringify(found)).to.equal(JSON.stringify(records.map(({ id, data, provenance }) => ({ id, data, provenance }))));
    await files.close();
  });
});
