import type { ManualClock } from "../../adapters/in-memory/manual-clock.js";

/** The time of one world. It passes only while something is driven, from one sleeper to the next. */
export interface SimulatedClock {
  /** Milliseconds since the world began; never jumps. */
  elapsedMs(): number;
  /** The clock as one owner sees it. What it sleeps for ends with it. */
  of(owner: object): ManualClock;
  /** The owner has died: whatever it waits for never comes. */
  drop(owner: object): void;
  /** Moves the wall clock of all owners; no time passes. */
  jump(ms: number): void;
  /** Lets the world go on until the work has settled. @throws Stuck where it cannot settle any more */
  drive<T>(work: Promise<T>): Promise<T>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
}

/** Work that waits for nothing, or that goes on for ever. */
export class Stuck extends Error {}

export interface SimulatedClockOptions {
  readonly startAtMs: number;
  /** Something that takes longer than this goes on for ever. */
  readonly longestMs: number;
}

interface Sleeper {
  readonly owner: object;
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

/** How often something may be woken while one piece of work is done. */
const MOST_WAKES = 50_000;

export function createSimulatedClock({ startAtMs, longestMs }: SimulatedClockOptions): SimulatedClock {
  let elapsedMs = 0;
  let offsetMs = startAtMs;
  const sleeping = new Set<Sleeper>();

  const next = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const each of sleeping) if (first === undefined || each.wakesAtMs < first.wakesAtMs) first = each;
    return first !== undefined && Number.isFinite(first.wakesAtMs) ? first : undefined;
  };
  const wake = (sleeper: Sleeper): void => {
    sleeping.delete(sleeper);
    elapsedMs = Math.max(elapsedMs, sleeper.wakesAtMs);
    sleeper.wake();
  };
  const sleep = (owner: object, ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      if (!(ms >= 0)) throw new RangeError("a sleep cannot be negative");
      signal?.throwIfAborted();
      const stop = (): void => {
        if (sleeping.delete(sleeper)) reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        owner,
        wakesAtMs: elapsedMs + ms,
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      sleeping.add(sleeper);
      signal?.addEventListener("abort", stop, { once: true });
    });
  const pass = async (ms: number): Promise<void> => {
    const untilMs = elapsedMs + ms;
    await settled();
    for (let sleeper = next(), wakes = 0; sleeper !== undefined && sleeper.wakesAtMs <= untilMs; sleeper = next()) {
      if (++wakes > MOST_WAKES) throw new Stuck("is woken again and again while time passes");
      wake(sleeper);
      await settled();
    }
    elapsedMs = Math.max(elapsedMs, untilMs);
  };

  return {
    elapsedMs: () => elapsedMs,
    of: (owner) => ({
      now: () => offsetMs + elapsedMs,
      monotonicMs: () => elapsedMs,
      sleep: (ms, signal) => sleep(owner, ms, signal),
      sleepers: () => sleeping.size,
      jump: (ms) => void (offsetMs += ms),
      advance: pass,
    }),
    drop: (owner) => {
      for (const each of sleeping) if (each.owner === owner) sleeping.delete(each);
    },
    jump: (ms) => void (offsetMs += ms),
    pass,
    drive: async (work) => {
      let done = false;
      const finish = (): void => void (done = true);
      work.then(finish, finish);
      const startedMs = elapsedMs;
      for (let wakes = 0; ; wakes++) {
        await settled();
        if (done) return work;
        const sleeper = next();
        if (sleeper === undefined) throw new Stuck("waits for nothing");
        if (wakes > MOST_WAKES || sleeper.wakesAtMs - startedMs > longestMs) throw new Stuck("goes on for ever");
        wake(sleeper);
      }
    },
  };
}

/** Everything that was ready to run has run: nothing in a world is anything but promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
