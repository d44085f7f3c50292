import type { PackageHeader, StagedPage } from "../../core/host-ports.js";
import type { Redaction } from "../../core/ports.js";
import type { PackageAbout } from "./about.js";
import { createAttachmentFiles, type ListedFile, type ReadFile } from "./attachment-files.js";
import { conversationView, inlineView, pagedView, type CategoryView } from "./category-views.js";
import { CONVERSATIONS } from "./conversation-shape.js";
import { startCsvFile } from "./csv-file.js";
import { categoryEnd, categoryStart, fileSection, indexStart } from "./html/index-page.js";
import { pageEnd } from "./html/page.js";
import { packageFacts, type CategoryFacts, type PackageFacts } from "./package-facts.js";
import type { PackageFile, PackageFiles } from "./package-files.js";
import { fileStem } from "./package-manifest.js";
import { PACKAGE_SCHEMA } from "./package-schema.js";
import { writeRecords, type WrittenRecords } from "./record-files.js";
import { readRecords } from "./record-lines.js";
import { createRecordSurvey, type RecordSurvey } from "./record-survey.js";
import { statementText } from "./statement.js";
import { chooseTexts } from "./texts/choose-texts.js";

export interface PackageMaking {
  readonly about: PackageAbout;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
}

/** Where a package's content comes from. */
export interface PackageSource {
  readonly pages: AsyncIterable<StagedPage>;
  readonly readFile: ReadFile;
}

export interface PackageContent extends WrittenRecords {
  readonly redactions: readonly Redaction[];
  readonly attachments: readonly ListedFile[];
}

/**
 * Writes all that a package holds except its manifest. First the records as they come; then, from those files and record by record, what people
 * read. At no time is more than one record and one page of the source in memory.
 */
export async function writeContents(files: PackageFiles, header: PackageHeader, source: PackageSource, making: PackageMaking): Promise<PackageContent> {
  const survey = createRecordSurvey(chooseTexts(header.request.context.language));
  const attachments = createAttachmentFiles(files, source.readFile);
  const records = await writeRecords(files, source.pages, attachments, survey);
  const facts = packageFacts({ header, records, survey, attachments: attachments.list().length, ...making });
  await writeOverview(files, facts, survey);
  await files.add("statement.txt", statementText(facts));
  await files.add("package.schema.json", `${JSON.stringify(PACKAGE_SCHEMA, undefined, 2)}\n`);
  return { ...records, redactions: survey.withheld(), attachments: attachments.list() };
}

async function writeOverview(files: PackageFiles, facts: PackageFacts, survey: RecordSurvey): Promise<void> {
  const index = await files.create("index.html");
  await index.write(indexStart(facts).toString());
  for (const category of facts.categories) {
    await index.write(categoryStart(category, facts.texts).toString());
    if (category.count > 0) await writeCategory(files, index, category, facts, survey);
    await index.write(categoryEnd().toString());
  }
  await index.write(fileSection(facts).toString());
  await index.write(pageEnd({ search: facts.conversations.length > 0 }).toString());
  await index.finish();
}

async function writeCategory(files: PackageFiles, index: PackageFile, category: CategoryFacts, facts: PackageFacts, survey: RecordSurvey): Promise<void> {
  const stem = fileStem(category.id);
  const csv = await startCsvFile(await files.create(`${stem}.csv`), survey.table(category.id));
  const view = viewOf(files, index, category, facts);
  for await (const record of readRecords(files.read(`${stem}.json`))) {
    await csv.add(record);
    await view.add(record);
  }
  await csv.finish();
  await view.finish();
}

function viewOf(files: PackageFiles, index: PackageFile, category: CategoryFacts, facts: PackageFacts): CategoryView {
  if (category.id === CONVERSATIONS) return conversationView(files, index, facts);
  return files.bytes(`${fileStem(category.id)}.json`) <= INLINE_BYTES ? inlineView(index, category, facts) : pagedView(files, index, category, facts);
}

/** More than this of one category and the overview would no longer be one. */
const INLINE_BYTES = 150_000;
