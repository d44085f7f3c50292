import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { PROCESS_CASES, runProcessCase } from "./faults/process-cases.js";
import { RATE_CASES } from "./faults/rate-cases.js";
import { runCase, type Outcome } from "./faults/run-case.js";
import { DEADLINE_MS } from "./faults/sides.js";
import { TRANSPORT_CASES } from "./faults/transport-cases.js";

type Anyone = { readonly id: string; readonly what: string; readonly right: string; readonly run: (side: Outcome["side"]) => Promise<Outcome> };

const CASES: readonly Anyone[] = [
  ...[...TRANSPORT_CASES, ...RATE_CASES].map((each): Anyone => ({ ...each, run: (side) => runCase(each, side) })),
  ...PROCESS_CASES.map((each): Anyone => ({ ...each, run: (side) => runProcessCase(each, side) })),
];

/** Puts every case to this framework and to a script with the vendor's own client, over real sockets, and prints what came of it. */
async function main(wanted: readonly string[]): Promise<void> {
  const rows: string[][] = [["case", "situation", "right", "ours", "intercom-client"]];
  const score = { ours: 0, theirs: 0 };
  const cases = CASES.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  for (const each of cases) {
    const ours = await each.run("ours");
    const theirs = await each.run("intercom-client");
    score.ours += Number(ours.right);
    score.theirs += Number(theirs.right);
    rows.push([each.id, each.what, each.right, cell(ours), cell(theirs)]);
    process.stderr.write(`${each.id} `);
  }
  process.stderr.write("\n");
  const table = rows.map((row, index) => `| ${row.join(" | ")} |${index === 0 ? `\n| ${row.map(() => "---").join(" | ")} |` : ""}`).join("\n");
  const text = `${table}\n\nRight: ours ${score.ours} of ${cases.length}, intercom-client ${score.theirs} of ${cases.length}.\n`;
  process.stdout.write(text);
  if (wanted.length === 0) writeFileSync(new URL("FAULTS.md", import.meta.url), `${HEAD}\n${text}`);
}

const HEAD = `# The faults, put to both

What \`npm run bench:faults\` printed: each situation over a real socket or with a real process, once for this framework and once for a script with
the vendor's own client, which searches, then reads or deletes what it found. Both have a deadline of ${DEADLINE_MS / 1000} s for a call. "Right" is judged by what
the server saw, never by what was said.

Not in here, since nothing of it can be seen in a minute or from outside: R3 and R7 to R9 (half an hour; many processes), T16 (names that resolve to private
addresses), P4 to P7, P9 to P12 and P14 (a journal and a home, which a client has not). They are named tests of this project.
`;

function cell({ right, words, measured }: Outcome): string {
  return `${right ? "yes" : "NO"}: ${words}; ${measured.requests} requests, ${(measured.ms / 1000).toFixed(1)} s`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
  // A client that was left waiting keeps its timers.
  process.exit();
}
