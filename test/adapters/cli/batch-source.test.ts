import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { sourceOf } from "../../../adapters/cli/batch-source.js";
import type { CliIo } from "../../../adapters/cli/cli-io.js";
import { readBatch } from "../../../adapters/intake/batch-file.js";
import { isDsrError } from "../../../core/errors.js";

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

  it("is, on standard input, kept in memory up to 64 MiB, and refused beyond that before it is read to its end", async () => {
    const piece = Buffer.alloc(1_048_576, "x");
    const reading = async (mebibytes: number) => {
      let given = 0;
      const pieces = function* () {
        for (; given < mebibytes; given++) yield piece;
      };
      const io = { stdin: Readable.from(pieces(), { highWaterMark: 1 }), signal: new AbortController().signal } as unknown as CliIo;
      return sourceOf(io, "-").then(() => "taken", (error: unknown) => (isDsrError(error, "REQUEST_INVALID") && given < mebibytes ? error.facts : error));
    };
    expect(await reading(64)).to.equal("taken");
    expect(await reading(80)).to.deep.equal({ at: "standard input", reason: "it is larger than 64 MiB: give a file" });
  });
});
