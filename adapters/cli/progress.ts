import { systemClock } from "../clock/system-clock.js";
import type { Wait } from "../limits/wait.js";
import type { Cli } from "./cli.js";
import { waitJson, waitWords } from "./show-wait.js";
import { plural } from "./visible-text.js";

/**
 * Tells a person, on standard error, how something goes that takes longer than a second. Silent with `--json`, which scripts read, but for
 * waits with `--verbose`.
 */
export interface Progress {
  /** Begins to tell how it goes; `status` may look it up, and an empty answer says nothing. */
  start(status: () => Promise<string>): void;
  /** Which of several it is; stands before what is told from now on. */
  about(which: string): void;
  called(): void;
  waiting(wait: Wait): void;
  /** Makes room for something else to be written. */
  clear(): void;
  stop(): void;
}

const FIRST_MS = 1_000;
/** Off a terminal each message is a line of its own, in a log that somebody keeps. */
const EVERY_MS = { terminal: 1_000, log: 15_000 };

export function createProgress(cli: Cli): Progress {
  const { stderr, env } = cli.io;
  const terminal = stderr.isTTY === true && env["TERM"] !== "dumb";
  const clock = systemClock;
  let calls = 0;
  let which = "";
  let wait: (Wait & { readonly atMs: number }) | undefined;
  let running: { readonly ended: AbortController; readonly sinceMs: number; readonly status: () => Promise<string> } | undefined;
  let shown: { readonly atMs: number; readonly why: Wait["why"] | undefined } | undefined;
  let lineIsOpen = false;

  const show = (text: string): void => {
    // A line that is broken in two could not be cleared.
    const fitting = terminal && stderr.columns !== undefined ? text.slice(0, Math.max(20, stderr.columns - 1)) : text;
    stderr.write(terminal ? `\r\u001b[2K${fitting}` : `${fitting}\n`);
    lineIsOpen = terminal;
  };
  /** The wait that is under way; short ones follow each other, so that what was just told still holds. */
  const waitNow = (): { readonly wait: Wait; readonly leftMs: number } | undefined => {
    if (wait === undefined) return undefined;
    const sinceMs = clock.monotonicMs() - wait.atMs;
    return sinceMs < Math.max(wait.ms, STILL_HOLDS_MS) ? { wait, leftMs: wait.ms - sinceMs } : undefined;
  };
  const tick = async (): Promise<void> => {
    const now = running;
    if (now === undefined) return;
    const status = await now.status().catch(() => "");
    // It may have come to its end meanwhile.
    if (running !== now) return;
    const held = waitNow();
    const parts = [...(status === "" ? [] : [status]), ...(held === undefined ? [] : [waitWords(held.wait, held.leftMs)])];
    if (parts.length === 0) return;
    const atMs = clock.monotonicMs();
    shown = { atMs, why: held?.wait.why };
    show(`  ${which}${parts.join(" · ")} · ${plural(calls, "call")} · ${Math.round((atMs - now.sinceMs) / 1000)} s`);
  };
  const loop = async (signal: AbortSignal): Promise<void> => {
    for (let waitMs = FIRST_MS; ; waitMs = terminal ? EVERY_MS.terminal : EVERY_MS.log) {
      await clock.sleep(waitMs, signal);
      await tick();
    }
  };
  const clear = (): void => {
    if (lineIsOpen) stderr.write("\r\u001b[2K");
    lineIsOpen = false;
  };
  const stop = (): void => {
    running?.ended.abort();
    running = undefined;
    shown = undefined;
    clear();
  };
  return {
    start: (status) => {
      stop();
      if (cli.json) return;
      running = { ended: new AbortController(), sinceMs: clock.monotonicMs(), status };
      // It ends by being stopped.
      loop(running.ended.signal).catch(() => undefined);
    },
    about: (text) => (which = text),
    called: () => (calls += 1),
    waiting: (told) => {
      if (cli.json && cli.flags.verbose === true) cli.remark([], { wait: waitJson(told) });
      wait = { ...told, atMs: clock.monotonicMs() };
      if (terminal || running === undefined || wait.atMs - running.sinceMs < FIRST_MS || told.ms < STILL_HOLDS_MS) return;
      // A log is told at once of another kind of wait, and of the same kind no more often than of anything else.
      if (shown === undefined || shown.why !== told.why || wait.atMs - shown.atMs >= EVERY_MS.log) void tick();
    },
    clear,
    stop,
  };
}

/** The pacer tells of short waits about once a second. */
const STILL_HOLDS_MS = 1_100;
