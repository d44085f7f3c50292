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
    // Whatever else a program or a page on this machine asks for ends nothing.
    const query = request.method === "GET" ? queryOf(request.url ?? "") : undefined;
    response.writeHead(query === undefined ? 404 : 200, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "referrer-policy": "no-referrer" });
    response.end(query === undefined ? "Not found.\n" : "Received. You can close this page and return to the terminal.\n");
    if (query !== undefined) response.once("close", () => arrived(`${redirectUri}?${query}`));
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

/** What an authorisation comes back with; undefined where that is something else. */
function queryOf(target: string): string | undefined {
  const [path, ...rest] = target.split("?");
  const query = rest.join("?");
  const given = new URLSearchParams(query);
  return path === PATH && ["state", "code", "error"].some((name) => given.has(name)) ? query : undefined;
}
