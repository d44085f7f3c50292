import { DsrError } from "../../core/errors.js";
import type { DeletionProof, Target } from "../../core/ports.js";
import type { IntercomClient } from "./client.js";
import type { Decided } from "./erasure-policies.js";
import { listOf, member } from "./json-values.js";
import { nextPage, type PageParameters } from "./paging.js";

/** Source: `GET /conversations/deleted` of version 2.16. */
const PER_PAGE = 60;

/** What was deleted a moment ago stands on top; others delete as well. */
const PAGES_BESIDE = 2;

/** What Intercom's list of deleted conversations says of those among the targets; of nothing else does it keep one. */
export async function deletionsListed(client: IntercomClient, targets: readonly Target[], { erasesMetrics }: Decided): Promise<readonly DeletionProof[]> {
  const wanted = targets.filter(({ category }) => category === "conversation");
  const listed = await findListed(client, new Set(wanted.map(({ id }) => id)));
  return wanted.map(({ category, id }) => {
    const entry = listed.get(id);
    const residual = erasesMetrics && entry?.metricsRetained !== false ? (entry?.metricsRetained === true ? "REPORTING_KEPT" : "REPORTING_UNPROVEN") : undefined;
    return { category, id, ...(entry?.at === undefined ? {} : { listedAt: entry.at }), ...(residual === undefined ? {} : { residual }) };
  });
}

interface Entry {
  readonly at: string | undefined;
  readonly metricsRetained: unknown;
}

async function findListed(client: IntercomClient, wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, Entry>> {
  const found = new Map<string, Entry>();
  const most = Math.ceil(wanted.size / PER_PAGE) + PAGES_BESIDE;
  let from: PageParameters | undefined;
  for (let page = 1; found.size < wanted.size && page <= most; page++) {
    const { data } = await client.GET("/conversations/deleted", { params: { query: { per_page: PER_PAGE, order: "desc", ...from } } });
    if (!Array.isArray(data?.conversations)) throw new DsrError("VENDOR_MALFORMED");
    for (const each of listOf(data.conversations)) {
      const id = String(member(each, "id"));
      if (wanted.has(id)) found.set(id, { at: timeOf(member(each, "deleted_at")), metricsRetained: member(each, "metrics_retained") });
    }
    from = nextPage(data.pages);
    if (from === undefined) break;
  }
  return found;
}

/** Unix seconds, as ISO 8601. */
function timeOf(seconds: unknown): string | undefined {
  const ms = typeof seconds === "number" ? seconds * 1000 : NaN;
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined;
}
