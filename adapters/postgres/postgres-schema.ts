import { DsrError } from "../../core/errors.js";
import type { Database } from "../journal/database.js";

/** Brings the database to the newest form. Forward only: one of a newer version of this program is refused, not guessed at. */
export async function migratePostgres(database: Database): Promise<void> {
  if ((await versionOf(database)) === MIGRATIONS.length) return;
  await database.write("dsr-connect schema", async () => {
    const from = await versionOf(database);
    if (from > MIGRATIONS.length) throw new DsrError("STORE_NEWER", { at: "the database", reason: `it has version ${from}, and this program knows ${MIGRATIONS.length}` });
    if (from === 0 && (await database.get("SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'dsr_connect'")) !== undefined) throw foreign();
    for (const statements of MIGRATIONS.slice(from)) for (const statement of statements) await database.run(statement);
    await database.run("UPDATE schema_version SET version = ?", MIGRATIONS.length);
  });
}

async function versionOf(database: Database): Promise<number> {
  // Looked for in a table: `to_regclass` answers from a cache that knows nothing of what another process made a moment ago.
  if ((await database.get("SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'dsr_connect' AND tablename = 'schema_version'")) === undefined) return 0;
  // By way of JSON, since a table of that name may be another program's and have no such column.
  const rows = await database.all<{ version: string | null }>("SELECT to_jsonb(t) ->> 'version' AS version FROM schema_version AS t LIMIT 2");
  const version = Number(rows[0]?.version ?? 0);
  // It was never committed with less than one.
  if (rows.length !== 1 || !Number.isInteger(version) || version < 1) throw foreign();
  return version;
}

function foreign(): DsrError {
  return new DsrError("CONFIG_INVALID", { at: "DSR_DATABASE_URL", reason: "its schema dsr_connect holds something else than this program's records, or their version was altered; name another database, or restore this one" });
}

/** Text is compared by its bytes, as in SQLite, whatever the database's language. */
const TEXT = 'TEXT COLLATE "C"';

/**
 * Each element leads from the version before it. Never edit one that was released; append. Tables and columns are those of the SQLite file (see
 * `adapters/journal/schema.ts`), so that the same statements work on both.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    "CREATE SCHEMA IF NOT EXISTS dsr_connect",
    "CREATE TABLE schema_version (version INTEGER NOT NULL)",
    "INSERT INTO schema_version (version) VALUES (0)",
    `CREATE TABLE home (name ${TEXT} PRIMARY KEY, value ${TEXT} NOT NULL)`,
    `CREATE TABLE requests (
      rowid BIGINT GENERATED ALWAYS AS IDENTITY,
      id ${TEXT} PRIMARY KEY,
      connection ${TEXT} NOT NULL,
      type ${TEXT} NOT NULL,
      reference ${TEXT},
      subject_key ${TEXT} NOT NULL,
      opened_at ${TEXT} NOT NULL,
      body ${TEXT} NOT NULL,
      state ${TEXT} NOT NULL,
      cancel_requested INTEGER NOT NULL,
      identifiers_destroyed INTEGER NOT NULL,
      entry_count BIGINT NOT NULL,
      last_mac ${TEXT} NOT NULL,
      mac ${TEXT} NOT NULL
    )`,
    "CREATE UNIQUE INDEX requests_by_reference ON requests (connection, type, reference) WHERE reference IS NOT NULL",
    "CREATE INDEX requests_by_state ON requests (state)",
    "CREATE INDEX requests_by_subject ON requests (subject_key)",
    "CREATE INDEX requests_with_key ON requests (opened_at) WHERE identifiers_destroyed = 0",
    `CREATE TABLE entries (
      request_id ${TEXT} NOT NULL,
      seq BIGINT NOT NULL,
      kind ${TEXT} NOT NULL,
      body ${TEXT} NOT NULL,
      previous ${TEXT} NOT NULL,
      mac ${TEXT} NOT NULL,
      PRIMARY KEY (request_id, seq)
    )`,
    `CREATE TABLE identifier_keys (request_id ${TEXT} PRIMARY KEY, sealed ${TEXT} NOT NULL)`,
    `CREATE TABLE identifiers (request_id ${TEXT} PRIMARY KEY, sealed ${TEXT} NOT NULL)`,
    `CREATE TABLE leases (request_id ${TEXT} PRIMARY KEY, fence BIGINT NOT NULL, machine ${TEXT}, pid BIGINT, started_at ${TEXT}, expires_at_ms BIGINT)`,
    `CREATE TABLE connections (name ${TEXT} PRIMARY KEY, body ${TEXT} NOT NULL, credential ${TEXT}, mac ${TEXT} NOT NULL)`,
    `CREATE TABLE oauth_states (state ${TEXT} PRIMARY KEY, bound_to ${TEXT} NOT NULL, expires_at_ms BIGINT NOT NULL)`,
    `CREATE TABLE evidence (request_id ${TEXT} NOT NULL, seq BIGINT NOT NULL, body ${TEXT} NOT NULL, PRIMARY KEY (request_id, seq))`,
    `CREATE TABLE evidence_heads (request_id ${TEXT} PRIMARY KEY, count BIGINT NOT NULL, head ${TEXT} NOT NULL, checkpoints BIGINT NOT NULL, mac ${TEXT} NOT NULL)`,
    `CREATE TABLE evidence_checkpoints (request_id ${TEXT} NOT NULL, count BIGINT NOT NULL, body ${TEXT} NOT NULL, PRIMARY KEY (request_id, count))`,
    // Nothing here is older than evidence is; the statements that ask are the same.
    `CREATE TABLE evidence_backlog (request_id ${TEXT} PRIMARY KEY)`,
    `CREATE TABLE ledger (name ${TEXT} NOT NULL, seq BIGINT NOT NULL, sealed ${TEXT} NOT NULL, PRIMARY KEY (name, seq))`,
    `CREATE TABLE ledger_heads (name ${TEXT} PRIMARY KEY, count BIGINT NOT NULL, mac ${TEXT} NOT NULL)`,
    `CREATE TABLE batches (batch_id ${TEXT} NOT NULL, line BIGINT NOT NULL, body ${TEXT} NOT NULL, mac ${TEXT} NOT NULL, PRIMARY KEY (batch_id, line))`,
  ],
  // The rate limit's record, which the SQLite file has beside it. Each row is written anew for every call.
  [`CREATE TABLE rate_windows (key ${TEXT} PRIMARY KEY, version BIGINT NOT NULL, ahead_ms DOUBLE PRECISION NOT NULL, state BYTEA NOT NULL)`],
  [`CREATE TABLE request_homes (request_id ${TEXT} PRIMARY KEY, home ${TEXT} NOT NULL, mac ${TEXT} NOT NULL)`],
  ["INSERT INTO home (name, value) VALUES ('behind', 'to be brought forward')"],
];
