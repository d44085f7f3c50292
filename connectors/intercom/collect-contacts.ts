import { DsrError, isDsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import { further, goesInCircles, type Loop } from "../../core/paging.js";
import { expectId } from "./client.js";
import { CONTACT_LISTS, type ContactList } from "./contact-lists.js";
import { relatedTypes } from "./custom-object-types.js";
import { listOf, member } from "./json-values.js";
import { findInactive, GONE, INACTIVE_LIST } from "./inactive-contacts.js";
import { holdings } from "./lookup.js";
import { survivorOf } from "./merged-contact.js";
import type { PageParameters } from "./paging.js";
import { begunBefore, keep, keepAll, noteName, type Found, type Reading, type Step } from "./reading.js";

/** Which contact, which of its lists, and what the contact said of their sizes. */
interface At extends Loop<PageParameters> {
  readonly contact: number;
  /** -1 before the contact itself was read; else the index of the next list. */
  readonly list: number;
  readonly holds: Readonly<Record<string, number>>;
  /** Different items of the current list that earlier pages held. */
  readonly have: number;
  /** How many there are, as the list itself says: the most that any of its pages did. */
  readonly of?: number;
  /** Those of the page before. */
  readonly last?: readonly string[];
  /** True when the current list is being read again, because it was shorter than the contact says. */
  readonly again?: true;
}

const START: At = { contact: 0, list: -1, holds: {}, have: 0, page: 0 };

/** Reads each contact whole, then each of its lists that is not known to be empty, one call a page. */
export async function contactStage(reading: Reading, found: Found, from: unknown): Promise<Step | undefined> {
  for (let at = (from as At | undefined) ?? START; at.contact < reading.contactIds.length; ) {
    const id = reading.contactIds[at.contact] ?? "";
    const list = CONTACT_LISTS[at.list];
    if (at.list < 0) return readContact(reading, found, id, at);
    if (list === undefined) at = { ...START, contact: at.contact + 1 };
    else if (!reading.covers(list.category) || list.expected(at.holds) === 0) at = afterList(at);
    else return readList(reading, found, id, list, at);
  }
  return undefined;
}

async function readContact(reading: Reading, found: Found, id: string, at: At): Promise<Step> {
  const { data, response } = await reading.client.GET("/contacts/{contact_id}", { params: { path: { contact_id: id }, query: { include_merge_history: true } } });
  const skip = { ...START, contact: at.contact + 1 };
  if (!response.ok && reading.listedOnly.has(id)) return { ...(await readListed(reading, found, id)), next: skip };
  if (response.status === 410) return { ...(await followMerge(reading, found, id, at, response)), next: skip };
  if (!response.ok || data === undefined) return { ...goneStep(reading, found, id), next: skip };
  expectId(data, id);
  const { workspaceId } = reading.context;
  if (workspaceId !== undefined && data.workspace_id != null && data.workspace_id !== workspaceId) throw new DsrError("WRONG_WORKSPACE");
  // The search lags behind: the record itself tells whose it is.
  if (!isTheirs(reading, data)) return { ...strangerStep(reading, found, id), next: skip };
  const merged = listOf(member(data, "merge_history")).flatMap((each) => (typeof member(each, "source_contact_id") === "string" ? [String(member(each, "source_contact_id"))] : []));
  const known: Found = { ...found, merged: [...new Set([...found.merged, ...merged])], types: relatedTypes(found.types, data) };
  noteName(reading.ownNames, { data });
  const kept = keep(reading, known, { category: "contacts", id, endpoint: "GET /contacts/{contact_id}", response, data });
  const holds = holdings(data);
  return { ...kept, gaps: [], announced: announced(reading, at, holds), found: known, next: { ...START, contact: at.contact, list: 0, holds } };
}

function isTheirs({ isOwnAddress }: Reading, { email }: { readonly email?: string | null }): boolean {
  return typeof email === "string" && isOwnAddress(email);
}

/**
 * Into what a contact of the person's was merged is somebody else's, and so are those that became part of it: each of them is gone. Their ids still stand in what
 * the person wrote.
 */
function strangerStep(reading: Reading, found: Found, id: string): Pick<Step, "records" | "gaps" | "strangers" | "found"> {
  const lost = lostWith(reading, found, id);
  const gaps = lost.flatMap((each) => (each === id ? [{ category: "contacts", code: "NOT_THE_PERSONS", id }] : goneGaps(reading, each)));
  return { records: [], gaps, strangers: [...new Set([id, ...lost])], found: { ...found, strangers: [...(found.strangers ?? []), id] } };
}

/** What absorbed a contact of the person's, and cannot be read, may be anybody's: nothing of it, and no word of it, is taken for theirs. */
function goneStep(reading: Reading, found: Found, id: string): Pick<Step, "records" | "gaps" | "found"> {
  const gaps = lostWith(reading, found, id).flatMap((each) => goneGaps(reading, each));
  return { records: [], gaps, ...(reading.matched.has(id) ? {} : { found: { ...found, strangers: [...(found.strangers ?? []), id] } }) };
}

/** The contacts that the search showed of which nothing can be read where this one cannot: itself, and those that became part of it. */
function lostWith(reading: Pick<Reading, "matched">, { survivors = [] }: Pick<Found, "survivors">, id: string): readonly string[] {
  const parts = survivors.filter((survivor) => survivor.id === id).flatMap(({ of }) => lostWith(reading, { survivors }, of));
  return [...(reading.matched.has(id) ? [id] : []), ...parts];
}

/** Of what hangs on a contact that cannot be read, nothing says that there was none: its lists are not asked for. */
function goneGaps({ covers }: Reading, id: string, code = "CHANGED_DURING_RUN"): readonly Gap[] {
  return ["contacts", ...CONTACT_LISTS.map(({ category }) => category).filter(covers)].map((category) => ({ category, code, id }));
}

/**
 * A merged contact's data is in the one that absorbed it. That one is read in its turn, where it has not been read yet, and the record itself tells whose it
 * is; what came to it after it was read is missing.
 */
async function followMerge(reading: Reading, found: Found, id: string, at: At, merged: Response): Promise<Pick<Step, "records" | "gaps" | "strangers" | "found">> {
  const into = await survivorOf(reading.client, merged);
  const place = into === undefined ? -1 : reading.contactIds.indexOf(into);
  const known: Found = { ...found, merged: [...new Set([...found.merged, id])] };
  if (into !== undefined && (place < 0 || place > at.contact)) return { records: [], gaps: [], found: { ...known, survivors: [...(found.survivors ?? []), { id: into, of: id }] } };
  const lost = lostWith(reading, found, id);
  return { records: [], gaps: lost.flatMap((each) => goneGaps(reading, each)), ...(into !== undefined && found.strangers?.includes(into) === true ? { strangers: lost } : {}), found: known };
}

/** What the contact counts of its lists; and, with the first one, how many contacts there are. */
function announced(reading: Reading, at: At, holds: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const lists = CONTACT_LISTS.filter(({ category }) => reading.covers(category)).flatMap(({ category, expected }) => {
    const count = expected(holds);
    return count === undefined ? [] : [[category, count] as const];
  });
  return { ...(at.contact === 0 ? { contacts: reading.contactIds.length } : {}), ...Object.fromEntries(lists) };
}

/** Of an archived contact Intercom shows what stands in the list, and nothing else; that tells whose it is by now. */
async function readListed(reading: Reading, found: Found, id: string): Promise<Pick<Step, "records" | "gaps" | "files" | "strangers" | "found">> {
  const { contact, shown, response } = await findInactive(reading.client, reading.context, id);
  const isThere = contact !== undefined && !GONE.has(contact.status);
  if (response === undefined || !isThere) return { records: [], gaps: goneGaps(reading, id, shown ? "CHANGED_DURING_RUN" : "ARCHIVED_NOT_READABLE") };
  if (!isTheirs(reading, contact)) return strangerStep(reading, found, id);
  noteName(reading.ownNames, { data: contact });
  const kept = keep(reading, found, { category: "contacts", id, endpoint: INACTIVE_LIST, apiVersion: "Preview", response, data: contact });
  return { ...kept, gaps: goneGaps(reading, id, "ARCHIVED_NOT_READABLE") };
}

async function readList(reading: Reading, found: Found, contactId: string, list: ContactList, from: At): Promise<Step> {
  const at = await goOn(reading, contactId, list, from);
  const page = await readPage(reading, contactId, list, at);
  if (page === "refused") return { records: [], gaps: [{ category: list.category, code: "NOT_PERMITTED", id: contactId, ...refusedOf(list, at) }], next: afterList(at) };
  if (page === undefined) return { records: [], gaps: [{ category: list.category, code: "CHANGED_DURING_RUN", id: contactId }], next: afterList(at) };
  const received = page.items.map((item) => ({ category: list.category, id: list.recordId(contactId, item.id), endpoint: list.endpoint, response: page.response, data: item.data }));
  const kept = keepAll(reading, found, received);
  const ids = received.map(({ id }) => id);
  const have = at.have + reading.listed.fresh(nameOf(contactId, list, at), ids, at.last).size;
  const { next } = page;
  const of = page.of === undefined ? at.of : Math.max(page.of, at.of ?? 0);
  const stuck = next !== undefined && goesInCircles(next, at);
  if (next !== undefined && !stuck) return { ...kept, gaps: [], next: { ...at, ...further(next, at), have, last: ids, ...(of === undefined ? {} : { of }) } };
  const embedded = list.expected(at.holds);
  const expected = embedded === undefined && of === undefined ? undefined : Math.max(embedded ?? 0, of ?? 0);
  const short = expected !== undefined && have < expected;
  if (!stuck && short && at.again !== true) return { ...kept, gaps: [], next: { ...startOfList(at, at.list), again: true } };
  const counts = { id: contactId, have, ...(expected === undefined ? {} : { of: expected }) };
  const gaps: readonly Gap[] = stuck || short ? [{ category: list.category, code: stuck ? "PAGING" : "COUNT_MISMATCH", ...counts }] : [];
  if (gaps.length > 0 || embedded === undefined || have <= embedded) return { ...kept, gaps, next: afterList(at) };
  return { ...kept, gaps: await countsDiffer(reading, contactId, list, have), next: afterList(at) };
}

/**
 * Tags may need a permission of their own, which is documented nowhere. Where they are refused although the contact can be read, waiting for the
 * permission to read it would be in vain.
 */
async function readPage({ client }: Reading, contactId: string, list: ContactList, at: At): Promise<Awaited<ReturnType<ContactList["read"]>> | "refused"> {
  try {
    return await list.read(client, contactId, at.from);
  } catch (error) {
    if (list.category !== "tags" || !isDsrError(error, "SCOPE_MISSING")) throw error;
    await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: contactId } } });
    return "refused";
  }
}

