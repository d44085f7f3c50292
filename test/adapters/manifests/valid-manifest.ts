/** A manifest with something in every member, as untyped JSON, fresh on each call. */
export function validManifest(): Record<string, unknown> {
  return {
    id: "example-vendor",
    version: "1.0.0",
    vendor: { name: "Example", url: "https://example.com" },
    product: "Example CRM",
    requestTypes: ["access", "deletion"],
    identifierCategories: ["email"],
    subjectCategory: "contact",
    access: { type: "synchronous" },
    deletion: { type: "asynchronous" },
    rateLimit: { requests: 10, windowMs: 1000 },
    auth: [{ kind: "access_token", label: "Access token", steps: ["Copy the token."] }],
    account: { role: "Admin", fix: "Settings > Team" },
    api: { name: "REST API", version: "2", documentation: "https://example.com/docs?v=2#top" },
    regions: [{ id: "eu", label: "Europe", apiOrigin: "https://api.eu.example.com", appOrigin: "https://app.example.com:8443", vendorId: "EU" }],
    scopes: [{ id: "people.read", label: "Read people", purpose: "Finds the person.", neededFor: ["always"], fix: "Settings > Apps" }],
    dataCategories: [
      { id: "person", label: "People", holds: "Name and address.", scope: "people.read", coverage: "required", deletion: { how: "direct", text: "Is deleted.", related: { target: "alias", scope: "people.read", text: "Each is deleted." } } },
      { id: "order", label: "Orders", holds: "What was bought.", scope: "people.read", coverage: "optional", deletion: { how: "kept", text: "Stays, for accounting." } },
    ],
    lookupExtents: [{ id: "archived", label: "Archived people", category: "archived_people", reason: "The search does not show them." }],
    places: [{ id: "people/search", category: "person" }],
    teammates: { scope: "people.read" },
    erasurePolicies: [{ id: "sharedRecords", label: "Shared records", values: [{ id: "keep", text: "They stay.", scopes: [] }, { id: "leave", text: "The person leaves them.", scopes: ["people.read"], targets: ["membership"] }] }],
    residuals: [{ code: "BACKUPS", text: "Backups are kept for 30 days.", observed: true }, { code: "ARCHIVED", text: "Archived people were not looked for.", extent: "archived" }],
    translations: [{ language: "de", texts: [{ of: "The API does not show calls.", text: "Die Schnittstelle zeigt keine Anrufe." }] }],
    limits: [{ category: "calls", reason: "The API does not show calls." }],
    setup: ["Make an app."],
    troubleshooting: [{ problem: "It is refused.", remedy: "Grant it." }],
    help: { documentation: "https://example.com/help", support: "https://example.com/support" },
    legalNotice: "Example is a trademark of its owner.",
    exemptions: [{ rule: "DELETE-4", reason: "The vendor has no read by id.", until: "2030-01-31" }],
  };
}

/** A valid manifest in which the member at a JSON pointer is set to `value`, or removed where it is left out. */
export function manifestWith(pointer: string, ...value: readonly [unknown?]): Record<string, unknown> {
  const manifest = validManifest();
  const path = pointer.slice(1).split("/");
  const last = path.pop() ?? "";
  let place: Record<string, unknown> = manifest;
  for (const key of path) place = place[key] as Record<string, unknown>;
  if (value.length === 0) delete place[last];
  else place[last] = value[0];
  return manifest;
}
