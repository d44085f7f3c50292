/**
 * A stand-in for a vendor, in this process: stateful, deterministic, without sockets, timers or files. Its author writes it from the
 * vendor's documentation, never from the connector, so that the two can disagree. Time passes in it only when `settleIndex` is called.
 */
export interface VendorSandbox {
  /** The origin that it answers under; nothing listens there. */
  readonly apiOrigin: string;
  /** The workspace that its tokens belong to, by the vendor's id. */
  readonly workspaceId: string;
  /** Answers as the vendor's API would, and never fails: faults are the contract's own. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly issueToken: (wish: TokenWish) => Awaitable<string>;
  /** Takes one scope (by the manifest's id) from a token. */
  readonly withdraw: (token: string, scopeId: string) => Awaitable<void>;
  /** Ends a token: the vendor rejects it from now on. */
  readonly revoke: (token: string) => Awaitable<void>;
  /** Adds a person as if they had been there for long: found by a search at once, without a call. */
  readonly addSubject: (wish: SubjectWish) => Awaitable<PlantedSubject>;
  /**
   * Puts a record where the vendor's search does not show it and one of the manifest's `lookupExtents` does. Needed where the manifest has
   * such.
   */
  readonly hide?: (id: string, extent: string) => Awaitable<void>;
  /**
   * Makes one record part of another one, as the vendor does: gone by itself at once, still in the index until `settleIndex`. A vendor that knows no
   * such thing, or never tells, is exempt from the rules that need it.
   */
  readonly merge?: (id: string, into: string) => Awaitable<void>;
  /** Lists somebody of this identifier among those who work for the account. Needed where the manifest has `teammates`. */
  readonly employ?: (identifier: SubjectWish["identifier"]) => Awaitable<void>;
  /** Somebody else deletes the record: gone at once, still in the index until `settleIndex`. */
  readonly remove: (id: string) => Awaitable<void>;
  /** Whether the vendor's store still holds the record, whatever its API shows. */
  readonly isHeld: (id: string) => Awaitable<boolean>;
  /** Every request that arrived, in order. */
  readonly calls: () => readonly SandboxCall[];
  /** Lets the search index and accepted deletions catch up. */
  readonly settleIndex: () => Awaitable<void>;
  /** How many records one page of the vendor's search holds; `Infinity` where it does not page. */
  readonly searchPageSize: number;
  /** A kind of record of which one person may well have several (a lead), where the vendor has one. */
  readonly repeatableKind?: string;
  /** Needed where the protocol names hosts of files. */
  readonly files?: SandboxFiles;
  /** Somebody who works for the account writes to people, or notes down something about them. A vendor that tells of no such thing is exempt from the rules that need it. */
  readonly staff?: SandboxStaff;
  /** Needed where the manifest declares related deletion, and where several people may have a part in one record; a vendor that knows no such records is exempt from the rules that need them. */
  readonly related?: SandboxRelated;
  /** Needed where the manifest offers `oauth2`. */
  readonly oauth?: SandboxOAuth;
  /**
   * What the vendor would have answered, had it not deleted the record that this answer says it deletes. Needed where that is not said by
   * the answer's `true` having become `false`.
   */
  readonly denyDeletion?: (answer: SandboxAnswer) => SandboxAnswer;
}

export type Awaitable<T> = T | Promise<T>;

export interface TokenWish {
  /** By the manifest's ids, and no others. */
  readonly scopes: readonly string[];
  /** The vendor's name of the role of whoever authorises; the one that the manifest requires when left out. */
  readonly role?: string;
  /** True for a token of another workspace than `workspaceId`. */
  readonly elsewhere?: boolean;
}

export interface SubjectWish {
  readonly identifier: { readonly category: string; readonly value: string };
  /** The vendor's kind of record; one that stands for a person by itself when left out. */
  readonly kind?: string;
  /** To be part of a text in each record that is planted, so that the contract can find it again. */
  readonly text: string;
  /**
   * `bare`: the record alone; `one`: one record in each data category; `paged`: of each that the vendor pages, more than one page, of which the last
   * is not full; `full`: two pages, of which the last is.
   */
  readonly volume: "bare" | "one" | "paged" | "full";
}

export interface PlantedSubject {
  /** The vendor's id of the record. */
  readonly id: string;
  /** By data category of the manifest, each of them: a text from each record that was planted; none where its records hold no text of their own. None may be part of another one. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
}

export interface SandboxCall {
  readonly method: string;
  readonly path: string;
  /** Whether it changed anything at the vendor. Ordering a deletion that is ordered already did not. */
  readonly effect: boolean;
}

export interface SandboxStaff {
  /** Somebody of this name who works for the account writes to the person, in a record of its own. */
  readonly write?: (personId: string, name: string, text: string) => Awaitable<void>;
  /** Somebody of this name who works for the account notes this down about the person, for the account's other staff. */
  readonly note?: (personId: string, name: string, text: string) => Awaitable<void>;
}

export interface SandboxRelated {
  /**
   * Adds a record of this data category in which these people (by their ids) and nobody else have a part, as if it had been there for long: its
   * id, as a target names it. Several people share it, and the first of them wrote the text; undefined where the vendor knows no such thing, or
   * does not tell.
   */
  readonly add: (category: string, people: readonly string[], text: string) => Awaitable<string | undefined>;
  /** Categories of whose records the vendor does not tell who wrote the text, so that it may be anybody's of those who share one. */
  readonly anonymous?: readonly string[];
  /** Somebody else comes to have a part in that record; false where the vendor knows no such thing, or does not tell. */
  readonly share: (category: string, id: string, person: string) => Awaitable<boolean>;
  /** Somebody else deletes that record: gone at once. */
  readonly remove: (category: string, id: string) => Awaitable<void>;
  /** Whether the vendor's store still holds that record. */
  readonly isHeld: (category: string, id: string) => Awaitable<boolean>;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly body: string;
}

export interface SandboxOAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  /** An address to come back to that is registered at the vendor; any is when left out. */
  readonly redirectUri?: string;
  /** An admin opens the authorise URL and agrees: what the vendor then hands back to the app. */
  readonly authorise: (url: string) => Awaitable<{ readonly code: string; readonly state: string | null }>;
}

export interface SandboxFiles {
  /** Attaches a file to one of the person's records; with `elsewhere`, behind a link to a host that is not the vendor's. */
  readonly attach: (personId: string, file: { readonly text: string; readonly elsewhere?: boolean }) => Awaitable<void>;
  /** Ends the links that were handed out so far; whoever reads the record again gets others. */
  readonly endLinks: () => Awaitable<void>;
}
