import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServedVendor {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Puts a vendor's double, which answers as `fetch` does, behind a real socket. */
export async function serveVendor({ fetch }: { readonly fetch: (request: Request) => Promise<Response> }): Promise<ServedVendor> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const answer = await fetch(new Request(`http://${request.headers.host}${request.url}`, { method: request.method!, headers, ...(body === "" ? {} : { body }) }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    })();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}
