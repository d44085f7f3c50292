import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Libsql from "libsql";
import { syncFolder } from "../vault/private-folder.js";
import { migrate } from "./schema.js";
import { isBusy, storageFailure } from "./storage-failure.js";

export type Value = string | number | null;

/**
 * One SQLite file, shared by any number of processes. A commit is on disk when it returns. Everything here is synchronous, so that no other
 * work of this process can come between the statements of one transaction.
 */
export interface Database {
  /** Runs `work` in a transaction that holds the write lock from its start; all of it is durable, or none. */
  write<T>(work: () => T): T;
  /** Runs `work` over one unchanging view of the file. */
  read<T>(work: () => T): T;
  /** Returns how many rows changed. */
  run(sql: string, ...values: Value[]): number;
  get<Row>(sql: string, ...values: Value[]): Row | undefined;
  all<Row>(sql: string, ...values: Value[]): Row[];
  /** Empties the write-ahead log into the file, so that what was deleted is nowhere any more; false while somebody still reads from it. */
  truncateLog(): boolean;
  /** Writes the file anew without the places where something was before; false while somebody is in the way. */
  compact(): boolean;
  close(): void;
}

export interface DatabaseOptions {
  /** The file, made when it does not exist. Its folder exists. */
  readonly path: string;
  /** How long to wait for another process's transaction; ours last milliseconds. */
  readonly busyTimeoutMs: number;
}

/** @throws DsrError `STORAGE_FAILED`, or `INTEGRITY` when the file is no database */
export async function openDatabase({ path, busyTimeoutMs }: DatabaseOptions): Promise<Database> {
  try {
    makeOwnerOnly(path);
    const libsql = new Libsql(path, { timeout: busyTimeoutMs });
    await enterWalMode(libsql, busyTimeoutMs);
    libsql.exec(`PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = ${busyTimeoutMs}`);
    const database = createDatabase(libsql);
    migrate(database);
    return database;
  } catch (error) {
    throw storageFailure(error);
  }
}

/** Over an open connection. Exported for tests, which make it fail. */
export function createDatabase(libsql: Libsql.Database): Database {
  const transaction = <T>(begin: string, work: () => T): T => {
    try {
      libsql.exec(begin);
      const result = work();
      libsql.exec("COMMIT");
      return result;
    } catch (error) {
      // A full disk, among others, has ended the transaction already.
      if (libsql.inTransaction) libsql.exec("ROLLBACK");
      throw storageFailure(error);
    }
  };
  const checked = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storageFailure(error);
    }
  };
  // Compiling a statement takes longer than running it.
  const compiled = new Map<string, Libsql.Statement>();
  const statement = (sql: string): Libsql.Statement => {
    const known = compiled.get(sql) ?? libsql.prepare(sql);
    compiled.set(sql, known);
    return known;
  };
  const truncateLog = (): boolean => (libsql.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all()[0] as { busy?: number } | undefined)?.busy === 0;
  return {
    write: (work) => transaction("BEGIN IMMEDIATE", work),
    read: (work) => transaction("BEGIN", work),
    run: (sql, ...values) => checked(() => statement(sql).run(...values).changes),
    get: <Row>(sql: string, ...values: Value[]) => checked(() => statement(sql).all(...values)[0] as Row | undefined),
    all: <Row>(sql: string, ...values: Value[]) => checked(() => statement(sql).all(...values) as Row[]),
    truncateLog: () => checked(truncateLog),
    compact: () => {
      try {
        libsql.exec("VACUUM");
        return truncateLog();
      } catch (error) {
        if (isBusy(error)) return false;
        throw storageFailure(error);
      }
    },
    close: () => void libsql.close(),
  };
}

/** SQLite gives the log beside it the same permissions. Only ever opens a file that did not exist: closing one would drop SQLite's locks on it. */
function makeOwnerOnly(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return;
  }
  syncFolder(dirname(path));
}

/** The one statement for which SQLite does not wait when several processes open a new file at the same moment. */
async function enterWalMode(libsql: Libsql.Database, patienceMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 10) {
    try {
      libsql.prepare("PRAGMA journal_mode = WAL").all();
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= patienceMs) throw error;
      await sleep(10);
    }
  }
}
