import type { Reply } from "./reply.js";
import { isRecord } from "./reply.js";
import type { Switches } from "./switches.js";

/** How the bytes go out; every way but the first is a fault. */
export type Delivery =
  | { readonly kind: "whole" }
  | { readonly kind: "reset" }
  | { readonly kind: "stall" }
  | { readonly kind: "drip"; readonly everyMs: number }
  | { readonly kind: "short"; readonly missingBytes: number };

/** One finished answer of the sandbox, for a socket or for the in-process double to send. */
export type SandboxAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces, so that a body of a gigabyte needs no gigabyte. */
  readonly body: Iterable<Uint8Array>;
  /** Absent where the length is not told beforehand. */
  readonly length?: number;
  readonly delivery: Delivery;
};

export function finish({ status, headers, content }: Reply, requestId: string, switches: Switches): SandboxAnswer {
  const delivery: Delivery = { kind: "whole" };
  if ("pieces" in content) return { status, headers, body: content.pieces(), length: content.length, delivery };
  const bytes = encode("text" in content ? content.text : JSON.stringify(withRequestId(content.json, requestId, switches)));
  return { status, headers, body: [bytes], length: bytes.byteLength, delivery };
}

function withRequestId(value: unknown, requestId: string, switches: Switches): unknown {
  if (!isRecord(value) || value["type"] !== "error.list" || switches.errorRequestId === "absent") return value;
  return { type: value["type"], request_id: switches.errorRequestId === "null" ? null : requestId, ...value };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
