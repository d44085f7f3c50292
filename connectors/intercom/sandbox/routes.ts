import { ACCOUNT_ROUTES } from "./account-endpoints.js";
import { CONTACT_ROUTES } from "./contact-endpoints.js";
import { CONTACT_LIST_ROUTES } from "./contact-list-endpoints.js";
import { CONVERSATION_ROUTES } from "./conversation-endpoints.js";
import { CONVERSATION_CHANGE_ROUTES } from "./conversation-change-endpoints.js";
import { CUSTOM_OBJECT_ROUTES } from "./custom-object-endpoints.js";
import { EVENT_ROUTES } from "./event-endpoints.js";
import { INACTIVE_CONTACT_ROUTES } from "./inactive-contact-endpoints.js";
import { PHONE_CALL_ROUTES } from "./phone-call-endpoints.js";
import type { Route } from "./route.js";
import { matchPath } from "./route.js";
import { TICKET_ROUTES } from "./ticket-endpoints.js";

/** Every endpoint of the sandbox; a literal path stands before one with a name in its place. */
export const ROUTES: readonly Route[] = [
  ...ACCOUNT_ROUTES,
  ...INACTIVE_CONTACT_ROUTES,
  ...CONTACT_ROUTES,
  ...CONTACT_LIST_ROUTES,
  ...CONVERSATION_ROUTES,
  ...CONVERSATION_CHANGE_ROUTES,
  ...TICKET_ROUTES,
  ...EVENT_ROUTES,
  ...PHONE_CALL_ROUTES,
  ...CUSTOM_OBJECT_ROUTES,
];

export function findRoute(method: string, path: string): { readonly route: Route; readonly params: Record<string, string> } | undefined {
  for (const route of ROUTES) {
    const params = route.method === method ? matchPath(route.template, path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}
