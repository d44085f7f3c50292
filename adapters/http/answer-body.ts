import { isUtf8 } from "node:buffer";
import { withExactNumbers } from "./exact-numbers.js";
import { nestsDeeperThan } from "./json-depth.js";

/** A body that was read whole. `json` is left out where it is no JSON that may be handed on. */
export interface AnswerBody {
  readonly text: string;
  readonly bytes: number;
  readonly json?: { readonly value: unknown };
}

/** Reads a body to its end, or gives up as soon as it is larger than `maxBytes`: then `too_large`, and the rest is never read. */
export async function readBody(body: AsyncIterable<Uint8Array>, limits: { readonly maxBytes: number; readonly maxDepth: number }): Promise<AnswerBody | "too_large"> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > limits.maxBytes) return "too_large";
    chunks.push(chunk);
  }
  return parse(chunks, bytes, limits.maxDepth);
}

function parse(chunks: readonly Uint8Array[], bytes: number, maxDepth: number): AnswerBody {
  const [first] = chunks;
  if (first === undefined) return { text: "", bytes };
  const whole = chunks.length === 1 ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : Buffer.concat(chunks, bytes);
  if (!isUtf8(whole)) return { text: "", bytes };
  const start = whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf ? 3 : 0;
  const text = whole.toString("utf8", start);
  if (nestsDeeperThan(text, maxDepth)) return { text, bytes };
  try {
    const value: unknown = JSON.parse(text);
    const exact = withExactNumbers(text);
    return { text: exact, bytes, json: { value: exact === text ? value : JSON.parse(exact) } };
  } catch {
    // The error's message quotes the text.
    return { text, bytes };
  }
}
