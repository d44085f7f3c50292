import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const ROOT = resolve(import.meta.dirname, "../..");
export const run = promisify(execFile);

/** The package as somebody else gets it. */
export interface InstalledPackage {
  /** A host's folder, with nothing but the package in it. */
  readonly folder: string;
  readonly tarball: string;
  /** Runs its command line there, in a home of its own. */
  readonly dsr: (words: readonly string[], options?: { readonly home?: string; readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string }) => Promise<Ended>;
}

export interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

const folder = { path: undefined as string | undefined, users: 0 };
let installed: Promise<InstalledPackage> | undefined;

/** To be called in a `describe`: packs it, and installs it in an empty folder, once for all of them, since it takes long. The last one removes it. */
export function installedPackage(): () => Promise<InstalledPackage> {
  folder.users += 1;
  after(() => {
    folder.users -= 1;
    if (folder.users > 0 || folder.path === undefined) return;
    rmSync(folder.path, { recursive: true, force: true });
    installed = undefined;
  });
  return () => (installed ??= install());
}

async function install(): Promise<InstalledPackage> {
  const path = mkdtempSync(join(tmpdir(), "dsr-package-"));
  folder.path = path;
  await run("npm", ["pack", "--silent", "--pack-destination", path], { cwd: ROOT });
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const tarball = join(path, `dsr-connect-${version}.tgz`);
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: "host", private: true, type: "module" }));
  await npmInstall(path, tarball);
  const program = join(path, "node_modules/dsr-connect/dist/adapters/cli/dsr.js");
  return {
    folder: path,
    tarball,
    dsr: (words, { home = join(path, "home"), cwd = path, env = {}, input } = {}) => {
      const { PATH = "", TMPDIR = tmpdir() } = process.env;
      return ended(process.execPath, [program, ...words], { cwd, env: { PATH, TMPDIR, DSR_HOME: home, ...env } }, input);
    },
  };
}

export async function npmInstall(folder: string, ...packages: readonly string[]): Promise<void> {
  await run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", ...packages], { cwd: folder });
}

/** What a program said and how it ended, whether well or not. */
export function ended(file: string, words: readonly string[], options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }, input?: string): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(file, words, { ...options, maxBuffer: 1 << 26 }, (error, out, err) => done({ exit: error === null ? 0 : Number(error.code ?? 1), out, err }));
    child.stdin?.end(input ?? "");
  });
}
