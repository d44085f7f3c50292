import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { DsrError } from "../../core/errors.js";
import { systemClock } from "../clock/system-clock.js";
import type { Database, Value } from "../journal/database.js";
import { isLost, isRestarting, openingFailure, postgresFailure } from "./postgres-failure.js";
import { connectionOf, type DatabaseUrl } from "./database-url.js";
import { migratePostgres } from "./postgres-schema.js";

const TRY_AGAIN_MS = 200;
const WORTH_TELLING_MS = 1000;

export interface PostgresDatabase extends Database {
  /** The server's clock, in Unix milliseconds: the one that all hosts share. */
  nowMs(): Promise<number>;
}

export interface PostgresOptions {
  readonly url: DatabaseUrl;
  /** How long statements wait for a server that has gone, for example to be restarted, before they fail. Well below a lease's time. */
  readonly patienceMs: number;
  /** Told once of each time that the server is waited for, when that has taken a second. */
  readonly onAway?: (() => void) | undefined;
  /** Ends the wait for a server that is not there yet. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A database of PostgreSQL 13 or newer. A server that is being restarted is waited for a while, also at first; what its address is to blame for is told at once.
 * @throws DsrError `STORAGE_FAILED`, `STORE_NEWER`, `CONFIG_INVALID`, `INTEGRITY`, `INTERRUPTED`
 */
export async function openPostgresDatabase({ url, patienceMs, onAway, signal }: PostgresOptions): Promise<PostgresDatabase> {
  const pool = new pg.Pool({ ...connectionOf(url), max: 10, types: NUMBERS, ...LIMITS });
  // Told of an idle connection that broke; whoever needs one next finds out for itself. One may also break after it was made and before whoever waited
  // for it can listen, and an error that nobody listens to ends the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    const database = createPostgresDatabase(pool, { patienceMs, onAway, signal, isWaitedFor: isRestarting });
    await refuseOtherLetters(database);
    await migratePostgres(database);
    return createPostgresDatabase(pool, { patienceMs, onAway, isWaitedFor: isLost });
  } catch (error) {
    await pool.end();
    throw openingFailure(error);
  }
}

/** A database of fewer letters takes most texts, and refuses those of a request that has long begun. */
async function refuseOtherLetters(database: Database): Promise<void> {
  const encoding = (await database.get<{ server_encoding: string }>("SHOW server_encoding"))?.server_encoding;
  if (encoding !== "UTF8") throw new DsrError("CONFIG_INVALID", { at: "DSR_DATABASE_URL", reason: "the database does not keep every letter, since its encoding is not UTF8; name one that was made with ENCODING 'UTF8'" });
}

/** What ends a wait for somebody who has died without telling: a partner of the connection, or a process in the middle of a transaction. */
const LIMITS = { connectionTimeoutMillis: 5_000, keepAlive: true, query_timeout: 10_000, idle_in_transaction_session_timeout: 10_000 };

/** Counts and times are 64-bit integers, all of them far below 2^53. */
const INT8 = 20;
const NUMBERS = { getTypeParser: (oid: number, format?: "text" | "binary") => (oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (text: string) => unknown)) };

interface Transaction {
  readonly of: pg.Pool;
  readonly client: pg.PoolClient;
  ended: boolean;
}

/** One for all: each that there is makes every promise of the process dearer, and none goes away with its database. */
const within = new AsyncLocalStorage<Transaction>();

interface Patience extends Pick<PostgresOptions, "patienceMs" | "onAway" | "signal"> {
  readonly isWaitedFor: (error: unknown) => boolean;
}

function createPostgresDatabase(pool: pg.Pool, { patienceMs, onAway, signal, isWaitedFor }: Patience): PostgresDatabase {
  /** Since when the server is away, as all who ask it found, and when the last of them did. */
  let outage: { readonly sinceMs: number; readonly foundMs: number; readonly told: boolean } | undefined;
  /**
   * Does it again while the server is away, as long as nothing of it can have been kept. One outage is waited for once: who comes later, to let go of
   * what it holds for example, does not wait anew.
   */
  const patiently = async <T>(attempt: () => Promise<T>): Promise<T> => {
    for (; ; await sleep(TRY_AGAIN_MS)) {
      if (signal?.aborted === true) throw new DsrError("INTERRUPTED");
      const askedMs = systemClock.monotonicMs();
      try {
        const result = await attempt();
        outage = undefined;
        return result;
      } catch (error) {
        if (!isWaitedFor(error)) throw postgresFailure(error);
        const foundMs = systemClock.monotonicMs();
        // Where nobody asked for so long, this is another one.
        const before = outage !== undefined && askedMs - outage.foundMs <= patienceMs ? outage : { sinceMs: askedMs, told: false };
        if (foundMs >= before.sinceMs + patienceMs) {
          outage = { ...before, foundMs };
          throw postgresFailure(error);
        }
        const isLong = foundMs >= before.sinceMs + WORTH_TELLING_MS;
        outage = { ...before, foundMs, told: before.told || isLong };
        if (isLong && !before.told) onAway?.();
      }
    }
  };

  const transaction = <T>(begin: string, about: string | undefined, work: () => Promise<T>): Promise<T> =>
    patiently(async () => {
      const current: Transaction = { of: pool, client: await pool.connect(), ended: false };
      const { client } = current;
      let broken: Error | undefined;
      try {
        await client.query(begin);
        if (about !== undefined) await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [about]);
        const result = await within.run(current, work).finally(() => (current.ended = true));
        await commit(client);
        return result;
      } catch (error) {
        // Where the connection is gone, so is the transaction.
        await client.query("ROLLBACK").catch((failure: Error) => (broken = failure));
        throw error;
      } finally {
        client.release(broken);
      }
    });

  const query = async (sql: string, values: readonly Value[]): Promise<pg.QueryResult> => {
    const text = { text: numbered(sql), values: [...values] };
    const now = within.getStore();
    const current = now?.of === pool ? now : undefined;
    if (current === undefined) return patiently(() => pool.query(text));
    if (current.ended) throw new DsrError("INTERNAL", { reason: "a transaction ended while work of it was under way" });
    return current.client.query(text);
  };

  return {
    write: (about, work) => transaction("BEGIN", about, work),
    read: (work) => transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", undefined, work),
    run: async (sql, ...values) => (await query(sql, values)).rowCount ?? 0,
    get: async <Row>(sql: string, ...values: Value[]) => (await query(sql, values)).rows[0] as Row | undefined,
    all: async <Row>(sql: string, ...values: Value[]) => (await query(sql, values)).rows as Row[],
    truncateLog: async () => {
      await query("VACUUM identifier_keys, identifiers, connections", []);
      return true;
    },
    compact: async () => true,
    nowMs: async () => ((await query("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now", [])).rows[0] as { now: number }).now,
    close: () => pool.end(),
  };
}

/** A commit whose answer is lost may stand or not, as with a process that dies at that moment: it is not done again. */
async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await client.query("COMMIT");
  } catch (error) {
    throw postgresFailure(error);
  }
}

const known = new Map<string, string>();

/** The n-th `?` is `$n`; none of our statements holds one otherwise. */
function numbered(sql: string): string {
  const before = known.get(sql);
  if (before !== undefined) return before;
  let n = 0;
  const text = sql.replace(/\?/g, () => `$${++n}`);
  known.set(sql, text);
  return text;
}
