import type { DataCategory, Manifest, Scope } from "../../../core/manifest.js";
import type { Item, Page, Section } from "./page.js";

/** What an admin wants to know before connecting, from the manifest and from nothing else. */
export function integrationPage(manifest: Manifest): Page {
  return {
    ...head(manifest),
    title: `${manifest.vendor.name}: ${withinSentence(manifest.product)} requests`,
    sections: [
      capabilities(manifest),
      { id: "before-you-start", heading: "Before you start", items: [{ label: "User role", text: `Whoever connects has the ${manifest.vendor.name} user role ${manifest.account.role}. ${manifest.account.fix}` }] },
      ...manifest.auth.map((method, index): Section => ({ id: index === 0 ? "connect" : `connect-${method.kind.replaceAll("_", "-")}`, heading: `Connect: ${method.label}`, ordered: true, items: method.steps.map((text) => ({ text })) })),
      ...permissions(manifest),
      { id: "covers", heading: "What it covers", items: manifest.dataCategories.map((category) => covered(manifest, category)) },
      ...relatedDeletion(manifest),
      { id: "remains", heading: "What remains after a deletion", items: manifest.residuals.flatMap(({ text, observed }) => (observed === true ? [] : [{ text }])) },
      { id: "not-looked-at", heading: "Not looked at", items: notLookedAt(manifest) },
      { id: "troubleshooting", heading: "Troubleshooting", items: manifest.troubleshooting.map(({ problem, remedy }) => ({ label: problem.replace(/\.$/, ""), text: remedy })) },
      ...exempt(manifest),
      technicalDetails(manifest),
      {
        id: "more",
        heading: "More",
        items: [
          { label: "API documentation", text: manifest.api.documentation },
          { label: "Vendor's documentation", text: manifest.help.documentation },
          { label: "Help", text: manifest.help.support },
        ],
      },
      { id: "legal-notice", heading: "Legal notice", items: [{ text: manifest.legalNotice }] },
    ],
  };
}

/** How to make the app at the vendor, step by step. */
export function setupPage(manifest: Manifest): Page {
  return { ...head(manifest), title: `${manifest.vendor.name}: setting up`, sections: [{ id: "setup", heading: "Set up", ordered: true, items: manifest.setup.map((text) => ({ text })) }] };
}

/** Where people can be looked for on request is left out otherwise. */
function notLookedAt({ lookupExtents = [], limits }: Manifest): readonly Item[] {
  const onRequest = lookupExtents.map(({ id, label, reason }) => ({ label, text: `${sentence(reason)} Looked at where --${id} asks for it.` }));
  return [...onRequest, ...limits.map(({ category, reason }) => ({ label: words(category), text: sentence(reason) }))];
}

function head({ id, version }: Manifest): Pick<Page, "connector" | "version"> {
  return { connector: id, version };
}

function capabilities({ product, requestTypes, identifierCategories }: Manifest): Section {
  return {
    id: "capabilities",
    heading: "Capabilities",
    items: [
      { label: "Product", text: product },
      { label: "Request types", text: requestTypes.map(words).join(", ") },
      { label: "Identifier categories", text: identifierCategories.map(words).join(", ") },
    ],
  };
}

function permissions({ scopes, requestTypes, dataCategories, teammates }: Manifest): readonly Section[] {
  const described = (scope: Scope): Item => ({ label: scope.label, text: scope.purpose });
  const byType = requestTypes.flatMap((type) => scopes.filter((scope) => scope.neededFor.includes(type)).map((scope): Item => ({ label: `${words(type)}: ${scope.label}`, text: scope.purpose })));
  const optional = dataCategories.filter(({ coverage }) => coverage === "optional").flatMap((category) => scopes.filter(({ id }) => id === category.scope).map((scope): Item => ({ label: `${category.label}: ${scope.label}`, text: scope.purpose })));
  const colleagues = scopes.filter(({ id }) => id === teammates?.scope).map((scope): Item => ({ label: `Teammates: ${scope.label}`, text: scope.purpose }));
  return [
    { id: "permissions-always", heading: "Required permissions: always", items: scopes.filter((scope) => scope.neededFor.includes("always")).map(described) },
    { id: "permissions-by-capability", heading: "Required permissions: by selected capability", items: byType },
    ...(optional.length + colleagues.length === 0 ? [] : [{ id: "permissions-optional", heading: "Optional permissions: cover more", items: [...optional, ...colleagues] }]),
  ];
}

/** What is deleted beyond the person's own records where that is asked for, with which permission, and what the host decides about it. */
function relatedDeletion({ requestTypes, dataCategories, erasurePolicies = [], scopes }: Manifest): readonly Section[] {
  const labelOf = (id: string): string => scopes.find((scope) => scope.id === id)?.label ?? id;
  const categories = dataCategories.flatMap(({ label, deletion: { related } }) => (related === undefined ? [] : [{ label, text: `${related.text} Permission: ${labelOf(related.scope)}.` }]));
  if (!requestTypes.includes("deletion") || categories.length === 0) return [];
  const policies = erasurePolicies.flatMap(({ id, values }) =>
    values.map((value, n) => ({ label: `Setting ${id}, ${value.id}${n === 0 ? " (default)" : ""}`, text: `${value.text}${value.scopes.length === 0 ? "" : ` Permission: ${value.scopes.map(labelOf).join(", ")}.`}` })),
  );
  return [{ id: "related-deletion", heading: "Related deletion: where it is asked for", items: [...categories, ...policies] }];
}

/** What its makers say that the vendor cannot keep of what every connector is held to. */
function exempt({ exemptions }: Manifest): readonly Section[] {
  return exemptions.length === 0 ? [] : [{ id: "exemptions", heading: "Exempt from the contract", items: exemptions.map(({ rule, reason, until }) => ({ label: `Rule ${rule}, until ${until}`, text: sentence(reason) })) }];
}

function covered({ requestTypes }: Manifest, { label, holds, coverage, deletion }: DataCategory): Item {
  const access = coverage === "optional" ? `${holds} Where the permission is granted.` : holds;
  return { label, text: requestTypes.includes("deletion") ? `${access} On deletion: ${deletion.text}` : access };
}

function technicalDetails({ api, access, deletion, rateLimit, regions, version }: Manifest): Section {
  return {
    id: "technical-details",
    heading: "Technical details",
    items: [
      { label: "API", text: `${api.name}, version ${api.version}` },
      ...(access === undefined ? [] : [{ label: "Access type", text: access.type }]),
      ...(deletion === undefined ? [] : [{ label: "Deletion type", text: deletion.type }]),
      { label: "Rate limiting", text: `${rateLimit.requests} requests / ${rateLimit.windowMs / 1000} seconds` },
      { label: "Regions", text: regions.map(({ id, label, apiOrigin }) => `${label} (${id}, ${new URL(apiOrigin).host})`).join(", ") },
      { label: "Connector version", text: version },
    ],
  };
}

/** A name with capitals of its own ("GDPR Desk") is written as its maker writes it. */
function withinSentence(product: string): string {
  return /^.\P{Lu}*$/u.test(product) ? product.toLowerCase() : product;
}

function words(id: string): string {
  const text = id.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
