import { DsrError } from "./errors.js";
import type { Clock } from "./host-ports.js";
import type { Identifier } from "./identifier.js";
import type { IdentifierLookupPort, LookupResult } from "./ports.js";

export type Lookup = Pick<IdentifierLookupPort, "find" | "findIn">;

/** Answers by the requests that they are for. */
export type Answers = ReadonlyMap<string, readonly LookupResult[]>;

/** For how long an answer is taken for what the vendor shows now; whoever comes later asks anew. */
const FRESH_MS = 10_000;

/** Looks up by one question whom several requests are about. */
export async function lookUpTogether(identifiers: ReadonlyMap<string, readonly Identifier[]>, find: Lookup["find"]): Promise<Answers> {
  const asked = [...identifiers];
  const results = await find(asked.flatMap(([, of]) => of));
  if (results.length !== asked.reduce((sum, [, of]) => sum + of.length, 0)) throw new DsrError("INTERNAL", { reason: "a lookup answered for more or fewer than it was asked for" });
  let begin = 0;
  return new Map(asked.map(([requestId, of]) => [requestId, results.slice(begin, (begin += of.length))]));
}

/**
 * Lookups of requests that are begun together at one connection. The first that asks, in the vendor's search or in an extent, asks for all of them by its
 * own lookup, where it is counted. Each answer is used once and soon, by its own request; whoever has none of these asks for itself. `people` has each
 * person once: what was looked up before somebody was deleted is not true afterwards.
 */
export function gatherLookups(people: () => Promise<ReadonlyMap<string, readonly Identifier[]>>, clock: Pick<Clock, "monotonicMs">): (requestId: string, own: Lookup) => Lookup {
  const search = gather(people, clock);
  const extents = new Map<string, ReturnType<typeof gather>>();
  return (requestId, own) => ({
    find: (asked) => search(requestId, asked, (all) => own.find(all)),
    ...(own.findIn === undefined
      ? {}
      : {
          findIn: (extent, asked) => {
            const gathered = extents.get(extent) ?? gather(people, clock);
            extents.set(extent, gathered);
            return gathered(requestId, asked, async (all) => (await own.findIn?.(extent, all)) ?? []);
          },
        }),
  });
}

function gather(people: () => Promise<ReadonlyMap<string, readonly Identifier[]>>, clock: Pick<Clock, "monotonicMs">): (requestId: string, asked: readonly Identifier[], find: Lookup["find"]) => Promise<readonly LookupResult[]> {
  const used = new Set<string>();
  let asking: Promise<{ readonly answers: Answers; readonly atMs: number }> | undefined;
  const askForAll = async (find: Lookup["find"]): Promise<{ readonly answers: Answers; readonly atMs: number }> => {
    // Of whom nobody knows an address any more, no answer says anything.
    const identifiers = new Map([...(await people())].filter(([, of]) => of.length > 0));
    const answers: Answers = identifiers.size < 2 ? new Map() : await lookUpTogether(identifiers, find);
    return { answers, atMs: clock.monotonicMs() };
  };
  return async (requestId, asked, find) => {
    if (used.has(requestId)) return find(asked);
    used.add(requestId);
    // Where another one's question failed, that says nothing of this request.
    const told = asking === undefined ? await (asking = askForAll(find)) : await asking.catch(() => undefined);
    const isFresh = told !== undefined && clock.monotonicMs() - told.atMs <= FRESH_MS;
    return (isFresh ? told.answers.get(requestId) : undefined) ?? find(asked);
  };
}
