import { DsrError } from "../../core/errors.js";
import type { Operation } from "../../core/vendor-protocol.js";

export interface Route {
  readonly operation: Operation;
  /** Method and path template, without values: what may stand in a log. */
  readonly name: string;
}

interface CompiledRoute extends Route {
  readonly pattern: RegExp;
}

/**
 * Finds the operation that a request is. A request for another origin, or that fits no operation, is refused: whatever an id or a
 * link contains, the token goes nowhere else and no other endpoint is called.
 */
export function createRouter(operations: readonly Operation[], apiOrigin: string): (method: string, url: URL) => Route {
  const origin = new URL(apiOrigin).origin;
  const routes = routesOf(operations);
  return (method, url) => {
    if (url.origin !== origin || url.username !== "" || url.password !== "") throw new DsrError("HOST_REFUSED");
    // An encoded slash may be decoded on the way and then names another path; dots are resolved by `URL` before they get here.
    if (/%(?:2f|5c|00)/i.test(url.pathname)) throw new DsrError("HOST_REFUSED");
    for (const route of routes) {
      if (route.operation.method === method && route.pattern.test(url.pathname)) return route;
    }
    throw new DsrError("HOST_REFUSED");
  };
}

/** A vendor's operations are the same for every session. */
const compiled = new WeakMap<readonly Operation[], readonly CompiledRoute[]>();

function routesOf(operations: readonly Operation[]): readonly CompiledRoute[] {
  const known = compiled.get(operations);
  if (known !== undefined) return known;
  const routes = operations.map(compile).sort((a, b) => countParameters(a) - countParameters(b));
  compiled.set(operations, routes);
  return routes;
}

function compile(operation: Operation): CompiledRoute {
  const pattern = operation.path
    .split(/\{[^{}]+\}/)
    .map((literal) => literal.replace(/[.*+?^$()|[\]\\]/g, "\\$&"))
    .join("[^/]+");
  return { operation, name: `${operation.method} ${operation.path}`, pattern: new RegExp(`^${pattern}$`) };
}

/** Fixed paths are tried first: `/contacts/search` is not the contact whose id is `search`. */
function countParameters(route: Route): number {
  return route.operation.path.split("{").length;
}
