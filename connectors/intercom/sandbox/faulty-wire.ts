import { gzipSync } from "node:zlib";
import type { SandboxAnswer } from "./answer.js";
import type { Fault } from "./faults.js";

/** Blanks are valid before a JSON value, so that a reader without a limit would end with the true answer. */
const BLANKS = new Uint8Array(1_048_576).fill(0x20);

/** What a fault does to the bytes and the headers of a finished answer. */
export function spoilWire(fault: Fault, answer: SandboxAnswer): SandboxAnswer {
  switch (fault.kind) {
    case "reset_before":
    case "reset_after_effect": return { ...answer, delivery: { kind: "reset" } };
    case "stall": return { ...answer, delivery: { kind: "stall" } };
    case "drip": return { ...answer, delivery: { kind: "drip", everyMs: fault.everyMs } };
    case "short_body": return { ...answer, delivery: { kind: "short", missingBytes: Math.ceil((answer.length ?? 2) / 2) } };
    case "huge_body": return withoutLength(answer, padded(fault.bytes, answer.body), {});
    case "gzip_bomb": return withoutLength(answer, compressed(fault.bytes, answer.body), { "content-encoding": "gzip" });
    case "rate_headers": return withHeaders(answer, {
      ...(fault.limit === undefined ? {} : { "x-ratelimit-limit": fault.limit }),
      ...(fault.remaining === undefined ? {} : { "x-ratelimit-remaining": fault.remaining }),
      ...(fault.reset === undefined ? {} : { "x-ratelimit-reset": fault.reset }),
    });
    case "date_skew": {
      const date = Date.parse(answer.headers["date"] ?? "");
      return withHeaders(answer, { date: new Date(date + fault.skewMs).toUTCString() });
    }
    default: return answer;
  }
}

function withHeaders(answer: SandboxAnswer, headers: Readonly<Record<string, string>>): SandboxAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function withoutLength({ length: _, ...answer }: SandboxAnswer, body: Iterable<Uint8Array>, headers: Readonly<Record<string, string>>): SandboxAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers }, body };
}

function* padded(bytes: number, body: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= BLANKS.byteLength) yield BLANKS.subarray(0, Math.min(left, BLANKS.byteLength));
  yield* body;
}

/** Gzip allows several members one after another: one packed megabyte, sent as often as needed. */
function* compressed(bytes: number, body: Iterable<Uint8Array>): Generator<Uint8Array> {
  const megabyte = gzipSync(BLANKS);
  for (let left = bytes; left > 0; left -= BLANKS.byteLength) yield megabyte;
  for (const piece of body) yield gzipSync(piece);
}
