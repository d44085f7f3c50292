import type { VendorProtocol } from "../../core/vendor-protocol.js";

/** The REST API version that every call pins. Source: developers.intercom.com, "Update your API version". */
export const API_VERSION = "2.16";

/**
 * Where Intercom keeps what was uploaded, of its three regions. Each is named, since a name with another number is anybody's to register.
 * Source: intercom.com/help, "Using Intercom with Content Security Policy".
 */
export const FILE_HOSTS: readonly string[] = [
  "downloads.intercomcdn.com",
  "downloads.intercomcdn.eu",
  "downloads.au.intercomcdn.com",
  "uploads.intercomusercontent.com",
  "intercom-attachments.eu",
  "*.intercom-attachments.eu",
  "au.intercom-attachments.com",
  "*.au.intercom-attachments.com",
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((number) => [`intercom-attachments-${number}.com`, `*.intercom-attachments-${number}.com`]),
];

/** Intercom's side of the seam. Statuses and codes: developers.intercom.com, "Error codes" and "HTTP responses". */
export const protocol: VendorProtocol = {
  operations: [
    { method: "POST", path: "/auth/eagle/token", effect: "mutation", authorised: false },
    { method: "POST", path: "/auth/uninstall", effect: "mutation" },
    { method: "GET", path: "/me", effect: "read" },
    { method: "GET", path: "/admins", effect: "read", scope: "read_admins" },
    { method: "GET", path: "/admins/{admin_id}", effect: "read", answers: [404] },
    { method: "POST", path: "/contacts/search", effect: "read", scope: "read_users_companies" },
    // The only operation that the pinned version does not know.
    { method: "GET", path: "/contacts/deleted", effect: "read", scope: "read_users_companies", answers: [404], headers: { "Intercom-Version": "Preview" } },
    { method: "POST", path: "/contacts", effect: "mutation", scope: "write_users_companies" },
    { method: "GET", path: "/contacts/{contact_id}", effect: "read", scope: "read_single_user", answers: [404, 410] },
    { method: "DELETE", path: "/contacts/{contact_id}", effect: "mutation", scope: "write_users_companies", answers: [404, 410] },
    { method: "GET", path: "/contacts/{contact_id}/companies", effect: "read", scope: "read_single_user", answers: [404, 410] },
    { method: "GET", path: "/contacts/{contact_id}/notes", effect: "read", scope: "read_single_user", answers: [404, 410] },
    { method: "GET", path: "/contacts/{contact_id}/tags", effect: "read", scope: "read_single_user", answers: [404, 410] },
    { method: "GET", path: "/contacts/{contact_id}/segments", effect: "read", scope: "read_single_user", answers: [404, 410] },
    { method: "GET", path: "/contacts/{contact_id}/subscriptions", effect: "read", scope: "read_single_user", answers: [404, 410] },
    { method: "POST", path: "/conversations/search", effect: "read", scope: "read_conversations" },
    { method: "GET", path: "/conversations/{conversation_id}", effect: "read", scope: "read_conversations", answers: [404] },
    { method: "DELETE", path: "/conversations/{conversation_id}", effect: "mutation", scope: "write_conversations", answers: [404] },
    { method: "GET", path: "/conversations/deleted", effect: "read", scope: "read_conversations" },
    { method: "POST", path: "/conversations/redact", effect: "mutation", scope: "write_conversations", answers: [400, 404, 422] },
    { method: "DELETE", path: "/conversations/{conversation_id}/customers/{contact_id}", effect: "mutation", scope: "write_conversations", answers: [404, 422] },
    { method: "POST", path: "/calls/search", effect: "read", scope: "read_conversations" },
    { method: "POST", path: "/tickets/search", effect: "read", scope: "read_tickets" },
    { method: "GET", path: "/tickets/{ticket_id}", effect: "read", scope: "read_tickets", answers: [404] },
    { method: "DELETE", path: "/tickets/{ticket_id}", effect: "mutation", scope: "write_tickets", answers: [404] },
    { method: "GET", path: "/events", effect: "read", scope: "read_events", answers: [404] },
    { method: "GET", path: "/custom_object_instances/{custom_object_type_identifier}", effect: "read", scope: "custom_objects", answers: [404] },
    { method: "GET", path: "/custom_object_instances/{custom_object_type_identifier}/{custom_object_instance_id}", effect: "read", scope: "custom_objects", answers: [404] },
    { method: "DELETE", path: "/custom_object_instances/{custom_object_type_identifier}/{custom_object_instance_id}", effect: "mutation", scope: "custom_objects", answers: [404] },
  ],
  faults: [
    // A missing permission has two shapes: 401 on the older endpoints, 403 on the newer ones.
    { status: 401, vendorCode: "token_unauthorized", means: "SCOPE_MISSING" },
    // One that was cut on its way, or that is something else's between: it says nothing about the token.
    { status: 401, vendorCode: { none: true }, means: "VENDOR_MALFORMED" },
    { status: 401, means: "AUTH_REJECTED" },
    { status: 402, means: "PLAN_RESTRICTED" },
    { status: 403, vendorCode: "api_plan_restricted", means: "PLAN_RESTRICTED" },
    // A bare page from the load balancer says nothing about permissions.
    { status: 403, vendorCode: { none: true }, means: "VENDOR_UNAVAILABLE" },
    // `forbidden`, `action_forbidden`, and codes that are added later: the account may not do this.
    { status: 403, means: "SCOPE_MISSING" },
    { status: 405, means: "ROLE_INSUFFICIENT" },
  ],
  errorCode: (body) => {
    if (!isObject(body) || !Array.isArray(body["errors"])) return undefined;
    const first: unknown = body["errors"][0];
    return isObject(first) && typeof first["code"] === "string" ? first["code"] : undefined;
  },
  headers: { Accept: "application/json", "Intercom-Version": API_VERSION },
  rateHeaders: { limit: "x-ratelimit-limit", remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset" },
  requestIdHeader: "x-request-id",
  fileHosts: FILE_HOSTS,
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
