import type { Batch, BatchLine } from "../../core/batch.js";
import type { CollectedRecord } from "../../core/ports.js";
import type { Identifier } from "../../core/identifier.js";
import type { Hold } from "../../core/holds.js";
import type { PackageReceipt, Rehearsal, StagedFile } from "../../core/host-ports.js";
import type { PrivacyRequest } from "../../core/request.js";

/**
 * What stands in for the disk: it outlives the hosts that are opened over it, as files outlive processes. Documents are kept as JSON
 * text, so that nothing is shared by reference between a writer and a reader.
 */
export interface MemoryState {
  readonly requests: Map<string, StoredRequest>;
  readonly leases: Map<string, StoredLease>;
  readonly connections: Map<string, { readonly connection: string; readonly credential: string | undefined }>;
  readonly oauthStates: Map<string, { readonly boundTo: string; readonly expiresAtMs: number }>;
  /** By request id, then by page number. */
  readonly pages: Map<string, Map<number, string>>;
  /** By request id and key. */
  readonly files: Map<string, { readonly staged: StagedFile; readonly content: Uint8Array }>;
  /** By request id. */
  readonly packages: Map<string, MemoryPackage>;
  readonly holds: Map<string, Hold>;
  readonly rehearsals: Rehearsal[];
  readonly batches: Map<string, { readonly batch: Batch; readonly lines: Map<number, BatchLine> }>;
  /** Processes that are alive, by a number that is never used again. */
  readonly processes: { readonly alive: Set<number>; started: number };
}

export interface StoredRequest {
  request: PrivacyRequest;
  identifiers: readonly Identifier[];
  /** Once the key is destroyed: the entry that says so, and those that follow. */
  readonly entries: string[];
  keyDestroyed: boolean;
  /** One record for the request, and one for each entry. */
  readonly evidence: string[];
  readonly checkpoints: string[];
  cancelRequested: boolean;
}

export interface StoredLease {
  readonly fence: number;
  /** The process that holds it; undefined once it is released. */
  readonly holder: number | undefined;
  readonly lose: () => void;
}

/** A package as it would stand in a folder. */
export interface MemoryPackage {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly records: Readonly<Record<string, readonly CollectedRecord[]>>;
  readonly receipt: PackageReceipt;
}

export function createMemoryState(): MemoryState {
  return {
    requests: new Map(),
    leases: new Map(),
    connections: new Map(),
    oauthStates: new Map(),
    pages: new Map(),
    files: new Map(),
    packages: new Map(),
    holds: new Map(),
    rehearsals: [],
    batches: new Map(),
    processes: { alive: new Set(), started: 0 },
  };
}

/** A copy that shares nothing with the original, as if it had been written and read. */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
