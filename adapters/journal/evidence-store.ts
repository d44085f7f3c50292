import { DsrError } from "../../core/errors.js";
import type { EvidenceStore, EvidenceTip, Host, Rehearsal } from "../../core/host-ports.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEvidenceTable } from "./evidence-table.js";
import { createLedger } from "./ledger.js";
import { createRequestKeys } from "./request-keys.js";
import { createRequestRows } from "./request-rows.js";
import { createRowCount } from "./row-count.js";

/** What the journal wrote as evidence. */
export function createEvidenceStore(database: Database, vault: Vault, signer: Host["signer"]): EvidenceStore {
  const rows = createRequestRows(database, vault);
  const count = createRowCount(database, vault, "requests");
  const keys = createRequestKeys(database, vault);
  const table = createEvidenceTable({ database, vault, keys, signer });
  const rehearsals = createLedger<Rehearsal>(database, vault, "rehearsals");
  return {
    read: (requestId) => database.read(async () => table.read(await rows.get(requestId))),
    last: (requestId) => database.read(async () => table.last(await rows.get(requestId))),
    tips: () =>
      database.read(async () => {
        const tips = new Map<string, EvidenceTip>();
        const records = await rows.list({});
        // A process of an older version may have opened some and not counted them.
        const opened = await count.read();
        if (records.length < opened) throw new DsrError("INTEGRITY", { reason: `${opened} requests were opened here, and ${records.length} are left` });
        for (const record of records) tips.set(record.request.id, await table.tip(record));
        return tips;
      }),
    pseudonym: (requestId, text) => database.read(async () => (await keys.of(await rows.get(requestId)))?.pseudonymise(text)),
    noteRehearsal: (rehearsal) => database.write("rehearsals", () => rehearsals.add(rehearsal)),
    rehearsals: () => database.read(() => rehearsals.read()),
  };
}
