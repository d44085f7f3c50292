import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mostInAnyWindow } from "../../adapters/limits/support/arrivals.js";
import { runSide } from "./measure.js";

const LIMIT = 150;
const WINDOW_MS = 10_000;

export interface Paced {
  readonly processes: number;
  readonly seconds: number;
  readonly calls: number;
  /** Arrivals at the server in the fullest ten seconds. */
  readonly most: number;
  /** Of 15 a second, from the first arrival to the last. */
  readonly used: number;
  /** Calls of the process that had the fewest, of one that has its fair share. */
  readonly fewest: number;
}

/** As many calls as processes that share a home are let to make, counted by a server that answers at once. */
export async function limiter(processes: number, seconds: number): Promise<Paced> {
  const arrivals: { readonly atMs: number; readonly worker: string }[] = [];
  const server = createServer((request, response) => {
    arrivals.push({ atMs: performance.now(), worker: String(request.headers["x-worker"]) });
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const sharedFolder = mkdtempSync(join(tmpdir(), "dsr-bench-limiter-"));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await Promise.all(Array.from({ length: processes }, () => runSide("ours", { kind: "limit", people: 0, url, token: "", seconds, sharedFolder })));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(sharedFolder, { recursive: true, force: true });
  }
  const times = arrivals.map(({ atMs }) => atMs);
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const workers = [...new Set(arrivals.map(({ worker }) => worker))];
  const fewest = Math.min(...workers.map((name) => arrivals.filter(({ worker }) => worker === name).length));
  return { processes, seconds, calls: times.length, most: mostInAnyWindow(times, WINDOW_MS), used: times.length / (spanMs / WINDOW_MS) / LIMIT, fewest: fewest / (times.length / processes) };
}
