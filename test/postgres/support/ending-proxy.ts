import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface EndingProxy {
  readonly port: number;
  /** From now on a connection is ended in the moment it is ready, before anybody has asked it for anything; says how many were. */
  endNew(ends: boolean): void;
  ended(): number;
  close(): Promise<void>;
}

/** READY_FOR_QUERY of an idle session, the last message before the first query. Source: PostgreSQL's chapter on the frontend/backend protocol. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A way to a PostgreSQL on which it is as if the server were shut down at the moment when a new connection is made. */
export async function startEndingProxy(serverPort: number): Promise<EndingProxy> {
  let [ending, ended] = [false, 0];
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(serverPort, "127.0.0.1");
    const ends = ending;
    for (const socket of [client, server]) sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
    client.pipe(server);
    server.on("data", (piece: Buffer) => {
      if (!ends || !piece.subarray(-READY.length).equals(READY)) return void client.write(piece);
      ended += 1;
      // In one piece: the reader has both before it can turn to anything else.
      client.end(Buffer.concat([piece, shutDown()]));
      server.destroy();
    });
    server.on("end", () => client.end());
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    endNew: (ends) => void (ending = ends),
    ended: () => ended,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** What a server says to its clients when it is told to stop. */
function shutDown(): Buffer {
  const body = Buffer.from("SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
