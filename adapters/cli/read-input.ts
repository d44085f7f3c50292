import { addAbortSignal, type Readable } from "node:stream";
import { DsrError } from "../../core/errors.js";
import type { CliIo, Input } from "./cli-io.js";

/** More than any address, token or callback address needs. */
const MAX_BYTES = 16_384;

/** Standard input to its end, without the line break that ends it. On a terminal: one line. */
export async function readWhole(io: CliIo, at: string): Promise<string> {
  const text = io.stdin.isTTY === true ? await readUntil(io, at, "line") : await readUntil(io, at, "end");
  return (text ?? "").replace(/\r?\n$/, "");
}

/** Standard input as it comes, to its end. */
export async function* readPieces({ stdin, signal }: CliIo, at: string): AsyncIterable<Buffer> {
  try {
    for await (const piece of addAbortSignal(signal, stdin as Input & Readable) as AsyncIterable<Buffer | string>) yield typeof piece === "string" ? Buffer.from(piece) : piece;
  } catch {
    throw signal.aborted ? new DsrError("INTERRUPTED") : new DsrError("REQUEST_INVALID", { at, reason: "standard input cannot be read" });
  }
}

/** One line, or undefined when the input has ended. What a terminal shows while it is typed is the terminal's own. */
export async function readLine(io: CliIo, at: string, signal: AbortSignal = io.signal): Promise<string | undefined> {
  return (await readUntil({ ...io, signal }, at, "line"))?.replace(/\r?\n?$/, "");
}

/** One line that is not shown while it is typed or pasted. */
export async function readHidden(io: CliIo, at: string, signal: AbortSignal = io.signal): Promise<string | undefined> {
  const { stdin } = io;
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return readLine(io, at, signal);
  stdin.setRawMode(true);
  try {
    return edited((await readUntil({ ...io, signal }, at, "keys")) ?? "");
  } finally {
    stdin.setRawMode(false);
    io.stderr.write("\n");
  }
}

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

function readUntil({ stdin, signal }: CliIo, at: string, until: "line" | "end" | "keys"): Promise<string | undefined> {
  const ends = until === "line" ? [NEWLINE] : until === "keys" ? [NEWLINE, RETURN, CTRL_C, CTRL_D] : [];
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const stop = (settle: () => void): void => {
      stdin.off("data", onData).off("end", onEnd).off("error", onError);
      signal.removeEventListener("abort", onAbort);
      stdin.pause();
      settle();
    };
    const finish = (): void =>
      stop(() => {
        try {
          resolve(bytes.length === 0 ? undefined : decoded(bytes, at));
        } catch (error) {
          reject(error instanceof Error ? error : new DsrError("INTERNAL"));
        }
      });
    const onData = (piece: Buffer | string): void => {
      bytes = Buffer.concat([bytes, typeof piece === "string" ? Buffer.from(piece) : piece]);
      const end = bytes.findIndex((byte) => ends.includes(byte));
      if (end >= 0 && bytes[end] === CTRL_C) return stop(() => reject(new DsrError("INTERRUPTED")));
      if (end < 0 && bytes.length > MAX_BYTES) return stop(() => reject(new DsrError("REQUEST_INVALID", { at, reason: "it is too long" })));
      if (end < 0) return;
      // What follows the line is for whoever reads next.
      const rest = bytes.subarray(end + 1);
      bytes = bytes.subarray(0, end + 1);
      finish();
      if (rest.length > 0) stdin.unshift(rest);
    };
    const onEnd = (): void => finish();
    const onError = (): void => stop(() => reject(new DsrError("REQUEST_INVALID", { at, reason: "standard input cannot be read" })));
    const onAbort = (): void => stop(() => reject(new DsrError("INTERRUPTED")));
    if (signal.aborted) return onAbort();
    if (stdin.readableEnded === true) return onEnd();
    stdin.on("data", onData).on("end", onEnd).on("error", onError);
    signal.addEventListener("abort", onAbort, { once: true });
    stdin.resume();
  });
}

function decoded(bytes: Buffer, at: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DsrError("REQUEST_INVALID", { at, reason: "it is not UTF-8 text" });
  }
}

/** A terminal in raw mode sends keys: applies Backspace and drops what ended the line. */
function edited(keys: string): string {
  const line: string[] = [];
  for (const key of keys) {
    if (key === "\u007f" || key === "\b") line.pop();
    else if (key >= " ") line.push(key);
  }
  return line.join("");
}
