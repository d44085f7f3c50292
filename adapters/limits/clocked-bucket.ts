import { TokenBucket } from "limiter";
import type { Clock } from "../../core/host-ports.js";

/** Requests that may depart at once after a pause, at most; a smaller limit has fewer. */
const LARGEST_BURST = 5;

/**
 * limiter's token bucket, on this project's clock and full at the start: spreads requests evenly instead of sending a window's worth
 * at once. It refills at the limit's whole rate, since the bound is kept by the exact window behind it and not by this.
 */
export class ClockedBucket extends TokenBucket {
  readonly #clock: Clock;
  #limit: number;

  constructor(clock: Clock, limit: number, windowMs: number) {
    super({ ...shape(limit), interval: windowMs });
    this.#clock = clock;
    this.#limit = limit;
    this.content = this.bucketSize;
    this.lastDrip = clock.monotonicMs();
  }

  get limit(): number {
    return this.#limit;
  }

  /** Follows a limit that the vendor has changed. */
  adapt(limit: number): void {
    if (limit === this.#limit) return;
    this.drip();
    this.#limit = limit;
    Object.assign(this, shape(limit));
    this.content = Math.min(this.content, this.bucketSize);
  }

  override drip(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const before = this.content;
    this.content = Math.min(this.bucketSize, before + (Math.max(0, nowMs - this.lastDrip) * this.tokensPerInterval) / this.interval);
    this.lastDrip = nowMs;
    return Math.floor(this.content) > Math.floor(before);
  }
}

function shape(limit: number): { readonly bucketSize: number; readonly tokensPerInterval: number } {
  const bucketSize = Math.min(LARGEST_BURST, Math.max(1, Math.floor(limit / 10)));
  return { bucketSize, tokensPerInterval: limit };
}
