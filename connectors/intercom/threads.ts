import type { Gap } from "../../core/outcome.js";
import { DsrError } from "../../core/errors.js";
import { further, goesInCircles, type Loop } from "../../core/paging.js";
import type { components } from "./api/schema.js";
import { anyOf, authorOf, begunBy, isByTeammate } from "./authored-conversations.js";
import { checkedId, expectId, type IntercomClient } from "./client.js";
import { participantsOf, tellsParticipants } from "./group-conversation.js";
import { member } from "./json-values.js";
import { concerns, sideOf } from "./people-in-record.js";
import { askedBy, keep, personOf, type Found, type Reading, type Step } from "./reading.js";
import { countOf, cursorOf, type Filter } from "./search.js";
import { partsGap, shownParts, type PartsCategory } from "./thread-parts.js";

/** Ids in one `IN` filter. Intercom documents no limit; this one keeps a query small. */
const IDS_PER_SEARCH = 50;

type Search = components["schemas"]["Search"];

/** A kind of record with parts that is found by a search for contact ids and then read by its own. */
export interface ThreadKind {
  readonly category: "conversations" | "tickets";
  readonly partsCategory: PartsCategory;
  readonly endpoint: string;
  readonly search: (client: IntercomClient, body: Search) => Promise<{ readonly data?: unknown }>;
  readonly read: (client: IntercomClient, id: string) => Promise<{ readonly data?: unknown; readonly response: Response }>;
}

/** Where reading of one kind goes on. */
export interface ThreadsAt extends Loop<string> {
  /** Which fifty of the person's contacts. */
  readonly batch: number;
  /** Of the search's last page, what was not read yet. */
  readonly pending: readonly string[];
  /** How many different ones the search listed so far, and how many it says there are. */
  readonly listed: number;
  /** Those of the page before. */
  readonly last?: readonly string[];
  readonly of: number;
  /** How many of them the person began as a teammate. */
  readonly asTeammate?: number;
  /** How many tickets the searches of all batches counted so far, and were taken off. */
  readonly ticketsOff?: number;
  /** True once the search of this batch has come to its end. */
  readonly ended: boolean;
  /** True when the search is done again, because it was shorter, or longer, than it says. */
  readonly again?: true;
  /** True once those are being read that no search for contacts lists. */
  readonly loose?: true;
}

export const THREADS_START: ThreadsAt = { batch: 0, pending: [], listed: 0, of: 0, ended: false, page: 0 };

export interface ThreadStep extends Step {
  readonly next: ThreadsAt;
  /** The thread as received, for what else follows from it. */
  readonly thread?: unknown;
}

/** The next page of the search, or the next thread; undefined when all are read. `isSkipped` tells of what the search shows whether it was read as something else. */
export async function readThreads(reading: Reading, found: Found, kind: ThreadKind, from: ThreadsAt, isSkipped: (item: unknown) => boolean): Promise<ThreadStep | undefined> {
  let at = from;
  for (;;) {
    const [id, ...rest] = at.pending;
    if (id !== undefined) return readThread(reading, found, kind, id, { ...at, pending: rest });
    if (at.ended) at = { ...startOf(at), batch: at.batch + 1 };
    const ids = reading.contactIds.slice(at.batch * IDS_PER_SEARCH, (at.batch + 1) * IDS_PER_SEARCH);
    if (ids.length === 0 && addressesFor(reading, kind, at).length === 0) {
      if (kind.category !== "conversations" || at.loose === true) return undefined;
      at = { ...at, loose: true, pending: reading.looseThreads.filter((each) => !isRead(reading, kind, each)) };
      continue;
    }
    return listThreads(reading, found, kind, ids, await begunBefore(reading, kind, at), isSkipped);
  }
}

/**
 * Of a list that an earlier process began, this one was told the page before alone; what stood on those before it is what was read by then. A list
 * that was being gone through once more begins anew, since all that is in it was read.
 */
async function begunBefore(reading: Reading, kind: ThreadKind, at: ThreadsAt): Promise<ThreadsAt> {
  const isKnown = at.page > 0 && reading.listed.isOf(nameOf(kind, at));
  if (isKnown || (at.again !== true && at.page < 2)) return at;
  const read = await reading.kept(kind.category);
  for (const id of read) markRead(reading, kind, id);
  return at.again === true ? { ...startOf(at), again: true } : { ...at, last: [...(at.last ?? []), ...read] };
}

