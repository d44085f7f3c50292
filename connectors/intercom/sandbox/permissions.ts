import type { Reply } from "./reply.js";
import { failure } from "./reply.js";
import type { Exchange, Needs, Route } from "./route.js";
import type { ScopeId } from "./scopes.js";
import type { Switches } from "./switches.js";

/** Refuses a token that lacks a permission, in the shape that the endpoint's age gives it. */
export function refuseMissingScope(route: Route, exchange: Exchange, switches: Switches): Reply | undefined {
  const missing = route.needs(switches, exchange).find((anyOf) => !anyOf.some((scope) => exchange.token.scopes.has(scope)));
  const scope = missing?.[0];
  return scope === undefined ? undefined : missingScope(scope, route.age, switches);
}

export function missingScope(scope: ScopeId, age: Route["age"], switches: Switches): Reply {
  const shape = switches.missingScopeShape === "by_endpoint" ? (age === "older" ? "token_unauthorized" : "forbidden") : switches.missingScopeShape;
  return shape === "forbidden"
    ? failure(403, "forbidden", `You do not have the required scope (${scope}) to access this resource`)
    : failure(401, "token_unauthorized", "Not authorized to access resource");
}

export function readsOnePerson(switches: Switches): Needs {
  return [switches.listScopeCoversSingle ? ["read_single_user", "read_users_companies"] : ["read_single_user"]];
}

export function writesPeople(switches: Switches): Needs {
  return [switches.readWriteUsersDeletes ? ["write_users_companies", "read_write_users"] : ["write_users_companies"]];
}

/** For endpoints that always need the same permissions, each of them. */
export function all(...scopes: readonly ScopeId[]): () => Needs {
  return () => scopes.map((scope) => [scope]);
}
