import { maybeTextAt } from "../../core/index.js";
import type { Manifest, VendorProtocol } from "../../core/index.js";

const FIX = "Settings > Apps > Permissions of the vendor.";

/** Plain data, and all that core ever knows of a vendor: what is not declared here is refused before any call. */
export function memoryManifest(deletion: "synchronous" | "asynchronous"): Manifest {
  return {
    id: "memory",
    version: "1.0.0",
    vendor: { name: "Memory", url: "https://memory.example" },
    product: "Memory CRM",
    requestTypes: ["access", "deletion"],
    identifierCategories: ["email"],
    subjectCategory: "person",
    access: { type: "synchronous" },
    deletion: { type: deletion },
    rateLimit: { requests: 100, windowMs: 10_000 },
    auth: [{ kind: "oauth2", label: "Connect with Memory", steps: ["Log in and authorise."] }],
    account: { role: "Admin", fix: "Settings > Team of the vendor." },
    api: { name: "People API", version: "1", documentation: "https://memory.example/docs" },
    regions: [{ id: "eu", label: "Europe", apiOrigin: "https://api.memory.example", appOrigin: "https://app.memory.example", vendorId: "EU" }],
    // The least that each capability needs. A scope that only optional categories use is needed for nothing.
    scopes: [
      { id: "read_people", label: "Read people", purpose: "Finds the person.", neededFor: ["always"], fix: FIX },
      { id: "read_orders", label: "Read orders", purpose: "Reads orders.", neededFor: ["access"], fix: FIX },
      { id: "read_messages", label: "Read messages", purpose: "Reads messages.", neededFor: [], fix: FIX },
      { id: "read_team", label: "Read the team", purpose: "Notices that a person works for the account.", neededFor: [], fix: FIX },
      { id: "delete_messages", label: "Delete messages", purpose: "Deletes messages that are the person's alone.", neededFor: [], fix: FIX },
      { id: "delete_people", label: "Delete people", purpose: "Deletes the person.", neededFor: ["deletion"], fix: FIX },
    ],
    // How a message can be deleted by its own call stands under `related`, for whoever wants to see each one go.
    dataCategories: [
      { id: "person", label: "Person", holds: "Name and address.", scope: "read_people", coverage: "required", deletion: { how: "direct", text: "Is deleted." } },
      { id: "order", label: "Orders", holds: "What was bought.", scope: "read_orders", coverage: "required", deletion: { how: "with_subject", text: "Go with the person." } },
      { id: "message", label: "Messages", holds: "What was written.", scope: "read_messages", coverage: "optional", deletion: { how: "with_subject", text: "Go with the person.", related: { target: "message", scope: "delete_messages", text: "Each that nobody else has a part in is deleted." } } },
    ],
    lookupExtents: [{ id: "archived", label: "Archived people", category: "archived_people", reason: "the vendor's search does not show them, and its list of them is long" }],
    places: [{ id: "people/search", category: "person" }, { id: "people/archived", category: "archived_people" }],
    teammates: { scope: "read_team" },
    residuals: [{ code: "BACKUPS", text: "Copies for emergencies are kept until the process ends." }, { code: "ARCHIVED_PEOPLE", text: "Archived records were not looked for.", extent: "archived" }],
    limits: [{ category: "calls", reason: "the vendor does not record calls" }],
    setup: ["Make an app and tick the permissions."],
    troubleshooting: [{ problem: "Connecting fails.", remedy: "Grant what is named as missing." }],
    help: { documentation: "https://memory.example/help", support: "https://memory.example/support" },
    legalNotice: "A vendor for tests.",
    // A rule of the contract that a vendor cannot meet stands here with a reason and a date; there is no other way to leave one out.
    exemptions: [],
  };
}

/** What is particular to this vendor's HTTP, as data: the seam does the retries, the waiting and the mapping of faults. */
export const memoryProtocol: VendorProtocol = {
  operations: [
    { method: "POST", path: "/oauth/token", effect: "mutation", authorised: false },
    { method: "DELETE", path: "/token", effect: "mutation" },
    { method: "GET", path: "/account", effect: "read" },
    // A POST, so that no address stands in a URL; a read all the same, so that the seam may repeat it.
    { method: "POST", path: "/people/search", effect: "read", scope: "read_people" },
    { method: "GET", path: "/people/archived", effect: "read", scope: "read_people" },
    { method: "GET", path: "/team", effect: "read", scope: "read_team" },
    { method: "GET", path: "/people/{id}", effect: "read", scope: "read_people", answers: [404, 410] },
    { method: "GET", path: "/people/{id}/orders", effect: "read", scope: "read_orders", answers: [404] },
    { method: "GET", path: "/people/{id}/messages", effect: "read", scope: "read_messages", answers: [404] },
    { method: "DELETE", path: "/people/{id}", effect: "mutation", scope: "delete_people", answers: [404] },
    { method: "GET", path: "/messages/{id}", effect: "read", scope: "read_messages", answers: [404] },
    { method: "DELETE", path: "/messages/{id}", effect: "mutation", scope: "delete_messages", answers: [404] },
  ],
  // Only the vendor's own words tell of a missing permission; the page of some proxy does not.
  faults: [{ status: 403, vendorCode: "scope_missing", means: "SCOPE_MISSING" }, { status: 403, vendorCode: { none: true }, means: "VENDOR_UNAVAILABLE" }],
  errorCode: (body) => maybeTextAt(body, "error", "code"),
  headers: { Accept: "application/json" },
  requestIdHeader: "x-request-id",
  // The API is only called at its own origin; files are fetched from here, without the token.
  fileHosts: ["files.memory.example"],
};
