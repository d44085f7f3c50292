import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { DsrError } from "../../core/errors.js";
import type { Clock } from "../../core/host-ports.js";
import { decodeWindow, encodeWindow } from "../limits/window-codec.js";
import { StoreGone, type Ahead, type Change, type Window, type WindowStore } from "../limits/window.js";
import { connectionOf, type DatabaseUrl } from "./database-url.js";
import { isGone, isLost, postgresFailure } from "./postgres-failure.js";

export interface PostgresWindow extends WindowStore {
  update<T>(key: string, change: Change<T>, when?: "now" | "soon"): Promise<T>;
  /** Writes what waits to be written, and lets go of the server. */
  close(): Promise<void>;
}

export interface PostgresWindowOptions {
  readonly url: DatabaseUrl;
  readonly clock: Pick<Clock, "monotonicMs">;
}

/** Whoever waits this long for a server has lost it. */
const LOST_AFTER_MS = 2_000;
const TRY_AGAIN_MS = 200;
/** What is to be written soon waits this long for more. */
const SOON_MS = 50;
/** Between one that asks and its writing another has written: it happens now and then, and never so often in a row. */
const MOST_TRIES = 100;
const COUNT_SHARERS_MS = 30_000;
const NAME = "dsr-connect limits";

/** Something to be done to a window, and whom to tell. */
interface Pending {
  readonly urgent: boolean;
  readonly apply: (window: Window, ahead: Ahead) => void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** What this process knows of one key. */
interface Key {
  readonly name: string;
  pending: Pending[];
  working: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
  /** The store's time when it was last read, and when that was asked for by this process's clock. */
  seen: { readonly atMs: number; readonly askedMs: number } | undefined;
}

interface Row {
  readonly version: string;
  readonly ahead_ms: number;
  readonly state: Uint8Array;
  readonly now_ms: number;
}

/**
 * Windows that all hosts share, a row for each key. Nobody holds a lock while it thinks: a window is read, changed here, and written if it is still
 * the one that was read, so that a process which is stopped in between stands in nobody's way.
 *
 * The time is the server's, made steady: it never goes back, and between two readings of one process never by more than passed for that process, so that
 * a server whose clock is set anew makes no slot free too early and none wait for longer.
 */
export function openPostgresWindow({ url, clock }: PostgresWindowOptions): PostgresWindow {
  const pool = new pg.Pool({ ...connectionOf(url), application_name: NAME, max: 2, connectionTimeoutMillis: LOST_AFTER_MS, query_timeout: LOST_AFTER_MS, keepAlive: true });
  // Whoever needs the connection next finds out for itself.
  pool.on("error", () => undefined);
  const keys = new Map<string, Key>();
  let away = false;
  let sharers = 0;
  let countedMs = Number.NEGATIVE_INFINITY;

  const read = async (key: Key): Promise<Row> => {
    const { rows } = await pool.query<Row>(READ, [key.name]);
    const [row] = rows;
    if (row !== undefined) return row;
    await pool.query("INSERT INTO rate_windows (key, version, ahead_ms, state) VALUES ($1, 0, 0, '') ON CONFLICT DO NOTHING", [key.name]);
    return read(key);
  };

  /** Does all of `batch` to the window at once. False where another process was faster. */
  const exchange = async (key: Key, batch: readonly Pending[]): Promise<boolean> => {
    const askedMs = clock.monotonicMs();
    const row = await read(key);
    const toldMs = clock.monotonicMs();
    const window = decodeWindow(row.state);
    const passed = key.seen === undefined ? Infinity : key.seen.atMs + toldMs - key.seen.askedMs;
    const atMs = Math.max(window.writtenAtMs, Math.min(row.now_ms + row.ahead_ms, passed));
    key.seen = { atMs, askedMs };
    window.slots = window.slots.filter(({ freeAtMs }) => freeAtMs > atMs);
    window.writtenAtMs = atMs;
    const before = encodeWindow(window);
    const ahead = { leastMs: atMs - toldMs, mostMs: atMs - askedMs };
    for (const each of batch) applied(each, window, ahead);
    window.writtenAtMs = atMs;
    const after = encodeWindow(window);
    // That the server's clock was set back is written in any case: until that is, the time stands still for everybody.
    const isBehind = row.now_ms + row.ahead_ms < atMs;
    if (after.equals(before) && !isBehind) return true;
    return (await pool.query(WRITE, [key.name, row.version, atMs - row.now_ms, after])).rowCount === 1;
  };

  const attempt = async (key: Key, batch: readonly Pending[]): Promise<void> => {
    // Once it is known to be lost, nobody waits for it.
    const untilMs = clock.monotonicMs() + (away ? 0 : LOST_AFTER_MS);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      try {
        const written = await exchange(key, batch);
        away = false;
        if (written) return;
      } catch (error) {
        // A place that was taken without our hearing of it is free again by itself.
        away = isLost(error);
        if (!away || clock.monotonicMs() >= untilMs) throw error;
        await sleep(TRY_AGAIN_MS);
      }
    }
    throw new DsrError("STORAGE_FAILED", { reason: "too many processes write it at once" });
  };

