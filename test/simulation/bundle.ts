import { build } from "esbuild";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** The worker and all that it needs, compiled into one file of a folder of its own. */
export interface Bundle {
  readonly worker: string;
  /** Takes the folder away. */
  remove(): void;
}

/** Compiles the simulation: compiled on the way to each use, it would take twice as long. */
export async function bundleWorker(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), "dsr-simulation-"));
  const worker = join(folder, "test", "simulation", "worker.mjs");
  await build({
    entryPoints: [join(ROOT, "test", "simulation", "worker.ts")],
    outfile: worker,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // Libraries that are no modules ask for `require`.
    banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" },
    logLevel: "warning",
  });
  // Read at its place beside the code.
  cpSync(join(ROOT, "contracts", "manifest.schema.json"), join(folder, "contracts", "manifest.schema.json"));
  return { worker, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
