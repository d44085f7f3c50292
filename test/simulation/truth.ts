import type { ContactRecord } from "../../connectors/intercom/sandbox/records.js";
import type { Vendor } from "./vendor.js";

/** One thing that the vendor holds about a contact, as a package would name it, and a text that is in it. */
export interface HeldItem {
  readonly id: string;
  readonly text: string;
}

const LISTED_EVENTS_MS = 90 * 86_400_000;

/** All that the vendor holds about a live contact now, by the package's categories; read from its store and never through its API. */
export function heldBy({ sandbox: { state }, now }: Vendor, contact: ContactRecord): ReadonlyMap<string, readonly HeldItem[]> {
  const { id } = contact;
  const conversations = [...state.conversations.values()].filter((each) => each.contactIds.includes(id));
  const events = contact.events.filter(({ createdAt }) => now() - createdAt < LISTED_EVENTS_MS);
  const own = (author: { readonly id: string } | null, body: string | null): string => (author?.id === id && body !== null ? body : "");
  return new Map<string, readonly HeldItem[]>([
    ["contacts", [{ id, text: contact.name ?? "" }]],
    ["companies", contact.companyIds.map((each) => ({ id: each, text: state.companies.get(each)?.name ?? "" }))],
    ["notes", contact.notes.map((note) => ({ id: note.id, text: note.body }))],
    ["tags", contact.tags.map((tag) => ({ id: `${id}:${tag.id}`, text: tag.name }))],
    ["segments", contact.segments.map((segment) => ({ id: `${id}:${segment.id}`, text: segment.name }))],
    ["subscriptions", contact.subscriptions.map((each) => ({ id: `${id}:${each.id}`, text: "" }))],
    ["conversations", conversations.map((each) => ({ id: each.id, text: own(each.source.author, each.source.body) }))],
    ["calls", [...state.phoneCalls.values()].filter((call) => call.contactId === id && conversations.some((each) => each.id === call.conversationId)).map((call) => ({ id: call.id, text: call.lines[0]?.text ?? "" }))],
    ["tickets", [...state.tickets.values()].filter((ticket) => ticket.contactIds.includes(id)).map((ticket) => ({ id: ticket.id, text: ticket.description }))],
    ["events", events.map((event) => ({ id: event.id, text: event.name }))],
    ["event_summaries", contact.events.length === 0 ? [] : [{ id, text: "" }]],
    ["custom_objects", [...state.customObjects.values()].filter((each) => each.contactIds.includes(id)).map((each) => ({ id: `${each.type}:${each.id}`, text: textOf(each.customAttributes["text"]) }))],
  ]);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
