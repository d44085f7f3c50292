import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareFetch } from "./bare-fetch.js";
import { callsOf } from "./calls.js";
import type { Done, Job } from "./job.js";
import { journal } from "./journal.js";
import { limitWorker } from "./limit-worker.js";
import { ours, type Work } from "./ours.js";
import { permits } from "./permits.js";
import { vendorsClient } from "./vendors-client.js";

/** One side doing one job in a process of its own. What it takes to start, and to connect, is not measured. */
const SIDES = { ours, "intercom-client": vendorsClient, "bare fetch": bareFetch };

const name = (process.argv[2] ?? "") as keyof typeof SIDES;
const job = JSON.parse(process.env["JOB"] ?? "") as Job;
const folder = mkdtempSync(join(tmpdir(), "dsr-bench-"));
try {
  const work = await begin();
  const resident: { readonly atMs: number; readonly miB: number }[] = [];
  const look = (): void => void resident.push({ atMs: performance.now(), miB: process.memoryUsage.rss() / 2 ** 20 });
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  look();
  const watch = setInterval(look, 250);
  const done = await work.run();
  clearInterval(watch);
  look();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  await work.close();
  const inTenth = ({ atMs }: { readonly atMs: number }): number => Math.min(9, Math.floor(((atMs - startedMs) / wallMs) * 10));
  // Where a busy process was not looked at, it is as it was before.
  const tenth = (n: number): number => Math.max(...resident.filter((each) => inTenth(each) === n).map(({ miB }) => miB), resident.filter((each) => inTenth(each) <= n).at(-1)?.miB ?? 0);
  const told: Done = { done, wallMs, cpuMs: (user + system) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024, overTime: Array.from({ length: 10 }, (_, n) => tenth(n)) };
  process.stdout.write(JSON.stringify(told));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// A client may keep connections.
process.exit();

function begin(): Promise<Work> {
  switch (job.kind) {
    case "access":
    case "deletion":
      return SIDES[name](job, folder);
    case "calls":
      return callsOf(name, job, folder);
    case "journal":
      return journal(job, folder);
    case "limit":
      return limitWorker(job);
    case "permits":
      return permits(job, folder);
  }
}
