import { canonicalJson } from "./canonical-json.js";
import { signCheckpoint, type Checkpoint, type Evidence } from "./evidence.js";
import type { Host } from "./host-ports.js";

export const EVIDENCE_FORMAT = "dsr-evidence/1";

/** The first line of an export. */
export interface EvidenceHeader {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly request: string;
  /** Ed25519, SPKI DER as base64. Worth something only to a reader who knows its fingerprint from elsewhere. */
  readonly publicKey: string;
}

/** An export, and the checkpoint that stands on its last line: whoever keeps that notices when the evidence is ever told otherwise. */
export interface EvidenceFile {
  readonly text: string;
  readonly checkpoint: Checkpoint;
}

/**
 * A request's evidence as a file that a stranger can check without this program's home: NDJSON, every line canonical JSON (RFC 8785) that ends
 * with a line feed. A header, the records, the checkpoints of every end, and a checkpoint of this export, which covers all before it.
 */
export async function evidenceFile({ digest, signer: signerOf, clock }: Pick<Host, "digest" | "signer" | "clock">, requestId: string, { records, checkpoints }: Evidence): Promise<EvidenceFile> {
  const signer = await signerOf();
  const header: EvidenceHeader = { format: EVIDENCE_FORMAT, request: requestId, publicKey: signer.key().publicKey };
  const before = [header, ...records, ...checkpoints].map((line) => `${canonicalJson(line)}\n`).join("");
  const checkpoint = signCheckpoint(signer, {
    reason: "exported",
    request: requestId,
    count: records.length,
    head: records.at(-1)?.hash ?? "",
    at: new Date(clock.now()).toISOString(),
    covers: digest.sha256(before),
  });
  return { text: `${before}${canonicalJson(checkpoint)}\n`, checkpoint };
}
