import type { Manifest } from "dsr-connect/core";

const FIX = "Settings > API tokens.";

const exempt = (reason: string, ...rules: readonly string[]) => rules.map((rule) => ({ rule, reason, until: "2099-12-31" }));

export const manifest: Manifest = {
  id: "quill",
  version: "0.1.0",
  vendor: { name: "Quill", url: "https://quill.example" },
  product: "Quill Letters",
  requestTypes: ["access", "deletion"],
  identifierCategories: ["email"],
  subjectCategory: "subscriber",
  access: { type: "synchronous" },
  deletion: { type: "asynchronous" },
  rateLimit: { requests: 60, windowMs: 60_000 },
  auth: [{ kind: "access_token", label: "API token", steps: ["Make a token in the settings and tick its permissions."] }],
  account: { role: "owner", fix: "Settings > Members." },
  api: { name: "Quill API", version: "2", documentation: "https://quill.example/docs" },
  regions: [{ id: "world", label: "Everywhere", apiOrigin: "https://api.quill.example", appOrigin: "https://quill.example", vendorId: "world" }],
  scopes: [
    { id: "subscribers.read", label: "Read subscribers", purpose: "Finds the person.", neededFor: ["always"], fix: FIX },
    { id: "letters.read", label: "Read letters", purpose: "Reads what was sent and what was visited.", neededFor: ["access"], fix: FIX },
    { id: "subscribers.write", label: "Change subscribers", purpose: "Deletes the person.", neededFor: ["deletion"], fix: FIX },
  ],
  dataCategories: [
    { id: "subscriber", label: "Subscriber", holds: "Name and address.", scope: "subscribers.read", coverage: "required", deletion: { how: "direct", text: "Is deleted." } },
    { id: "letter", label: "Letters", holds: "What was sent.", scope: "letters.read", coverage: "required", deletion: { how: "with_subject", text: "Go with the subscriber." } },
    { id: "visit", label: "Visits", holds: "Which pages were visited.", scope: "letters.read", coverage: "required", deletion: { how: "with_subject", text: "Go with the subscriber." } },
  ],
  residuals: [{ code: "TOMBSTONE", text: "A number and the time of the deletion stay." }],
  limits: [{ category: "opens", reason: "the vendor shows nobody which letters were opened" }],
  setup: ["Open Settings > API tokens.", "Make a token and tick the permissions."],
  troubleshooting: [{ problem: "Connecting fails.", remedy: "Tick what is named as missing." }],
  help: { documentation: "https://quill.example/help", support: "https://quill.example/support" },
  legalNotice: "A made-up vendor.",
  exemptions: [
    ...exempt("a token is ended by hand in the settings, and by no call", "AUTH-7"),
    ...exempt("there is no way to make two subscribers one", "LOOKUP-14", "ACCESS-19", "DELETE-22", "DOUBT-16"),
    ...exempt("a letter is of one subscriber alone, and names nobody else", "ACCESS-17"),
    ...exempt("who of the staff wrote a letter, and what they noted down, is shown by no call", "ACCESS-18", "ACCESS-22", "ACCESS-23"),
  ],
};
