import { join } from "node:path";
import type { BatchStore } from "../../core/batch.js";
import type { Clock, ConnectionStore, Digest, EvidenceStore, Holds, OAuthStates, RequestJournal, Signer } from "../../core/host-ports.js";
import { createHolds } from "../holds/embedded-holds.js";
import { createDigest } from "../vault/digest.js";
import { makePrivateFolder } from "../vault/private-folder.js";
import { openVault, type FingerprintRecord, type Vault } from "../vault/vault.js";
import { createBatchTable } from "./batch-table.js";
import { createConnectionStore } from "./connection-store.js";
import { openDatabase, type Database } from "./database.js";
import { createEvidenceStore } from "./evidence-store.js";
import { createHomeSigner } from "./home-signer.js";
import { createLeases } from "./leases.js";
import { createOAuthStates } from "./oauth-states.js";
import { createRequestJournal } from "./request-journal.js";
import { sealOldEntries } from "./seal-old-entries.js";
import { storageFailure } from "./storage-failure.js";

export interface HomeOptions {
  /** The home folder; made, for its owner alone, when it does not exist. */
  readonly directory: string;
  /** The sealing key as text (`DSR_KEY`); the home's key file when left out. */
  readonly key?: string | undefined;
  readonly clock: Pick<Clock, "now">;
  /** How long a lease outlives its last sign of life. */
  readonly leaseTtlMs?: number;
  /** How long to wait for other processes on this home. */
  readonly busyTimeoutMs?: number;
}

/** A home folder, opened: everything that is kept in `dsr.db`, and the vault that seals what lies beside it. */
export interface Home {
  readonly directory: string;
  readonly vault: Vault;
  readonly digest: Digest;
  readonly journal: RequestJournal;
  readonly connections: ConnectionStore;
  readonly oauthStates: OAuthStates;
  readonly evidence: EvidenceStore;
  readonly signer: Signer;
  readonly holds: Holds;
  readonly batches: BatchStore;
  /** Releases this home's leases and closes the file; the ports are not to be used afterwards. */
  close(): void;
}

/**
 * Opens a home folder. Any number of processes may have it open.
 * @throws DsrError `SEALING_KEY_INVALID`, `STORAGE_FAILED`, `INTEGRITY`
 */
export async function openHome({ directory, key, clock, leaseTtlMs = 30_000, busyTimeoutMs = 10_000 }: HomeOptions): Promise<Home> {
  makeDirectory(directory);
  const database = await openDatabase({ path: join(directory, "dsr.db"), busyTimeoutMs });
  try {
    const vault = openVault({ directory, key, fingerprints: fingerprintsIn(database) });
    sealOldEntries(database, vault);
    const signer = createHomeSigner(database, vault);
    const leases = createLeases({ database, clock, ttlMs: leaseTtlMs });
    return {
      directory,
      vault,
      digest: createDigest(vault),
      journal: createRequestJournal({ database, vault, leases }),
      connections: createConnectionStore(database, vault),
      oauthStates: createOAuthStates(database, vault, clock),
      evidence: createEvidenceStore(database, vault, signer),
      signer,
      holds: createHolds(database, vault),
      batches: createBatchTable(database, vault),
      close: () => {
        leases.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function makeDirectory(directory: string): void {
  try {
    makePrivateFolder(directory);
  } catch (error) {
    throw storageFailure(error);
  }
}

function fingerprintsIn(database: Database): FingerprintRecord {
  const read = (): string | undefined => database.get<{ value: string }>("SELECT value FROM home WHERE name = 'key-fingerprint'")?.value;
  return {
    read,
    remember: (fingerprint) => {
      if (read() === undefined) database.write(() => database.run("INSERT OR IGNORE INTO home (name, value) VALUES ('key-fingerprint', ?)", fingerprint));
      return read() ?? fingerprint;
    },
  };
}
