import { DsrError, isDsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import { checkedId } from "./client.js";
import { isObject, listOf, member, type JsonObject } from "./json-values.js";
import { WITHHELD } from "./other-people.js";
import { OF_NOBODY } from "./probes.js";
import { askedBy, keepAll, timeOf, type Found, type Reading, type Step } from "./reading.js";

/** Source: `POST /calls/search` of version 2.16. */
const CONVERSATIONS_PER_CALL = 20;

export interface CallsAt {
  /** Conversations in which there may have been a call, not asked about yet. */
  readonly toAsk: readonly string[];
  /** Those of them that others take part in. */
  readonly shared?: readonly string[] | undefined;
}

/** Whether anything in a conversation speaks of a call: where it came from, its channel, or one of its parts. */
export function mayHaveCalls(conversation: unknown): boolean {
  const source = member(conversation, "source");
  const channel = member(conversation, "channel");
  const parts = listOf(member(member(conversation, "conversation_parts"), "conversation_parts"));
  const signs = [member(source, "type"), member(source, "delivered_as"), member(channel, "initial"), member(channel, "current"), ...parts.map((part) => member(part, "part_type"))];
  return signs.some((sign) => typeof sign === "string" && /phone|call|voice/i.test(sign));
}

/** The calls of the next twenty conversations, or of as many as are left when these are `all`; undefined where it is not yet worth a call. */
export async function readCalls(reading: Reading, found: Found, { toAsk, shared }: CallsAt, all: boolean): Promise<(Pick<Step, "records" | "gaps" | "files" | "searched"> & CallsAt) | undefined> {
  if (toAsk.length === 0 || (!all && toAsk.length < CONVERSATIONS_PER_CALL)) return undefined;
  const asked = toAsk.slice(0, CONVERSATIONS_PER_CALL);
  const rest = { toAsk: toAsk.slice(CONVERSATIONS_PER_CALL), shared: shared?.filter((id) => !asked.includes(id)) };
  const answer = await search(reading, asked);
  if (answer === undefined) return { records: [], gaps: [{ category: "calls", code: "NOT_PERMITTED" }], ...rest };
  const at = timeOf(reading);
  const own = new Set([...reading.contactIds, ...found.merged]);
  const calls = answer.calls.filter((call) => asked.includes(String(member(call, "conversation_id"))));
  // Another participant's call in a shared conversation is theirs.
  const isOwn = (call: unknown): boolean => member(call, "contact_id") == null || own.has(String(member(call, "contact_id")));
  const received = calls
    .filter(isOwn)
    .map((call) => ({ category: "calls", id: checkedId(member(call, "id")), endpoint: "POST /calls/search", response: answer.response, at, data: call }));
  const named = await namesFor(reading, received.map(({ data }) => data));
  return { ...keepAll(reading, found, received.map((each) => ({ ...each, ...unlessOthers(reading, shared ?? [], each.data), staff: named(each.data) }))), gaps: [...received.flatMap(({ id, data }) => transcriptGap(id, data)), ...callersNotKnown(calls.filter((call) => !isOwn(call)), shared)], ...askedBy(reading, "calls/search", "conversation_id"), ...rest };
}

/**
 * Which permission calls need is documented nowhere. Where they are refused although conversations can be read, waiting for Read
 * conversations would be in vain: that is a gap; where conversations are refused as well, it is the missing permission.
 */
async function search({ client }: Reading, conversationIds: readonly string[]): Promise<{ readonly calls: readonly unknown[]; readonly response: Response } | undefined> {
  try {
    const { data, response } = await client.POST("/calls/search", { body: { conversation_ids: [...conversationIds] } });
    if (!Array.isArray(data?.data)) throw new DsrError("VENDOR_MALFORMED");
    return { calls: data.data, response };
  } catch (error) {
    if (!isDsrError(error, "SCOPE_MISSING") && !isDsrError(error, "PLAN_RESTRICTED")) throw error;
    await client.POST("/conversations/search", { body: OF_NOBODY });
    return undefined;
  }
}

/** In a conversation that nobody else takes part in now, another contact is one that is gone: the person's own from before, or somebody who took part in it. */
function callersNotKnown(others: readonly unknown[], shared: readonly string[] | undefined): readonly Gap[] {
  const conversations = others.map((call) => String(member(call, "conversation_id"))).filter((id) => shared?.includes(id) === false);
  return [...new Set(conversations)].map((id) => ({ category: "calls", code: "CALLER_NOT_KNOWN", id, have: 0, of: conversations.filter((each) => each === id).length }));
}

/** Of a call that nobody is told to have made, in a conversation that others take part in, only that there was one is surely the person's. */
function unlessOthers({ settings }: Reading, shared: readonly string[], call: unknown): { readonly data: unknown; readonly withheld?: number } {
  const isNobodys = member(call, "contact_id") == null && shared.includes(String(member(call, "conversation_id")));
  if (!isNobodys || settings.otherPeople === "include" || !isObject(call)) return { data: call };
  const told = ["phone", "transcript"].filter((name) => call[name] != null);
  return { data: { ...call, ...Object.fromEntries(told.map((name) => [name, WITHHELD])) }, withheld: told.length };
}

/** Who took each call, where somebody speaks in it: a call tells the teammate's id alone, and a transcript what they say their name is. */
async function namesFor(reading: Reading, calls: readonly unknown[]): Promise<(call: unknown) => readonly JsonObject[]> {
  const takenBy = (call: unknown): string | undefined => (member(call, "admin_id") == null || listOf(member(call, "transcript")).length === 0 ? undefined : String(member(call, "admin_id")));
  const staff = calls.some((call) => takenBy(call) !== undefined) ? await reading.staff() : [];
  return (call) => staff.filter((each) => member(each, "id") != null && String(member(each, "id")) === takenBy(call)).map((each) => ({ ...each, type: "admin" }));
}

/** Statuses that say that there is nothing to be written down. Version 2.16 names `completed` alone. */
const NO_TRANSCRIPT = /^(?:none|no_|not_available|unavailable|disabled|skipped)/i;

/** What was said and written down, is to be, or could not be: a link to it, be it of what Fin heard, or a status. */
function transcriptGap(id: string, call: unknown): readonly Gap[] {
  const status = member(call, "transcript_status");
  const linked = member(call, "transcription_url") != null || member(call, "fin_transcription_url") != null;
  const promised = linked || (typeof status === "string" && status !== "" && !NO_TRANSCRIPT.test(status));
  return promised && listOf(member(call, "transcript")).length === 0 ? [{ category: "calls", code: "TRANSCRIPT_NOT_READ", id }] : [];
}
