import { isDsrError } from "./errors.js";

/**
 * Reads a list that can only be read as a whole, for all who want to know something of it at the same time. `read` is given the ids of all of them; what it returns tells of each.
 * @throws DsrError what `read` throws
 */
export type ReadTogether = <Answer>(list: string, id: string, read: (ids: ReadonlySet<string>) => Promise<(id: string) => Answer>) => Promise<Answer>;

/** What came of a reading, for those who did not make it. */
type Told = ((id: string) => unknown) | "interrupted" | "failed";

/**
 * Readings of one connection, by one credential. Nobody is answered by a reading that had begun before they asked, since it may tell of a time before what they ask about: who comes while
 * one is under way shares the next. The first that asks makes it, where it is counted; where it is interrupted the others read together without it, and where it fails, each for itself.
 */
export function createReadTogether(): ReadTogether {
  /** The next reading of each list, and the last that was begun or is to begin. */
  const next = new Map<string, { readonly ids: Set<string>; readonly told: Promise<Told> }>();
  const last = new Map<string, Promise<Told>>();
  const readTogether: ReadTogether = async <Answer>(list: string, id: string, read: (ids: ReadonlySet<string>) => Promise<(id: string) => Answer>): Promise<Answer> => {
    const joined = next.get(list);
    if (joined !== undefined) {
      joined.ids.add(id);
      const told = await joined.told;
      if (told === "interrupted") return readTogether(list, id, read);
      if (told === "failed") return (await read(new Set([id])))(id);
      // Whoever names a list reads it in one way.
      return told(id) as Answer;
    }
    const ids = new Set([id]);
    const before = last.get(list);
    const reading = (async () => {
      await before;
      next.delete(list);
      return read(ids);
    })();
    const told = reading.catch((error: unknown): Told => (isDsrError(error, "INTERRUPTED") ? "interrupted" : "failed"));
    next.set(list, { ids, told });
    last.set(list, told);
    try {
      return (await reading)(id);
    } finally {
      if (last.get(list) === told) last.delete(list);
    }
  };
  return readTogether;
}
