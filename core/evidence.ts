import { canonicalJson } from "./canonical-json.js";
import type { EvidenceFact } from "./evidence-facts.js";
import type { Digest, Signer } from "./host-ports.js";

/**
 * One record of a request's evidence. Records are chained: each one's hash covers all of it and, through `previous`, all before it. They
 * hold no personal data: people and the vendor's records stand in them as pseudonyms, under a key that can be destroyed.
 */
export interface EvidenceRecord {
  readonly v: 1;
  readonly request: string;
  /** From 1, without a gap. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly fact: EvidenceFact;
  /** The hash of the record before; empty in the first. */
  readonly previous: string;
  /** SHA-256, lower-case hex, of the canonical JSON (RFC 8785) of all the other members. */
  readonly hash: string;
}

/** A signed statement that the evidence of a request had `count` records at that time, the last one with the hash `head`. */
export interface Checkpoint {
  readonly kind: "checkpoint";
  readonly reason: "ended" | "exported";
  readonly request: string;
  readonly count: number;
  readonly head: string;
  readonly at: string;
  /** Fingerprint of the signing key: SHA-256, hex, of its public half (SPKI, DER). */
  readonly key: string;
  /** Of an export, whose last line it is: SHA-256, hex, of every byte before it. */
  readonly covers?: string;
  /** Ed25519, hex, over the canonical JSON of all the other members. */
  readonly signature: string;
}

/** The evidence of one request, as it is kept. */
export interface Evidence {
  readonly records: readonly EvidenceRecord[];
  /** Of every time that the request came to an end. */
  readonly checkpoints: readonly Checkpoint[];
}

/** How far the evidence of a request has come: to be written down elsewhere, so that a later change of what stood there is noticed. */
export interface EvidenceHead {
  readonly request: string;
  readonly count: number;
  readonly hash: string;
}

/** The record that follows. */
export function link(sha256: Digest["sha256"], last: Pick<EvidenceRecord, "seq" | "hash"> | undefined, next: Pick<EvidenceRecord, "request" | "at" | "fact">): EvidenceRecord {
  const record = { v: 1 as const, request: next.request, seq: (last?.seq ?? 0) + 1, at: next.at, fact: next.fact, previous: last?.hash ?? "" };
  return { ...record, hash: sha256(canonicalJson(record)) };
}

/** Whether a record stands where it belongs, unaltered; otherwise what is wrong with it. */
export function faultOf(sha256: Digest["sha256"], last: EvidenceRecord | undefined, record: EvidenceRecord): string | undefined {
  if (record.seq !== (last?.seq ?? 0) + 1) return `its number is not ${(last?.seq ?? 0) + 1}: records are missing, repeated or out of order`;
  if (record.previous !== (last?.hash ?? "")) return "it does not follow from the record before it";
  return record.hash === hashOf(sha256, record) ? undefined : "its content does not fit its hash";
}

/** What the hash of a record with this content has to be. */
export function hashOf(sha256: Digest["sha256"], { hash: _, ...content }: EvidenceRecord): string {
  return sha256(canonicalJson(content));
}

export type CheckpointClaim = Pick<Checkpoint, "reason" | "request" | "count" | "head" | "at" | "covers">;

export function signCheckpoint(signer: Signer, claim: CheckpointClaim): Checkpoint {
  const unsigned = { kind: "checkpoint" as const, ...claim, key: signer.key().fingerprint };
  return { ...unsigned, signature: signer.sign(canonicalJson(unsigned)) };
}

/** `<request id>:<count>:<first 16 of the head's hash>`, as results show it. */
export function headText({ request, count, hash }: EvidenceHead): string {
  return `${request}:${count}:${hash.slice(0, 16)}`;
}
