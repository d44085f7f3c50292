import type { VendorProtocol } from "../../../../core/vendor-protocol.js";

/** A vendor for tests, with one of everything. Its errors look like `{ error: { code } }`. */
export const acme: VendorProtocol = {
  operations: [
    { method: "GET", path: "/contacts/{contact_id}", effect: "read", scope: "read_contacts", answers: [404, 410] },
    { method: "GET", path: "/contacts/deleted", effect: "read", scope: "read_contacts" },
    { method: "POST", path: "/contacts/search", effect: "read", scope: "read_contacts" },
    { method: "GET", path: "/contacts/{contact_id}/notes/{note_id}", effect: "read", headers: { "Acme-Version": "preview" } },
    { method: "DELETE", path: "/contacts/{contact_id}", effect: "mutation", scope: "write_contacts", answers: [404] },
    { method: "POST", path: "/oauth/token", effect: "mutation", authorised: false },
    { method: "GET", path: "/v1.0/me", effect: "read" },
  ],
  faults: [
    { status: 401, vendorCode: "no_scope", means: "SCOPE_MISSING" },
    { status: 403, vendorCode: { none: true }, means: "VENDOR_UNAVAILABLE" },
    { status: 403, vendorCode: "forbidden", means: "SCOPE_MISSING" },
    { status: 402, means: "PLAN_RESTRICTED" },
    { status: 403, vendorCode: "slow_down", means: "RATE_LIMITED" },
  ],
  errorCode: (body) => {
    if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
    const { error } = body;
    return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : undefined;
  },
  headers: { Accept: "application/json", "Acme-Version": "2.16" },
  rateHeaders: { limit: "x-ratelimit-limit", remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset" },
  requestIdHeader: "X-Request-Id",
};

export const acmeError = (code: string): string => JSON.stringify({ error: { code } });
