import { startPostgres } from "../../postgres/server.js";
import { measureJournal } from "./measure.js";
import { say, table } from "./tables.js";

/** How many entries a journal takes, each durable before the next one of its request is written: in a home's own file, and in PostgreSQL. */
export async function postgres(): Promise<void> {
  say("## Journal entries a second, 16 requests at a time in each process\n");
  const rows = [["store", "processes", "entries a second", "CPU of an entry in its process, ms"]];
  const note = async (store: string, processes: number, databaseUrl?: string): Promise<void> => {
    const all = await measureJournal(processes, 200, databaseUrl);
    const perSecond = all.reduce((sum, { done, wallMs }) => sum + done / (wallMs / 1000), 0);
    const [done, cpuMs] = [all.reduce((sum, each) => sum + each.done, 0), all.reduce((sum, each) => sum + each.cpuMs, 0)];
    rows.push([store, String(processes), perSecond.toFixed(0), (cpuMs / done).toFixed(2)]);
  };
  await note("SQLite", 1);
  const server = await startPostgres();
  try {
    for (const processes of [1, 2, 4]) await note("PostgreSQL on the same machine", processes, server.url.withPassword());
  } finally {
    await server.end();
  }
  table(rows);
}
