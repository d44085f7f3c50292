import { expect } from "chai";
import type { PlanChoices } from "../../core/plan.js";
import type { DeletionResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { atMost, disturbing, GOING_ROUND, NO_ANSWERS, repeatingFirstPage } from "../faults.js";
import { declares, rule, type Rule } from "../rule.js";
import { fromNowOn, hiddenPerson } from "../steps.js";
import { type Fault, keyOf } from "../wire.js";

export const BROKEN_PLANNING_RULES: readonly Rule[] = [
  rule("FAULT-12", "plans nothing less where something that it reads for a plan cannot be read, unless the plan says so", declares("deletion"), async (bench) => {
    for (const { person, choices } of await wishes(bench)) {
      const clean = fromNowOn(bench);
      const { result: whole } = await bench.hosted.plan(person.identifier, choices);
      expect(whole.outcome, `outcome of planning with ${Object.keys(choices).join()}`).to.equal("planned");
      const expectNothingLess = async (what: string, fault: Fault): Promise<void> => {
        bench.wire.disturb(fault);
        const { result } = await bench.hosted.plan(person.identifier, choices);
        bench.wire.mend();
        if (result.outcome !== "planned") expect(result.outcome, `outcome of planning with ${what}`).to.be.oneOf(["parked", "needs_attention"]);
        else if (isSilent(result, whole)) expect(outlineOf(result), `plan with ${what}`).to.deep.equal(outlineOf(whole));
      };
      for (const key of new Set(clean.calls().map(keyOf))) {
        for (const [name, fault] of NO_ANSWERS) {
          const what = `${name} instead of the answer to ${new URL(key.split(" ")[1] ?? "").pathname}, with ${Object.keys(choices).join()}`;
          await expectNothingLess(what, disturbing((request) => keyOf(request) === key, fault));
        }
      }
      // Of two people, one list may stand in the place of the other's.
      if (choices.also === undefined) await expectNothingLess(`lists that go round in circles, with ${Object.keys(choices).join()}`, atMost(GOING_ROUND, repeatingFirstPage()));
    }
  }),
];

/** Each way to plan that reads something of its own. */
export async function wishes(bench: Bench): Promise<readonly { readonly person: Person; readonly choices: PlanChoices }[]> {
  const [person, other] = [await bench.addSubject(), await bench.addSubject()];
  const busy = await bench.addSubject({ volume: "paged" });
  const { dataCategories, lookupExtents = [] } = bench.manifest;
  const related = dataCategories.some(({ deletion }) => deletion.related !== undefined);
  const hidden = await Promise.all(lookupExtents.map(async ({ id }) => ({ person: await hiddenPerson(bench, id), choices: { extents: [id] } })));
  return [{ person, choices: {} }, ...(related ? [{ person: busy, choices: { erase: "related" } as const }] : []), { person, choices: { also: [{ id: other.id, reason: "Said to be theirs, too." }] } }, ...hidden];
}

/** A plan that names more that it could not see tells that it may be less. */
export function isSilent(result: DeletionResult, whole: DeletionResult): boolean {
  return unseenOf(result) <= unseenOf(whole);
}

function unseenOf({ plan, notCovered }: DeletionResult): number {
  return notCovered.length + (plan?.unseen.length ?? 0) + (plan?.warnings.length ?? 0);
}

export function outlineOf({ plan, teammate }: DeletionResult): unknown {
  return { targets: plan?.targets, dependents: plan?.dependents, kept: plan?.kept, teammate };
}
