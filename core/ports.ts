import type { OpenApiDescription } from "./api-description.js";
import type { Workspace, ScopeStatus } from "./connection.js";
import type { Erase, PolicyValues } from "./erasure.js";
import type { Gap, NotCovered, Searched } from "./outcome.js";
import type { FoundFile } from "./files.js";
import type { Identifier } from "./identifier.js";
import type { Manifest } from "./manifest.js";
import type { ReadTogether } from "./read-together.js";
import type { ConnectorSettings, RequestSettings } from "./request-settings.js";
import type { VendorProtocol } from "./vendor-protocol.js";

/** Everything that a connector receives from outside. `fetch` is the seam: see `vendor-protocol.ts` for what it does on the way. */
export interface ConnectorContext {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly clock: { now(): number };
  readonly signal: AbortSignal;
  /** Origin of the API for this connection, without a trailing slash. The only one that `fetch` lets through. */
  readonly apiOrigin: string;
  /** Origin of the page on which an admin authorises. */
  readonly appOrigin: string;
  /** The pinned workspace; undefined while connecting. */
  readonly workspaceId: string | undefined;
  /** Data categories that the connection covers; none while connecting. */
  readonly categories: readonly string[];
  /** Shares readings of whole lists with whatever else is done at this connection. Left out where nothing else is: then each reads for itself. */
  readonly readTogether?: ReadTogether;
}

/** A vendor, in full. Connectors are plain objects: nothing is registered by being imported. */
export interface Connector {
  readonly manifest: Manifest;
  readonly protocol: VendorProtocol;
  readonly auth: (context: ConnectorContext) => AuthPort;
  readonly lookup: (context: ConnectorContext) => IdentifierLookupPort;
  readonly executor: (context: ConnectorContext) => RequestExecutorPort;
  /** Where the vendor lets a record be made, a connection can be rehearsed from end to end. */
  readonly rehearsal?: (context: ConnectorContext) => RehearsalPort;
  /** What of the vendor's API is used, so that a later description of the vendor's can be held against it. */
  readonly description?: OpenApiDescription;
}

export interface RehearsalPort {
  /** Makes one synthetic record with this identifier. */
  create(identifier: Identifier): Promise<Match>;
}

export interface AuthPort {
  /** Where the admin authorises; carries the state, never a secret. */
  authoriseUrl(input: { readonly clientId: string; readonly state: string; readonly redirectUri?: string }): string;
  /**
   * Exchanges a one-time code for an access token. `redirectUri` is the one that the admin was sent to the vendor with, where there was one: many vendors want to be told it again
   * (RFC 6749, 4.1.3). @throws DsrError `OAUTH_DENIED` when the vendor refuses the code.
   */
  exchangeCode(input: { readonly clientId: string; readonly clientSecret: string; readonly code: string; readonly redirectUri?: string }): Promise<string>;
  /** Whose account this is. @throws DsrError `AUTH_REJECTED` */
  account(): Promise<Account>;
  /** Whether one scope is granted, without changing anything and without reading a person. */
  probe(scopeId: string): Promise<ScopeProbe>;
  /** Whoever works for the account. Called where the manifest's `teammates` scope is granted; only keyed digests of them are kept. */
  teammates?(): Promise<readonly Teammate[]>;
  /** Ends the grant at the vendor. Left out where no call of the vendor's does: nobody is told then that it has ended. */
  revoke?(): Promise<void>;
}

/** Somebody who works for the account, as far as the vendor tells. */
export interface Teammate {
  /** The vendor's own id. */
  readonly id?: string;
  readonly identifier?: Identifier;
  readonly name?: string;
}

export interface Account {
  readonly workspace: Workspace;
  /** Id of who authorised, and the role's name where the vendor tells it. */
  readonly authorisedBy: { readonly id: string; readonly role: string | null };
  /** The identifier of who authorised, where the vendor tells it: only a keyed digest of it is kept. */
  readonly identifier?: Identifier;
}

