import type { FoundFile } from "./files.js";
import type { CollectedRecord } from "./ports.js";

/** Ids of the records that were read, by category. */
export type KnownRecords = Map<string, Set<string>>;

interface Page {
  readonly records: readonly CollectedRecord[];
  readonly files?: readonly Pick<FoundFile, "category" | "recordId">[];
}

export async function recordsOn(pages: AsyncIterable<Page> | readonly Page[]): Promise<KnownRecords> {
  const known: KnownRecords = new Map();
  for await (const page of pages) firstSeen(page, known);
  return known;
}

/**
 * A page without the records that an earlier one held, and without their files: a list that is gone through again, or that moves, shows some twice. They are counted once, and a
 * file that was not to be had is told once. Those that are left are known from now on.
 */
export function firstSeen<P extends Page>(page: P, known: KnownRecords): P {
  const records = page.records.filter(({ category, id }) => {
    const ids = known.get(category) ?? new Set<string>();
    if (ids.has(id)) return false;
    known.set(category, ids.add(id));
    return true;
  });
  if (records.length === page.records.length) return page;
  const isLeft = ({ category, recordId }: Pick<FoundFile, "category" | "recordId">): boolean => records.some((record) => record.category === category && record.id === recordId);
  return { ...page, records, ...(page.files === undefined ? {} : { files: page.files.filter(isLeft) }) };
}
