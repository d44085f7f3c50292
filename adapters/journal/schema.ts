import { DsrError } from "../../core/errors.js";
import type { Database } from "./database.js";

/** Brings the file to the newest form. Forward only: a file of a newer version of this program is refused, not guessed at. */
export async function migrate(database: Database): Promise<void> {
  if ((await versionOf(database)) === MIGRATIONS.length) return;
  await database.write("schema", async () => {
    const from = await versionOf(database);
    if (from > MIGRATIONS.length) throw new DsrError("STORE_NEWER", { at: "the home folder", reason: `it has version ${from}, and this program knows ${MIGRATIONS.length}` });
    for (const statements of MIGRATIONS.slice(from)) for (const statement of statements) await database.run(statement);
    await database.run(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

async function versionOf(database: Database): Promise<number> {
  return (await database.get<{ user_version: number }>("PRAGMA user_version"))?.user_version ?? 0;
}

/** Each element leads from the version before it. Never edit one that was released; append. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    "CREATE TABLE home (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    // The columns before `body` repeat what stands in it, for searching; `mac` covers the whole row.
    `CREATE TABLE requests (
      id TEXT PRIMARY KEY,
      connection TEXT NOT NULL,
      type TEXT NOT NULL,
      reference TEXT,
      subject_key TEXT NOT NULL,
      opened_at TEXT NOT NULL,
      body TEXT NOT NULL,
      state TEXT NOT NULL,
      cancel_requested INTEGER NOT NULL,
      identifiers_destroyed INTEGER NOT NULL,
      entry_count INTEGER NOT NULL,
      last_mac TEXT NOT NULL,
      mac TEXT NOT NULL
    ) STRICT`,
    "CREATE UNIQUE INDEX requests_by_reference ON requests (connection, type, reference) WHERE reference IS NOT NULL",
    "CREATE INDEX requests_by_state ON requests (state)",
    "CREATE INDEX requests_by_subject ON requests (subject_key)",
    `CREATE TABLE entries (
      request_id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      body TEXT NOT NULL,
      previous TEXT NOT NULL,
      mac TEXT NOT NULL,
      PRIMARY KEY (request_id, seq)
    ) STRICT, WITHOUT ROWID`,
    // Apart from what they open: destroying one row here makes the identifiers of one request unreadable, in old backups of the other table too.
    "CREATE TABLE identifier_keys (request_id TEXT PRIMARY KEY, sealed TEXT NOT NULL) STRICT",
    "CREATE TABLE identifiers (request_id TEXT PRIMARY KEY, sealed TEXT NOT NULL) STRICT",
    `CREATE TABLE leases (
      request_id TEXT PRIMARY KEY,
      fence INTEGER NOT NULL,
      machine TEXT,
      pid INTEGER,
      started_at TEXT,
      expires_at_ms INTEGER
    ) STRICT`,
    "CREATE TABLE connections (name TEXT PRIMARY KEY, body TEXT NOT NULL, credential TEXT, mac TEXT NOT NULL) STRICT",
    "CREATE TABLE oauth_states (state TEXT PRIMARY KEY, bound_to TEXT NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT",
  ],
  [
    "CREATE TABLE evidence (request_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (request_id, seq)) STRICT, WITHOUT ROWID",
    "CREATE TABLE evidence_heads (request_id TEXT PRIMARY KEY, count INTEGER NOT NULL, head TEXT NOT NULL, checkpoints INTEGER NOT NULL, mac TEXT NOT NULL) STRICT",
    "CREATE TABLE evidence_checkpoints (request_id TEXT NOT NULL, count INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (request_id, count)) STRICT, WITHOUT ROWID",
    // Requests that were there before evidence was: theirs is made from their journal.
    "CREATE TABLE evidence_backlog (request_id TEXT PRIMARY KEY) STRICT",
    "INSERT INTO evidence_backlog (request_id) SELECT id FROM requests",
    "CREATE TABLE ledger (name TEXT NOT NULL, seq INTEGER NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (name, seq)) STRICT, WITHOUT ROWID",
    "CREATE TABLE ledger_heads (name TEXT PRIMARY KEY, count INTEGER NOT NULL, mac TEXT NOT NULL) STRICT",
  ],
  [
    // Their texts stood there in the clear. `seal-old-entries.ts` takes them over; it has the keys.
    "ALTER TABLE entries RENAME TO entries_in_clear",
    `CREATE TABLE entries (
      request_id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      kind TEXT NOT NULL,
      body TEXT NOT NULL,
      previous TEXT NOT NULL,
      mac TEXT NOT NULL,
      PRIMARY KEY (request_id, seq)
    ) STRICT, WITHOUT ROWID`,
    // The rest has nothing more to come, however many they are.
    "CREATE INDEX requests_with_key ON requests (opened_at) WHERE identifiers_destroyed = 0",
    "INSERT INTO home (name, value) VALUES ('entries', 'in clear')",
  ],
  ["CREATE TABLE batches (batch_id TEXT NOT NULL, line INTEGER NOT NULL, body TEXT NOT NULL, mac TEXT NOT NULL, PRIMARY KEY (batch_id, line)) STRICT, WITHOUT ROWID"],
  // `bring-forward.ts` does the rest; it has the keys.
  ["INSERT INTO home (name, value) VALUES ('behind', 'to be brought forward')"],
];
