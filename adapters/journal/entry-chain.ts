import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import type { JournalEntry } from "../../core/journal.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import type { RequestRecord } from "./request-rows.js";

/**
 * The entries of a request. Each one's MAC covers its request, its place, its text and the MAC before it; the request's row keeps the count and
 * the last MAC. So no entry can be changed, added, taken out or moved without the home's key. To be used inside a transaction.
 */
export interface EntryChain {
  /** Adds an entry, and returns what the request's row has to keep. */
  append(record: RequestRecord, entry: JournalEntry): Pick<RequestRecord, "entryCount" | "lastMac">;
  /** @throws DsrError `INTEGRITY` */
  read(record: RequestRecord): JournalEntry[];
}

export function createEntryChain(database: Database, vault: Pick<Vault, "mac">): EntryChain {
  const macOf = (requestId: string, { seq, body, previous }: Omit<Row, "mac">): string => vault.mac("journal", canonicalJson(["entry", requestId, seq, previous, body]));
  return {
    append: ({ request, entryCount, lastMac }, entry) => {
      const unsigned = { seq: entryCount + 1, body: canonicalJson(entry), previous: lastMac };
      const mac = macOf(request.id, unsigned);
      database.run("INSERT INTO entries (request_id, seq, body, previous, mac) VALUES (?, ?, ?, ?, ?)", request.id, unsigned.seq, unsigned.body, unsigned.previous, mac);
      return { entryCount: unsigned.seq, lastMac: mac };
    },
    read: ({ request, entryCount, lastMac }) => {
      const rows = database.all<Row>("SELECT seq, body, previous, mac FROM entries WHERE request_id = ? ORDER BY seq", request.id);
      let previous = "";
      for (const [index, row] of rows.entries()) {
        if (row.seq !== index + 1 || row.previous !== previous || macOf(request.id, row) !== row.mac) throw altered();
        previous = row.mac;
      }
      if (rows.length !== entryCount || previous !== lastMac) throw altered();
      return rows.map(({ body }) => JSON.parse(body) as JournalEntry);
    },
  };
}

interface Row {
  readonly seq: number;
  readonly body: string;
  readonly previous: string;
  readonly mac: string;
}

function altered(): DsrError {
  return new DsrError("INTEGRITY", { reason: "the journal of this request was altered" });
}
