import type { FetchedFile, FileFailure, FoundFile } from "./files.js";
import type { StagedFile, StagedPage } from "./host-ports.js";
import type { Gap } from "./outcome.js";
import type { CollectedPage } from "./ports.js";
import { mayGoOn, type Run } from "./run.js";

/** How often a record is read again for one file whose link gives nothing. */
const MOST_RENEWALS = 2;

const GAPS: Readonly<Record<FileFailure, string>> = { host_refused: "ATTACHMENT_HOST_REFUSED", too_large: "ATTACHMENT_TOO_LARGE", not_given: "ATTACHMENT_NOT_FETCHED" };

/**
 * Stages each file of a page, one after the other, and makes gaps of those that cannot be had. A file that an earlier, killed run staged is not
 * fetched again. The page that comes back holds no link.
 */
export async function fetchFiles(run: Run, { files = [], ...page }: CollectedPage): Promise<StagedPage> {
  if (files.length === 0) return page;
  const renewed = new Map<string, FoundFile>();
  const fetched: FetchedFile[] = [];
  const failures: { readonly file: FoundFile; readonly code: string }[] = [];
  for (const file of files) {
    const outcome = await fetchOne(run, file, renewed);
    if (typeof outcome === "string") {
      failures.push({ file, code: outcome });
      continue;
    }
    fetched.push(outcome);
    if (!isAsDeclared(file, outcome)) failures.push({ file, code: "ATTACHMENT_NOT_AS_DECLARED" });
  }
  return { ...page, gaps: [...page.gaps, ...gapsOf(failures, fetched)], files: fetched };
}

/** The staged file, or the code of the gap that it leaves. */
async function fetchOne(run: Run, file: FoundFile, renewed: Map<string, FoundFile>): Promise<FetchedFile | string> {
  const { host, session, request } = run;
  const key = host.digest.sha256(`file\n${placeOf(file)}`).slice(0, 32);
  const known = await host.staging.findFile(request.id, key);
  if (known !== undefined) return fetchedFile(file, key, known);
  for (let renewals = 0; ; renewals++) {
    await mayGoOn(run);
    const { url } = renewed.get(placeOf(file)) ?? file;
    if (url === "") return GAPS.not_given;
    const result = await session.download(url, (answer) => host.staging.putFile(request.id, key, answer));
    if ("taken" in result) return fetchedFile(file, key, result.taken);
    // A link works for a short while only; the record tells a new one.
    if (result.failed !== "not_given" || renewals >= MOST_RENEWALS || !(await renew(run, file, renewed))) return GAPS[result.failed];
  }
}

/** Reads the record again: the links of its other files are new then, too. False where this file has none any more. */
async function renew({ session }: Run, file: FoundFile, renewed: Map<string, FoundFile>): Promise<boolean> {
  const again = (await session.executor.renewFiles?.(file)) ?? [];
  for (const each of again) renewed.set(placeOf(each), each);
  return again.some((each) => placeOf(each) === placeOf(file));
}

function placeOf({ category, recordId, place }: FoundFile): string {
  return `${category}\n${recordId}\n${place}`;
}

function fetchedFile({ category, recordId, id, name, mediaType }: FoundFile, key: string, { bytes, sha256, ...answer }: StagedFile): FetchedFile {
  const type = isGeneric(answer.mediaType) ? (mediaType ?? answer.mediaType) : answer.mediaType;
  return { category, recordId, id, key, ...(name === undefined ? {} : { name }), ...(type === undefined ? {} : { mediaType: essence(type) }), bytes, sha256 };
}

/** A host that calls every file a stream of bytes says nothing about its type. */
function isAsDeclared({ bytes, mediaType }: FoundFile, file: FetchedFile): boolean {
  if (bytes !== undefined && bytes !== file.bytes) return false;
  return mediaType === undefined || isGeneric(mediaType) || essence(mediaType) === file.mediaType;
}

function isGeneric(mediaType: string | undefined): boolean {
  return mediaType === undefined || /^(?:application|binary)\/octet-stream$/.test(essence(mediaType));
}

/** `image/jpg; q=1` as `image/jpeg`. */
function essence(mediaType: string): string {
  return (mediaType.split(";")[0] ?? "").trim().toLowerCase().replace("/x-", "/").replace(/^image\/jpg$/, "image/jpeg");
}

/** One for each record and code. `have` counts the record's files that were fetched, `of` those and the ones that this code is about. */
function gapsOf(failures: readonly { readonly file: FoundFile; readonly code: string }[], fetched: readonly FetchedFile[]): readonly Gap[] {
  const countOf = (files: readonly Pick<FoundFile, "category" | "recordId">[], { category, recordId }: FoundFile): number => files.filter((each) => each.category === category && each.recordId === recordId).length;
  const gaps = new Map<string, Gap>();
  for (const { file, code } of failures) {
    const have = countOf(fetched, file);
    const missing = countOf(failures.flatMap((each) => (each.code === code ? [each.file] : [])), file);
    const counts = code === "ATTACHMENT_NOT_AS_DECLARED" ? {} : { have, of: have + missing };
    gaps.set(`${file.category}\n${file.recordId}\n${code}`, { category: file.category, code, id: file.recordId, ...counts });
  }
  return [...gaps.values()];
}
