import { join } from "node:path";
import { systemClock, systemRandom } from "../../../adapters/clock/system-clock.js";
import { createSeam } from "../../../adapters/http/seam.js";
import { SEAM_LIMITS } from "../../../adapters/http/seam-limits.js";
import { createUndiciTransport } from "../../../adapters/http/undici-transport.js";
import { createPacer } from "../../../adapters/limits/pacer.js";
import { openSqliteWindow } from "../../../adapters/limits/sqlite-window.js";
import { protocol } from "../../../connectors/intercom/protocol.js";
import type { Job } from "./job.js";
import type { Work } from "./ours.js";

const LIMIT = 150;
const WINDOW_MS = 10_000;
const PLACES = 8;

/** A process that calls as often as it may, from eight places, for so many seconds. */
export async function limitWorker({ url, seconds = 60, sharedFolder = "" }: Job): Promise<Work> {
  const windows = openSqliteWindow(join(sharedFolder, "limits.db"));
  const transport = createUndiciTransport({ userAgent: "bench", allowPrivateHosts: true });
  const { signal } = new AbortController();
  const fetch = createSeam({
    protocol,
    apiOrigin: url,
    credential: () => undefined,
    pacer: createPacer({ key: "bench", limit: LIMIT, windowMs: WINDOW_MS, store: windows, clock: systemClock, random: systemRandom }),
    transport: transport.send,
    clock: systemClock,
    random: systemRandom,
    signal,
    limits: SEAM_LIMITS,
  });
  const untilMs = systemClock.monotonicMs() + seconds * 1000;
  let calls = 0;
  const call = async (): Promise<void> => {
    for (; systemClock.monotonicMs() < untilMs; calls++) await fetch(new Request(`${url}/me`, { headers: { "x-worker": String(process.pid) } }));
  };
  return {
    run: async () => {
      await Promise.all(Array.from({ length: PLACES }, call));
      return calls;
    },
    close: async () => {
      await transport.close();
      windows.close();
    },
  };
}