/** Of the batch's search. */
function startOf({ batch, ticketsOff }: ThreadsAt): ThreadsAt {
  return { ...THREADS_START, batch, ...(ticketsOff === undefined ? {} : { ticketsOff }) };
}

function nameOf({ category }: ThreadKind, { batch, again }: ThreadsAt): string {
  return `${category} ${batch} ${again === true ? 2 : 1}`;
}

async function listThreads(reading: Reading, found: Found, kind: ThreadKind, contactIds: readonly string[], at: ThreadsAt, isSkipped: (item: unknown) => boolean): Promise<ThreadStep> {
  const { client } = reading;
  // The cursor goes into the body: in the query string Intercom ignores it and answers page 1 again.
  const { data } = await kind.search(client, {
    query: filterOf(reading, kind, contactIds, at),
    pagination: { per_page: 150, ...(at.from === undefined ? {} : { starting_after: at.from }) },
  });
  const items = member(data, kind.category);
  if (!Array.isArray(items)) throw new DsrError("VENDOR_MALFORMED");
  const ids = [...new Set(items.map((item: unknown) => checkedId(member(item, "id"))))];
  const fresh = reading.listed.fresh(nameOf(kind, at), ids, at.last);
  const listed = at.listed + fresh.size;
  const of = Math.max(at.of, countOf(member(data, "total_count")) ?? listed);
  const asTeammate = items.filter((item: unknown) => isBegunAsTeammate(reading, found, item)).map((item: unknown) => checkedId(member(item, "id")));
  const skip = items.filter(isSkipped).map((item: unknown) => checkedId(member(item, "id")));
  // Said on every page, and again when it is searched again: told once.
  const isFirst = at.page === 0 && at.again !== true;
  const threads = Math.max(0, of - asTeammate.length);
  // Tickets are among the conversations, of whichever contacts: each is taken off once.
  const tickets = isFirst && kind.category === "conversations" ? Math.min(threads, reading.tickets.size - (at.ticketsOff ?? 0)) : 0;
  const off = tickets === 0 ? {} : { ticketsOff: (at.ticketsOff ?? 0) + tickets };
  const announced = isFirst ? { announced: { [kind.category]: threads - tickets } } : {};
  const searched = askedBy(reading, `${kind.category}/search`, ...(contactIds.length === 0 ? [] : ["contact_id"]), ...(addressesFor(reading, kind, at).length === 0 ? [] : ["email"]));
  const pending = ids.filter((id) => !skip.includes(id) && !isRead(reading, kind, id) && !asTeammate.includes(id));
  const left = (at.asTeammate ?? 0) + new Set(asTeammate.filter((id) => fresh.has(id))).size;
  const next = ids.length === 0 ? undefined : cursorOf(member(member(data, "pages"), "next"));
  if (next !== undefined && !goesInCircles(next, at)) return { records: [], gaps: [], ...announced, ...searched, next: { ...at, ...further(next, at), ...off, pending, listed, of, last: ids, ...(left === 0 ? {} : { asTeammate: left }) } };
  const gaps: Gap[] = [];
  const differs = listed !== of;
  if (next !== undefined) gaps.push({ category: kind.category, code: "PAGING", have: listed, of });
  else if (differs && at.again === true) gaps.push({ category: kind.category, code: listed < of ? "COUNT_MISMATCH" : "COUNTS_DIFFER", have: listed, of: Math.max(listed, of) });
  else if (differs) return { records: [], gaps, ...announced, ...searched, next: { ...startOf(at), ...off, pending, again: true } };
  // What the person began as a teammate is the workspace's own: told once, when all is listed.
  if (left > 0) gaps.unshift({ category: kind.category, code: "BEGUN_AS_TEAMMATE", have: 0, of: left });
  return { records: [], gaps, ...announced, ...searched, next: { ...at, ...off, pending, listed, of, last: [], ended: true } };
}

function isRead({ threadsRead }: Reading, { category }: ThreadKind, id: string): boolean {
  return threadsRead.has(`${category} ${id}`);
}

function markRead({ threadsRead }: Reading, { category }: ThreadKind, id: string): void {
  threadsRead.add(`${category} ${id}`);
}

function filterOf(reading: Reading, kind: ThreadKind, contactIds: readonly string[], at: ThreadsAt): Filter {
  const ofContacts: readonly Filter[] = contactIds.length === 0 ? [] : [{ field: "contact_ids", operator: "IN", value: [...contactIds] }];
  return anyOf([...ofContacts, ...begunBy(addressesFor(reading, kind, at))]);
}

