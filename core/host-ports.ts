import type { BatchStore } from "./batch.js";
import type { FetchedFile, FileAnswer } from "./files.js";
import type { Evidence, EvidenceRecord } from "./evidence.js";
import type { Hold } from "./holds.js";
import type { Identifier } from "./identifier.js";
import type { Connection, Workspace } from "./connection.js";
import type { Finding, JournalEntry } from "./journal.js";
import type { Manifest } from "./manifest.js";
import type { CollectedPage, Redaction } from "./ports.js";
import type { PrivacyRequest, RequestFilter } from "./request.js";
import type { RequestResult } from "./results.js";

/** Time. `now` is Unix milliseconds (UTC); `monotonicMs` never jumps and means nothing by itself. */
export interface Clock {
  now(): number;
  monotonicMs(): number;
  /** Resolves after `ms` (never negative), or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** A new id, unguessable, of 20 or more lower-case letters and digits: a request's id leaves out the first 8 of them. */
  id(): string;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

export interface Digest {
  /** SHA-256 of the UTF-8 text, lower-case hex. */
  sha256(text: string): string;
  /** The same keyed with this home's secret, for values that could be guessed. */
  keyed(text: string): string;
}

/** A lease on one request: one worker at a time acts on it. Reading and cancelling need none. */
export interface Lease {
  readonly requestId: string;
  /** Aborts when the lease is lost, so that a worker that was thought dead starts no further effect. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * The durable record of every request. What `append` and `open` took is on disk when they resolve; entries are chained, and an altered
 * chain is refused with `INTEGRITY`. Identifiers are sealed at rest. `open` and `append` write the evidence of what they take in the same
 * transaction, and each `ended` signs a checkpoint of it: there is no moment at which the one is known and the other is not.
 */
export interface RequestJournal {
  /**
   * Stores a new request, with what was asked for as its first entry. A request of the same connection, type and reference that stands there
   * already is returned instead.
   */
  open(request: PrivacyRequest, identifiers: readonly Identifier[], asked?: Extract<JournalEntry, { kind: "asked" }>): Promise<PrivacyRequest>;
  find(requestId: string): Promise<PrivacyRequest | undefined>;
  list(filter: RequestFilter): Promise<readonly PrivacyRequest[]>;
  identifiers(requestId: string): Promise<readonly Identifier[]>;
  /** Undefined while another live worker holds it. */
  lease(requestId: string): Promise<Lease | undefined>;
  entries(requestId: string): Promise<readonly JournalEntry[]>;
  /** Folds the same entries in their order, of which a few are held at a time: reading a long history writes one for each of its pages. */
  fold<State>(requestId: string, next: (state: State, entry: JournalEntry) => State, from: State): Promise<State>;
  /** @throws DsrError `REQUEST_BUSY` when the lease has passed to another worker, `STORAGE_FAILED` when it cannot be made durable. */
  append(lease: Lease, entry: JournalEntry): Promise<void>;
  /** Marks a request so that a worker stops before its next effect; needs no lease. The mark goes when the request ends, whichever way. False when it has ended already. */
  requestCancel(requestId: string): Promise<boolean>;
  cancelRequested(requestId: string): Promise<boolean>;
  /**
   * Records what remains, and makes the identifiers and every entry before it unreadable for ever, whoever has the home's key. From then on
   * `entries` begins with that entry, and `identifiers` refuses. The chain of all entries and the evidence can be checked as before.
   * @throws DsrError `REQUEST_BUSY`, `STORAGE_FAILED`
   */
  destroyKey(lease: Lease, entry: Extract<JournalEntry, { kind: "key_destroyed" }>): Promise<void>;
  /** Takes out of the store's files what was deleted from it; false while another process is in the way. */
  purge(): Promise<boolean>;
}

/** A signing key at hand (Ed25519). */
export interface Signer {
  key(): SigningKey;
  /** Over the UTF-8 text; hex. */
  sign(text: string): string;
}

/** The public half of a signing key. */
export interface SigningKey {
  /** SPKI, DER, base64. */
  readonly publicKey: string;
  /** SHA-256 of the DER bytes, lower-case hex: what people compare. */
  readonly fingerprint: string;
}

/** What the journal wrote as evidence, checked as it is read. */
export interface EvidenceStore {
  /** @throws DsrError `REQUEST_UNKNOWN`, `INTEGRITY` */
  read(requestId: string): Promise<Evidence>;
  /** The last record alone. @throws DsrError `REQUEST_UNKNOWN`, `INTEGRITY` */
  last(requestId: string): Promise<EvidenceRecord>;
  /** How far every request's evidence has come, by the request's id. */
  tips(): Promise<ReadonlyMap<string, EvidenceTip>>;
  /** What a text is called in a request's evidence (see `recordText`); undefined once the request's key is destroyed. */
  pseudonym(requestId: string, text: string): Promise<string | undefined>;
  /** A rehearsal is no request; that one took place is noted before it begins. */
  noteRehearsal(rehearsal: Rehearsal): Promise<void>;
  rehearsals(): Promise<readonly Rehearsal[]>;
}

/** The last record of a request, and the last one that says where the request stands: see `isAsideFact`. */
export interface EvidenceTip {
  readonly last: EvidenceRecord;
  readonly standing: EvidenceRecord;
}

export interface Rehearsal {
  readonly at: string;
  readonly connector: string;
  readonly connection: string;
}

/** Legal holds. None is ever removed: a release is one more fact. @throws DsrError `INTEGRITY` where one was altered or taken away */
export interface Holds {
  place(hold: Hold): Promise<void>;
  /** Oldest first, released ones included. */
  list(): Promise<readonly Hold[]>;
  /** The hold with its release, the first one where there were several; undefined where there is no such hold. */
  release(id: string, at: string): Promise<Hold | undefined>;
}

/** A page as it is staged: its files are fetched, and nothing links to where they were. */
export interface StagedPage extends Omit<CollectedPage, "files"> {
  readonly files?: readonly FetchedFile[];
}

export interface StagedFile {
  readonly mediaType?: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Pages and files of an access request between being read and being packaged: sealed, durable, dropped afterwards. */
export interface Staging {
  /** Stores page `number` of the request durably, replacing one that was never journalled. */
  put(requestId: string, number: number, page: StagedPage): Promise<void>;
  /** The first `count` pages, in order. */
  read(requestId: string, count: number): AsyncIterable<StagedPage>;
  /** Takes a file from its first byte to its last, durably, or leaves nothing. Never holds more than a piece of it. */
  putFile(requestId: string, key: string, file: FileAnswer): Promise<StagedFile>;
  /** Undefined where the file was never staged to its end. */
  findFile(requestId: string, key: string): Promise<StagedFile | undefined>;
  /** @throws DsrError `INTEGRITY` where it is not there or not whole */
  readFile(requestId: string, key: string): AsyncIterable<Uint8Array>;
  drop(requestId: string): Promise<void>;
  /** Ids of the requests of which pages lie here. */
  list(): Promise<readonly string[]>;
  /** When anything of the request was last put here (ms since 1970); 0 where that is not known. */
  touchedAt(requestId: string): Promise<number>;
}

/** What the lookup came to, and all gaps: those of the lookup and those of the pages. */
export type PackageSummary = Pick<Finding, "matches" | "nearMatches" | "searched" | "notCovered" | "gaps"> & Partial<Pick<Finding, "dropped">>;

/** Where a package goes, and for whom. */
export interface Destination {
  /** Where the operator wants it; the host's own place when left out. */
  readonly directory?: string;
  /** The public key of whom the package is for: nobody else may be able to open it. In the clear when left out. */
  readonly recipient?: string;
}

/** What a package says of itself, beside its records. */
export interface PackageHeader extends Destination {
  readonly request: PrivacyRequest;
  readonly connection: Connection;
  /** Says in words what each category holds and which permission reads it. */
  readonly manifest: Pick<Manifest, "vendor" | "product" | "dataCategories" | "places" | "scopes" | "translations">;
  readonly summary: PackageSummary;
  /** When the vendor last showed something of what is packaged (ISO 8601); undefined where it was asked for nothing. */
  readonly seenAt: string | undefined;
}

export interface PackageReceipt {
  readonly path: string;
  /** Of `manifest.json`, which holds the hash of every other file. */
  readonly sha256: string;
  /** Records by category; `attachments` are files of records. */
  readonly counts: Readonly<Record<string, number>>;
  /** What was taken out of all records because it concerns others, by rule. Left out by versions that did not add it up. */
  readonly redactions?: readonly Redaction[];
  readonly expiresAt: string;
  /** The same package as one file, where the host makes one; its hash is of the file's bytes. */
  readonly zip?: { readonly path: string; readonly sha256: string };
}

export interface PackageSink {
  /** A place that was named, as it is pinned into a request: so that it is the same one for whoever goes on with it. As it was named when left out. */
  placeOf?(directory: string): string;
  /**
   * Called before anything is read: makes sure that a package can be written there, in the host's own place when left out.
   * @throws DsrError `REQUEST_INVALID` for a place that was named, `STORAGE_FAILED` for the host's own
   */
  prepare(directory: string | undefined, recipient: string | undefined): Promise<void>;
  /**
   * Writes the package whole or not at all; records that share category and id are written once. `readFile` gives the bytes of the files that
   * the pages name, by their keys.
   */
  write(header: PackageHeader, pages: AsyncIterable<StagedPage>, readFile: (key: string) => AsyncIterable<Uint8Array>): Promise<PackageReceipt>;
  /** Removes a request's package, and what interrupted writes of it left, and looks whether it is gone. */
  remove(where: PackagePlaces): Promise<PackageRemoval>;
}

/** Where packages of a request may lie: what it is called, and the folders that were ever asked for beside the host's own place. */
export interface PackagePlaces {
  readonly requestId: string;
  readonly connection: string;
  readonly directories: readonly string[];
  readonly receipt?: PackageReceipt;
}

/**
 * What became of a package: `deleted`, and not there any more when it was looked for; `not_found` where it had been put; `not_deleted`: still
 * there. Of the folder and of the file, each left out where none was made.
 */
export interface PackageRemoval {
  readonly folder?: RemovalOutcome;
  readonly file?: RemovalOutcome;
}

export type RemovalOutcome = "deleted" | "not_found" | "not_deleted";

/** A request of which a statement is to be made. */
export interface StatementSubject {
  readonly request: PrivacyRequest;
  readonly result: RequestResult;
  readonly manifest: PackageHeader["manifest"];
  /** To the account that it was carried out in; undefined where nothing is known of that any more. */
  readonly connection: ConnectionThen | undefined;
  /** BCP 47; the request's own when left out. */
  readonly language?: string;
  readonly atMs: number;
}

/** A connection as far as a statement tells of it; without the account's name where only its id is known any more. */
export interface ConnectionThen {
  readonly workspace: Omit<Workspace, "name"> & Partial<Pick<Workspace, "name">>;
}

/** What may truthfully be told to a data subject, in plain words: searched, found, deleted, what remains, what was not looked at. */
export interface StatementWriter {
  write(subject: StatementSubject): Promise<string>;
}

/** Connections and their sealed credentials. */
export interface ConnectionStore {
  /** Stores a new connection. @throws DsrError `CONNECTION_EXISTS` where there is one of its name by now, which stays as it is */
  add(connection: Connection, credential: string): Promise<void>;
  /** Stores a connection in place of what stands under its name; its credential stays unless one is given. */
  put(connection: Connection, credential?: string): Promise<void>;
  /**
   * Changes a connection as it stands now, so that nothing is lost that another process wrote meanwhile; its credential stays unless one is given. Undefined, and
   * nothing is stored, where there is no such connection (any more). `next` may be asked more than once.
   */
  change(name: string, next: (current: Connection) => Connection, credential?: string): Promise<Connection | undefined>;
  get(name: string): Promise<Connection | undefined>;
  list(): Promise<readonly Connection[]>;
  /**
   * The credential of the connection of that name. Where `then` is given, only as long as it still is that very one (`isSameConnection`).
   * @throws DsrError `CONNECTION_UNKNOWN` where there is none, or one that was made anew since
   */
  credential(name: string, then?: Connection): Promise<string>;
  /** Where `then` is given, only as long as it still is that very one. @throws DsrError `CONNECTION_UNKNOWN` where it is not, or not any more */
  remove(name: string, then?: Connection): Promise<void>;
}

/** One-time OAuth states: issued bound to a purpose, consumed once. */
export interface OAuthStates {
  issue(state: string, boundTo: string, expiresAtMs: number): Promise<void>;
  /** True once, for a state that was issued for this purpose and has not expired. */
  consume(state: string, boundTo: string, nowMs: number): Promise<boolean>;
}

/** How long things may take. Composition values: a test shortens them, a deployment rarely does. */
export interface Timings {
  /** When a deleted target is looked at, counted from the vendor's answer. */
  readonly looksMs: readonly number[];
  /** How many of those looks a run waits for unless it is told to wait for all. */
  readonly foregroundLooks: number;
  /** How long the pinned workspace is trusted before it is read again. */
  readonly accountTtlMs: number;
  readonly planTtlMs: number;
  /** How long a parked request waits before it is worth resuming. */
  readonly parkMs: number;
  /** After so long without any progress a parked request needs attention. */
  readonly unreachableAfterMs: number;
  readonly oauthStateTtlMs: number;
  /** When a person whose deletion was verified is looked for again, counted from its end. */
  readonly laterLooksMs: readonly number[];
  /** When to look once more where a search still shows what is not there. */
  readonly lagLookMs: number;
  /** After so long a later look that could not be taken is given up, and recorded as missed. */
  readonly lookGraceMs: number;
  /** How long the identifiers and the vendor's ids of a request are kept after its end where no later look and no package needs them. */
  readonly keyKeptMs: number;
  /** How long pages are kept of an access request that nobody goes on with. */
  readonly stagedPagesMs: number;
}

export const DEFAULT_TIMINGS: Timings = {
  looksMs: [0, 5_000, 30_000, 120_000, 600_000],
  foregroundLooks: 3,
  accountTtlMs: 3_600_000,
  planTtlMs: 86_400_000,
  parkMs: 900_000,
  unreachableAfterMs: 86_400_000,
  oauthStateTtlMs: 600_000,
  laterLooksMs: [86_400_000, 604_800_000],
  lagLookMs: 900_000,
  lookGraceMs: 2_592_000_000,
  keyKeptMs: 604_800_000,
  stagedPagesMs: 432_000_000,
};

/** All that core needs from where it runs. */
export interface Host {
  readonly timings: Timings;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  readonly journal: RequestJournal;
  readonly staging: Staging;
  readonly packages: PackageSink;
  readonly statements: StatementWriter;
  readonly connections: ConnectionStore;
  readonly oauthStates: OAuthStates;
  readonly evidence: EvidenceStore;
  /** This home's signing key, made when it is first asked for. Whether it is still there is looked at each time. */
  readonly signer: () => Promise<Signer>;
  readonly holds: Holds;
  readonly batches: BatchStore;
}
