import Database from "libsql";
import { decodeWindow, encodeWindow } from "./window-codec.js";
import { newWindow, type WindowStore } from "./window.js";

export interface SqliteWindow extends WindowStore {
  close(): void;
}

/**
 * Windows that all processes on one machine share, in a file of their own. Nothing in it is worth an fsync: after a crash of the
 * machine it starts anew, and a process that dies leaves slots that free themselves.
 */
export function openSqliteWindow(path: string): SqliteWindow {
  const database = new Database(path);
  // First, since the others may find the file locked by a process that opens it too.
  database.pragma(`busy_timeout = ${LOCK_WAIT_MS}`);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = OFF");
  database.exec("CREATE TABLE IF NOT EXISTS window (key TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID");
  const read = database.prepare("SELECT state FROM window WHERE key = ?");
  const write = database.prepare("INSERT INTO window (key, state) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state");
  return {
    update: (key, change) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        const row = read.get(key) as { readonly state: Uint8Array } | undefined;
        const window = row === undefined ? newWindow() : decodeWindow(row.state);
        const result = change(window);
        write.run(key, encodeWindow(window));
        database.exec("COMMIT");
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => {
      database.close();
    },
  };
}

/** A transaction takes well under a millisecond; whoever waits this long waits for something broken. */
const LOCK_WAIT_MS = 2000;
