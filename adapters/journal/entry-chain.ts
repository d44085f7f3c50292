import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import type { JournalEntry } from "../../core/journal.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import type { Box, RequestKey, RequestKeys } from "./request-keys.js";
import type { RequestRecord } from "./request-rows.js";

/**
 * The entries of a request. Each one's text is sealed for its place under the request's own key. Each one's MAC, under the home's key, covers
 * what is stored of it and the MAC before it, and the request's row keeps the count and the last MAC: so no entry can be changed, added, taken
 * out or moved, and that can be checked once nobody can read them any more. To be used inside a transaction.
 */
export interface EntryChain {
  /** Adds an entry, sealed under the request's key where that is not destroyed, and returns what the request's row has to keep. */
  append(record: RequestRecord, entry: JournalEntry, key: RequestKey | undefined): Promise<Pick<RequestRecord, "entryCount" | "lastMac">>;
  /** Once the request's key is destroyed: the entry that says so, and those that follow. @throws DsrError `INTEGRITY` */
  read(record: RequestRecord): Promise<JournalEntry[]>;
  /** The same, some rows at a time. */
  fold<State>(record: RequestRecord, next: (state: State, entry: JournalEntry) => State, from: State): Promise<State>;
}

/** Rows that are held at once. */
const ROWS = 500;

export function createEntryChain(database: Database, vault: Pick<Vault, "mac" | "seal" | "open">, keys: Pick<RequestKeys, "of">): EntryChain {
  const macOf = (requestId: string, { seq, kind, body, previous }: Omit<Row, "mac">): string => vault.mac("journal", JSON.stringify(["sealed-entry", requestId, seq, kind, previous, body]));
  /** What is written once a request's key is gone names nobody: the home's own key is enough for it. */
  const homesBox: Box = {
    seal: (text, about) => vault.seal("journal", text, about).toString("base64"),
    open: (sealed, about) => vault.open("journal", Buffer.from(sealed, "base64"), about).toString("utf8"),
  };
  /** Each row is checked before it is opened; what comes of them all is given out only once the last one was. */
  const fold = async <State>(record: RequestRecord, next: (state: State, entry: JournalEntry) => State, from: State): Promise<State> => {
    const { request, entryCount, lastMac, keyDestroyed } = record;
    let [previous, count, state, readable] = ["", 0, from, !keyDestroyed];
    let box: Box | undefined;
    for (let rows = ROWS; rows === ROWS; ) {
      const some = await database.all<Row>("SELECT seq, kind, body, previous, mac FROM entries WHERE request_id = ? AND seq > ? ORDER BY seq LIMIT ?", request.id, count, ROWS);
      rows = some.length;
      for (const row of some) {
        const { seq, kind, body } = row;
        count += 1;
        if (seq !== count || row.previous !== previous || macOf(request.id, row) !== row.mac) throw altered();
        previous = row.mac;
        if (kind === "key_destroyed") {
          if (!keyDestroyed) throw altered();
          readable = true;
        }
        if (!readable) continue;
        box ??= (await keys.of(record))?.entries ?? homesBox;
        state = next(state, JSON.parse(box.open(body, about(request.id, seq, kind))) as JournalEntry);
      }
    }
    if (count !== entryCount || previous !== lastMac || !readable) throw altered();
    return state;
  };
  return {
    append: async (record, entry, key) => {
      const { request, entryCount, lastMac } = record;
      const { kind } = entry;
      const seq = entryCount + 1;
      const unsigned = { seq, kind, body: (key?.entries ?? homesBox).seal(canonicalJson(entry), about(request.id, seq, kind)), previous: lastMac };
      const mac = macOf(request.id, unsigned);
      await database.run("INSERT INTO entries (request_id, seq, kind, body, previous, mac) VALUES (?, ?, ?, ?, ?, ?)", request.id, seq, kind, unsigned.body, lastMac, mac);
      return { entryCount: seq, lastMac: mac };
    },
    read: async (record) => {
      const entries: JournalEntry[] = [];
      await fold(record, (_, entry) => void entries.push(entry), undefined);
      return entries;
    },
    fold,
  };
}

interface Row {
  readonly seq: number;
  /** Stands beside the sealed text so that the chain tells from where on it can still be read. */
  readonly kind: string;
  readonly body: string;
  readonly previous: string;
  readonly mac: string;
}

function about(requestId: string, seq: number, kind: string): string {
  return `entry\n${requestId}\n${seq}\n${kind}`;
}

function altered(): DsrError {
  return new DsrError("INTEGRITY", { reason: "the journal of this request was altered" });
}
