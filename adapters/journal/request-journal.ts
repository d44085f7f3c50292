import { DsrError } from "../../core/errors.js";
import type { RequestJournal } from "../../core/host-ports.js";
import type { JournalEntry } from "../../core/journal.js";
import { ENDED_STATES } from "../../core/request.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEntryChain } from "./entry-chain.js";
import { createEvidenceTable } from "./evidence-table.js";
import { createHomeSigner } from "./home-signer.js";
import { createIdentifierTable } from "./identifier-table.js";
import type { Leases } from "./leases.js";
import { createRequestKeys } from "./request-keys.js";
import { createRequestRows, type RequestRecord } from "./request-rows.js";
import { stateAfter } from "./request-state.js";

export interface JournalOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly leases: Leases;
}

export function createRequestJournal({ database, vault, leases }: JournalOptions): RequestJournal {
  const rows = createRequestRows(database, vault);
  const keys = createRequestKeys(database, vault);
  const chain = createEntryChain(database, vault, keys);
  const sealed = createIdentifierTable(database, keys);
  const evidence = createEvidenceTable({ database, vault, keys, signer: createHomeSigner(database, vault) });
  /** `record` as it is before the entry, and the one that the entry is sealed for. */
  const add = (record: RequestRecord, entry: JournalEntry, sealedFor = record): void => {
    evidence.takeOver(record, () => chain.read(record));
    const next = { ...sealedFor, request: { ...record.request, state: stateAfter(record.request.state, entry) }, ...chain.append(sealedFor, entry) };
    rows.update(next);
    evidence.follow(next, entry);
  };
  return {
    open: async (request, identifiers) =>
      database.write(() => {
        const standing = rows.findByReference(request);
        if (standing !== undefined) return standing.request;
        if (rows.find(request.id) !== undefined) throw new DsrError("INTERNAL", { reason: "the request id is taken" });
        rows.insert(request);
        const stored = rows.get(request.id);
        keys.make(request.id);
        sealed.insert(stored, identifiers);
        evidence.begin(stored);
        return stored.request;
      }),
    find: async (requestId) => database.read(() => rows.find(requestId)?.request),
    list: async (filter) => database.read(() => rows.list(filter).map(({ request }) => request)),
    identifiers: async (requestId) => database.read(() => sealed.read(rows.get(requestId))),
    lease: async (requestId) => {
      database.read(() => rows.get(requestId));
      return leases.acquire(requestId);
    },
    entries: async (requestId) => database.read(() => chain.read(rows.get(requestId))),
    fold: async (requestId, next, from) => database.read(() => chain.fold(rows.get(requestId), next, from)),
    append: async (lease, entry) =>
      database.write(() => {
        leases.check(lease);
        add(rows.get(lease.requestId), entry);
      }),
    requestCancel: async (requestId) =>
      database.write(() => {
        const record = rows.get(requestId);
        if (ENDED_STATES.has(record.request.state)) return false;
        rows.update({ ...record, cancelRequested: true });
        return true;
      }),
    cancelRequested: async (requestId) => database.read(() => rows.get(requestId).cancelRequested),
    destroyKey: async (lease, entry) => {
      database.write(() => {
        leases.check(lease);
        const record = rows.get(lease.requestId);
        if (record.keyDestroyed) throw new DsrError("REQUEST_INVALID", { reason: "its key was destroyed before" });
        add(record, entry, { ...record, keyDestroyed: true });
        sealed.remove(lease.requestId);
        keys.destroy(lease.requestId);
      });
      database.truncateLog();
    },
    purge: async () => database.truncateLog(),
  };
}
