import { DsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import type { components } from "./api/schema.js";
import { checkedContact, type Contact, type IntercomClient } from "./client.js";

type Filter = components["schemas"]["SearchFilter"] | components["schemas"]["SearchGroup"];

/** The largest page that Intercom gives. Source: developers.intercom.com, "Pagination (cursor-based)". */
const PER_PAGE = 150;

/** A search that has not ended by then is caught in a loop. */
const MAX_PAGES = 10_000;

/**
 * Every contact that fits a filter. The cursor goes into the body: in the query string Intercom ignores it and answers page 1 again. A list
 * that is shorter than the vendor's own count is read once more; if it stays short, that is a gap.
 */
export async function readContactSearch(client: IntercomClient, filter: Filter): Promise<{ readonly contacts: readonly Contact[]; readonly gaps: readonly Gap[] }> {
  const first = await readOnce(client, filter);
  if (first.have >= first.of) return { contacts: first.contacts, gaps: first.gaps };
  const second = await readOnce(client, filter);
  const contacts = new Map([...first.contacts, ...second.contacts].map((contact) => [contact.id, contact]));
  const short: Gap = { category: "contacts", code: "COUNT_MISMATCH", have: contacts.size, of: second.of };
  return { contacts: [...contacts.values()], gaps: [...second.gaps, ...(contacts.size < second.of ? [short] : [])] };
}

async function readOnce(client: IntercomClient, filter: Filter): Promise<{ contacts: readonly Contact[]; gaps: readonly Gap[]; have: number; of: number }> {
  const contacts = new Map<string, Contact>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let of = 0;
  for (let page = 1; ; page += 1) {
    const { data } = await client.POST("/contacts/search", {
      body: { query: filter, pagination: { per_page: PER_PAGE, ...(cursor === undefined ? {} : { starting_after: cursor }) } },
    });
    if (!Array.isArray(data?.data)) throw new DsrError("VENDOR_MALFORMED");
    for (const contact of data.data.map(checkedContact)) contacts.set(contact.id, contact);
    of = countOf(data.total_count) ?? contacts.size;
    const next = cursorOf(data.pages?.next);
    if (next === undefined) return { contacts: [...contacts.values()], gaps: [], have: contacts.size, of };
    if (cursors.has(next) || page >= MAX_PAGES) {
      return { contacts: [...contacts.values()], gaps: [{ category: "contacts", code: "PAGING", have: contacts.size, of }], have: of, of };
    }
    cursors.add(next);
    cursor = next;
  }
}

export function countOf(received: unknown): number | undefined {
  if (received == null) return undefined;
  if (!Number.isSafeInteger(received)) throw new DsrError("VENDOR_MALFORMED");
  return received as number;
}

/** A next page that no cursor leads to must not pass for the last one. */
export function cursorOf(next: unknown): string | undefined {
  if (next == null) return undefined;
  const cursor: unknown = (next as { starting_after?: unknown }).starting_after;
  if (typeof cursor !== "string" || cursor === "") throw new DsrError("VENDOR_MALFORMED");
  return cursor;
}