export interface ScopeProbe {
  readonly status: ScopeStatus;
  readonly basis: "observed" | "inferred";
}

export interface IdentifierLookupPort {
  /**
   * Finds every record of each identifier: exact, complete, read-only. One result per identifier, in their order. Near matches are
   * reported and never included; a record that the vendor returned and that carries none of them is dropped and counted.
   */
  find(identifiers: readonly Identifier[]): Promise<readonly LookupResult[]>;
  /**
   * Looks at one record by id, as chosen by a human; undefined where the vendor does not show it. It is matched by
   * `chosen` unless it carries one of the identifiers, and tells those that it carries. With one of the manifest's `lookupExtents` it is looked for
   * there, and nowhere else.
   * @throws DsrError `CHOICE_INVALID` for what cannot be an id there
   */
  findById(id: string, identifiers?: readonly Identifier[], extent?: string): Promise<Match | undefined>;
  /**
   * The same as `find` in one of the manifest's `lookupExtents`, and nowhere else. Where the vendor does not show it, the result names the
   * extent's category as not covered, with a gap.
   */
  findIn?(extent: string, identifiers: readonly Identifier[]): Promise<readonly LookupResult[]>;
}

export interface LookupResult {
  readonly matches: readonly Match[];
  /** Records that carry the identifier themselves and hang on none of the matches. Left out where there are none. */
  readonly loose?: readonly LooseRecord[];
  readonly nearMatches: readonly NearMatch[];
  readonly searched: readonly Searched[];
  readonly notCovered: readonly NotCovered[];
  /** Where the vendor's list was not complete. */
  readonly gaps: readonly Gap[];
  /** Records that the vendor returned although they are of another address. */
  readonly dropped: number;
}

export interface Match {
  readonly id: string;
  /** The vendor's kind of record: `user`, `lead`. */
  readonly kind: string;
  readonly matchedBy: "exact" | "case_insensitive" | "chosen";
  /** True for a record that stands for a person by itself: two such may be two people, and a human decides. False for one that may repeat (a lead). */
  readonly primary: boolean;
  /** How many of each dependent category the record itself counts; what is not counted there is left out. */
  readonly holds: Readonly<Record<string, number>>;
  /** The extent that shows it, where the search does not. */
  readonly extent?: string;
  /** When the person was last active (ISO 8601), where the record tells. */
  readonly lastActiveAt?: string;
  /** What the record itself carries, where a human named it by its id: it may be of another person, whose holds count too. Never kept. */
  readonly identifiers?: readonly Identifier[];
}

/** A record of a data category that tells of a person by the identifier alone: a conversation whose author left no other trace. */
export interface LooseRecord {
  readonly category: string;
  readonly id: string;
  /** What the person is to it: `author`. */
  readonly as: string;
  readonly matchedBy: "exact" | "case_insensitive";
  /** Ids of subjects' records that it hangs on, whether the search shows them or not: on a match it is not loose. */
  readonly hangsOn?: readonly string[];
}

export interface NearMatch {
  readonly id: string;
  /** `merged`: a record of this identifier became part of this one, which carries another. */
  readonly why: "tag" | "dots" | "spelling" | "merged";
}

