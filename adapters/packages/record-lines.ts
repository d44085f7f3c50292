import type { Readable } from "node:stream";
import type { Provenance, Redaction } from "../../core/ports.js";
import type { PackagedFile } from "./attachment-files.js";

/** A record as it stands in `<category>.json`. */
export interface PackagedRecord {
  readonly id: string;
  readonly data: unknown;
  readonly provenance: Provenance;
  /** What was taken out of it because it concerns others. */
  readonly redactions?: readonly Redaction[];
  /** Its files; where a link to one stood in `data` stands its mark. */
  readonly files?: readonly PackagedFile[];
}

/**
 * Reads a category's file back, one record at a time: each is a line of its own, since no line break stands inside JSON text. Whatever else a
 * package holds is made from these files, so that nothing can differ from them.
 */
export async function* readRecords(bytes: Readable): AsyncIterable<PackagedRecord> {
  for await (const line of lines(bytes)) {
    if (line.startsWith("{")) yield JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line) as PackagedRecord;
  }
}

async function* lines(bytes: Readable): AsyncIterable<string> {
  let begun: string[] = [];
  for await (const chunk of bytes.setEncoding("utf8") as AsyncIterable<string>) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      yield begun.join("") + chunk.slice(from, end);
      begun = [];
      from = end + 1;
    }
    begun.push(chunk.slice(from));
  }
  yield begun.join("");
}
