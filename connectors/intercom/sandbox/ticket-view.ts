import type { TicketRecord } from "./conversation-records.js";
import type { ViewSettings } from "./conversation-view.js";
import { conversationView, partsView } from "./conversation-view.js";
import { seconds } from "./records.js";

export function ticketView(ticket: TicketRecord, settings: ViewSettings): Record<string, unknown> {
  const nobody = settings.version.minor >= 16 ? 0 : "0";
  const files = ticket.files.map((file) => settings.links.view(file, settings.now));
  return {
    type: "ticket",
    id: ticket.id,
    ticket_id: ticket.ticketId,
    category: ticket.category,
    ticket_attributes: {
      _default_title_: ticket.title,
      _default_description_: ticket.description,
      ...(files.length === 0 ? {} : { files }),
      ...ticket.attributes,
    },
    ticket_state: { type: "ticket_state", id: "1", category: ticket.open ? "submitted" : "resolved", internal_label: "Submitted", external_label: "Received" },
    ticket_type: { type: "ticket_type", id: "1", category: ticket.category, name: `${ticket.category} request`, archived: false },
    contacts: { type: "contact.list", contacts: ticket.contactIds.map((id) => ({ type: "contact", id, external_id: null })) },
    admin_assignee_id: nobody,
    team_assignee_id: nobody,
    created_at: seconds(ticket.createdAt),
    updated_at: seconds(ticket.updatedAt),
    open: ticket.open,
    linked_objects: { type: "list", data: [], total_count: 0, has_more: false },
    ticket_parts: partsView("ticket_part", "ticket_parts", ticket.parts, settings),
    is_shared: ticket.contactIds.length > 1,
  };
}

/** The same ticket as the conversation endpoints show it to whoever may read tickets. */
export function ticketAsConversation(ticket: TicketRecord, settings: ViewSettings): Record<string, unknown> {
  const view = conversationView({
    id: ticket.id,
    workspaceId: ticket.workspaceId,
    contactIds: ticket.contactIds,
    createdAt: ticket.createdAt,
    updatedAt: ticket.updatedAt,
    open: ticket.open,
    channel: "conversation",
    subject: ticket.title,
    source: {
      id: `${ticket.id}0`,
      partType: "source",
      body: `<p>${ticket.description}</p>`,
      createdAt: ticket.createdAt,
      author: null,
      attachments: [],
      redacted: false,
      emailHeaders: [],
    },
    parts: ticket.parts,
    rating: null,
    customAttributes: {},
    recipients: [],
  }, settings);
  return { ...view, ticket: { type: "ticket", id: ticket.id, ticket_id: ticket.ticketId } };
}
