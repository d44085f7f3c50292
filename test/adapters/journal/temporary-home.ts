import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseUrl } from "../../../adapters/postgres/database-url.js";
import { openHome, type Home } from "../../../adapters/journal/home.js";

/** A folder that is removed after the test, and the homes opened in it. */
export interface TemporaryHome {
  readonly directory: string;
  /** The wall clock of every home that is opened here. */
  readonly clock: { nowMs: number; now(): number };
  open(options?: { readonly key?: string; readonly leaseTtlMs?: number; readonly busyTimeoutMs?: number }): Promise<Home>;
  /** Closes what was opened and removes the folder. */
  remove(): Promise<void>;
}

/** `databaseUrl` keeps the rows of its homes there. */
export function temporaryHome(databaseUrl?: DatabaseUrl): TemporaryHome {
  const directory = mkdtempSync(join(tmpdir(), "dsr-home-"));
  const clock = { nowMs: Date.now(), now: () => clock.nowMs };
  const homes: Home[] = [];
  return {
    directory,
    clock,
    open: async (options = {}) => {
      const home = await openHome({ directory, clock, databaseUrl, ...options });
      homes.push(home);
      return home;
    },
    remove: async () => {
      for (const home of homes) {
        try {
          await home.close();
        } catch {
          // A test may have closed or broken it.
        }
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Every file below the folder, with its bytes. */
export function filesBelow(directory: string): readonly { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
