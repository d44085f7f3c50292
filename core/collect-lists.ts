import { further, goesInCircles, START_OF_LIST, type Loop } from "./paging.js";
import type { CollectedPage, CollectedRecord, CollectInput, Match } from "./ports.js";
import type { FoundFile } from "./files.js";

/** A list of a person's; the record itself is a list of one. */
export interface ListOfPerson {
  readonly category: string;
  /** A list that hangs on each of its records, and has to be read by itself: the messages of each ticket. */
  readonly each?: { readonly category: string };
}

/** A page of one of these lists. */
export interface CollectedList {
  readonly records: readonly CollectedRecord[];
  readonly files?: readonly FoundFile[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
  /** The code of a gap, where the vendor does not show the list, or not the whole of it. */
  readonly gap?: string;
}

/** Of a person's lists, those that hang on their records. */
type Each<List> = List extends { readonly each: infer Nested extends Pick<ListOfPerson, "category"> } ? Nested : never;

type Current<List> = List | Each<List>;

/** What one call reads: a page of the match's list, or of the list of one of its records, which is named by its id. */
type Read<List> = (match: Pick<Match, "id" | "kind" | "extent">, list: Current<List>, cursor: string | undefined, record: string | undefined) => Promise<CollectedList | "somebody_elses" | undefined>;

/**
 * Where reading goes on. People's ids stay in the request: this holds positions, the vendor's cursors, and of a page whose records have lists of
 * their own the ids of those that are still to be read.
 */
type Checkpoint = readonly [list: number, loop: Loop<string>, each?: Pending];
type Pending = readonly [of: number, records: readonly string[], loop: Loop<string>];

/**
 * Reads the covered lists of every match, one after the other, one call a page; the lists of a page's records after that page. `read` gives a page;
 * undefined where the vendor knows no such person or record any more, which is a gap, as is a list that goes round in circles. Where the record itself tells that it is
 * `somebody_elses`, that is a gap, it is no match, and nothing else of it is read.
 */
export async function* collectLists<const List extends ListOfPerson>({ matches, categories, checkpoint }: CollectInput, lists: readonly List[], read: Read<List>): AsyncIterable<CollectedPage> {
  const isCovered = ({ category }: Pick<ListOfPerson, "category">): boolean => categories.includes(category);
  // Without its records nobody gets at what hangs on them.
  const wanted = lists.filter((list) => isCovered(list) || (list.each !== undefined && isCovered(list.each)));
  const all = matches.flatMap((match) => wanted.map((list) => ({ match, list })));
  let [number, loop, pending]: Checkpoint = checkpoint === undefined ? [0, START_OF_LIST] : (JSON.parse(checkpoint) as Checkpoint);
  for (let at = all[pending?.[0] ?? number]; at !== undefined; at = all[pending?.[0] ?? number]) {
    const { match, list } = at;
    const [of, [record, ...others], within]: Pending = pending ?? [number, [], START_OF_LIST];
    const current: Current<List> = record === undefined ? list : ((list.each ?? list) as Current<List>);
    const place = record === undefined ? loop : within;
    const page = await read(match, current, place.from, record);
    const shown = isCovered(current);
    const named = (shown ? current : (list.each ?? list)).category;
    if (page === "somebody_elses") {
      [number, loop, pending] = [all.findLastIndex((each) => each.match === match) + 1, START_OF_LIST, undefined];
      yield { records: [], gaps: [{ category: named, code: "NOT_THE_PERSONS", id: match.id }], strangers: [match.id], checkpoint: JSON.stringify([number, loop]) };
      continue;
    }
    const next = page?.next;
    const code = page === undefined ? "CHANGED_DURING_RUN" : page.gap ?? (next !== undefined && goesInCircles(next, place) ? "PAGING" : undefined);
    const after = next === undefined || code !== undefined ? undefined : further(next, place);
    if (record === undefined) {
      [number, loop] = after === undefined ? [number + 1, START_OF_LIST] : [number, after];
      pending = pendingOf(list.each !== undefined && isCovered(list.each) ? (page?.records ?? []).map(({ id }) => id) : [], of);
    } else {
      pending = after === undefined ? pendingOf(others, of) : [of, [record, ...others], after];
    }
    yield {
      records: shown ? (page?.records ?? []) : [],
      files: shown ? (page?.files ?? []) : [],
      gaps: code === undefined ? [] : [{ category: named, code, id: match.id }],
      checkpoint: JSON.stringify(pending === undefined ? [number, loop] : [number, loop, pending]),
    };
  }
}

function pendingOf(records: readonly string[], of: number): Pending | undefined {
  return records.length === 0 ? undefined : [of, records, START_OF_LIST];
}
