import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which process this is, so that another one can tell whether it still lives. A process id alone is soon given to somebody else. */
export interface ProcessIdentity {
  /** Host name, and on Linux the pid namespace too: containers of one host name do not see each other's processes. */
  readonly machine: string;
  readonly pid: number;
  /** Opaque, never again equal for the same pid; empty where the system does not tell. */
  readonly startedAt: string;
}

export function thisProcess(): ProcessIdentity {
  const seen = lookAt(process.pid);
  return { machine: thisMachine(), pid: process.pid, startedAt: seen === "gone" ? "" : seen.startedAt };
}

/** Whether a process of this machine is still there; undefined for another machine's, which cannot be seen from here. */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (identity.machine !== thisMachine()) return undefined;
  const seen = lookAt(identity.pid);
  if (seen === "gone") return false;
  return seen.startedAt === "" || identity.startedAt === "" || seen.startedAt === identity.startedAt;
}

type Seen = "gone" | { readonly startedAt: string };

function thisMachine(): string {
  return process.platform === "linux" ? `${hostname()} ${attempt(() => readlinkSync("/proc/self/ns/pid")) ?? ""}` : hostname();
}

/** `ps` tells times in the time zone and the language of whoever asks. */
const SAME_FOR_ALL = { TZ: "UTC0", LC_ALL: "C" };

function lookAt(pid: number): Seen {
  if (process.platform === "linux") {
    const status = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (status !== undefined) return readStatus(status);
  }
  if (!exists(pid)) return "gone";
  if (process.platform === "win32" || process.platform === "linux") return { startedAt: "" };
  const [state = "", ...startedAt] = (attempt(() => execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8", env: { ...process.env, ...SAME_FOR_ALL } })) ?? "").trim().split(/\s+/);
  return state.startsWith("Z") ? "gone" : { startedAt: startedAt.join(" ") };
}

/** Source: proc_pid_stat(5). The command's name may hold spaces and brackets, so the fields are counted from its closing one. */
function readStatus(status: string): Seen {
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  const [state = ""] = fields;
  // A zombie has ended; its parent has only not asked yet.
  if (state === "Z" || state === "X") return "gone";
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? "";
  return { startedAt: `${boot} ${fields[19] ?? ""}` };
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
