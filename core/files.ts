/** A file that belongs to a record, as a connector found it. */
export interface FoundFile {
  readonly category: string;
  readonly recordId: string;
  /** Tells it from the record's other files. Where its link stood in the record's data stands `fileMark(id)`. */
  readonly id: string;
  /** What stays the same however often the vendor links it anew. */
  readonly place: string;
  /** Where it can be fetched for a short while, without a credential; empty where the vendor gives no link. A secret as long as it works: nothing keeps it. */
  readonly url: string;
  /** As the vendor tells them: its name, its media type and its size in bytes. */
  readonly name?: string;
  readonly mediaType?: string;
  readonly bytes?: number;
}

/** A file that was fetched: staged under `key`, and packaged from there. */
export interface FetchedFile {
  readonly category: string;
  readonly recordId: string;
  readonly id: string;
  readonly key: string;
  readonly name?: string;
  /** As its answer said, else as the vendor told. */
  readonly mediaType?: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What stands in a record's data in the place of a link to one of its files. */
export function fileMark(id: string): string {
  return `[file ${id}]`;
}

/** What a link led to. `bytes` can be read once, and throws where the connection breaks or the file is too large. */
export interface FileAnswer {
  /** Lower-case, without parameters; undefined where the answer does not tell. */
  readonly mediaType: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Why there is no file: it lies where nothing is fetched from, it is larger than the limit, or its link did not give it. */
export type FileFailure = "host_refused" | "too_large" | "not_given";

/**
 * Fetches what a link leads to, from the hosts that the connector declares, with no credential whatever. `take` is called anew for each attempt;
 * what it throws itself ends the download. @throws DsrError `INTERRUPTED`
 */
export type Download = <T>(url: string, take: (answer: FileAnswer) => Promise<T>) => Promise<{ readonly taken: T } | { readonly failed: FileFailure }>;
