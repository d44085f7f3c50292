import type { ConversationRecord } from "./conversation-records.js";
import type { ViewSettings } from "./conversation-view.js";
import { conversationItem, conversationView } from "./conversation-view.js";
import { deletedObject, deleteWhenDue } from "./deletion.js";
import { numberedPage } from "./numbered-page.js";
import { all } from "./permissions.js";
import { seconds } from "./records.js";
import type { Reply } from "./reply.js";
import { failure, json } from "./reply.js";
import type { Exchange, Route, World } from "./route.js";
import { searchPage } from "./search-page.js";
import { CONVERSATION_FIELDS } from "./searchable-fields.js";
import { ticketAsConversation } from "./ticket-view.js";

const searchConversations: Route = {
  operation: "searchConversations",
  method: "POST",
  template: "/conversations/search",
  needs: all("read_conversations"),
  age: "older",
  answer: (world, exchange) => {
    const { state, switches } = world;
    const documents = [...state.conversationIndex.all(), ...(readsTickets(exchange) ? state.ticketIndex.all() : [])];
    const mine = documents.filter((document) => document["workspace_id"] === exchange.token.admin.workspace.id);
    const page = searchPage(exchange.body, mine, CONVERSATION_FIELDS, { perPage: 20, maxPerPage: switches.conversationSearchMaxPerPage }, switches);
    if ("status" in page) return page;
    const conversations = page.items.map((document) => itemView(world, exchange, document));
    return json({ type: "conversation.list", conversations, total_count: page.totalCount, pages: page.pages });
  },
};

/** Stands before the endpoint by id, which would take its last word for one. */
const listDeletedConversations: Route = {
  operation: "listDeletedConversations",
  method: "GET",
  template: "/conversations/deleted",
  needs: all("read_conversations"),
  age: "newer",
  sinceMinor: 16,
  answer: ({ state }, { url, token }) => {
    const mine = state.deletedConversations.filter(({ workspaceId }) => workspaceId === token.admin.workspace.id);
    const ordered = url.searchParams.get("order") === "asc" ? mine : mine.reverse();
    const items = ordered.map(({ id, metricsRetained, deletedAt }) => ({ type: "conversation", id, metrics_retained: metricsRetained, deleted_at: seconds(deletedAt) }));
    return numberedPage(url, items, { type: "conversations.list", key: "conversations", perPage: 20, maxPerPage: 60, next: "url" });
  },
};

const getConversation: Route = {
  operation: "getConversation",
  method: "GET",
  template: "/conversations/{conversation_id}",
  needs: all("read_conversations"),
  age: "older",
  absence: (world, exchange) => (findConversation(world, exchange) === undefined ? missingConversation() : undefined),
  answer: (world, exchange) => {
    const conversation = findConversation(world, exchange);
    if (conversation !== undefined) return json(conversationView(conversation, viewSettings(world, exchange)));
    const ticket = world.state.tickets.get(exchange.params["conversation_id"] ?? "");
    const shown = ticket !== undefined && ticket.workspaceId === exchange.token.admin.workspace.id && readsTickets(exchange);
    return shown ? json(ticketAsConversation(ticket, viewSettings(world, exchange))) : missingConversation();
  },
};

const deleteConversation: Route = {
  operation: "deleteConversation",
  method: "DELETE",
  template: "/conversations/{conversation_id}",
  needs: (_, exchange) => (erasesMetrics(exchange) ? [["delete_conversations_and_metrics"]] : [["write_conversations"]]),
  age: "newer",
  sinceMinor: 13,
  absence: (world, exchange) => (findConversation(world, exchange) === undefined ? missingConversation() : undefined),
  answer: (world, exchange) => {
    const { state, switches } = world;
    const id = exchange.params["conversation_id"] ?? "";
    const conversation = findConversation(world, exchange);
    if (conversation === undefined) {
      const before = state.deletedConversations.some((deleted) => deleted.id === id && deleted.workspaceId === exchange.token.admin.workspace.id);
      return before && switches.secondConversationDeleteAnswers === 200 ? deletedObject(id, "conversation") : missingConversation();
    }
    deleteWhenDue(world, exchange, conversation, (at) => { state.deleteConversation(conversation, at, !erasesMetrics(exchange)); });
    return deletedObject(id, "conversation");
  },
};

export const CONVERSATION_ROUTES: readonly Route[] = [searchConversations, listDeletedConversations, getConversation, deleteConversation];

export function findConversation({ state }: World, { params, token }: Exchange, id = params["conversation_id"] ?? ""): ConversationRecord | undefined {
  const conversation = state.conversations.get(id);
  return conversation?.workspaceId === token.admin.workspace.id ? conversation : undefined;
}

export function missingConversation(): Reply {
  return failure(404, "not_found", "Resource Not Found");
}

export function viewSettings({ links, switches }: World, { now, version, url }: Exchange): ViewSettings {
  const plaintext = url.searchParams.get("display_as") === "plaintext";
  return { links, now, version, plaintext, countsShownParts: switches.partCount === "shown" };
}

/** What the index found, drawn from the record as long as there is one; search shows no parts. */
function itemView(world: World, exchange: Exchange, document: Record<string, unknown>): Record<string, unknown> {
  const id = String(document["id"]);
  const conversation = world.state.conversations.get(id);
  if (conversation !== undefined) return conversationItem(conversation, viewSettings(world, exchange));
  const ticket = world.state.tickets.get(id);
  const { conversation_parts: _, ...view } = ticket === undefined ? document : ticketAsConversation(ticket, viewSettings(world, exchange));
  return view;
}

/** Without this permission tickets are left out of every conversation endpoint, and nothing says so. */
function readsTickets({ token }: Exchange): boolean {
  return token.scopes.has("read_tickets");
}

/** Before 2.16 reporting was always kept, whatever a request asked for. */
function erasesMetrics({ url, version }: Exchange): boolean {
  return url.searchParams.get("retain_metrics") === "false" && version.minor >= 16;
}
