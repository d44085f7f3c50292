import { DsrError, isDsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import { checkedId } from "./client.js";
import { isObject, listOf, member, type JsonObject } from "./json-values.js";
import { DOUBTFUL, WITHHELD } from "./other-people.js";
import { OF_NOBODY } from "./probes.js";
import { askedBy, keepAll, timeOf, type Found, type Reading, type Step } from "./reading.js";

/** Source: `POST /calls/search` of version 2.16. */
const CONVERSATIONS_PER_CALL = 20;

export interface CallsAt {
  /** Conversations in which there may have been a call, not asked about yet. */
  readonly toAsk: readonly string[];
  /** Who else takes part in them, or wrote in them, where there is anybody: ids of contacts by that of the conversation. */
  readonly others?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The id under which the person began one of them, where that is of a contact that is gone. */
  readonly authors?: Readonly<Record<string, string>> | undefined;
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
export async function readCalls(reading: Reading, found: Found, { toAsk, others = {}, authors = {} }: CallsAt, all: boolean): Promise<(Pick<Step, "records" | "gaps" | "files" | "searched" | "unreadable"> & CallsAt) | undefined> {
  if (toAsk.length === 0 || (!all && toAsk.length < CONVERSATIONS_PER_CALL)) return undefined;
  const asked = toAsk.slice(0, CONVERSATIONS_PER_CALL);
  const left = <T>(of: Readonly<Record<string, T>>): Readonly<Record<string, T>> => Object.fromEntries(Object.entries(of).filter(([id]) => !asked.includes(id)));
  const rest = { toAsk: toAsk.slice(CONVERSATIONS_PER_CALL), others: left(others), authors: left(authors) };
  const answer = await search(reading, asked);
  if (answer === undefined) return { records: [], gaps: [{ category: "calls", code: "NOT_PERMITTED" }], ...rest };
  const at = timeOf(reading);
  const own = [...reading.contactIds, ...found.merged];
  const readAs = (caller: Caller): Caller => (reading.settings.otherPeople === "include" && caller !== "unknown" ? "own" : caller);
  const calls = answer.calls.filter((call) => asked.includes(String(member(call, "conversation_id")))).map((data) => ({ id: checkedId(member(data, "id")), data, by: readAs(callerOf(data, own, others, authors)) }));
  const told = calls.filter(({ by }) => by !== "unknown").map(({ id, data, by }) => ({ id, ...toldOf(data, by) }));
  const staff = told.some(({ data }) => takenBy(data) !== undefined) ? await reading.staff() : [];
  const named = (call: unknown): readonly JsonObject[] => (staff ?? []).filter((each) => member(each, "id") != null && String(member(each, "id")) === takenBy(call)).map((each) => ({ ...each, type: "admin" }));
  const received = told.map((each) => ({ category: "calls", endpoint: "POST /calls/search", response: answer.response, at, ...each, staff: named(each.data) }));
  const transcripts = calls.filter(({ by }) => by === "own" || by === "nobody").flatMap(({ id, data }) => transcriptGap(id, data));
  const gaps = [...transcripts, ...callersNotKnown(calls.filter(({ by }) => by === "unknown").map(({ data }) => data))];
  return { ...keepAll(reading, found, received), gaps, ...(staff === undefined ? { unreadable: ["teammates"] } : {}), ...askedBy(reading, "calls/search", "conversation_id"), ...rest };
}

/** `nobody`: the call does not tell, and more than the person may have made it. `unknown`: neither the person nor anybody else of whom the conversation tells. */
type Caller = "own" | "another" | "nobody" | "unknown";

function callerOf(call: unknown, own: readonly string[], others: Readonly<Record<string, readonly string[]>>, authors: Readonly<Record<string, string>>): Caller {
  const conversation = String(member(call, "conversation_id"));
  const besides = others[conversation] ?? [];
  if (member(call, "contact_id") == null) return besides.length === 0 ? "own" : "nobody";
  const caller = String(member(call, "contact_id"));
  if (own.includes(caller) || authors[conversation] === caller) return "own";
  return besides.includes(caller) ? "another" : "unknown";
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

/** Of whoever made them the conversation tells nothing: a contact of the person's from before, or somebody who took part once. */
function callersNotKnown(unknown: readonly unknown[]): readonly Gap[] {
  const conversations = unknown.map((call) => String(member(call, "conversation_id")));
  return [...new Set(conversations)].map((id) => ({ category: "calls", code: "CALLER_NOT_KNOWN", id, have: 0, of: conversations.filter((each) => each === id).length }));
}

/** What is told of another participant's call: that there was one, and when. */
const KEPT_OF_ANOTHERS: ReadonlySet<string> = new Set(["type", "id", "conversation_id", "call_type", "direction", "state", "initiated_at", "answered_at", "ended_at", "created_at", "updated_at"]);

/** Of another's call only that there was one, and of nobody's not who speaks in it and what is said. */
function toldOf(call: unknown, by: Caller): { readonly data: unknown; readonly withheld?: number } {
  if (by === "own" || !isObject(call)) return { data: call };
  if (by === "another") return { data: { ...Object.fromEntries(Object.entries(call).filter(([name]) => KEPT_OF_ANOTHERS.has(name))), contact_id: WITHHELD }, withheld: 1 };
  const told = ["phone", "transcript"].filter((name) => call[name] != null && !(Array.isArray(call[name]) && call[name].length === 0));
  return told.length === 0 ? { data: call } : { data: { ...call, ...Object.fromEntries(told.map((name) => [name, DOUBTFUL])) }, withheld: 1 };
}

/** Who took a call, where somebody speaks in it: a call tells the teammate's id alone, and a transcript what they say their name is. */
function takenBy(call: unknown): string | undefined {
  return member(call, "admin_id") == null || listOf(member(call, "transcript")).length === 0 ? undefined : String(member(call, "admin_id"));
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
