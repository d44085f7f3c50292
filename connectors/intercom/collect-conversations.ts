import type { Gap } from "../../core/outcome.js";
import { mayHaveCalls, readCalls, type CallsAt } from "./calls.js";
import { relatedTypes } from "./custom-object-types.js";
import { otherAuthors, participantsOf } from "./group-conversation.js";
import { listOf, member } from "./json-values.js";
import { disclosed } from "./other-people.js";
import { personOf, type Found, type Reading, type Step } from "./reading.js";
import { readThreads, THREADS_START, unknownAuthor, type ThreadKind, type ThreadsAt } from "./threads.js";

const CONVERSATIONS: ThreadKind = {
  category: "conversations",
  partsCategory: "conversation_parts",
  endpoint: "GET /conversations/{conversation_id}",
  search: (client, body) => client.POST("/conversations/search", { body }),
  read: (client, id) => client.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: id } } }),
};

/** Calls are found through their conversations alone, so they are asked for as soon as enough of those were seen. */
interface At extends CallsAt {
  readonly threads: ThreadsAt;
}

export async function conversationStage(reading: Reading, before: Found, from: unknown): Promise<Step | undefined> {
  const at = (from as At | undefined) ?? { threads: THREADS_START, toAsk: [] };
  if (!reading.covers("conversations") && !reading.covers("calls")) return undefined;
  const calls = await readCalls(reading, before, at, false);
  if (calls !== undefined) return { ...calls, next: { ...at, toAsk: calls.toAsk, others: calls.others, authors: calls.authors } };
  if (at.threads.pending.length === 0) await reading.recallTickets();
  const step = await readThreads(reading, before, CONVERSATIONS, at.threads, (item) => isToldAsTicket(reading, before, item));
  if (step === undefined) {
    const last = await readCalls(reading, before, at, true);
    return last && { ...last, next: { threads: at.threads, toAsk: last.toAsk, others: last.others, authors: last.authors } };
  }
  const { gaps, next, thread, announced, searched, files = [], found = before } = step;
  const asked = thread !== undefined && reading.covers("calls") && mayHaveCalls(thread) ? step.records.map(({ id }) => id) : [];
  const hidden = thread === undefined || !reading.covers("conversations") || reading.covers("tickets") ? [] : step.records.flatMap(({ id }) => ticketsGap(id, thread));
  const kept = reading.covers("conversations") ? { records: step.records, files, ...(announced === undefined ? {} : { announced }) } : { records: [] };
  const contact = hiddenContact(reading, before, found, thread);
  const known: Found = { ...found, types: relatedTypes(found.types, thread), ...(contact === undefined ? {} : { notShown: [...(found.notShown ?? []), contact] }) };
  const author = unknownAuthor(reading, found, thread);
  const besides = [...new Set([...participantsOf(thread), ...otherAuthors(thread, reading.isOwnAddress)])].filter((id) => id !== author && !reading.contactIds.includes(id) && !known.merged.includes(id));
  const authors = author === undefined ? {} : Object.fromEntries(asked.map((id) => [id, author]));
  const others = besides.length === 0 ? {} : Object.fromEntries(asked.map((id) => [id, besides]));
  return { ...kept, ...(searched === undefined ? {} : { searched }), gaps: [...gaps, ...hidden, ...(contact === undefined ? [] : [{ category: "contacts", code: "CONTACT_NOT_SHOWN", id: contact }])], found: known, next: { threads: next, toAsk: [...at.toAsk, ...asked], others: { ...at.others, ...others }, authors: { ...at.authors, ...authors } } };
}

/** Whether a ticket that is shown as a conversation, too, was read as a ticket, and holds nothing besides that a person is given. Its calls are found through the conversation alone. */
function isToldAsTicket(reading: Reading, found: Found, item: unknown): boolean {
  return reading.tickets.has(String(member(item, "id"))) && !mayHaveCalls(item) && reading.tickets.holdsAllOf(disclosed(item, personOf(reading, found), reading.settings).data);
}

/** Without Read tickets Intercom leaves tickets out and says nothing; a conversation still tells which of them it belongs with. */
function ticketsGap(id: string, conversation: unknown): readonly Gap[] {
  const linked = listOf(member(member(conversation, "linked_objects"), "data")).filter((each) => member(each, "type") === "ticket");
  const ids = new Set([...linked, member(conversation, "ticket")].flatMap((each) => (member(each, "id") == null ? [] : [String(member(each, "id"))])));
  return ids.size === 0 ? [] : [{ category: "conversations", code: "TICKETS_NOT_SHOWN", id, have: 0, of: ids.size }];
}

/** A contact of the person's that the search does not show, and that carries the address itself, or takes part yet in what it began: archived, or new. Told once. */
function hiddenContact(reading: Reading, before: Found, found: Found, thread: unknown): string | undefined {
  const id = unknownAuthor(reading, before, thread);
  if (id === undefined || before.notShown?.includes(id) === true || found.strangers?.includes(id) === true) return undefined;
  return found.merged.includes(id) || participantsOf(thread).includes(id) ? id : undefined;
}
