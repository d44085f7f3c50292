import { writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { tellGoals, type Goal } from "./speed/goals.js";
import type { CallKind } from "./speed/job.js";
import { limiter } from "./speed/limiter.js";
import { compileSides, measure, measureCalls, medianOf, peopleOf, startUp, talkerOf, type Measured, type SideName } from "./speed/measure.js";
import { postgres } from "./speed/postgres.js";
import { compared, say, said, table } from "./speed/tables.js";

const SIDES: readonly SideName[] = ["ours", "intercom-client", "bare fetch"];

/** The parts, in their order: `npm run bench -- deletion calls` does these two. */
const PARTS: Readonly<Record<string, () => Promise<readonly Goal[] | void>>> = {
  access: () => sideBySide("Access to a person with 200 conversations of 20 parts", "parts read", 1, (side) => measure(side, { kind: "access", people: 1 }, talkerOf(200, 20))),
  deletion: () => sideBySide("Deletion of 1,000 people, each looked for, deleted and read back", "people deleted", 0.7, (side) => measure(side, { kind: "deletion", people: 1_000 }, peopleOf(1_000))),
  calls: () => callsOfEachKind(3_000),
  person: () => hugePerson((process.env["BENCH_CONVERSATIONS"] ?? "1000,10000").split(",").map(Number), 200),
  growth: () => growth((process.env["BENCH_PEOPLE"] ?? "100,1000,10000").split(",").map(Number)),
  limiter: () => limits(Number(process.env["BENCH_LIMITER_SECONDS"] ?? 300)),
  start: starting,
  postgres,
};

/** Measures this framework beside what a user would take instead: a script with the vendor's own client, and one with `fetch` alone. */
async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((part) => !(part in PARTS));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(", ")}`);
  await compileSides();
  say(HEAD);
  const load = loadavg()[0] ?? 0;
  say(`Measured on ${cpus().length} x ${cpus()[0]?.model ?? "an unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`);
  say(load > 0.5 ? `The machine was shared: its load was ${load.toFixed(1)} when this began. Wall times say little then, and CPU times are too high on all sides.\n` : "Nothing else was running.\n");
  const goals: Goal[] = [];
  for (const [part, work] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(part)) goals.push(...((await work()) ?? []));
  tellGoals(goals);
  if (wanted.length === 0) writeFileSync(new URL("RESULTS.md", import.meta.url), said());
}

/** @param mostCalls the calls that were set out to be made at most, x of the vendor's client's */
async function sideBySide(title: string, doing: string, mostCalls: number, run: (side: SideName) => Promise<Measured>): Promise<readonly Goal[]> {
  const [ours, theirs, bare] = [await run("ours"), await run("intercom-client"), await run("bare fetch")];
  const results = new Map<SideName, Measured>([["ours", ours], ["intercom-client", theirs], ["bare fetch", bare]]);
  say(`## ${title}\n`);
  table([
    ["", doing, "API calls", "x", "wall, s", "x", "CPU, s", "x", "CPU per call, ms", "x", "x of bare fetch", "peak memory, MiB", "x"],
    ...[...results].map(([side, each]) => [
      side,
      String(each.done),
      ...compared(each.calls, theirs.calls, 0),
      ...compared(each.wallMs / 1000, theirs.wallMs / 1000, 2),
      ...compared(each.cpuMs / 1000, theirs.cpuMs / 1000, 2),
      ...compared(each.cpuMs / each.calls, theirs.cpuMs / theirs.calls, 2),
      compared(each.cpuMs / each.calls, bare.cpuMs / bare.calls, 2)[1] ?? "",
      ...compared(each.peakMiB, theirs.peakMiB, 0),
    ]),
  ]);
  say("What was called:\n");
  table([["", "calls"], ...[...results].map(([side, { operations }]) => [side, Object.entries(operations).map(([operation, count]) => `${operation} ${count}`).join(", ")])]);
  const [job = ""] = title.split(", ");
  return [
    { what: `${job}: API calls, x of intercom-client`, limit: mostCalls, reached: ours.calls / theirs.calls },
    { what: `${job}: CPU per call with journal, evidence and packages, x of intercom-client`, limit: 1, reached: (ours.cpuMs / ours.calls) / (theirs.cpuMs / theirs.calls) },
  ];
}

/** Each side makes the same calls so many times. */
const ROUNDS = 3;

async function callsOfEachKind(count: number): Promise<readonly Goal[]> {
  const kinds: readonly CallKind[] = ["search for a contact", "read a contact", "read a conversation of 20 parts", "delete a contact"];
  say("## Calls of each kind, and nothing else: what stands between a connector and the network\n");
  const rows = [["", ...SIDES.map((side) => `${side}, CPU ms`), "x of intercom-client", "x of bare fetch"]];
  const goals: Goal[] = [];
  for (const kind of kinds) {
    const rounds: Record<SideName, number[]> = { ours: [], "intercom-client": [], "bare fetch": [] };
    // In turns, so that whatever else the machine does meets all sides alike.
    for (let round = 0; round < ROUNDS; round++) {
      for (const side of SIDES) {
        const { done, cpuMs } = await measureCalls(side, kind, count);
        rounds[side].push(cpuMs / done);
      }
    }
    const [ours, theirs, bare] = [medianOf(rounds.ours), medianOf(rounds["intercom-client"]), medianOf(rounds["bare fetch"])];
    rows.push([kind, ...[ours, theirs, bare].map((ms) => ms.toFixed(3)), (ours / theirs).toFixed(2), (ours / bare).toFixed(2)]);
    goals.push({ what: `CPU to ${kind}, x of intercom-client`, limit: 1, reached: ours / theirs }, { what: `CPU to ${kind}, x of bare fetch`, limit: 1.5, reached: ours / bare });
  }
  table(rows);
  return goals;
}

