import { canonicalJson } from "../../core/canonical-json.js";
import { isSameConnection, type Connection } from "../../core/connection.js";
import { DsrError } from "../../core/errors.js";
import type { ConnectionStore } from "../../core/host-ports.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createSeenRows } from "./seen-rows.js";

/** Connections with their sealed credentials. The row is authenticated as a whole: where a token is sent stands in it. */
export function createConnectionStore(database: Database, vault: Vault): ConnectionStore {
  const macOf = ({ name, body, credential }: Omit<Row, "mac">): string => vault.mac("connection", canonicalJson([name, body, credential]));
  const seen = createSeenRows<Row>((row) => {
    if (macOf(row) !== row.mac) throw new DsrError("INTEGRITY", { reason: "a connection's row was altered" });
  });
  const verified = (row: Row): Row => {
    seen.check(row.name, row);
    return row;
  };
  const find = async (name: string): Promise<Row | undefined> => {
    const row = await database.get<Row>("SELECT name, body, credential, mac FROM connections WHERE name = ?", name);
    return row === undefined ? undefined : verified(row);
  };
  const sealed = (name: string, credential: string | undefined): string | undefined => (credential === undefined ? undefined : vault.seal("credential", credential, name).toString("base64"));
  const store = async (connection: Connection, credential: string | null): Promise<void> => {
    const row = { name: connection.name, body: JSON.stringify(connection), credential };
    const sql = "INSERT INTO connections (name, body, credential, mac) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body, credential = excluded.credential, mac = excluded.mac";
    await database.run(sql, row.name, row.body, row.credential, macOf(row));
  };
  return {
    add: async (connection, credential) => {
      const { name } = connection;
      const fresh = sealed(name, credential) ?? null;
      await database.write(`connection ${name}`, async () => {
        if ((await find(name)) !== undefined) throw new DsrError("CONNECTION_EXISTS");
        await store(connection, fresh);
      });
      await database.truncateLog();
    },
    put: async (connection, credential) => {
      const { name } = connection;
      const fresh = sealed(name, credential);
      await database.write(`connection ${name}`, async () => store(connection, fresh ?? (await find(name))?.credential ?? null));
      if (fresh !== undefined) await database.truncateLog();
    },
    change: async (name, next, credential) => {
      const fresh = sealed(name, credential);
      const changed = await database.write(`connection ${name}`, async () => {
        const row = await find(name);
        if (row === undefined) return undefined;
        const connection = next(JSON.parse(row.body) as Connection);
        await store(connection, fresh ?? row.credential);
        return connection;
      });
      if (fresh !== undefined) await database.truncateLog();
      return changed;
    },
    get: async (name) => {
      const row = await find(name);
      return row === undefined ? undefined : (JSON.parse(row.body) as Connection);
    },
    list: async () => {
      const rows = await database.all<Row>("SELECT name, body, credential, mac FROM connections ORDER BY name");
      return rows.map((row) => JSON.parse(verified(row).body) as Connection);
    },
    credential: async (name, then) => {
      const row = await find(name);
      if (row === undefined || row.credential === null || !isThat(row, then)) throw new DsrError("CONNECTION_UNKNOWN");
      return vault.open("credential", Buffer.from(row.credential, "base64"), name).toString("utf8");
    },
    remove: async (name, then) => {
      await database.write(`connection ${name}`, async () => {
        if (then !== undefined && !isThat(await find(name), then)) throw new DsrError("CONNECTION_UNKNOWN");
        await database.run("DELETE FROM connections WHERE name = ?", name);
      });
      // The log still holds the sealed credential as it once was.
      await database.truncateLog();
    },
  };
}

function isThat(row: Row | undefined, then: Connection | undefined): boolean {
  return then === undefined || (row !== undefined && isSameConnection(then, JSON.parse(row.body) as Connection));
}

interface Row {
  readonly name: string;
  readonly body: string;
  readonly credential: string | null;
  readonly mac: string;
}
