import { RULES } from "./rules.js";
import type { Verdict } from "./run-seed.js";
import { NOTHING_PLAYED, together, type Tally } from "./tally.js";
import { inPieces, type Workers } from "./workers.js";
import type { Task } from "./worker.js";

/** Seeds that are played in one go: few enough that all processes are busy until the end. */
const PIECE = 50;

/** What comes of many seeds, told as they are played. */
export interface Listener {
  failed?(verdict: Verdict): void;
  played?(tally: Tally, failed: number): void;
}

/** Plays a run of seeds on all cores. */
export async function playSeeds(workers: Workers, task: Task, listener: Listener = {}): Promise<{ readonly tally: Tally; readonly failed: number }> {
  let tally = NOTHING_PLAYED;
  let failed = 0;
  await workers.play([...inPieces(task, PIECE)], (played) => {
    tally = together(tally, played.tally);
    failed += played.failures.length;
    for (const failure of played.failures) listener.failed?.(failure);
    listener.played?.(tally, failed);
  });
  return { tally, failed };
}

/** Which rule a seed breaks and how, and the one line that plays it again, with all that happens in it. */
export function inWords({ seed, violation }: Verdict, bug?: string): string {
  if (violation === undefined) return `seed ${seed} breaks no rule`;
  const planted = bug === undefined ? "" : ` --bug "${bug}"`;
  return `seed ${seed} breaks ${violation.rule} (${RULES[violation.rule]}): ${violation.detail}\n  npm run simulate -- --from ${seed} --seeds 1 --trace${planted}`;
}
