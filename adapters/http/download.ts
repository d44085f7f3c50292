import { DsrError } from "../../core/errors.js";
import type { Download, FileAnswer, FileFailure } from "../../core/files.js";
import type { Clock, Random } from "../../core/host-ports.js";
import { CutShort, withDeadline } from "./deadline.js";
import type { DownloadLimits } from "./download-limits.js";
import { createFileHosts } from "./file-hosts.js";
import type { CallRecord } from "./seam.js";
import type { Slots } from "./slots.js";
import { classifyFault, type Transport, type TransportAnswer } from "./transport.js";

export interface DownloadOptions {
  /** As the connector declares them. */
  readonly fileHosts: readonly string[];
  /** The API's origin, where the operator named it; it is then asked for files, too. */
  readonly explicitOrigin: string | undefined;
  /** The transport for hosts of the vendor's, and the one for an explicit host, which may be private and plain HTTP. */
  readonly transport: (explicit: boolean) => Transport;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly limits: DownloadLimits;
  /** Told of every attempt that was made. */
  readonly onCall?: (call: CallRecord) => void;
}

/** Everything that is sent with a request for a file: no credential, no cookie, no name of the person. Sizes count as they are on the wire. */
const HEADERS = { accept: "*/*", "accept-encoding": "identity" } as const;

/**
 * The way to files, apart from the seam of the API: it never sees a credential. Redirects are not followed, the body is handed on in pieces and
 * ends at the limit, and what the host fails to hand out is asked for again a few times.
 */
export function createDownload(options: DownloadOptions): Download {
  const judge = createFileHosts(options.fileHosts, options.explicitOrigin);
  return async (link, take) => {
    const url = URL.canParse(link) ? new URL(link) : undefined;
    const host = url === undefined ? undefined : judge(url);
    if (url === undefined || host === undefined) return { failed: "host_refused" };
    const send = options.transport(host === "explicit");
    for (let number = 1; ; number++) {
      const result = await interruptible(options.signal, () => options.slots.within(options.signal, () => attempt(options, send, url, number, take)));
      if (result !== "again") return result;
      if (number >= options.limits.attempts) return { failed: "not_given" };
      await interruptible(options.signal, () => options.clock.sleep(backoffMs(options, number), options.signal));
    }
  };
}

async function attempt<T>(options: DownloadOptions, send: Transport, url: URL, number: number, take: (answer: FileAnswer) => Promise<T>): Promise<{ taken: T } | { failed: FileFailure } | "again"> {
  const { clock, signal, limits } = options;
  const call = new AbortController();
  const interrupt = (): void => call.abort();
  signal.addEventListener("abort", interrupt, { once: true });
  const startedMs = clock.monotonicMs();
  const state: { head?: TransportAnswer; broken?: unknown } = {};
  try {
    try {
      state.head = await withDeadline(clock, limits.idleMs, signal, () => send({ url: url.href.split("#", 1)[0] ?? "", method: "GET", headers: HEADERS, body: undefined, signal: call.signal }));
    } catch (error) {
      return failureOf(error);
    }
    const { status, headers } = state.head;
    if (status >= 500 || status === 429 || status === 408) return "again";
    // Whoever has to go elsewhere for it has no link to the file.
    if (status !== 200) return { failed: "not_given" };
    if (Number(headers["content-length"] ?? 0) > limits.maxBytes) return { failed: "too_large" };
    const bytes = pieces(options, state.head.body, startedMs, (error) => (state.broken = error));
    return { taken: await take({ mediaType: mediaTypeOf(headers["content-type"]), bytes }) };
  } catch (error) {
    // What the taker itself throws is not the download's to judge.
    if (state.broken === undefined) throw error;
    return failureOf(state.broken);
  } finally {
    signal.removeEventListener("abort", interrupt);
    // Ends the connection of a body that was not read to its end.
    call.abort();
    options.onCall?.({ operation: "GET (file)", attempt: number, durationMs: clock.monotonicMs() - startedMs, ...(state.head !== undefined && { status: state.head.status }) });
  }
}

/** The body, piece by piece, each within its time and all within theirs; tells why it broke. */
async function* pieces({ clock, signal, limits }: DownloadOptions, body: AsyncIterable<Uint8Array>, startedMs: number, onBroken: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  const reader = body[Symbol.asyncIterator]();
  let bytes = 0;
  try {
    for (;;) {
      const next = await withDeadline(clock, limits.idleMs, signal, () => reader.next());
      if (next.done === true) return;
      bytes += next.value.byteLength;
      if (bytes > limits.maxBytes) throw new TooLarge();
      if (clock.monotonicMs() - startedMs > limits.totalMs) throw new CutShort("deadline");
      yield next.value;
    }
  } catch (error) {
    onBroken(error);
    throw error;
  }
}

class TooLarge extends Error {}

function failureOf(error: unknown): { failed: FileFailure } | "again" {
  if (error instanceof TooLarge) return { failed: "too_large" };
  if (error instanceof CutShort) {
    if (error.why === "interrupted") throw new DsrError("INTERRUPTED");
    return "again";
  }
  const fault = classifyFault(error);
  if (fault === "host_refused") return { failed: "host_refused" };
  return fault === "tls" ? { failed: "not_given" } : "again";
}

function mediaTypeOf(contentType: string | undefined): string | undefined {
  const essence = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/.test(essence) ? essence : undefined;
}

/** Full jitter, as for the API. */
function backoffMs({ limits, random }: DownloadOptions, failures: number): number {
  return random.fraction() * Math.min(limits.backoff.maxMs, limits.backoff.baseMs * 2 ** (failures - 1));
}

async function interruptible<T>(signal: AbortSignal, wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    throw signal.aborted ? new DsrError("INTERRUPTED") : error;
  }
}
