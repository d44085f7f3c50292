import { isAddressOf } from "../../core/compare-found.js";
import type { Identifier } from "../../core/identifier.js";
import type { Gap, Searched } from "../../core/outcome.js";
import type { Target } from "../../core/ports.js";
import { anyOf, begunBy, spellingsOf } from "./authored-conversations.js";
import { checkedId, expectId, isId, type IntercomClient } from "./client.js";
import { namedKeys, relatedTypes } from "./custom-object-types.js";
import { listOf, member } from "./json-values.js";
import { survivorOf } from "./merged-contact.js";
import { sideOf, type Person } from "./people-in-record.js";
import { hangsOnNone, readConversation, readTicket, toThread, type RelatedThread } from "./related-thread.js";
import { readSearch, type Filter, type SearchKind } from "./search.js";
import { surveyObjects, type RelatedObject } from "./survey-objects.js";

/** Ids in one `IN` filter. Intercom documents no limit; this one keeps a query small. */
const IDS_PER_SEARCH = 50;

/** What hangs on some contacts, of the categories that are covered. */
export interface Survey {
  readonly conversations: readonly RelatedThread[];
  /** What the person's address began and hangs on none of these contacts: on one that is gone, or on somebody else's. */
  readonly begun: readonly RelatedThread[];
  /** The same as a teammate: the workspace's own. */
  readonly begunAsTeammate: readonly RelatedThread[];
  readonly tickets: readonly RelatedThread[];
  readonly objects: readonly RelatedObject[];
  /** Custom objects that the records name, by `type:instance`, whether they refer to one of the contacts or to none. */
  readonly named: readonly string[];
  /** What the search shows and is not there by its id: gone, with the index behind, or hidden. */
  readonly vanished: readonly Target[];
  /** Contacts that were merged into these: their ids still stand in what they wrote. */
  readonly merged: readonly string[];
  /** Those of the contacts that are not the person's, though the search shows them so, each with the reason. */
  readonly others: readonly { readonly id: string; readonly reason: string }[];
  /** Those of the contacts that are not shown by their id: archived, or gone. */
  readonly notShown: readonly string[];
  readonly gaps: readonly Gap[];
  /** Where it was looked for these, and by what kind of key. */
  readonly searched: readonly Omit<Searched, "at">[];
}

export interface SurveyInput {
  readonly contactIds: readonly string[];
  /** Those of them that a human named, whatever address they carry. */
  readonly chosen: readonly string[];
  readonly identifiers: readonly Identifier[];
  readonly covers: (category: string) => boolean;
  /** Whether a record of which the search shows this much is read itself: a search's index lags behind who takes part. */
  readonly isRead: (thread: RelatedThread, category: "conversation" | "ticket", person: { readonly contactIds: readonly string[]; readonly merged: readonly string[] }) => boolean;
  /** Whether the contacts themselves are read, for whose they are and what was merged into them; else the search's word counts. */
  readonly readsContacts: boolean;
  /** Contacts of the person's that stay, with what was written as them. */
  readonly kept: readonly string[];
  /** Whether the conversations that are read are looked through for the person's texts: for those of these contacts, of such as were merged into them, and of the address. */
  readonly withTexts: boolean;
  /** Types of custom objects that are known beforehand. */
  readonly types: readonly string[];
}

