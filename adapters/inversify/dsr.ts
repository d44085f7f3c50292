import type { OAuthApp } from "../../core/authorise.js";
import type { Batch, BatchChoices } from "../../core/batch.js";
import type { InputLine } from "../../core/batch-intake.js";
import type { BatchResult } from "../../core/batch-result.js";
import type { ConnectResult } from "../../core/connect.js";
import type { Connection } from "../../core/connection.js";
import type { ErrorCode } from "../../core/errors.js";
import type { Evidence, EvidenceHead } from "../../core/evidence.js";
import type { EvidenceFile } from "../../core/evidence-file.js";
import type { Population, PopulationFilter } from "../../core/evidence-population.js";
import type { HoldInput, HoldSummary } from "../../core/holds.js";
import type { Destination, SigningKey } from "../../core/host-ports.js";
import type { RequestInput } from "../../core/intake.js";
import type { Manifest } from "../../core/manifest.js";
import type { PlanChoices } from "../../core/plan.js";
import type { Account } from "../../core/ports.js";
import type { RehearsalReport } from "../../core/rehearse.js";
import type { PrivacyRequest, RequestFilter, RequestType } from "../../core/request.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import type { ScopeReport, Selection } from "../../core/scopes.js";
import type { Chore } from "../../core/upkeep.js";

/** The framework, as a host platform uses it. Every method throws `DsrError` only. */
export interface Dsr {
  /** What each registered connector says it can do. */
  manifests(): readonly Manifest[];
  /** @throws DsrError `CONNECTOR_UNKNOWN` */
  manifest(id: string): Manifest;

  /** The address of the vendor's page on which an admin authorises. */
  beginAuthorisation(target: ConnectTarget, app: OAuthApp, redirectUri?: string): Promise<string>;
  /** The access token, from the address that the vendor came back to. `redirectUri` is the one that it was begun with. @throws DsrError `OAUTH_STATE_INVALID`, also for another one; `OAUTH_DENIED` */
  completeAuthorisation(target: ConnectTarget, app: OAuthApp, callback: string, redirectUri?: string): Promise<string>;
  /**
   * Connects an account with an access token, or says everything that is missing and stores nothing. `rate` lowers the manifest's requests
   * per window. @throws DsrError `CONNECTION_EXISTS`, `AUTH_REJECTED`, `REGION_MISMATCH`, `VENDOR_UNAVAILABLE`
   */
  connect(target: ConnectTarget, selection: Selection, credential: string, rate?: number): Promise<ConnectResult>;
  /** Gives a connection a new token of the same workspace; the old one stays until the new one passes. @throws DsrError `WRONG_WORKSPACE` */
  reconnect(name: string, credential: string, capabilities?: Selection["capabilities"]): Promise<ConnectResult>;
  connections(): Promise<readonly Connection[]>;
  /** The named connection, or the only one. @throws DsrError `CONNECTION_UNKNOWN` */
  connection(name?: string): Promise<Connection>;
  /** Probes every permission of a connection again. @throws DsrError `AUTH_REJECTED`, `WRONG_WORKSPACE` */
  check(name: string): Promise<CheckResult>;
  /** Makes, reads, deletes and looks after one made-up record at the vendor: only with the account's consent. */
  rehearse(name: string): Promise<RehearsalReport>;
  /**
   * Forgets a connection; with `revoke` the grant is ended at the vendor first, and where that fails, only what had been begun was given up (`abandon`).
   * What others begin on it meanwhile is given up, too, with `abandon`; without, the connection is kept. Deleted people for whom a later look is to come are looked for no more. A request whose journal was altered stays as it is; one that somebody works
   * on, or that is another home's, is only marked to end: each is told. @throws DsrError `CONNECTION_IN_USE` while requests wait;
   * `CONNECTION_UNKNOWN` where it was removed, or made anew, meanwhile
   */
  disconnect(name: string, options?: { readonly revoke?: boolean; readonly abandon?: boolean }): Promise<{ readonly givenUp: readonly string[]; readonly notGivenUp: readonly NotGivenUp[] }>;

