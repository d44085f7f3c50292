/** What each side is told to do: one job, against one server, and how many people or threads it is about. */
export interface Job {
  readonly kind: "access" | "deletion";
  /** Addresses `person0@example.test` and so on; an access is about the first alone. */
  readonly people: number;
  readonly url: string;
  readonly token: string;
}

/** What a side came to. */
export interface Done {
  /** People deleted and seen to be gone, or parts of conversations that were read. */
  readonly done: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of the whole process, as the kernel counts it. */
  readonly peakMiB: number;
}

export const addressOf = (n: number): string => `person${n}@example.test`;
