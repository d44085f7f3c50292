import { isId } from "./client.js";
import { listOf, member } from "./json-values.js";
import { sideOf, type Person } from "./people-in-record.js";
import { countOf } from "./search.js";

/** Intercom hands out the newest parts only. Source: `GET /conversations/{id}` of version 2.16. */
export const MOST_PARTS = 500;

/** A message of a conversation: where it stands, and whether its text can still be read. */
export interface Message {
  /** A part's id, or `source-` and the id of what began the conversation. */
  readonly place: string;
  readonly readable: boolean;
  readonly author: unknown;
}

export function partsOf(conversation: unknown): readonly unknown[] {
  return listOf(member(member(conversation, "conversation_parts"), "conversation_parts"));
}

/** Whether each part that there is can be seen; not where the parts are left out. */
export function showsAllParts(conversation: unknown): boolean {
  const parts = member(conversation, "conversation_parts");
  const shown = partsOf(conversation).length;
  return Array.isArray(member(parts, "conversation_parts")) && shown < MOST_PARTS && (countOf(member(parts, "total_count")) ?? 0) <= shown;
}

/** The message that began it, and its newest parts. */
export function messagesOf(conversation: unknown): readonly Message[] {
  const source = member(conversation, "source");
  return [{ message: source, place: `source-${String(member(source, "id"))}` }, ...partsOf(conversation).map((part) => ({ message: part, place: String(member(part, "id")) }))]
    .filter(({ message, place }) => member(message, "id") != null && isId(place))
    .map(({ message, place }) => ({ place, readable: member(message, "body") != null && member(message, "body") !== "" && member(message, "redacted") !== true, author: member(message, "author") }));
}

/** Where the texts stand that the person wrote, and that can still be read. */
export function ownTexts(conversation: unknown, isOwn: (author: unknown) => boolean): readonly string[] {
  return messagesOf(conversation).flatMap(({ place, readable, author }) => (readable && isOwn(author) ? [place] : []));
}

export function participantsOf(thread: unknown): readonly string[] {
  return listOf(member(member(thread, "contacts"), "contacts")).map((each) => String(member(each, "id")));
}

/** Nobody in the list is something else than no list, and than a list of which a part is shown. */
export function tellsParticipants(thread: unknown): boolean {
  const contacts = member(thread, "contacts");
  const listed = member(contacts, "contacts");
  return Array.isArray(listed) && member(contacts, "has_more") !== true && (countOf(member(contacts, "total_count")) ?? 0) <= listed.length;
}

/** Ids of contacts who wrote in a thread under another address than the person's, or rated it, whether they still take part in it or not. */
export function otherAuthors(thread: unknown, isOwnAddress: (address: string) => boolean): readonly string[] {
  const nobody: Person = { contactIds: new Set(), isOwnAddress };
  const authors = [...everyMessage(thread).map((message) => member(message, "author")), member(member(thread, "conversation_rating"), "contact")];
  return [...new Set(authors.filter((author) => sideOf(author, "author", nobody) === "contact").map((author) => String(member(author, "id"))))];
}

/** How many of the texts that a thread shows name whoever wrote them; undefined where each does. */
export function namedTexts(thread: unknown): { readonly have: number; readonly of: number } | undefined {
  const texts = everyMessage(thread).filter((message) => member(message, "body") != null && member(message, "body") !== "");
  const have = texts.filter((message) => ["id", "email", "name"].some((name) => ![undefined, null, ""].includes(member(member(message, "author"), name) as string | null | undefined))).length;
  return have === texts.length ? undefined : { have, of: texts.length };
}

/** Of a conversation or a ticket. */
function everyMessage(thread: unknown): readonly unknown[] {
  return [member(thread, "source"), ...partsOf(thread), ...listOf(member(member(thread, "ticket_parts"), "ticket_parts"))];
}

export function isParticipant(conversation: unknown, contactId: string): boolean {
  return participantsOf(conversation).includes(contactId);
}
