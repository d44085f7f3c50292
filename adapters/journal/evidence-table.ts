import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import { faultOf, link, signCheckpoint, type Checkpoint, type Evidence, type EvidenceRecord } from "../../core/evidence.js";
import { isAsideFact, openingFact, UNLINKABLE, type EvidenceFact, type Pseudonymise } from "../../core/evidence-facts.js";
import { factOf } from "../../core/fact-of-entry.js";
import type { EvidenceTip, Signer } from "../../core/host-ports.js";
import type { JournalEntry } from "../../core/journal.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import type { RequestKeys } from "./request-keys.js";
import type { RequestRecord } from "./request-rows.js";

/**
 * Evidence of requests: one record for the request, one for each journal entry, a checkpoint for each end. A head with a keyed MAC says how many
 * there are, so that a missing end is noticed here as well. To be used inside the transaction that writes what the evidence is of.
 */
export interface EvidenceTable {
  /** Begins the evidence of a new request. */
  begin(record: RequestRecord): void;
  /** Begins that of a request which is older than evidence, where it is one, with what its journal holds. */
  takeOver(record: RequestRecord, entries: () => readonly JournalEntry[]): void;
  /** Adds what one more entry says. `record` counts that entry already. */
  follow(record: RequestRecord, entry: JournalEntry): void;
  /** @throws DsrError `INTEGRITY` */
  read(record: RequestRecord): Evidence;
  /** The last record alone. @throws DsrError `INTEGRITY` */
  last(record: RequestRecord): EvidenceRecord;
  /** The last record, and the last one that says where the request stands. @throws DsrError `INTEGRITY` */
  tip(record: RequestRecord): EvidenceTip;
}

export interface EvidenceTableOptions {
  readonly database: Database;
  readonly vault: Pick<Vault, "mac">;
  readonly keys: Pick<RequestKeys, "pseudonymiser">;
  readonly signer: Signer;
}

export function createEvidenceTable({ database, vault, keys, signer }: EvidenceTableOptions): EvidenceTable {
  const macOf = (requestId: string, { count, head, checkpoints }: Omit<HeadRow, "mac">): string => vault.mac("evidence", canonicalJson(["head", requestId, count, head, checkpoints]));
  const pseudonymise = (record: RequestRecord): Pseudonymise => keys.pseudonymiser(record) ?? (() => UNLINKABLE);
  const headOf = ({ request, entryCount }: RequestRecord, entriesAhead = 0): HeadRow => {
    const row = database.get<HeadRow>("SELECT count, head, checkpoints, mac FROM evidence_heads WHERE request_id = ?", request.id);
    // One record for the request, and one for each entry.
    if (row === undefined || macOf(request.id, row) !== row.mac || row.count !== 1 + entryCount - entriesAhead) throw altered();
    return row;
  };
  const recordAt = (requestId: string, { count, head }: Pick<HeadRow, "count" | "head">): EvidenceRecord => {
    const row = database.get<{ body: string }>("SELECT body FROM evidence WHERE request_id = ? AND seq = ?", requestId, count);
    const last = row === undefined ? undefined : parsed<EvidenceRecord>(row.body);
    if (last?.hash !== head) throw altered();
    return last;
  };
  const add = (requestId: string, last: EvidenceRecord | undefined, at: string, fact: EvidenceFact): EvidenceRecord => {
    const next = link(sha256, last, { request: requestId, at, fact });
    database.run("INSERT INTO evidence (request_id, seq, body) VALUES (?, ?, ?)", requestId, next.seq, canonicalJson(next));
    if (fact.kind === "ended") sign(requestId, next);
    return next;
  };
  const sign = (requestId: string, { seq, hash, at }: EvidenceRecord): void => {
    const checkpoint = signCheckpoint(signer, { reason: "ended", request: requestId, count: seq, head: hash, at });
    database.run("INSERT INTO evidence_checkpoints (request_id, count, body) VALUES (?, ?, ?)", requestId, seq, canonicalJson(checkpoint));
  };
  const keepHead = (requestId: string, { seq, hash }: EvidenceRecord): void => {
    const checkpoints = database.get<{ n: number }>("SELECT count(*) AS n FROM evidence_checkpoints WHERE request_id = ?", requestId)?.n ?? 0;
    const head = { count: seq, head: hash, checkpoints };
    database.run("INSERT OR REPLACE INTO evidence_heads (request_id, count, head, checkpoints, mac) VALUES (?, ?, ?, ?, ?)", requestId, seq, hash, checkpoints, macOf(requestId, head));
  };
  return {
    begin: (record) => keepHead(record.request.id, add(record.request.id, undefined, record.request.openedAt, openingFact(record.request, pseudonymise(record)))),
    takeOver: (record, entriesOf) => {
      const { id, openedAt } = record.request;
      if (database.run("DELETE FROM evidence_backlog WHERE request_id = ?", id) === 0) return;
      const name = pseudonymise(record);
      const entries = entriesOf();
      let last = add(id, undefined, openedAt, { ...openingFact(record.request, name), takenOver: entries.length });
      for (const entry of entries) last = add(id, last, entry.at, factOf(entry, name));
      keepHead(id, last);
    },
    follow: (record, entry) => {
      const { id } = record.request;
      keepHead(id, add(id, recordAt(id, headOf(record, 1)), entry.at, factOf(entry, pseudonymise(record))));
    },
    read: (record) => {
      const { id } = record.request;
      const head = headOf(record);
      const records = database.all<{ body: string }>("SELECT body FROM evidence WHERE request_id = ? ORDER BY seq", id).map(({ body }) => parsed<EvidenceRecord>(body));
      const checkpoints = database.all<{ body: string }>("SELECT body FROM evidence_checkpoints WHERE request_id = ? ORDER BY count", id).map(({ body }) => parsed<Checkpoint>(body));
      if (records.some((each, index) => each.request !== id || faultOf(sha256, records[index - 1], each) !== undefined)) throw altered();
      if (records.length !== head.count || records.at(-1)?.hash !== head.head || checkpoints.length !== head.checkpoints) throw altered();
      // Ed25519 gives the same signature for the same claim, so each is checked by making it again.
      if (checkpoints.some((each) => canonicalJson(each) !== canonicalJson(signCheckpoint(signer, claimOf(each, records))))) throw altered();
      return { records, checkpoints };
    },
    last: (record) => recordAt(record.request.id, headOf(record)),
    tip: (record) => {
      const { id } = record.request;
      const last = recordAt(id, headOf(record));
      let standing = last;
      // Backwards along the chain, whose end the head vouches for.
      while (isAsideFact(standing.fact)) {
        const before = recordAt(id, { count: standing.seq - 1, head: standing.previous });
        if (faultOf(sha256, before, standing) !== undefined) throw altered();
        standing = before;
      }
      return { last, standing };
    },
  };
}

interface HeadRow {
  readonly count: number;
  readonly head: string;
  readonly checkpoints: number;
  readonly mac: string;
}

/** What the checkpoint at this place has to say. */
function claimOf({ count }: Checkpoint, records: readonly EvidenceRecord[]): Parameters<typeof signCheckpoint>[1] {
  const record = records[count - 1];
  if (record === undefined) throw altered();
  return { reason: "ended", request: record.request, count, head: record.hash, at: record.at };
}

function parsed<T extends object>(body: string): T {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // Falls through: what is no JSON was not written here.
  }
  throw altered();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function altered(): DsrError {
  return new DsrError("INTEGRITY", { reason: "the evidence of this request was altered" });
}
