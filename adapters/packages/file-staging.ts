import { createHash, randomBytes } from "node:crypto";
import { open, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { Staging, StagedFile } from "../../core/host-ports.js";
import { storageFailure } from "../journal/storage-failure.js";
import { makePrivateFolder, syncFolder } from "../vault/private-folder.js";
import type { Vault } from "../vault/vault.js";
import { orStorageFailure, writeDurably } from "./durable-file.js";

export type FileStaging = Pick<Staging, "putFile" | "findFile" | "readFile">;

/** How much of a file is sealed at once: no more than this of it is ever in memory. */
const PIECE_BYTES = 256 * 1024;
const LENGTH_BYTES = 4;

/** What stands beside a staged file; only a file that is whole and on disk has it. */
interface Note extends StagedFile {
  readonly pieces: number;
}

/**
 * Files on disk, in pieces that are sealed each for its place: one that is altered, moved, left out or taken from another file does not open, and
 * the note, which is sealed too, says how many there are.
 */
export function createFileStaging(folderOf: (requestId: string) => string, vault: Pick<Vault, "seal" | "open">): FileStaging {
  const pathOf = (requestId: string, key: string): string => join(folderOf(requestId), "files", checkKey(key));
  const findNote = async (requestId: string, key: string): Promise<Note | undefined> => {
    const sealed = await readIfThere(`${pathOf(requestId, key)}.note`);
    return sealed && (JSON.parse(vault.open("staging", sealed, about(requestId, key, "note")).toString("utf8")) as Note);
  };
  return {
    putFile: async (requestId, key, { mediaType, bytes }) => {
      const path = pathOf(requestId, key);
      const draft = `${path}.${randomBytes(6).toString("hex")}`;
      const folder = join(folderOf(requestId), "files");
      const file = await orStorageFailure(async () => {
        makePrivateFolder(folder);
        // An earlier one may have been half replaced.
        await rm(`${path}.note`, { force: true });
        return open(draft, "wx", 0o600);
      });
      try {
        const staged = await writePieces(file, bytes, (piece, number) => vault.seal("staging", piece, about(requestId, key, number)));
        const note: Note = { ...(mediaType === undefined ? {} : { mediaType }), ...staged };
        await orStorageFailure(async () => {
          await file.sync();
          await rename(draft, `${path}.file`);
          await writeDurably(draft, vault.seal("staging", JSON.stringify(note), about(requestId, key, "note")));
          await rename(draft, `${path}.note`);
          syncFolder(folder);
        });
        return withoutPieces(note);
      } finally {
        await file.close();
        await rm(draft, { force: true });
      }
    },
    findFile: async (requestId, key) => {
      const note = await findNote(requestId, key);
      return note && withoutPieces(note);
    },
    readFile: async function* (requestId, key) {
      const note = await findNote(requestId, key);
      if (note === undefined) throw missing();
      const file = await open(`${pathOf(requestId, key)}.file`, "r").catch((error: unknown) => {
        throw (error as NodeJS.ErrnoException).code === "ENOENT" ? missing() : storageFailure(error);
      });
      try {
        for (let number = 1; number <= note.pieces; number++) yield vault.open("staging", await readPiece(file), about(requestId, key, number));
      } finally {
        await file.close();
      }
    },
  };
}

async function writePieces(file: FileHandle, bytes: AsyncIterable<Uint8Array>, seal: (piece: Buffer, number: number) => Buffer): Promise<Omit<Note, "mediaType">> {
  const hash = createHash("sha256");
  let size = 0;
  let pieces = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    const piece = Buffer.concat(waiting, waitingBytes);
    waiting = [];
    waitingBytes = 0;
    const sealed = seal(piece, ++pieces);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length);
    await orStorageFailure(() => file.writeFile(Buffer.concat([length, sealed])));
  };
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.byteLength; from += PIECE_BYTES) {
      const part = chunk.subarray(from, from + PIECE_BYTES);
      hash.update(part);
      size += part.byteLength;
      waiting.push(part);
      waitingBytes += part.byteLength;
      if (waitingBytes >= PIECE_BYTES) await flush();
    }
  }
  if (waitingBytes > 0) await flush();
  return { bytes: size, sha256: hash.digest("hex"), pieces };
}

async function readPiece(file: FileHandle): Promise<Buffer> {
  const length = (await readExactly(file, LENGTH_BYTES)).readUInt32BE();
  // A length that this program never wrote is not worth the memory that it asks for.
  if (length > 3 * PIECE_BYTES) throw missing();
  return readExactly(file, length);
}

async function readExactly(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let have = 0; have < length; ) {
    const { bytesRead } = await orStorageFailure(() => file.read(buffer, have, length - have));
    if (bytesRead === 0) throw missing();
    have += bytesRead;
  }
  return buffer;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw storageFailure(error);
  }
}

function withoutPieces({ pieces: _, ...staged }: Note): StagedFile {
  return staged;
}

function checkKey(key: string): string {
  if (!/^[0-9a-f]{32}$/.test(key)) throw new DsrError("INTERNAL", { reason: "a staged file's key is no key" });
  return key;
}

function about(requestId: string, key: string, part: number | "note"): string {
  return `file\n${requestId}\n${key}\n${part}`;
}

function missing(): DsrError {
  return new DsrError("INTEGRITY", { reason: "a file that was staged is not there, or not whole" });
}
