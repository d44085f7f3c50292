import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.js";
import { faultOf, type Checkpoint, type EvidenceRecord } from "../../core/evidence.js";
import { EVIDENCE_FORMAT } from "../../core/evidence-file.js";
import { fingerprintOf, isSignedBy } from "./ed25519.js";
import { lastLineOf, linesOf, parsedLine, Unverified } from "./evidence-lines.js";

export interface VerifyOptions {
  /** Fingerprint of the key that must have signed: known from elsewhere, never taken from the file. */
  readonly key?: string;
  /** A checkpoint that was kept from an earlier export of the same request: its line, or that whole export. */
  readonly checkpoint?: string | Uint8Array;
}

/** What an export of evidence proves. */
export interface EvidenceVerdict {
  /** `intact`: nothing in it was changed since it was signed, by somebody whom nobody named. */
  readonly outcome: "verified" | "intact" | "not_verified";
  /** What is wrong, and where: a line of the file, from 1, or the checkpoint that was given. */
  readonly fault?: { readonly line: number | "checkpoint" | "key" | "list"; readonly reason: string };
  readonly request?: string;
  /** How many records. */
  readonly count?: number;
  /** Fingerprint of the key that signed. */
  readonly key?: string;
  readonly exportedAt?: string;
  readonly records?: readonly EvidenceRecord[];
}

/**
 * Checks an export of evidence, with nothing but its bytes: that every record follows from the one before it, that the checkpoints are signed and
 * fit, and that the last line covers every byte before it. `verified` takes the fingerprint of the key; `intact` says all but who signed.
 */
export function verifyEvidence(file: string | Uint8Array, options: VerifyOptions = {}): EvidenceVerdict {
  try {
    const told = read(file);
    if (options.key !== undefined && !sameKey(options.key, told.key)) throw new Unverified("key", "another key has signed this file than the one that was named");
    if (options.checkpoint !== undefined) compare(options.checkpoint, told);
    const { exported, publicKey: _, ...verdict } = told;
    return { outcome: options.key === undefined ? "intact" : "verified", ...verdict, exportedAt: exported.at };
  } catch (error) {
    if (error instanceof Unverified) return { outcome: "not_verified", fault: { line: error.line, reason: error.reason } };
    throw error;
  }
}

/** Whether a fingerprint that a person gave is this one; they are written with colons and in upper case as well. */
export function sameKey(given: string, fingerprint: string): boolean {
  return plainFingerprint(given) === fingerprint;
}

/** Whether a text can be the fingerprint of any key: the SHA-256 of it in hexadecimal digits. */
export function isFingerprint(given: string): boolean {
  return /^[0-9a-f]{64}$/.test(plainFingerprint(given));
}

function plainFingerprint(given: string): string {
  return given.trim().toLowerCase().replaceAll(":", "");
}

interface Told {
  readonly request: string;
  readonly count: number;
  readonly key: string;
  readonly publicKey: string;
  readonly records: readonly EvidenceRecord[];
  readonly exported: Checkpoint;
}

function read(file: string | Uint8Array): Told {
  const lines = linesOf(file);
  const { request, publicKey, key } = headerOf(lines[0] ?? "");
  const records: EvidenceRecord[] = [];
  const checkpoints: Checkpoint[] = [];
  for (const [index, text] of lines.entries()) {
    const at = index + 1;
    if (at === 1) continue;
    const line = parsedLine(text, at);
    if (line["request"] !== request) throw new Unverified(at, "it is of another request than the header says");
    if (line["kind"] === "checkpoint") checkpoints.push(line as unknown as Checkpoint);
    else if (checkpoints.length > 0) throw new Unverified(at, "a record stands behind a checkpoint");
    else records.push(chained(line, records.at(-1), at));
  }
  if (records.length === 0) throw new Unverified(lines.length, "there are no records");
  const exported = checkpoints.at(-1);
  if (exported?.reason !== "exported") throw new Unverified(lines.length, "the end is missing: the last line is not the checkpoint of the export");
  for (const [index, checkpoint] of checkpoints.entries()) checkSigned(checkpoint, { records, publicKey, key, isLast: checkpoint === exported }, 2 + records.length + index);
  const before = lines.slice(0, -1).map((line) => `${line}\n`).join("");
  if (exported.covers !== sha256(before)) throw new Unverified(lines.length, "a line before the last was changed since the export");
  return { request, count: records.length, key, publicKey, records, exported };
}

function headerOf(text: string): { readonly request: string; readonly publicKey: string; readonly key: string } {
  const { format, request, publicKey, ...rest } = parsedLine(text, 1);
  if (format !== EVIDENCE_FORMAT || typeof request !== "string" || typeof publicKey !== "string" || Object.keys(rest).length > 0) throw new Unverified(1, "it is no header of an export of evidence");
  const key = fingerprintOf(publicKey);
  if (key === undefined) throw new Unverified(1, "its public key is no Ed25519 key");
  return { request, publicKey, key };
}

function chained(line: Readonly<Record<string, unknown>>, last: EvidenceRecord | undefined, at: number): EvidenceRecord {
  const { v, seq, at: when, fact, previous, hash } = line;
  const isRecord = v === 1 && typeof seq === "number" && typeof when === "string" && typeof previous === "string" && typeof hash === "string" && typeof fact === "object" && fact !== null;
  if (!isRecord) throw new Unverified(at, "it is no record of evidence");
  const record = line as unknown as EvidenceRecord;
  const fault = faultOf(sha256, last, record);
  if (fault !== undefined) throw new Unverified(at, fault);
  if ((record.fact.kind === "opened") !== (last === undefined)) throw new Unverified(at, "the evidence of a request begins with its opening, once");
  return record;
}

interface Signed {
  readonly records: readonly EvidenceRecord[];
  readonly publicKey: string;
  readonly key: string;
  readonly isLast: boolean;
}

function checkSigned(checkpoint: Checkpoint, { records, publicKey, key, isLast }: Signed, at: number | "checkpoint"): void {
  const { signature, ...claim } = checkpoint;
  if (checkpoint.key !== key) throw new Unverified(at, "it is signed with another key than the file's");
  if (!isSignedBy(publicKey, canonicalJson(claim), signature)) throw new Unverified(at, "its signature does not fit");
  if (records[checkpoint.count - 1]?.hash !== checkpoint.head) throw new Unverified(at, "the records are not those that it was signed for");
  if (isLast && checkpoint.count !== records.length) throw new Unverified(at, "there are more records than were exported");
}

/** What was kept elsewhere must still be told: as many records, and the same. */
function compare(kept: string | Uint8Array, { request, records, publicKey, key }: Told): void {
  const line = parsedLine(lastLineOf(kept), "checkpoint");
  if (line["kind"] !== "checkpoint") throw new Unverified("checkpoint", "it is no checkpoint");
  const checkpoint = line as unknown as Checkpoint;
  if (checkpoint.request !== request) throw new Unverified("checkpoint", "it is of another request");
  if (typeof checkpoint.count !== "number" || checkpoint.count > records.length) throw new Unverified("checkpoint", "records that it was signed for are missing from the file");
  checkSigned(checkpoint, { records, publicKey, key, isLast: false }, "checkpoint");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
