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

const WHOLE: Delivery = { kind: "whole" };

export function finish(reply: Reply, requestId: string, switches: Switches, delivery: Delivery = WHOLE): SandboxAnswer {
  const bytes = toBytes(reply, requestId, switches);
  return { status: reply.status, headers: reply.headers, body: [bytes], length: bytes.byteLength, delivery };
}

function toBytes(reply: Reply, requestId: string, switches: Switches): Uint8Array {
  const { content } = reply;
  if ("bytes" in content) return content.bytes;
  if ("text" in content) return encode(content.text);
  return encode(JSON.stringify(withRequestId(content.json, requestId, switches)));
}

function withRequestId(value: unknown, requestId: string, switches: Switches): unknown {
  if (!isRecord(value) || value["type"] !== "error.list" || switches.errorRequestId === "absent") return value;
  return { type: value["type"], request_id: switches.errorRequestId === "null" ? null : requestId, ...value };
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
