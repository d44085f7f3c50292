/** What each side is told to do: one job, against one server, and how many people or threads it is about. */
export interface Job {
  readonly kind: "access" | "deletion" | "calls" | "journal" | "limit" | "permits";
  /** Addresses `person0@example.test` and so on; an access is about the first alone. */
  readonly people: number;
  readonly url: string;
  readonly token: string;
  /** Of calls of one kind: which, and the ids that they are about, one after the other. */
  readonly call?: CallKind;
  readonly ids?: readonly string[];
  /** Of a journal, or a limit, in PostgreSQL: where it is. In a home's own file when left out. */
  readonly databaseUrl?: string;
  /** Of calls at the limit's pace: for how long, and where the file is that the processes share. */
  readonly seconds?: number;
  readonly sharedFolder?: string;
}

export type CallKind = "search for a contact" | "read a contact" | "read a conversation of 20 parts" | "delete a contact";

/** What a side came to. */
export interface Done {
  /** People deleted and seen to be gone, parts of conversations that were read, calls that were made or would have been let through, or entries that were written. */
  readonly done: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of the whole process, as the kernel counts it. */
  readonly peakMiB: number;
  /** The most that was resident in each tenth of the time. */
  readonly overTime: readonly number[];
}

export const addressOf = (n: number): string => `person${n}@example.test`;