  const carryOut = async (key: Key, batch: readonly Pending[]): Promise<void> => {
    try {
      await attempt(key, batch);
      for (const { done } of batch) done();
    } catch (error) {
      if (!(error instanceof Mistaken)) for (const { failed } of batch) failed(isGone(error) ? new StoreGone() : postgresFailure(error));
      else {
        error.by.failed(error.cause);
        await carryOut(key, batch.filter((each) => each !== error.by));
      }
    }
  };

  const work = async (key: Key): Promise<void> => {
    while (key.pending.some(({ urgent }) => urgent)) await carryOut(key, key.pending.splice(0));
    if (clock.monotonicMs() >= countedMs + COUNT_SHARERS_MS) {
      countedMs = clock.monotonicMs();
      sharers = await pool.query<{ sharers: number }>(COUNT, [NAME]).then(
        ({ rows }) => rows[0]?.sharers ?? sharers,
        () => sharers,
      );
    }
  };

  const start = (key: Key): void => {
    clearTimeout(key.timer);
    key.timer = undefined;
    key.working ??= work(key).finally(() => {
      key.working = undefined;
      schedule(key);
    });
  };

  const schedule = (key: Key): void => {
    if (key.pending.some(({ urgent }) => urgent)) return start(key);
    if (key.pending.length === 0 || key.working !== undefined) return;
    key.timer ??= setTimeout(() => {
      key.pending = key.pending.map((each) => ({ ...each, urgent: true }));
      start(key);
    }, SOON_MS);
  };

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    for (const key of keys.values()) {
      while (key.pending.length > 0 || key.working !== undefined) {
        key.pending = key.pending.map((each) => ({ ...each, urgent: true }));
        start(key);
        await key.working;
      }
    }
    await pool.end();
  };

  return {
    update: <T>(name: string, change: Change<T>, when: "now" | "soon" = "now") =>
      new Promise<T>((resolve, reject) => {
        const key = keys.get(name) ?? { name, pending: [], working: undefined, timer: undefined, seen: undefined };
        keys.set(name, key);
        let result: { readonly value: T } | undefined;
        key.pending.push({
          urgent: when === "now",
          apply: (window, ahead) => (result = { value: change(window, ahead) }),
          done: () => (result === undefined ? reject(new DsrError("INTERNAL")) : resolve(result.value)),
          failed: reject,
        });
        schedule(key);
      }),
    sharers: () => sharers,
    close: () => (closed ??= close()),
  };
}

/** What one of several does wrong is its own. */
class Mistaken extends Error {
  constructor(
    readonly by: Pending,
    override readonly cause: unknown,
  ) {
    super("a change failed");
  }
}

function applied(pending: Pending, window: Window, ahead: Ahead): void {
  try {
    pending.apply(window, ahead);
  } catch (error) {
    throw new Mistaken(pending, error);
  }
}

const READ = "SELECT version, ahead_ms, state, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms FROM rate_windows WHERE key = $1";
const WRITE = "UPDATE rate_windows SET version = version + 1, ahead_ms = $3, state = $4 WHERE key = $1 AND version = $2";
/** As far as this user may see. */
const COUNT = "SELECT count(*)::integer AS sharers FROM pg_catalog.pg_stat_activity WHERE application_name = $1 AND datname = current_database()";
