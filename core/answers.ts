import { DsrError } from "./errors.js";
import type { ConnectorContext } from "./ports.js";
import type { VendorProtocol } from "./vendor-protocol.js";

/** What a vendor answered, as far as the seam lets it through: a success, or an error status that the operation declares. */
export interface VendorAnswer {
  readonly status: number;
  /** JSON, to be read with the functions below; undefined where a bare 202 or 204 acknowledges without saying anything. */
  readonly body: unknown;
  /** To be spread into provenance and answers. */
  readonly requestId: { readonly vendorRequestId?: string };
}

/** Makes one call; `path` begins with a slash, and `body` is sent as JSON. */
export type Call = (context: ConnectorContext, method: string, path: string, body?: unknown) => Promise<VendorAnswer>;

/** Calls a vendor whose API is plain JSON. Where there is an OpenAPI description, a client made from it does as well: it takes the context's `fetch`. */
export function callsOf({ requestIdHeader }: Pick<VendorProtocol, "requestIdHeader">): Call {
  return async (context, method, path, body) => {
    const sent = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await context.fetch(new Request(context.apiOrigin + path, { method, ...sent }));
    return { status: response.status, body: await response.json().catch(() => undefined), requestId: requestIdOf(response, requestIdHeader) };
  };
}

/** The vendor's id of the call, where it is one. */
export function requestIdOf(response: Pick<Response, "headers">, header: string | undefined): VendorAnswer["requestId"] {
  const id = header === undefined ? null : response.headers.get(header);
  return id !== null && /^[\w.:-]{1,100}$/.test(id) ? { vendorRequestId: id } : {};
}

/** What stands at a path of own members, or undefined. */
export function valueAt(body: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined), body);
}

/** The text at a path; undefined where there is none, or nothing in it. */
export function maybeTextAt(body: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(body, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** @throws DsrError `VENDOR_MALFORMED` where there is no text */
export function textAt(body: unknown, ...path: readonly string[]): string {
  const found = maybeTextAt(body, ...path);
  if (found === undefined) throw new DsrError("VENDOR_MALFORMED");
  return found;
}

/** The list at a path: an answer without it is never an empty one. @throws DsrError `VENDOR_MALFORMED` */
export function listAt(body: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(body, ...path);
  if (!Array.isArray(found)) throw new DsrError("VENDOR_MALFORMED");
  return found as readonly unknown[];
}

/** The record that was asked for, and no other one. @throws DsrError `VENDOR_MALFORMED`, or the code that is named */
export function sameId(body: unknown, id: string, otherwise: "VENDOR_MALFORMED" | "OUTCOME_UNKNOWN" = "VENDOR_MALFORMED"): unknown {
  if (valueAt(body, "id") !== id) throw new DsrError(otherwise);
  return body;
}