  /** Reads everything about a person into a package. Breakage is an outcome (`parked`, `needs_attention`) and can be resumed. */
  access(connection: string | undefined, input: RequestInput, options?: RunOptions): Promise<AccessResult>;
  /** The dry run of a deletion: exactly what would go and stay. Makes no mutating call. */
  plan(connection: string | undefined, input: RequestInput, choices?: PlanChoices, options?: RunOptions): Promise<DeletionResult>;
  /** Executes a plan that a human confirmed with its code. */
  delete(planId: string, confirm: string, options?: RunOptions): Promise<DeletionResult>;
  /** Takes a human's confirmation of a plan and leaves the rest to `resume`, or to a worker. */
  confirm(planId: string, confirm: string): Promise<DeletionResult>;
  resume(requestId: string, options?: RunOptions): Promise<RequestResult>;
  /**
   * Goes on with several at the same time, as `resume` does with one, and tells of each as soon as it is done with; one that fails stops no other. Deletions
   * look up together whom they are about, where the vendor takes a list, which costs fewer calls.
   */
  resumeEach(requestIds: readonly string[], onEnded: (each: Resumed) => void, options?: RunOptions): Promise<void>;
  /**
   * Stops a request before its next effect; one that nobody is working on ends at once. A deletion of which it is not known yet what became of something
   * that it announced ends once that is known: `resume` looks, and deletes nothing more.
   */
  cancel(requestId: string): Promise<RequestResult>;
  requests(filter?: RequestFilter): Promise<readonly PrivacyRequest[]>;

  /**
   * Many requests at once, one for each line. Access requests are carried out; deletions are planned, and nothing is deleted. A line that is wrong
   * or fails stops no other.
   */
  batch(connection: string | undefined, input: BatchInput, options?: BatchOptions): Promise<BatchResult>;
  /** Carries out the plan of a deletion batch: exactly what each line's own plan says. @throws DsrError `PLAN_UNKNOWN`, `PLAN_STALE`, `CONFIRMATION_REFUSED` */
  runBatch(planId: string, confirm: string, options?: BatchOptions): Promise<BatchResult>;
  /** Goes on with what can be gone on with. @throws DsrError `BATCH_UNKNOWN` */
  resumeBatch(batchId: string, options?: BatchOptions): Promise<BatchResult>;
  /** @throws DsrError `BATCH_UNKNOWN` */
  batchResult(batchId: string, options?: Pick<RunOptions, "signal">): Promise<BatchResult>;
  /** Newest first. */
  batches(): Promise<readonly Batch[]>;

  /**
   * Does what is due after requests have ended: looks again for people who were deleted, removes packages and pages whose time is over, destroys
   * keys. To be called from time to time, an hour is often enough; a result's `toCome` says what is next.
   */
  upkeep(options?: Pick<RunOptions, "signal">): Promise<UpkeepReport>;
  result(requestId: string): Promise<RequestResult>;
  /** What may truthfully be told to the data subject of a request, as plain text, in the request's language or another (BCP 47). */
  statement(requestId: string, options?: { readonly language?: string }): Promise<string>;

  /** What was recorded of a request, checked against its own chain. */
  evidence(requestId: string): Promise<Evidence & { readonly head: EvidenceHead }>;
  /** Every request of a period, whatever became of it, with a signed statement of how many they are. */
  evidenceList(filter?: PopulationFilter): Promise<Population>;
  /** A request's evidence as a file that a stranger can check with `verifyEvidence`. */
  exportEvidence(requestId: string): Promise<EvidenceFile>;
  /** The public half of the key that signs this home's evidence. */
  evidenceKey(): Promise<SigningKey>;

  /** Keeps a person from being deleted, at every connection, until the hold is released or expires. */
  placeHold(hold: HoldInput): Promise<HoldSummary>;
  /** Every hold that was not released. */
  holds(): Promise<readonly HoldSummary[]>;
  releaseHold(id: string): Promise<HoldSummary>;

