import type { FetchedFile } from "../../core/files.js";
import type { StagedPage } from "../../core/host-ports.js";
import type { Gap } from "../../core/outcome.js";
import type { AttachmentFiles } from "./attachment-files.js";
import type { PackageFile, PackageFiles } from "./package-files.js";
import { checkCategory, fileStem } from "./package-manifest.js";
import type { RecordSurvey } from "./record-survey.js";
import { createSeenRecords } from "./seen-records.js";
import { visibleJson } from "./visible-json.js";

export interface WrittenRecords {
  readonly counts: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
}

/**
 * Streams the pages' records into `<category>.json`, each an array, and their files into `attachments/`; never holds more than one page and a
 * piece of a file. A record that comes again is left out, and so are its files.
 */
export async function writeRecords(files: PackageFiles, pages: AsyncIterable<StagedPage>, attachments: Pick<AttachmentFiles, "add">, survey: Pick<RecordSurvey, "add">): Promise<WrittenRecords> {
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
      const packaged = await attachments.add(filesOf(page, record));
      await open.file.write(`${open.count === 0 ? "[\n" : ",\n"}${visibleJson({ id, data, provenance, ...(redactions === undefined ? {} : { redactions }), ...(packaged.length === 0 ? {} : { files: packaged }) })}`);
      open.count += 1;
    }
  }
  for (const { file } of categories.values()) {
    await file.write("\n]\n");
    await file.finish();
  }
  return { counts: Object.fromEntries([...categories].map(([category, { count }]) => [category, count])), gaps };
}

function filesOf({ files = [] }: StagedPage, { category, id }: { readonly category: string; readonly id: string }): readonly FetchedFile[] {
  return files.filter((file) => file.category === category && file.recordId === id);
}
