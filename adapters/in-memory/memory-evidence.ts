import { createHash, createHmac } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import { link, signCheckpoint, type Checkpoint, type EvidenceRecord } from "../../core/evidence.js";
import { isAsideFact, openingFact, UNLINKABLE, type EvidenceFact, type Pseudonymise } from "../../core/evidence-facts.js";
import { factOf } from "../../core/fact-of-entry.js";
import type { EvidenceStore, Signer } from "../../core/host-ports.js";
import type { JournalEntry } from "../../core/journal.js";
import { createSigner } from "../evidence/ed25519.js";
import type { MemoryProcess } from "./memory-process.js";
import type { MemoryState, StoredRequest } from "./memory-state.js";

/** The same key each time, so that equal runs leave equal evidence; it proves nothing to anybody. An Ed25519 seed in PKCS #8, RFC 8410. */
export const memorySigner: Signer = createSigner(Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 7)]));

export function createMemoryEvidence(state: MemoryState, process: MemoryProcess): EvidenceStore {
  const stored = (requestId: string): StoredRequest => {
    const found = state.requests.get(requestId);
    if (found === undefined) throw new DsrError("REQUEST_UNKNOWN");
    return found;
  };
  return {
    read: (requestId) =>
      process.act("evidence.read", () => {
        const { evidence, checkpoints } = stored(requestId);
        return { records: evidence.map((body) => JSON.parse(body) as EvidenceRecord), checkpoints: checkpoints.map((body) => JSON.parse(body) as Checkpoint) };
      }),
    last: (requestId) => process.act("evidence.last", () => lastOf(stored(requestId))),
    tips: () => process.act("evidence.tips", () => new Map([...state.requests].map(([id, each]) => [id, { last: lastOf(each), standing: standingOf(each) }]))),
    pseudonym: (requestId, text) => process.act("evidence.pseudonym", () => (stored(requestId).keyDestroyed ? undefined : pseudonymiser(stored(requestId))(text))),
    noteRehearsal: (rehearsal) => process.act("evidence.noteRehearsal", () => void state.rehearsals.push({ ...rehearsal })),
    rehearsals: () => process.act("evidence.rehearsals", () => state.rehearsals.map((each) => ({ ...each }))),
  };
}

/** To be called within the operation that stores the request. */
export function beginEvidence(stored: StoredRequest): void {
  add(stored, stored.request.openedAt, openingFact(stored.request, pseudonymiser(stored)));
}

/** To be called within the operation that stores the entry. */
export function followEvidence(stored: StoredRequest, entry: JournalEntry): void {
  add(stored, entry.at, factOf(entry, pseudonymiser(stored)));
}

function lastOf({ evidence }: StoredRequest): EvidenceRecord {
  return JSON.parse(evidence.at(-1) ?? "null") as EvidenceRecord;
}

function standingOf(stored: StoredRequest): EvidenceRecord {
  const records = stored.evidence.map((body) => JSON.parse(body) as EvidenceRecord);
  return records.findLast(({ fact }) => !isAsideFact(fact)) ?? lastOf(stored);
}

function add(stored: StoredRequest, at: string, fact: EvidenceFact): void {
  const { request, evidence, checkpoints } = stored;
  const last = evidence.at(-1);
  const record = link(sha256, last === undefined ? undefined : (JSON.parse(last) as EvidenceRecord), { request: request.id, at, fact });
  evidence.push(canonicalJson(record));
  if (fact.kind === "ended") checkpoints.push(canonicalJson(signCheckpoint(memorySigner, { reason: "ended", request: request.id, count: record.seq, head: record.hash, at })));
}

function pseudonymiser({ request, keyDestroyed }: StoredRequest): Pseudonymise {
  if (keyDestroyed) return () => UNLINKABLE;
  return (text) => createHmac("sha256", `in-memory host ${request.id}`).update(text).digest("hex").slice(0, 32);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
