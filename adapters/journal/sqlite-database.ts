import { AsyncLocalStorage } from "node:async_hooks";
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Libsql from "libsql";
import { DsrError } from "../../core/errors.js";
import { syncFolder } from "../vault/private-folder.js";
import type { Database, Value } from "./database.js";
import { migrate } from "./schema.js";
import { isBusy, storageFailure } from "./storage-failure.js";
import { createTransactionQueue, type Needs } from "./transaction-queue.js";

export interface SqliteOptions {
  /** The file, made when it does not exist. Its folder exists. */
  readonly path: string;
  /** How long to wait for another process's transaction; ours last milliseconds. */
  readonly busyTimeoutMs: number;
}

/** @throws DsrError `STORAGE_FAILED`, or `INTEGRITY` when the file is no database */
export async function openSqliteDatabase({ path, busyTimeoutMs }: SqliteOptions): Promise<Database> {
  try {
    makeOwnerOnly(path);
    const libsql = new Libsql(path, { timeout: busyTimeoutMs });
    await enterWalMode(libsql, busyTimeoutMs);
    libsql.exec(`PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = ${busyTimeoutMs}`);
    const database = createSqliteDatabase(libsql);
    await migrate(database);
    return database;
  } catch (error) {
    throw storageFailure(error);
  }
}

interface Transaction {
  readonly of: Libsql.Database;
  ended: boolean;
}

/** One for all: each that there is makes every promise of the process dearer, and none goes away with its database. */
const within = new AsyncLocalStorage<Transaction>();

/** Over an open connection, which a process has one of. Exported for tests, which make it fail. */
export function createSqliteDatabase(libsql: Libsql.Database): Database {
  const inTurn = createTransactionQueue(libsql);
  const transaction = <T>(needs: Needs, work: () => Promise<T>): Promise<T> =>
    inTurn(needs, () => {
      const transaction: Transaction = { of: libsql, ended: false };
      return within.run(transaction, work).finally(() => (transaction.ended = true));
    });
  /** A part of the transaction that it is called in, or by itself. */
  const statement = async <T>(needs: Needs, work: () => T): Promise<T> => {
    const current = within.getStore();
    if (current?.of !== libsql) return inTurn(needs, async () => work());
    if (current.ended) throw new DsrError("INTERNAL", { reason: "a transaction ended while work of it was under way" });
    try {
      return work();
    } catch (error) {
      throw storageFailure(error);
    }
  };
  // Compiling a statement takes longer than running it.
  const compiled = new Map<string, Prepared>();
  const prepared = (sql: string): Prepared => {
    const known = compiled.get(sql) ?? prepare(libsql, sql);
    compiled.set(sql, known);
    return known;
  };
  const truncateLog = (): boolean => (libsql.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all()[0] as { busy?: number } | undefined)?.busy === 0;
  return {
    write: (_about, work) => transaction("write", work),
    read: (work) => transaction("read", work),
    run: (sql, ...values) => statement("write", () => prepared(sql).statement.run(values).changes),
    get: <Row>(sql: string, ...values: Value[]) => statement("read", () => firstRow(prepared(sql), values) as Row | undefined),
    all: <Row>(sql: string, ...values: Value[]) => statement("read", () => allRows(prepared(sql), values) as Row[]),
    truncateLog: () => statement("anything", truncateLog),
    compact: () =>
      statement("anything", () => {
        try {
          libsql.exec("VACUUM");
          return truncateLog();
        } catch (error) {
          if (isBusy(error)) return false;
          throw error;
        }
      }),
    close: () => inTurn("anything", async () => void libsql.close()),
  };
}

interface Prepared {
  readonly statement: Libsql.Statement;
  readonly columns: readonly string[];
}

/** Rows come as bare values: with libsql's own objects a row costs several times as much. */
function prepare(libsql: Libsql.Database, sql: string): Prepared {
  const statement = libsql.prepare(sql);
  if (!statement.reader) return { statement, columns: [] };
  return { statement: statement.raw(), columns: statement.columns().map(({ name }) => name) };
}

function firstRow({ statement, columns }: Prepared, values: readonly Value[]): object | undefined {
  const row = statement.get(values) as readonly Value[] | undefined;
  return row === undefined ? undefined : named(columns, row);
}

function allRows({ statement, columns }: Prepared, values: readonly Value[]): object[] {
  return (statement.all(values) as (readonly Value[])[]).map((row) => named(columns, row));
}

function named(columns: readonly string[], values: readonly Value[]): object {
  const row: Record<string, Value> = {};
  for (const [n, column] of columns.entries()) row[column] = values[n] ?? null;
  return row;
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
