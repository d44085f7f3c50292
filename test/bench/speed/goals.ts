import { say, table } from "./tables.js";

/** What was set out to be reached, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly limit: number;
  readonly reached: number;
  /** It is reached with no less than the limit; with no more when left out. */
  readonly atLeast?: true;
}

export function tellGoals(goals: readonly Goal[]): void {
  if (goals.length === 0) return;
  say("## What was set out, and what was reached\n");
  table([
    ["", "set out", "measured", "reached"],
    ...goals.map(({ what, limit, reached, atLeast }) => [what, `${atLeast === true ? "at least" : "at most"} ${limit}`, reached.toFixed(2), (atLeast === true ? reached >= limit : reached <= limit) ? "yes" : "**no**"]),
  ]);
}
