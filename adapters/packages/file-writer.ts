import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { UNVEILED, type DraftVeil } from "./draft-veil.js";

/** A new file for its owner alone, written in pieces; it counts and hashes what it takes. */
export interface FileWriter {
  write(text: string): Promise<void>;
  /** Bytes, after all text so far. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** Writes what is left. */
  finish(): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Puts the file on disk. */
  sync(): Promise<void>;
  /** Lets go of the file, finished or not. */
  close(): Promise<void>;
}

/** @throws where a file of that name exists */
export async function createFile(path: string, veil: Pick<DraftVeil, "writing"> = UNVEILED): Promise<FileWriter> {
  const file: FileHandle = await open(path, "wx", 0o600);
  const veiled = veil.writing(path);
  const hash = createHash("sha256");
  let bytes = 0;
  let pending: string[] = [];
  let pendingLength = 0;
  const writeChunk = async (chunk: Uint8Array): Promise<void> => {
    hash.update(chunk);
    bytes += chunk.byteLength;
    await file.writeFile(veiled(chunk));
  };
  const flush = async (): Promise<void> => {
    const chunk = Buffer.from(pending.join(""));
    pending = [];
    pendingLength = 0;
    await writeChunk(chunk);
  };
  return {
    write: async (text) => {
      pending.push(text);
      pendingLength += text.length;
      if (pendingLength >= BUFFERED_CHARACTERS) await flush();
    },
    writeBytes: async (chunk) => {
      await flush();
      await writeChunk(chunk);
    },
    finish: async () => {
      await flush();
      return { bytes, sha256: hash.digest("hex") };
    },
    sync: () => file.sync(),
    close: () => file.close(),
  };
}

const BUFFERED_CHARACTERS = 65_536;
