import type { RequestResult } from "../../../core/results.js";
import type { World } from "../world.js";

export interface PlanWatch {
  onResult(result: RequestResult): void;
  /** A deletion is sent under a plan. */
  onDeletion(planId: string | undefined, targetId: string): void;
}

/** What was shown under an id and a code is all that they can ever stand for, and all that is deleted under them. */
export function createPlanWatch(world: () => World): PlanWatch {
  const shown = new Map<string, string>();
  const targetsShown = new Map<string, ReadonlySet<string>>();
  return {
    onResult: (result) => {
      if (!("plan" in result) || result.plan === null) return;
      const { judge } = world();
      const { id, confirm, targets, kept, choices } = result.plan;
      if (!targetsShown.has(id)) targetsShown.set(id, new Set(targets.map((target) => target.id)));
      if (result.outcome === "verified") {
        const told = new Set(result.targets.map((target) => target.id));
        const planned = targetsShown.get(id) ?? new Set<string>();
        judge.expect(told.size === planned.size && [...told].every((each) => planned.has(each)), "DRY_RUN", () => `${[...told].join()} were deleted, and ${[...planned].join()} were shown`);
      }
      const content = JSON.stringify({ targets, kept, choices });
      for (const name of [id, `${result.request.id} ${confirm}`]) {
        judge.expect((shown.get(name) ?? content) === content, "BOUND", () => `two plans are called ${name}`);
        shown.set(name, content);
      }
    },
    onDeletion: (planId, targetId) => {
      world().judge.expect(targetsShown.get(planId ?? "")?.has(targetId) === true, "DRY_RUN", () => `${targetId} is deleted, which the plan did not show`);
    },
  };
}
