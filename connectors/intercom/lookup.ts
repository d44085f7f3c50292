import { compareEmail, emailSpellings, foldCase } from "../../core/email.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { Identifier } from "../../core/identifier.js";
import type { Gap, NotCovered } from "../../core/outcome.js";
import type { ConnectorContext, IdentifierLookupPort, LookupResult, Match, NearMatch } from "../../core/ports.js";
import { checkedId, createIntercomClient, expectId, isId, type Contact, type IntercomClient } from "./client.js";
import { findArchived } from "./lookup-archived.js";
import { readContactSearch } from "./search.js";

/** Values in one `IN` filter. Intercom documents no limit; this one keeps a query small. */
const VALUES_PER_SEARCH = 50;

/** Source: developers.intercom.com, contact search, "Nesting & Limitations". */
const FILTERS_PER_GROUP = 15;

/**
 * Finds people by email: one search over the address's few spellings, every page, and every returned record compared again, because a
 * vendor that returns somebody else must not get a stranger exported or deleted.
 */
export function intercomLookup(context: ConnectorContext): IdentifierLookupPort {
  const client = createIntercomClient(context);
  return {
    find: async (identifiers) => {
      const results: LookupResult[] = [];
      for (const batch of batches(identifiers)) results.push(...(await findBatch(client, context, batch)));
      return results;
    },
    findIn: (_, identifiers) => findArchived(client, context, identifiers),
    findById: async (id, identifiers = []) => {
      // A human wrote it: what cannot be an id is no fault of Intercom's.
      if (!isId(id)) throw new DsrError("CHOICE_INVALID", { at: "id", reason: "it is no id of a contact" });
      const { data } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: id } } });
      if (data === undefined) return undefined;
      expectId(data, id);
      const matchedBy = identifiers.map((identifier) => compareEmail(identifier.reveal(), data.email ?? "")).find((compared) => "match" in compared);
      return toMatch(data, matchedBy?.match ?? "chosen", context);
    },
  };
}

async function findBatch(client: IntercomClient, context: ConnectorContext, identifiers: readonly Identifier[]): Promise<readonly LookupResult[]> {
  const asked = [...new Set(identifiers.flatMap((identifier) => emailSpellings(identifier.reveal())))];
  const at = new Date(context.clock.now()).toISOString();
  const { contacts, gaps } = await searchAny(client, asked);
  return identifiers.map((identifier): LookupResult => {
    const matches: Match[] = [];
    const nearMatches: NearMatch[] = [];
    let dropped = 0;
    for (const contact of contacts) {
      const compared = compareEmail(identifier.reveal(), contact.email ?? "");
      if ("match" in compared) matches.push(toMatch(contact, compared.match, context));
      else if ("near" in compared) nearMatches.push({ id: checkedId(contact.id), why: compared.near });
      else if (isNobodys(contact, identifiers)) dropped += 1;
    }
    return { matches, nearMatches, searched: [{ identifier: identifier.category, where: "contacts/search", at }], notCovered: caseVariants(contacts, asked), gaps, dropped };
  });
}

/** `IN` is a short form of OR; where it is refused, the long form asks the same, at most fifteen values at a time. */
async function searchAny(client: IntercomClient, values: readonly string[]): Promise<{ readonly contacts: readonly Contact[]; readonly gaps: readonly Gap[] }> {
  try {
    return await readContactSearch(client, { field: "email", operator: "IN", value: [...values] });
  } catch (error) {
    if (!isDsrError(error, "VENDOR_REJECTED")) throw error;
  }
  const contacts = new Map<string, Contact>();
  const gaps: Gap[] = [];
  for (let from = 0; from < values.length; from += FILTERS_PER_GROUP) {
    const filters = values.slice(from, from + FILTERS_PER_GROUP).map((value) => ({ field: "email", operator: "=" as const, value }));
    const part = await readContactSearch(client, { operator: "OR", value: filters });
    for (const contact of part.contacts) contacts.set(contact.id, contact);
    gaps.push(...part.gaps);
  }
  return { contacts: [...contacts.values()], gaps };
}

/**
 * Whether Intercom's search tells letter case apart is not documented. An answer that holds another case than was asked for proves that
 * it does not; any other answer leaves it open, and that is said.
 */
function caseVariants(contacts: readonly Contact[], asked: readonly string[]): readonly NotCovered[] {
  const folded = new Set(asked.map(foldCase));
  const insensitive = contacts.some(({ email }) => email != null && !asked.includes(email) && folded.has(foldCase(email)));
  return insensitive ? [] : [{ category: "case_variants", reason: "the vendor does not say whether its search tells upper from lower case; the address was searched as given and in lower case" }];
}

function toMatch(contact: Contact, matchedBy: Match["matchedBy"], context: ConnectorContext): Match {
  // Contact ids are unique only inside a workspace, so a record of another one is no match at all.
  if (context.workspaceId !== undefined && contact.workspace_id != null && contact.workspace_id !== context.workspaceId) throw new DsrError("WRONG_WORKSPACE");
  const kind = contact.role === "lead" ? "lead" : "user";
  return { id: checkedId(contact.id), kind, matchedBy, primary: kind === "user", holds: holdings(contact) };
}

/** What the contact itself counts of its lists, without a call. */
export function holdings(contact: Contact): Readonly<Record<string, number>> {
  const counts = {
    companies: contact.companies?.total_count,
    notes: contact.notes?.total_count,
    tags: contact.tags?.total_count,
    opted_out: contact.opted_out_subscription_types?.total_count,
    opted_in: contact.opted_in_subscription_types?.total_count,
  };
  return Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}

function isNobodys(contact: Contact, identifiers: readonly Identifier[]): boolean {
  return identifiers.every((identifier) => "other" in compareEmail(identifier.reveal(), contact.email ?? ""));
}

function batches(identifiers: readonly Identifier[]): readonly (readonly Identifier[])[] {
  const all: Identifier[][] = [];
  let size = VALUES_PER_SEARCH;
  for (const identifier of identifiers) {
    const spellings = emailSpellings(identifier.reveal()).length;
    if (size + spellings > VALUES_PER_SEARCH) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(identifier);
    size += spellings;
  }
  return all;
}

