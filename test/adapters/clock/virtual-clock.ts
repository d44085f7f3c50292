import type { Clock, Random } from "../../../core/host-ports.js";

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

/** A clock that stands still until everything waits for it, and then jumps to the next timer. */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #elapsedMs = 0;
  /** Unix time at the start; a test may change it, as an operator sets a clock. */
  epochMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.epochMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return 1_000_000 + this.#elapsedMs;
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (!(ms >= 0)) return Promise.reject(new Error("negative sleep"));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#timers.delete(timer);
        reject(signal?.reason);
      };
      const timer: Timer = {
        atMs: this.#elapsedMs + ms,
        fire: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#timers.add(timer);
    });
  }

  /** Runs until `work` has ended, jumping from timer to timer. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    work.then(
      () => (ended = true),
      () => (ended = true),
    );
    for (;;) {
      await settled();
      if (ended) return work;
      if (!this.#fireNext()) throw new Error("nothing left to wait for");
    }
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    await this.drive(this.sleep(ms));
  }

  #fireNext(): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
    if (next === undefined) return false;
    this.#timers.delete(next);
    this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
    next.fire();
    return true;
  }
}

/** Until all that can go on without time has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Numbers from a seed: https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, id: () => Array.from({ length: 20 }, () => "abcdefghijklmnopqrstuvwxyz"[Math.floor(fraction() * 26)]).join("") };
}
