import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { compiled } from "../../../support/compiled.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

export interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts a program of the command line as a process of its own, with real pipes. */
export function start(file: string, words: readonly string[], { env = {}, input = "", out: to }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string; readonly out?: string } = {}): Started {
  const { PATH = "", TMPDIR = tmpdir() } = process.env;
  // Standard output goes into a file where one is named.
  const output = to === undefined ? undefined : openSync(to, "w");
  const child = spawn(process.execPath, [compiled(`adapters/cli/${file}`), ...words], { cwd: ROOT, env: { PATH, TMPDIR, ...env }, stdio: ["pipe", output ?? "pipe", "pipe"] });
  if (output !== undefined) closeSync(output);
  let out = "";
  let err = "";
  child.stdout?.on("data", (piece: Buffer) => (out += piece.toString()));
  child.stderr?.on("data", (piece: Buffer) => (err += piece.toString()));
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  const ended = new Promise<Ended>((resolve) => child.once("close", (exit) => resolve({ exit, out, err })));
  return { child, ended };
}

export function dsr(words: readonly string[], options?: Parameters<typeof start>[2]): Promise<Ended> {
  return start("dsr.ts", words, options).ended;
}
