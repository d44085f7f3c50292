import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxAnswer } from "./answer.js";

/** Sends an answer the way it says: whole, or with the fault that it carries. */
export async function sendOverSocket(answer: SandboxAnswer, response: ServerResponse): Promise<void> {
  const { delivery } = answer;
  if (delivery.kind === "reset") {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, headersOf(answer));
  if (delivery.kind === "stall") {
    response.flushHeaders();
    return;
  }
  if (delivery.kind === "short") {
    const whole = Buffer.concat([...answer.body]);
    response.write(whole.subarray(0, Math.max(0, whole.byteLength - delivery.missingBytes)), () => response.destroy());
    return;
  }
  for (const piece of answer.body) {
    if (delivery.kind === "drip") await drip(piece, delivery.everyMs, response);
    else if (!response.write(piece)) await drained(response);
    if (response.destroyed) return;
  }
  response.end();
}

async function drip(piece: Uint8Array, everyMs: number, response: ServerResponse): Promise<void> {
  for (const byte of piece) {
    if (response.destroyed) return;
    response.write(Uint8Array.of(byte));
    await sleep(everyMs, undefined, { ref: false });
  }
}

/** Waits until there is room again, or nobody is reading any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    if (response.destroyed) resolve();
    else response.on("drain", done).on("close", done);
  });
}

function headersOf({ headers, length, status }: SandboxAnswer): Record<string, string> {
  return length === undefined || status === 204 ? { ...headers } : { ...headers, "content-length": String(length) };
}
