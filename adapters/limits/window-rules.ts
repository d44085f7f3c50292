import type { Hold, RateFacts, Settlement } from "./pacing.js";
import { newWindow, type Slot, type Window } from "./window.js";

/** What the rules are about. Milliseconds. */
export interface WindowRules {
  /** Requests in any window, as configured; the vendor's own figure applies where it is lower. */
  readonly limit: number;
  readonly windowMs: number;
  /** Added to every window, for clocks that do not run equally fast. */
  readonly marginMs: number;
  /** How long a request can be under way. A slot whose process died is free after this and one window. */
  readonly holdMs: number;
  /** Random, for a 429 that names no wait. */
  readonly jitterMs: number;
}

/** `window`: all slots are taken. `vendor`: the vendor said that nothing is left. `paused`, `probe`: after a 429. `unshared`: the shared record was lost. `shut_out`: to this process alone. */
type Refusal = "window" | "vendor" | "paused" | "probe" | "unshared" | "shut_out";
export type Reservation =
  | { readonly id: number; readonly limit: number }
  | { readonly waitMs: number; readonly why: Refusal; readonly limit: number; readonly refusedSinceMs: number };

/** A vendor may ask for a year; everybody on the connection looks again after this. */
const LONGEST_PAUSE_MS = 3_600_000;
/** How long a limit holds after the vendor's window in which it was last heard. */
const LIMIT_LAPSES_MS = 60_000;
/** How often to look whether another process's request was answered. */
const LOOK_AGAIN_MS = 100;
/** And whether the shared record can be used again. */
const SHUT_OUT_MS = 500;

/**
 * Takes a slot for one request, or says when to ask again.
 *
 * A slot is taken when its request departs, and is free one window after the answer's head came. So in any window of the vendor's, by its
 * own clock, the request that departed last found all the others still holding theirs: they arrived before they were answered, and were
 * answered less than a window ago. There are never more than slots, whatever the network does with the order and the gaps.
 */
export function reserve(window: Window, rules: WindowRules, nowMs: number): Reservation {
  if (window.writtenAtMs > nowMs + 1000) Object.assign(window, newWindow(), { share: window.share });
  window.writtenAtMs = nowMs;
  window.slots = window.slots.filter((slot) => slot.freeAtMs > nowMs);
  const limit = effectiveLimit(window, rules);
  const wait = (why: Refusal, waitMs: number): Reservation => ({ waitMs, why, limit, refusedSinceMs: window.refusedSinceMs });

  if (window.share === 0) return wait("shut_out", SHUT_OUT_MS);
  // Where the shared record was lost there is a pause that no vendor asked for.
  if (window.pausedUntilMs > nowMs) return wait(window.refusals === 0 ? "unshared" : "paused", window.pausedUntilMs - nowMs);
  const underWay = window.slots.filter((slot) => slot.inFlight);
  // After a 429, one request finds out whether the vendor takes them again.
  if (window.refusals > 0 && underWay.some((slot) => slot.id >= window.refusedBefore)) return wait("probe", LOOK_AGAIN_MS);
  if (window.slots.length >= limit) return wait("window", untilFree(window.slots, limit, rules, nowMs));
  if (nowMs < window.resetAtMs && window.remaining - window.unheard - underWay.length - othersMayTake(window, nowMs) < 1) {
    // What is under way may have been counted already; its answer will tell.
    return wait("vendor", Math.min(window.resetAtMs - nowMs, underWay.length > 0 ? LOOK_AGAIN_MS : Infinity));
  }
  const id = window.nextId++;
  window.slots.push({ id, freeAtMs: nowMs + rules.holdMs + rules.windowMs + rules.marginMs, inFlight: true });
  return { id, limit };
}

/** Writes down what became of a request. Returns for how long everybody is held back from now, if so. */
export function settle(window: Window, id: number, settlement: Settlement, rules: WindowRules, nowMs: number): Hold | undefined {
  window.writtenAtMs = nowMs;
  const taken = window.slots.find((slot) => slot.id === id);
  window.slots = window.slots.filter((slot) => slot !== taken);
  if (settlement.outcome !== "unsent") note(window, { id, freeAtMs: taken?.freeAtMs ?? 0 }, settlement, rules, nowMs);
  return window.pausedUntilMs > nowMs ? { forMs: window.pausedUntilMs - nowMs, sinceMs: window.refusedSinceMs } : undefined;
}

/** Takes in what became known of the same limit in another record, whose times are so much behind: what departed, and for how long the vendor refuses. */
export function takeOver(window: Window, other: Window, behindMs: number): void {
  const known = new Set(other.slots.map(({ id }) => id));
  window.slots = [...window.slots.filter(({ id }) => !known.has(id)), ...other.slots.map((slot) => ({ ...slot, freeAtMs: slot.freeAtMs + behindMs }))];
  window.pausedUntilMs = Math.max(window.pausedUntilMs, other.pausedUntilMs + behindMs);
  if (other.refusals === 0) return;
  const sinceMs = other.refusedSinceMs + behindMs;
  window.refusedSinceMs = window.refusals === 0 ? sinceMs : Math.min(window.refusedSinceMs, sinceMs);
  window.refusals = Math.max(window.refusals, other.refusals);
  // Whatever departs from now on departs after it.
  window.refusedBefore = window.nextId;
}

