import type { FetchedFile } from "../../core/files.js";
import type { PackageFiles } from "./package-files.js";

/** A file as it lies in a package. */
export interface PackagedFile {
  /** Tells it from the record's other files. */
  readonly id: string;
  /** Below the package's folder, with forward slashes; made by this program. */
  readonly path: string;
  /** What the vendor calls it. A text, never a path. */
  readonly name?: string;
  readonly mediaType?: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file of a record, as `manifest.json` lists it. */
export interface ListedFile extends PackagedFile {
  readonly category: string;
  readonly record: string;
}

/** Where the bytes of a staged file come from, by its key. */
export type ReadFile = (key: string) => AsyncIterable<Uint8Array>;

/** Copies files of records into the package, each once, under numbers. */
export interface AttachmentFiles {
  /** The files of a record, packaged. */
  add(files: readonly FetchedFile[]): Promise<readonly PackagedFile[]>;
  list(): readonly ListedFile[];
}

export function createAttachmentFiles(files: Pick<PackageFiles, "addBytes">, readFile: ReadFile): AttachmentFiles {
  const listed: ListedFile[] = [];
  return {
    add: async (fetched) => {
      const packaged: PackagedFile[] = [];
      for (const { category, recordId, id, key, name, mediaType } of fetched) {
        const path = `attachments/${listed.length + 1}.${extensionOf(mediaType)}`;
        const { bytes, sha256 } = await files.addBytes(path, readFile(key));
        const file: PackagedFile = { id, path, ...(name === undefined ? {} : { name }), ...(mediaType === undefined ? {} : { mediaType }), bytes, sha256 };
        packaged.push(file);
        listed.push({ category, record: recordId, ...file });
      }
      return packaged;
    },
    list: () => listed,
  };
}

/** What a package holds, with how many files lie in it beside the records; left out where there are none. */
export function withAttachments(counts: Readonly<Record<string, number>>, { length }: readonly ListedFile[]): Readonly<Record<string, number>> {
  return length === 0 ? counts : { ...counts, attachments: length };
}

/**
 * Types that no program runs and no browser takes for a page. All others are `bin`: a page or a drawing with scripts in it that was opened from
 * the package would run them beside the person's data.
 */
const EXTENSIONS: Readonly<Record<string, string>> = {
  "application/gzip": "gz",
  "application/json": "json",
  "application/msword": "doc",
  "application/pdf": "pdf",
  "application/vnd.ms-excel": "xls",
  "application/vnd.ms-powerpoint": "ppt",
  "application/vnd.oasis.opendocument.spreadsheet": "ods",
  "application/vnd.oasis.opendocument.text": "odt",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/zip": "zip",
  "audio/mp4": "m4a",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
  "audio/wav": "wav",
  "audio/webm": "weba",
  "image/bmp": "bmp",
  "image/gif": "gif",
  "image/heic": "heic",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/tiff": "tif",
  "image/webp": "webp",
  "text/calendar": "ics",
  "text/csv": "csv",
  "text/plain": "txt",
  "text/vcard": "vcf",
  "video/mp4": "mp4",
  "video/mpeg": "mpg",
  "video/quicktime": "mov",
  "video/webm": "webm",
};

export function extensionOf(mediaType: string | undefined): string {
  return mediaType !== undefined && Object.hasOwn(EXTENSIONS, mediaType) ? (EXTENSIONS[mediaType] ?? "bin") : "bin";
}
