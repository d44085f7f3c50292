import type { EvidenceStore, EvidenceTip, Host, Rehearsal } from "../../core/host-ports.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEntryChain } from "./entry-chain.js";
import { createEvidenceTable } from "./evidence-table.js";
import { createLedger } from "./ledger.js";
import { createRequestKeys } from "./request-keys.js";
import { createRequestRows } from "./request-rows.js";

/** What the journal wrote as evidence. */
export function createEvidenceStore(database: Database, vault: Vault, signer: Host["signer"]): EvidenceStore {
  const rows = createRequestRows(database, vault);
  const keys = createRequestKeys(database, vault);
  const chain = createEntryChain(database, vault, keys);
  const table = createEvidenceTable({ database, vault, keys, signer });
  const rehearsals = createLedger<Rehearsal>(database, vault, "rehearsals");
  /** Requests of a home that is older than evidence get theirs when it is first asked for. */
  const takeOver = async (): Promise<void> => {
    if ((await database.get("SELECT 1 FROM evidence_backlog LIMIT 1")) === undefined) return;
    await database.write("evidence backlog", async () => {
      for (const { request_id } of await database.all<{ request_id: string }>("SELECT request_id FROM evidence_backlog")) {
        const record = await rows.get(request_id);
        await table.takeOver(record, () => chain.read(record));
      }
    });
  };
  return {
    read: async (requestId) => {
      await takeOver();
      return database.read(async () => table.read(await rows.get(requestId)));
    },
    last: async (requestId) => {
      await takeOver();
      return database.read(async () => table.last(await rows.get(requestId)));
    },
    tips: async () => {
      await takeOver();
      return database.read(async () => {
        const tips = new Map<string, EvidenceTip>();
        for (const record of await rows.list({})) tips.set(record.request.id, await table.tip(record));
        return tips;
      });
    },
    pseudonym: (requestId, text) => database.read(async () => (await keys.of(await rows.get(requestId)))?.pseudonymise(text)),
    noteRehearsal: (rehearsal) => database.write("rehearsals", () => rehearsals.add(rehearsal)),
    rehearsals: () => database.read(() => rehearsals.read()),
  };
}
