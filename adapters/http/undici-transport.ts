import { isIP } from "node:net";
import { Agent, buildConnector, type Dispatcher } from "undici";
import { decodeBody } from "./decoded-body.js";
import { isPublicAddress } from "./public-address.js";
import { createPublicLookup } from "./public-lookup.js";
import { classifyFault, TransportError, type Transport } from "./transport.js";
import { UndiciExchange } from "./undici-exchange.js";

export interface UndiciTransportOptions {
  /** Names this program and its version to the vendor. */
  readonly userAgent: string;
  /** Allows hosts in private networks, and plain HTTP. For an API address that the operator gave explicitly, and no other. */
  readonly allowPrivateHosts?: boolean;
  /** Certificate authorities (PEM) that are trusted instead of the well-known ones. There is no way to trust a certificate unseen. */
  readonly ca?: string;
  /** For DNS, TCP and TLS together. 10 s when left out. */
  readonly connectTimeoutMs?: number;
  /** To one origin at a time. 32 when left out. */
  readonly connections?: number;
}

export interface UndiciTransport {
  readonly send: Transport;
  /** Closes the connections that are kept alive; calls under way are finished first. */
  close(): Promise<void>;
}

/** The transport to the real world: TLS 1.2 at least, certificates always verified, redirects never followed. */
export function createUndiciTransport(options: UndiciTransportOptions): UndiciTransport {
  const privateHosts = options.allowPrivateHosts === true;
  const agent = new Agent({
    connect: connector(options, privateHosts),
    connections: options.connections ?? 32,
    // The caller's deadline is over the whole answer; undici's own are per read.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const send: Transport = async ({ url, method, headers, body, signal }) => {
    const target = new URL(url);
    if (!privateHosts && (target.protocol !== "https:" || isPrivateLiteral(target.hostname))) throw new TransportError("host_refused");
    const exchange = new UndiciExchange(signal);
    agent.dispatch(
      {
        origin: target.origin,
        path: target.pathname + target.search,
        method: method as Dispatcher.HttpMethod,
        headers: { "accept-encoding": "gzip", "user-agent": options.userAgent, ...headers },
        body: body ?? null,
      },
      exchange,
    );
    const head = await exchange.head;
    const decoded = decodeBody(exchange, head.headers["content-encoding"]);
    if (decoded === undefined) exchange.cancel();
    return { ...head, body: decoded ?? unreadable() };
  };
  return { send, close: () => agent.close() };
}

/** What fails in here fails before a byte of the request was written, which is what makes it safe to repeat. */
function connector(options: UndiciTransportOptions, privateHosts: boolean): buildConnector.connector {
  const connect = buildConnector({
    timeout: options.connectTimeoutMs ?? 10_000,
    minVersion: "TLSv1.2",
    // Said explicitly, since the environment variable NODE_TLS_REJECT_UNAUTHORIZED changes the default.
    rejectUnauthorized: true,
    ...(options.ca !== undefined && { ca: options.ca }),
    ...(!privateHosts && { lookup: createPublicLookup() }),
  });
  return (target, done) => {
    connect(target, (...[error, socket]) => {
      if (error === null) return done(null, socket);
      const fault = classifyFault(error);
      return done(new TransportError(fault === "tls" || fault === "host_refused" ? fault : "unsent"), null);
    });
  };
}

/** An address in the URL is never looked up. */
function isPrivateLiteral(hostname: string): boolean {
  const address = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(address) !== 0 && !isPublicAddress(address);
}

/** A body in an encoding that was not asked for. */
async function* unreadable(): AsyncGenerator<Uint8Array> {
  throw new TransportError("garbled");
}
