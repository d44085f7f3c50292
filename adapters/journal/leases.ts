import { clearInterval, setInterval } from "node:timers";
import { DsrError } from "../../core/errors.js";
import type { Clock, Lease } from "../../core/host-ports.js";
import type { Database } from "./database.js";
import { isAlive, thisProcess, type ProcessIdentity } from "./process-identity.js";

/**
 * One worker at a time per request, over processes. Who takes a lease draws a fence number that only rises; who acts under an older one is
 * refused, so that a worker that was paused for too long cannot write over its successor.
 */
export interface Leases {
  acquire(requestId: string): Promise<Lease | undefined>;
  /** To be called inside the transaction that acts under the lease. @throws DsrError `REQUEST_BUSY` when it has passed on */
  check(lease: Lease): void;
  /** Releases all that this home holds. */
  close(): void;
}

export interface LeaseOptions {
  readonly database: Database;
  readonly clock: Pick<Clock, "now">;
  /** How long a lease outlives its last sign of life. It is renewed three times in that time. */
  readonly ttlMs: number;
  readonly owner?: ProcessIdentity;
}

interface Held {
  readonly lease: Lease;
  readonly fence: number;
  readonly lost: AbortController;
  expiresAtMs: number;
}

export function createLeases({ database, clock, ttlMs, owner = thisProcess() }: LeaseOptions): Leases {
  const held = new Map<Lease, Held>();
  let heartbeat: NodeJS.Timeout | undefined;

  const forget = (lease: Lease): void => {
    held.delete(lease);
    if (held.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  };
  const lose = (lease: Lease): void => {
    held.get(lease)?.lost.abort(new DsrError("REQUEST_BUSY"));
    forget(lease);
  };
  const renew = (each: Held): void => {
    try {
      const expiresAtMs = clock.now() + ttlMs;
      const kept = database.run("UPDATE leases SET expires_at_ms = ? WHERE request_id = ? AND fence = ? AND pid IS NOT NULL", expiresAtMs, each.lease.requestId, each.fence) === 1;
      if (kept) each.expiresAtMs = expiresAtMs;
      else lose(each.lease);
    } catch {
      // The next beat may get through; once the lease has run out another worker may be at it.
      if (clock.now() >= each.expiresAtMs) lose(each.lease);
    }
  };
  const release = (lease: Lease): void => {
    const mine = held.get(lease);
    if (mine === undefined) return;
    forget(lease);
    database.run("UPDATE leases SET machine = NULL, pid = NULL, started_at = NULL, expires_at_ms = NULL WHERE request_id = ? AND fence = ?", lease.requestId, mine.fence);
  };

  return {
    acquire: async (requestId) => {
      const expiresAtMs = clock.now() + ttlMs;
      const fence = database.write(() => takeOver(database, requestId, owner, { nowMs: clock.now(), expiresAtMs }));
      if (fence === undefined) return undefined;
      const lost = new AbortController();
      const lease: Lease = { requestId, lost: lost.signal, release: async () => release(lease) };
      held.set(lease, { lease, fence, lost, expiresAtMs });
      // Not a reason to keep the process running: whoever works under the lease is one.
      heartbeat ??= setInterval(() => [...held.values()].forEach(renew), ttlMs / 3).unref();
      return lease;
    },
    check: (lease) => {
      const mine = held.get(lease);
      const row = database.get<{ fence: number }>("SELECT fence FROM leases WHERE request_id = ? AND pid IS NOT NULL", lease.requestId);
      if (mine !== undefined && row?.fence === mine.fence) return;
      if (mine !== undefined) lose(lease);
      throw new DsrError("REQUEST_BUSY");
    },
    close: () => {
      for (const lease of held.keys()) {
        try {
          release(lease);
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

/** The new fence number, or undefined while the holder is to be believed alive. */
function takeOver(database: Database, requestId: string, owner: ProcessIdentity, times: { readonly nowMs: number; readonly expiresAtMs: number }): number | undefined {
  const row = database.get<LeaseRow>("SELECT fence, machine, pid, started_at, expires_at_ms FROM leases WHERE request_id = ?", requestId);
  if (row !== undefined && isHeld(row, times.nowMs)) return undefined;
  const fence = (row?.fence ?? 0) + 1;
  database.run(
    "INSERT OR REPLACE INTO leases (request_id, fence, machine, pid, started_at, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
    requestId,
    fence,
    owner.machine,
    owner.pid,
    owner.startedAt,
    times.expiresAtMs,
  );
  return fence;
}

function isHeld({ machine, pid, started_at, expires_at_ms }: LeaseRow, nowMs: number): boolean {
  if (machine === null || pid === null || expires_at_ms === null || nowMs >= expires_at_ms) return false;
  // A dead holder cannot come back, so nobody waits for its lease to run out. Of another machine's holder nothing is known before that.
  return isAlive({ machine, pid, startedAt: started_at ?? "" }) ?? true;
}
