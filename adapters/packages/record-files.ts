import { join } from "node:path";
import type { Gap } from "../../core/outcome.js";
import type { CollectedPage } from "../../core/ports.js";
import { createFile, type FileWriter } from "./file-writer.js";
import { checkCategory } from "./package-manifest.js";
import { createSeenRecords } from "./seen-records.js";
import { visibleJson } from "./visible-json.js";

export interface WrittenRecords {
  readonly counts: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/** Streams the pages' records into `<category>.json`, each an array; never holds more than one page. A record that comes again is left out. */
export async function writeRecords(folder: string, pages: AsyncIterable<CollectedPage>): Promise<WrittenRecords> {
  const categories = new Map<string, { readonly file: FileWriter; count: number }>();
  const gaps: Gap[] = [];
  const seen = createSeenRecords();
  try {
    for await (const page of pages) {
      gaps.push(...page.gaps);
      for (const { category, id, data, provenance } of page.records) {
        const open = categories.get(category) ?? { file: await createFile(join(folder, `${checkCategory(category)}.json`)), count: 0 };
        categories.set(category, open);
        if (!seen.add(category, id)) continue;
        await open.file.write(`${open.count === 0 ? "[\n" : ",\n"}${visibleJson({ id, data, provenance })}`);
        open.count += 1;
      }
    }
    const files: { name: string; bytes: number; sha256: string }[] = [];
    for (const [category, { file }] of categories) {
      await file.write("\n]\n");
      files.push({ name: `${category}.json`, ...(await file.finish()) });
    }
    return { counts: Object.fromEntries([...categories].map(([category, { count }]) => [category, count])), gaps, files };
  } finally {
    for (const { file } of categories.values()) await file.close();
  }
}
