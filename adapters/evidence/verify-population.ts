import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.js";
import type { Population } from "../../core/evidence-population.js";
import { fingerprintOf, isSignedBy } from "./ed25519.js";
import { sameKey, type EvidenceVerdict } from "./verify-evidence.js";

/** The members of a row and of the statement are plain, so that nothing in a list is nested any deeper. */
type Member = string | number | null;

/** What an export of a population proves, with nothing but its bytes; undefined where the file is something else. */
export function verifyPopulationFile(file: Uint8Array, options: { readonly key?: string } = {}): EvidenceVerdict | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(file);
    const value: unknown = JSON.parse(text);
    if (!isPopulation(value)) return undefined;
    const verdict = verifyPopulation(value, options);
    if (verdict.outcome === "not_verified") return verdict;
    // Of two members of one name another reader may take the first; or the digits of a number that are lost here.
    return withoutLayout(text) === JSON.stringify(value) ? verdict : wrong("it holds a member twice, or a number that is not written as it was signed");
  } catch {
    return undefined;
  }
}

/** Checks that a population's rows are those that were counted and signed. `intact` says all but who signed. */
export function verifyPopulation({ requests, statement, publicKey, ...others }: Population, options: { readonly key?: string } = {}): EvidenceVerdict {
  if (Object.keys(others).length > 0) return wrong("it holds something that was not signed");
  if (![statement, ...requests].every(isPlain)) return wrong("it holds something that is no row of a list");
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

function isPopulation(value: unknown): value is Population {
  const { requests, statement, publicKey } = (value ?? {}) as Partial<Population>;
  return statement?.kind === "population" && Array.isArray(requests) && typeof publicKey === "string";
}

function isPlain(value: unknown): value is Readonly<Record<string, Member>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((member) => member === null || typeof member === "string" || typeof member === "number");
}

/** JSON as it stands there, but for what may differ without saying anything else: spaces between its parts, and in how many ways a character can be written. */
function withoutLayout(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? JSON.stringify(JSON.parse(part)) : ""));
}
