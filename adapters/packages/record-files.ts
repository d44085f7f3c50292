import type { Gap } from "../../core/outcome.js";
import type { CollectedPage } from "../../core/ports.js";
import type { PackageFile, PackageFiles } from "./package-files.js";
import { checkCategory, fileStem } from "./package-manifest.js";
import type { RecordSurvey } from "./record-survey.js";
import { createSeenRecords } from "./seen-records.js";
import { visibleJson } from "./visible-json.js";

export interface WrittenRecords {
  readonly counts: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
}

/** Streams the pages' records into `<category>.json`, each an array; never holds more than one page. A record that comes again is left out. */
export async function writeRecords(files: PackageFiles, pages: AsyncIterable<CollectedPage>, survey: Pick<RecordSurvey, "add">): Promise<WrittenRecords> {
  const categories = new Map<string, { readonly file: PackageFile; count: number }>();
  const gaps: Gap[] = [];
  const seen = createSeenRecords();
  for await (const page of pages) {
    gaps.push(...page.gaps);
    for (const record of page.records) {
      const { category, id, data, provenance, redactions } = record;
      const open = categories.get(category) ?? { file: await files.create(`${fileStem(checkCategory(category))}.json`), count: 0 };
      categories.set(category, open);
      if (!seen.add(category, id)) continue;
      survey.add(record);
      await open.file.write(`${open.count === 0 ? "[\n" : ",\n"}${visibleJson({ id, data, provenance, ...(redactions === undefined ? {} : { redactions }) })}`);
      open.count += 1;
    }
  }
  for (const { file } of categories.values()) {
    await file.write("\n]\n");
    await file.finish();
  }
  return { counts: Object.fromEntries([...categories].map(([category, { count }]) => [category, count])), gaps };
}
