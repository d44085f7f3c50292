import { DsrError } from "../../core/errors.js";
import type { ConnectorContext } from "../../core/ports.js";

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: { readonly vendorRequestId?: string };
}

/** What arrives here was accepted by the seam: a success, or an error status that the operation declares as an answer. A client made from an OpenAPI description does as well. */
export async function call(context: ConnectorContext, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await context.fetch(new Request(context.apiOrigin + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }));
  const id = response.headers.get("x-request-id");
  // The seam lets nothing but JSON through, except a bare 202 or 204: such an acknowledgement says nothing.
  return { status: response.status, body: await response.json().catch(() => undefined), requestId: id === null ? {} : { vendorRequestId: id } };
}

// Shapes are checked where they are used: an answer without its list is malformed, and never an empty list.

/** The text at a path, or undefined. */
export function maybe(body: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined), body);
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function text(body: unknown, ...path: readonly string[]): string {
  const found = maybe(body, ...path);
  if (found === undefined) throw new DsrError("VENDOR_MALFORMED");
  return found;
}

export function list(body: unknown, key: string): readonly unknown[] {
  const found = (body as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  if (!Array.isArray(found)) throw new DsrError("VENDOR_MALFORMED");
  return found;
}

/** The record that was asked for, and no other one. */
export function sameId(body: unknown, id: string, otherwise: "VENDOR_MALFORMED" | "OUTCOME_UNKNOWN" = "VENDOR_MALFORMED"): Readonly<Record<string, unknown>> {
  if (maybe(body, "id") !== id) throw new DsrError(otherwise);
  return body as Readonly<Record<string, unknown>>;
}
