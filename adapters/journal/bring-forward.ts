import { isDsrError } from "../../core/errors.js";
import type { Host } from "../../core/host-ports.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEntryChain } from "./entry-chain.js";
import { createEvidenceTable } from "./evidence-table.js";
import { createRequestKeys } from "./request-keys.js";
import { createRequestRows } from "./request-rows.js";
import { beginCount } from "./row-count.js";
import { sealOldEntries } from "./seal-old-entries.js";

/**
 * Makes, once, what only this program can make of a new home, or of one whose version did not have it: sealed entries, the numbers of what is there, and
 * evidence of requests that are older than evidence. Never again afterwards, whatever the store says of itself: what is missing then was taken away.
 */
export async function bringForward(database: Database, vault: Vault, signer: Host["signer"]): Promise<void> {
  if (!(await isBehind(database))) return;
  await database.write("older home", async () => {
    // Another process may have been faster.
    if (!(await isBehind(database))) return;
    const rows = createRequestRows(database, vault);
    if (!(await rows.anyCounted())) {
      await sealOldEntries(database, vault);
      for (const name of ["holds", "rehearsals", "requests"] as const) await beginCount(database, vault, name);
      await makeEvidence(database, vault, signer);
      await rows.signAnew();
    }
    await database.run("DELETE FROM evidence_backlog");
    await database.run("DELETE FROM home WHERE name = 'behind'");
  });
}

async function isBehind(database: Database): Promise<boolean> {
  return (await database.get("SELECT 1 FROM home WHERE name = 'behind'")) !== undefined;
}

async function makeEvidence(database: Database, vault: Vault, signer: Host["signer"]): Promise<void> {
  const rows = createRequestRows(database, vault);
  const keys = createRequestKeys(database, vault);
  const chain = createEntryChain(database, vault, keys);
  const evidence = createEvidenceTable({ database, vault, keys, signer });
  const backlog = await database.all<{ request_id: string }>("SELECT request_id FROM evidence_backlog ORDER BY request_id");
  // A key that does not open is no fault of a request's.
  if (backlog.length > 0) await signer();
  for (const { request_id: id } of backlog) {
    try {
      const record = await rows.get(id);
      await evidence.takeOver(record, await chain.read(record));
    } catch (error) {
      // It has none, and is refused for that; or there is no such request.
      if (!isDsrError(error, "INTEGRITY") && !isDsrError(error, "REQUEST_UNKNOWN")) throw error;
    }
  }
}
