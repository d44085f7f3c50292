import { memoryManifest } from "../../../connectors/memory/manifest.js";
import type { PackageHeader, PackageSummary, StagedPage } from "../../../core/host-ports.js";
import type { CollectedRecord } from "../../../core/ports.js";
import { sampleConnection, withReference } from "../journal/samples.js";

export function sampleRecord(category: string, id: string, content: unknown = { id }): CollectedRecord {
  return { category, id, data: content, provenance: { endpoint: "GET /contacts/{id}", apiVersion: "2.14", vendorRequestId: "v-1", at: "2026-01-15T09:00:00.000Z" } };
}

export function samplePage(records: readonly CollectedRecord[], gaps: StagedPage["gaps"] = []): StagedPage {
  return { records, gaps, checkpoint: "checkpoint" };
}

export function sampleHeader(changes: Partial<PackageHeader> = {}): PackageHeader {
  return { request: withReference("T-1", { id: "r1" }), connection: sampleConnection(), manifest: memoryManifest("synchronous"), summary: sampleSummary(), seenAt: "2026-01-15T09:00:00.000Z", ...changes };
}

export function sampleSummary(changes: Partial<PackageSummary> = {}): PackageSummary {
  return {
    matches: [{ id: "c1", kind: "user", matchedBy: "exact", primary: true }],
    nearMatches: [],
    searched: [{ identifier: "email", where: "contacts/search", at: "2026-01-15T08:59:00.000Z" }],
    notCovered: [],
    gaps: [],
    ...changes,
  };
}

export async function* stream(...pages: readonly StagedPage[]): AsyncIterable<StagedPage> {
  yield* pages;
}

/** For packages whose pages name no file. */
export function noFiles(): never {
  throw new Error("no page names a file");
}

/** Values that careless code loses, changes or trips over. Made by parsing, as a vendor's answer is. */
export const HARD_VALUES: readonly unknown[] = [
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x","hasOwnProperty":null,"toJSON":"no function"}'),
  { "\ud800": "lone \ud83d in a value", "\udc00\ud800": ["\udfff"] },
  "NUL \u0000, controls \u0001\u001b[31m\u007f\u0085\u009b, bidi \u202e\u2066\u061c, breaks \u2028\u2029\r\n, BOM \ufeff",
  { nfd: "e\u0301", nfc: "\u00e9", emoji: "👩‍👩‍👧", quote: "\"'\\/" },
  "x".repeat(1_000_000),
  [0, -0.5, 1e21, 1.7976931348623157e308, 5e-324, 9007199254740993, true, false, null, "", [], {}, [[]], "9007199254740993123"],
  { id: "__proto__", "": "", " ": " ", "0": 0, "-1": -1 },
];