/** Finds what hangs on the contacts while they are there: later nothing leads to it any more. One search per kind, and a reading of each record that is to be read. */
export async function surveyOf(client: IntercomClient, { contactIds: asked, chosen, kept, identifiers, covers, isRead, readsContacts, withTexts, types: known }: SurveyInput): Promise<Survey> {
  const checked = (received: unknown) => toThread(received, identifiers);
  const contacts = readsContacts ? await readContacts(client, asked, (id, email) => chosen.includes(id) || isAddressOf(identifiers, email)) : NOTHING_KNOWN;
  const contactIds = asked.filter((id) => !contacts.others.some((other) => other.id === id));
  const shown = covers("tickets") ? await threads({ category: "tickets", ask: (body) => client.POST("/tickets/search", { body }), key: "tickets", checked }, contactIds) : NONE;
  // Where no contact was found at all, the lookup itself looked for what the address began.
  const addresses = asked.length + kept.length === 0 ? [] : spellingsOf(identifiers);
  const found = covers("conversations") ? await threads({ category: "conversations", ask: (body) => client.POST("/conversations/search", { body }), key: "conversations", checked }, contactIds, begunBy(addresses)) : NONE;
  const ticketIds = new Set(shown.items.map(({ id }) => id));
  const person = { contactIds, merged: contacts.merged };
  const isOwn = withTexts ? writtenBy({ contactIds: new Set([...contactIds, ...contacts.merged]), isOwnAddress: (address) => isAddressOf(identifiers, address) }, [...kept, ...contacts.others.map(({ id }) => id)]) : undefined;
  const tickets = await inTurn("ticket", shown.items, (ticket) => (isRead(ticket, "ticket", person) ? readTicket(client, ticket.id, identifiers) : ticket));
  // A ticket that is shown as a conversation is not deleted as one.
  const others = found.items.filter(({ id, isTicket, begunAs }) => !isTicket && !ticketIds.has(id) && (contactIds.length > 0 || begunAs !== undefined));
  const all = await inTurn("conversation", others, (thread) => (isRead(thread, "conversation", person) ? readConversation(client, thread.id, identifiers, isOwn) : thread));
  const [conversations, alone] = [all.there.filter((thread) => !hangsOnNone(thread, contactIds)), all.there.filter((thread) => hangsOnNone(thread, contactIds))];
  const types = [...known, ...contacts.types, ...[...conversations, ...tickets.there].flatMap((thread) => thread.types)];
  const objects = covers("custom_objects") ? await surveyObjects(client, contactIds, [...new Set(types)]) : { objects: [], gaps: [] };
  const named = covers("custom_objects") ? [contacts, ...conversations, ...alone, ...tickets.there].flatMap((each) => each.named) : [];
  const begun = (as: RelatedThread["begunAs"]) => alone.filter(({ begunAs }) => begunAs === as);
  return {
    conversations,
    begun: begun("themselves"),
    begunAsTeammate: begun("teammate"),
    tickets: tickets.there,
    objects: objects.objects,
    named,
    vanished: [...all.vanished, ...tickets.vanished],
    merged: contacts.merged,
    others: contacts.others,
    notShown: contacts.notShown,
    gaps: [...shown.gaps, ...found.gaps, ...objects.gaps],
    searched: searchesOf(covers, contactIds, addresses, types),
  };
}

function searchesOf(covers: SurveyInput["covers"], contactIds: readonly string[], addresses: readonly string[], types: readonly string[]): Survey["searched"] {
  const asked = (where: string, ...keys: readonly string[]) => keys.map((identifier) => ({ identifier, where }));
  const byContact = contactIds.length === 0 ? [] : ["contact_id"];
  return [
    ...(covers("tickets") ? asked("tickets/search", ...byContact) : []),
    ...(covers("conversations") ? asked("conversations/search", ...byContact, ...(addresses.length === 0 ? [] : ["email"])) : []),
    ...(covers("custom_objects") && types.some(isId) ? asked("custom_object_instances", ...byContact) : []),
  ];
}

/** Whether somebody is the person, also under the id of a contact that is gone, and not as one of the contacts that are left as they are. */
function writtenBy(person: Person, left: readonly string[]): (author: unknown) => boolean {
  return (author) => !left.includes(String(member(author, "id"))) && sideOf(author, "author", person) === "own";
}

const NONE = { items: [] as readonly RelatedThread[], gaps: [] as readonly Gap[] };

