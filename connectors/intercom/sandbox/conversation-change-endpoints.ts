import { findConversation, missingConversation, viewSettings } from "./conversation-endpoints.js";
import type { ConversationRecord, PartRecord } from "./conversation-records.js";
import { conversationView } from "./conversation-view.js";
import { all } from "./permissions.js";
import { failure, isRecord, json } from "./reply.js";
import type { Route } from "./route.js";

const REDACTED = "<p><i>This message was deleted</i></p>";

/** Replaces a text and leaves its author named, as the vendor does. */
const redactConversation: Route = {
  operation: "redactConversation",
  method: "POST",
  template: "/conversations/redact",
  needs: all("write_conversations"),
  age: "older",
  answer: (world, exchange) => {
    const body = isRecord(exchange.body) ? exchange.body : {};
    const conversation = findConversation(world, exchange, String(body["conversation_id"]));
    const part = conversation === undefined ? undefined : partToRedact(conversation, body);
    if (conversation === undefined || part === undefined) {
      return failure(404, "conversation_part_or_message_not_found", "Conversation part or message not found");
    }
    const byContact = part.author?.type === "user" || part.author?.type === "lead";
    if (part.body === null || (part === conversation.source && !byContact)) {
      return failure(world.switches.notRedactableAnswers, "conversation_part_not_redactable", "This part cannot be redacted");
    }
    part.body = REDACTED;
    part.redacted = true;
    world.state.revision += 1;
    world.state.conversationIndex.changed(conversation.id, "update", exchange.now);
    return json(conversationView(conversation, viewSettings(world, exchange)));
  },
};

/** Takes a participant out; somebody has to stay. */
const detachContact: Route = {
  operation: "detachContact",
  method: "DELETE",
  template: "/conversations/{conversation_id}/customers/{contact_id}",
  needs: all("write_conversations"),
  age: "older",
  answer: (world, exchange) => {
    const conversation = findConversation(world, exchange);
    if (conversation === undefined) return missingConversation();
    const contactId = exchange.params["contact_id"] ?? "";
    if (!isRecord(exchange.body) || typeof exchange.body["admin_id"] !== "string") return failure(400, "parameter_not_found", "admin_id is missing");
    if (!conversation.contactIds.includes(contactId)) return failure(404, "not_found", "User Not Found");
    if (conversation.contactIds.length === 1) return failure(422, "parameter_invalid", "The last participant cannot be removed");
    conversation.contactIds = conversation.contactIds.filter((id) => id !== contactId);
    world.state.revision += 1;
    world.state.conversationIndex.changed(conversation.id, "update", exchange.now);
    return json({ customers: conversation.contactIds.map((id) => ({ type: "contact", id })) });
  },
};

export const CONVERSATION_CHANGE_ROUTES: readonly Route[] = [redactConversation, detachContact];

function partToRedact({ source, parts }: ConversationRecord, body: Record<string, unknown>): PartRecord | undefined {
  if (body["type"] === "source") return source.id === body["source_id"] ? source : undefined;
  return body["type"] === "conversation_part" ? parts.find(({ id }) => id === body["conversation_part_id"]) : undefined;
}
