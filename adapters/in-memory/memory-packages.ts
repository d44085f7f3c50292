import { createHash } from "node:crypto";
import type { Clock, PackageSink } from "../../core/host-ports.js";
import type { Gap } from "../../core/outcome.js";
import type { CollectedRecord, Redaction } from "../../core/ports.js";
import { createAttachmentFiles, withAttachments } from "../packages/attachment-files.js";
import { checkCategory, DEFAULT_RETENTION_MS, packageManifest } from "../packages/package-manifest.js";
import type { PackageFiles } from "../packages/package-files.js";
import type { MemoryProcess } from "./memory-process.js";
import { copyOf, type MemoryState } from "./memory-state.js";

/** Keeps packages as objects, under their request's id in `state.packages`. */
export function createMemoryPackages(state: MemoryState, process: MemoryProcess, clock: Pick<Clock, "now">): PackageSink {
  return {
    prepare: () => Promise.resolve(),
    write: async (header, pages, readFile) => {
      const records = new Map<string, Map<string, CollectedRecord>>();
      const gaps: Gap[] = [];
      const attachments = createAttachmentFiles(readingOnly(), readFile);
      for await (const page of pages) {
        gaps.push(...page.gaps);
        for (const record of page.records) {
          const category = records.get(checkCategory(record.category)) ?? new Map<string, CollectedRecord>();
          if (category.has(record.id)) continue;
          category.set(record.id, copyOf(record));
          records.set(record.category, category);
          await attachments.add((page.files ?? []).filter((file) => file.category === record.category && file.recordId === record.id));
        }
      }
      return process.act("packages.write", () => {
        const counts = Object.fromEntries([...records].map(([category, byId]) => [category, byId.size]));
        const redactions = addUp([...records.values()].flatMap((byId) => [...byId.values()]));
        const madeAtMs = clock.now();
        const expiresAtMs = madeAtMs + DEFAULT_RETENTION_MS;
        const manifest = copyOf(packageManifest(header, { counts, gaps, redactions, attachments: attachments.list(), files: [], madeAtMs, expiresAtMs }));
        const receipt = {
          path: `memory:${header.request.id}-${header.connection.name}`,
          sha256: createHash("sha256").update(JSON.stringify(manifest)).digest("hex"),
          counts: withAttachments(counts, attachments.list()),
          redactions,
          expiresAt: new Date(expiresAtMs).toISOString(),
        };
        state.packages.set(header.request.id, { manifest, receipt, records: Object.fromEntries([...records].map(([category, byId]) => [category, [...byId.values()]])) });
        return receipt;
      });
    },
    remove: ({ requestId }) => process.act("packages.remove", () => ({ folder: state.packages.delete(requestId) ? "deleted" : "not_found" })),
  };
}

function addUp(records: readonly CollectedRecord[]): readonly Redaction[] {
  const sums = new Map<string, number>();
  for (const { redactions = [] } of records) for (const { rule, count } of redactions) sums.set(rule, (sums.get(rule) ?? 0) + count);
  return [...sums].map(([rule, count]) => ({ rule, count })).sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

/** Takes files to their end, for their sizes and hashes; their bytes go nowhere. */
function readingOnly(): Pick<PackageFiles, "addBytes"> {
  return {
    addBytes: async (name, pieces) => {
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const piece of pieces) {
        hash.update(piece);
        bytes += piece.byteLength;
      }
      return { name, bytes, sha256: hash.digest("hex") };
    },
  };
}
