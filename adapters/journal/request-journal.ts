import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import type { RequestJournal } from "../../core/host-ports.js";
import type { JournalEntry } from "../../core/journal.js";
import { ENDED_STATES, type PrivacyRequest } from "../../core/request.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEntryChain } from "./entry-chain.js";
import { createEvidenceTable } from "./evidence-table.js";
import { createHomeSigner } from "./home-signer.js";
import { createIdentifierTable } from "./identifier-table.js";
import { aboutRequest, type Leases } from "./leases.js";
import { createRequestKeys } from "./request-keys.js";
import type { RequestHomes } from "./request-homes.js";
import { createRequestRows, type RequestRecord } from "./request-rows.js";
import { stateAfter } from "./request-state.js";
import { createRowCount } from "./row-count.js";

export interface JournalOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly leases: Leases;
  /** Where several homes share their rows. */
  readonly homes?: RequestHomes;
}

export function createRequestJournal({ database, vault, leases, homes }: JournalOptions): RequestJournal {
  const rows = createRequestRows(database, vault, homes?.home);
  const count = createRowCount(database, vault, "requests");
  const keys = createRequestKeys(database, vault);
  const chain = createEntryChain(database, vault, keys);
  const sealed = createIdentifierTable(database, keys);
  const evidence = createEvidenceTable({ database, vault, keys, signer: createHomeSigner(database, vault) });
  /** `record` as it is before the entry, and the one that the entry is sealed for. */
  const add = async (record: RequestRecord, entry: JournalEntry, sealedFor = record): Promise<void> => {
    const key = await keys.of(sealedFor);
    const state = stateAfter(record.request.state, entry);
    const cancelRequested = record.cancelRequested && !ENDED_STATES.has(state);
    const next = { ...sealedFor, cancelRequested, request: { ...record.request, state }, ...(await chain.append(sealedFor, entry, key)) };
    await rows.update(next);
    await evidence.follow(next, entry, key);
  };
  return {
    open: (request, identifiers, asked) =>
      database.write(aboutNew(request), async () => {
        const standing = await rows.findByReference(request);
        if (standing !== undefined) return standing.request;
        if ((await rows.find(request.id)) !== undefined) throw new DsrError("INTERNAL", { reason: "the request id is taken" });
        const stored = await rows.insert(request);
        await count.raise();
        await homes?.claim(request);
        const key = await keys.make(request.id);
        await sealed.insert(stored, identifiers);
        await evidence.begin(stored, key);
        if (asked !== undefined) await add(stored, asked);
        return stored.request;
      }),
    find: (requestId) => database.read(async () => (await rows.find(requestId))?.request),
    list: (filter) => database.read(async () => (await rows.list(filter)).map(({ request }) => request)),
    identifiers: (requestId) => database.read(async () => sealed.read(await rows.get(requestId))),
    lease: async (requestId) => {
      await database.read(async () => {
        await rows.get(requestId);
        await homes?.check(requestId);
      });
      return leases.acquire(requestId);
    },
    entries: (requestId) => database.read(async () => chain.read(await rows.get(requestId))),
    fold: (requestId, next, from) => database.read(async () => chain.fold(await rows.get(requestId), next, from)),
    append: (lease, entry) =>
      database.write(aboutRequest(lease.requestId), async () => {
        await leases.check(lease);
        await add(await rows.get(lease.requestId), entry);
      }),
    requestCancel: (requestId) =>
      database.write(aboutRequest(requestId), async () => {
        const record = await rows.get(requestId);
        if (ENDED_STATES.has(record.request.state)) return false;
        await rows.update({ ...record, cancelRequested: true });
        return true;
      }),
    cancelRequested: (requestId) => database.read(async () => (await rows.get(requestId)).cancelRequested),
    destroyKey: async (lease, entry) => {
      await database.write(aboutRequest(lease.requestId), async () => {
        await leases.check(lease);
        const record = await rows.get(lease.requestId);
        if (record.keyDestroyed) throw new DsrError("REQUEST_INVALID", { reason: "its key was destroyed before" });
        await add(record, entry, { ...record, keyDestroyed: true });
        await sealed.remove(lease.requestId);
        await keys.destroy(lease.requestId);
      });
      await database.truncateLog();
    },
    purge: () => database.truncateLog(),
  };
}

/** Two that want the same reference come one after the other; otherwise the id is its own alone. */
function aboutNew({ id, connection, type, context }: PrivacyRequest): string {
  return context.reference === undefined ? aboutRequest(id) : `reference ${canonicalJson([connection, type, context.reference])}`;
}
