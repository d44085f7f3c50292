import { DsrError, isDsrError, type ErrorCode } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import { further, goesInCircles, type Loop } from "../../core/paging.js";
import type { ConnectorContext } from "../../core/ports.js";
import type { components } from "./api/schema.js";
import { checkedId, type IntercomClient } from "./client.js";
import { member } from "./json-values.js";
import { nextPage, type PageParameters } from "./paging.js";
import { countOf } from "./search.js";

export type InactiveContact = components["schemas"]["InactiveContact"];

export const INACTIVE_LIST = "GET /contacts/deleted";

/** Contacts whose status says that they are not there any more, or not by themselves. */
export const GONE: ReadonlySet<unknown> = new Set(["pending_deletion", "permanently_deleted", "merged"]);

/** What Intercom gives of a list at most. Source: developers.intercom.com, "Pagination (cursor-based)"; of this list it states nothing. */
const PER_PAGE = 150;

/** Answers that mean that this account, or this version of Intercom, has no such list for us. */
const NOT_SHOWN: readonly ErrorCode[] = ["VENDOR_REJECTED", "SCOPE_MISSING", "ROLE_INSUFFICIENT", "PLAN_RESTRICTED"];

/** What was wanted of the list; `shown` is false where Intercom did not show the list, or not to its end. */
export interface InactiveListing {
  readonly contacts: readonly InactiveContact[];
  readonly shown: boolean;
  readonly gaps: readonly Gap[];
  /** Of the last page that was read. */
  readonly response?: Response;
}

/**
 * Those of the contacts that search and list leave out who are wanted, from a list that can be neither searched nor filtered: it is read as a
 * whole, and once more where it is shorter than it says. Source: `GET /contacts/deleted` of Preview, whose parameters and shape are stated nowhere.
 */
export async function readInactive(client: IntercomClient, isWanted: (contact: InactiveContact) => boolean): Promise<InactiveListing> {
  return readTwice(client, isWanted, () => false);
}

/** The entry of one contact. */
export interface InactiveEntry extends Pick<InactiveListing, "response"> {
  readonly contact: InactiveContact | undefined;
  /** The contact stands in the list, or the whole list was shown without it. */
  readonly shown: boolean;
  /** The list is shown to this account, and could not be read to its end, or moved: another reading may tell. */
  readonly again: boolean;
}

/** One reading tells of all who are looked for at the same time, and goes no further than to the last one's entry, which tells by itself. */
export async function findInactive(client: IntercomClient, { readTogether }: Pick<ConnectorContext, "readTogether">, id: string): Promise<InactiveEntry> {
  const read = (ids: ReadonlySet<string>): Promise<(id: string) => InactiveEntry> => findEach(client, ids);
  return readTogether === undefined ? (await read(new Set([id])))(id) : readTogether(INACTIVE_LIST, id, read);
}

async function findEach(client: IntercomClient, ids: ReadonlySet<string>): Promise<(id: string) => InactiveEntry> {
  const { contacts, shown, gaps, grew, response } = await readTwice(client, (each) => ids.has(each.id), (found) => found.size === ids.size);
  return (id) => {
    const contact = contacts.find((each) => each.id === id);
    const isTold = contact !== undefined || (shown && (gaps.length === 0 || grew));
    return { contact, shown: isTold, again: !isTold && response !== undefined, ...(response === undefined ? {} : { response }) };
  };
}

interface Listing extends InactiveListing {
  readonly have: number;
  readonly of: number;
  /**
   * The list is longer than what was seen of it, and nothing else is the matter: all came that the first page counted, and no page counted fewer than the one before.
   * What is added while it is read pushes back what was not read yet, or stands there itself: some are shown twice, and nobody who stood there before is passed over. That only
   * happens where something goes from a part that was read, and is not seen where as much was added at the same time. So it takes two readings.
   */
  readonly grew: boolean;
}

type Found = ReadonlyMap<string, InactiveContact>;