async function hugePerson(counts: readonly number[], parts: number): Promise<readonly Goal[]> {
  const goals: Goal[] = [];
  for (const conversations of counts) goals.push(...(await memoryOver(conversations, parts)));
  return goals;
}

async function memoryOver(conversations: number, parts: number): Promise<readonly Goal[]> {
  say(`## Access to a person with ${conversations.toLocaleString("en")} conversations of ${parts} parts: memory over time\n`);
  const goals: Goal[] = [];
  const rows = [["resident MiB at most, by tenths of the time", ...Array.from({ length: 10 }, (_, n) => `${n + 1}`), "wall, s"]];
  for (const side of SIDES) {
    // As the program sets it for itself; who embeds the library may.
    const measured = await measure(side, { kind: "access", people: 1 }, talkerOf(conversations, parts), side === "ours" ? ["--optimize-for-size"] : []).catch((error: Error) => error);
    if (measured instanceof Error) {
      if (side === "ours") throw measured;
      // What holds everything comes to an end of its own.
      rows.push([side, `${measured.message}; nothing was written`]);
      continue;
    }
    const { done, overTime, wallMs } = measured;
    if (done !== conversations * parts) throw new Error(`${side} read ${done} parts`);
    if (side === "ours") goals.push({ what: `A person with ${conversations.toLocaleString("en")} conversations: resident memory in the last tenth, x of the first`, limit: 1.25, reached: (overTime.at(-1) ?? 0) / (overTime[0] ?? 1) });
    rows.push([side, ...overTime.map((miB) => miB.toFixed(0)), (wallMs / 1000).toFixed(1)]);
  }
  table(rows);
  return goals;
}

async function growth(counts: readonly number[]): Promise<readonly Goal[]> {
  say("## Deletion of more and more people: what one of them costs\n");
  const rows: string[][] = [["people", "API calls each", "wall each, ms", "CPU each, ms", "CPU of each one more, ms", "peak memory, MiB"]];
  const slopes: number[] = [];
  let before = { people: 0, cpuMs: 0 };
  for (const people of counts) {
    const { done, calls, wallMs, cpuMs, peakMiB } = await measure("ours", { kind: "deletion", people }, peopleOf(people));
    if (done !== people) throw new Error(`${done} of ${people} were deleted`);
    const slope = (cpuMs - before.cpuMs) / (people - before.people);
    slopes.push(slope);
    rows.push([String(people), (calls / people).toFixed(2), (wallMs / people).toFixed(1), (cpuMs / people).toFixed(1), slope.toFixed(1), peakMiB.toFixed(0)]);
    before = { people, cpuMs };
  }
  table(rows);
  const [last = 0, previous = 1] = slopes.reverse();
  return counts.length < 2 ? [] : [{ what: `Linear cost: CPU of each person more from ${counts.at(-2)} to ${counts.at(-1)}, x of those before`, limit: 1.1, reached: last / previous }];
}

async function limits(seconds: number): Promise<readonly Goal[]> {
  say("## The limit of 150 calls in any 10 s, at its real pace, counted at the server\n");
  // Side by side, each against a server of its own: they mostly wait.
  const runs = await Promise.all([1, 4].map((processes) => limiter(processes, seconds)));
  table([
    ["processes", "seconds", "calls", "most in any 10 s", "used of 15 a second", "fewest of a process, of its fair share"],
    ...runs.map(({ processes, seconds: took, calls, most, used, fewest }) => [String(processes), String(took), String(calls), String(most), `${(used * 100).toFixed(1)} %`, `${(fewest * 100).toFixed(0)} %`]),
  ]);
  return runs.flatMap(({ processes, most, used }): Goal[] => [
    { what: `Calls in any 10 s at the server, ${processes === 1 ? "one process" : `${processes} processes`}`, limit: 150, reached: most },
    { what: `Used of 15 a second, ${processes === 1 ? "one process" : `${processes} processes`}`, limit: 0.92, reached: used, atLeast: true },
  ]);
}

async function starting(): Promise<void> {
  say("## Starting\n");
  const bare = await startUp(["-e", "0"]);
  const rows = [["command", "ms", "x of `node -e 0`"]];
  for (const [what, args] of [["node -e 0", ["-e", "0"]], ["dsr --version", ["dist/adapters/cli/dsr.js", "--version"]], ["dsr connectors", ["dist/adapters/cli/dsr.js", "connectors"]]] as const) {
    const ms = await startUp(args);
    rows.push([`\`${what}\``, ms.toFixed(0), (ms / bare).toFixed(1)]);
  }
  table(rows);
}

const HEAD = `# Speed and memory, side by side

What \`npm run bench\` printed. Each side runs in a process of its own, against a local Intercom of its own on a real socket. "x" is the ratio to
\`intercom-client\`: a script that searches for each person, deletes what it finds, and reads it back; or that reads everything into one file. It writes down
nothing of what it does. Ours does all that it always does: journal and evidence on disk before each effect, every record sealed and compared, pages staged and packaged. Only
the vendor's pace is left out, but for the limiter. Peak memory is the whole process's, as the kernel counts it.
`;

await main(process.argv.slice(2));
process.exit();
