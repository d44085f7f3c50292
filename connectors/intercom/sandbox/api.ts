import type { AppRegistration } from "./oauth.js";
import { refuseMissingScope } from "./permissions.js";
import type { RateWindow } from "./rate-window.js";
import type { Reply } from "./reply.js";
import { failure } from "./reply.js";
import type { Exchange, Route, World } from "./route.js";
import type { Switches } from "./switches.js";
import type { IssuedToken, TokenRegister } from "./tokens.js";
import { notInVersion, readVersion, unknownVersion } from "./version.js";

/** A request of the API, read but not yet believed. */
export type ApiRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
  readonly now: number;
  readonly deletionTakesMs: number;
  readonly found: { readonly route: Route; readonly params: Record<string, string> } | undefined;
};

/** Who is asking: a token that counts, or the refusal. */
export function authenticate(headers: Headers, url: URL, tokens: TokenRegister, switches: Switches): IssuedToken | Reply {
  const value = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const token = value === undefined ? undefined : tokens.find(value);
  if (token === undefined) return failure(401, "unauthorized", "Access Token Invalid");
  if (token.revoked) {
    return switches.revokedTokenAnswers === "token_revoked"
      ? failure(401, "token_revoked", "The access token was revoked")
      : failure(401, "unauthorized", "Access Token Invalid");
  }
  if (token.teammateLeft && switches.formerTeammateToken === "rejected") return failure(401, "unauthorized", "Access Token Invalid");
  const region = /^api\.(eu|au)\.intercom\.io$/.exec(url.hostname)?.[1]?.toUpperCase();
  const foreign = region !== undefined && region !== token.admin.workspace.region;
  return foreign && switches.foreignRegionTokenRejected ? failure(401, "unauthorized", "Access Token Invalid") : token;
}

/** Everything between a valid token and an endpoint's own answer: rate, version, media type, plan, permission, existence. */
export function answerApi(request: ApiRequest, token: IssuedToken, rate: RateWindow, app: AppRegistration, world: World): Reply {
  if (!rate.admit(request.now)) return rate.refusal();
  const version = readVersion(request.headers.get("intercom-version"), app.version);
  if (version === undefined) return unknownVersion();
  if (!acceptsJson(request.headers.get("accept"))) {
    return failure(406, "media_type_not_acceptable", "The Accept header should send a media type of application/json");
  }
  if (request.found === undefined) return failure(404, "not_found", "The requested resource was not found");
  const { route, params } = request.found;
  if (version.minor < (route.sinceMinor ?? 0)) return notInVersion();

  const body = parse(request.text);
  if (body === MALFORMED) return failure(400, "bad_request", "The body is not JSON");
  const { method, url, now, deletionTakesMs } = request;
  const exchange: Exchange = { method, url, params, body, version, token, now, deletionTakesMs };
  if (token.planRestricted && route.template !== "/me") return failure(403, "api_plan_restricted", "Active subscription needed.");
  const refusal = refuseMissingScope(route, exchange, world.switches);
  const absence = world.switches.scopeCheckBeforeExistence ? undefined : route.absence?.(world, exchange);
  return (refusal === undefined ? undefined : (absence ?? refusal)) ?? route.answer(world, exchange);
}

const MALFORMED = Symbol("malformed");

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return MALFORMED;
  }
}

function acceptsJson(accept: string | null): boolean {
  return accept === null || /\*\/\*|application\/(\*|json|octet-stream)|text\/plain/i.test(accept);
}
