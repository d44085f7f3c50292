import type { Logged } from "../journal-log.js";
import type { World } from "../world.js";

/** A page that the journal holds is behind a request for good: after a crash at most the one that was being read is read again. */
export function createPageWatch(world: () => World): { onEntry(logged: Logged): void } {
  const read = new Map<string, Set<string>>();
  return {
    onEntry: ({ request, entry }) => {
      // What was read belongs to the finding that it was read for.
      if (entry.kind === "found") read.delete(request.id);
      if (entry.kind !== "page") return;
      const pages = read.get(request.id) ?? new Set<string>();
      world().judge.expect(!pages.has(entry.checkpoint), "ONCE", () => `page ${entry.number} of ${request.id} was read before`);
      read.set(request.id, pages.add(entry.checkpoint));
    },
  };
}
