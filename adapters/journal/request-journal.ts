import { DsrError } from "../../core/errors.js";
import type { RequestJournal } from "../../core/host-ports.js";
import { ENDED_STATES } from "../../core/request.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEntryChain } from "./entry-chain.js";
import { createEvidenceTable } from "./evidence-table.js";
import { createHomeSigner } from "./home-signer.js";
import { createIdentifierTable } from "./identifier-table.js";
import type { Leases } from "./leases.js";
import { createRequestRows } from "./request-rows.js";
import { stateAfter } from "./request-state.js";

/** The journal on disk, with what the port does not ask of every journal. */
export interface EmbeddedJournal extends RequestJournal {
  /** Makes a request's identifiers unreadable for ever, and its pseudonyms nobody's; the request, its entries and its evidence stay. */
  destroyIdentifierKey(requestId: string): Promise<void>;
}

export interface JournalOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly leases: Leases;
}

export function createRequestJournal({ database, vault, leases }: JournalOptions): EmbeddedJournal {
  const rows = createRequestRows(database, vault);
  const chain = createEntryChain(database, vault);
  const sealed = createIdentifierTable(database, vault);
  const evidence = createEvidenceTable({ database, vault, identifiers: sealed, signer: createHomeSigner(database, vault) });
  return {
    open: async (request, identifiers) =>
      database.write(() => {
        const standing = rows.findByReference(request);
        if (standing !== undefined) return standing.request;
        if (rows.find(request.id) !== undefined) throw new DsrError("INTERNAL", { reason: "the request id is taken" });
        rows.insert(request);
        sealed.insert(request.id, identifiers);
        const stored = rows.get(request.id);
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
    append: async (lease, entry) =>
      database.write(() => {
        leases.check(lease);
        const record = rows.get(lease.requestId);
        evidence.takeOver(record, () => chain.read(record));
        const next = { ...record, request: { ...record.request, state: stateAfter(record.request.state, entry) }, ...chain.append(record, entry) };
        rows.update(next);
        evidence.follow(next, entry);
      }),
    requestCancel: async (requestId) =>
      database.write(() => {
        const record = rows.get(requestId);
        if (ENDED_STATES.has(record.request.state)) return false;
        rows.update({ ...record, cancelRequested: true });
        return true;
      }),
    cancelRequested: async (requestId) => database.read(() => rows.get(requestId).cancelRequested),
    destroyIdentifierKey: async (requestId) => {
      database.write(() => {
        rows.update({ ...rows.get(requestId), identifiersDestroyed: true });
        sealed.destroyKey(requestId);
      });
      database.truncateLog();
    },
  };
}
