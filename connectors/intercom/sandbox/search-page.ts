import type { Reply } from "./reply.js";
import { failure, isRecord } from "./reply.js";
import type { SearchableFields } from "./search-query.js";
import { compileQuery } from "./search-query.js";
import type { Switches } from "./switches.js";

type Documents = readonly Record<string, unknown>[];
type Position = { readonly at: number; readonly id: string; readonly page: number };

export type SearchPage = {
  readonly items: Documents;
  readonly totalCount: number;
  readonly pages: Record<string, unknown>;
};

export type SearchLimits = { readonly perPage: number; readonly maxPerPage: number };

/**
 * One page of a search, oldest first unless sorted otherwise. The cursor is read from the body alone: Intercom ignores one in
 * the query string and answers page 1 again, which is how loops without end come about.
 */
export function searchPage(body: unknown, documents: Documents, fields: SearchableFields, limits: SearchLimits, switches: Switches): SearchPage | Reply {
  const request = isRecord(body) ? body : {};
  const predicate = compileQuery(request["query"], fields, switches);
  if (typeof predicate !== "function") return failure(predicate.status, predicate.code, predicate.message);
  const direction = sortDirection(request["sort"]);
  if (direction === undefined) return failure(400, "invalid_sort_order", "sort.order is ascending or descending");

  const pagination = isRecord(request["pagination"]) ? request["pagination"] : {};
  const perPage = pageSize(pagination["per_page"], limits);
  const after = readCursor(pagination["starting_after"]);
  if (after === null) return failure(400, "parameter_invalid", "starting_after is not a cursor");

  const found = documents.filter(predicate).sort((left, right) => direction * order(position(left, 0), position(right, 0)));
  const rest = after === undefined ? found : found.filter((item) => direction * order(position(item, 0), after) > 0);
  const items = rest.slice(0, perPage);
  const page = (after?.page ?? 0) + 1;
  const last = items.at(-1);
  const more = rest.length > items.length || (switches.fullLastPageHasNext && items.length === perPage);
  const next = more && last !== undefined ? { page: page + 1, per_page: perPage, starting_after: writeCursor(position(last, page)) } : undefined;
  return {
    items,
    totalCount: found.length,
    pages: {
      type: "pages",
      page,
      per_page: perPage,
      total_pages: Math.max(1, Math.ceil(found.length / perPage)),
      ...(next === undefined ? (switches.lastPageNext === "null" ? { next: null } : {}) : { next }),
    },
  };
}

function sortDirection(sort: unknown): 1 | -1 | undefined {
  if (sort === undefined) return 1;
  const order = isRecord(sort) ? (sort["order"] ?? "ascending") : undefined;
  return order === "ascending" ? 1 : order === "descending" ? -1 : undefined;
}

function pageSize(asked: unknown, limits: SearchLimits): number {
  if (typeof asked !== "number" || !Number.isInteger(asked) || asked < 1) return limits.perPage;
  return Math.min(asked, limits.maxPerPage);
}

function position(document: Record<string, unknown>, page: number): Position {
  const createdAt = document["created_at"];
  return { at: typeof createdAt === "number" ? createdAt : 0, id: String(document["id"]), page };
}

function order(left: Position, right: Position): number {
  return left.at - right.at || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

/** Looks like Intercom's own, and is as opaque: base64 of a short list. */
export function writeCursor({ at, id, page }: Position): string {
  return Buffer.from(JSON.stringify([at, id, page])).toString("base64");
}

/** Undefined where none was sent, null where it is not one of ours. */
function readCursor(cursor: unknown): Position | undefined | null {
  if (cursor === undefined || cursor === null) return undefined;
  if (typeof cursor !== "string") return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64").toString("utf8"));
    if (!Array.isArray(parts)) return null;
    const [at, id, page] = parts as readonly unknown[];
    return typeof at === "number" && typeof id === "string" && typeof page === "number" ? { at, id, page } : null;
  } catch {
    return null;
  }
}
