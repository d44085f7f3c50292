import { mergeHistoryView } from "./contact-view.js";
import { numberedPage } from "./numbered-page.js";
import { readsOnePerson } from "./permissions.js";
import type { ContactRecord } from "./records.js";
import { failure, json } from "./reply.js";
import type { Route } from "./route.js";
import { notInVersion } from "./version.js";

/** Support can bring a deleted contact back for this long. */
const RECOVERY_MS = 7 * 86_400_000;

/** Who is left out of search and list, and why. Known to Preview only. */
const listInactiveContacts: Route = {
  operation: "listInactiveContacts",
  method: "GET",
  template: "/contacts/deleted",
  needs: () => [["read_users_companies", "read_write_users"]],
  age: "newer",
  sinceMinor: Number.POSITIVE_INFINITY,
  answer: ({ state, switches }, { url, token, now }) => {
    if (switches.inactiveList === "not_found") return failure(404, "not_found", "The requested resource was not found");
    if (switches.inactiveList === "unknown_version") return notInVersion();
    const perPage = url.searchParams.get("per_page");
    if (perPage !== null && !/^[1-9]/.test(perPage)) return failure(400, "invalid_per_page", "per_page has to be a positive number");
    const escaped = switches.inactiveListEscapes === "always" || (switches.inactiveListEscapes === "unless_told" && url.searchParams.get("escape_identity") !== "false");
    const mine = [...state.contacts.values()].filter(({ workspaceId }) => workspaceId === token.admin.workspace.id);
    const items = mine.flatMap((contact) => {
      const status = inactivity(contact, now);
      return status === undefined || (!switches.inactiveListShowsDeleted && contact.goneAt !== null) ? [] : [inactiveView(contact, status, escaped)];
    });
    return numberedPage(url, items, { key: switches.inactiveListKey, perPage: 10, maxPerPage: switches.inactiveListMaxPerPage, next: switches.inactiveListNext });
  },
};

const listMergeHistory: Route = {
  operation: "listMergeHistory",
  method: "GET",
  template: "/contacts/{id}/merge_history",
  needs: readsOnePerson,
  age: "newer",
  sinceMinor: 16,
  answer: ({ state }, { params, url, token, now }) => {
    const contact = state.contact(params["id"] ?? "", token.admin.workspace.id, now);
    if (contact === undefined || contact.role !== "user" || contact.status !== "live") return failure(404, "not_found", "Contact not found");
    const history = mergeHistoryView(contact);
    if (url.searchParams.get("order") === "desc") history.reverse();
    const perPage = Math.min(Number(url.searchParams.get("per_page") ?? 50) || 50, 150);
    const start = Number(Buffer.from(url.searchParams.get("cursor") ?? "", "base64").toString()) || 0;
    const end = start + perPage;
    const more = end < history.length;
    return json({ type: "list", data: history.slice(start, end), next_cursor: more ? Buffer.from(String(end)).toString("base64") : null, has_more: more });
  },
};

export const INACTIVE_CONTACT_ROUTES: readonly Route[] = [listInactiveContacts, listMergeHistory];

type Inactivity = "archived" | "blocked" | "merged" | "pending_deletion" | "permanently_deleted";

function inactivity(contact: ContactRecord, now: number): Inactivity | undefined {
  if (contact.goneAt !== null && contact.goneAt <= now) return now - contact.goneAt < RECOVERY_MS ? "pending_deletion" : "permanently_deleted";
  if (contact.status !== "live") return contact.status;
  return contact.blocked ? "blocked" : undefined;
}

function inactiveView({ id, externalId, email, mergedInto }: ContactRecord, status: Inactivity, escaped: boolean): Record<string, unknown> {
  const forgotten = status === "permanently_deleted";
  return {
    type: "contact",
    id,
    external_id: forgotten ? null : externalId,
    email: forgotten || email === null ? null : escaped ? escapeHtml(email) : email,
    status,
    ...(status === "merged" ? { merged_into_id: mergedInto } : {}),
  };
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}
