import { fileMark, type FoundFile } from "../../core/files.js";
import { isObject, rebuilt, type JsonObject } from "./json-values.js";
import { FILE_HOSTS } from "./protocol.js";

/** A file of a record, before it is said whose. */
export type FileLink = Omit<FoundFile, "category" | "recordId">;

const LINK = /https?:\/\/[^\s"'<>\\]+/gi;

/** What in a link's query lets whoever has it read a file. */
const SIGNED = /[?&](?:signature|sig|expires|x-amz-signature)=/i;

/** What is Intercom's by its name, whatever else it may serve. */
const INTERCOMS = /(?:^|\.)intercom[a-z\d-]*\.(?:com|eu|io)$/;

/** What ends a sentence and not the link in it. */
const AFTER_LINK = ".,;:!?)]";

/**
 * A record whose files are still named, with their type and size, but cannot be reached from it any more: links to them are secrets while they
 * last, and of no use half an hour later. The files come beside it, each once however often it is linked, in the order in which they stand.
 */
export function withoutFileLinks(record: unknown, markFor = fileMark): { readonly data: unknown; readonly files: readonly FileLink[] } {
  const files = new Map<string, FileLink>();
  const markAt = (url: string, about: Omit<FileLink, "id" | "place" | "url"> = {}): string => {
    const place = placeOf(url);
    const { id } = files.get(place) ?? { id: String(files.size + 1) };
    files.set(place, { ...files.get(place), id, place, url, ...about });
    return markFor(id);
  };
  const data = rebuilt(record, (value) => {
    if (isWithoutLink(value)) {
      const id = String(files.size + 1);
      files.set(`without a link ${id}`, { id, place: `without a link ${id}`, url: "", ...describe(value) });
      return { by: { ...value, url: markFor(id) } };
    }
    if (isFile(value)) return { by: { ...value, url: markAt(value.url, describe(value)) } };
    if (typeof value !== "string" || !value.includes("://")) return undefined;
    return { by: value.replace(LINK, (link) => linked(link, markAt)) };
  });
  return { data, files: [...files.values()] };
}

/** A text's link, or the mark of the file that it leads to. What leads anywhere else than to Intercom is what was written, however it is signed. */
function linked(link: string, markAt: (url: string) => string): string {
  let end = link.length;
  while (AFTER_LINK.includes(link.charAt(end - 1))) end -= 1;
  const url = link.slice(0, end).replaceAll("&amp;", "&");
  return leadsToFile(url) ? markAt(url) + link.slice(end) : link;
}

/** Where Intercom keeps nothing but files; or another host of its own, where the link is signed. */
function leadsToFile(link: string): boolean {
  if (!URL.canParse(link)) return false;
  const { hostname, pathname } = new URL(link);
  const isAtFiles = FILE_HOSTS.some((host) => (host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host));
  return (isAtFiles && pathname !== "/") || (INTERCOMS.test(hostname) && SIGNED.test(link));
}

/** Marks that stand nowhere in a record: whoever writes `[file 1]` gets nothing by it. Each is a word by itself, so that no name is a part of it. */
export function unwrittenMarks(record: unknown): (id: string) => string {
  let word: string | undefined;
  return (id) => `[${(word ??= unwrittenWord(record))}${id}]`;
}

function unwrittenWord(record: unknown): string {
  const written = new Set((JSON.stringify(record).match(/file\d+x/gi) ?? []).map((word) => word.toLowerCase()));
  let number = 0;
  while (written.has(`file${number}x`)) number += 1;
  return `file${number}x`;
}

/**
 * A record from which something was taken out, as a package marks its files; and those of which a mark is left in it. What belonged to a withheld
 * message is withheld with it, and a name of which something was taken out is nowhere else as it was.
 */
export function filesLeft(record: unknown, files: readonly FileLink[], markFor: (id: string) => string): { readonly data: unknown; readonly files: readonly FileLink[] } {
  if (files.length === 0) return { data: record, files };
  const left = new Set<string>();
  const names = new Map<string, string>();
  const data = rebuilt(record, (value) => {
    if (isFile(value) && typeof value["name"] === "string") names.set(value.url, value["name"]);
    if (typeof value !== "string") return undefined;
    const marked = value.replace(/\[file\d+x(\d+)\]/g, (mark, id: string) => {
      if (mark !== markFor(id)) return mark;
      left.add(id);
      return fileMark(id);
    });
    return { by: marked };
  });
  const named = ({ name: _told, ...file }: FileLink): FileLink => {
    const name = names.get(markFor(file.id));
    return name === undefined ? file : { ...file, name };
  };
  return { data, files: files.filter(({ id }) => left.has(id)).map(named) };
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
