import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

export interface RawServer {
  readonly origin: string;
  readonly port: number;
  /** Requests in order of arrival: the head and body as received. */
  readonly requests: string[];
  connections: number;
  close(): Promise<void>;
}

/** Answers one request, which has arrived whole, on the bare socket; `number` counts from 1 over all connections. */
export type RawAnswer = (socket: Socket, number: number, request: string) => void;

/** A server that speaks as much HTTP as its answers do: resets, stalls and lies included. */
export async function rawServer(answer: RawAnswer): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server: Server = createServer((socket) => {
    running.connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/^content-length: (\d+)/im.exec(received)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const request = received;
      received = "";
      requests.push(request);
      answer(socket, requests.length, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const running: RawServer = {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return running;
}

/** A whole answer, framed as it should be. */
export function http(status: number, body: string | Buffer = "", headers: Readonly<Record<string, string>> = {}): Buffer {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const lines = Object.entries({ "content-type": "application/json", "content-length": String(content.length), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Any\r\n${lines.join("")}\r\n`), content]);
}
