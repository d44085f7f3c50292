import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import { faultOf, hashOf, link, signCheckpoint, type Checkpoint, type Evidence, type EvidenceRecord } from "../../core/evidence.js";
import { isAsideFact, openingFact, UNLINKABLE, type EvidenceFact, type Pseudonymise } from "../../core/evidence-facts.js";
import { factOf } from "../../core/fact-of-entry.js";
import type { EvidenceTip, Host } from "../../core/host-ports.js";
import type { JournalEntry } from "../../core/journal.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import type { RequestKey, RequestKeys } from "./request-keys.js";
import type { RequestRecord } from "./request-rows.js";
import { createSeenRows } from "./seen-rows.js";

/**
 * Evidence of requests: one record for the request, one for each journal entry, a checkpoint for each end. A head with a keyed MAC says how many
 * there are, so that a missing end is noticed here as well. To be used inside the transaction that writes what the evidence is of.
 */
export interface EvidenceTable {
  /** Begins the evidence of a new request. */
  begin(record: RequestRecord, key: RequestKey): Promise<void>;
  /** Begins that of a request which is older than evidence, with what its journal holds. */
  takeOver(record: RequestRecord, entries: readonly JournalEntry[]): Promise<void>;
  /** Adds what one more entry says. `record` counts that entry already; `key` is left out once it is destroyed. */
  follow(record: RequestRecord, entry: JournalEntry, key: RequestKey | undefined): Promise<void>;
  /** @throws DsrError `INTEGRITY` */
  read(record: RequestRecord): Promise<Evidence>;
  /** The last record alone. @throws DsrError `INTEGRITY` */
  last(record: RequestRecord): Promise<EvidenceRecord>;
  /** The last record, and the last one that says where the request stands. @throws DsrError `INTEGRITY` */
  tip(record: RequestRecord): Promise<EvidenceTip>;
}

export interface EvidenceTableOptions {
  readonly database: Database;
  readonly vault: Pick<Vault, "mac">;
  readonly keys: Pick<RequestKeys, "of">;
  readonly signer: Host["signer"];
}

