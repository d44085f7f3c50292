import { further, goesInCircles, START_OF_LIST, type Loop } from "./paging.js";
import type { CollectedPage, CollectedRecord, CollectInput, Match } from "./ports.js";
import type { FoundFile } from "./files.js";

/** A page of one of a match's lists; the record itself is a list of one. */
export interface CollectedList {
  readonly records: readonly CollectedRecord[];
  readonly files?: readonly FoundFile[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
  /** The code of a gap, where the vendor does not show the list of this match, or not the whole of it. */
  readonly gap?: string;
}

/** Where reading goes on: ids stay in the request, so that this holds positions and the vendor's cursor alone. */
type Checkpoint = readonly [list: number, loop: Loop<string>];

/**
 * Reads the covered lists of every match, one after the other, one call a page. `read` gives a page; undefined where the vendor knows no such
 * person any more, which is a gap, as is a list that goes round in circles.
 */
export async function* collectLists<List extends { readonly category: string }>(
  { matches, categories, checkpoint }: CollectInput,
  lists: readonly List[],
  read: (match: Pick<Match, "id" | "kind" | "extent">, list: List, cursor: string | undefined) => Promise<CollectedList | undefined>,
): AsyncIterable<CollectedPage> {
  const covered = lists.filter(({ category }) => categories.includes(category));
  const all = matches.flatMap((match) => covered.map((list) => ({ match, list })));
  let [number, loop]: Checkpoint = checkpoint === undefined ? [0, START_OF_LIST] : (JSON.parse(checkpoint) as Checkpoint);
  for (let at = all[number]; at !== undefined; at = all[number]) {
    const page = await read(at.match, at.list, loop.from);
    const next = page?.next;
    const code = page === undefined ? "CHANGED_DURING_RUN" : page.gap ?? (next !== undefined && goesInCircles(next, loop) ? "PAGING" : undefined);
    [number, loop] = next === undefined || code !== undefined ? [number + 1, START_OF_LIST] : [number, further(next, loop)];
    yield {
      records: page?.records ?? [],
      files: page?.files ?? [],
      gaps: code === undefined ? [] : [{ category: at.list.category, code, id: at.match.id }],
      checkpoint: JSON.stringify([number, loop]),
    };
  }
}
