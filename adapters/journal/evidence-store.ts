import type { EvidenceStore, Rehearsal, Signer } from "../../core/host-ports.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEntryChain } from "./entry-chain.js";
import { createEvidenceTable } from "./evidence-table.js";
import { createLedger } from "./ledger.js";
import { createRequestKeys } from "./request-keys.js";
import { createRequestRows } from "./request-rows.js";

/** What the embedded journal wrote as evidence. */
export function createEvidenceStore(database: Database, vault: Vault, signer: Signer): EvidenceStore {
  const rows = createRequestRows(database, vault);
  const keys = createRequestKeys(database, vault);
  const chain = createEntryChain(database, vault, keys);
  const table = createEvidenceTable({ database, vault, keys, signer });
  const rehearsals = createLedger<Rehearsal>(database, vault, "rehearsals");
  /** Requests of a home that is older than evidence get theirs when it is first asked for. */
  const takeOver = (): void => {
    if (database.get("SELECT 1 FROM evidence_backlog LIMIT 1") === undefined) return;
    database.write(() => {
      for (const { request_id } of database.all<{ request_id: string }>("SELECT request_id FROM evidence_backlog")) {
        const record = rows.get(request_id);
        table.takeOver(record, () => chain.read(record));
      }
    });
  };
  return {
    read: async (requestId) => {
      takeOver();
      return database.read(() => table.read(rows.get(requestId)));
    },
    last: async (requestId) => {
      takeOver();
      return database.read(() => table.last(rows.get(requestId)));
    },
    tips: async () => {
      takeOver();
      return database.read(() => new Map(rows.list({}).map((record) => [record.request.id, table.tip(record)])));
    },
    pseudonym: async (requestId, text) => database.read(() => keys.pseudonymiser(rows.get(requestId))?.(text)),
    noteRehearsal: async (rehearsal) => database.write(() => rehearsals.add(rehearsal)),
    rehearsals: async () => database.read(() => rehearsals.read()),
  };
}
