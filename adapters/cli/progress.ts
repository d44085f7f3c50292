import { systemClock } from "../clock/system-clock.js";
import { plural } from "./visible-text.js";
import type { Cli } from "./cli.js";

/** Tells a person, on standard error, that something takes longer than a second. Silent with `--json`, which scripts read. */
export interface Progress {
  /** Begins to tell how it goes; `status` may look it up, and an empty answer says nothing. */
  start(status: () => Promise<string>): void;
  called(): void;
  /** A wait for the rate limit that has just begun. */
  waiting(ms: number): void;
  stop(): void;
}

const FIRST_MS = 1_000;
/** Off a terminal each message is a line of its own, in a log that somebody keeps. */
const EVERY_MS = { terminal: 1_000, log: 15_000 };

export function createProgress(cli: Cli): Progress {
  if (cli.json) return { start: () => undefined, called: () => undefined, waiting: () => undefined, stop: () => undefined };
  const { stderr } = cli.io;
  const terminal = stderr.isTTY === true;
  let calls = 0;
  let waitUntilMs = 0;
  let running: AbortController | undefined;
  let lineIsOpen = false;

  const show = (text: string): void => {
    stderr.write(terminal ? `\r\u001b[2K${text}` : `${text}\n`);
    lineIsOpen = terminal;
  };
  const tick = async (sinceMs: number, status: () => Promise<string>): Promise<void> => {
    const seconds = Math.round((systemClock.monotonicMs() - sinceMs) / 1000);
    const waitS = Math.ceil((waitUntilMs - systemClock.monotonicMs()) / 1000);
    const doing = waitS > 0 ? `waiting ${waitS} s for the rate limit, which everything on this connection shares` : await status();
    if (doing !== "") show(`  ${doing} · ${plural(calls, "call")} · ${seconds} s`);
  };
  const loop = async (signal: AbortSignal, status: () => Promise<string>): Promise<void> => {
    const sinceMs = systemClock.monotonicMs();
    for (let waitMs = FIRST_MS; ; waitMs = terminal ? EVERY_MS.terminal : EVERY_MS.log) {
      await systemClock.sleep(waitMs, signal);
      await tick(sinceMs, status);
    }
  };
  return {
    start: (status) => {
      running?.abort();
      running = new AbortController();
      // It ends by being stopped; what it could not look up is nothing to tell.
      loop(running.signal, status).catch(() => undefined);
    },
    called: () => (calls += 1),
    waiting: (ms) => {
      waitUntilMs = systemClock.monotonicMs() + ms;
      if (!terminal) show(`  waiting ${Math.ceil(ms / 1000)} s for the rate limit, which everything on this connection shares`);
    },
    stop: () => {
      running?.abort();
      if (lineIsOpen) stderr.write("\r\u001b[2K");
      lineIsOpen = false;
    },
  };
}
