import type { Fault } from "./faults.js";
import { writeCursor } from "./search-page.js";
import type { Reply } from "./reply.js";
import { empty, failure, html, isRecord, json, redirect } from "./reply.js";

/** An answer that comes instead of the true one, and how many of Intercom's own headers it carries. */
export type Instead = { readonly reply: Reply; readonly headers: "all" | "without_rate" | "none" };

/** The answer of a fault that keeps the request from being carried out; undefined where the fault comes afterwards. */
export function insteadOf(fault: Fault): Instead | undefined {
  switch (fault.kind) {
    case "reset_before": return { reply: empty(500), headers: "none" };
    case "html_502": return { reply: html(502, "<html><body><h1>502 Bad Gateway</h1></body></html>"), headers: "none" };
    case "html_403": return { reply: html(403, "<html><body><h1>403 Forbidden</h1></body></html>", { server: "awselb/2.0" }), headers: "none" };
    case "redirect": return { reply: redirect(fault.to, fault.status ?? 302), headers: "all" };
    case "retry_after": return { reply: refusal(fault.status ?? 429, { "retry-after": fault.value }), headers: "all" };
    case "status": return fault.applied === true ? undefined : { reply: statusReply(fault), headers: rateHeadersOf(fault) };
    default: return undefined;
  }
}

export function rateHeadersOf(fault: Fault | undefined): "all" | "without_rate" {
  return fault?.kind === "status" && fault.rateHeaders === false ? "without_rate" : "all";
}

/** How long a deletion takes under this fault; infinite where it never happens. */
export function deletionTakesMs(fault: Fault | undefined): number {
  switch (fault?.kind) {
    case "deleted_false":
    case "acknowledged_without_effect": return Number.POSITIVE_INFINITY;
    case "still_readable_for": return fault.durationMs;
    default: return 0;
  }
}

/** What a fault makes of the true answer. */
export function spoil(fault: Fault, reply: Reply, requestBody: unknown): Reply {
  switch (fault.kind) {
    case "empty_200": return { ...reply, status: 200, content: { text: "" } };
    case "html_200": return html(200, "<!doctype html><title>Intercom</title><p>One moment, please.</p>");
    case "no_content_204": return empty(204);
    case "status": return statusReply(fault);
    case "deep_json": return { ...reply, status: 200, content: { text: '{"a":'.repeat(fault.depth) + "1" + "}".repeat(fault.depth) } };
    case "cut_json": return "json" in reply.content ? { ...reply, content: { text: half(JSON.stringify(reply.content.json)) } } : reply;
    // An error is no list and no record.
    default: return "json" in reply.content && (reply.status < 300 || fault.kind === "rewrite") ? { ...reply, content: { json: spoilJson(fault, reply.content.json, requestBody) } } : reply;
  }
}

function spoilJson(fault: Fault, body: unknown, requestBody: unknown): unknown {
  if (fault.kind === "rewrite") return fault.rewrite(body);
  if (!isRecord(body)) return body;
  switch (fault.kind) {
    case "deleted_false": return { ...body, deleted: false };
    case "wrong_object": return { ...body, id: fault.id ?? "000000000000000000000000" };
    case "wrong_email": return withFirstEmail(body, fault.email ?? "someone.else@example.test");
    case "missing_data_key": return Object.fromEntries(Object.entries(body).filter(([, value]) => !Array.isArray(value)));
    case "repeated_cursor": return withNext(body, requestBody);
    default: return body;
  }
}

function statusReply({ status, body, headers }: Extract<Fault, { kind: "status" }>): Reply {
  return body === undefined ? refusal(status, headers) : json(body, status, headers);
}

function refusal(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return status === 429
    ? failure(429, "rate_limit_exceeded", "Exceeded rate limit of 83 in 10_seconds", headers)
    : failure(status, status >= 500 ? "server_error" : "client_error", "Something went wrong", headers);
}

function withFirstEmail(body: Record<string, unknown>, email: string): Record<string, unknown> {
  if (!Array.isArray(body["data"])) return { ...body, email };
  const items: readonly unknown[] = body["data"];
  return { ...body, data: items.map((item, index) => (index === 0 && isRecord(item) ? { ...item, email } : item)) };
}

/** The cursor that came in, or, on the first page, one that will come back for ever. */
function withNext(body: Record<string, unknown>, requestBody: unknown): Record<string, unknown> {
  const pages = isRecord(body["pages"]) ? body["pages"] : {};
  if (typeof pages["next"] === "string") return body;
  const asked = isRecord(requestBody) && isRecord(requestBody["pagination"]) ? requestBody["pagination"]["starting_after"] : undefined;
  const cursor = typeof asked === "string" ? asked : writeCursor({ at: 0, id: "", page: 1 });
  return { ...body, pages: { ...pages, next: { page: 2, per_page: pages["per_page"] ?? 50, starting_after: cursor } } };
}

function half(text: string): string {
  return text.slice(0, Math.ceil(text.length / 2));
}
