/** Rows as they were when they were authenticated, or written here: one that is still the same, value for value, need not be authenticated again. */
export interface SeenRows<Row> {
  /** @throws what `authenticate` does */
  check(key: string, row: Row): void;
  /** Whether the transaction that writes it stands or not: the row that is read next is compared. */
  wrote(key: string, row: Row): void;
}

/** Those that are worked on at the same time, and some more. */
const KEPT = 64;

export function createSeenRows<Row extends object>(authenticate: (row: Row) => void): SeenRows<Row> {
  const seen = new Map<string, Row>();
  const keep = (key: string, row: Row): void => {
    seen.delete(key);
    seen.set(key, row);
    if (seen.size > KEPT) for (const [oldest] of seen) return void seen.delete(oldest);
  };
  return {
    check: (key, row) => {
      const before = seen.get(key);
      if (before !== undefined && isSame(before, row)) return;
      seen.delete(key);
      authenticate(row);
      keep(key, row);
    },
    wrote: keep,
  };
}

/** Both have the columns of the same statement. */
function isSame<Row extends object>(one: Row, other: Row): boolean {
  for (const column in one) if (one[column] !== other[column]) return false;
  return true;
}
