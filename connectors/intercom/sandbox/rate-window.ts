import type { Reply } from "./reply.js";
import { failure } from "./reply.js";

/** Intercom cuts each minute into windows of ten seconds. https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting */
export const WINDOW_MS = 10_000;

/** The fixed windows of one workspace: they start on the clock's own tens of seconds, not at the first call. */
export class RateWindow {
  private window = -1;
  private used = 0;

  constructor(public limit: number | "off") {}

  /** Counts one call; false when the window is used up. */
  admit(now: number): boolean {
    this.enter(now);
    if (this.limit !== "off" && this.used >= this.limit) return false;
    this.used += 1;
    return true;
  }

  /** Takes calls away, as another app of the same workspace would. */
  spend(calls: number, now: number): void {
    this.enter(now);
    this.used += calls;
  }

  headers(now: number): Record<string, string> {
    if (this.limit === "off") return {};
    this.enter(now);
    return {
      "x-ratelimit-limit": String(this.limit),
      "x-ratelimit-remaining": String(Math.max(0, this.limit - this.used)),
      "x-ratelimit-reset": String(((this.window + 1) * WINDOW_MS) / 1000),
    };
  }

  refusal(): Reply {
    return failure(429, "rate_limit_exceeded", `Exceeded rate limit of ${this.limit} in 10_seconds`);
  }

  private enter(now: number): void {
    const window = Math.floor(now / WINDOW_MS);
    if (window === this.window) return;
    this.window = window;
    this.used = 0;
  }
}
