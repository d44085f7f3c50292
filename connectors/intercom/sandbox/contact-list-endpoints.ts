import { adminView } from "./account-endpoints.js";
import { findContact } from "./contact-endpoints.js";
import { numberedPage } from "./numbered-page.js";
import { readsOnePerson } from "./permissions.js";
import type { CompanyRecord, ContactRecord, NoteRecord, SegmentRecord, SubscriptionRecord, TagRecord } from "./records.js";
import { seconds } from "./records.js";
import type { Reply } from "./reply.js";
import { failure, json } from "./reply.js";
import type { Exchange, Route, World } from "./route.js";

const PER_PAGE = 50;

const notes: Route = {
  ...contactList("notes", "listContactNotes"),
  answer: (world, exchange) => ofContact(world, exchange, (contact) => page(world, exchange, "data", contact.notes.map((note) => noteView(note, contact)))),
};

const companies: Route = {
  ...contactList("companies", "listContactCompanies"),
  answer: (world, exchange) => ofContact(world, exchange, (contact) => {
    const attached = contact.companyIds.flatMap((id) => world.state.companies.get(id) ?? []);
    return page(world, exchange, world.switches.companiesKey, attached.map((company) => companyView(company, contact.workspaceId)));
  }),
};

const tags: Route = {
  ...contactList("tags", "listContactTags"),
  needs: (switches) => [...readsOnePerson(switches), ...(switches.tagsNeedReadTags ? [["read_tags"] as const] : [])],
  answer: (world, exchange) => ofContact(world, exchange, (contact) => json({ type: "list", data: contact.tags.map(tagView) })),
};

const segments: Route = {
  ...contactList("segments", "listContactSegments"),
  answer: (world, exchange) => ofContact(world, exchange, (contact) => json({ type: "list", data: contact.segments.map(segmentView) })),
};

const subscriptions: Route = {
  ...contactList("subscriptions", "listContactSubscriptions"),
  answer: (world, exchange) => ofContact(world, exchange, (contact) => json({ type: "list", data: contact.subscriptions.map(subscriptionView) })),
};

export const CONTACT_LIST_ROUTES: readonly Route[] = [notes, companies, tags, segments, subscriptions];

function contactList(name: string, operation: string): Omit<Route, "answer"> {
  return {
    operation,
    method: "GET",
    template: `/contacts/{contact_id}/${name}`,
    needs: readsOnePerson,
    age: "older",
    absence: (world, exchange) => (findContact(world, exchange) === undefined ? missing() : undefined),
  };
}

function ofContact(world: World, exchange: Exchange, answer: (contact: ContactRecord) => Reply): Reply {
  const contact = findContact(world, exchange);
  return contact === undefined || contact.status !== "live" ? missing() : answer(contact);
}

function missing(): Reply {
  return failure(404, "not_found", "User Not Found");
}

function page({ switches }: World, { url }: Exchange, key: string, items: readonly Record<string, unknown>[]): Reply {
  return numberedPage(url, items, { key, perPage: PER_PAGE, maxPerPage: switches.subListMaxPerPage, next: switches.subListNext });
}

function noteView({ id, body, createdAt, author }: NoteRecord, contact: ContactRecord): Record<string, unknown> {
  return { type: "note", id, created_at: seconds(createdAt), contact: { type: "contact", id: contact.id }, author: adminView(author), body };
}

function companyView(company: CompanyRecord, workspaceId: string): Record<string, unknown> {
  const createdAt = seconds(company.createdAt);
  return {
    type: "company",
    id: company.id,
    company_id: company.companyId,
    app_id: workspaceId,
    name: company.name,
    remote_created_at: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    monthly_spend: 0,
    session_count: 0,
    user_count: 1,
    tags: { type: "tag.list", tags: [] },
    segments: { type: "segment.list", segments: [] },
    plan: {},
    custom_attributes: company.customAttributes,
  };
}

function tagView({ id, name, appliedAt, appliedBy }: TagRecord): Record<string, unknown> {
  return { type: "tag", id, name, applied_at: seconds(appliedAt), applied_by: { type: "admin", id: appliedBy } };
}

function segmentView({ id, name, createdAt }: SegmentRecord): Record<string, unknown> {
  return { type: "segment", id, name, person_type: "user", created_at: seconds(createdAt), updated_at: seconds(createdAt) };
}

function subscriptionView({ id, name, consent, content }: SubscriptionRecord): Record<string, unknown> {
  const translation = { name, description: `About ${name.toLowerCase()}`, locale: "en" };
  return { type: "subscription", id, state: "live", consent_type: consent, default_translation: translation, translations: [translation], content_types: [content] };
}
