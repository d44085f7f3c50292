import { compareFound } from "../../core/compare-found.js";
import { emailSpellings, foldCase } from "../../core/email.js";
import { DsrError } from "../../core/errors.js";
import type { Identifier } from "../../core/identifier.js";
import type { NotCovered } from "../../core/outcome.js";
import type { ConnectorContext, IdentifierLookupPort, LookupResult, Match } from "../../core/ports.js";
import { findAuthored } from "./authored-conversations.js";
import { checkedId, createIntercomClient, expectId, isId, type Contact, type IntercomClient } from "./client.js";
import { listOf, member } from "./json-values.js";
import { addressedAs, ARCHIVED, findArchived, findArchivedById } from "./lookup-archived.js";
import { AnySearch } from "./search-any.js";
import { contactSearch } from "./search.js";

/** Values in one `IN` filter. Intercom documents no limit; this one keeps a query small. */
const VALUES_PER_SEARCH = 50;

/**
 * Finds people by email: one search over the address's few spellings, every page, and every returned record compared again, because a
 * vendor that returns somebody else must not get a stranger exported or deleted.
 */
export function intercomLookup(context: ConnectorContext): IdentifierLookupPort {
  const client = createIntercomClient(context);
  return {
    find: async (identifiers) => {
      const results: LookupResult[] = [];
      const search = new AnySearch();
      for (const batch of batches(identifiers)) results.push(...(await findBatch(client, context, search, batch)));
      return results;
    },
    findIn: (_, identifiers) => findArchived(client, context, identifiers),
    findById: async (id, identifiers = [], extent) => {
      // A human wrote it: what cannot be an id is no fault of Intercom's.
      if (!isId(id)) throw new DsrError("CHOICE_INVALID", { at: "id", reason: "it is no id of a contact" });
      if (extent === ARCHIVED) return findArchivedById(client, context, id, identifiers);
      const { data } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: id } } });
      if (data === undefined) return undefined;
      expectId(data, id);
      const { matchedBy, carried } = addressedAs(data.email, identifiers);
      return { ...toMatch(data, matchedBy, context), ...carried };
    },
  };
}

/** One search for all of them, and one for conversations of those who are no contacts, where these may be read. What comes back is told apart by comparing it. */
async function findBatch(client: IntercomClient, context: ConnectorContext, search: AnySearch, identifiers: readonly Identifier[]): Promise<readonly LookupResult[]> {
  const at = new Date(context.clock.now()).toISOString();
  const results = await findContacts(client, context, search, identifiers, at);
  const nowhere = identifiers.filter((_, n) => results[n]?.matches.length === 0);
  if (nowhere.length === 0 || !context.categories.includes("conversations")) return results;
  const authored = await findAuthored(client, search, nowhere);
  return results.map((result, n) => {
    const identifier = identifiers[n];
    const own = identifier === undefined ? undefined : authored[nowhere.indexOf(identifier)];
    if (identifier === undefined || own === undefined) return result;
    return {
      ...result,
      ...(own.loose.length === 0 ? {} : { loose: own.loose }),
      searched: [...result.searched, { identifier: identifier.category, where: "conversations/search", at }],
      notCovered: [...result.notCovered, ...own.notCovered],
      gaps: [...result.gaps, ...own.gaps],
      dropped: result.dropped + own.dropped,
    };
  });
}

async function findContacts(client: IntercomClient, context: ConnectorContext, search: AnySearch, identifiers: readonly Identifier[], at: string): Promise<readonly LookupResult[]> {
  const asked = [...new Set(identifiers.flatMap((identifier) => emailSpellings(identifier.reveal())))];
  const { items: contacts, gaps } = await search.read(contactSearch(client), "email", asked);
  const compared = compareFound(identifiers, contacts, { emailOf: ({ email }) => email ?? "", idOf: ({ id }) => checkedId(id), toMatch: (contact, matchedBy) => toMatch(contact, matchedBy, context) });
  return compared.map((each) => ({ ...each, searched: [{ identifier: "email", where: "contacts/search", at }], notCovered: caseVariants(contacts, asked), gaps }));
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
  const activeAt = lastActive(contact);
  return { id: checkedId(contact.id), kind, matchedBy, primary: kind === "user", holds: holdings(contact), ...(activeAt === undefined ? {} : { lastActiveAt: activeAt }) };
}

/** When the person was last seen or wrote. */
function lastActive({ last_seen_at: seen, last_replied_at: replied }: Contact): string | undefined {
  const seconds = Math.max(...[seen, replied].map((each) => (typeof each === "number" && each > 0 && each < 1e11 ? each : 0)));
  return seconds === 0 ? undefined : new Date(seconds * 1000).toISOString();
}

/** What the contact itself counts of its lists, without a call; never less than it shows of them. */
export function holdings(contact: Contact): Readonly<Record<string, number>> {
  const lists = {
    companies: contact.companies,
    notes: contact.notes,
    tags: contact.tags,
    opted_out: contact.opted_out_subscription_types,
    opted_in: contact.opted_in_subscription_types,
  };
  const counts = Object.entries(lists).map(([name, list]) => [name, typeof list?.total_count === "number" ? Math.max(list.total_count, listOf(member(list, "data")).length) : undefined] as const);
  return Object.fromEntries(counts.filter((entry): entry is [string, number] => entry[1] !== undefined));
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

