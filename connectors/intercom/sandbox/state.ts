import type { CustomObjectRecord, PhoneCallRecord } from "./activity-records.js";
import type { AttachmentLinks } from "./attachments.js";
import { contactView } from "./contact-view.js";
import type { ConversationRecord, DeletedConversation, ReportingRow, TicketRecord } from "./conversation-records.js";
import type { ViewSettings } from "./conversation-view.js";
import { conversationItem } from "./conversation-view.js";
import type { AdminRecord, CompanyRecord, ContactRecord } from "./records.js";
import { Schedule } from "./schedule.js";
import type { IndexLagMs } from "./search-index.js";
import { SearchIndex } from "./search-index.js";
import type { Switches } from "./switches.js";
import { ticketView } from "./ticket-view.js";

/** Everything the sandbox knows of its people. Tests may look; only endpoints and builders write. */
export class SandboxState {
  readonly schedule = new Schedule();
  readonly admins = new Map<string, AdminRecord>();
  readonly companies = new Map<string, CompanyRecord>();
  readonly contacts = new Map<string, ContactRecord>();
  readonly conversations = new Map<string, ConversationRecord>();
  readonly tickets = new Map<string, TicketRecord>();
  readonly phoneCalls = new Map<string, PhoneCallRecord>();
  readonly customObjects = new Map<string, CustomObjectRecord>();
  readonly customObjectTypes = new Set<string>();
  /** Newest last. */
  readonly deletedConversations: DeletedConversation[] = [];
  /** What reporting keeps of conversations that went, by their id. */
  readonly reporting = new Map<string, ReportingRow>();

  /** What is still there, and will be deleted. */
  readonly goingRecords = new WeakSet<object>();

  readonly contactIndex: SearchIndex;
  readonly conversationIndex: SearchIndex;
  readonly ticketIndex: SearchIndex;
  /** Grows with each change, so that a call can be seen to have had an effect. */
  revision = 0;

  constructor(indexLagMs: IndexLagMs, private readonly switches: Switches, private readonly links: AttachmentLinks) {
    this.contactIndex = new SearchIndex(this.schedule, indexLagMs, (id) => this.searchable(id));
    this.conversationIndex = new SearchIndex(this.schedule, indexLagMs, (id) => {
      const conversation = this.conversations.get(id);
      return conversation === undefined ? undefined : { ...conversationItem(conversation, this.indexed(conversation)), workspace_id: conversation.workspaceId };
    });
    this.ticketIndex = new SearchIndex(this.schedule, indexLagMs, (id) => {
      const ticket = this.tickets.get(id);
      return ticket === undefined ? undefined : { ...ticketView(ticket, this.indexed(ticket)), workspace_id: ticket.workspaceId };
    });
  }

  /** The contact if it still exists for this workspace, whatever its status. */
  contact(id: string, workspaceId: string, now: number): ContactRecord | undefined {
    const contact = this.contacts.get(id);
    if (contact === undefined || contact.workspaceId !== workspaceId) return undefined;
    return contact.goneAt !== null && contact.goneAt <= now ? undefined : contact;
  }

  /** Stored at once, found by a search only after the lag. */
  addContact(contact: ContactRecord, now: number): void {
    this.contacts.set(contact.id, contact);
    this.revision += 1;
    this.contactIndex.changed(contact.id, "create", now);
  }

  /** Lets it vanish from `goneAt` on; a second deletion can only bring that forward. */
  deleteContact(contact: ContactRecord, goneAt: number): void {
    if (contact.goneAt !== null && contact.goneAt <= goneAt) return;
    contact.goneAt = goneAt;
    this.revision += 1;
    this.contactIndex.changed(contact.id, "delete", goneAt);
  }

  /** Reporting keeps its row unless the metrics go too, whenever the conversation itself went. */
  deleteConversation(conversation: ConversationRecord, now: number, metricsRetained: boolean, listed = true): void {
    const { id, workspaceId } = conversation;
    if (!this.conversations.delete(id)) return;
    this.links.forget([conversation.source, ...conversation.parts].flatMap(({ attachments }) => attachments));
    if (metricsRetained) this.reporting.set(id, { conversationId: id, contactIds: conversation.contactIds, rating: conversation.rating });
    else this.reporting.delete(id);
    if (listed) this.deletedConversations.push({ id, workspaceId, metricsRetained, deletedAt: now });
    if (this.switches.callsOnConversationDelete === "deleted") this.forgetCalls(id);
    this.revision += 1;
    this.conversationIndex.changed(id, "delete", now);
  }

  deleteTicket(ticket: TicketRecord, now: number): void {
    if (!this.tickets.delete(ticket.id)) return;
    this.links.forget([...ticket.files, ...ticket.parts.flatMap(({ attachments }) => attachments)]);
    this.revision += 1;
    this.ticketIndex.changed(ticket.id, "delete", now);
  }

  /** The contacts that refer to it lose the entry in their attributes. */
  deleteCustomObject(instance: CustomObjectRecord): void {
    if (!this.customObjects.delete(instance.id)) return;
    for (const contactId of instance.contactIds) delete this.contacts.get(contactId)?.customAttributes[instance.type.toLowerCase()];
    this.revision += 1;
  }

  private forgetCalls(conversationId: string): void {
    for (const call of this.phoneCalls.values()) {
      if (call.conversationId === conversationId) this.phoneCalls.delete(call.id);
    }
  }

  private searchable(id: string): Record<string, unknown> | undefined {
    const contact = this.contacts.get(id);
    if (contact === undefined || contact.goneAt !== null || contact.status !== "live") return undefined;
    if (contact.blocked && !this.switches.searchShowsBlocked) return undefined;
    return contactView(contact);
  }

  /** The index holds the newest shape; what a search shows is drawn anew from the record. */
  private indexed({ updatedAt }: { readonly updatedAt: number }): ViewSettings {
    return { links: this.links, now: updatedAt, version: { minor: Number.POSITIVE_INFINITY }, plaintext: false, countsShownParts: false };
  }
}
