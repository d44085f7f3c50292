import { createReadStream, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { DsrError } from "../../core/errors.js";
import type { Source } from "../intake/batch-file.js";
import type { CliIo } from "./cli-io.js";
import { readPieces } from "./read-input.js";

const STDIN_MAX_BYTES = 67_108_864;
/** Of a file that is kept: more than a hundred thousand lines. */
const KEPT_BYTES = 16_777_216;
const PIECE_BYTES = 65_536;

/**
 * A batch's input: a file, or `-` for standard input. It is read once and kept in memory, so that what is judged is what is taken in; a file too large for
 * that is read each time anew.
 * @throws DsrError `REQUEST_INVALID`, `INTERRUPTED`
 */
export async function sourceOf(io: CliIo, file: string): Promise<Source> {
  return file === "-" ? fromInput(io) : fromFile(file);
}

async function fromFile(file: string): Promise<Source> {
  const wrong = (reason: string): never => {
    throw new DsrError("REQUEST_INVALID", { at: "batch file", reason });
  };
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return wrong("there is no such file");
  if (found.isDirectory()) return wrong("it is a folder");
  if (!found.isFile()) return wrong("it is no regular file: give it as - on standard input");
  if (found.size > KEPT_BYTES) return () => createReadStream(file);
  const kept = await readFile(file).catch(() => wrong("it cannot be read"));
  return async function* () {
    for (let at = 0; at < kept.length; at += PIECE_BYTES) yield kept.subarray(at, at + PIECE_BYTES);
  };
}

async function fromInput(io: CliIo): Promise<Source> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of readPieces(io, "batch file")) {
    bytes += piece.length;
    if (bytes > STDIN_MAX_BYTES) throw new DsrError("REQUEST_INVALID", { at: "standard input", reason: "it is larger than 64 MiB: give a file" });
    pieces.push(piece);
  }
  return async function* () {
    yield* pieces;
  };
}
