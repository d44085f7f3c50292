/** A field's value as a moment, in milliseconds: seconds or milliseconds since 1970, also as text, or ISO 8601 with its zone. */
export function momentOf(name: string, value: unknown): number | undefined {
  if (!TIME_NAME.test(name)) return undefined;
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  if (/^-?\d{1,16}$/.test(value)) return fromNumber(Number(value));
  return ISO.test(value) ? within(Date.parse(value)) : undefined;
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

/** Beyond this, seconds would lie after the year 5000: they are milliseconds. */
const MOST_SECONDS = 100_000_000_000;

function fromNumber(value: number): number | undefined {
  return within(Math.abs(value) < MOST_SECONDS ? value * 1000 : value);
}

function within(ms: number): number | undefined {
  return Number.isFinite(ms) && Math.abs(ms) <= 8_640_000_000_000_000 ? ms : undefined;
}
