import type { SandboxAnswer } from "./answer.js";
import { finish } from "./answer.js";
import { answerApi, authenticate } from "./api.js";
import type { CallRecord } from "./call-log.js";
import type { Fault } from "./faults.js";
import type { Instead } from "./faulty-reply.js";
import { deletionTakesMs, insteadOf, rateHeadersOf, spoil } from "./faulty-reply.js";
import { spoilWire } from "./faulty-wire.js";
import type { AppRegistration, OAuthPages } from "./oauth.js";
import type { RateWindow } from "./rate-window.js";
import type { Reply } from "./reply.js";
import { failure } from "./reply.js";
import type { World } from "./route.js";
import { findRoute } from "./routes.js";
import type { TokenRegister } from "./tokens.js";

/** What a request meets on its way through the sandbox. */
export type Parts = {
  readonly tokens: TokenRegister;
  readonly oauth: OAuthPages;
  readonly rate: RateWindow;
  readonly app: AppRegistration;
  readonly world: World;
  readonly readLagMs: number;
};

export type Arrival = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly now: number;
};

type Dispatched = { readonly answer: SandboxAnswer } & Pick<CallRecord, "kind" | "operation">;
type Answered = Instead & Pick<CallRecord, "kind" | "operation">;

/** Finds who answers, and lays the fault over what they say: before the effect, after it, or on the wire. */
export function dispatch(parts: Parts, arrival: Arrival, fault: Fault | undefined): Dispatched {
  const instead = fault === undefined ? undefined : insteadOf(fault);
  const answered = instead === undefined ? answerTruly(parts, arrival, fault) : { ...instead, ...placed(parts, arrival) };
  if (instead !== undefined && answered.kind === "api") parts.rate.admit(arrival.now);
  const reply = fault === undefined || instead !== undefined ? answered.reply : spoil(fault, answered.reply, parsed(arrival.text));
  const answer = dressed({ ...answered, reply }, parts, arrival);
  return { answer: fault === undefined ? answer : spoilWire(fault, answer), kind: answered.kind, operation: answered.operation };
}

function answerTruly(parts: Parts, arrival: Arrival, fault: Fault | undefined): Answered {
  const { method, url, headers, text, now } = arrival;
  const where = placed(parts, arrival);
  if (isGrant(where.operation) && isElsewhere(url) && parts.world.switches.grantsAt === "first_region") {
    return { ...where, headers: "without_rate", reply: failure(404, "not_found", "The requested resource was not found") };
  }
  switch (where.operation) {
    case "consent": return { ...where, headers: "none", reply: parts.oauth.consent(url, new URLSearchParams(text), now) };
    case "download": return { ...where, headers: "none", reply: parts.world.links.answer(url, now) };
    case "exchangeCode": return { ...where, headers: "without_rate", reply: parts.oauth.exchange(fields(headers, text), now) };
    default: break;
  }
  const token = authenticate(headers, url, parts.tokens, parts.world.switches);
  if ("status" in token) return { ...where, headers: "without_rate", reply: token };
  if (where.operation === "uninstallApp") return { ...where, headers: "all", reply: parts.oauth.uninstall(token) };
  const request = { method, url, headers, text, now, deletionTakesMs: parts.readLagMs + deletionTakesMs(fault), found: findRoute(method, url.pathname) };
  return { ...where, headers: rateHeadersOf(fault), reply: answerApi(request, token, parts.rate, parts.app, parts.world) };
}

/** Tokens are given out and taken back there. */
function isGrant(operation: string | null): boolean {
  return operation === "exchangeCode" || operation === "uninstallApp";
}

function isElsewhere(url: URL): boolean {
  return /^api\.(eu|au)\.intercom\.io$/.test(url.hostname);
}

/** What the log calls this request, whether or not it is answered. */
function placed({ world }: Parts, { method, url }: Arrival): Pick<CallRecord, "kind" | "operation"> {
  // Files have an origin of their own, which answers nothing else.
  if (url.origin === world.links.origin && url.pathname.startsWith("/files/")) return { kind: "file", operation: "download" };
  if (url.pathname === "/oauth") return { kind: "page", operation: "consent" };
  if (method === "POST" && url.pathname === "/auth/eagle/token") return { kind: "api", operation: "exchangeCode" };
  if (method === "POST" && url.pathname === "/auth/uninstall") return { kind: "api", operation: "uninstallApp" };
  return { kind: "api", operation: findRoute(method, url.pathname)?.route.operation ?? null };
}

function dressed({ reply, headers }: { readonly reply: Reply; readonly headers: Instead["headers"] }, parts: Parts, { now }: Arrival): SandboxAnswer {
  const requestId = parts.world.random.uuid();
  const own = headers === "none" ? {} : {
    "x-request-id": requestId,
    "x-intercom-version": "5f1c0a9e27d84b36",
    "x-runtime": "0.042",
    ...(headers === "all" ? parts.rate.headers(now) : {}),
  };
  const date = new Date(now).toUTCString();
  return finish({ ...reply, headers: { date, ...own, ...reply.headers } }, requestId, parts.world.switches);
}

/** The exchange of a code is documented as a form and used as JSON by many. */
function fields(headers: Headers, text: string): unknown {
  const form = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") === true;
  return form ? Object.fromEntries(new URLSearchParams(text)) : parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
