import type { Operation, VendorProtocol } from "../core/vendor-protocol.js";
import { createRouter } from "../adapters/http/router.js";
import type { Transport } from "../adapters/http/transport.js";
import type { VendorSandbox } from "./vendor-sandbox.js";

/** What a connector sent, as plain data, so that a fault can change it. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the protocol declares the operation a mutation. */
  readonly mutates: boolean;
}

/** What tells one call from another: the same call, made again, has the same. */
export function keyOf({ method, url, body }: WireRequest): string {
  return `${method} ${url} ${body}`;
}

/** Whether a part of the path names the record of this id, with or without what tells the format of the answer: `/people/1`, `/people/1.json`. */
export function leadsTo({ url }: Pick<WireRequest, "url">, id: string): boolean {
  return new URL(url).pathname.split("/").map(decodeURIComponent).some((part) => part === id || part.startsWith(`${id}.`));
}

/** A path template's, with one segment for each value. */
export function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`);
}

/** The operation that a call is one of; undefined where the protocol declares none. */
export function operationOf({ operations }: VendorProtocol, { method, url }: Pick<WireRequest, "method" | "url">): Operation | undefined {
  return operations.find((each) => each.method === method && patternOf(each.path).test(new URL(url).pathname));
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Send = (request: WireRequest) => Promise<WireAnswer>;

/** Stands between connector and vendor: may answer itself, change what passes, or throw as a broken connection does. */
export type Fault = (request: WireRequest, send: Send) => Promise<WireAnswer>;

export interface WireCall extends WireRequest {
  /** Left out where no answer came. */
  readonly answer?: WireAnswer;
}

/** The line between a connector and its vendor: it keeps what passed, and breaks as it is told. */
export interface Wire {
  /** The seam's transport. */
  readonly carry: Transport;
  /** In order, as the connector sent and received them. */
  readonly calls: readonly WireCall[];
  /** From now on every call goes through the fault, until `mend`. */
  readonly disturb: (fault: Fault) => void;
  readonly mend: () => void;
}

export function createWire(sandbox: VendorSandbox, protocol: VendorProtocol): Wire {
  const route = createRouter(protocol.operations, sandbox.apiOrigin);
  const calls: WireCall[] = [];
  const undisturbed: Fault = (request, send) => send(request);
  let fault = undisturbed;
  const send: Send = async ({ method, url, headers, body }) => {
    const response = await sandbox.fetch(new Request(url, { method, headers, ...(body === "" ? {} : { body }) }));
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
  return {
    calls,
    disturb: (next) => void (fault = next),
    mend: () => void (fault = undisturbed),
    carry: async ({ method, url, headers, body = "" }) => {
      // Files lie elsewhere and are no operations.
      const isFile = new URL(url).origin !== sandbox.apiOrigin;
      const sent: WireRequest = { method, url, headers, body, mutates: !isFile && route(method, new URL(url)).operation.effect === "mutation" };
      const number = calls.push(sent) - 1;
      const answer = await fault(sent, send);
      calls[number] = { ...sent, answer };
      return { status: answer.status, headers: answer.headers, body: bytesOf(answer.body) };
    },
  };
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  if (text !== "") yield new TextEncoder().encode(text);
}
