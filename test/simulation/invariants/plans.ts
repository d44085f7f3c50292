import { canonicalJson } from "../../../core/canonical-json.js";
import type { Target } from "../../../core/ports.js";
import type { RequestResult } from "../../../core/results.js";
import type { World } from "../world.js";

export interface PlanWatch {
  onResult(result: RequestResult): void;
  /** A deletion is sent under a plan. */
  onDeletion(planId: string | undefined, target: Target): void;
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
      if (!targetsShown.has(id)) targetsShown.set(id, new Set(targets.map(nameOf)));
      if (result.outcome === "verified") {
        const told = new Set(result.targets.map(nameOf));
        const planned = targetsShown.get(id) ?? new Set<string>();
        judge.expect(told.size === planned.size && [...told].every((each) => planned.has(each)), "DRY_RUN", () => `${[...told].join()} were deleted, and ${[...planned].join()} were shown`);
      }
      const content = canonicalJson({ targets, kept, choices });
      for (const name of [id, `${result.request.id} ${confirm}`]) {
        judge.expect((shown.get(name) ?? content) === content, "BOUND", () => `two plans are called ${name}`);
        shown.set(name, content);
      }
    },
    onDeletion: (planId, target) => {
      world().judge.expect(targetsShown.get(planId ?? "")?.has(nameOf(target)) === true, "DRY_RUN", () => `${nameOf(target)} is deleted, which the plan did not show`);
    },
  };
}

function nameOf({ category, id }: Target): string {
  return `${category} ${id}`;
}
