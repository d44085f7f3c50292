import type { CustomObjectRecord, PhoneCallRecord } from "./activity-records.js";
import type { AttachmentRecord } from "./attachments.js";
import { ContactBuilders } from "./contact-builders.js";
import type { AuthorRecord, ConversationRecord, PartRecord, TicketRecord } from "./conversation-records.js";
import type { ContactRecord } from "./records.js";

/** A message for a test to ask for; everything left out is empty. */
export type NewPart = {
  /** HTML, without its paragraph. Null for a part that only says that something happened. */
  readonly body?: string | null;
  /** A contact, "teammate", somebody who is no contact, or null for somebody who is no longer there. */
  readonly from?: ContactRecord | AuthorRecord | "teammate";
  readonly partType?: string;
  readonly attachments?: readonly AttachmentRecord[];
  readonly emailHeaders?: PartRecord["emailHeaders"];
};

export type NewConversation = {
  readonly contacts: readonly ContactRecord[];
  readonly source?: NewPart;
  readonly parts?: readonly NewPart[];
  readonly createdAt?: number;
  readonly open?: boolean;
  /** `conversation`, `email`, `phone_call`, … Default `conversation`. */
  readonly channel?: string;
  readonly subject?: string;
  readonly rating?: { readonly rating: number; readonly remark?: string; readonly by: ContactRecord };
  readonly customAttributes?: Record<string, unknown>;
  readonly recipients?: readonly string[];
};

export type NewTicket = Partial<Pick<TicketRecord, "category" | "title" | "description" | "attributes" | "files" | "createdAt" | "open">> & {
  readonly contacts: readonly ContactRecord[];
  readonly parts?: readonly NewPart[];
};

/** Everything that can be put into the sandbox without a call. */
export class Builders extends ContactBuilders {
  addConversation(wanted: NewConversation): ConversationRecord {
    const createdAt = wanted.createdAt ?? this.someDaysAgo();
    const [starter] = wanted.contacts;
    const conversation: ConversationRecord = {
      id: this.number(),
      workspaceId: starter?.workspaceId ?? this.workspaceId,
      contactIds: wanted.contacts.map(({ id }) => id),
      createdAt,
      updatedAt: createdAt,
      open: wanted.open ?? false,
      channel: wanted.channel ?? "conversation",
      subject: wanted.subject ?? "",
      source: this.part({ from: starter ?? null, body: "Hello", ...wanted.source }, createdAt),
      parts: (wanted.parts ?? []).map((part, index) => this.part({ from: starter ?? null, ...part }, createdAt + (index + 1) * 60_000)),
      rating: wanted.rating === undefined ? null : { rating: wanted.rating.rating, remark: wanted.rating.remark ?? null, contactId: wanted.rating.by.id, createdAt },
      customAttributes: wanted.customAttributes ?? {},
      recipients: wanted.recipients ?? [],
    };
    this.state.conversations.set(conversation.id, conversation);
    this.state.conversationIndex.refresh(conversation.id);
    return conversation;
  }

  addTicket(wanted: NewTicket): TicketRecord {
    const createdAt = wanted.createdAt ?? this.someDaysAgo();
    const [starter] = wanted.contacts;
    const id = this.number();
    const ticket: TicketRecord = {
      id,
      ticketId: `T-${id}`,
      workspaceId: starter?.workspaceId ?? this.workspaceId,
      contactIds: wanted.contacts.map((contact) => contact.id),
      category: wanted.category ?? "Customer",
      title: wanted.title ?? "Something is wrong",
      description: wanted.description ?? "It does not work.",
      attributes: wanted.attributes ?? {},
      files: wanted.files ?? [],
      createdAt,
      updatedAt: createdAt,
      open: wanted.open ?? false,
      parts: (wanted.parts ?? []).map((part, index) => this.part({ from: starter ?? null, ...part }, createdAt + (index + 1) * 60_000)),
    };
    this.state.tickets.set(id, ticket);
    this.state.ticketIndex.refresh(id);
    return ticket;
  }

  /** A file behind a signed link; put it into a part or a ticket. */
  file(name: string, contentType: string, content: AttachmentRecord["content"], rest: Pick<AttachmentRecord, "url" | "announcedBytes" | "answeredType"> = {}): AttachmentRecord {
    return this.links.keep({ id: this.random.hex(16), name, contentType, content, ...rest });
  }

  addPhoneCall(conversation: ConversationRecord, contact: ContactRecord, lines: PhoneCallRecord["lines"]): PhoneCallRecord {
    const id = this.number();
    const call: PhoneCallRecord = {
      id,
      workspaceId: contact.workspaceId,
      conversationId: conversation.id,
      contactId: contact.id,
      adminId: this.author.id,
      phone: contact.phone ?? "+15550199",
      createdAt: conversation.createdAt,
      lines,
    };
    this.state.phoneCalls.set(id, call);
    this.links.keep({ id: `call-${id}`, name: "recording.mp3", contentType: "audio/mpeg", content: { zeros: 2_048 } });
    return call;
  }

  /** Makes the type known, and the instance visible in the contact's own attributes, which is where types can be learnt. */
  addCustomObject(type: string, contacts: readonly ContactRecord[], customAttributes: Record<string, unknown> = {}): CustomObjectRecord {
    const id = this.number();
    const instance: CustomObjectRecord = {
      id,
      workspaceId: contacts[0]?.workspaceId ?? this.workspaceId,
      type,
      externalId: `${type.toLowerCase()}-${id}`,
      contactIds: contacts.map((contact) => contact.id),
      createdAt: this.someDaysAgo(),
      customAttributes,
    };
    this.state.customObjects.set(id, instance);
    this.state.customObjectTypes.add(type);
    for (const contact of contacts) {
      this.change(contact, () => {
        const held = [...this.state.customObjects.values()].filter((other) => other.type === type && other.contactIds.includes(contact.id));
        contact.customAttributes[type.toLowerCase()] = {
          type: `${type}.list`,
          instances: held.map((other) => ({ id: other.id, type, external_id: other.externalId, custom_attributes: other.customAttributes })),
        };
      });
    }
    return instance;
  }

  private part({ body = "…", from = null, partType = "comment", attachments = [], emailHeaders = [] }: NewPart, createdAt: number): PartRecord {
    return { id: this.number(), partType, body: body === null ? null : `<p>${body}</p>`, createdAt, author: this.authorOf(from), attachments, redacted: false, emailHeaders };
  }

  private authorOf(from: ContactRecord | AuthorRecord | "teammate"): AuthorRecord {
    if (from === null || (typeof from === "object" && "type" in from)) return from;
    if (from === "teammate") return { type: "admin", id: this.author.id, name: this.author.name, email: this.author.email };
    return { type: from.role, id: from.id, name: from.name, email: from.email };
  }
}
