import type { Clock } from "../../core/host-ports.js";

/** A clock that moves when it is told to. Sleepers wake in the order of their times. */
export interface ManualClock extends Clock {
  /** Lets `ms` pass: wakes each sleeper at its own time, and lets what it does run before the next. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as an administrator or a time server does; no time passes. */
  jump(ms: number): void;
  /** How many sleep now. */
  sleepers(): number;
}

export interface ManualClockOptions {
  /** Unix milliseconds; some fixed day when left out. */
  readonly startAtMs?: number;
  /** Goes to the next sleeper's time by itself as soon as the program has nothing else to do. */
  readonly auto?: boolean;
}

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

export function createManualClock({ startAtMs = Date.UTC(2026, 0, 15, 9), auto = false }: ManualClockOptions = {}): ManualClock {
  let elapsedMs = 0;
  let offsetMs = startAtMs;
  let running = false;
  const sleeping = new Set<Sleeper>();

  const next = (): Sleeper | undefined => [...sleeping].reduce<Sleeper | undefined>((first, each) => (first === undefined || each.wakesAtMs < first.wakesAtMs ? each : first), undefined);
  const wakeNext = async (untilMs: number): Promise<boolean> => {
    const sleeper = next();
    if (sleeper === undefined || sleeper.wakesAtMs > untilMs) return false;
    sleeping.delete(sleeper);
    elapsedMs = Math.max(elapsedMs, sleeper.wakesAtMs);
    sleeper.wake();
    await settled();
    return true;
  };
  const runByItself = async (): Promise<void> => {
    if (running) return;
    running = true;
    do await idle();
    while (await wakeNext(Number.POSITIVE_INFINITY));
    running = false;
  };

  return {
    // Sleeps may have been of a fraction; the time of day has none.
    now: () => Math.floor(offsetMs + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleepers: () => sleeping.size,
    jump: (ms) => void (offsetMs += ms),
    advance: async (ms) => {
      const untilMs = elapsedMs + ms;
      await settled();
      while (await wakeNext(untilMs));
      elapsedMs = Math.max(elapsedMs, untilMs);
    },
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        if (!(ms >= 0)) throw new RangeError("a sleep cannot be negative");
        signal?.throwIfAborted();
        const stop = (): void => {
          sleeping.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          wakesAtMs: elapsedMs + ms,
          wake: () => {
            signal?.removeEventListener("abort", stop);
            resolve();
          },
        };
        sleeping.add(sleeper);
        signal?.addEventListener("abort", stop, { once: true });
        if (auto) void runByItself();
      }),
  };
}

/** A store that collects what is to be written takes a turn of the event loop for each transaction: whoever makes some in a row is not idle. */
const TURNS = 20;

/** Resolves when nothing is likely to be ready to run any more. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await settled();
}

/** Resolves when everything that was ready to run has run, work on files and sockets that is already done included. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
