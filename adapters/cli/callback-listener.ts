import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DsrError } from "../../core/errors.js";

/** A page on this machine that a sandbox may come back to. */
export interface CallbackListener {
  readonly redirectUri: string;
  /** The address that was called, state and code included. @throws DsrError `INTERRUPTED` */
  called(signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

const PATH = "/callback";

/** RFC 8252, section 7.3: the loopback address by number, and a port that the system chooses. */
export async function listenForCallback(): Promise<CallbackListener> {
  let arrived: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => (arrived = resolve));
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", redirectUri);
    const ours = request.method === "GET" && url.pathname === PATH;
    response.writeHead(ours ? 200 : 404, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "referrer-policy": "no-referrer" });
    response.end(ours ? "Received. You can close this page and return to the terminal.\n" : "Not found.\n");
    if (ours) response.once("close", () => arrived(url.href));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", () => reject(new DsrError("INTERNAL")));
    server.listen(0, "127.0.0.1", resolve);
  });
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  return {
    redirectUri,
    called: (signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => reject(new DsrError("INTERRUPTED"));
        if (signal.aborted) return stop();
        signal.addEventListener("abort", stop, { once: true });
        void address.then(resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
