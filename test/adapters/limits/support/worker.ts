import { systemClock, systemRandom } from "../../../../adapters/clock/system-clock.js";
import { createSeam } from "../../../../adapters/http/seam.js";
import { SEAM_LIMITS } from "../../../../adapters/http/seam-limits.js";
import { createUndiciTransport } from "../../../../adapters/http/undici-transport.js";
import { createPacer } from "../../../../adapters/limits/pacer.js";
import { openSqliteWindow } from "../../../../adapters/limits/sqlite-window.js";
import { DatabaseUrl } from "../../../../adapters/postgres/database-url.js";
import { openPostgresWindow } from "../../../../adapters/postgres/postgres-window.js";
import { acme } from "../../http/support/acme.js";

/** A process that calls as often as it may, from eight places, until it is told to stop: `worker.ts <file or database> <origin> <limit> <windowMs> <forMs>`. */
const [place = "", apiOrigin = "", limit = "", windowMs = "", forMs = ""] = process.argv.slice(2);

const store = place.startsWith("postgres:") ? openPostgresWindow({ url: DatabaseUrl.parse(place), clock: systemClock }) : openSqliteWindow(place);
const transport = createUndiciTransport({ userAgent: "worker", allowPrivateHosts: true });
const pacer = createPacer({ key: "acme", limit: Number(limit), windowMs: Number(windowMs), store, clock: systemClock, random: systemRandom, holdMs: 1500 });
const fetch = createSeam({
  protocol: acme,
  apiOrigin,
  credential: () => undefined,
  pacer,
  transport: transport.send,
  clock: systemClock,
  random: systemRandom,
  signal: new AbortController().signal,
  limits: { ...SEAM_LIMITS, deadlineMs: 1000 },
});

const untilMs = systemClock.monotonicMs() + Number(forMs);
let calls = 0;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (systemClock.monotonicMs() < untilMs) {
      await fetch(new Request(`${apiOrigin}/v1.0/me`, { headers: { "x-worker": String(process.pid) } }));
      calls++;
    }
  }),
);
await transport.close();
await store.close();
process.stdout.write(String(calls));
