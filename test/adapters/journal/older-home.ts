import Libsql from "libsql";
import { join } from "node:path";
import type { Home } from "../../../adapters/journal/home.js";
import { canonicalJson } from "../../../core/canonical-json.js";

const SINCE_VERSION_2 = ["evidence", "evidence_heads", "evidence_checkpoints", "evidence_backlog", "ledger", "ledger_heads"];

/**
 * Turns an opened home into what an older version of the program would have left, and closes it: entries in the clear, chained by MACs over their
 * text; with version 1, no evidence either. Written after those versions' own code, so that nobody has to keep their files.
 */
export async function makeOlder(home: Home, version: 1 | 2): Promise<void> {
  const requests = await home.journal.list({});
  const entries = new Map<string, readonly object[]>();
  for (const { id } of requests) entries.set(id, await home.journal.entries(id));
  await home.close();
  const database = new Libsql(join(home.directory, "dsr.db"), { timeout: 5_000 });
  database.exec("PRAGMA secure_delete = ON");
  database.exec("DROP TABLE batches; DROP TABLE entries; DROP INDEX requests_with_key; DELETE FROM home WHERE name = 'entries'");
  database.exec("DELETE FROM ledger_heads WHERE name = 'requests' OR count = 0");
  database.exec("CREATE TABLE entries (request_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, mac TEXT NOT NULL, PRIMARY KEY (request_id, seq)) STRICT, WITHOUT ROWID");
  for (const [id, list] of entries) {
    let previous = "";
    for (const [index, entry] of list.entries()) {
      const body = canonicalJson(entry);
      const mac = home.vault.mac("journal", canonicalJson(["entry", id, index + 1, previous, body]));
      database.prepare("INSERT INTO entries (request_id, seq, body, previous, mac) VALUES (?, ?, ?, ?, ?)").run(id, index + 1, body, previous, mac);
      previous = mac;
    }
    const row = database.prepare("SELECT * FROM requests WHERE id = ?").all(id)[0] as Record<string, unknown>;
    const columns = ["id", "connection", "type", "reference", "subject_key", "opened_at", "body", "state", "cancel_requested", "identifiers_destroyed", "entry_count", "last_mac"];
    const mac = home.vault.mac("journal", canonicalJson(["request", ...columns.map((column) => (column === "last_mac" ? previous : row[column]))]));
    database.prepare("UPDATE requests SET last_mac = ?, mac = ? WHERE id = ?").run(previous, mac, id);
  }
  if (version === 1) {
    for (const table of SINCE_VERSION_2) database.exec(`DROP TABLE ${table}`);
    database.exec("DELETE FROM home WHERE name = 'signing-key'");
  }
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}