  /** Interrupts what runs and waits for it: interrupted requests can be resumed. Afterwards every call is refused. */
  close(): Promise<void>;
}

/** A request that stays open although its connection is gone, and why. */
export interface NotGivenUp {
  readonly requestId: string;
  readonly code: ErrorCode;
}

export interface CheckResult {
  readonly connection: Connection;
  readonly account: Account;
  readonly report: ScopeReport;
  /** Undefined when all is well. */
  readonly code: ErrorCode | undefined;
}

/** Where an account is to be connected. */
export interface ConnectTarget {
  readonly connector: string;
  readonly name: string;
  readonly region?: string;
  readonly apiUrl?: string;
}

/** How a request is run. */
export interface RunOptions {
  /** Aborting it starts no further effect; the request can be resumed. */
  readonly signal?: AbortSignal;
  /** Deletion: stay for every look. */
  readonly waitForAllLooks?: boolean;
  /** Access: the folder that the package goes into; as asked before when left out. */
  readonly directory?: string;
  /** Access: an `age` recipient (age1…). The package is written for that key alone, as one file, and never in the clear. As asked before when left out. */
  readonly recipient?: string;
  /** Access: both, for requests that were begun without. */
  readonly defaults?: Destination;
  /** Access: where to look beyond the vendor's search, by the manifest's `lookupExtents`. A plan has them among its choices. */
  readonly extents?: readonly string[];
  /** Told the request's id as soon as it is known, so that an interrupted run can be named. */
  readonly onOpened?: (requestId: string) => void;
}

/** A request that was gone on with: to a result, or until something kept it from one. */
export type Resumed = { readonly requestId: string; readonly result: RequestResult } | { readonly requestId: string; readonly code: ErrorCode };

/** What is asked for of many people. */
export interface BatchInput {
  readonly type: RequestType;
  /** Read once, from its beginning to its end. */
  readonly lines: AsyncIterable<InputLine>;
  readonly choices?: BatchChoices;
  /** SHA-256 of the input, where it is known: a batch of the same input that was interrupted is gone on with. */
  readonly inputHash?: string;
}

/** How a batch is run. */
export interface BatchOptions {
  /** Aborting it starts no further effect; the batch can be resumed. */
  readonly signal?: AbortSignal;
  /** Of a deletion batch's plan: takes the confirmation for every line, and leaves the rest to workers. */
  readonly queue?: boolean;
  /** How long to wait for a vendor that does not answer, and for lines that other processes hold; 15 minutes when left out. */
  readonly patienceMs?: number;
  /** Access: where the packages go, and whom they are sealed for. */
  readonly directory?: string;
  readonly recipient?: string;
  /** Both, where the batch, or a line's request, was begun without. */
  readonly defaults?: Destination;
  readonly onOpened?: (batchId: string) => void;
  readonly onProgress?: (progress: BatchProgress) => void;
}

export interface BatchProgress {
  /** Lines that are done with in this run, and how many it is about. */
  readonly done: number;
  readonly of: number;
  /** While the vendor does not answer. */
  readonly waiting: boolean;
  /** How many lines other processes hold, while nothing else is left to do but to wait for these. */
  readonly held: number;
}

/** What was done about a request after its end. `looked_in_part`: nobody was there in a list that was not whole. `package_missing`: it was not where it had been put. */
export type Done = "looked_again" | "looked_in_part" | "reappeared" | "look_missed" | "package_deleted" | "package_missing" | "pages_dropped" | "key_destroyed";

/** A request that something was done about, or should have been. */
export interface Tended {
  readonly request: PrivacyRequest;
  readonly done: readonly Done[];
  /** Why what comes next was not done; it is due as before. */
  readonly failed?: { readonly what: Chore["what"] | "journal"; readonly code: ErrorCode };
}

export interface UpkeepReport {
  readonly tended: readonly Tended[];
  /** False where another process kept what was destroyed from being wiped out of the files: the next upkeep tries again. */
  readonly purged: boolean;
}
