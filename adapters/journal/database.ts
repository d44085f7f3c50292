export type Value = string | number | null;

/**
 * Where a home keeps its rows: a SQLite file or a PostgreSQL database, shared by any number of processes. A commit is durable when it is told.
 * Statements that run within `work` belong to its transaction, however deep they are called and whatever they wait for; nobody else's do.
 */
export interface Database {
  /**
   * Runs `work` in a transaction; all of it is durable, or none. Transactions about the same come one after the other, over all processes, each
   * seeing what the one before it wrote. `work` may be run anew where nothing of it was kept, so it changes nothing but rows.
   */
  write<T>(about: string, work: () => Promise<T>): Promise<T>;
  /** Runs `work` over one unchanging view of all rows. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Returns how many rows changed. Values stand where the `?` are. */
  run(sql: string, ...values: Value[]): Promise<number>;
  get<Row>(sql: string, ...values: Value[]): Promise<Row | undefined>;
  all<Row>(sql: string, ...values: Value[]): Promise<Row[]>;
  /** Takes out of the files, as far as it can, what was deleted; false while somebody is in the way. */
  truncateLog(): Promise<boolean>;
  /** Writes the files anew without the places where something was before; false while somebody is in the way. */
  compact(): Promise<boolean>;
  /** Once what is under way has ended. */
  close(): Promise<void>;
}
