import { DsrError, isDsrError } from "../../core/errors.js";
import type { Clock, Random } from "../../core/host-ports.js";
import { ClockedBucket } from "./clocked-bucket.js";
import { withLocalShare, type StoreLoss } from "./local-share.js";
import type { Hold, Pacer, Permit, Settlement } from "./pacing.js";
import { TurnQueue } from "./turn-queue.js";
import { reserve, settle, type Reservation, type WindowRules } from "./window-rules.js";
import { usersOf, type Users, type Wait } from "./wait.js";
import type { Ahead, Window, WindowStore } from "./window.js";

export interface PacerOptions {
  /** Whose requests are counted together: the connection. One pacer per key and process, so that its callers take turns. */
  readonly key: string;
  /** Requests in any `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
  readonly store: WindowStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Longer than any attempt's deadline. 35 s when left out. */
  readonly holdMs?: number;
  /** A wait that the vendor imposes and that is longer than this is an error instead. 15 min when left out. */
  readonly parkAfterMs?: number;
  /** Told when callers have been held back for a second, or will be: of short waits about once a second, of each longer one once. */
  readonly onWait?: (wait: Wait) => void;
  /** A wait for a store that shuts this process alone out, and that is longer than this, is an error instead. 60 s when left out. */
  readonly shutOutAfterMs?: number;
  /** Told when the store cannot be used: until it can, this process keeps to a tenth of the limit, or sends nothing where it alone is shut out. */
  readonly onStoreLost?: (how: StoreLoss) => void;
}

interface Waiter {
  readonly sinceMs: number;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (reason: unknown) => void;
  readonly leave: () => void;
}

type Refused = Extract<Reservation, { readonly waitMs: number }>;

/** A pacer: a token bucket that spreads this process's requests, and over it the exact window that all processes share. */
export function createPacer(options: PacerOptions): Pacer {
  return new SharedPacer(options);
}

class SharedPacer implements Pacer {
  readonly #options: PacerOptions;
  readonly #store: WindowStore;
  readonly #bucket: ClockedBucket;
  /** The runs take turns: each has a signal of its own. */
  readonly #queue = new TurnQueue<Waiter>();
  /** Stops the timer after which the queue is looked at again. */
  #timer: AbortController | undefined;
  #toldUntilMs = Number.NEGATIVE_INFINITY;
  /** Since when callers are held back without a break. */
  #heldSinceMs: number | undefined;
  #departedAtMs = Number.NEGATIVE_INFINITY;
  /** The slots that this process took, as far as they are not free again. */
  readonly #own = new Set<number>();
  #users: Users = { own: 0, otherProcesses: 0 };
  /** While a store that is not near is asked for a place. */
  #asking = false;
  /** Whether that is for one who came when nobody waited. */
  #askingForFirst = false;
  /** Since when this process is shut out of the store, and why as the store says. */
  #shutOutSinceMs: number | undefined;
  #shutOutBy: unknown;
  /** Whether the vendor refused the last that was heard of. */
  #refusing = false;

  constructor(options: PacerOptions) {
    this.#options = options;
    const { clock, random, windowMs, limit, onStoreLost } = options;
    const lost = (how: StoreLoss, error: unknown): void => {
      this.#shutOutBy = error;
      heedless(() => onStoreLost?.(how));
    };
    this.#store = withLocalShare(options.store, { clock, random, quietMs: windowMs, onStoreLost: lost });
    this.#bucket = new ClockedBucket(clock, limit, windowMs);
  }

