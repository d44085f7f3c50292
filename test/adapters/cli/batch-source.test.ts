import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceOf } from "../../../adapters/cli/batch-source.js";
import type { CliIo } from "../../../adapters/cli/cli-io.js";
import { readBatch } from "../../../adapters/intake/batch-file.js";

describe("the input of a batch", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dsr-source-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is, where it is a file that is written anew meanwhile, what it was when it was judged", async () => {
    const file = join(folder, "people.csv");
    const before = `email\n${Array.from({ length: 9_000 }, (_, n) => `p${n}@example.test`).join("\n")}\n`;
    writeFileSync(file, before);
    const source = await sourceOf({} as CliIo, file);
    const { inputHash, lines } = await readBatch(source, 0);
    writeFileSync(file, "email\nsomebody.else@example.test\n");
    let taken = 0;
    for await (const { asked } of lines) if ("input" in asked && asked.input.identifier.reveal() === `p${taken}@example.test`) taken++;
    expect(taken).to.equal(9_000);
    expect(inputHash).to.equal(createHash("sha256").update(before).digest("hex"));
  });
});
