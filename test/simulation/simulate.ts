import { parseArgs } from "node:util";
import { findBug } from "./find-bug.js";
import { PLANTED_BUGS } from "./planted-bugs/index.js";
import { inWords, playSeeds } from "./play-seeds.js";
import { startWorkers, type Workers } from "./workers.js";

/** Failures that are shown; more of them say little more. */
const MOST_SHOWN = 20;
const TELL_EVERY_MS = 10_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    jobs: { type: "string" },
    trace: { type: "boolean", default: false },
    bug: { type: "string" },
    bugs: { type: "boolean", default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
const { trace, bug } = values;
if (bug !== undefined && PLANTED_BUGS[bug] === undefined) throw new Error("there is no such planted bug");
const workers = await startWorkers(trace || seeds === 1 ? 1 : values.jobs === undefined ? undefined : Number(values.jobs));
try {
  process.exitCode = (values.bugs ? await findBugs(workers) : await simulate(workers)) ? 0 : 1;
} finally {
  workers.stop();
}

/** Plays the seeds, and tells of each that breaks a rule how to play it again. */
async function simulate(workers: Workers): Promise<boolean> {
  const startedMs = performance.now();
  let shown = 0;
  let tellAtMs = startedMs + TELL_EVERY_MS;
  const { tally, failed } = await playSeeds(workers, { from, seeds, trace, ...(bug === undefined ? {} : { bug }) }, {
    failed: (verdict) => {
      if (++shown <= MOST_SHOWN) console.log(inWords(verdict, bug));
    },
    played: (tally, failed) => {
      if (performance.now() < tellAtMs) return;
      tellAtMs += TELL_EVERY_MS;
      console.error(`${tally.seeds} of ${seeds} seeds, ${failed} failed`);
    },
  });
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`${tally.seeds} seeds from ${from} in ${seconds.toFixed(1)} s (${(tally.seeds / seconds).toFixed(0)} a second) with ${workers.count} processes: ${tally.calls} calls, ${tally.crashes} crashes, ${failed} failed`);
  for (const [what, counts] of [["requests that ended", tally.endings], ["worlds with", tally.happened]] as const) {
    console.log(`${what}: ${Object.entries(counts).sort(([, a], [, b]) => b - a).map(([name, many]) => `${name} ${many}`).join(", ")}`);
  }
  return failed === 0;
}

/** Looks for each planted bug; false when one survives, or shows as something else than what it is. */
async function findBugs(workers: Workers): Promise<boolean> {
  let lost = 0;
  await Promise.all(
    Object.keys(PLANTED_BUGS).map(async (name) => {
      const finding = await findBug(workers, name, from);
      if (finding.found === undefined) lost += 1;
      console.log(finding.found === undefined ? `NOT FOUND: ${name}: ${finding.why}` : `found: ${name}, at seed ${finding.found.seed} (${finding.found.rule})`);
    }),
  );
  console.log(`${Object.keys(PLANTED_BUGS).length} planted bugs, ${lost} not found`);
  return lost === 0;
}
