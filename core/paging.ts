import { DsrError } from "./errors.js";

/** A list that is still going on after so many pages is caught in a loop. */
const MAX_PAGES = 10_000;

/** How far a list was read, as JSON that may stand in a checkpoint. A place is what the vendor calls it: a cursor, a number, parameters. */
export interface Loop<Place> {
  /** Where the next page begins; undefined at the beginning. */
  readonly from?: Place | undefined;
  /** The way to an earlier page: whoever comes past it again goes round in circles. */
  readonly anchor?: Place | undefined;
  /** Pages that were read. */
  readonly page: number;
}

export const START_OF_LIST: Loop<never> = { page: 0 };

/** Whether the way on leads back to where the list was before. Then the list is not known to be whole, and to follow it never ends. */
export function goesInCircles<Place>(next: Place, { from, anchor, page }: Loop<Place>): boolean {
  return page + 1 >= MAX_PAGES || isSame(next, from) || isSame(next, anchor);
}

/**
 * The loop after one more page. Anchors that lie ever further apart catch a circle of any length.
 * Source: R. P. Brent, "An improved Monte Carlo factorization algorithm".
 */
export function further<Place>(next: Place, { anchor, page }: Loop<Place>): { readonly from: Place; readonly anchor: Place | undefined; readonly page: number } {
  const number = page + 1;
  return { from: next, anchor: (number & (number - 1)) === 0 ? next : anchor, page: number };
}

/** One page of a list. */
export interface ListPage<Item, Place = string> {
  readonly items: readonly Item[];
  /** Where the next page begins; undefined on the last one. */
  readonly next?: Place | undefined;
}

/** Reads a list page by page. `circular` is true of the last page where the vendor's way on leads back: the list is not known to be whole. */
export async function* everyPage<Page extends { readonly next?: Place | undefined }, Place>(read: (from: Place | undefined) => Promise<Page>): AsyncGenerator<{ readonly page: Page; readonly circular: boolean }> {
  const taken = new Set<string>();
  for (let from: Place | undefined; ; ) {
    const page = await read(from);
    from = page.next;
    const way = JSON.stringify(from);
    const circular = from !== undefined && (taken.has(way) || taken.size + 1 >= MAX_PAGES);
    yield { page, circular };
    if (from === undefined || circular) return;
    taken.add(way);
  }
}

/** The items of all pages. @throws DsrError `VENDOR_MALFORMED` where the list goes round in circles, unless `onCircle` makes something else of it: a gap */
export async function everyItem<Item, Place = string>(read: (from: Place | undefined) => Promise<ListPage<Item, Place>>, onCircle?: () => unknown): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const { page, circular } of everyPage(read)) {
    items.push(...page.items);
    if (!circular) continue;
    if (onCircle === undefined) throw new DsrError("VENDOR_MALFORMED");
    onCircle();
  }
  return items;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