function note(window: Window, { id, freeAtMs }: Pick<Slot, "id" | "freeAtMs">, settlement: Exclude<Settlement, { readonly outcome: "unsent" }>, rules: WindowRules, nowMs: number): void {
  // What was not answered may still be on its way: it is given a tenth of a window to arrive.
  const lateMs = settlement.outcome === "answered" ? 0 : rules.windowMs / 10;
  const freeMs = nowMs + lateMs + rules.windowMs + rules.marginMs;
  // What was given up, because of its deadline or of an interruption, may arrive as late as that of a process that has died.
  window.slots.push({ id, freeAtMs: settlement.outcome === "given_up" ? Math.max(freeAtMs, freeMs) : freeMs, inFlight: false });
  const rate = settlement.outcome === "answered" ? settlement.rate : undefined;
  if (settlement.outcome === "answered" && rate?.limit === undefined) forgetLimit(window, nowMs);
  if (!hear(window, rate, nowMs) && nowMs < window.resetAtMs) window.unheard++;
  if (settlement.outcome === "answered" && settlement.refused !== undefined) pause(window, id, settlement.refused.forMs, rules, nowMs);
  else if (settlement.outcome === "answered" && id >= window.refusedBefore) window.refusals = 0;
}

export function effectiveLimit(window: Window, rules: WindowRules): number {
  return Math.max(1, Math.floor(Math.min(rules.limit, window.vendorLimit) * (window.share || 1)));
}

/** A limit that the vendor told once and tells no more may be over: answers without it let it lapse. */
function forgetLimit(window: Window, nowMs: number): void {
  if (nowMs > Math.max(window.resetAtMs, window.firstHeardAtMs) + LIMIT_LAPSES_MS) window.vendorLimit = Number.POSITIVE_INFINITY;
}

/** Takes in the vendor's headers. True when they said what is left. Answers overtake each other: within one window the least is believed. */
function hear(window: Window, rate: RateFacts | undefined, nowMs: number): boolean {
  const { limit, remaining, reset } = rate ?? {};
  if (reset === undefined) {
    if (limit === undefined) return false;
    window.vendorLimit = limit;
    // While no window of the vendor's is known, this is when its limit was last heard.
    if (nowMs >= window.resetAtMs) window.firstHeardAtMs = nowMs;
    return false;
  }
  if (reset.unixSeconds < window.resetUnixSeconds && nowMs < window.resetAtMs) return false;
  const same = reset.unixSeconds === window.resetUnixSeconds;
  if (limit !== undefined) window.vendorLimit = same ? Math.min(window.vendorLimit, limit) : limit;
  if (remaining === undefined) return false;
  window.remaining = same ? Math.min(window.remaining, remaining) : remaining;
  window.resetAtMs = same ? Math.min(window.resetAtMs, nowMs + reset.inMs) : nowMs + reset.inMs;
  if (!same) Object.assign(window, { resetUnixSeconds: reset.unixSeconds, firstHeardAtMs: nowMs, heard: 0, unheard: 0 });
  window.heard++;
  return true;
}

/**
 * What other apps on the account may take of the vendor's window while one more request is on its way: what they took of it so far,
 * per second. A tenth of the limit at most, so that a first glance in mid-window does not stop everything.
 */
function othersMayTake(window: Window, nowMs: number): number {
  if (window.vendorLimit === Infinity) return 0;
  const taken = Math.max(0, window.vendorLimit - window.remaining - window.heard);
  const seconds = Math.max(1, (nowMs - window.firstHeardAtMs) / 1000);
  return Math.min(Math.floor(taken / seconds), Math.ceil(window.vendorLimit / 10));
}

function pause(window: Window, id: number, askedMs: number | undefined, rules: WindowRules, nowMs: number): void {
  const together = window.refusals > 0 && id < window.refusedBefore;
  if (window.refusals === 0) window.refusedSinceMs = nowMs;
  if (!together) {
    window.refusals++;
    window.refusedBefore = window.nextId;
  }
  const pauseMs = askedMs ?? rules.windowMs + rules.jitterMs;
  // Who refuses again at once after the wait that it named itself is asked once per window.
  const leastMs = window.refusals > 1 ? rules.windowMs : 0;
  window.pausedUntilMs = Math.max(window.pausedUntilMs, nowMs + Math.min(Math.max(pauseMs, leastMs), LONGEST_PAUSE_MS));
}

/** How long until fewer than `limit` slots are taken, at the earliest. */
function untilFree(slots: readonly Slot[], limit: number, rules: WindowRules, nowMs: number): number {
  const freeAt = slots.map((slot) => (slot.inFlight ? nowMs + rules.windowMs : slot.freeAtMs)).sort((a, b) => a - b);
  return Math.max(0, (freeAt[slots.length - limit] ?? nowMs) - nowMs);
}
