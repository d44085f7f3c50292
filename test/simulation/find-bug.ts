import { FOUND_AT } from "./planted-bugs/found-at.js";
import { PLANTED_BUGS } from "./planted-bugs/index.js";
import type { RuleId } from "./rules.js";
import type { Verdict } from "./run-seed.js";
import type { Workers } from "./workers.js";

/** Within how many seeds each planted bug has to be found. */
export const SEEDS_PER_BUG = 1_000;

/** Where a planted bug was found; or why it counts as not found. */
export type Finding = { readonly found: { readonly seed: number; readonly rule: RuleId } } | { readonly found?: undefined; readonly why: string };

/** Plays seeds with the bug until one breaks a rule. It has to be one of the bug's own, and none without the bug. */
export async function findBug(workers: Workers, bug: string, from = 1, seeds = SEEDS_PER_BUG): Promise<Finding> {
  const [failure] = await failures(workers, { bug, from, seeds });
  if (failure?.violation === undefined) return { why: `it survives ${seeds} seeds from ${from}` };
  const { seed, violation: { rule, detail } } = failure;
  if (PLANTED_BUGS[bug]?.breaks.includes(rule) !== true) return { why: `seed ${seed} breaks ${rule} instead: ${detail}` };
  const [without] = await failures(workers, { from: seed, seeds: 1 });
  return without === undefined ? { found: { seed, rule } } : { why: `seed ${seed} breaks ${without.violation?.rule ?? "a rule"} without it, too` };
}

/** Where it was found before; and where the world has changed since, wherever it is found. */
export async function findBugAgain(workers: Workers, bug: string): Promise<Finding> {
  const known = await findBug(workers, bug, FOUND_AT[bug], 1);
  return known.found === undefined ? findBug(workers, bug) : known;
}

async function failures(workers: Workers, task: Parameters<Workers["ask"]>[0]): Promise<readonly Verdict[]> {
  return (await workers.ask(task)).failures;
}
