import { DsrError } from "../../core/errors.js";
import type { components } from "./api/schema.js";

type LinkPages = components["schemas"]["LinkPages"];

/** Where the next page of a list begins: a page number or a cursor, whichever the vendor's link carries. */
export type PageParameters = { readonly page: number } | { readonly starting_after: string };

/**
 * Reads the next page's parameters. The link itself is never followed: a genuine one names `api.intercom.io` even for another region or a
 * proxy, so origin and path stay ours, and only the known paging parameters are taken from it.
 * @throws DsrError `VENDOR_MALFORMED` when there is a next page and no known parameter leads to it.
 */
export function nextPage(pages: LinkPages | undefined): PageParameters | undefined {
  const next = pages?.next;
  if (next == null || next === "") return undefined;
  if (typeof next === "object") {
    if (typeof next.starting_after === "string" && next.starting_after !== "") return { starting_after: next.starting_after };
    throw new DsrError("VENDOR_MALFORMED");
  }
  if (!URL.canParse(next, "https://api.intercom.io")) throw new DsrError("VENDOR_MALFORMED");
  const parameters = new URL(next, "https://api.intercom.io").searchParams;
  const page = Number(parameters.get("page"));
  if (Number.isSafeInteger(page) && page > 0) return { page };
  const cursor = parameters.get("starting_after") ?? parameters.get("cursor");
  if (cursor === null || cursor === "") throw new DsrError("VENDOR_MALFORMED");
  return { starting_after: cursor };
}
