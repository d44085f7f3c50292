import { AsyncResource } from "node:async_hooks";
import { clearInterval, setInterval } from "node:timers";
import { DsrError } from "../../core/errors.js";
import type { Clock, Lease } from "../../core/host-ports.js";
import type { Database } from "./database.js";
import { isAlive as isAliveHere, thisProcess, type ProcessIdentity } from "./process-identity.js";

/**
 * One worker at a time per request, over processes. Who takes a lease draws a fence number that only rises; who acts under an older one is
 * refused, so that a worker that was paused for too long cannot write over its successor.
 */
export interface Leases {
  acquire(requestId: string): Promise<Lease | undefined>;
  /** To be called inside the transaction that acts under the lease. @throws DsrError `REQUEST_BUSY` when it has passed on */
  check(lease: Lease): Promise<void>;
  /** Releases all that this home holds. */
  close(): Promise<void>;
}

/** What a transaction is about that reads or writes one request. */
export function aboutRequest(requestId: string): string {
  return `request ${requestId}`;
}

export interface LeaseOptions {
  readonly database: Database;
  readonly clock: Pick<Clock, "now">;
  /** How long a lease outlives its last sign of life. It is renewed three times in that time. */
  readonly ttlMs: number;
  /** The time by which all who share the leases go; the clock's when left out. */
  readonly sharedNow?: () => Promise<number>;
  readonly owner?: ProcessIdentity;
  /** Whether a holder still lives, where that can be told. */
  readonly isAlive?: (holder: ProcessIdentity) => boolean | undefined;
}

interface Held {
  readonly lease: Lease;
  readonly fence: number;
  /** Tells whoever holds the lease; as no part of the transaction in which it shows. */
  readonly tellLost: () => void;
  expiresAtMs: number;
}

export function createLeases(options: LeaseOptions): Leases {
  const { database, clock, ttlMs, sharedNow = async () => clock.now(), owner = thisProcess(), isAlive = isAliveHere } = options;
  const held = new Map<Lease, Held>();
  let heartbeat: NodeJS.Timeout | undefined;

  const forget = (lease: Lease): void => {
    held.delete(lease);
    if (held.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  };
  const lose = (lease: Lease): void => {
    held.get(lease)?.tellLost();
    forget(lease);
  };
  const isHeld = ({ machine, pid, started_at, expires_at_ms }: LeaseRow, nowMs: number): boolean => {
    if (machine === null || pid === null || expires_at_ms === null || nowMs >= expires_at_ms) return false;
    // A dead holder cannot come back, so nobody waits for its lease to run out. Of another machine's holder nothing is known before that.
    return isAlive({ machine, pid, startedAt: started_at ?? "" }) ?? true;
  };
  /** Returns the new fence number. */
  const takeOver = async (requestId: string, before: LeaseRow | undefined, expiresAtMs: number): Promise<number> => {
    const fence = (before?.fence ?? 0) + 1;
    await database.run(TAKE, requestId, fence, owner.machine, owner.pid, owner.startedAt, expiresAtMs);
    return fence;
  };
  const renew = async (each: Held): Promise<void> => {
    // By this machine's clock, and counted from before the store was asked: never later than the store's own.
    const expiresAtMs = clock.now() + ttlMs;
    try {
      const sql = "UPDATE leases SET expires_at_ms = ? WHERE request_id = ? AND fence = ? AND pid IS NOT NULL";
      const kept = (await database.run(sql, (await sharedNow()) + ttlMs, each.lease.requestId, each.fence)) === 1;
      if (kept) each.expiresAtMs = expiresAtMs;
      else lose(each.lease);
    } catch {
      // The next beat may get through; once the lease has run out another worker may be at it.
      if (clock.now() >= each.expiresAtMs) lose(each.lease);
    }
  };
  const beat = (): void => {
    for (const each of held.values()) void renew(each);
  };
  const release = async (lease: Lease): Promise<void> => {
    const mine = held.get(lease);
    if (mine === undefined) return;
    forget(lease);
    await database.run("UPDATE leases SET machine = NULL, pid = NULL, started_at = NULL, expires_at_ms = NULL WHERE request_id = ? AND fence = ?", lease.requestId, mine.fence);
  };

  return {
    acquire: async (requestId) => {
      const expiresAtMs = clock.now() + ttlMs;
      const fence = await database.write(aboutRequest(requestId), async () => {
        const nowMs = await sharedNow();
        const row = await database.get<LeaseRow>("SELECT fence, machine, pid, started_at, expires_at_ms FROM leases WHERE request_id = ?", requestId);
        if (row === undefined || !isHeld(row, nowMs)) return takeOver(requestId, row, nowMs + ttlMs);
        // The clock was set back: a holder that has died would stay one until it has caught up.
        if ((row.expires_at_ms ?? 0) > nowMs + ttlMs) await database.run("UPDATE leases SET expires_at_ms = ? WHERE request_id = ? AND fence = ?", nowMs + ttlMs, requestId, row.fence);
        return undefined;
      });
      if (fence === undefined) return undefined;
      const lost = new AbortController();
      const lease: Lease = { requestId, lost: lost.signal, release: () => release(lease) };
      held.set(lease, { lease, fence, tellLost: AsyncResource.bind(() => lost.abort(new DsrError("REQUEST_BUSY"))), expiresAtMs });
      // Not a reason to keep the process running: whoever works under the lease is one.
      heartbeat ??= setInterval(beat, ttlMs / 3).unref();
      return lease;
    },
    check: async (lease) => {
      const mine = held.get(lease);
      const row = await database.get<{ fence: number }>("SELECT fence FROM leases WHERE request_id = ? AND pid IS NOT NULL", lease.requestId);
      if (mine !== undefined && row?.fence === mine.fence) return;
      if (mine !== undefined) lose(lease);
      throw new DsrError("REQUEST_BUSY");
    },
    close: async () => {
      for (const lease of held.keys()) {
        try {
          await release(lease);
        } catch {
          // A full disk keeps nobody from closing; the lease runs out by itself.
        }
      }
    },
  };
}

interface LeaseRow {
  readonly fence: number;
  readonly machine: string | null;
  readonly pid: number | null;
  readonly started_at: string | null;
  readonly expires_at_ms: number | null;
}

const TAKE = `INSERT INTO leases (request_id, fence, machine, pid, started_at, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (request_id) DO UPDATE SET fence = excluded.fence, machine = excluded.machine, pid = excluded.pid,
  started_at = excluded.started_at, expires_at_ms = excluded.expires_at_ms`;
