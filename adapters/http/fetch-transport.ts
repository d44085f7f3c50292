import type { Transport } from "./transport.js";

/** A transport over a double that answers like `fetch`, in the same process: no socket. Its bodies count as decompressed. */
export function createFetchTransport(answer: (request: Request) => Promise<Response>): Transport {
  return async ({ url, method, headers, body, signal }) => {
    const request = new Request(url, { method, headers, signal, redirect: "manual", ...(body !== undefined && { body }) });
    const response = await answer(request);
    const received: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      received[name] = value;
    });
    return { status: response.status, headers: received, body: response.body ?? NOTHING };
  };
}

const NOTHING: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};
