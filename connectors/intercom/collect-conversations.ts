import type { Gap } from "../../core/outcome.js";
import { authorOf, isByTeammate } from "./authored-conversations.js";
import { mayHaveCalls, readCalls, type CallsAt } from "./calls.js";
import { relatedTypes } from "./custom-object-types.js";
import { listOf, member } from "./json-values.js";
import type { Found, Reading, Step } from "./reading.js";
import { readThreads, THREADS_START, type ThreadKind, type ThreadsAt } from "./threads.js";

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

export async function conversationStage(reading: Reading, found: Found, from: unknown): Promise<Step | undefined> {
  const at = (from as At | undefined) ?? { threads: THREADS_START, toAsk: [] };
  if (!reading.covers("conversations") && !reading.covers("calls")) return undefined;
  const calls = await readCalls(reading, found, at, false);
  if (calls !== undefined) return { ...calls, next: { ...at, toAsk: calls.toAsk } };
  const step = await readThreads(reading, found, CONVERSATIONS, at.threads, found.tickets);
  if (step === undefined) {
    const last = await readCalls(reading, found, at, true);
    // Whose numbers they share is of no further use.
    return last && { ...last, found: { ...found, tickets: [] }, next: { threads: at.threads, toAsk: last.toAsk } };
  }
  const { gaps, next, thread, announced, searched, files = [] } = step;
  const asked = thread !== undefined && reading.covers("calls") && mayHaveCalls(thread) ? step.records.map(({ id }) => id) : [];
  const hidden = thread === undefined || !reading.covers("conversations") || reading.covers("tickets") ? [] : step.records.flatMap(({ id }) => ticketsGap(id, thread));
  const kept = reading.covers("conversations") ? { records: step.records, files, ...(announced === undefined ? {} : { announced }) } : { records: [] };
  const known: Found = { ...found, merged: withAuthor(reading, found, thread), types: relatedTypes(found.types, thread) };
  return { ...kept, ...(searched === undefined ? {} : { searched }), gaps: [...gaps, ...hidden], found: known, next: { threads: next, toAsk: [...at.toAsk, ...asked] } };
}

/** Without Read tickets Intercom leaves tickets out and says nothing; a conversation still tells which of them it belongs with. */
function ticketsGap(id: string, conversation: unknown): readonly Gap[] {
  const linked = listOf(member(member(conversation, "linked_objects"), "data")).filter((each) => member(each, "type") === "ticket");
  const ids = new Set([...linked, member(conversation, "ticket")].flatMap((each) => (member(each, "id") == null ? [] : [String(member(each, "id"))])));
  return ids.size === 0 ? [] : [{ category: "conversations", code: "TICKETS_NOT_SHOWN", id, have: 0, of: ids.size }];
}

/** Who began it from the person's address is the person, also under the id of a contact that is gone. */
function withAuthor({ contactIds, isOwnAddress }: Reading, { merged }: Found, thread: unknown): readonly string[] {
  const author = authorOf(thread);
  const [id, email] = [member(author, "id"), member(author, "email")];
  const own = typeof id === "string" && typeof email === "string" && !isByTeammate(thread) && isOwnAddress(email);
  return own && !merged.includes(id) && !contactIds.includes(id) ? [...merged, id] : merged;
}