function refusedOf(list: ContactList, { have, holds }: At): { readonly have?: number; readonly of?: number } {
  const of = list.expected(holds);
  return of === undefined ? {} : { have, of };
}

/** A list that an earlier process was going through once more begins anew: all that is in it was read. */
async function goOn(reading: Reading, contactId: string, list: ContactList, at: At): Promise<At> {
  const name = nameOf(contactId, list, at);
  if (at.again === true && at.page > 1 && !reading.listed.isOf(name)) return { ...startOfList(at, at.list), again: true };
  return begunBefore(reading, name, list.category, at);
}

function nameOf(contactId: string, { category }: ContactList, { again }: At): string {
  return `${category} ${contactId} ${again === true ? 2 : 1}`;
}

/** The list holds more than the contact counts. Where the contact counts no other number now, nothing says which of the two is right. */
async function countsDiffer({ client }: Reading, id: string, { category, expected }: ContactList, have: number): Promise<readonly Gap[]> {
  const { data } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: id } } });
  const now = data === undefined ? undefined : expected(holdings(data));
  if (now === have) return [];
  return [{ category, code: now !== undefined && now > have ? "COUNT_MISMATCH" : "COUNTS_DIFFER", id, have, of: Math.max(now ?? 0, have) }];
}

function afterList(at: At): At {
  return startOfList(at, at.list + 1);
}

function startOfList({ contact, holds }: At, list: number): At {
  return { contact, list, holds, have: 0, page: 0 };
}
