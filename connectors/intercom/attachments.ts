import { fileMark, type FoundFile } from "../../core/files.js";
import { isObject, rebuilt, type JsonObject } from "./json-values.js";

/** A file of a record, before it is said whose. */
export type FileLink = Omit<FoundFile, "category" | "recordId">;

/** A link whose query lets whoever has it read a file. */
const SIGNED_LINK = /https?:\/\/[^\s"'<>\\]+?[?&](?:amp;)?(?:signature|sig|expires|x-amz-signature)=[^\s"'<>\\]*/gi;

/**
 * A record whose files are still named, with their type and size, but cannot be reached from it any more: links to them are secrets while they
 * last, and of no use half an hour later. The files come beside it, each once however often it is linked, in the order in which they stand.
 */
export function withoutFileLinks(record: unknown): { readonly data: unknown; readonly files: readonly FileLink[] } {
  const files = new Map<string, FileLink>();
  const markOf = (url: string, about: Omit<FileLink, "id" | "place" | "url"> = {}): string => {
    const place = placeOf(url);
    const { id } = files.get(place) ?? { id: String(files.size + 1) };
    files.set(place, { ...files.get(place), id, place, url, ...about });
    return fileMark(id);
  };
  const data = rebuilt(record, (value) => {
    if (isWithoutLink(value)) {
      const id = String(files.size + 1);
      files.set(`without a link ${id}`, { id, place: `without a link ${id}`, url: "", ...describe(value) });
      return { by: { ...value, url: fileMark(id) } };
    }
    if (isFile(value)) return { by: { ...value, url: markOf(value.url, describe(value)) } };
    if (typeof value !== "string" || !value.includes("://")) return undefined;
    return { by: value.replace(SIGNED_LINK, (link) => markOf(link.replaceAll("&amp;", "&"))) };
  });
  return { data, files: [...files.values()] };
}

/** The names that files still have in a record from which something was taken out, by their marks: a mark may also stand in a text alone. */
export function fileNames(record: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  rebuilt(record, (value) => {
    if (isFile(value) && typeof value["name"] === "string") names.set(value.url, value["name"]);
    return undefined;
  });
  return names;
}

type LinkedFile = Readonly<Record<string, unknown>> & { readonly url: string };

/** What an answer was drawn from has a link and a `content_type` as well, such as `article`: that is a page, and no file of anybody's. */
function isFile(value: unknown): value is LinkedFile {
  if (!isObject(value) || typeof value["url"] !== "string" || value["url"] === "") return false;
  const { type, content_type: mediaType } = value;
  return type === "upload" || "filesize" in value || (typeof mediaType === "string" && mediaType.includes("/"));
}

/** A file that was sent, and that Intercom names without giving it out. */
function isWithoutLink(value: unknown): value is JsonObject {
  return isObject(value) && value["type"] === "upload" && (value["url"] == null || value["url"] === "");
}

function describe({ name, content_type: mediaType, filesize: bytes }: JsonObject): Omit<FileLink, "id" | "place" | "url"> {
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof mediaType === "string" && mediaType !== "" ? { mediaType } : {}),
    ...(typeof bytes === "number" && bytes >= 0 ? { bytes } : {}),
  };
}

/** The same file is linked anew, with another signature, wherever it is shown. */
function placeOf(link: string): string {
  return link.split("?")[0] ?? link;
}
