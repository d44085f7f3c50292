import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "../clock/system-clock.js";
import { storageFailure } from "./storage-failure.js";

/** What tells a home folder from the others of one database; it goes along when the folder is moved. Made when it is first asked for. */
export function homeId(directory: string): string {
  const path = join(directory, "home-id");
  try {
    if (!existsSync(path)) make(path);
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw storageFailure(error);
  }
}

/** It appears under its name only when it is whole and on disk; where another process was first, its one stands. */
function make(path: string): void {
  const id = systemRandom.id();
  const draft = `${path}.${id}`;
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, `${id}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
