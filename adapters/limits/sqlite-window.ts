import Database from "libsql";
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { storageFailure } from "../journal/storage-failure.js";
import { decodeWindow, encodeWindow } from "./window-codec.js";
import { newWindow, NOT_AHEAD, type NearStore, type Window } from "./window.js";

export interface SqliteWindow extends NearStore {
  close(): void;
}

/** A transaction takes well under a millisecond; whoever waits this long waits for something broken. */
const LOCK_WAIT_MS = 1000;

/**
 * Windows that all processes on one machine share, in a file of their own, which is opened when it is first needed. Nothing in it is
 * worth an fsync: after a crash of the machine it starts anew, and a process that dies leaves slots that free themselves. Whatever fails here fails for this
 * process: nothing tells whether others fare better, who have the file open already for example.
 */
export function openSqliteWindow(path: string): SqliteWindow {
  let opened: ReturnType<typeof open> | undefined;
  /** What this process wrote last: while it is what stands there, it need not be read anew. */
  const written = new Map<string, { readonly bytes: Buffer; readonly window: Window }>();
  const windowIn = (key: string, state: Uint8Array | undefined): Window => {
    const before = written.get(key);
    // It is about to be changed.
    written.delete(key);
    if (state === undefined) return newWindow();
    return before?.bytes.equals(state) === true ? before.window : decodeWindow(state);
  };
  return {
    update: (key, change) => {
      const { database, read, write } = telling(() => {
        const file = (opened ??= open(path));
        file.database.exec("BEGIN IMMEDIATE");
        return file;
      });
      try {
        const row = read.get(key) as { readonly state: Uint8Array } | undefined;
        const window = windowIn(key, row?.state);
        const result = change(window, NOT_AHEAD);
        const bytes = encodeWindow(window);
        write.run(key, bytes);
        database.exec("COMMIT");
        written.set(key, { bytes, window });
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => {
      opened?.database.close();
      opened = undefined;
    },
  };
}

/** Says what failed in words that name no path. */
function telling<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageFailure(error);
  }
}

/** SQLite gives the files beside it (`-wal`, `-shm`) the mode of this one; those of an earlier version are narrowed. */
function forOwnerAlone(path: string): void {
  try {
    // Only where it is new: to close a file that SQLite has open would drop its locks.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) narrow(file);
}

function narrow(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    // Another process closed the window meanwhile, and took this one away.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function open(path: string) {
  forOwnerAlone(path);
  const database = new Database(path);
  try {
    // First, since another process may have the file locked while it opens it too.
    database.pragma(`busy_timeout = ${LOCK_WAIT_MS}`);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = OFF");
    database.exec("CREATE TABLE IF NOT EXISTS window (key TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID");
    return {
      database,
      read: database.prepare("SELECT state FROM window WHERE key = ?"),
      write: database.prepare("INSERT INTO window (key, state) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state"),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