export interface RequestExecutorPort {
  /** Streams all that the vendor holds, page by page. Given a checkpoint, goes on after the page that carried it. */
  collect(input: CollectInput): AsyncIterable<CollectedPage>;
  /**
   * What a deletion of these matches would remove and keep, and what becomes of the loose records. Makes no mutating call. Asked again before
   * the plan is carried out. Without a wish it is about the matches alone.
   */
  planDeletion(matches: readonly Match[], loose?: readonly LooseRecord[], wish?: ErasureWish): Promise<DeletionOutline>;
  /**
   * Reads a record again and tells where its files can be fetched now; none where it or they are gone. Left out where records have no files.
   */
  renewFiles?(record: Pick<FoundFile, "category" | "recordId">): Promise<readonly FoundFile[]>;
  /**
   * Makes sure that what hangs on the subject's own records is the subject's alone still, and reads what its deletion takes besides. Asked before each
   * deletion is announced, of whatever is no record of the subject's own; of those it is asked by their id whose they are. Left out where nothing tells.
   * @throws DsrError `PLAN_STALE` where it is not
   */
  confirm?(target: Target, subject: ErasureSubject): Promise<void>;
  /** Deletes one target, once, in the way that the policies say. Of what it only reads, `confirm` is the place: when this fails, the deletion may have been sent. */
  erase(target: Target, policies?: PolicyValues): Promise<EraseAnswer>;
  /** Whether one target is still there, read by its id and never by search. */
  look(target: Target): Promise<LookAnswer>;
  /** What the vendor's own record of deletions says of these records, which are gone. Left out where it keeps none that can be read. */
  prove?(targets: readonly Target[], policies?: PolicyValues): Promise<readonly DeletionProof[]>;
}

/** Whom a deletion is about: the ids of the subject's own records that go or went, and what they were found by. */
export interface ErasureSubject {
  readonly ids: readonly string[];
  readonly identifiers: readonly Identifier[];
}

/** What was decided about a deletion. */
export interface ErasureWish {
  readonly erase: Erase;
  readonly policies: PolicyValues;
  /** Ids of related records that a human wants left as they are: kept where the vendor can keep them. */
  readonly spare: readonly string[];
  /** Ids of the subject's own records that a human wants left. Left out where there are none. */
  readonly kept?: readonly string[];
  /** Whose records these are, for what tells of the person without hanging on any of them. */
  readonly identifiers: readonly Identifier[];
  /** What the host set for the connector when the request was opened. */
  readonly settings: ConnectorSettings;
}

export interface CollectInput {
  readonly matches: readonly Pick<Match, "id" | "kind" | "extent">[];
  /** To be read as well. */
  readonly loose?: readonly LooseRecord[];
  /** Whose records these are: what a record tells of anybody else is to be kept out of the package. */
  readonly identifiers: readonly Identifier[];
  readonly categories: readonly string[];
  /** Whether the list of who works for the account may be read, for whoever has to know their names. */
  readonly readsTeammates?: boolean;
  /**
   * Whether an address, or a name of at least two words, is of somebody who works for the account, so that it can be taken out of a text: what stands for them, which
   * is the vendor's id where that is known. Asks nobody. Left out where their list is not covered.
   */
  readonly teammate?: (named: string) => string | undefined;
  /** What the host decided, the same whenever the request is resumed. */
  readonly settings: RequestSettings;
  readonly checkpoint: string | undefined;
  /** The records of a category that earlier runs read, on whatever page, as they were handed over; left out where this run is the first. Takes a while where there are many. */
  readonly kept?: (category: string) => AsyncIterable<CollectedRecord>;
}

export interface CollectedPage {
  readonly records: readonly CollectedRecord[];
  readonly gaps: readonly Gap[];
  /** The files of the page's records, which are fetched for it. Those of what was withheld are not among them. */
  readonly files?: readonly FoundFile[];
  /**
   * Covered categories for which the vendor answers "no such thing" about a record that is there. That is no proof that there is nothing, so
   * they count as not covered.
   */
  readonly unreadable?: readonly string[];
  /** Covered categories of which the vendor could not be asked, each with the reason: no failure, but none of it is not nothing. They count as not covered. */
  readonly notAsked?: readonly { readonly category: string; readonly reason: string }[];
  /** Ids of matches whose records tell that they are somebody else's: nothing of theirs is read, and they are matches no longer. */
  readonly strangers?: readonly string[];
  /**
   * How many records the vendor says there are, by category, where this page is the first to tell; the sum over all pages is what there is to
   * read. It shows how far a run has come, and decides nothing.
   */
  readonly announced?: Readonly<Record<string, number>>;
  /** Searches that were answered for this page: what hangs on the matches may have to be looked for. */
  readonly searched?: readonly Searched[];
  /** Opaque to core; holds no personal data beyond the vendor's ids. */
  readonly checkpoint: string;
}

