import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { SandboxAnswer } from "./answer.js";
import type { SandboxClock } from "./clock.js";

/**
 * Turns an answer into what `fetch` would give: a response, or the rejection that undici gives for this fault. A gzip body
 * arrives unpacked; a redirect is given back as it is, or rejected where the request says `redirect: "error"`.
 */
export function sendInProcess(answer: SandboxAnswer, request: Request, clock: SandboxClock): Response {
  const { delivery, status } = answer;
  if (delivery.kind === "reset") throw socketError("fetch failed");
  if (status >= 300 && status < 400 && request.redirect === "error") {
    throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
  }
  const headers = new Headers(answer.headers);
  if (answer.length !== undefined) headers.set("content-length", String(answer.length));
  const bodyless = status === 204 || status === 304;
  return new Response(bodyless ? null : unpacked(bodyOf(answer, request.signal, clock), headers), { status, headers });
}

function bodyOf(answer: SandboxAnswer, signal: AbortSignal, clock: SandboxClock): ReadableStream<Uint8Array> {
  const pieces = delivered(answer, signal, clock);
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      signal.addEventListener("abort", () => { fail(controller, signal.reason); }, { once: true });
    },
    pull: async (controller) => {
      const piece = await pieces.next();
      if (signal.aborted) return;
      if (piece.done === true) controller.close();
      else controller.enqueue(piece.value);
    },
    cancel: async () => { await pieces.return(undefined); },
  });
}

async function* delivered({ body, delivery }: SandboxAnswer, signal: AbortSignal, clock: SandboxClock): AsyncGenerator<Uint8Array, undefined> {
  switch (delivery.kind) {
    case "stall":
      await forever(signal);
      return undefined;
    case "short": {
      const whole = Buffer.concat([...body]);
      yield whole.subarray(0, Math.max(0, whole.byteLength - delivery.missingBytes));
      throw socketError("terminated");
    }
    case "drip":
      for (const piece of body) {
        for (const byte of piece) {
          yield Uint8Array.of(byte);
          if (clock.sleep === undefined) await forever(signal);
          else await clock.sleep(delivery.everyMs);
        }
      }
      return undefined;
    default:
      yield* body;
      return undefined;
  }
}

function unpacked(body: ReadableStream<Uint8Array>, headers: Headers): ReadableStream<Uint8Array> {
  if (headers.get("content-encoding") !== "gzip") return body;
  const gunzip = createGunzip();
  Readable.from(body).on("error", (error) => gunzip.destroy(error)).pipe(gunzip);
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      gunzip.on("end", () => { controller.close(); }).on("error", (error) => { fail(controller, error); });
      gunzip.on("data", (piece: Uint8Array) => {
        controller.enqueue(piece);
        if ((controller.desiredSize ?? 0) <= 0) gunzip.pause();
      });
    },
    pull: () => { gunzip.resume(); },
    cancel: () => { gunzip.destroy(); },
  });
}

function fail(controller: ReadableStreamDefaultController<Uint8Array>, reason: unknown): void {
  try {
    controller.error(reason);
  } catch {
    // Already closed or failed: nobody is reading any more.
  }
}

function forever(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => { signal.addEventListener("abort", () => { resolve(); }, { once: true }); });
}

function socketError(message: string): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }) });
}
