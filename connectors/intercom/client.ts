import createClient, { type Client } from "openapi-fetch";
import { requestIdOf as idInHeader } from "../../core/answers.js";
import { DsrError } from "../../core/errors.js";
import type { ConnectorContext } from "../../core/ports.js";
import type { components, paths } from "./api/schema.js";
import { protocol } from "./protocol.js";

export type IntercomClient = Client<paths>;
export type Contact = components["schemas"]["Contact"];

/** The typed client over the seam's `fetch`. Retries, pacing, the token and the version header are the seam's. */
export function createIntercomClient(context: ConnectorContext): IntercomClient {
  return createClient<paths>({ baseUrl: context.apiOrigin, fetch: context.fetch });
}

export function isId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,128}$/.test(text);
}

/**
 * An id that may stand in a path. Intercom's ids are short words; anything else would reach another endpoint or none.
 * @throws DsrError `VENDOR_MALFORMED`
 */
export function checkedId(received: unknown): string {
  const id = typeof received === "number" ? String(received) : received;
  if (typeof id !== "string" || !isId(id)) throw new DsrError("VENDOR_MALFORMED");
  return id;
}

/**
 * A contact as it may be compared: with an id, and with text for an address where it has one.
 * @throws DsrError `VENDOR_MALFORMED`
 */
export function checkedContact(received: unknown): Contact {
  const { id, email } = (received ?? {}) as { readonly id?: unknown; readonly email?: unknown };
  if (email != null && typeof email !== "string") throw new DsrError("VENDOR_MALFORMED");
  checkedId(id);
  return received as Contact;
}

/** @throws DsrError `VENDOR_MALFORMED` when the answer is about another object than the one that was asked for. */
export function expectId(record: { readonly id?: unknown } | undefined, id: string): void {
  if (checkedId(record?.id) !== id) throw new DsrError("VENDOR_MALFORMED");
}

/** The id that a 410 answer names as the contact that absorbed this one: `Link: </contacts/ID>; rel="canonical"`. */
export function mergedInto(response: Response): string | undefined {
  return /<(?:https:\/\/[a-z0-9.-]+)?\/contacts\/([A-Za-z0-9_-]{1,128})>;\s*rel="?canonical"?/i.exec(response.headers.get("link") ?? "")?.[1];
}

export function requestIdOf(response: Response): { readonly vendorRequestId?: string } {
  return idInHeader(response, protocol.requestIdHeader);
}
