/** Rows as they were when they were authenticated: one that is still the same, value for value, need not be again. */
export interface SeenRows<Row> {
  /** @throws what `authenticate` does */
  check(key: string, row: Row): void;
}

/** Those that are worked on at the same time, and some more. */
const KEPT = 64;

export function createSeenRows<Row extends object>(authenticate: (row: Row) => void): SeenRows<Row> {
  const seen = new Map<string, Row>();
  return {
    check: (key, row) => {
      const before = seen.get(key);
      if (before !== undefined && isSame(before, row)) return;
      seen.delete(key);
      authenticate(row);
      seen.set(key, row);
      for (const [oldest] of seen) if (seen.size > KEPT) seen.delete(oldest);
    },
  };
}

/** Both have the columns of the same statement. */
function isSame<Row extends object>(one: Row, other: Row): boolean {
  for (const column in one) if (one[column] !== other[column]) return false;
  return true;
}
