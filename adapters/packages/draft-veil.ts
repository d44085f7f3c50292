import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";

/** How the files of a package that is being made lie on the disk until it is whole. */
export interface DraftVeil {
  /** What turns a new file's bytes into those on the disk; called once for each file. */
  writing(path: string): (chunk: Uint8Array) => Uint8Array;
  /** A file's own bytes. */
  read(path: string): Readable;
}

/** As they are. */
export const UNVEILED: DraftVeil = {
  writing: () => (chunk) => chunk,
  read: (path) => createReadStream(path),
};

/**
 * Under a key that is in memory alone: whoever finds what a killed process left behind finds nothing, nor does anybody who restores deleted
 * blocks. AES-256 in counter mode, a counter of its own for each file; the files are read by the same process only, so they bear no tag.
 */
export function createDraftVeil(): DraftVeil {
  const key = randomBytes(32);
  const counters = new Map<string, Buffer>();
  return {
    writing: (path) => {
      const counter = randomBytes(16);
      counters.set(path, counter);
      const cipher = createCipheriv("aes-256-ctr", key, counter);
      return (chunk) => cipher.update(chunk);
    },
    read: (path) => {
      const counter = counters.get(path);
      if (counter === undefined) throw new Error("a file is read that this veil did not write");
      // The stream that is handed out ends with the error of either.
      return pipeline(createReadStream(path), createDecipheriv("aes-256-ctr", key, counter), () => undefined);
    },
  };
}
