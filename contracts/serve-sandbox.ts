import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { VendorSandbox } from "./vendor-sandbox.js";

export interface ServedSandbox {
  /** For `dsr connect --api-url`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Puts a sandbox behind a real socket of this machine, so that it can be tried by hand. `port` 0 takes any free one. */
export async function serveSandbox({ apiOrigin, fetch }: Pick<VendorSandbox, "apiOrigin" | "fetch">, port = 0): Promise<ServedSandbox> {
  const server = createServer((incoming, outgoing) => {
    void answer(incoming)
      .then(async (response) => outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer())))
      .catch((error: unknown) => outgoing.writeHead(500, { "content-type": "text/plain" }).end(`The sandbox threw: ${String(error)}`));
  });
  const answer = async (incoming: IncomingMessage): Promise<Response> => {
    const { method = "GET", url = "/" } = incoming;
    const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
    const body = await buffer(incoming);
    return fetch(new Request(new URL(url, apiOrigin), { method, headers, ...(body.length === 0 ? {} : { body }) }));
  };
  await new Promise<void>((listening, failed) => server.once("error", failed).listen(port, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
