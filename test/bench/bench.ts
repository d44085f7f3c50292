import { writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { limiter, type Paced } from "./speed/limiter.js";
import { compileSides, measure, peopleOf, startUp, talkerOf, type Measured, type SideName } from "./speed/measure.js";

const SIDES: readonly SideName[] = ["ours", "intercom-client", "bare fetch"];
const out: string[] = [];
const say = (text: string): void => {
  out.push(text);
  process.stdout.write(`${text}\n`);
};

/** Measures this framework beside what a user would take instead: a script with the vendor's own client, and one with `fetch` alone. */
async function main(wanted: readonly string[]): Promise<void> {
  const asked = (part: string): boolean => wanted.length === 0 || wanted.includes(part);
  await compileSides();
  say(HEAD);
  say(`Measured on ${cpus().length} x ${cpus()[0]?.model ?? "an unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}.\n`);
  if (asked("access")) await sideBySide("Access to a person with 200 conversations of 20 parts", "parts read", (side) => measure(side, { kind: "access", people: 1 }, talkerOf(200, 20)));
  if (asked("deletion")) await sideBySide("Deletion of 1,000 people, each looked for, deleted and read back", "people deleted", (side) => measure(side, { kind: "deletion", people: 1_000 }, peopleOf(1_000)));
  if (asked("growth")) await growth([100, 1_000, 10_000]);
  if (asked("limiter")) await limits();
  if (asked("start")) await starting();
  if (wanted.length === 0) writeFileSync(new URL("RESULTS.md", import.meta.url), `${out.join("\n").trimEnd()}\n`);
}

async function sideBySide(title: string, doing: string, run: (side: SideName) => Promise<Measured>): Promise<void> {
  const results = new Map<SideName, Measured>();
  for (const side of SIDES) results.set(side, await run(side));
  const theirs = results.get("intercom-client");
  say(`## ${title}\n`);
  table([
    ["", doing, "API calls", "x", "wall, s", "x", "CPU per call, ms", "x", "peak memory, MiB", "x"],
    ...SIDES.flatMap((side) => {
      const each = results.get(side);
      return each === undefined || theirs === undefined ? [] : [[side, String(each.done), ...compared(each, theirs, ({ calls }) => calls, 0), ...compared(each, theirs, ({ wallMs }) => wallMs / 1000, 2), ...compared(each, theirs, ({ cpuMs, calls }) => cpuMs / calls, 2), ...compared(each, theirs, ({ peakMiB }) => peakMiB, 0)]];
    }),
  ]);
  say("Calls of each kind:\n");
  table([["", "calls"], ...SIDES.map((side) => [side, Object.entries(results.get(side)?.operations ?? {}).map(([operation, count]) => `${operation} ${count}`).join(", ")])]);
}

/** A value, and how it stands to the vendor's client's. */
function compared(each: Measured, theirs: Measured, of: (measured: Measured) => number, digits: number): string[] {
  return [of(each).toFixed(digits), (of(each) / of(theirs)).toFixed(2)];
}

async function growth(counts: readonly number[]): Promise<void> {
  say("## Deletion of more and more people: what one of them costs\n");
  const rows: string[][] = [["people", "API calls each", "wall each, ms", "CPU each, ms", "peak memory, MiB"]];
  for (const people of counts) {
    const { done, calls, wallMs, cpuMs, peakMiB } = await measure("ours", { kind: "deletion", people }, peopleOf(people));
    if (done !== people) throw new Error(`${done} of ${people} were deleted`);
    rows.push([String(people), (calls / people).toFixed(2), (wallMs / people).toFixed(1), (cpuMs / people).toFixed(1), peakMiB.toFixed(0)]);
  }
  table(rows);
}

async function limits(): Promise<void> {
  say("## The limit of 150 calls in any 10 s, at its real pace, counted at the server\n");
  const runs: Paced[] = [];
  for (const processes of [1, 4]) runs.push(await limiter(processes, 60));
  table([
    ["processes", "seconds", "calls", "most in any 10 s", "used of 15 a second", "fewest of a process, of its fair share"],
    ...runs.map(({ processes, seconds, calls, most, used, fewest }) => [String(processes), String(seconds), String(calls), String(most), `${(used * 100).toFixed(1)} %`, `${(fewest * 100).toFixed(0)} %`]),
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

function table(rows: readonly (readonly string[])[]): void {
  const [head = [], ...rest] = rows;
  say([head, head.map(() => "---"), ...rest].map((row) => `| ${row.join(" | ")} |`).join("\n"));
  say("");
}

const HEAD = `# Speed and memory, side by side

What \`npm run bench\` printed. Each side runs in a process of its own, against a local Intercom of its own on a real socket. "x" is the ratio to
\`intercom-client\`: a script that searches for each person, deletes what it finds, and reads it back; or that reads everything into one file. It writes down
nothing of what it does. Ours does all that it always does: journal and evidence on disk before each effect, every record sealed and compared, pages staged and packaged. Only
the vendor's pace is left out, but for the limiter. Peak memory is the whole process's, as the kernel counts it.
`;

await main(process.argv.slice(2));
process.exit();
