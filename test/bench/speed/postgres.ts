import { startPostgres } from "../../postgres/server.js";
import type { Job } from "./job.js";
import { runSide } from "./measure.js";
import { say, table } from "./tables.js";

const ENTRIES_OF_A_REQUEST = 10;
const REQUESTS = 200;
const PERMITS = 2_000;

/** What the stores take: entries of a journal, each durable before the next one of its request, and permits of the limit for one connection. */
export async function postgres(): Promise<void> {
  const journal: string[][] = [["journal in", "processes", "entries a second", "CPU of an entry in its process, ms"]];
  const limit: string[][] = [["limit in", "processes", "calls of one connection let through a second", "CPU of a call in its process, ms"]];
  const note = async (rows: string[][], store: string, processes: number, job: Pick<Job, "kind" | "people" | "databaseUrl">): Promise<void> => {
    const all = await Promise.all(Array.from({ length: processes }, () => runSide("ours", { url: "", token: "", ...job })));
    const perSecond = all.reduce((sum, { done, wallMs }) => sum + done / (wallMs / 1000), 0);
    const cpuMs = all.reduce((sum, each) => sum + each.cpuMs, 0) / all.reduce((sum, each) => sum + each.done, 0);
    rows.push([store, String(processes), perSecond.toFixed(0), cpuMs.toFixed(2)]);
  };
  await note(journal, "a home's own file", 1, { kind: "journal", people: REQUESTS });
  await note(limit, "a home's own file", 1, { kind: "permits", people: PERMITS });
  const server = await startPostgres();
  try {
    const databaseUrl = server.url.withPassword();
    for (const processes of [1, 2, 4]) await note(journal, "PostgreSQL, on this machine", processes, { kind: "journal", people: REQUESTS, databaseUrl });
    for (const processes of [1, 2, 4]) await note(limit, "PostgreSQL, on this machine", processes, { kind: "permits", people: PERMITS, databaseUrl });
  } finally {
    await server.end();
  }
  say(`## What the stores take, ${REQUESTS * ENTRIES_OF_A_REQUEST} entries and ${PERMITS} calls for each process, 16 at a time\n`);
  table(journal);
  table(limit);
}
