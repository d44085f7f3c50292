import { isRecord } from "./reply.js";
import type { SearchableFields } from "./search-query.js";

const CONTACT = new Set([
  "id", "role", "name", "email", "email_domain", "phone", "external_id", "owner_id", "created_at", "updated_at", "signed_up_at", "last_seen_at",
]);

export const CONTACT_FIELDS: SearchableFields = {
  known: (field) => CONTACT.has(field) || field.startsWith("custom_attributes."),
  values: (document, field) => {
    if (CONTACT.has(field)) return [document[field]];
    const attributes = document["custom_attributes"];
    return isRecord(attributes) ? [attributes[field.slice("custom_attributes.".length)]] : [];
  },
};

/** Where a conversation keeps what can be searched for; addresses in email headers are not among it. */
const CONVERSATION: Readonly<Record<string, readonly string[]>> = {
  "id": ["id"],
  "created_at": ["created_at"],
  "updated_at": ["updated_at"],
  "open": ["open"],
  "state": ["state"],
  "read": ["read"],
  "contact_ids": ["contacts", "contacts", "id"],
  "source.type": ["source", "type"],
  "source.id": ["source", "id"],
  "source.subject": ["source", "subject"],
  "source.body": ["source", "body"],
  "source.author.id": ["source", "author", "id"],
  "source.author.email": ["source", "author", "email"],
  "conversation_rating.contact_id": ["conversation_rating", "contact", "id"],
  "statistics.count_conversation_parts": ["statistics", "count_conversation_parts"],
};

const TICKET: Readonly<Record<string, readonly string[]>> = {
  "id": ["id"],
  "created_at": ["created_at"],
  "updated_at": ["updated_at"],
  "open": ["open"],
  "category": ["category"],
  "title": ["ticket_attributes", "_default_title_"],
  "description": ["ticket_attributes", "_default_description_"],
  "contact_ids": ["contacts", "contacts", "id"],
};

export const CONVERSATION_FIELDS = fieldsAt(CONVERSATION);
export const TICKET_FIELDS = fieldsAt(TICKET);

function fieldsAt(paths: Readonly<Record<string, readonly string[]>>): SearchableFields {
  return {
    known: (field) => Object.hasOwn(paths, field),
    values: (document, field) => (paths[field] ?? []).reduce<unknown[]>(
      (found, key) => found.flatMap((value): unknown[] => (Array.isArray(value) ? value : [value])).map((value) => (isRecord(value) ? value[key] : undefined)),
      [document],
    ),
  };
}
