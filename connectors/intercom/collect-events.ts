import { DsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import { further, goesInCircles, type Loop } from "../../core/paging.js";
import { member } from "./json-values.js";
import { askedBy, begunBefore, keep, keepAll, personOf, type Found, type Reading, type Step } from "./reading.js";
import { textMark } from "./text-mark.js";

/** The largest page that is known to be answered. Source: developers.intercom.com, "List all data events". */
const PER_PAGE = 50;

/** What is older cannot be listed any more. Source: `GET /events` of version 2.16. */
const LISTED_MS = 90 * 86_400_000;

interface At extends Loop<string> {
  readonly contact: number;
  readonly have: number;
  /** Events of the page before. */
  readonly last?: readonly string[];
  /** How many of each name were listed, by the name's mark: this is kept, and names may tell of the person. A workspace has a bounded number of them. */
  readonly names?: readonly (readonly [string, number])[];
  /** True when all that can be listed was read, and the summary is next. */
  readonly listed?: true;
  /** True where the list was answered with 404 although the contact is there: the summary may tell of events yet. */
  readonly unlisted?: true;
}

const START: At = { contact: 0, have: 0, page: 0 };

/** For each contact the events of the last 90 days, which is all that Intercom lists, and the summary, which counts the older ones too. */
export async function eventStage(reading: Reading, found: Found, from: unknown): Promise<Step | undefined> {
  const at = (from as At | undefined) ?? START;
  const contactId = reading.contactIds[at.contact];
  if (contactId === undefined || !(reading.covers("events") || reading.covers("event_summaries"))) return undefined;
  return at.listed === true || !reading.covers("events") ? readSummary(reading, found, contactId, at) : readPage(reading, found, contactId, at);
}

async function readPage(reading: Reading, found: Found, contactId: string, from: At): Promise<Step> {
  const list = `events ${contactId}`;
  const at = await begunBefore(reading, list, "events", from);
  const { data, response } = await reading.client.GET("/events", {
    params: { query: { type: "user", intercom_user_id: contactId, per_page: PER_PAGE, ...(at.from === undefined ? {} : { before: at.from }) } },
  });
  if (!response.ok) return (await notThere(reading, contactId, at)) ?? { records: [], gaps: [], next: { ...at, listed: true, unlisted: true } };
  const events = member(data, "events");
  if (!Array.isArray(events)) throw new DsrError("VENDOR_MALFORMED");
  const all = events.map((event: unknown, index) => ({ category: "events", id: idOf(event) ?? `${contactId}:${at.page}.${index}`, endpoint: "GET /events", response, data: event }));
  // An event of somebody else, should the parameter ever be ignored, is not the person's; one of a contact that was merged into theirs is.
  const own: ReadonlySet<unknown> = new Set([undefined, null, ...personOf(reading, found).contactIds]);
  const received = all.filter(({ data: event }) => own.has(member(event, "intercom_user_id")));
  const dropped = all.length - received.length;
  const gaps: readonly Gap[] = dropped === 0 ? [] : [{ category: "events", code: "NOT_THE_PERSONS", id: contactId, have: 0, of: dropped }];
  const step = { ...keepAll(reading, found, received), ...askedBy(reading, "events", "contact_id"), gaps };
  const ids = received.map(({ id }) => id);
  const fresh = reading.listed.fresh(list, ids, at.last);
  const have = at.have + fresh.size;
  const names = [...counted(at.names ?? [], received.filter(({ id }, n) => fresh.has(id) && ids.indexOf(id) === n).map(({ data: event }) => [textMark(String(member(event, "event_name"))), 1]))];
  const next = events.length === 0 ? undefined : before(member(member(data, "pages"), "next"));
  if (next === undefined) return { ...step, next: { ...at, have, names, listed: true } };
  if (goesInCircles(next, at)) return { ...step, gaps: [...gaps, { category: "events", code: "PAGING", id: contactId, have }], next: { ...at, have, names, listed: true } };
  return { ...step, next: { ...at, ...further(next, at), have, names, last: ids } };
}

async function readSummary(reading: Reading, found: Found, contactId: string, at: At): Promise<Step> {
  const { data, response } = await reading.client.GET("/events", { params: { query: { type: "user", intercom_user_id: contactId, summary: true } } });
  const next = { ...START, contact: at.contact + 1 };
  if (!response.ok) return (await notThere(reading, contactId, at)) ?? { ...notShown(reading, contactId, at), next };
  const events = member(data, "events");
  if (!Array.isArray(events)) throw new DsrError("VENDOR_MALFORMED");
  const missing = reading.covers("events") ? notListed(reading, contactId, at, events) : [];
  if (events.length === 0 || !reading.covers("event_summaries")) return { records: [], ...askedBy(reading, "events", "contact_id"), gaps: missing, next };
  return { ...keep(reading, found, { category: "event_summaries", id: contactId, endpoint: "GET /events", response, data }), ...askedBy(reading, "events", "contact_id"), gaps: missing, next };
}

/**
 * Name by name: a summary may not count the latest yet, and what it counts of one name is not made up for by what was listed of another. What happened only
 * lately could have been listed, so that its age is no reason.
 */
function notListed({ context }: Reading, contactId: string, { have, names = [] }: At, summary: readonly unknown[]): readonly Gap[] {
  const listed = new Map(names);
  const earliest = context.clock.now() - LISTED_MS;
  const old = new Set(summary.flatMap((each) => (Date.parse(String(member(each, "first"))) >= earliest ? [] : [textMark(String(member(each, "name")))])));
  const missing = [...counted([], summary.map((each) => [textMark(String(member(each, "name"))), Number(member(each, "count")) || 0]))].map(([name, count]) => ({ name, by: Math.max(0, count - (listed.get(name) ?? 0)) }));
  return (["COUNT_MISMATCH", "EVENTS_90_DAYS"] as const).flatMap((code) => {
    const sum = missing.reduce((so, { name, by }) => so + (old.has(name) === (code === "EVENTS_90_DAYS") ? by : 0), 0);
    return sum === 0 ? [] : [{ category: "events", code, id: contactId, have, of: have + sum }];
  });
}

function counted(so: readonly (readonly [string, number])[], more: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const counts = new Map(so);
  for (const [name, by] of more) counts.set(name, (counts.get(name) ?? 0) + by);
  return counts;
}

/** 404 may mean that the contact has gone, or that it is where nothing of it is read. Where neither is so, undefined: it is no answer about its events, of which Intercom lists none as an empty list. */
async function notThere({ client, listedOnly, covers }: Reading, contactId: string, at: At): Promise<Step | undefined> {
  const notRead = (code: string): Step => ({ records: [], gaps: ["events", "event_summaries"].filter(covers).map((category) => ({ category, code, id: contactId })), next: { ...START, contact: at.contact + 1 } });
  if (listedOnly.has(contactId)) return notRead("ARCHIVED_NOT_READABLE");
  const { response } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: contactId } } });
  return response.ok ? undefined : notRead("CHANGED_DURING_RUN");
}

function notShown({ covers }: Reading, contactId: string, { have, unlisted }: At): Pick<Step, "records" | "gaps" | "unreadable"> {
  const category = unlisted === true && covers("events") ? "events" : "event_summaries";
  const unreadable = [...(category === "events" && have === 0 ? ["events"] : []), "event_summaries"].filter(covers);
  return { records: [], gaps: [{ category, code: "EVENTS_NOT_SHOWN", id: contactId, ...(have === 0 ? {} : { have }) }], unreadable };
}

/** Only this parameter is taken from the link; it is never followed. */
function before(link: unknown): string | undefined {
  if (link == null || link === "") return undefined;
  const origin = "https://api.intercom.io";
  const value = typeof link === "string" && URL.canParse(link, origin) ? new URL(link, origin).searchParams.get("before") : null;
  if (value === null || value === "") throw new DsrError("VENDOR_MALFORMED");
  return value;
}

function idOf(event: unknown): string | undefined {
  const id = member(event, "id");
  return (typeof id === "string" || typeof id === "number") && /^[\w.:-]{1,128}$/.test(String(id)) ? String(id) : undefined;
}