  acquire(signal: AbortSignal, sinceMs = this.#options.clock.monotonicMs(), isChange = false): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        this.#queue.delete(signal, waiter);
        if (this.#queue.size === 0) this.#stopTimer();
        waiter.reject(signal.reason);
      };
      const waiter: Waiter = {
        sinceMs,
        resolve: (permit) => {
          signal.removeEventListener("abort", onAbort);
          resolve(permit);
        },
        reject: (reason) => {
          signal.removeEventListener("abort", onAbort);
          reject(reason);
        },
        leave: () => this.#queue.delete(signal, waiter),
      };
      signal.addEventListener("abort", onAbort, { once: true });
      const alone = this.#queue.size === 0;
      if (alone && this.#options.clock.monotonicMs() - this.#departedAtMs > BREAK_MS) this.#heldSinceMs = undefined;
      this.#queue.add(signal, waiter, isChange);
      if (this.#timer === undefined) this.#pump();
      if (alone && this.#queue.size === 0) this.#heldSinceMs = undefined;
      if (alone && this.#asking) this.#askingForFirst = true;
    });
  }

  /** Lets as many depart as may, and sets a timer for the next. */
  #pump(): void {
    if (this.#asking) return;
    this.#stopTimer();
    while (this.#queue.size > 0) {
      const bucketMs = this.#bucket.getWaitTime(1);
      if (bucketMs > 0) {
        this.#tell("pace", bucketMs);
        return this.#lookAgainIn(bucketMs);
      }
      const reservation = this.#reserve();
      if (reservation instanceof Promise) return this.#await(reservation);
      if (!this.#depart(reservation)) return;
    }
  }

  #await(asked: Promise<Reservation>): void {
    this.#asking = true;
    void asked.then((reservation) => {
      this.#asking = false;
      const departed = this.#depart(reservation);
      if (departed && this.#askingForFirst && this.#queue.size === 0) this.#heldSinceMs = undefined;
      this.#askingForFirst = false;
      if (departed) this.#pump();
    });
  }

  /** Lets the next one go, if there is a place. */
  #depart(reservation: Reservation): boolean {
    if (!("waitMs" in reservation && reservation.why === "shut_out")) this.#shutOutSinceMs = undefined;
    this.#bucket.adapt(reservation.limit);
    if ("waitMs" in reservation) {
      this.#holdBack(reservation);
      return false;
    }
    const permit: Permit = { settle: (settlement) => this.#settle(reservation.id, settlement) };
    const waiter = this.#queue.shift();
    if (waiter === undefined) {
      // All who waited have gone while the store was asked.
      void permit.settle({ outcome: "unsent" });
      return false;
    }
    this.#bucket.tryRemoveTokens(1);
    this.#departedAtMs = this.#options.clock.monotonicMs();
    waiter.resolve(permit);
    return true;
  }

  #reserve(): Reservation | Promise<Reservation> {
    let own: number | undefined;
    return this.#update("now", (window, rules, { leastMs }) => {
      if (own !== undefined) this.#own.delete(own);
      // The time is read when the window is in hand: waiting for it takes time, too.
      const nowMs = this.#options.clock.monotonicMs() + leastMs;
      const reservation = reserve(window, rules, nowMs);
      own = "id" in reservation ? reservation.id : undefined;
      if (own !== undefined) this.#own.add(own);
      this.#users = usersOf(window, this.#own, nowMs);
      this.#refusing = window.refusals > 0;
      return "waitMs" in reservation ? { ...reservation, refusedSinceMs: reservation.refusedSinceMs - leastMs } : reservation;
    });
  }

