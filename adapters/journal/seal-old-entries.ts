import { canonicalJson } from "../../core/canonical-json.js";
import { isDsrError } from "../../core/errors.js";
import type { JournalEntry } from "../../core/journal.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createEntryChain } from "./entry-chain.js";
import { createRequestKeys } from "./request-keys.js";
import { createRequestRows, type RequestRecord } from "./request-rows.js";

/**
 * Takes over the entries of a home whose version kept them in the clear: each chain is checked, sealed under its request's key and chained anew. A chain
 * that does not verify is sealed too, and goes on being refused. To be used inside a transaction.
 */
export async function sealOldEntries(database: Database, vault: Vault): Promise<void> {
  if ((await stateOf(database)) !== "in clear") return;
  for (const { request_id } of await database.all<{ request_id: string }>("SELECT DISTINCT request_id FROM entries_in_clear")) await takeOver(database, vault, request_id);
  await database.run("DROP TABLE entries_in_clear");
  await database.run("UPDATE home SET value = 'to be wiped' WHERE name = 'entries'");
}

/** Wipes out of the file what was in the clear. May be broken off at any moment; the next opening goes on. */
export async function wipeOldEntries(database: Database): Promise<void> {
  if ((await stateOf(database)) !== "to be wiped") return;
  // Pages that SQLite has no use for may still hold them; where another process is in the way, the next opening tries again.
  if (await database.compact()) await database.write("old entries", () => database.run("DELETE FROM home WHERE name = 'entries'"));
}

async function stateOf(database: Database): Promise<string | undefined> {
  return (await database.get<{ value: string }>("SELECT value FROM home WHERE name = 'entries'"))?.value;
}

async function takeOver(database: Database, vault: Vault, requestId: string): Promise<void> {
  const old = await database.all<OldRow>("SELECT seq, body, previous, mac FROM entries_in_clear WHERE request_id = ? ORDER BY seq", requestId);
  const record = await readable(database, vault, requestId);
  const keys = createRequestKeys(database, vault);
  if (record === undefined || !verifies(vault, record, old)) return keepRefused(database, vault, requestId, old);
  const chain = createEntryChain(database, vault, keys);
  const key = await keys.of(record);
  let next: RequestRecord = { ...record, entryCount: 0, lastMac: "" };
  for (const { body } of old) next = { ...next, ...(await chain.append(next, JSON.parse(body) as JournalEntry, key)) };
  await createRequestRows(database, vault).update(next);
}

/** Undefined where the request's row or its key was altered or taken away. */
async function readable(database: Database, vault: Vault, requestId: string): Promise<RequestRecord | undefined> {
  try {
    const record = await createRequestRows(database, vault).find(requestId);
    if (record !== undefined) await createRequestKeys(database, vault).of(record);
    return record;
  } catch (error) {
    if (isDsrError(error, "INTEGRITY")) return undefined;
    throw error;
  }
}

function verifies(vault: Vault, { request, entryCount, lastMac }: RequestRecord, rows: readonly OldRow[]): boolean {
  const macOf = ({ seq, previous, body }: OldRow): string => vault.mac("journal", canonicalJson(["entry", request.id, seq, previous, body]));
  const chained = rows.every((row, index) => row.seq === index + 1 && row.previous === (rows[index - 1]?.mac ?? "") && row.mac === macOf(row));
  return chained && rows.length === entryCount && (rows.at(-1)?.mac ?? "") === lastMac;
}

/** What was altered is kept for whoever looks into it, with MACs that fit no more than before. */
async function keepRefused(database: Database, vault: Vault, requestId: string, rows: readonly OldRow[]): Promise<void> {
  for (const { seq, body, previous, mac } of rows) {
    const sealed = vault.seal("journal", body, `altered entry\n${requestId}\n${seq}`).toString("base64");
    await database.run("INSERT INTO entries (request_id, seq, kind, body, previous, mac) VALUES (?, ?, 'altered', ?, ?, ?)", requestId, seq, sealed, previous, mac);
  }
}

interface OldRow {
  readonly seq: number;
  readonly body: string;
  readonly previous: string;
  readonly mac: string;
}
