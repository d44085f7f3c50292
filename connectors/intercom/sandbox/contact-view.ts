import type { ContactRecord } from "./records.js";
import { seconds } from "./records.js";
import type { ApiVersion } from "./version.js";

/** Embedded lists hold at most this many entries; `total_count` tells the truth. */
const EMBEDDED_LIMIT = 10;

const UNSET_TEXTS = [
  "language_override", "browser", "browser_version", "browser_language", "os", "referrer",
  "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term",
  "android_app_name", "android_app_version", "android_device", "android_os_version", "android_sdk_version", "android_last_seen_at",
  "ios_app_name", "ios_app_version", "ios_device", "ios_os_version", "ios_sdk_version", "ios_last_seen_at",
] as const;

/** A contact as version 2.16 shows it; the differences of older versions are laid over by `forVersion`. */
export function contactView(contact: ContactRecord): Record<string, unknown> {
  const { id } = contact;
  return {
    type: "contact",
    id,
    workspace_id: contact.workspaceId,
    external_id: contact.externalId,
    role: contact.role,
    email: contact.email,
    email_domain: contact.email?.split("@").at(-1) ?? null,
    phone: contact.phone,
    name: contact.name,
    avatar: null,
    owner_id: null,
    social_profiles: { type: "list", data: [] },
    has_hard_bounced: false,
    marked_email_as_spam: false,
    unsubscribed_from_emails: false,
    created_at: seconds(contact.createdAt),
    updated_at: seconds(contact.updatedAt),
    signed_up_at: contact.role === "user" ? seconds(contact.createdAt) : null,
    last_seen_at: null,
    last_replied_at: null,
    last_contacted_at: null,
    last_email_opened_at: null,
    last_email_clicked_at: null,
    ...Object.fromEntries(UNSET_TEXTS.map((key) => [key, null])),
    location: { type: "location", country: null, region: null, city: null, country_code: null, continent_code: null },
    custom_attributes: contact.customAttributes,
    tags: embedded(id, "tags", "tag", contact.tags),
    notes: embedded(id, "notes", "note", contact.notes),
    companies: embedded(id, "companies", "company", contact.companyIds.map((companyId) => ({ id: companyId }))),
    opted_out_subscription_types: embedded(id, "subscriptions", "subscription", contact.subscriptions.filter(({ consent }) => consent === "opt_out")),
    opted_in_subscription_types: embedded(id, "subscriptions", "subscription", contact.subscriptions.filter(({ consent }) => consent === "opt_in")),
    ...contact.extra,
  };
}

/** Before 2.16 the owner was a number. */
export function forVersion(view: Record<string, unknown>, version: ApiVersion): Record<string, unknown> {
  const owner = view["owner_id"];
  return version.minor >= 16 || typeof owner !== "string" ? view : { ...view, owner_id: Number(owner) };
}

export function mergeHistoryView(contact: ContactRecord): Record<string, unknown>[] {
  return contact.mergeHistory.map(({ sourceId, sourceRole, mergedAt }) => ({
    type: "merge_history_item",
    source_contact_id: sourceId,
    source_contact_role: sourceRole,
    merged_at: seconds(mergedAt),
  }));
}

const PATHS = { tag: "tags", note: "notes", company: "companies", subscription: "subscriptions" } as const;

function embedded(contactId: string, list: string, type: keyof typeof PATHS, entries: readonly { readonly id: string }[]) {
  return {
    type: "list",
    data: entries.slice(0, EMBEDDED_LIMIT).map(({ id }) => ({ type, id, url: `/${PATHS[type]}/${id}` })),
    url: `/contacts/${contactId}/${list}`,
    total_count: entries.length,
    has_more: entries.length > EMBEDDED_LIMIT,
  };
}