async function readTwice(client: IntercomClient, isWanted: (contact: InactiveContact) => boolean, isEnough: (found: Found) => boolean): Promise<Listing> {
  const first = await readOnce(client, isWanted, isEnough);
  if (!first.shown || first.gaps.length > 0 || first.have >= first.of) return first;
  const second = await readOnce(client, isWanted, isEnough);
  const contacts = [...new Map([...first.contacts, ...second.contacts].map((contact) => [contact.id, contact])).values()];
  const short: Gap = { category: "contacts", code: "COUNT_MISMATCH", have: second.have, of: second.of };
  return { ...second, contacts, grew: first.grew && second.grew, gaps: [...second.gaps, ...(second.shown && second.gaps.length === 0 && second.have < second.of ? [short] : [])] };
}

async function readOnce(client: IntercomClient, isWanted: (contact: InactiveContact) => boolean, isEnough: (found: Found) => boolean): Promise<Listing> {
  const wanted = new Map<string, InactiveContact>();
  const seen = new Set<string>();
  const counts: number[] = [];
  let loop: Loop<PageParameters> = { page: 0 };
  let last: Pick<InactiveListing, "response"> = {};
  for (;;) {
    const page = await readPage(client, loop.from);
    const read = { contacts: [...wanted.values()], have: seen.size };
    if (page === undefined) return { ...read, ...last, shown: false, gaps: [{ category: "contacts", code: "ARCHIVED_NOT_LISTED" }], of: 0, grew: false };
    for (const contact of page.contacts) {
      seen.add(contact.id);
      if (isWanted(contact)) wanted.set(contact.id, contact);
    }
    const { next, of, response } = page;
    last = { response };
    counts.push(of ?? seen.size);
    const told = { contacts: [...wanted.values()], shown: true, response, have: seen.size };
    if (isEnough(wanted)) return { ...told, gaps: [], of: told.have, grew: false };
    // What goes from the list between two pages was counted on the first.
    const counted = { of: Math.max(...counts), grew: told.have >= (counts[0] ?? 0) && counts.every((count, n) => count >= (counts[n - 1] ?? 0)) };
    if (next === undefined) return { ...told, ...counted, gaps: [] };
    if (goesInCircles(next, loop)) return { ...told, ...counted, grew: false, gaps: [{ category: "contacts", code: "PAGING", have: told.have, of: counted.of }] };
    loop = further(next, loop);
  }
}

interface InactivePage {
  readonly contacts: readonly InactiveContact[];
  readonly of: number | undefined;
  readonly next: PageParameters | undefined;
  readonly response: Response;
}

async function readPage(client: IntercomClient, from: PageParameters | undefined): Promise<InactivePage | undefined> {
  try {
    const { data, response } = await client.GET("/contacts/deleted", {
      params: { header: { "Intercom-Version": "Preview" }, query: { per_page: PER_PAGE, escape_identity: false, ...from } },
    });
    if (!response.ok) return undefined;
    const entries = data?.data ?? data?.contacts;
    if (!Array.isArray(entries)) throw new DsrError("VENDOR_MALFORMED");
    const contacts = entries.map(checkedInactive);
    return { contacts, of: countOf(data?.total_count), next: nextPage(data?.pages), response };
  } catch (error) {
    if (NOT_SHOWN.some((code) => isDsrError(error, code))) return undefined;
    throw error;
  }
}

function checkedInactive(received: unknown): InactiveContact {
  const email = member(received, "email");
  if (email != null && typeof email !== "string") throw new DsrError("VENDOR_MALFORMED");
  return { ...(received as InactiveContact), id: checkedId(member(received, "id")), ...(typeof email === "string" ? { email: unescaped(email) } : {}) };
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Addresses in this list may be escaped as HTML. No address that is looked for holds a semicolon, so that nothing is turned into one that is not meant. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (entity: string, decimal?: string, hex?: string, name?: string) => {
    const point = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
    return point <= 0x10ffff ? String.fromCodePoint(point) : entity;
  });
}
