import { join } from "node:path";
import type { BatchStore } from "../../core/batch.js";
import type { Clock, ConnectionStore, Digest, EvidenceStore, Holds, OAuthStates, RequestJournal, Signer } from "../../core/host-ports.js";
import { createHolds } from "../holds/embedded-holds.js";
import type { DatabaseUrl } from "../postgres/database-url.js";
import { createDigest } from "../vault/digest.js";
import { makePrivateFolder } from "../vault/private-folder.js";
import { openVault, type FingerprintRecord, type Vault } from "../vault/vault.js";
import { createBatchTable } from "./batch-table.js";
import { bringForward } from "./bring-forward.js";
import { createConnectionStore } from "./connection-store.js";
import type { Database } from "./database.js";
import { createEvidenceStore } from "./evidence-store.js";
import { homeId } from "./home-id.js";
import { createHomeSigner } from "./home-signer.js";
import { createLeases, type LeaseOptions } from "./leases.js";
import { createOAuthStates } from "./oauth-states.js";
import { createRequestHomes } from "./request-homes.js";
import { createRequestJournal } from "./request-journal.js";
import { wipeOldEntries } from "./seal-old-entries.js";
import { openSqliteDatabase } from "./sqlite-database.js";
import { storageFailure } from "./storage-failure.js";

export interface HomeOptions {
  /** The home folder; made, for its owner alone, when it does not exist. */
  readonly directory: string;
  /** The sealing key as text (`DSR_KEY`); the home's key file when left out. */
  readonly key?: string | undefined;
  readonly clock: Pick<Clock, "now">;
  /** How long a lease outlives its last sign of life. */
  readonly leaseTtlMs?: number;
  /** How long to wait for other processes on this home, or for a server that is away. */
  readonly busyTimeoutMs?: number;
  /** Keeps the rows in PostgreSQL instead of the folder's own file; keys and files stay in the folder. */
  readonly databaseUrl?: DatabaseUrl | undefined;
  /** Told once of each time that a server is waited for, when that has taken a second. */
  readonly onAway?: (() => void) | undefined;
  /** Ends the wait for a server that is not there yet. */
  readonly signal?: AbortSignal | undefined;
}

/** A home folder, opened: everything that is kept in `dsr.db` or in PostgreSQL, and the vault that seals what lies beside it. */
export interface Home {
  readonly directory: string;
  /** What tells it from other homes of the same database; undefined where it keeps its own rows. */
  readonly id: string | undefined;
  readonly vault: Vault;
  readonly digest: Digest;
  readonly journal: RequestJournal;
  readonly connections: ConnectionStore;
  readonly oauthStates: OAuthStates;
  readonly evidence: EvidenceStore;
  readonly signer: () => Promise<Signer>;
  readonly holds: Holds;
  readonly batches: BatchStore;
  /** Releases this home's leases and closes the file; the ports are not to be used afterwards. */
  close(): Promise<void>;
}

/**
 * Opens a home folder. Any number of processes may have it open.
 * @throws DsrError `SEALING_KEY_INVALID`, `STORAGE_FAILED`, `STORE_NEWER`, `INTEGRITY`; `CONFIG_INVALID` for what the database's address is to blame for
 */
export async function openHome(options: HomeOptions): Promise<Home> {
  const { directory, key, clock, leaseTtlMs = 30_000 } = options;
  makeDirectory(directory);
  const { database, ...shared } = await openStore(options);
  try {
    const vault = await openVault({ directory, key, fingerprints: fingerprintsIn(database) });
    const signer = createHomeSigner(database, vault);
    await bringForward(database, vault, signer);
    await wipeOldEntries(database);
    const leases = createLeases({ database, clock, ttlMs: leaseTtlMs, ...shared });
    const id = options.databaseUrl === undefined ? undefined : homeId(directory);
    return {
      directory,
      id,
      vault,
      digest: createDigest(vault),
      journal: createRequestJournal({ database, vault, leases, ...(id === undefined ? {} : { homes: createRequestHomes(database, vault, id) }) }),
      connections: createConnectionStore(database, vault),
      oauthStates: createOAuthStates(database, vault, clock),
      evidence: createEvidenceStore(database, vault, signer),
      signer,
      holds: createHolds(database, vault),
      batches: createBatchTable(database, vault),
      close: async () => {
        await leases.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** On other hosts nobody can be seen to live or to have died: there a lease alone counts, by the server's clock. */
async function openStore({ directory, databaseUrl, busyTimeoutMs = 10_000, onAway, signal }: HomeOptions): Promise<Pick<LeaseOptions, "database" | "sharedNow" | "isAlive">> {
  if (databaseUrl === undefined) return { database: await openSqliteDatabase({ path: join(directory, "dsr.db"), busyTimeoutMs }) };
  // The driver is loaded by those who need it.
  const { openPostgresDatabase } = await import("../postgres/postgres-database.js");
  const database = await openPostgresDatabase({ url: databaseUrl, patienceMs: busyTimeoutMs, onAway, signal });
  return { database, sharedNow: () => database.nowMs(), isAlive: () => undefined };
}

function makeDirectory(directory: string): void {
  try {
    makePrivateFolder(directory);
  } catch (error) {
    throw storageFailure(error);
  }
}

function fingerprintsIn(database: Database): FingerprintRecord {
  const read = async (): Promise<string | undefined> => (await database.get<{ value: string }>("SELECT value FROM home WHERE name = 'key-fingerprint'"))?.value;
  return {
    read,
    remember: async (fingerprint) => {
      if ((await read()) === undefined) await database.run("INSERT INTO home (name, value) VALUES ('key-fingerprint', ?) ON CONFLICT DO NOTHING", fingerprint);
      return (await read()) ?? fingerprint;
    },
  };
}