  #settle(id: number, settlement: Settlement): Hold | undefined | Promise<Hold | undefined> {
    const atMs = this.#options.clock.monotonicMs();
    const refused = settlement.outcome === "answered" && settlement.refused !== undefined;
    // Others wait to hear it while the vendor refuses; otherwise a place is free a whole window from now at the earliest.
    const hold = this.#update(refused || this.#refusing ? "now" : "soon", (window, rules, { mostMs }) => {
      const held = settle(window, id, settlement, rules, atMs + mostMs);
      return held && { ...held, sinceMs: held.sinceMs - mostMs };
    });
    return hold instanceof Promise ? hold.then((held) => this.#settled(held)) : this.#settled(hold);
  }

  /** It may have been what the queue waits for; the timer was set without knowing. */
  #settled(hold: Hold | undefined): Hold | undefined {
    if (this.#queue.size > 0) this.#pump();
    return hold;
  }

  #holdBack(refused: Refused): void {
    const { clock, windowMs, parkAfterMs = 15 * 60_000 } = this.#options;
    const nowMs = clock.monotonicMs();
    if (refused.why === "shut_out") this.#endShutOut(nowMs + refused.waitMs);
    else if (refused.why !== "window" && refused.why !== "unshared") {
      for (const waiter of [...this.#queue]) {
        // A caller that has just come may find out for itself whether the vendor still refuses.
        const sinceMs = refused.why === "vendor" ? nowMs : Math.max(refused.refusedSinceMs, waiter.sinceMs);
        if (nowMs + refused.waitMs - sinceMs <= parkAfterMs) continue;
        waiter.leave();
        waiter.reject(new DsrError("RATE_LIMITED", { retryAfterMs: Math.ceil(Math.max(refused.waitMs, windowMs)) }));
      }
    }
    if (this.#queue.size === 0) return;
    this.#tell(refused.why === "paused" || refused.why === "probe" ? "refused" : refused.why, refused.waitMs);
    this.#lookAgainIn(refused.waitMs);
  }

  /** Ends who would have waited for too long by then. */
  #endShutOut(thenMs: number): void {
    const sinceMs = (this.#shutOutSinceMs ??= this.#options.clock.monotonicMs());
    for (const waiter of [...this.#queue]) {
      if (thenMs - Math.max(sinceMs, waiter.sinceMs) <= (this.#options.shutOutAfterMs ?? 60_000)) continue;
      waiter.leave();
      const reason = (isDsrError(this.#shutOutBy) ? this.#shutOutBy.facts.reason : undefined) ?? "this process cannot use it, and others may";
      waiter.reject(new DsrError("STORAGE_FAILED", { at: "the record of the rate limit", reason }));
    }
  }

  #tell(why: Wait["why"], ms: number): void {
    const { clock, key, windowMs, onWait } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#heldSinceMs ??= nowMs;
    const heldMs = nowMs - this.#heldSinceMs;
    // A long wait is told although a short one was told just before.
    if (heldMs + ms <= WORTH_TELLING_MS || nowMs + ms <= this.#toldUntilMs + 1) return;
    this.#toldUntilMs = nowMs + Math.max(ms, WORTH_TELLING_MS);
    heedless(() => onWait?.({ key, ms, heldMs, why, limit: { requests: this.#bucket.limit, windowMs }, users: this.#users }));
  }

  #lookAgainIn(ms: number): void {
    this.#timer = new AbortController();
    this.#options.clock.sleep(Math.max(1, ms), this.#timer.signal).then(
      () => this.#pump(),
      () => undefined,
    );
  }

  #stopTimer(): void {
    this.#timer?.abort(STOPPED);
    this.#timer = undefined;
  }

  #update<T>(when: "now" | "soon", change: (window: Window, rules: WindowRules, ahead: Ahead) => T): T | Promise<T> {
    const { key, limit, windowMs, random, holdMs = 35_000 } = this.#options;
    const rules: WindowRules = { limit, windowMs, marginMs: windowMs * MARGIN, holdMs, jitterMs: (random.fraction() * windowMs) / 10 };
    return this.#store.update(key, (window, ahead) => change(window, rules, ahead), when);
  }
}

/** Who is told has no say: what it throws keeps nobody from departing. */
function heedless(tell: () => void): void {
  try {
    tell();
  } catch {
    // Its own affair.
  }
}

const WORTH_TELLING_MS = 1000;
/** Who asks for nothing for so long was not held back in between. */
const BREAK_MS = 1000;

/** Of a window, for clocks that do not run equally fast: ten times what a bad quartz is off by. */
const MARGIN = 0.002;

/** A reason that exists already, since making one captures a stack. */
const STOPPED = new DsrError("INTERRUPTED");
