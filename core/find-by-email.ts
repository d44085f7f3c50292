import { timeOf } from "./answers.js";
import { compareFound, type FoundAs } from "./compare-found.js";
import type { Identifier } from "./identifier.js";
import { everyItem, type ListPage } from "./paging.js";
import type { ConnectorContext, LookupResult } from "./ports.js";

/** One of a vendor's places where people are found by their address, and how its records are read. */
export interface PlaceOfPeople<Found> extends FoundAs<Found> {
  /** What it is called in results: `contacts/search`. */
  readonly where: string;
  /** The category of its records, in which a gap is shown where the list is not whole. */
  readonly category: string;
  readonly page: (cursor: string | undefined) => Promise<ListPage<Found>>;
}

/** Reads every page, and compares every record again: one result for each address, in their order, and no call where nobody is asked for. */
export async function findByEmail<Found>(context: Pick<ConnectorContext, "clock">, identifiers: readonly Identifier[], { where, category, page, ...as }: PlaceOfPeople<Found>): Promise<readonly LookupResult[]> {
  if (identifiers.length === 0) return [];
  const gaps: LookupResult["gaps"][number][] = [];
  const found = await everyItem(page, () => gaps.push({ category, code: "PAGING" }));
  const searched = [{ identifier: "email", where, at: timeOf(context) }] as const;
  return compareFound(identifiers, found, as).map((each) => ({ ...each, searched, notCovered: [], gaps }));
}
