import { PLANTED_BUGS } from "./planted-bugs/index.js";
import { runSeed, type Verdict } from "./run-seed.js";
import { tallyOf, type Tally } from "./tally.js";
import { createTrace } from "./trace.js";

/** What a worker process is asked for. */
export interface Task {
  readonly from: number;
  readonly seeds: number;
  /** Prints every line of every world. */
  readonly trace?: boolean;
  /** Tells the hash of each world's trace. */
  readonly hash?: boolean;
  /** Plants this bug, and stops at the first seed that finds it. */
  readonly bug?: string;
}

/** What came of it. */
export interface Played {
  readonly tally: Tally;
  readonly failures: readonly Verdict[];
  readonly hashes: readonly string[];
}

export async function play({ from, seeds, trace, hash, bug }: Task): Promise<Played> {
  const planted = bug === undefined ? undefined : PLANTED_BUGS[bug];
  const verdicts: Verdict[] = [];
  const hashes: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const kept = trace === true ? createTrace((line) => void process.stdout.write(`${line}\n`)) : hash === true ? createTrace() : undefined;
    const verdict = await runSeed(seed, { ...(planted === undefined ? {} : { plant: planted.plant }), ...(kept === undefined ? {} : { trace: kept }) });
    verdicts.push(verdict);
    if (hash === true) hashes.push(kept?.hash() ?? "");
    if (bug !== undefined && verdict.violation !== undefined) break;
  }
  return { tally: tallyOf(verdicts), failures: verdicts.filter(({ violation }) => violation !== undefined), hashes };
}

process.on("message", (task: Task) => void play(task).then((played) => process.send?.(played)));
