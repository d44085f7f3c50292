import type { RateHeaders } from "../../core/vendor-protocol.js";
import type { RateFacts } from "../limits/pacing.js";

type Headers = Readonly<Record<string, string>>;

/** A window of a vendor that ends later than this is a header in another unit. */
const LONGEST_WINDOW_MS = 24 * 3_600_000;

/** What an answer says of the vendor's limit, or undefined when it says nothing. Values that are no whole numbers are as if absent. */
export function readRateFacts(headers: Headers, names: RateHeaders | undefined, nowMs: number): RateFacts | undefined {
  if (names === undefined) return undefined;
  const limit = wholeNumber(headers[names.limit]);
  const remaining = wholeNumber(headers[names.remaining]);
  const unixSeconds = wholeNumber(headers[names.reset]);
  const inMs = unixSeconds === undefined ? undefined : Math.max(0, unixSeconds * 1000 - serverTime(headers, nowMs));
  if (limit === undefined && remaining === undefined && unixSeconds === undefined) return undefined;
  return {
    ...(limit !== undefined && limit > 0 && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(unixSeconds !== undefined && inMs !== undefined && inMs <= LONGEST_WINDOW_MS && { reset: { unixSeconds, inMs } }),
  };
}

/** A vendor, or something in its place, may ask for a year: it is asked again after this. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * The wait that `Retry-After` asks for, in milliseconds and an hour at most, or undefined where it is absent or neither seconds nor an HTTP date.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const value = headers["retry-after"]?.trim();
  if (value === undefined) return undefined;
  const seconds = wholeNumber(value);
  if (seconds !== undefined) return Math.min(seconds * 1000, LONGEST_WAIT_MS);
  const at = httpDate(value);
  return at === undefined ? undefined : Math.min(Math.max(0, at - serverTime(headers, nowMs)), LONGEST_WAIT_MS);
}

/**
 * The vendor's time, by its own `Date`: the local clock may be off by hours. `Date` is cut to the second, so that a wait until a
 * moment of the vendor's is never short, and at most a second long.
 */
function serverTime(headers: Headers, nowMs: number): number {
  return httpDate(headers["date"]) ?? nowMs;
}

function httpDate(value: string | undefined): number | undefined {
  // Date.parse alone takes "-1" for a year.
  if (value === undefined || !/^[A-Z][a-z]{2,8},? /.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
