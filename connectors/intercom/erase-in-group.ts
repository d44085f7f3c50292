import { DsrError } from "../../core/errors.js";
import type { EraseAnswer, LookAnswer } from "../../core/ports.js";
import { expectId, requestIdOf, type IntercomClient } from "./client.js";
import { pairOf, type Eraser } from "./eraser.js";
import { member } from "./json-values.js";
import { isParticipant, messagesOf, showsAllParts, tellsParticipants } from "./group-conversation.js";
import { protocol } from "./protocol.js";

/** `conversation:contact`: that somebody takes part. Source: `DELETE /conversations/{conversation_id}/customers/{contact_id}` of version 2.16. */
export const participationEraser: Eraser = {
  erase: async ({ client, adminId }, id) => {
    const [conversationId, contactId] = pairOf(id);
    const { data, response } = await client.DELETE("/conversations/{conversation_id}/customers/{contact_id}", {
      params: { path: { conversation_id: conversationId, contact_id: contactId } },
      body: { admin_id: await adminId() },
    });
    const requestId = requestIdOf(response);
    if (response.status === 404) return { answer: "absent", ...requestId };
    if (response.status === 422) return { answer: "not_deleted", residual: "LAST_PARTICIPANT", ...requestId };
    expectAbout(data, conversationId);
    const left = member(data, "customers");
    if (!Array.isArray(left)) return { answer: "accepted", ...requestId };
    return { answer: left.some((each) => member(each, "id") === contactId) ? "not_deleted" : "deleted", ...requestId };
  },
  look: async (client, { id }) => {
    const [conversationId, contactId] = pairOf(id);
    return lookInto(client, conversationId, (conversation) => isParticipant(conversation, contactId) || !tellsParticipants(conversation));
  },
};

/** `conversation:part`, or `conversation:source-id` of what began it: a text, without its author. Source: `POST /conversations/redact` of version 2.16. */
export const messageTextEraser: Eraser = {
  erase: async ({ client }, id) => {
    const [conversationId, place] = pairOf(id);
    const source = sourceIdIn(place);
    const { data, error, response } = await client.POST("/conversations/redact", {
      body:
        source === undefined
          ? { type: "conversation_part" as const, conversation_id: conversationId, conversation_part_id: place }
          : { type: "source" as const, conversation_id: conversationId, source_id: source },
    });
    const requestId = requestIdOf(response);
    if (response.status === 404) return { answer: "absent", ...requestId };
    if (!response.ok) return { ...refusal(error), ...requestId };
    expectAbout(data, conversationId);
    return { answer: data !== undefined && !mayBeReadable(data, place) ? "deleted" : "accepted", ...requestId };
  },
  look: async (client, { id }) => {
    const [conversationId, place] = pairOf(id);
    return lookInto(client, conversationId, (conversation) => mayBeReadable(conversation, place));
  },
};

/** An answer about another conversation says nothing about this one; reading it will. One that names none may be about this. */
function expectAbout(answered: unknown, conversationId: string): void {
  if (member(answered, "id") != null && String(member(answered, "id")) !== conversationId) throw new DsrError("OUTCOME_UNKNOWN");
}

/** The status of a part that cannot be redacted is not documented; its code is. */
function refusal(error: unknown): EraseAnswer {
  if (protocol.errorCode(error) !== "conversation_part_not_redactable") throw new DsrError("VENDOR_REJECTED");
  return { answer: "not_deleted", residual: "PART_NOT_REDACTABLE" };
}

async function lookInto(client: IntercomClient, conversationId: string, mayBeThere: (conversation: unknown) => boolean): Promise<LookAnswer> {
  const { data, response } = await client.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: conversationId } } });
  if (response.status === 404) return { answer: "absent", ...requestIdOf(response) };
  expectId({ id: member(data, "id") }, conversationId);
  return { answer: mayBeThere(data) ? "present" : "absent", ...requestIdOf(response) };
}

/** Whether a text is there, or may be: what an answer does not show is gone only where it shows all that stands beside it. */
function mayBeReadable(conversation: unknown, place: string): boolean {
  const message = messagesOf(conversation).find((each) => each.place === place);
  if (message !== undefined) return message.readable;
  return sourceIdIn(place) === undefined ? !showsAllParts(conversation) : member(member(conversation, "source"), "id") == null;
}

function sourceIdIn(place: string): string | undefined {
  return /^source-(.+)$/.exec(place)?.[1];
}