export function createEvidenceTable({ database, vault, keys, signer }: EvidenceTableOptions): EvidenceTable {
  const macOf = (requestId: string, { count, head, checkpoints }: Omit<HeadRow, "mac">): string => vault.mac("evidence", JSON.stringify(["head", requestId, count, head, checkpoints]));
  const seen = createSeenRows<StandingRow>((row) => {
    const { request_id: requestId, body, ...head } = row;
    if (macOf(requestId, head) !== head.mac) throw altered();
    recordOf(body, head.head);
  });
  /** How far it has come, with the last record. */
  const standingOf = async ({ request, entryCount }: RequestRecord, entriesAhead = 0): Promise<StandingRow> => {
    const row = await database.get<StandingRow>(GET_STANDING, request.id);
    if (row === undefined) throw altered();
    seen.check(request.id, row);
    // One record for the request, and one for each entry.
    if (row.count !== 1 + entryCount - entriesAhead) throw altered();
    return row;
  };
  const recordAt = async (requestId: string, seq: number, hash: string): Promise<EvidenceRecord> =>
    recordOf((await database.get<{ body: string }>("SELECT body FROM evidence WHERE request_id = ? AND seq = ?", requestId, seq))?.body ?? null, hash);
  const last = async (record: RequestRecord): Promise<EvidenceRecord> => recordIn((await standingOf(record)).body);
  const add = async (requestId: string, last: Tip | undefined, at: string, fact: EvidenceFact): Promise<Added> => {
    const next = link(sha256, last, { request: requestId, at, fact });
    const body = canonicalJson(next);
    await database.run("INSERT INTO evidence (request_id, seq, body) VALUES (?, ?, ?)", requestId, next.seq, body);
    if (fact.kind === "ended") await sign(requestId, next);
    return { seq: next.seq, hash: next.hash, checkpoints: (last?.checkpoints ?? 0) + (fact.kind === "ended" ? 1 : 0), body };
  };
  const sign = async (requestId: string, { seq, hash, at }: EvidenceRecord): Promise<void> => {
    const checkpoint = signCheckpoint(await signer(), { reason: "ended", request: requestId, count: seq, head: hash, at });
    await database.run("INSERT INTO evidence_checkpoints (request_id, count, body) VALUES (?, ?, ?)", requestId, seq, canonicalJson(checkpoint));
  };
  const keepHead = async (requestId: string, { seq: count, hash: head, checkpoints, body }: Added): Promise<void> => {
    const mac = macOf(requestId, { count, head, checkpoints });
    await database.run(PUT_HEAD, requestId, count, head, checkpoints, mac);
    seen.wrote(requestId, { request_id: requestId, count, head, checkpoints, mac, body });
  };
  return {
    begin: async ({ request }, { pseudonymise }) => keepHead(request.id, await add(request.id, undefined, request.openedAt, openingFact(request, pseudonymise))),
    takeOver: async (record, entries) => {
      const { id, openedAt } = record.request;
      const name = namerUnder(await keys.of(record));
      let last = await add(id, undefined, openedAt, { ...openingFact(record.request, name), takenOver: entries.length });
      for (const entry of entries) last = await add(id, last, entry.at, factOf(entry, name));
      await keepHead(id, last);
    },
    follow: async (record, entry, key) => {
      const { id } = record.request;
      const { count: seq, head: hash, checkpoints } = await standingOf(record, 1);
      await keepHead(id, await add(id, { seq, hash, checkpoints }, entry.at, factOf(entry, namerUnder(key))));
    },
    read: async (record) => {
      const { id } = record.request;
      const head = await standingOf(record);
      const records = (await database.all<{ body: string }>("SELECT body FROM evidence WHERE request_id = ? ORDER BY seq", id)).map(({ body }) => parsed<EvidenceRecord>(body));
      const checkpoints = (await database.all<{ body: string }>("SELECT body FROM evidence_checkpoints WHERE request_id = ? ORDER BY count", id)).map(({ body }) => parsed<Checkpoint>(body));
      if (records.some((each, index) => each.request !== id || faultOf(sha256, records[index - 1], each) !== undefined)) throw altered();
      if (records.length !== head.count || records.at(-1)?.hash !== head.head || checkpoints.length !== head.checkpoints) throw altered();
      // Ed25519 gives the same signature for the same claim, so each is checked by making it again.
      const own = checkpoints.length === 0 ? undefined : await signer();
      if (own !== undefined && checkpoints.some((each) => canonicalJson(each) !== canonicalJson(signCheckpoint(own, claimOf(each, records))))) throw altered();
      return { records, checkpoints };
    },
    last,
    tip: async (record) => {
      const { id } = record.request;
      const end = await last(record);
      let standing = end;
      // Backwards along the chain: the head vouches for its end, and each record for the one before it.
      while (isAsideFact(standing.fact)) standing = await recordAt(id, standing.seq - 1, standing.previous);
      return { last: end, standing };
    },
  };
}

const PUT_HEAD = `INSERT INTO evidence_heads (request_id, count, head, checkpoints, mac) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (request_id) DO UPDATE SET count = excluded.count, head = excluded.head, checkpoints = excluded.checkpoints, mac = excluded.mac`;

/** Where the next record follows. */
interface Tip extends Pick<EvidenceRecord, "seq" | "hash"> {
  readonly checkpoints: number;
}

interface Added extends Tip {
  /** The last record, as it is stored. */
  readonly body: string;
}

/** Names as the evidence has them. */
function namerUnder(key: RequestKey | undefined): Pseudonymise {
  return key?.pseudonymise ?? (() => UNLINKABLE);
}

interface HeadRow {
  readonly count: number;
  readonly head: string;
  readonly checkpoints: number;
  readonly mac: string;
}

/** A head, with the record that it vouches for. */
interface StandingRow extends HeadRow {
  readonly request_id: string;
  readonly body: string | null;
}

const GET_STANDING = `SELECT h.request_id, h.count, h.head, h.checkpoints, h.mac, e.body
  FROM evidence_heads h LEFT JOIN evidence e ON e.request_id = h.request_id AND e.seq = h.count WHERE h.request_id = ?`;

/** What the checkpoint at this place has to say. */
function claimOf({ count }: Checkpoint, records: readonly EvidenceRecord[]): Parameters<typeof signCheckpoint>[1] {
  const record = records[count - 1];
  if (record === undefined) throw altered();
  return { reason: "ended", request: record.request, count, head: record.hash, at: record.at };
}

/** The record of that hash: what is stored is what was hashed, and not merely what says so. */
function recordOf(body: string | null, hash: string): EvidenceRecord {
  const record = recordIn(body);
  if (record.hash !== hash || hashOf(sha256, record) !== hash) throw altered();
  return record;
}

function recordIn(body: string | null): EvidenceRecord {
  if (body === null) throw altered();
  return parsed<EvidenceRecord>(body);
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
