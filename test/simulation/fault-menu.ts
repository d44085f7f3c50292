import type { Fault } from "../../connectors/intercom/sandbox/faults.js";
import type { Draw } from "./draw.js";

/** A call as a fault looks at it. */
export interface CallShape {
  readonly method: string;
  readonly path: string;
}

/** What becomes of one call, and the fault that it comes from. */
export type Trouble = { readonly name: FaultName } & Mishap;

type Mishap =
  /** It never leaves. */
  | { readonly on: "the way out" }
  /** It arrives when nobody waits for the answer any more. */
  | { readonly on: "the way there"; readonly lateMs: number }
  /** The answer's head never comes. */
  | { readonly on: "the way back" }
  | { readonly on: "the vendor"; readonly fault: Fault };

interface Item {
  readonly fits?: (call: CallShape) => boolean;
  readonly make: (draw: Draw) => Mishap;
}

const isDeletion = ({ method }: CallShape): boolean => method === "DELETE";
const isSearch = ({ path }: CallShape): boolean => path === "/contacts/search";
const isList = ({ method, path }: CallShape): boolean => path.endsWith("/search") || (method === "GET" && /^\/contacts\/[^/]+\/\w+$/.test(path));
const isRecord = ({ method, path }: CallShape): boolean => method === "GET" && /^\/(contacts|conversations|tickets)\/[^/]+$/.test(path);

/** Where a list says, or its contact, how many there are: the others can be cut without a trace. */
const isCounted = (call: CallShape): boolean => isList(call) && !/\/(segments|calls\/search)$/.test(call.path);
/** What is read of a contact that is there. Its own record tells whether it is gone, so that nobody can tell a lie about it from the truth. */
const isPart = ({ method, path }: CallShape): boolean => method === "GET" && /^\/(contacts\/[^/]+\/\w+|(conversations|tickets)\/[^/]+|events)$/.test(path);

const NOT_FOUND = { type: "error.list", errors: [{ code: "not_found", message: "Resource Not Found" }] };

function withoutLast(body: unknown): unknown {
  return Object.fromEntries(Object.entries(body ?? {}).map(([key, value]) => [key, Array.isArray(value) && key !== "errors" ? value.slice(0, -1) : value]));
}

function vendor(fault: Fault): Item["make"] {
  return () => ({ on: "the vendor", fault });
}

const MENU = {
  unsent: { make: () => ({ on: "the way out" }) },
  late: { make: (draw) => ({ on: "the way there", lateMs: draw.between(20_000, 30_900) }) },
  silent: { make: () => ({ on: "the way back" }) },
  reset_before: { make: vendor({ kind: "reset_before" }) },
  reset_after_effect: { make: vendor({ kind: "reset_after_effect" }) },
  stall: { make: vendor({ kind: "stall" }) },
  drip: { make: (draw) => ({ on: "the vendor", fault: { kind: "drip", everyMs: draw.one([100, 3_000]) } }) },
  short_body: { make: vendor({ kind: "short_body" }) },
  cut_json: { make: vendor({ kind: "cut_json" }) },
  deep_json: { make: vendor({ kind: "deep_json", depth: 600 }) },
  empty_200: { make: vendor({ kind: "empty_200" }) },
  html_200: { make: vendor({ kind: "html_200" }) },
  html_502: { make: vendor({ kind: "html_502" }) },
  html_403: { make: vendor({ kind: "html_403" }) },
  proxy_404: { make: vendor({ kind: "status", status: 404, body: { message: "no Route matched with those values" } }) },
  proxy_404_after: { make: vendor({ kind: "status", status: 404, applied: true, body: { message: "no Route matched with those values" } }) },
  status_500: { make: (draw) => ({ on: "the vendor", fault: { kind: "status", status: draw.one([500, 503, 504, 408]), applied: false } }) },
  status_500_after: { make: (draw) => ({ on: "the vendor", fault: { kind: "status", status: draw.one([500, 503, 504]), applied: true } }) },
  status_503_wait: { make: (draw) => ({ on: "the vendor", fault: { kind: "status", status: 503, headers: { "retry-after": draw.one(["1", "30", "1200"]) } } }) },
  bare_429: { make: vendor({ kind: "status", status: 429, rateHeaders: false }) },
  retry_after: { make: (draw) => ({ on: "the vendor", fault: { kind: "retry_after", value: draw.one(["0", "5", "45", "-1", "NaN", "1000000000", "Thu, 01 Jan 1970 00:00:00 GMT"]) } }) },
  redirect: { make: vendor({ kind: "redirect", to: "https://elsewhere.example.test/" }) },
  deleted_false: { fits: isDeletion, make: vendor({ kind: "deleted_false" }) },
  acknowledged_without_effect: { fits: isDeletion, make: vendor({ kind: "acknowledged_without_effect" }) },
  still_readable: { fits: isDeletion, make: (draw) => ({ on: "the vendor", fault: { kind: "still_readable_for", durationMs: draw.one([1_000, 60_000, 900_000]) } }) },
  no_content_204: { fits: isDeletion, make: vendor({ kind: "no_content_204" }) },
  wrong_email: { fits: isSearch, make: vendor({ kind: "wrong_email" }) },
  wrong_object: { fits: isRecord, make: vendor({ kind: "wrong_object" }) },
  short_list: { fits: isCounted, make: vendor({ kind: "rewrite", rewrite: withoutLast }) },
  stale_404: { fits: isPart, make: vendor({ kind: "status", status: 404, body: NOT_FOUND }) },
  repeated_cursor: { fits: isList, make: vendor({ kind: "repeated_cursor" }) },
  missing_data_key: { fits: isList, make: vendor({ kind: "missing_data_key" }) },
  lower_limit: { make: (draw) => ({ on: "the vendor", fault: { kind: "rate_headers", limit: draw.one(["3", "10", "0", "none"]) } }) },
  none_left: { make: vendor({ kind: "rate_headers", remaining: "0" }) },
  date_skew: { make: (draw) => ({ on: "the vendor", fault: { kind: "date_skew", skewMs: draw.one([-3_600_000, 3_600_000]) } }) },
} satisfies Record<string, Item>;

export type FaultName = keyof typeof MENU;

export const FAULT_NAMES = Object.keys(MENU) as readonly FaultName[];

export function isFault(name: string): name is FaultName {
  return Object.hasOwn(MENU, name);
}

export function fits(name: FaultName, call: CallShape): boolean {
  const item: Item = MENU[name];
  return item.fits?.(call) !== false;
}

/** The trouble that a fault makes of a call; undefined where it does not fit. */
export function troubleOf(name: FaultName, call: CallShape, draw: Draw): Trouble | undefined {
  return fits(name, call) ? { name, ...MENU[name].make(draw) } : undefined;
}
