import type { PhoneCallRecord } from "./activity-records.js";
import { LINK_ORIGIN } from "./numbered-page.js";
import { seconds } from "./records.js";
import { failure, isRecord, json, redirect } from "./reply.js";
import type { Exchange, Needs, Route, World } from "./route.js";
import type { Switches } from "./switches.js";

const MOST_CONVERSATIONS = 20;

const searchCalls: Route = {
  operation: "searchCalls",
  method: "POST",
  template: "/calls/search",
  needs: callsNeed,
  age: "older",
  sinceMinor: 14,
  answer: ({ state }, { body, token }) => {
    const ids: readonly unknown[] = isRecord(body) && Array.isArray(body["conversation_ids"]) ? body["conversation_ids"] : [];
    if (ids.length === 0 || ids.length > MOST_CONVERSATIONS) {
      return failure(400, "conversation_id_limit_exceeded", `Between 1 and ${MOST_CONVERSATIONS} conversation ids are possible`);
    }
    const found = [...state.phoneCalls.values()].filter(({ conversationId, workspaceId }) => workspaceId === token.admin.workspace.id && ids.map(String).includes(conversationId));
    return json({ type: "list", data: found.map((call) => ({ ...callView(call), transcript: call.lines, transcript_status: "completed" })) });
  },
};

const getCallTranscript: Route = {
  operation: "getCallTranscript",
  method: "GET",
  template: "/calls/{call_id}/transcript",
  needs: callsNeed,
  age: "older",
  sinceMinor: 14,
  answer: (world, exchange) => {
    const call = findCall(world, exchange);
    if (call === undefined) return failure(404, "not_found", "Transcript Not Found");
    const text = call.lines.map(({ speaker, text: words }) => `${speaker}: ${words}\n`).join("");
    return { status: 200, headers: { "content-type": "text/plain", "content-disposition": `attachment; filename="transcript-${call.id}.txt"` }, content: { text } };
  },
};

/** Leads to a signed link; whoever follows it must leave the token behind. */
const getCallRecording: Route = {
  operation: "getCallRecording",
  method: "GET",
  template: "/calls/{call_id}/recording",
  needs: callsNeed,
  age: "older",
  sinceMinor: 14,
  answer: (world, exchange) => {
    const call = findCall(world, exchange);
    return call === undefined ? failure(404, "not_found", "Recording Not Found") : redirect(world.links.signed({ id: `call-${call.id}`, name: "recording.mp3" }, exchange.now));
  },
};

export const PHONE_CALL_ROUTES: readonly Route[] = [searchCalls, getCallTranscript, getCallRecording];

function callsNeed({ callsNeed: needed }: Switches): Needs {
  return needed === "nothing" ? [] : [["read_conversations"]];
}

function findCall({ state }: World, { params, token }: Exchange): PhoneCallRecord | undefined {
  const call = state.phoneCalls.get(params["call_id"] ?? "");
  return call?.workspaceId === token.admin.workspace.id ? call : undefined;
}

function callView(call: PhoneCallRecord): Record<string, unknown> {
  const createdAt = seconds(call.createdAt);
  return {
    type: "call",
    id: call.id,
    conversation_id: call.conversationId,
    admin_id: call.adminId,
    contact_id: call.contactId,
    state: "completed",
    initiated_at: createdAt,
    answered_at: createdAt + 5,
    ended_at: createdAt + 65,
    created_at: createdAt,
    updated_at: createdAt + 65,
    recording_url: `${LINK_ORIGIN}/calls/${call.id}/recording`,
    transcription_url: `${LINK_ORIGIN}/calls/${call.id}/transcript`,
    call_type: "phone",
    direction: "inbound",
    ended_reason: "hangup",
    phone: call.phone,
  };
}
