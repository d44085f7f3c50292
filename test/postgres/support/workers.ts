import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiled } from "../../support/compiled.js";

export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly home: string;
  /** Resolves with the exit code, or with the signal. */
  readonly ended: Promise<number | string>;
  /** What it has printed so far, by lines. */
  lines(): readonly string[];
}

/** A `runWorker` in a process of its own, over a home of its own. */
export function startWorker(options: { readonly databaseUrl: string; readonly key: string; readonly home?: string; readonly pace?: "paced" | "unpaced" }): WorkerProcess {
  const home = options.home ?? mkdtempSync(join(tmpdir(), "dsr-worker-"));
  const child = spawn(process.execPath, [compiled("test/postgres/support/worker-main.ts"), home, options.pace ?? "unpaced"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, DSR_DATABASE_URL: options.databaseUrl, DSR_KEY: options.key },
  });
  let output = "";
  child.stdout?.on("data", (piece) => (output += String(piece)));
  const ended = new Promise<number | string>((resolve) => child.once("close", (code, signal) => resolve(code ?? signal ?? "")));
  return { child, home, ended, lines: () => output.split("\n").filter((line) => line !== "") };
}
