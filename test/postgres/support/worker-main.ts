import "reflect-metadata";
import { openLocalDsr, runWorker, systemClock } from "../../../adapters/index.js";
import { intercom } from "../../../connectors/intercom/index.js";

/** A worker in a process of its own: `worker-main.ts <home> <unpaced|paced>`, the database in `DSR_DATABASE_URL`. Prints what it worked on. */
const [home = "", pace = ""] = process.argv.slice(2);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());

const connector = pace === "unpaced" ? { ...intercom, manifest: { ...intercom.manifest, rateLimit: { requests: 100_000, windowMs: 100 } } } : intercom;
const dsr = await openLocalDsr({ home, connectors: [connector], databaseUrl: process.env["DSR_DATABASE_URL"], key: process.env["DSR_KEY"], timings: { looksMs: [0, 100, 200, 300] } });
const nudges = await dsr.nudges();
process.stdout.write("working\n");
await runWorker({
  dsr,
  nudges,
  clock: systemClock,
  signal: stop.signal,
  lookMs: 1_000,
  onWorked: (worked) => process.stdout.write(`${worked.requestId} ${"code" in worked ? worked.code : worked.result.outcome}\n`),
  onTrouble: (code) => process.stdout.write(`trouble ${code}\n`),
});
await nudges.close();
await dsr.close();
process.stdout.write("stopped\n");
