import { DsrError, isDsrError, type ErrorCode } from "./errors.js";
import { isFresh } from "./freshness.js";
import type { Clock } from "./host-ports.js";
import type { Identifier } from "./identifier.js";
import type { IdentifierLookupPort, LookupResult } from "./ports.js";

export type Lookup = Pick<IdentifierLookupPort, "find" | "findIn">;

/** Answers by the requests that they are for. */
export type Answers = ReadonlyMap<string, readonly LookupResult[]>;

/** Looks up by one question whom several requests are about. */
export async function lookUpTogether(identifiers: ReadonlyMap<string, readonly Identifier[]>, find: Lookup["find"]): Promise<Answers> {
  const asked = [...identifiers];
  const results = await find(asked.flatMap(([, of]) => of));
  if (results.length !== asked.reduce((sum, [, of]) => sum + of.length, 0)) throw new DsrError("INTERNAL", { reason: "a lookup answered for more or fewer than it was asked for" });
  let begin = 0;
  return new Map(asked.map(([requestId, of]) => [requestId, results.slice(begin, (begin += of.length))]));
}

type People = ReadonlyMap<string, readonly Identifier[]>;

/**
 * The same, where one person may spoil the question for all: it is halved until whom it is refused for, or whose records cannot be read, stands alone.
 * They, and all of a question of which both halves fail, have no answer here: each asks, and is told, by itself.
 * @throws DsrError what is not about the question
 */
export async function lookUpDividing(identifiers: People, find: Lookup["find"]): Promise<Answers> {
  return (await unlessRefused(identifiers, find)) ?? divided([...identifiers], find);
}

async function divided(people: readonly (readonly [string, readonly Identifier[]])[], find: Lookup["find"]): Promise<Answers> {
  if (people.length < 2) return new Map();
  const middle = Math.ceil(people.length / 2);
  const [left, right] = [people.slice(0, middle), people.slice(middle)];
  const first = await unlessRefused(new Map(left), find);
  const second = await unlessRefused(new Map(right), find);
  if (first === undefined && second === undefined) return new Map();
  return new Map([...(first ?? (await divided(left, find))), ...(second ?? (await divided(right, find)))]);
}

async function unlessRefused(people: People, find: Lookup["find"]): Promise<Answers | undefined> {
  try {
    return await lookUpTogether(people, find);
  } catch (error) {
    if (isDsrError(error) && OF_ONE_PERSON.has(error.code)) return undefined;
    throw error;
  }
}

/** What may be wrong with one person's address or records alone. */
const OF_ONE_PERSON: ReadonlySet<ErrorCode> = new Set(["VENDOR_REJECTED", "VENDOR_MALFORMED", "ANSWER_TOO_LARGE"]);

/**
 * Lookups of requests that are begun together at one connection. The first that asks, in the vendor's search or in an extent, asks for all of them by its
 * own lookup, where it is counted. Each answer is used once and soon, by its own request; whoever has none of these asks for itself. `people` has each
 * person once: what was looked up before somebody was deleted is not true afterwards.
 */
export function gatherLookups(people: () => Promise<ReadonlyMap<string, readonly Identifier[]>>, clock: Pick<Clock, "monotonicMs">): (requestId: string, own: Lookup) => Lookup {
  const search = gather(people, clock, lookUpDividing);
  const extents = new Map<string, ReturnType<typeof gather>>();
  return (requestId, own) => ({
    find: (asked) => search(requestId, asked, (all) => own.find(all)),
    ...(own.findIn === undefined
      ? {}
      : {
          findIn: (extent, asked) => {
            const gathered = extents.get(extent) ?? gather(people, clock, lookUpTogether);
            extents.set(extent, gathered);
            return gathered(requestId, asked, async (all) => (await own.findIn?.(extent, all)) ?? []);
          },
        }),
  });
}

function gather(people: () => Promise<People>, clock: Pick<Clock, "monotonicMs">, lookUp: typeof lookUpTogether): (requestId: string, asked: readonly Identifier[], find: Lookup["find"]) => Promise<readonly LookupResult[]> {
  const used = new Set<string>();
  let asking: Promise<{ readonly answers: Answers; readonly atMs: number }> | undefined;
  const askForAll = async (find: Lookup["find"]): Promise<{ readonly answers: Answers; readonly atMs: number }> => {
    const atMs = clock.monotonicMs();
    // Of whom nobody knows an address any more, no answer says anything.
    const identifiers = new Map([...(await people())].filter(([, of]) => of.length > 0));
    const answers: Answers = identifiers.size < 2 ? new Map() : await lookUp(identifiers, find);
    return { answers, atMs };
  };
  return async (requestId, asked, find) => {
    if (used.has(requestId)) return find(asked);
    used.add(requestId);
    // Where another one's question failed, that says nothing of this request.
    const told = asking === undefined ? await (asking = askForAll(find)) : await asking.catch(() => undefined);
    const isUsable = told !== undefined && isFresh(told.atMs, clock.monotonicMs());
    return (isUsable ? told.answers.get(requestId) : undefined) ?? find(asked);
  };
}
