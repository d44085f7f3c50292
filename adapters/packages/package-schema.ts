const TEXT = { type: "string" } as const;
const MOMENT = { type: "string", format: "date-time" } as const;
const COUNT = { type: "integer", minimum: 0 } as const;
const SHA256 = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;

/** An object with exactly these members, of which some may be left out. */
function exactly(properties: Readonly<Record<string, object>>, ...optional: readonly string[]): object {
  return { type: "object", properties, required: Object.keys(properties).filter((name) => !optional.includes(name)), additionalProperties: false };
}

const GAP = exactly({ category: TEXT, code: TEXT, id: TEXT, have: COUNT, of: COUNT }, "id", "have", "of");

const REDACTION = exactly({ rule: TEXT, count: COUNT });

const FILE = { id: TEXT, path: { type: "string", pattern: "^attachments/[0-9]+\\.[a-z0-9]+$" }, name: TEXT, mediaType: TEXT, bytes: COUNT, sha256: SHA256 } as const;

const REQUEST = exactly(
  { id: TEXT, type: { const: "access" }, openedAt: MOMENT, reference: TEXT, receivedAt: MOMENT, law: { enum: ["gdpr", "ccpa", "other"] }, dueAt: MOMENT, language: TEXT },
  "reference",
  "dueAt",
);

const CONNECTION = exactly({
  name: TEXT,
  connector: TEXT,
  connectorVersion: TEXT,
  vendorsOwn: { type: "boolean", description: "False where the data came from a sandbox or through a proxy." },
  region: TEXT,
  workspace: exactly({ id: TEXT, name: TEXT, region: TEXT }),
  categories: { type: "array", items: TEXT, description: "The data categories that were read." },
});

const SUMMARY = exactly({
  matches: { type: "array", items: { type: "object", properties: { id: TEXT, kind: TEXT, matchedBy: { enum: ["exact", "case_insensitive", "chosen"] } }, required: ["id", "kind", "matchedBy"] } },
  nearMatches: { type: "array", items: exactly({ why: TEXT }), description: "Records of similar identifiers were seen, and are not in the package." },
  searched: { type: "array", items: exactly({ identifier: TEXT, where: TEXT, at: MOMENT }) },
  notCovered: { type: "array", items: exactly({ category: TEXT, scope: TEXT, reason: TEXT }, "scope"), description: "What was not looked at, and which permission would allow it." },
  gaps: { type: "array", items: GAP, description: "All that should be in the package and is not." },
  dropped: { ...COUNT, description: "Records that the search returned without the identifier, and that are not in the package. Left out where there were none." },
}, "dropped");

/** What a program may rely on in a package: the format of `manifest.json`, and of the record files that it lists. */
export const PACKAGE_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:dsr-connect:access-package:1",
  title: "The JSON files of an access package",
  oneOf: [{ $ref: "#/$defs/manifest" }, { $ref: "#/$defs/records" }],
  $defs: {
    manifest: {
      description: "manifest.json",
      ...exactly({
        format: { const: "dsr-access-package/1" },
        request: REQUEST,
        connection: CONNECTION,
        counts: { type: "object", additionalProperties: COUNT, description: "Records by category." },
        gaps: { type: "array", items: GAP, description: "Those met while reading the records." },
        disclosure: exactly({ otherPeople: { enum: ["withhold", "include"] }, notes: { enum: ["include", "withhold"] } }),
        redactions: { type: "array", items: REDACTION, description: "What was taken out of the records because it concerns others, by rule." },
        attachments: { type: "array", items: exactly({ category: TEXT, record: TEXT, ...FILE }, "name", "mediaType"), description: "Files of records, and which record each belongs to. The name is the vendor's." },
        summary: SUMMARY,
        files: {
          type: "array",
          items: exactly({ name: { type: "string", pattern: "^[a-z0-9_./-]+$" }, bytes: COUNT, sha256: SHA256 }),
          description: "Every other file of the package.",
        },
        seenAt: { ...MOMENT, description: "When the vendor last showed something of what is packaged." },
        madeAt: MOMENT,
        expiresAt: MOMENT,
      }, "seenAt"),
    },
    records: {
      description: "<category>.json",
      type: "array",
      minItems: 1,
      items: exactly(
        {
          id: TEXT,
          data: { description: "As received from the vendor, unknown fields included, apart from what was taken out." },
          provenance: exactly({ endpoint: TEXT, apiVersion: TEXT, vendorRequestId: TEXT, at: MOMENT }, "vendorRequestId"),
          redactions: { type: "array", minItems: 1, items: REDACTION, description: "What was taken out of this record, by rule." },
          files: { type: "array", minItems: 1, items: exactly(FILE, "name", "mediaType"), description: "Its files. Where a link to one stood in the data stands [file ID]." },
        },
        "redactions",
        "files",
      ),
    },
  },
} as const;
