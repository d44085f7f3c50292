import { createPackageFolderSink } from "../../../adapters/packages/package-folder.js";
import type { ReadFile } from "../../../adapters/packages/attachment-files.js";
import type { PackageAbout } from "../../../adapters/packages/about.js";
import { memoryManifest } from "../../../connectors/memory/manifest.js";
import type { PackageHeader, PackageReceipt, StagedPage } from "../../../core/host-ports.js";
import type { Gap } from "../../../core/outcome.js";
import type { CollectedRecord } from "../../../core/ports.js";
import { sampleConnection, withReference } from "../journal/samples.js";
import { noFiles, sampleHeader, samplePage, sampleRecord, sampleSummary } from "./samples.js";

/** A manifest whose categories are the usual ones, of which calls were not granted. */
export const MANIFEST: PackageHeader["manifest"] = {
  ...memoryManifest("synchronous"),
  dataCategories: ["contacts", "notes", "tags", "tickets", "conversations", "calls"].map((id) => ({
    id,
    label: `${id.charAt(0).toUpperCase()}${id.slice(1)} of Memory`,
    holds: `What ${id} hold.`,
    scope: "read_people",
    coverage: "optional",
    deletion: { how: "kept", text: "Stays." },
  })),
  places: [{ id: "contacts/search", category: "contacts" }, { id: "calls/search", category: "calls" }, { id: "archive", category: "archived_contacts" }],
};

export const NOT_COVERED = [
  { category: "calls", scope: "Read calls", reason: "not granted" },
  { category: "visitors", reason: "anonymous visitors cannot be found by email" },
] as const;

/** A header of a request in that language, about a workspace that covers everything but calls. */
export function richHeader({ language = "en", gaps = [], changes = {} }: { readonly language?: string; readonly gaps?: readonly Gap[]; readonly changes?: Partial<PackageHeader> } = {}): PackageHeader {
  const request = withReference("T-1", { id: "r1" });
  return sampleHeader({
    manifest: MANIFEST,
    request: { ...request, context: { ...request.context, language } },
    connection: sampleConnection({ categories: ["contacts", "notes", "tags", "tickets", "conversations"], workspace: { id: "w1", name: "Acme Support", region: "EU" } }),
    summary: sampleSummary({ gaps, notCovered: NOT_COVERED, nearMatches: [{ id: "NEAR_CANARY", why: "tag" }], dropped: 2 }),
    ...changes,
  });
}

export interface ConversationText {
  readonly subject: string | null;
  readonly body: string;
  readonly author: string;
}

/** A conversation as vendors tell it; every text in it is the given one where one is given. */
export function conversation(number: number, parts: number, { subject, body, author }: ConversationText = { subject: `Subject ${number}`, body: "<p>Hello</p>", author: "Ann" }): CollectedRecord {
  const id = String(number);
  const at = 1_700_000_000 + number * 86_400;
  const message = (n: number) => ({ type: "conversation_part", id: `${id}-${n}`, part_type: "comment", body, created_at: at + n, author: { type: "user", id: "c1", name: author, email: "ann@example.test" }, attachments: [], redacted: false, external_id: null });
  return sampleRecord("conversations", id, {
    type: "conversation",
    id,
    title: null,
    created_at: at,
    open: false,
    source: { type: "email", id: `s${id}`, delivered_as: "customer_initiated", subject, body, author: { type: "user", id: "c1", name: author }, attachments: [] },
    custom_attributes: {},
    conversation_parts: { type: "conversation_part.list", conversation_parts: Array.from({ length: parts }, (_, n) => message(n)), total_count: parts },
  });
}

/** One of everything: contacts with odd values, a note in HTML, tags none, gaps in notes and in one conversation. */
export const GAPS: readonly Gap[] = [
  { category: "notes", code: "COUNT_MISMATCH", have: 1, of: 3 },
  { category: "conversations", code: "PARTS_CAPPED", id: "2", have: 500, of: 700 },
];

export async function* richPages(conversations = 3): AsyncIterable<StagedPage> {
  yield samplePage([
    sampleRecord("contacts", "c1", { type: "contact", id: "c1", name: "Ann \u202egnp", email: "ann@example.test", phone: null, created_at: 1_700_000_000, has_hard_bounced: false, custom_attributes: { plan: "pro", seats: 0, list: [1, { deep: "x" }], none: [], empty: "" } }),
    sampleRecord("notes", "n1", { type: "note", id: "n1", created_at: 1_700_000_000_000, body: '<p>Called.<br>See <a href="https://x.example.test/1">there</a>.</p>', author: null }),
  ]);
  for (let number = 1; number <= conversations; number++) yield samplePage([conversation(number, number * 2)]);
  yield samplePage([sampleRecord("conversations", "r", { id: "r", created_at: 1_600_000_000, parts: [{ body: null, redacted: true }, { body: "x", redacted: true, author: null }] })]);
}

export function writeRich(directory: string, { header = richHeader({ gaps: GAPS }), pages = richPages(), about = {}, readFile = noFiles }: { readonly header?: PackageHeader; readonly pages?: AsyncIterable<StagedPage>; readonly about?: PackageAbout; readonly readFile?: ReadFile } = {}): Promise<PackageReceipt> {
  return createPackageFolderSink({ directory, clock: { now: () => Date.UTC(2026, 0, 15, 9) }, about: () => Promise.resolve(about) }).write(header, pages, readFile);
}
