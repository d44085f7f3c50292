import type { Verdict } from "./run-seed.js";

/** What many seeds came to. */
export interface Tally {
  readonly seeds: number;
  readonly calls: number;
  readonly crashes: number;
  /** How often each kind of request ended how, and in how many worlds each kind of thing was seen to happen. */
  readonly endings: Readonly<Record<string, number>>;
  readonly happened: Readonly<Record<string, number>>;
}

export const NOTHING_PLAYED: Tally = { seeds: 0, calls: 0, crashes: 0, endings: {}, happened: {} };

export function tallyOf(verdicts: readonly Verdict[]): Tally {
  return {
    seeds: verdicts.length,
    calls: verdicts.reduce((sum, { calls }) => sum + calls, 0),
    crashes: verdicts.reduce((sum, { crashes }) => sum + crashes, 0),
    endings: counted(verdicts.flatMap(({ endings }) => endings)),
    happened: counted(verdicts.flatMap(({ happened }) => happened)),
  };
}

export function together(one: Tally, other: Tally): Tally {
  return {
    seeds: one.seeds + other.seeds,
    calls: one.calls + other.calls,
    crashes: one.crashes + other.crashes,
    endings: added(one.endings, other.endings),
    happened: added(one.happened, other.happened),
  };
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function added(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
