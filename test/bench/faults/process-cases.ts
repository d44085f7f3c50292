import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import type { Outcome } from "./run-case.js";
import type { Side } from "./sides.js";

/** What is put to a real process that is killed, and to the one that goes on after it. */
export interface ProcessCase {
  readonly id: string;
  readonly what: string;
  readonly right: string;
  readonly job: "read" | "delete";
  /** After how many answers the process is ended, each time anew. */
  readonly endAfter: readonly number[];
  readonly signal: "SIGKILL" | "SIGTERM";
  /** Done between the end of a process and the start of the next. */
  readonly between?: (running: RunningSandbox) => string;
}

const CONTACTS = 6;
const ADDRESS = "ada@example.test";

export const PROCESS_CASES: readonly ProcessCase[] = [
  { id: "P1", what: "killed while it reads", right: "goes on; at most one page is read again", job: "read", endAfter: [9], signal: "SIGKILL" },
  { id: "P2", what: "killed while it deletes", right: "goes on, and tells of every contact that is gone", job: "delete", endAfter: [5], signal: "SIGKILL" },
  { id: "P3", what: "killed twice while it deletes", right: "goes on, and tells of every contact that is gone", job: "delete", endAfter: [4, 4], signal: "SIGKILL" },
  { id: "P8", what: "SIGTERM while it deletes", right: "goes on, and tells of every contact that is gone", job: "delete", endAfter: [5], signal: "SIGTERM" },
  { id: "P13", what: "the token is revoked while it deletes; another comes", right: "goes on with the new one, and tells of every contact that is gone", job: "delete", endAfter: [5], signal: "SIGKILL", between: ({ sandbox }) => {
    sandbox.revokeToken(sandbox.token);
    return sandbox.issueToken();
  } },
];

/** One child's last line. */
interface Told {
  readonly words: string;
  /** Contacts of which it says that they are gone, or that it read them. */
  readonly ids: readonly string[];
}

/** Kills one side's process as often as the case says, lets it finish, and compares what it tells with what is so. */
export async function runProcessCase(each: ProcessCase, side: Side["name"]): Promise<Outcome> {
  const running = await startIntercomSandbox({ rateLimit: "off", fixture: "empty", indexLagMs: { create: 0, update: 0, delete: 0 } });
  const { sandbox } = running;
  const contacts = Array.from({ length: CONTACTS }, (_, n) => sandbox.build.addContact({ email: ADDRESS, role: n === 0 ? "user" : "lead" }).id);
  const home = mkdtempSync(join(tmpdir(), "dsr-bench-process-"));
  const startedAt = performance.now();
  let token = sandbox.token;
  try {
    await child(side, ["connect", running.url, home], token).ended;
    sandbox.calls.clear();
    for (const calls of each.endAfter) {
      const seen = sandbox.calls.records.length;
      const started = child(side, [each.job, running.url, home], token);
      while (sandbox.calls.records.length < seen + calls && started.process.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
      started.process.kill(each.signal);
      await started.ended;
      if (each.between !== undefined) {
        token = each.between(running);
        await child(side, ["reconnect", running.url, home], token).ended;
      }
    }
    const told = (await child(side, [each.job, running.url, home], token).ended) ?? { words: "nothing at all", ids: [] };
    const gone = contacts.filter((id) => sandbox.state.contact(id, sandbox.workspace.id, Date.now())?.status !== "live");
    const deletions = sandbox.calls.records.filter(({ operation, effect }) => operation === "deleteContact" && effect).length;
    const should = each.job === "delete" ? gone : contacts;
    const known = should.filter((id) => told.ids.includes(id)).length;
    const right = known === CONTACTS && (each.job === "read" || (gone.length === CONTACTS && deletions === CONTACTS));
    return {
      side,
      right,
      words: `${told.words}, tells of ${known} of ${should.length}`,
      measured: { ending: { claims: right ? "done" : "not done", words: told.words }, ms: Math.round(performance.now() - startedAt), requests: sandbox.calls.records.length, gone: gone.length, of: CONTACTS, memoryMiB: 0, refusals: 0 },
    };
  } finally {
    await running.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function child(side: Side["name"], words: readonly string[], token: string): { readonly process: ChildProcess; readonly ended: Promise<Told | undefined> } {
  const process_ = spawn(process.execPath, ["--import", "tsx", "--require", "reflect-metadata", join(import.meta.dirname, "process-child.ts"), side, ...words], { env: { ...process.env, TOKEN: token }, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  process_.stdout.on("data", (piece: Buffer) => { out += piece.toString(); });
  const ended = new Promise<Told | undefined>((resolve) => {
    process_.once("close", () => {
      const last = out.trim().split("\n").at(-1) ?? "";
      resolve(last.startsWith("{") ? (JSON.parse(last) as Told) : undefined);
    });
  });
  return { process: process_, ended };
}
