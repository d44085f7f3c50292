import { isFresh } from "./freshness.js";
import type { Clock } from "./host-ports.js";
import type { Identifier } from "./identifier.js";
import type { LookupResult } from "./ports.js";
import { lookUpDividing, lookUpTogether, type Answers, type Lookup } from "./shared-lookup.js";

/** As many as are looked up by one call, where a vendor takes a list. What a vendor takes fewer of, its connector divides. */
const LOOKED_UP_AT_ONCE = 50;

interface Surroundings {
  readonly clock: Pick<Clock, "now">;
  /** The identifiers of a line's request; none where they cannot be read. */
  readonly identifiers: (requestId: string) => Promise<readonly Identifier[]>;
  readonly lookup: Lookup;
}

/** Some people who were looked up together: which of them, and since when that has been asked. */
interface Chunk {
  readonly from: number;
  readonly atMs: number;
  readonly answers: Promise<Answers>;
}

/**
 * Looks up whom the lines of a batch are about, each person by one request, many at a time, when the first of them is come to. What was found is
 * seconds old when it is used: whoever is come to later is looked up anew, with those who follow. An extent, which is read as a whole, is read once
 * for all, and later once more for whoever was seen there. Each answer is used once: whoever asks again asks the vendor.
 */
export function batchLookups(requests: readonly string[], { identifiers, lookup, clock }: Surroundings): (line: { readonly requestId: string }) => Promise<Lookup> {
  const position = new Map(requests.map((requestId, n) => [requestId, n]));
  /** Whoever is not among them has no answer here, and asks by itself. */
  const peopleOf = async (some: readonly string[]): Promise<ReadonlyMap<string, readonly Identifier[]>> => {
    const people = await Promise.all(some.map(async (requestId) => [requestId, await identifiers(requestId)] as const));
    return new Map(people.filter(([, of]) => of.length > 0));
  };
  const isUsable = ({ atMs }: Chunk): boolean => isFresh(atMs, clock.now());
  const askFrom = (from: number): Chunk => ({ from, atMs: clock.now(), answers: peopleOf(requests.slice(from, from + LOOKED_UP_AT_ONCE)).then((some) => lookUpDividing(some, (all) => lookup.find(all))) });
  let latest: Chunk | undefined;
  const chunkOf = (requestId: string): Chunk => {
    const place = position.get(requestId) ?? 0;
    if (latest === undefined || place >= latest.from + LOOKED_UP_AT_ONCE || (place >= latest.from && !isUsable(latest))) latest = askFrom(place);
    return latest;
  };
  const extents = new Map<string, Promise<{ readonly answers: Answers; readonly atMs: number }>>();
  const askIn = async (findIn: Lookup["find"], atMs = clock.now()) => ({ answers: await lookUpTogether(await peopleOf(requests), findIn), atMs });
  return async ({ requestId }) => {
    const chunk = chunkOf(requestId);
    const known = new Map([["", (await chunk.answers).get(requestId)]]);
    const once = (extent: string): readonly LookupResult[] | undefined => {
      const answer = known.get(extent);
      known.set(extent, undefined);
      return answer;
    };
    const findIn: NonNullable<Lookup["findIn"]> = async (extent, all) => (await lookup.findIn?.(extent, all)) ?? [];
    return {
      find: async (asked) => (isUsable(chunk) ? once("") : undefined) ?? lookup.find(asked),
      ...(lookup.findIn === undefined
        ? {}
        : {
            findIn: async (extent, asked) => {
              if (known.has(extent)) return findIn(extent, asked);
              const { answers, atMs } = await remembered(extents, extent, () => askIn((all) => findIn(extent, all)));
              known.set(extent, answers.get(requestId));
              const answer = once(extent);
              const isUsable = isFresh(atMs, clock.now()) || answer?.every(({ matches }) => matches.length === 0) === true;
              return answer !== undefined && isUsable ? answer : findIn(extent, asked);
            },
          }),
    };
  };
}

function remembered<K, V>(map: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
