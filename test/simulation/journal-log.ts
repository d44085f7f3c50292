import type { MemoryState } from "../../adapters/in-memory/memory-state.js";
import type { JournalEntry } from "../../core/journal.js";
import type { PrivacyRequest } from "../../core/request.js";

/** One entry as it became durable. */
export interface Logged {
  readonly request: PrivacyRequest;
  readonly entry: JournalEntry;
  readonly index: number;
  /** In the world's elapsed time, which no clock can falsify. */
  readonly atMs: number;
}

/** The journal as it lies on the disk, read beside the product's own code. */
export interface JournalLog {
  /** Takes in what became durable since the last time, and tells of each entry. */
  catchUp(): void;
  of(requestId: string): readonly Logged[];
  /** When the request was opened, in elapsed time. */
  openedAtMs(requestId: string): number;
}

export function createJournalLog(state: MemoryState, elapsedMs: () => number, onEntry: (logged: Logged) => void): JournalLog {
  const logs = new Map<string, { readonly openedAtMs: number; readonly entries: Logged[] }>();
  return {
    catchUp: () => {
      for (const [id, stored] of state.requests) {
        let log = logs.get(id);
        if (log === undefined) logs.set(id, (log = { openedAtMs: elapsedMs(), entries: [] }));
        for (let index = log.entries.length; index < stored.entries.length; index++) {
          const logged: Logged = { request: stored.request, entry: JSON.parse(stored.entries[index]!) as JournalEntry, index, atMs: elapsedMs() };
          log.entries.push(logged);
          onEntry(logged);
        }
      }
    },
    of: (requestId) => logs.get(requestId)?.entries ?? [],
    openedAtMs: (requestId) => logs.get(requestId)?.openedAtMs ?? 0,
  };
}
