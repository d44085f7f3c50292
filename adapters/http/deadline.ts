import type { Clock } from "../../core/host-ports.js";

/** Why `withDeadline` gave up on work that was still going on. */
export class CutShort extends Error {
  override readonly name = "CutShort";
  readonly why: "deadline" | "interrupted";

  constructor(why: "deadline" | "interrupted") {
    super(why);
    this.why = why;
  }
}

/**
 * Does `work` within `ms`. When time is up or `outer` aborts, the work's signal aborts and the promise rejects with `CutShort` at once,
 * whether or not the work heeds its signal. Leaves no timer and no listener behind.
 */
export function withDeadline<T>(clock: Clock, ms: number, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const inner = new AbortController();
    const timer = new AbortController();
    const cut = (why: CutShort["why"]): void => {
      const reason = new CutShort(why);
      leave();
      reject(reason);
      inner.abort(reason);
    };
    const interrupt = (): void => cut("interrupted");
    const leave = (): void => {
      outer.removeEventListener("abort", interrupt);
      timer.abort(LEFT);
    };
    if (outer.aborted) {
      reject(new CutShort("interrupted"));
      return;
    }
    outer.addEventListener("abort", interrupt, { once: true });
    clock.sleep(ms, timer.signal).then(
      () => cut("deadline"),
      () => undefined,
    );
    work(inner.signal).then(
      (value) => {
        leave();
        resolve(value);
      },
      (error: unknown) => {
        leave();
        reject(error instanceof Error ? error : new Error("work failed"));
      },
    );
  });
}

/** A reason that exists already: making one for each timer that is stopped would capture a stack each time. */
const LEFT = new CutShort("deadline");
