import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareFetch } from "./bare-fetch.js";
import type { Done, Job } from "./job.js";
import { ours } from "./ours.js";
import { vendorsClient } from "./vendors-client.js";

/** One side doing one job in a process of its own. What it takes to start, and to connect, is not measured. */
const SIDES = { ours, "intercom-client": vendorsClient, "bare fetch": bareFetch };

const [name = ""] = process.argv.slice(2);
const job = JSON.parse(process.env["JOB"] ?? "") as Job;
const folder = mkdtempSync(join(tmpdir(), "dsr-bench-"));
try {
  const work = await SIDES[name as keyof typeof SIDES](job, folder);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const done = await work.run();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  await work.close();
  const told: Done = { done, wallMs, cpuMs: (user + system) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(told));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// A client may keep connections.
process.exit();
