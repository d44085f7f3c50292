import type { Timings } from "./host-ports.js";
import type { RequestHistory } from "./request-history.js";
import { nextStep } from "./target-steps.js";

/** When a record that was deleted is looked at next (ISO 8601); undefined while nothing waits for that. */
export function nextLookAt({ targets }: Pick<RequestHistory, "targets">, timings: Timings, nowMs: number): string | undefined {
  const due = targets.flatMap((target) => {
    const step = nextStep(target, { nowMs, timings, waitForAllLooks: true, seenAlive: true, mayErase: true, outcomeOf: () => "open" });
    return step.do === "wait" || step.do === "leave" ? [step.untilMs] : [];
  });
  return due.length === 0 ? undefined : new Date(Math.min(...due)).toISOString();
}
