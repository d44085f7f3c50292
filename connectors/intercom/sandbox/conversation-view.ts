import type { AttachmentLinks } from "./attachments.js";
import type { AuthorRecord, ConversationRecord, PartRecord } from "./conversation-records.js";
import { seconds } from "./records.js";
import type { ApiVersion } from "./version.js";

/** The vendor hands out this many parts, the newest, and has no way to the others. */
export const PART_LIMIT = 500;

export type ViewSettings = {
  readonly links: AttachmentLinks;
  /** When it is looked at; links count from here. */
  readonly now: number;
  readonly version: ApiVersion;
  readonly plaintext: boolean;
  /** Whether `total_count` counts all parts or those that are shown. */
  readonly countsShownParts: boolean;
};

/** A conversation as a search shows it: everything but its parts. */
export function conversationItem(conversation: ConversationRecord, settings: ViewSettings): Record<string, unknown> {
  const { id, source, rating } = conversation;
  const modern = settings.version.minor >= 16;
  return {
    type: "conversation",
    id,
    title: null,
    created_at: seconds(conversation.createdAt),
    updated_at: seconds(conversation.updatedAt),
    waiting_since: null,
    snoozed_until: null,
    open: conversation.open,
    state: conversation.open ? "open" : "closed",
    read: true,
    priority: modern ? "none" : "not_priority",
    admin_assignee_id: modern ? 0 : null,
    team_assignee_id: modern ? 0 : null,
    company: null,
    source: {
      type: conversation.channel,
      id: source.id,
      delivered_as: "customer_initiated",
      subject: conversation.subject,
      ...messageView(source, settings),
      url: null,
      recipients: conversation.recipients.length === 0 ? null : conversation.recipients.map((email) => ({ type: "to", email, drop_reason: null })),
      reply_to: null,
    },
    contacts: { type: "contact.list", contacts: conversation.contactIds.map((contactId) => ({ type: "contact", id: contactId, external_id: null })) },
    teammates: null,
    tags: { type: "tag.list", tags: [] },
    custom_attributes: conversation.customAttributes,
    topics: {},
    conversation_rating: rating === null ? null : {
      rating: rating.rating,
      remark: rating.remark,
      created_at: seconds(rating.createdAt),
      contact: { type: "contact", id: rating.contactId },
      teammate: null,
    },
    first_contact_reply: null,
    sla_applied: null,
    statistics: { type: "conversation_statistics", count_conversation_parts: conversation.parts.length + 1 },
    linked_objects: { type: "list", data: [], total_count: 0, has_more: false },
    ticket: null,
    ai_agent_participated: false,
    ai_agent: null,
    channel: { initial: conversation.channel, current: conversation.channel },
    external_references: [],
  };
}

/** A conversation by its id, with its newest parts. */
export function conversationView(conversation: ConversationRecord, settings: ViewSettings): Record<string, unknown> {
  return { ...conversationItem(conversation, settings), conversation_parts: partsView("conversation_part", "conversation_parts", conversation.parts, settings) };
}

export function partsView(type: string, key: string, all: readonly PartRecord[], settings: ViewSettings): Record<string, unknown> {
  const shown = all.slice(-PART_LIMIT);
  return {
    type: `${type}.list`,
    [key]: shown.map((part) => ({
      type,
      id: part.id,
      part_type: part.partType,
      created_at: seconds(part.createdAt),
      updated_at: seconds(part.createdAt),
      notified_at: seconds(part.createdAt),
      assigned_to: null,
      ...messageView(part, settings),
      external_id: null,
      state: "open",
      tags: [],
      event_details: null,
      app_package_code: null,
    })),
    total_count: settings.countsShownParts ? shown.length : all.length,
  };
}

function messageView(part: PartRecord, { links, now, plaintext }: ViewSettings): Record<string, unknown> {
  return {
    body: plaintext && part.body !== null ? textOf(part.body) : part.body,
    author: authorView(part.author),
    attachments: part.attachments.map((file) => links.view(file, now)),
    redacted: part.redacted,
    email_message_metadata: part.emailHeaders.length === 0 ? null : {
      subject: "",
      message_id: `<${part.id}@mail.example.test>`,
      email_address_headers: part.emailHeaders.map(({ type, email }) => ({ type, email_address: email, name: null })),
    },
  };
}

function authorView(author: AuthorRecord): Record<string, unknown> | null {
  return author === null ? null : { ...author };
}

/** Links become their words and their address; every other tag goes. */
function textOf(body: string): string {
  return body.replace(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g, "$2 ($1)").replace(/<[^>]+>/g, "");
}
