import { Ajv2020 } from "ajv/dist/2020.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { GAPS, richHeader, writeRich } from "./rich-package.js";
import { HARD_VALUES, samplePage, sampleRecord, stream } from "./samples.js";

describe("the schema of a package", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());

  /** The judge, made from the schema that lies in the package itself. */
  function judge(folder: string): (value: unknown) => boolean {
    const schema = JSON.parse(readFileSync(join(folder, "package.schema.json"), "utf8")) as object;
    return new Ajv2020({ strict: true, formats: { "date-time": fullFormats["date-time"] } }).compile(schema);
  }

  it("is kept by every JSON file of it", async () => {
    const header = richHeader({ gaps: GAPS });
    const due = { ...header, request: { ...header.request, context: { ...header.request.context, dueAt: "2026-02-14T00:00:00.000Z" } } };
    const hard = () => stream(samplePage(HARD_VALUES.map((value, index) => sampleRecord("contacts", String(index), value)), GAPS));
    const redacted = () => stream(samplePage([{ ...sampleRecord("contacts", "r", { a: 1 }), redactions: [{ rule: "note", count: 2 }] }]));
    for (const options of [{}, { pages: redacted() }, { header: due, pages: hard() }, { pages: stream() }]) {
      const { path } = await writeRich(home.directory, options);
      const fits = judge(path);
      const files = readdirSync(path).filter((name) => name.endsWith(".json") && name !== "package.schema.json");
      expect(files).to.include("manifest.json");
      for (const name of files) expect(fits(JSON.parse(readFileSync(join(path, name), "utf8"))), name).to.equal(true);
    }
  });

  it("has no place for records that are somebody else's", async () => {
    const { path } = await writeRich(home.directory);
    for (const { path: file, bytes } of filesBelow(path)) expect(bytes.includes("NEAR_CANARY"), file).to.equal(false);
    expect(JSON.parse(readFileSync(join(path, "manifest.json"), "utf8")).summary).to.deep.include({ nearMatches: [{ why: "tag" }], dropped: 2 });
  });

  it("is not kept by what is no such file", async () => {
    const { path } = await writeRich(home.directory);
    const fits = judge(path);
    const manifest = JSON.parse(readFileSync(join(path, "manifest.json"), "utf8")) as Record<string, unknown>;
    expect(fits(manifest)).to.equal(true);
    for (const wrong of [{}, [], [{}], null, { ...manifest, format: "other" }, { ...manifest, extra: 1 }, { ...manifest, files: [{ name: "../x", bytes: 1, sha256: "0" }] }, { ...manifest, counts: { a: -1 } }]) expect(fits(wrong)).to.equal(false);
  });
});
