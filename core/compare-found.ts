import { compareEmail, compareForms, formsOfEmail } from "./email.js";
import type { Identifier } from "./identifier.js";
import type { LookupResult, Match } from "./ports.js";

/** How a record that the vendor returned is read. */
export interface FoundAs<Found> {
  /** The address that it carries; empty where it carries none. */
  readonly emailOf: (found: Found) => string;
  readonly idOf: (found: Found) => string;
  readonly toMatch: (found: Found, matchedBy: "exact" | "case_insensitive") => Match;
}

/**
 * Tells for each address, in their order, which of the returned records are of it, which are merely near it, and how many are of nobody who was asked
 * for: a vendor that returns somebody else must not get a stranger exported or deleted.
 */
export function compareFound<Found>(identifiers: readonly Identifier[], found: readonly Found[], { emailOf, idOf, toMatch }: FoundAs<Found>): readonly Pick<LookupResult, "matches" | "nearMatches" | "dropped">[] {
  const asked = identifiers.map((identifier) => formsOfEmail(identifier.reveal()));
  const compared = found.map((each) => {
    const returned = formsOfEmail(emailOf(each));
    return { each, by: asked.map((forms) => compareForms(forms, returned)) };
  });
  const dropped = compared.filter(({ by }) => by.every((one) => "other" in one)).length;
  return identifiers.map((_, n) => {
    const own = compared.flatMap(({ each, by }) => ((one) => (one === undefined ? [] : [{ each, one }]))(by[n]));
    return {
      matches: own.flatMap(({ each, one }) => ("match" in one ? [toMatch(each, one.match)] : [])),
      nearMatches: own.flatMap(({ each, one }) => ("near" in one ? [{ id: idOf(each), why: one.near }] : [])),
      dropped,
    };
  });
}

/** Whether the address that a record carries, if any, is one of those that were asked for; a near one is not. */
export function isAddressOf(identifiers: readonly Identifier[], address: string | undefined): boolean {
  return address !== undefined && identifiers.some((identifier) => "match" in compareEmail(identifier.reveal(), address));
}
