import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { IntercomSandboxOptions } from "./options.js";
import type { IntercomSandbox } from "./sandbox.js";
import { createIntercomSandbox } from "./sandbox.js";
import { sendOverSocket } from "./socket-delivery.js";

export type SandboxServerOptions = Omit<IntercomSandboxOptions, "clock"> & Partial<Pick<IntercomSandboxOptions, "clock">> & {
  /** Default: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Serves HTTPS with this certificate, PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** How long an idle connection is kept; then the server closes it without a word. Default 5 s. */
  readonly keepAliveMs?: number;
};

/** What whoever starts the sandbox needs to reach it; the command prints it as its first line. */
export type SandboxFirstLine = {
  readonly url: string;
  readonly token: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly workspace: string;
  readonly region: string;
  readonly fixture: string;
  readonly seed: number;
  /** Calls in each window of ten seconds. */
  readonly limit: number | "off";
};

export type RunningSandbox = {
  /** The API's origin; links to files lead there, too. */
  readonly url: string;
  readonly sandbox: IntercomSandbox;
  readonly firstLine: SandboxFirstLine;
  /** Ends at once, open connections included. */
  close(): Promise<void>;
};

/** Serves a sandbox on a real socket, where faults of the network are real ones. */
export async function startIntercomSandbox(options: SandboxServerOptions = {}): Promise<RunningSandbox> {
  const { port = 0, host = "127.0.0.1", tls, keepAliveMs = 5_000, ...rest } = options;
  const sandbox = createIntercomSandbox({ clock: { now: () => Date.now() }, ...rest });
  const listen = async (onPort: number): Promise<Listening> => {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      serve(sandbox, url, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    };
    const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    server.keepAliveTimeout = keepAliveMs;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(onPort, host, () => { resolve(); });
    });
    const url = `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
    return { url, close: () => new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    }) };
  };
  const { url, close } = await listen(port);
  // At Intercom files lie elsewhere than the API. Here they cannot: of a machine that an operator named, only the origin that was named is asked.
  sandbox.links.origin = url;
  const { token, app, workspace } = sandbox;
  return {
    url,
    sandbox,
    firstLine: {
      url,
      token,
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      workspace: workspace.id,
      region: workspace.region,
      fixture: options.fixture ?? "small",
      seed: options.seed ?? 1,
      limit: sandbox.rate.limit,
    },
    close,
  };
}

type Listening = { readonly url: string; readonly close: () => Promise<void> };

async function serve(sandbox: IntercomSandbox, origin: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of incoming) pieces.push(piece as Uint8Array);
  const bodyless = method === "GET" || method === "HEAD";
  // Joined as text: a path that begins with two slashes must not become another host.
  const request = new Request(`${origin}${incoming.url ?? "/"}`, { method, headers, ...(bodyless ? {} : { body: Buffer.concat(pieces) }) });
  await sendOverSocket(await sandbox.handle(request), response);
}
