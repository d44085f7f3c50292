import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import type { Lease, RequestJournal } from "../../core/host-ports.js";
import type { JournalEntry } from "../../core/journal.js";
import { ENDED_STATES, type PrivacyRequest } from "../../core/request.js";
import { matchesFilter, stateAfter } from "../journal/request-state.js";
import { beginEvidence, followEvidence } from "./memory-evidence.js";
import type { MemoryProcess } from "./memory-process.js";
import { copyOf, type MemoryState, type StoredRequest } from "./memory-state.js";

/** The journal port over a `MemoryState`. */
export function createMemoryJournal(state: MemoryState, process: MemoryProcess): RequestJournal {
  const fences = new WeakMap<Lease, number>();
  const stored = (requestId: string): StoredRequest => {
    const found = state.requests.get(requestId);
    if (found === undefined) throw new DsrError("REQUEST_UNKNOWN");
    return found;
  };
  const leased = (lease: Lease): StoredRequest => {
    const current = state.leases.get(lease.requestId);
    if (current?.holder !== process.number || current.fence !== fences.get(lease)) throw new DsrError("REQUEST_BUSY");
    return stored(lease.requestId);
  };
  const isHeld = (requestId: string): boolean => {
    const holder = state.leases.get(requestId)?.holder;
    return holder !== undefined && state.processes.alive.has(holder);
  };

  return {
    open: (request, identifiers, asked) =>
      process.act("journal.open", () => {
        const standing = sameReference(state, request);
        if (standing !== undefined) return copyOf(standing.request);
        if (state.requests.has(request.id)) throw new DsrError("INTERNAL", { reason: "the request id is taken" });
        const kept: StoredRequest = { request: copyOf(request), identifiers: [...identifiers], entries: [], keyDestroyed: false, evidence: [], checkpoints: [], cancelRequested: false };
        beginEvidence(kept);
        if (asked !== undefined) add(kept, asked);
        state.requests.set(request.id, kept);
        return copyOf(request);
      }),
    find: (requestId) =>
      process.act("journal.find", () => {
        const found = state.requests.get(requestId);
        return found === undefined ? undefined : copyOf(found.request);
      }),
    list: (filter) =>
      process.act("journal.list", () =>
        [...state.requests.values()]
          .filter(({ request, keyDestroyed }) => matchesFilter(request, keyDestroyed, filter))
          .map(({ request }) => copyOf(request))
          .sort((a, b) => (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0)),
      ),
    identifiers: (requestId) =>
      process.act("journal.identifiers", () => {
        const { keyDestroyed, identifiers } = stored(requestId);
        if (keyDestroyed) throw new DsrError("REQUEST_INVALID", { reason: "its identifiers were destroyed" });
        return [...identifiers];
      }),
    lease: (requestId) =>
      process.act("journal.lease", () => {
        stored(requestId);
        if (isHeld(requestId)) return undefined;
        const lost = new AbortController();
        const fence = (state.leases.get(requestId)?.fence ?? 0) + 1;
        state.leases.set(requestId, { fence, holder: process.number, lose: () => lost.abort(new DsrError("REQUEST_BUSY")) });
        const lease: Lease = {
          requestId,
          lost: lost.signal,
          release: () =>
            process.act("journal.release", () => {
              if (state.leases.get(requestId)?.fence === fence) state.leases.set(requestId, { fence, holder: undefined, lose: () => undefined });
            }),
        };
        fences.set(lease, fence);
        return lease;
      }),
    entries: (requestId) => process.act("journal.entries", () => stored(requestId).entries.map((body) => JSON.parse(body) as JournalEntry)),
    fold: (requestId, next, from) => process.act("journal.fold", () => stored(requestId).entries.reduce((at, body) => next(at, JSON.parse(body) as JournalEntry), from)),
    append: (lease, entry) =>
      process.act("journal.append", () => {
        add(leased(lease), entry);
      }),
    destroyKey: (lease, entry) =>
      process.act("journal.destroyKey", () => {
        const target = leased(lease);
        if (target.keyDestroyed) throw new DsrError("REQUEST_INVALID", { reason: "its key was destroyed before" });
        target.keyDestroyed = true;
        target.identifiers = [];
        target.entries.splice(0, target.entries.length, canonicalJson(entry));
        followEvidence(target, entry);
      }),
    purge: () => process.act("journal.purge", () => true),
    requestCancel: (requestId) =>
      process.act("journal.requestCancel", () => {
        const target = stored(requestId);
        if (ENDED_STATES.has(target.request.state)) return false;
        target.cancelRequested = true;
        return true;
      }),
    cancelRequested: (requestId) => process.act("journal.cancelRequested", () => stored(requestId).cancelRequested),
  };
}

function add(target: StoredRequest, entry: JournalEntry): void {
  target.entries.push(canonicalJson(entry));
  target.request = { ...target.request, state: stateAfter(target.request.state, entry) };
  if (ENDED_STATES.has(target.request.state)) target.cancelRequested = false;
  followEvidence(target, entry);
}

/** Lets a lease pass as if its holder had been paused for too long: the holder hears of it, and the next to ask gets the lease. */
export function expireLease(state: MemoryState, requestId: string): void {
  const lease = state.leases.get(requestId);
  if (lease === undefined) return;
  state.leases.set(requestId, { ...lease, holder: undefined });
  // A holder that was killed hears nothing any more.
  if (lease.holder !== undefined && state.processes.alive.has(lease.holder)) lease.lose();
}

function sameReference(state: MemoryState, { connection, type, context }: PrivacyRequest): StoredRequest | undefined {
  if (context.reference === undefined) return undefined;
  return [...state.requests.values()].find(({ request }) => request.connection === connection && request.type === type && request.context.reference === context.reference);
}
