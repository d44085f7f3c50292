import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Random } from "../../../core/host-ports.js";
import type { Wire } from "./wire.js";

const PROGRAM = fileURLToPath(new URL("../../../dist/adapters/cli/dsr.js", import.meta.url));

/** When a process is to die: so long after a call of it arrived or was answered, or after it was started. */
export interface Moment {
  readonly call: number;
  readonly side: "arriving" | "answered";
  readonly delayMs: number;
}

/** A third die before or between calls, the rest at or just after one. */
export function someMoment({ fraction }: Random, calls: number): Moment {
  const call = Math.floor(fraction() * (calls + 1));
  return { call, side: fraction() < 0.5 ? "arriving" : "answered", delayMs: call === 0 ? 200 + fraction() * 1_500 : fraction() < 0.3 ? 0 : fraction() * 40 };
}

export type Ended = { readonly killed: true } | { readonly killed: false; readonly exit: number | null; readonly json: any; readonly err: string };

/** Runs the built program as a process of its own, and kills it at the moment, unless it has ended before. */
export async function command(words: readonly string[], { home, wire, input = "", moment }: { readonly home: string; readonly wire: Wire; readonly input?: string; readonly moment: Moment | undefined }): Promise<Ended> {
  wire.calls = 0;
  const child = spawn(process.execPath, [PROGRAM, ...words, "--json"], { env: { PATH: process.env["PATH"], DSR_HOME: home }, stdio: "pipe" });
  let [out, err] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => (err += piece.toString()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  let timer: NodeJS.Timeout | undefined;
  const die = (ms: number): void => void (ms === 0 ? child.kill("SIGKILL") : (timer ??= setTimeout(() => child.kill("SIGKILL"), ms)));
  if (moment?.call === 0) die(moment.delayMs);
  wire.onCall = (side, number) => (moment !== undefined && moment.side === side && moment.call === number ? die(moment.delayMs) : undefined);
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => child.once("error", reject).once("close", (_, by) => resolve(by)));
  clearTimeout(timer);
  wire.onCall = () => undefined;
  if (signal === "SIGKILL") return { killed: true };
  return { killed: false, exit: child.exitCode, json: out === "" ? undefined : JSON.parse(out), err };
}
