import { DsrError, isDsrError } from "./errors.js";
import { Identifier } from "./identifier.js";
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
    // A URL resolves dots, so that an id of one or two of them would lead to another place than its own.
    if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path.replace(/[?#].*$/s, ""))) throw new DsrError("HOST_REFUSED");
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
  return maybeTextAt(body, ...path) ?? missing("no text", path);
}

/**
 * Where the next page of a list begins, as text; undefined on the last page, where there is nothing, `null` or an empty text.
 * @throws DsrError `VENDOR_MALFORMED` where anything else stands there: it is not known that this was the last page
 */
export function cursorAt(body: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(body, ...path);
  return found === undefined || found === null || found === "" ? undefined : (toId(found) ?? missing("no cursor", path));
}

/**
 * Whose a record is: the address at a path, as an identifier. None where there is none, or nothing that is one person's address by this project's
 * rules, which vendors need not keep.
 * @throws DsrError `VENDOR_MALFORMED` where anything but a text stands there
 */
export function emailsAt(body: unknown, ...path: readonly string[]): readonly Identifier[] {
  const found = valueAt(body, ...path);
  if (found === undefined || found === null || found === "") return [];
  if (typeof found !== "string") return missing("no address", path);
  try {
    return [Identifier.parse("email", found)];
  } catch (error) {
    if (isDsrError(error, "IDENTIFIER_INVALID")) return [];
    throw error;
  }
}

/** An id, as text whether the vendor writes it as text or as a number. @throws DsrError `VENDOR_MALFORMED` where there is none */
export function idAt(body: unknown, ...path: readonly string[]): string {
  return toId(valueAt(body, ...path)) ?? missing("no id", path);
}

/** The list at a path: an answer without it is never an empty one. @throws DsrError `VENDOR_MALFORMED` */
export function listAt(body: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(body, ...path);
  return Array.isArray(found) ? (found as readonly unknown[]) : missing("no list", path);
}

/** The record that was asked for, and no other one; `key` is what the vendor calls its id. @throws DsrError `VENDOR_MALFORMED`, or what is named */
export function sameId(body: unknown, id: string, { key = "id", otherwise = "VENDOR_MALFORMED" }: { readonly key?: string; readonly otherwise?: "VENDOR_MALFORMED" | "OUTCOME_UNKNOWN" } = {}): unknown {
  return toId(valueAt(body, key)) === id ? body : missing("not the id that was asked for", [key], otherwise);
}

/** When it is now, by the host's clock, as provenance tells it. */
export function timeOf({ clock }: Pick<ConnectorContext, "clock">): string {
  return new Date(clock.now()).toISOString();
}

/** A number that is not exact any more once it was read as JSON may be another one's. */
function toId(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Names the place in the connector's own words, and nothing of what stands there. */
function missing(what: string, path: readonly string[], code: "VENDOR_MALFORMED" | "OUTCOME_UNKNOWN" = "VENDOR_MALFORMED"): never {
  throw new DsrError(code, { at: `/${path.join("/")}`, reason: `there is ${what}` });
}
