import { parseArgs } from "node:util";
import { PLANTED_BUGS } from "./planted-bugs/index.js";
import { RULES } from "./rules.js";
import type { Verdict } from "./run-seed.js";
import { NOTHING_PLAYED, together } from "./tally.js";
import { inPieces, startWorkers, type Workers } from "./workers.js";

/** Failures that are shown; more of them say little more. */
const MOST_SHOWN = 20;
const PIECE = 50;
const TELL_EVERY_MS = 10_000;

/** Within how many seeds each planted bug has to be found. */
export const SEEDS_PER_BUG = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    jobs: { type: "string" },
    trace: { type: "boolean", default: false },
    bugs: { type: "boolean", default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
const workers = await startWorkers(values.trace ? 1 : values.jobs === undefined ? undefined : Number(values.jobs));
try {
  process.exitCode = (values.bugs ? await findBugs(workers) : await simulate(workers)) ? 0 : 1;
} finally {
  workers.stop();
}

/** Plays the seeds, and tells of each that breaks a rule how to play it again. */
async function simulate({ count, play }: Workers): Promise<boolean> {
  const startedMs = performance.now();
  let tally = NOTHING_PLAYED;
  let failed = 0;
  let tellAtMs = startedMs + TELL_EVERY_MS;
  await play([...inPieces(from, seeds, PIECE)].map((task) => ({ ...task, trace: values.trace })), (played) => {
    tally = together(tally, played.tally);
    for (const failure of played.failures) if (++failed <= MOST_SHOWN) show(failure);
    if (performance.now() < tellAtMs) return;
    tellAtMs += TELL_EVERY_MS;
    console.error(`${tally.seeds} of ${seeds} seeds, ${failed} failed`);
  });
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`${tally.seeds} seeds from ${from} in ${seconds.toFixed(1)} s with ${count} processes: ${tally.calls} calls, ${tally.crashes} crashes, ${failed} failed`);
  for (const [what, counts] of [["requests that ended", tally.endings], ["worlds with", tally.troubles]] as const) {
    console.log(`${what}: ${Object.entries(counts).sort(([, a], [, b]) => b - a).map(([name, many]) => `${name} ${many}`).join(", ")}`);
  }
  return failed === 0;
}

function show({ seed, violation }: Verdict): void {
  if (violation === undefined) return;
  console.log(`seed ${seed} breaks ${violation.rule} (${RULES[violation.rule]}): ${violation.detail}`);
  console.log(`  npm run simulate -- --from ${seed} --seeds 1 --trace`);
}

/** Looks for each planted bug; false when one survives, or shows as something else than what it is. */
async function findBugs({ play }: Workers): Promise<boolean> {
  let allFound = true;
  await play(Object.keys(PLANTED_BUGS).map((bug) => ({ bug, from, seeds: SEEDS_PER_BUG })), ({ failures: [failure] }, { bug = "" }) => {
    const rule = failure?.violation?.rule;
    const found = rule !== undefined && PLANTED_BUGS[bug]?.breaks.includes(rule) === true;
    allFound &&= found;
    console.log(`${found ? "found" : "NOT FOUND"}: ${bug}${failure === undefined ? "" : `, at seed ${failure.seed} (${rule}${found ? "" : `: ${failure.violation?.detail}`})`}`);
  });
  return allFound;
}
