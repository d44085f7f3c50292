import { cascade } from "./cascade.js";
import { contactView, forVersion, mergeHistoryView } from "./contact-view.js";
import { newContact } from "./new-contact.js";
import { all, readsOnePerson, writesPeople } from "./permissions.js";
import type { ContactRecord } from "./records.js";
import type { Reply } from "./reply.js";
import { failure, isRecord, json } from "./reply.js";
import type { Exchange, Route, World } from "./route.js";
import { searchPage } from "./search-page.js";
import { CONTACT_FIELDS } from "./searchable-fields.js";

/** A Link header follows a chain of merges this far. */
const MERGE_HOPS = 3;

const searchContacts: Route = {
  operation: "searchContacts",
  method: "POST",
  template: "/contacts/search",
  needs: all("read_users_companies"),
  age: "older",
  answer: (world, exchange) => {
    const { state, switches } = world;
    const mine = state.contactIndex.all().filter((document) => document["workspace_id"] === exchange.token.admin.workspace.id);
    const page = searchPage(exchange.body, mine, CONTACT_FIELDS, { perPage: 50, maxPerPage: 150 }, switches);
    if ("status" in page) return page;
    const data = page.items.map((document) => withMergeHistory(forVersion(document, exchange.version), state.contacts.get(String(document["id"])), exchange));
    return json({ type: "list", data, total_count: page.totalCount, pages: page.pages });
  },
};

const getContact: Route = {
  operation: "getContact",
  method: "GET",
  template: "/contacts/{contact_id}",
  needs: readsOnePerson,
  age: "older",
  absence: (world, exchange) => (findContact(world, exchange) === undefined ? missingContact(world) : undefined),
  answer: (world, exchange) => {
    const contact = findContact(world, exchange);
    if (contact === undefined || contact.status === "archived") return missingContact(world);
    if (contact.status === "merged") return exchange.version.minor >= 16 ? mergedContact(world, contact) : missingContact(world);
    const view = forVersion({ ...contactView(contact), enabled_push_messaging: null }, exchange.version);
    return json(withMergeHistory(view, contact, exchange));
  },
};

const deleteContact: Route = {
  operation: "deleteContact",
  method: "DELETE",
  template: "/contacts/{contact_id}",
  needs: writesPeople,
  age: "older",
  absence: (world, exchange) => (findContact(world, exchange) === undefined ? missingContact(world) : undefined),
  answer: (world, exchange) => {
    const { state, switches } = world;
    const contact = findContact(world, exchange);
    if (contact === undefined) {
      const before = state.contacts.get(exchange.params["contact_id"] ?? "");
      const known = before !== undefined && before.workspaceId === exchange.token.admin.workspace.id;
      return known && switches.secondDeleteAnswers === 200 ? deleted(before) : missingContact(world);
    }
    if (contact.status === "merged" && switches.deleteOfMergedAnswers === 404) return missingContact(world);
    if (contact.status === "merged" && switches.deleteOfMergedAnswers === 410) return mergedContact(world, contact);
    if (Number.isFinite(exchange.deletionTakesMs)) {
      const goneAt = exchange.now + exchange.deletionTakesMs;
      state.deleteContact(contact, goneAt);
      cascade(world, contact, goneAt);
    }
    return deleted(contact);
  },
};

const createContact: Route = {
  operation: "createContact",
  method: "POST",
  template: "/contacts",
  needs: writesPeople,
  age: "older",
  answer: (world, exchange) => {
    const { body, now, token, version } = exchange;
    const text = (key: string): string | null => (isRecord(body) && typeof body[key] === "string" ? body[key] : null);
    const role = text("role") ?? "user";
    if (role !== "user" && role !== "lead") return failure(400, "parameter_invalid", "role must be either user or lead");
    const email = text("email");
    const externalId = text("external_id");
    if (role === "user" && email === null && externalId === null) return failure(400, "parameter_not_found", "email or external_id is missing");
    const twin = role === "user" ? userLike(world, exchange, email, externalId) : undefined;
    if (twin !== undefined) {
      const which = twin.status === "archived" ? "An archived contact" : "A contact";
      return failure(409, "conflict", `${which} matching those details already exists with id=${twin.id}`);
    }
    const contact = newContact(world.random, token.admin.workspace.id, now, { role, email, externalId, name: text("name"), phone: text("phone") });
    world.state.addContact(contact, now);
    return json(forVersion({ ...contactView(contact), enabled_push_messaging: null }, version));
  },
};

export const CONTACT_ROUTES: readonly Route[] = [searchContacts, getContact, deleteContact, createContact];

/** The contact of the path, as long as it exists at all. */
export function findContact({ state }: World, { params, token, now }: Exchange): ContactRecord | undefined {
  return state.contact(params["contact_id"] ?? "", token.admin.workspace.id, now);
}

function missingContact({ switches }: World): Reply {
  return failure(404, "not_found", switches.missingContactWording);
}

function deleted({ id, externalId }: ContactRecord): Reply {
  return json({ type: "contact", id, external_id: externalId, deleted: true });
}

function mergedContact({ state, switches }: World, contact: ContactRecord): Reply {
  let target = contact.mergedInto ?? contact.id;
  for (let hop = 1; hop < (switches.mergeLink === "final" ? MERGE_HOPS : 1); hop += 1) {
    target = state.contacts.get(target)?.mergedInto ?? target;
  }
  return failure(410, "contact_merged", "This contact was merged into another one", { link: `</contacts/${target}>; rel="canonical"` });
}

function withMergeHistory(view: Record<string, unknown>, contact: ContactRecord | undefined, { url, version }: Exchange): Record<string, unknown> {
  const wanted = url.searchParams.get("include_merge_history") === "true" && version.minor >= 16;
  return wanted && contact?.role === "user" ? { ...view, merge_history: mergeHistoryView(contact) } : view;
}

/** Users may not share an email or an external id when one of them is new; leads may. */
function userLike({ state }: World, { token, now }: Exchange, email: string | null, externalId: string | null): ContactRecord | undefined {
  return [...state.contacts.keys()]
    .map((id) => state.contact(id, token.admin.workspace.id, now))
    .find((contact) => contact?.role === "user" && contact.status !== "merged" &&
      ((email !== null && contact.email?.toLowerCase() === email.toLowerCase()) || (externalId !== null && contact.externalId === externalId)));
}
