import { canonicalJson } from "./canonical-json.js";
import type { ErrorCode } from "./errors.js";
import type { Destination, Digest } from "./host-ports.js";
import type { PlanChoices } from "./plan.js";
import type { RequestType } from "./request.js";

/**
 * Many requests that were asked for at once, at one connection. Each line is a request of its own, with its own journal, plan and evidence; a
 * batch only keeps which they are, and holds no address.
 */
export interface Batch {
  readonly id: string;
  readonly type: RequestType;
  readonly connection: string;
  /** Which account that led to when it was opened, and whether that is at the vendor's own API. Left out in batches of versions that did not pin it. */
  readonly account?: { readonly workspace: string; readonly vendorsOwn: boolean };
  /** ISO 8601. */
  readonly openedAt: string;
  /** Keyed digest of the whole input, where it is known before it is read: an interrupted batch of the same input is gone on with. */
  readonly inputKey?: string;
  /** What was decided about every line. */
  readonly choices: BatchChoices;
  /** Of an access batch: the folder that the packages go into, and whom they are sealed for, where that was asked for. */
  readonly directory?: string;
  readonly recipient?: string;
  /** And where it was not, for requests that were begun without. Left out in batches of versions that knew no difference. */
  readonly defaults?: Destination;
  /** Whether the input was read to its end. */
  readonly takenIn: boolean;
  /** Of a deletion batch, once every line was looked at. */
  readonly plan?: BatchPlan;
  /** ISO 8601. */
  readonly confirmedAt?: string;
  /** When no line could be gone on with any more (ISO 8601). */
  readonly endedAt?: string;
  /** Calls that were made for many lines at once; they stand in no request's own count. */
  readonly sharedCalls: number;
}

export type BatchChoices = Pick<PlanChoices, "erase" | "extents">;

/** The dry run of a deletion batch, bound by hash to the plan of each line that would be deleted. */
export interface BatchPlan {
  readonly id: string;
  /** What a human gives to approve; made from the number of records and the hash. */
  readonly confirm: string;
  readonly hash: string;
  /** ISO 8601: when the first of the lines' plans expires. */
  readonly expiresAt: string;
}

/** One line of the input. Holds no address; what was wrong with it is said in fixed words. */
export interface BatchLine {
  /** As counted in the input, from 1. */
  readonly line: number;
  readonly reference?: string;
  /** Left out where the line could not be made a request. */
  readonly requestId?: string;
  /** Why it is no request, or why its request was not worked on when that was last tried. */
  readonly problem?: LineProblem;
  /** Of a deletion batch: the plan of the line that the batch's plan stands for. */
  readonly planId?: string;
}

export interface LineProblem {
  readonly code: ErrorCode;
  /** Which value. */
  readonly at?: string;
  readonly reason?: string;
}

/** The lines of batches, durable when a call resolves. @throws DsrError `INTEGRITY` where one was altered */
export interface BatchStore {
  put(batch: Batch): Promise<void>;
  find(batchId: string): Promise<Batch | undefined>;
  /** Newest first. */
  list(): Promise<readonly Batch[]>;
  /** Adds lines, or replaces those of the same numbers; all of them or none. */
  putLines(batchId: string, lines: readonly BatchLine[]): Promise<void>;
  /** By number. */
  lines(batchId: string): Promise<readonly BatchLine[]>;
}

/** A line whose deletion was planned, and the records that would go. */
export interface PlannedLine {
  readonly line: number;
  readonly requestId: string;
  readonly planId: string;
  /** Category and id of each. */
  readonly records: readonly string[];
  readonly expiresAt: string;
}

/** The plan of a batch from those of its lines; undefined where nothing would be deleted. */
export function drawBatchPlan(digest: Digest, batch: Pick<Batch, "id" | "connection">, lines: readonly PlannedLine[]): BatchPlan | undefined {
  const [first] = lines.map(({ expiresAt }) => expiresAt).sort();
  if (first === undefined) return undefined;
  const hash = digest.sha256(canonicalJson({ batch: batch.id, connection: batch.connection, lines: lines.map(({ line, requestId, planId, records }) => [line, requestId, planId, records.length]) }));
  // Lines about the same person name the same records.
  const records = new Set(lines.flatMap((each) => each.records)).size;
  return { id: `${batch.id}-${hash.slice(0, 6)}`, confirm: `delete-${records}-${hash.slice(0, 8)}`, hash, expiresAt: first };
}
