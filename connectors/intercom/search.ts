import { listAt, valueAt } from "../../core/answers.js";
import { DsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import { everyPage } from "../../core/paging.js";
import type { components } from "./api/schema.js";
import { checkedContact, checkedId, type Contact, type IntercomClient } from "./client.js";
import { member } from "./json-values.js";

export type Filter = components["schemas"]["SearchFilter"] | components["schemas"]["SearchGroup"];
export type Thread = components["schemas"]["Conversation"];

/** The largest page that Intercom gives. Source: developers.intercom.com, "Pagination (cursor-based)". */
const PER_PAGE = 150;

/** What can be searched, and how its answer is read. */
export interface SearchKind<Item> {
  readonly category: "contacts" | "conversations" | "tickets";
  readonly ask: (body: components["schemas"]["Search"]) => Promise<{ readonly data?: unknown }>;
  /** The key that holds the items. */
  readonly key: string;
  /** @throws DsrError `VENDOR_MALFORMED` */
  readonly checked: (received: unknown) => Item;
}

export interface Listing<Item> {
  readonly items: readonly Item[];
  readonly gaps: readonly Gap[];
}

export function contactSearch(client: IntercomClient): SearchKind<Contact> {
  return { category: "contacts", ask: (body) => client.POST("/contacts/search", { body }), key: "data", checked: checkedContact };
}

export function conversationSearch(client: IntercomClient): SearchKind<Thread> {
  return {
    category: "conversations",
    ask: (body) => client.POST("/conversations/search", { body }),
    key: "conversations",
    checked: (received) => ({ ...(received as Thread), id: checkedId(member(received, "id")) }),
  };
}

/**
 * Everything that fits a filter. The cursor goes into the body: in the query string Intercom ignores it and answers page 1 again. A list
 * that is shorter than the vendor's own count is read once more; if it stays short, that is a gap. What stood in it the first time makes up for
 * nothing that the second reading lacks: it may have gone meanwhile.
 */
export async function readSearch<Item extends { readonly id: string }>(kind: SearchKind<Item>, filter: Filter): Promise<Listing<Item>> {
  const first = await readOnce(kind, filter);
  if (first.have === first.of) return { items: first.items, gaps: first.gaps };
  const second = await readOnce(kind, filter);
  const items = new Map([...first.items, ...second.items].map((item) => [item.id, item]));
  const { have, of } = second;
  const differs: Gap = { category: kind.category, code: have < of ? "COUNT_MISMATCH" : "COUNTS_DIFFER", have, of: Math.max(have, of) };
  return { items: [...items.values()], gaps: [...second.gaps, ...(have === of ? [] : [differs])] };
}

async function readOnce<Item extends { readonly id: string }>({ category, ask, key, checked }: SearchKind<Item>, filter: Filter): Promise<Listing<Item> & { have: number; of: number }> {
  const items = new Map<string, Item>();
  let of = 0;
  const read = async (cursor: string | undefined) => {
    const { data } = await ask({ query: filter, pagination: { per_page: PER_PAGE, ...(cursor === undefined ? {} : { starting_after: cursor }) } });
    return { data, next: cursorOf(valueAt(data, "pages", "next")) };
  };
  for await (const { page, circular } of everyPage(read)) {
    for (const item of listAt(page.data, key).map(checked)) items.set(item.id, item);
    // What goes from the list between two pages was counted on the first.
    of = Math.max(of, countOf(valueAt(page.data, "total_count")) ?? items.size);
    if (circular) return { items: [...items.values()], gaps: [{ category, code: "PAGING", have: items.size, of }], have: of, of };
  }
  return { items: [...items.values()], gaps: [], have: items.size, of };
}

/** A count, which may come as text. @throws DsrError `VENDOR_MALFORMED` for what is none */
export function countOf(received: unknown): number | undefined {
  const count = maybeCountOf(received);
  if (count === undefined && received != null) throw new DsrError("VENDOR_MALFORMED");
  return count;
}

/** The same, where what is none says nothing. */
export function maybeCountOf(received: unknown): number | undefined {
  const count = typeof received === "string" && /^\d+$/.test(received) ? Number(received) : received;
  return Number.isSafeInteger(count) ? (count as number) : undefined;
}

/** A next page that no cursor leads to must not pass for the last one. */
export function cursorOf(next: unknown): string | undefined {
  if (next == null) return undefined;
  const cursor: unknown = (next as { starting_after?: unknown }).starting_after;
  if (typeof cursor !== "string" || cursor === "") throw new DsrError("VENDOR_MALFORMED");
  return cursor;
}
