/**
 * A field's value as a moment, in milliseconds: seconds or milliseconds since 1970, also as text, or ISO 8601 with its zone. A number that may be something
 * else (20261231, 202601, 0) is none: a workspace names fields as it likes, and no date is better than a wrong one.
 */
export function momentOf(name: string, value: unknown): number | undefined {
  if (!TIME_NAME.test(name)) return undefined;
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  if (/^-?\d{1,16}$/.test(value)) return fromNumber(Number(value));
  return ISO.test(value) ? parsed(value) : undefined;
}

/** `2026-01-15 09:00:00 UTC` */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().replace("T", " ").replace(/\.\d+Z$/, "")} UTC`;
}

/** `2026-01-15`, in UTC. */
export function utcDate(ms: number): string {
  return new Date(ms).toISOString().replace(/T.*$/, "");
}

const TIME_NAME = /_(?:at|since|until)$/;
const ISO = /^[+-]?\d{4,6}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/i;

/** Up to the year 2286 and back to 1653, without the three years around 1970. */
const SECONDS = { from: 100_000_000, below: 10_000_000_000 } as const;
/** The same from 2001 on: below lie dates with times, as in 202612312359, and seconds that stand for never. */
const MILLISECONDS = { from: 1_000_000_000_000, below: 10_000_000_000_000 } as const;

function fromNumber(value: number): number | undefined {
  const size = Math.abs(value);
  if (size >= SECONDS.from && size < SECONDS.below) return value * 1000;
  return size >= MILLISECONDS.from && size < MILLISECONDS.below ? value : undefined;
}

function parsed(value: string): number | undefined {
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
