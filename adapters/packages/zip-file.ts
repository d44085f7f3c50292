import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { ZipFile } from "yazl";
import type { WrittenFile } from "./package-files.js";

export interface ZipSource {
  /** A finished file's bytes. */
  readonly read: (name: string) => Readable;
  /** What everything in the ZIP stands in, so that it does not scatter when it is unpacked. */
  readonly topFolder: string;
  readonly files: readonly Pick<WrittenFile, "name" | "bytes">[];
  /** The time that every entry bears. */
  readonly atMs: number;
}

/** Regular file, for its owner alone. */
const ENTRY_MODE = 0o100_600;

/**
 * Packs finished files, one after the other and in the order given. Entries are plain files under names that this program made: no links, no
 * absolute paths, nothing that leaves the folder. The stream ends with the error of whatever cannot be read.
 */
export function zipStream({ read, topFolder, files, atMs }: ZipSource): Readable {
  const zip = new ZipFile();
  const bytes = zip.outputStream as Readable;
  const fail = (error: Error): unknown => bytes.destroy(error);
  zip.on("error", fail);
  // Whoever reads it is told, also who begins when it has failed already; until then nobody is there to hear of it.
  bytes.on("error", () => undefined);
  for (const { name, bytes: size } of files) {
    zip.addReadStreamLazy(`${topFolder}/${name}`, { size, mode: ENTRY_MODE, mtime: new Date(atMs) }, (take) =>
      // The library does not listen to what it reads from.
      take(undefined, read(name).once("error", fail)),
    );
  }
  zip.end();
  return bytes;
}

/** Writes a stream into a new file for its owner alone, and puts it on disk. @throws where a file of that name exists */
export async function writeWhole(path: string, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly sha256: string }> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest("hex") };
}
