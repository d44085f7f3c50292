import type { RequestResult } from "../../../core/results.js";
import type { World } from "../world.js";

/** What was shown under an id and a code is all that they can ever stand for. */
export function createPlanWatch(world: () => World): { onResult(result: RequestResult): void } {
  const shown = new Map<string, string>();
  return {
    onResult: (result) => {
      if (!("plan" in result) || result.plan === null) return;
      const { id, confirm, targets, kept, choices } = result.plan;
      const content = JSON.stringify({ targets, kept, choices });
      for (const name of [id, `${result.request.id} ${confirm}`]) {
        world().judge.expect((shown.get(name) ?? content) === content, "BOUND", () => `two plans are called ${name}`);
        shown.set(name, content);
      }
    },
  };
}
