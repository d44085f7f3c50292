import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import { plural, singular } from "./visible-text.js";

/** What a run had done when it began, to tell its own pace from that of those before it. */
export interface Start {
  readonly atMs: number;
  readonly records: number;
}

export function startOf(result: RequestResult | undefined, atMs: number): Start {
  return { atMs, records: result !== undefined && "counts" in result ? sum(result.counts) : 0 };
}

type AccessSoFar = Pick<AccessResult, "announced" | "counts" | "matches" | "package">;
type DeletionSoFar = Pick<DeletionResult, "matches" | "nextLookAt" | "plan" | "targets">;

/** How far a request has come, as its journal tells it: what is done, what is left, and how long that takes. */
export function progressWords(result: AccessSoFar | DeletionSoFar, start: Start, clock: { now(): number; monotonicMs(): number }): string {
  return "package" in result ? accessWords(result, start, clock.monotonicMs()) : deletionWords(result, clock.now());
}

function accessWords({ counts, announced = {}, matches, package: written }: AccessSoFar, start: Start, nowMs: number): string {
  if (written !== null) return "the package is written";
  const read = sum(counts);
  if (read === 0) return matches.length === 0 ? "looking the person up" : `${plural(matches.length, "record")} of the person found`;
  const left = Object.entries(announced)
    .map(([category, count]) => [category, count - (counts[category] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  const toRead = left.reduce((all, [, count]) => all + count, 0);
  if (toRead === 0) return `${plural(read, "record")} read`;
  const here = read - start.records;
  const toGo = here > 0 ? `, ${aboutWords(((nowMs - start.atMs) * toRead) / here)} to go` : "";
  // What the vendor does not count comes on top.
  const [[only = ""] = []] = left;
  const what = left.length > 1 ? String(toRead) : `${toRead} ${(toRead === 1 ? singular(only) : only).replaceAll("_", " ")}`;
  return `${plural(read, "record")} read, at least ${what} left${toGo}`;
}

function deletionWords({ targets, plan, nextLookAt, matches }: DeletionSoFar, nowMs: number): string {
  if (targets.length === 0) return matches.length === 0 ? "looking the person up" : "planning";
  const open = targets.filter(({ outcome }) => outcome === "unknown");
  const sent = open.filter(({ untouched }) => untouched !== true).length;
  const lookMs = nextLookAt === undefined ? 0 : Math.max(0, Date.parse(nextLookAt) - nowMs);
  const workMs = plan === null ? 0 : (plan.estimate.seconds * 1000 * open.length) / targets.length;
  return [
    `${targets.length - open.length} of ${plural(targets.length, "record")} settled`,
    ...(sent === 0 ? [] : [`${sent} being looked at`]),
    ...(nextLookAt === undefined || lookMs < 1000 ? [] : [`next look at ${nextLookAt.slice(11, 19)} UTC`]),
    ...(open.length === 0 ? [] : [`${aboutWords(Math.max(lookMs, workMs))} to go`]),
  ].join(", ");
}

/** A guess is not told to the second. */
function aboutWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 100) return `about ${seconds} s`;
  return seconds < 6000 ? `about ${Math.round(seconds / 60)} min` : `about ${Math.round(seconds / 3600)} h`;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}
