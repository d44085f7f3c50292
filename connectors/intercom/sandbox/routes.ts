import { ACCOUNT_ROUTES } from "./account-endpoints.js";
import { CONTACT_ROUTES } from "./contact-endpoints.js";
import { CONTACT_LIST_ROUTES } from "./contact-list-endpoints.js";
import type { Route } from "./route.js";
import { matchPath } from "./route.js";

/** Every endpoint of the sandbox; a literal path stands before one with a name in its place. */
export const ROUTES: readonly Route[] = [...ACCOUNT_ROUTES, ...CONTACT_ROUTES, ...CONTACT_LIST_ROUTES];

export function findRoute(method: string, path: string): { readonly route: Route; readonly params: Record<string, string> } | undefined {
  for (const route of ROUTES) {
    const params = route.method === method ? matchPath(route.template, path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}
