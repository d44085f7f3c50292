import { DsrError } from "./errors.js";
import type { Identifier } from "./identifier.js";
import type { IdentifierLookupPort, Match } from "./ports.js";

/**
 * One record by its id, where the vendor shows it. What is done to a record goes by its id: one that is told of under another id is not the one that was asked for.
 * @throws DsrError `INTERNAL` where the connector answers with another record, and what its port throws
 */
export async function findById(lookup: Pick<IdentifierLookupPort, "findById">, id: string, identifiers: readonly Identifier[], extent?: string): Promise<Match | undefined> {
  const match = await lookup.findById(id, identifiers, extent);
  if (match !== undefined && match.id !== id) throw new DsrError("INTERNAL", { reason: "the connector was asked for one record by its id, and answers with another" });
  return match;
}
