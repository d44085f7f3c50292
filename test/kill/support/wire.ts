import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A way to the sandbox of its own, so that it is known whose call passes, and one can die just then. */
export interface Wire {
  readonly url: string;
  /** Called as each call arrives, before the sandbox has it, and again when the sandbox has answered, before the answer goes on. */
  onCall: (side: "arriving" | "answered", number: number) => void;
  /** How many calls have arrived since it was set to 0. */
  calls: number;
  close(): Promise<void>;
}

export async function startWire(sandboxUrl: string): Promise<Wire> {
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const number = ++wire.calls;
    wire.onCall("arriving", number);
    // What has arrived is carried out, whether or not the caller still lives.
    const onward = send(new URL(incoming.url ?? "/", sandboxUrl), { method: incoming.method, headers: incoming.headers }, (answer) => {
      const body: Buffer[] = [];
      answer.on("data", (piece: Buffer) => body.push(piece));
      answer.on("end", () => {
        wire.onCall("answered", number);
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        outgoing.end(Buffer.concat(body));
      });
    });
    onward.on("error", () => outgoing.destroy());
    onward.end(Buffer.concat(pieces));
  };
  server.on("connection", (socket) => socket.on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const wire: Wire = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onCall: () => undefined,
    calls: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return wire;
}