/** One record as received, unknown fields included, apart from what was taken out of it. `data` is JSON. */
export interface CollectedRecord {
  readonly category: string;
  readonly id: string;
  readonly data: unknown;
  readonly provenance: Provenance;
  /** What was taken out because it is about somebody else. Left out where nothing was. */
  readonly redactions?: readonly Redaction[];
  /** What the record holds many of, for the result's counts: `conversation_parts`. */
  readonly contains?: Readonly<Record<string, number>>;
}

export interface Redaction {
  /** What kind of thing was taken out: a plain word of letters, digits, `_` and `-`, 40 at most. */
  readonly rule: string;
  readonly count: number;
}

export interface Provenance {
  /** Method and path template, without values. */
  readonly endpoint: string;
  readonly apiVersion: string;
  readonly vendorRequestId?: string;
  readonly at: string;
}

export interface Target {
  readonly category: string;
  readonly id: string;
  /** The extent that shows it. Whether it is still there is told there, since by its id the vendor shows no such record either way. */
  readonly extent?: string;
}

/** What a human should know before approving a plan. */
export interface PlanWarning {
  readonly code: string;
  /** Where something is not shown whole: the data category, what is the matter with it (a gap's code), and how much of it there is, as far as that is known. */
  readonly category?: string;
  readonly gap?: string;
  readonly id?: string;
  readonly have?: number;
  readonly of?: number;
}

export interface DeletionOutline {
  /** The matches, and with a related deletion what is theirs alone. */
  readonly targets: readonly Target[];
  /** What else was seen to hang on the matches, kept or not: it is looked at once those are gone. */
  readonly dependents?: readonly Target[];
  /** Codes of the manifest's residuals that this deletion leaves; all but the observed ones when left out. */
  readonly residuals?: readonly string[];
  readonly kept: readonly { readonly category: string; readonly id?: string; readonly reason: string }[];
  readonly unseen: readonly { readonly category: string; readonly scope: string }[];
  readonly warnings: readonly PlanWarning[];
  /** Searches that this was drawn from. */
  readonly searched?: readonly Searched[];
  /** Of how many targets beside the subject's own records `confirm` makes sure with one more call when it comes to them later than so long after this was drawn; 0 when left out. */
  readonly confirmed?: { readonly targets: number; readonly afterMs: number };
}

export interface EraseAnswer {
  /**
   * `deleted`: the vendor said so; `absent`: it knows no such object; `accepted`: it will take its time (with a reference) or
   * acknowledged without saying; `not_deleted`: it answered and did not delete.
   */
  readonly answer: "deleted" | "absent" | "accepted" | "not_deleted";
  /** Beside `not_deleted`: the code of what stays for good, where the vendor cannot delete it at all. */
  readonly residual?: string;
  readonly reference?: string;
  readonly vendorRequestId?: string;
}

export interface LookAnswer {
  /**
   * `merged`: the record now is part of another one (`into`), which is no absence. `unknown`: the vendor shows a target of an extent
   * neither way; only its answer to another deletion tells. Core takes an absence for that, too, where the record was not shown before, either.
   */
  readonly answer: "present" | "absent" | "merged" | "unknown";
  /** Beside `unknown`: what may show the target could not be read this time, or not to its end. It is looked at again later, and not deleted again for that. */
  readonly again?: boolean;
  readonly into?: string;
  readonly vendorRequestId?: string;
}

/** What the vendor's record of deletions says of one of them. */
export interface DeletionProof extends Target {
  /** When it went, as the vendor says (ISO 8601); left out where the record does not name it. */
  readonly listedAt?: string;
  /** The code of what the deletion left behind, as far as the record tells. */
  readonly residual?: string;
}
