import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder for its owner alone, durably, and those above it that are missing. One that exists keeps its permissions.
 * Not node's `recursive`: that never returns where the system answers ENOENT below a folder that is there, as under `/proc`.
 * @throws the file system's error
 */
export function makePrivateFolder(path: string): void {
  const missing: string[] = [];
  for (let each = resolve(path); !isFolder(each); each = dirname(each)) missing.unshift(each);
  for (const each of missing) {
    try {
      mkdirSync(each, { mode: 0o700 });
    } catch (error) {
      // Another process may have been faster.
      if (!isFolder(each)) throw error;
    }
    syncFolder(dirname(each));
  }
}

/** Makes a folder's list of names durable. Windows cannot open a folder and needs no such call. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function isFolder(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status !== undefined && !status.isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR", syscall: "stat" });
  return status !== undefined;
}
