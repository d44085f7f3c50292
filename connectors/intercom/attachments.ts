import { isObject, rebuilt } from "./json-values.js";

/** A link whose query lets whoever has it read a file. */
const SIGNED_LINK = /https?:\/\/[^\s"'<>\\]+?[?&](?:amp;)?(?:signature|sig|expires|x-amz-signature)=[^\s"'<>\\]*/gi;
const TAKEN_OUT = "[link to a file]";

/**
 * A record whose files are still named, with their type and size, but cannot be reached from it any more: links to them are secrets while
 * they last, and of no use half an hour later. `count` says how many files there are.
 */
export function withoutFileLinks(record: unknown): { readonly data: unknown; readonly count: number } {
  const files = new Set<string>();
  const data = rebuilt(record, (value) => {
    if (isFile(value)) {
      files.add(placeOf(value.url));
      const { url: _, ...kept } = value;
      return { by: kept };
    }
    if (typeof value !== "string" || !value.includes("://")) return undefined;
    return {
      by: value.replace(SIGNED_LINK, (link) => {
        files.add(placeOf(link));
        return TAKEN_OUT;
      }),
    };
  });
  return { data, count: files.size };
}

function isFile(value: unknown): value is { readonly url: string } {
  return isObject(value) && typeof value["url"] === "string" && (value["type"] === "upload" || "content_type" in value || "filesize" in value);
}

/** The same file is linked anew, with another signature, wherever it is shown. */
function placeOf(link: string): string {
  return link.split("?")[0] ?? link;
}
