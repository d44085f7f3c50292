import { DsrError } from "../../core/errors.js";
import type { components } from "./api/schema.js";
import { checkedId, type IntercomClient } from "./client.js";
import { nextPage, type PageParameters } from "./paging.js";
import { maybeCountOf } from "./search.js";

type LinkPages = components["schemas"]["LinkPages"];

/** A list that hangs on a contact. The contact embeds at most ten entries of it, without content, so it is read by a call of its own. */
export interface ContactList {
  readonly category: "companies" | "notes" | "tags" | "segments" | "subscriptions";
  readonly endpoint: string;
  /** How many there are, from what the contact counts; undefined where it does not say. */
  readonly expected: (holds: Readonly<Record<string, number>>) => number | undefined;
  readonly read: (client: IntercomClient, contactId: string, from: PageParameters | undefined) => Promise<ListPage | undefined>;
  /** What the record is called in a package: a tag on two contacts is two taggings, a company is the same company. */
  readonly recordId: (contactId: string, itemId: string) => string;
}

export interface ListPage {
  readonly items: readonly { readonly id: string; readonly data: unknown }[];
  /** How many there are in all, as the list itself says. */
  readonly of: number | undefined;
  readonly next: PageParameters | undefined;
  readonly response: Response;
}

/** In the order in which a package is written. */
export const CONTACT_LISTS: readonly ContactList[] = [
  {
    category: "companies",
    endpoint: "GET /contacts/{contact_id}/companies",
    expected: (holds) => holds["companies"],
    read: async (client, id, from) => {
      // Intercom's description calls the array `companies`, its example calls it `data`.
      const { data, response } = await client.GET("/contacts/{contact_id}/companies", { params: { path: { contact_id: id }, query: { ...from } } });
      return toPage({ response, data: { ...data, data: data?.data ?? data?.companies } });
    },
    recordId: (_, itemId) => itemId,
  },
  {
    category: "notes",
    endpoint: "GET /contacts/{contact_id}/notes",
    expected: (holds) => holds["notes"],
    read: async (client, id, from) => toPage(await client.GET("/contacts/{contact_id}/notes", { params: { path: { contact_id: id }, query: { ...from } } })),
    recordId: (_, itemId) => itemId,
  },
  {
    category: "tags",
    endpoint: "GET /contacts/{contact_id}/tags",
    expected: (holds) => holds["tags"],
    read: async (client, id) => toPage(await client.GET("/contacts/{contact_id}/tags", { params: { path: { contact_id: id } } })),
    recordId: ofContact,
  },
  {
    category: "segments",
    endpoint: "GET /contacts/{contact_id}/segments",
    expected: () => undefined,
    read: async (client, id) => toPage(await client.GET("/contacts/{contact_id}/segments", { params: { path: { contact_id: id } } })),
    recordId: ofContact,
  },
  {
    category: "subscriptions",
    endpoint: "GET /contacts/{contact_id}/subscriptions",
    expected: (holds) => (holds["opted_in"] === undefined && holds["opted_out"] === undefined ? undefined : (holds["opted_in"] ?? 0) + (holds["opted_out"] ?? 0)),
    read: async (client, id) => toPage(await client.GET("/contacts/{contact_id}/subscriptions", { params: { path: { contact_id: id } } })),
    recordId: ofContact,
  },
];

/** Undefined where the contact itself is not there any more (404, 410). A list without its array is no empty list. */
function toPage(answer: { readonly data?: { readonly data?: unknown; readonly total_count?: unknown; readonly pages?: LinkPages } | undefined; readonly response: Response }): ListPage | undefined {
  const { data, response } = answer;
  if (!response.ok) return undefined;
  if (!Array.isArray(data?.data)) throw new DsrError("VENDOR_MALFORMED");
  const items = data.data.map((item: unknown) => ({ id: checkedId((item as { id?: unknown } | null)?.id), data: item }));
  return { items, of: maybeCountOf(data.total_count), next: items.length === 0 ? undefined : nextPage(data.pages), response };
}

function ofContact(contactId: string, itemId: string): string {
  return `${contactId}:${itemId}`;
}
