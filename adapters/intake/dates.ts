import { DsrError } from "../../core/errors.js";

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2000, 0);
const LAST_MS = Date.UTC(2200, 0) - 1;
/** Somewhere it is already tomorrow: the easternmost clocks are 14 hours ahead of UTC. */
const TOMORROW_MS = 14 * 3_600_000;
/** How far two well-kept clocks may differ. */
const SKEW_MS = 5 * 60_000;

/**
 * A day (taken as its midnight in UTC) or a moment with its offset, as ISO 8601 in UTC. Days that no calendar has are refused.
 * @throws DsrError `REQUEST_INVALID`
 */
export function parseDate(text: string, at: string): string {
  const parts = FORM.exec(text);
  const time = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  if (parts === null || Number.isNaN(time)) throw new DsrError("REQUEST_INVALID", { at, reason: "it is a date, as in 2026-01-31 or 2026-01-31T09:00:00Z" });
  const [year, month, day] = parts.slice(1, 4).map(Number) as [number, number, number];
  // Runtimes turn 31 February into a day of March.
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) throw new DsrError("REQUEST_INVALID", { at, reason: "the calendar has no such day" });
  if (time < FIRST_MS || time > LAST_MS) throw new DsrError("REQUEST_INVALID", { at, reason: "the year is from 2000 to 2199" });
  return new Date(time).toISOString();
}

/** As `parseDate`, for the end of a period: a day is meant to its end, and by clocks that are behind UTC to that many milliseconds more. */
export function parseEnd(text: string, at: string, behindMs = 0): string {
  const date = parseDate(text, at);
  return text.length === 10 ? new Date(Math.min(Date.parse(date) + DAY_MS + behindMs, LAST_MS)).toISOString() : date;
}

/** As `parseDate`, for what has happened already. */
export function parsePastDate(text: string, at: string, nowMs: number): string {
  const date = parseDate(text, at);
  if (Date.parse(date) > nowMs + (text.length === 10 ? TOMORROW_MS : SKEW_MS)) throw new DsrError("REQUEST_INVALID", { at, reason: "it lies in the future" });
  return date;
}
