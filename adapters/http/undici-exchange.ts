import type { Dispatcher } from "undici";
import { classifyFault, TransportError } from "./transport.js";

/** Bytes that may wait for their reader before the connection is paused. */
const READ_AHEAD_BYTES = 256 * 1024;

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request and its answer on undici's own callbacks, whose body is read by iterating. Leaving it unread closes the connection. */
export class UndiciExchange implements Dispatcher.DispatchHandlers, AsyncIterable<Uint8Array> {
  readonly head: Promise<Head>;
  readonly #signal: AbortSignal;
  #gotHead: (head: Head) => void = () => undefined;
  #gotNoHead: (error: TransportError) => void = () => undefined;
  #abort: (error: Error) => void = () => undefined;
  #resume: () => void = () => undefined;
  #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #paused = false;
  #ended: "whole" | TransportError | undefined;
  /** Wakes the reader. */
  #wake: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.head = new Promise((resolve, reject) => {
      this.#gotHead = resolve;
      this.#gotNoHead = reject;
    });
    signal.addEventListener("abort", this.#cancel, { once: true });
    if (signal.aborted) this.#cancel();
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    // It was given up while it waited for a connection: nothing is sent.
    if (this.#ended !== undefined) abort(new TransportError("unsent"));
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    // 1xx only announces.
    if (status < 200) return true;
    this.#resume = resume;
    this.#gotHead({ status, headers: joinHeaders(rawHeaders) });
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.byteLength;
    this.#wake();
    this.#paused = this.#waitingBytes >= READ_AHEAD_BYTES;
    return !this.#paused;
  }

  onComplete(): void {
    this.#end("whole");
  }

  onError(error: Error): void {
    this.#end(new TransportError(classifyFault(error)));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        const chunks = this.#chunks;
        this.#chunks = [];
        this.#waitingBytes = 0;
        if (chunks.length > 0) {
          yield* chunks;
          if (this.#paused) this.#goOn();
          continue;
        }
        if (this.#ended === "whole") return;
        if (this.#ended !== undefined) throw this.#ended;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.cancel();
    }
  }

  /** Gives the call up, if it has not ended. */
  cancel(): void {
    if (this.#ended === undefined) this.#cancel();
  }

  #goOn(): void {
    this.#paused = false;
    this.#resume();
  }

  readonly #cancel = (): void => {
    const error = new TransportError("lost");
    this.#end(error);
    this.#abort(error);
  };

  #end(how: "whole" | TransportError): void {
    this.#ended ??= how;
    this.#signal.removeEventListener("abort", this.#cancel);
    if (how !== "whole") this.#gotNoHead(how);
    this.#wake();
  }
}

function joinHeaders(raw: readonly Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = String(raw[i]).toLowerCase();
    const value = raw[i + 1]?.toString("latin1") ?? "";
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return headers;
}
