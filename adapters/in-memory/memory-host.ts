import { createHash, createHmac } from "node:crypto";
import { DEFAULT_TIMINGS, type Host, type Timings } from "../../core/host-ports.js";
import { createStatementWriter } from "../packages/statement-writer.js";
import { createManualClock, type ManualClock } from "./manual-clock.js";
import { createMemoryBatches } from "./memory-batches.js";
import { createMemoryEvidence, memorySigner } from "./memory-evidence.js";
import { createMemoryJournal, expireLease } from "./memory-journal.js";
import { createMemoryPackages } from "./memory-packages.js";
import { startMemoryProcess, type Watch } from "./memory-process.js";
import { createMemoryState, type MemoryPackage, type MemoryState } from "./memory-state.js";
import { createMemoryConnections, createMemoryHolds, createMemoryOAuthStates, createMemoryStaging } from "./memory-stores.js";
import { createSeededRandom } from "./seeded-random.js";

export interface MemoryHostOptions {
  /** What an earlier host left behind; empty when left out. */
  readonly state?: MemoryState;
  /** A clock that goes by itself when left out. */
  readonly clock?: ManualClock;
  readonly seed?: number;
  readonly timings?: Partial<Timings>;
  readonly watch?: Watch;
}

/** A host without disk, for tests, simulations and for judging connectors. */
export interface MemoryHost extends Host {
  readonly clock: ManualClock;
  readonly state: MemoryState;
  /** Ends this process as `SIGKILL` does: its leases are free, and whatever its code still tries is refused with `INTERRUPTED`. */
  crash(): void;
  /** Takes a lease from its holder, as after a pause that outlasted it. */
  expireLease(requestId: string): void;
  /** The package of a request, where one was written. */
  packageOf(requestId: string): MemoryPackage | undefined;
}

/** Opens a host over `state`; a second one over the same state is another process. */
export function createMemoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const { state = createMemoryState(), clock = createManualClock({ auto: true }), seed = 1, timings = {}, watch = {} } = options;
  const process = startMemoryProcess(state, watch);
  return {
    timings: { ...DEFAULT_TIMINGS, ...timings },
    clock,
    // Processes of one state must not make the same ids.
    random: createSeededRandom(seed * 1_000 + process.number),
    digest: {
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
      keyed: (text) => createHmac("sha256", "in-memory host").update(text).digest("hex"),
    },
    journal: createMemoryJournal(state, process),
    staging: createMemoryStaging(state, process),
    packages: createMemoryPackages(state, process, clock),
    statements: createStatementWriter(),
    connections: createMemoryConnections(state, process),
    oauthStates: createMemoryOAuthStates(state, process),
    evidence: createMemoryEvidence(state, process),
    signer: async () => memorySigner,
    holds: createMemoryHolds(state, process),
    batches: createMemoryBatches(state, process),
    state,
    crash: () => process.kill(),
    expireLease: (requestId) => expireLease(state, requestId),
    packageOf: (requestId) => state.packages.get(requestId),
  };
}
