import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.js";
import type { Population } from "../../core/evidence-population.js";
import { fingerprintOf, isSignedBy } from "./ed25519.js";
import { sameKey, type EvidenceVerdict } from "./verify-evidence.js";

/** The list of a period in a file of JSON, or undefined where it is something else. */
export function populationIn(file: Uint8Array): Population | undefined {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file)) as Partial<Population> | null;
    const isPopulation = value?.statement?.kind === "population" && Array.isArray(value.requests) && typeof value.publicKey === "string";
    return isPopulation ? (value as Population) : undefined;
  } catch {
    return undefined;
  }
}

/** Checks that a population's rows are those that were counted and signed. `intact` says all but who signed. */
export function verifyPopulation({ requests, statement, publicKey }: Population, options: { readonly key?: string } = {}): EvidenceVerdict {
  const key = fingerprintOf(publicKey);
  const { signature, ...claim } = statement;
  if (key === undefined || key !== statement.key) return wrong("its public key is not the one that it names");
  if (!isSignedBy(publicKey, canonicalJson(claim), signature)) return wrong("its signature does not fit");
  const rows = createHash("sha256").update(canonicalJson(requests)).digest("hex");
  if (statement.count !== requests.length || statement.rows !== rows) return wrong("the requests are not those that were counted");
  if (options.key !== undefined && !sameKey(options.key, key)) return { outcome: "not_verified", fault: { line: "key", reason: "another key has signed this list than the one that was named" } };
  return { outcome: options.key === undefined ? "intact" : "verified", count: requests.length, key, exportedAt: statement.at };
}

function wrong(reason: string): EvidenceVerdict {
  return { outcome: "not_verified", fault: { line: "list", reason } };
}
