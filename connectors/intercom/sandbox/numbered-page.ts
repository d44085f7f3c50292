import type { Reply } from "./reply.js";
import { json } from "./reply.js";

/** The links of lists name Intercom's own host, whatever address the request went to. */
export const LINK_ORIGIN = "https://api.intercom.io";

export type NumberedPage = {
  readonly type?: string;
  readonly key: string;
  readonly perPage: number;
  readonly maxPerPage: number;
  readonly next: "url" | "cursor_object";
};

/** One page of a list that counts its pages; the way on is a link with every parameter of the request, or a cursor object. */
export function numberedPage(url: URL, items: readonly Record<string, unknown>[], { type = "list", key, perPage: usual, maxPerPage, next }: NumberedPage): Reply {
  const perPage = Math.min(positive(url.searchParams.get("per_page")) ?? usual, maxPerPage);
  const page = positive(url.searchParams.get("page")) ?? positive(url.searchParams.get("starting_after")) ?? 1;
  const totalPages = Math.max(1, Math.ceil(items.length / perPage));
  return json({
    type,
    [key]: items.slice((page - 1) * perPage, page * perPage),
    total_count: items.length,
    pages: { type: "pages", next: page >= totalPages ? null : way(url, page + 1, perPage, next), page, per_page: perPage, total_pages: totalPages },
  });
}

function way(url: URL, page: number, perPage: number, next: NumberedPage["next"]): unknown {
  if (next === "cursor_object") return { page, per_page: perPage, starting_after: String(page) };
  const link = new URL(url.pathname + url.search, LINK_ORIGIN);
  link.searchParams.set("page", String(page));
  link.searchParams.set("per_page", String(perPage));
  return link.href;
}

export function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