/** With the first contacts, or where none turned out to be the person's, also what the person's address began under a contact that is gone. */
function addressesFor({ ownAddresses }: Reading, { category }: ThreadKind, { batch }: ThreadsAt): readonly string[] {
  return category === "conversations" && batch === 0 ? ownAddresses : [];
}

async function readThread(reading: Reading, found: Found, kind: ThreadKind, id: string, next: ThreadsAt): Promise<ThreadStep> {
  if (isRead(reading, kind, id)) return { records: [], gaps: [], next };
  const { data, response } = await kind.read(reading.client, id);
  if (!response.ok) return { records: [], gaps: [{ category: kind.category, code: "CHANGED_DURING_RUN", id }], next };
  expectId({ id: member(data, "id") }, id);
  markRead(reading, kind, id);
  if (isBegunAsTeammate(reading, found, data)) return { records: [], gaps: [{ category: kind.category, code: "BEGUN_AS_TEAMMATE", id, have: 0, of: 1 }], next };
  const known = await withAuthor(reading, found, data);
  const here = inThread(reading, known, data);
  // A search that returns somebody else's thread must not get it exported.
  if (!isTheirs(reading, here, data, next)) return { records: [], gaps: [{ category: kind.category, code: "NOT_THE_PERSONS", id }], found: known, next };
  const parts = shownParts(data, kind.partsCategory);
  const kept = keep(reading, here, { category: kind.category, id, endpoint: kind.endpoint, response, data, contains: { [kind.partsCategory]: parts.have ?? 0 } });
  return { ...kept, gaps: partsGap(kind.category, id, parts, data), found: known, next, thread: data };
}

/** Whose the contact is that began it from the person's address, and was not found for that, it tells itself: it may carry another address by now. Asked once; one that is gone tells nothing. */
async function withAuthor(reading: Reading, found: Found, thread: unknown): Promise<Found> {
  const { merged, strangers = [], gone = [] } = found;
  const id = unknownAuthor(reading, found, thread);
  if (id === undefined || gone.includes(id)) return found;
  const { data } = await reading.client.GET("/contacts/{contact_id}", { params: { path: { contact_id: checkedId(id) } } });
  if (data === undefined) return { ...found, gone: [...gone, id] };
  expectId(data, id);
  return typeof data.email === "string" && reading.isOwnAddress(data.email) ? { ...found, merged: [...merged, id] } : { ...found, strangers: [...strangers, id] };
}

/** Under the id of a contact that is gone the person is known in what their address began, and nowhere else. */
function inThread(reading: Reading, found: Found, thread: unknown): Found {
  const id = unknownAuthor(reading, found, thread);
  return id === undefined ? found : { ...found, merged: [...found.merged, id] };
}

/** The id under which the person began it, where it is none of those that are known. */
export function unknownAuthor({ contactIds, isOwnAddress }: Reading, { merged, strangers = [] }: Found, thread: unknown): string | undefined {
  const author = authorOf(thread);
  const [id, email] = [member(author, "id"), member(author, "email")];
  const own = typeof id === "string" && typeof email === "string" && !isByTeammate(thread) && isOwnAddress(email);
  return own && ![...merged, ...contactIds, ...strangers].includes(id) ? id : undefined;
}

/** Whether the person's address began it for the workspace, and none of the person's contacts takes part in it: of one that names not all who do, nobody knows. */
function isBegunAsTeammate(reading: Reading, found: Found, thread: unknown): boolean {
  const { contactIds, isOwnAddress } = personOf(reading, found);
  const email = member(authorOf(thread), "email");
  return isByTeammate(thread) && typeof email === "string" && isOwnAddress(email) && tellsParticipants(thread) && !participantsOf(thread).some((id) => contactIds.has(id));
}

/** Where no contact of the person's takes part in it, it is the author's, unless that is a contact that carries another address by now. */
function isTheirs(reading: Reading, found: Found, thread: unknown, { loose }: ThreadsAt): boolean {
  const person = personOf(reading, found);
  if (!concerns(thread, person)) return false;
  if (participantsOf(thread).some((id) => person.contactIds.has(id))) return true;
  const author = authorOf(thread);
  if (found.strangers?.includes(String(member(author, "id"))) === true) return false;
  return reading.contactIds.length > 0 || loose === true || sideOf(author, "author", person) === "own";
}
