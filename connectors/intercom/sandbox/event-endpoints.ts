import type { EventRecord } from "./activity-records.js";
import { LINK_ORIGIN, positive } from "./numbered-page.js";
import { all } from "./permissions.js";
import type { ContactRecord } from "./records.js";
import { seconds } from "./records.js";
import type { Reply } from "./reply.js";
import { failure, json } from "./reply.js";
import type { Exchange, Route, World } from "./route.js";

/** Older events cannot be listed; only the summary still counts them. */
const LISTED_MS = 90 * 86_400_000;
const PER_PAGE = 15;

const listEvents: Route = {
  operation: "listEvents",
  method: "GET",
  template: "/events",
  needs: all("read_events"),
  age: "older",
  answer: (world, exchange) => {
    const { url } = exchange;
    if (url.searchParams.get("type") !== "user") return failure(400, "parameter_invalid", "type has to be user");
    const contact = findPerson(world, exchange);
    if (contact === undefined) return world.switches.eventsOfNobody === "empty" ? json({ type: "event.list", events: [], pages: {} }) : failure(404, "not_found", "User Not Found");
    if (contact.events.length === 0 && world.switches.eventsOfSilent === "not_found") return failure(404, "not_found", "Resource Not Found");
    return url.searchParams.get("summary") === "true" ? summary(contact) : listing(world, exchange, contact);
  },
};

export const EVENT_ROUTES: readonly Route[] = [listEvents];

/** Leads answer to their id alone. */
function findPerson({ state }: World, { url, token, now }: Exchange): ContactRecord | undefined {
  const workspaceId = token.admin.workspace.id;
  const byId = url.searchParams.get("intercom_user_id");
  const externalId = url.searchParams.get("user_id");
  const email = url.searchParams.get("email");
  return [...state.contacts.keys()]
    .map((id) => state.contact(id, workspaceId, now))
    .find((contact) => contact?.status === "live" && (contact.id === byId ||
      (contact.role === "user" && ((externalId !== null && contact.externalId === externalId) || (email !== null && contact.email === email)))));
}

function listing({ switches }: World, { url, now }: Exchange, contact: ContactRecord): Reply {
  const perPage = Math.min(positive(url.searchParams.get("per_page")) ?? PER_PAGE, switches.eventsMaxPerPage);
  const before = url.searchParams.get("before");
  const newestFirst = contact.events.filter(({ createdAt }) => now - createdAt < LISTED_MS).sort((left, right) => right.createdAt - left.createdAt || Number(right.id) - Number(left.id));
  const start = before === null ? 0 : newestFirst.findIndex((event) => position(event) === before) + 1;
  const events = newestFirst.slice(start, start + perPage);
  const last = events.at(-1);
  const more = last !== undefined && start + perPage < newestFirst.length;
  return json({
    type: "event.list",
    events: events.map((event) => eventView(event, contact)),
    pages: { ...(more ? { next: nextLink(url, position(last), perPage) } : {}), since: null },
  });
}

function summary(contact: ContactRecord): Reply {
  const names = [...new Set(contact.events.map(({ name }) => name))];
  const events = names.map((name) => {
    const times = contact.events.filter((event) => event.name === name).map(({ createdAt }) => createdAt);
    return { name, first: new Date(Math.min(...times)).toISOString(), last: new Date(Math.max(...times)).toISOString(), count: times.length, description: null };
  });
  return json({ type: "event.summary", email: contact.email, intercom_user_id: contact.id, user_id: contact.externalId, events });
}

function eventView({ id, name, createdAt, metadata }: EventRecord, contact: ContactRecord): Record<string, unknown> {
  return {
    type: "event",
    event_name: name,
    created_at: seconds(createdAt),
    id,
    user_id: contact.externalId,
    intercom_user_id: contact.id,
    email: contact.email,
    metadata,
  };
}

function nextLink(url: URL, before: string, perPage: number): string {
  const link = new URL(`/events${url.search}`, LINK_ORIGIN);
  // Not the last of them: what reads a parameter has to know where it ends.
  link.searchParams.delete("per_page");
  link.searchParams.set("before", before);
  link.searchParams.set("per_page", String(perPage));
  return link.href;
}

/** Time and id, so that two events of one second do not hide each other. */
function position({ createdAt, id }: EventRecord): string {
  return `${seconds(createdAt)}-${id}`;
}
