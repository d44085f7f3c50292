import { viewSettings } from "./conversation-endpoints.js";
import type { TicketRecord } from "./conversation-records.js";
import { deletedObject, deleteWhenDue } from "./deletion.js";
import { all } from "./permissions.js";
import { failure, json } from "./reply.js";
import type { Exchange, Route, World } from "./route.js";
import { searchPage } from "./search-page.js";
import { TICKET_FIELDS } from "./searchable-fields.js";
import { ticketView } from "./ticket-view.js";

const searchTickets: Route = {
  operation: "searchTickets",
  method: "POST",
  template: "/tickets/search",
  needs: all("read_tickets"),
  age: "older",
  answer: (world, exchange) => {
    const { state, switches } = world;
    const mine = state.ticketIndex.all().filter((document) => document["workspace_id"] === exchange.token.admin.workspace.id);
    const page = searchPage(exchange.body, mine, TICKET_FIELDS, { perPage: 20, maxPerPage: switches.ticketSearchMaxPerPage }, switches);
    if ("status" in page) return page;
    const tickets = page.items.map((document) => {
      const ticket = state.tickets.get(String(document["id"]));
      const { ticket_parts: parts, ...view } = ticket === undefined ? document : ticketView(ticket, viewSettings(world, exchange));
      return switches.ticketSearchShowsParts ? { ...view, ticket_parts: parts } : view;
    });
    return json({ type: "ticket.list", tickets, total_count: page.totalCount, pages: page.pages });
  },
};

const getTicket: Route = {
  operation: "getTicket",
  method: "GET",
  template: "/tickets/{ticket_id}",
  needs: all("read_tickets"),
  age: "older",
  answer: (world, exchange) => {
    const ticket = findTicket(world, exchange);
    return ticket === undefined ? failure(404, world.switches.missingTicketCode, "Ticket not found") : json(ticketView(ticket, viewSettings(world, exchange)));
  },
};

const deleteTicket: Route = {
  operation: "deleteTicket",
  method: "DELETE",
  template: "/tickets/{ticket_id}",
  needs: all("write_tickets"),
  age: "older",
  sinceMinor: 13,
  absence: (world, exchange) => (findTicket(world, exchange) === undefined ? failure(404, "ticket_not_found", "Ticket not found") : undefined),
  answer: (world, exchange) => {
    const ticket = findTicket(world, exchange);
    if (ticket === undefined) return failure(404, "ticket_not_found", "Ticket not found");
    deleteWhenDue(world, exchange, ticket, (at) => { world.state.deleteTicket(ticket, at); });
    return deletedObject(ticket.id, "ticket");
  },
};

export const TICKET_ROUTES: readonly Route[] = [searchTickets, getTicket, deleteTicket];

function findTicket({ state }: World, { params, token }: Exchange): TicketRecord | undefined {
  const ticket = state.tickets.get(params["ticket_id"] ?? "");
  return ticket?.workspaceId === token.admin.workspace.id ? ticket : undefined;
}
