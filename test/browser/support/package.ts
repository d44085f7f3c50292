import { createHash } from "node:crypto";
import type { StagedPage } from "../../../core/host-ports.js";
import { conversation, GAPS, MANIFEST, richHeader } from "../../adapters/packages/rich-package.js";
import { samplePage, sampleRecord, sampleSummary } from "../../adapters/packages/samples.js";
import { sampleConnection } from "../../adapters/journal/samples.js";
import { PAYLOADS } from "./payloads.js";

/** Every payload in every text of a contact, a note, a tag, a ticket and a conversation, in names of fields and in ids too. */
export async function* hostilePages(payloads = PAYLOADS): AsyncIterable<StagedPage> {
  for (const text of payloads) {
    // Ids have to differ, or a record would be taken for one that came before.
    const id = `${text} ${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
    yield samplePage([
      sampleRecord("contacts", id, { type: text, id, name: text, email: text, phone: text, created_at: text, external_id: [text], custom_attributes: { [text]: text, nested: { list: [text, { [text]: text }] } }, [text]: text }),
      sampleRecord("notes", id, { id, body: text, author: { type: text, name: text }, created_at: text }),
      sampleRecord("tags", id, text),
      sampleRecord("tickets", id, { id, subject: text, ticket_parts: { ticket_parts: [{ body: text, author: { name: text } }] } }),
      hostileConversation(id, text),
    ]);
  }
}

function hostileConversation(id: string, text: string) {
  const { data, ...record } = conversation(1, 2, { subject: text, body: text, author: text });
  const file = { type: text, name: text, url: text, content_type: text, filesize: 1 };
  const part = { id: text, part_type: text, body: `<p>${text}</p>`, created_at: 1_700_000_000, author: { type: text, id: text, email: text }, attachments: [file], redacted: false, [text]: text };
  return { ...record, id, data: { ...(data as object), id, title: text, custom_attributes: { [text]: text }, conversation_parts: { conversation_parts: [part, { body: text, attachments: [file] }, text] } } };
}

/** What a host, a manifest or a vendor could say elsewhere, all of it hostile. */
export function hostileHeader(text: string) {
  return richHeader({
    changes: {
      connection: sampleConnection({ workspace: { id: text, name: text, region: text }, categories: ["contacts", "notes", "tags", "tickets", "conversations"] }),
      manifest: { ...MANIFEST, vendor: { name: text, url: text }, scopes: MANIFEST.scopes.map((scope) => ({ ...scope, label: text })), dataCategories: MANIFEST.dataCategories.map((category) => ({ ...category, label: `${text} ${category.id}`, holds: text })) },
      summary: sampleSummary({ gaps: [{ category: "contacts", code: text, id: text }, ...GAPS], notCovered: [{ category: "calls", scope: text, reason: text }], searched: [{ identifier: text, where: text, at: "2026-01-15T08:59:00.000Z" }] }),
    },
  });
}

export async function* manyConversations(count: number): AsyncIterable<StagedPage> {
  for (let number = 1; number <= count; number++) yield samplePage([conversation(number, 1)]);
}
