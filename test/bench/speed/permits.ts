import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { systemClock, systemRandom } from "../../../adapters/clock/system-clock.js";
import { createPacer } from "../../../adapters/limits/pacer.js";
import { openSqliteWindow } from "../../../adapters/limits/sqlite-window.js";
import { DatabaseUrl } from "../../../adapters/postgres/database-url.js";
import { openPostgresWindow } from "../../../adapters/postgres/postgres-window.js";
import type { Job } from "./job.js";
import type { Work } from "./ours.js";

const AT_ONCE = 16;
/** Short, so that the window holds about as many calls as at a vendor's pace. */
const WINDOW_MS = 200;

/** What the limit itself takes: permits, given back at once, without any call and without a limit that is ever reached. */
export async function permits({ people, databaseUrl }: Job, folder: string): Promise<Work> {
  const store = databaseUrl === undefined ? openSqliteWindow(join(folder, "limits.db")) : openPostgresWindow({ url: DatabaseUrl.parse(databaseUrl), clock: systemClock });
  const pacer = createPacer({ key: "bench", limit: 1_000_000, windowMs: WINDOW_MS, store, clock: systemClock, random: systemRandom });
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  let next = 0;
  const take = async (): Promise<void> => {
    while (next++ < people) await (await pacer.acquire(signal)).settle({ outcome: "answered" });
  };
  return {
    run: async () => {
      await Promise.all(Array.from({ length: AT_ONCE }, take));
      return people;
    },
    close: async () => store.close(),
  };
}