/** With the first contacts also what `besides` finds, and that alone where there is no contact. */
async function threads(kind: SearchKind<RelatedThread>, contactIds: readonly string[], besides: readonly Filter[] = []): Promise<typeof NONE> {
  const items = new Map<string, RelatedThread>();
  const gaps: Gap[] = [];
  for (let from = 0; from === 0 || from < contactIds.length; from += IDS_PER_SEARCH) {
    const ids = contactIds.slice(from, from + IDS_PER_SEARCH);
    const filters: readonly Filter[] = [...(ids.length === 0 ? [] : [{ field: "contact_ids", operator: "IN" as const, value: ids }]), ...(from > 0 ? [] : besides)];
    if (filters.length === 0) break;
    const part = await readSearch(kind, anyOf(filters));
    for (const thread of part.items) items.set(thread.id, thread);
    gaps.push(...part.gaps);
  }
  return { items: [...items.values()], gaps };
}

/** Conversations that were found by their author's address alone, read for who takes part in them. */
export async function readByAddress(client: IntercomClient, ids: readonly string[], identifiers: readonly Identifier[]): Promise<Read> {
  return inTurn("conversation", ids.map((id) => ({ id })), ({ id }) => readConversation(client, id, identifiers));
}

/** Contacts that take part in what they began from the person's address, are none of those that are `known`, and carry another address by now. */
export async function carryingAnother(client: IntercomClient, threads: readonly RelatedThread[], known: readonly string[], identifiers: readonly Identifier[]): Promise<readonly string[]> {
  const ids = threads.flatMap(({ begunBy, participants }) => (begunBy !== undefined && participants.includes(begunBy) && !known.includes(begunBy) ? [begunBy] : []));
  const { others } = await readContacts(client, [...new Set(ids)], (_, email) => isAddressOf(identifiers, email));
  return others.map(({ id }) => id);
}

interface Read {
  readonly there: readonly RelatedThread[];
  readonly vanished: readonly Target[];
}

/** One after the other. */
async function inTurn<Item extends { readonly id: string }>(category: "conversation" | "ticket", items: readonly Item[], threadOf: (item: Item) => RelatedThread | Promise<RelatedThread | undefined>): Promise<Read> {
  const there: RelatedThread[] = [];
  const vanished: Target[] = [];
  for (const item of items) {
    const thread = await threadOf(item);
    if (thread === undefined) vanished.push({ category, id: item.id });
    else there.push(thread);
  }
  return { there, vanished };
}

interface KnownContacts {
  readonly merged: readonly string[];
  readonly types: readonly string[];
  readonly named: readonly string[];
  readonly others: Survey["others"];
  readonly notShown: readonly string[];
}

const NOTHING_KNOWN: KnownContacts = { merged: [], types: [], named: [], others: [], notShown: [] };

/** The contacts themselves: a search lags behind a change of address, and behind a merge. */
async function readContacts(client: IntercomClient, contactIds: readonly string[], isTheirs: (id: string, email: string) => boolean): Promise<KnownContacts> {
  const merged: string[] = [];
  const others: { readonly id: string; readonly reason: string }[] = [];
  const absorbed: { readonly id: string; readonly into: string | undefined }[] = [];
  const named: string[] = [];
  const notShown: string[] = [];
  let types: readonly string[] = [];
  for (const id of contactIds) {
    const { data, response } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: checkedId(id) }, query: { include_merge_history: true } } });
    if (response.status === 410) absorbed.push({ id, into: await survivorOf(client, response) });
    if (data === undefined) {
      if (response.status !== 410) notShown.push(id);
      continue;
    }
    expectId(data, id);
    if (!isTheirs(id, data.email ?? "")) {
      others.push({ id, reason: "by now it carries another address" });
      continue;
    }
    types = relatedTypes(types, data);
    named.push(...namedKeys(data));
    merged.push(...listOf(member(data, "merge_history")).flatMap((each) => (typeof member(each, "source_contact_id") === "string" ? [String(member(each, "source_contact_id"))] : [])));
  }
  // Of one that became part of another of these, that one's deletion decides, where that is the person's.
  const own = contactIds.filter((id) => !others.some((other) => other.id === id));
  others.push(...absorbed.filter(({ into = "" }) => !own.includes(into)).map(({ id }) => ({ id, reason: "by now it is part of another contact, into which it was merged" })));
  return { merged: [...new Set(merged)], types, named, others, notShown };
}
