import { expect } from "chai";
import type { PlanChoices } from "../../core/plan.js";
import { type Bench, type Person, sampleValue } from "../bench.js";
import { disturbing, everyRead, spoiling } from "../faults.js";
import { takesEmail } from "../rule.js";
import { deleteWhole, expectHeld, hide } from "../steps.js";
import type { Fault } from "../wire.js";
import { expectRelated, plantFor } from "./related-records.js";

/** Of two people of one identifier, one of whom was chosen, what is related to the other one is left as well. */
export async function expectOnlyChosen(bench: Bench, choices: PlanChoices): Promise<void> {
  const person = await bench.addSubject({ volume: "bare" });
  const twin = await bench.addSubject({ like: person, volume: "bare" });
  const [own, others] = [await plantFor(bench, choices, person), await plantFor(bench, choices, twin)];
  expect((await deleteWhole(bench, person, { ...choices, only: [person.id] })).result.outcome, "outcome of what was chosen").to.equal("verified");
  await expectHeld(bench, [twin], true);
  await expectRelated(bench, own, false);
  await expectRelated(bench, others, true);
}

/** What the vendor shows where a record is without what it need not have. */
const NOTHING: readonly (readonly [what: string, shown: unknown])[] = [["left out", undefined], ["null", null], ["an empty text", ""]];

/** Two people are two though the vendor knows the name of one alone, or of none: which of them is meant is not told by that. */
export async function expectAskedThoughNameless(bench: Bench): Promise<void> {
  for (const [what, shown] of NOTHING) {
    for (const nameless of [[0], [1], [0, 1]]) {
      const person = await bench.addSubject({ volume: "bare" });
      const twins = [person, await bench.addSubject({ like: person, volume: "bare" })];
      bench.wire.disturb(disturbing(everyRead, without(bench, twins.filter((_, n) => nameless.includes(n)), shown)));
      const { result } = await bench.hosted.plan(person.identifier);
      bench.wire.mend();
      expect(result.outcome, `outcome of planning where the name of ${nameless.length} of two people is ${what}`).to.equal("needs_attention");
    }
  }
}

/** The vendor's answers without what was written into these people's own records. */
function without({ manifest }: Bench, people: readonly Person[], shown: unknown): Fault {
  const texts = people.flatMap((person) => person.texts[manifest.subjectCategory] ?? []);
  const isPlanted = (value: unknown): boolean => typeof value === "string" && texts.some((text) => value.includes(text));
  return spoiling(({ body }) => (body === "" ? "" : JSON.stringify(JSON.parse(body, (_, each: unknown) => (isPlanted(each) ? shown : each)))));
}

/** Two people of one identifier are two wherever each of them is shown, and however each of them writes it. */
export async function expectAskedEverywhere(bench: Bench): Promise<void> {
  const { identifierCategories: [category = ""], lookupExtents = [] } = bench.manifest;
  const places = [[], ...lookupExtents.flatMap(({ id }) => [[id], [id, id]])];
  let count = 7000;
  for (const hidden of places) {
    for (const spelled of takesEmail(bench.connector) ? SPELLINGS : SPELLINGS.slice(0, 1)) {
      const value = sampleValue(category, (count += 1));
      const twins: Person[] = [];
      for (const spelling of spelled) twins.push(await bench.addSubject({ identifier: { category, value: spelling(value) }, volume: "bare" }));
      for (const [n, twin] of twins.entries()) if (hidden[n] !== undefined) await hide(bench, twin, hidden[n]);
      for (const asked of twins) await expectNotBoth(bench, asked, twins, hidden.slice(0, 1));
    }
  }
}

const asIs = (value: string): string => value;
const inCapitals = (value: string): string => value.toUpperCase();
const SPELLINGS = [[asIs, asIs], [asIs, inCapitals], [inCapitals, asIs]] as const;

/** Who is not found by another spelling is not deleted, either. */
async function expectNotBoth(bench: Bench, { identifier, value }: Person, twins: readonly Person[], extents: readonly string[]): Promise<void> {
  const { result } = await bench.hosted.plan(identifier, extents.length === 0 ? {} : { extents });
  const planned = twins.filter(({ id }) => result.plan?.targets.some((target) => target.id === id));
  expect(planned.length, `people whose deletion is planned though nobody chose between the two, ${extents.length === 0 ? "whom the search shows" : `of whom ${extents.join()} shows one`}`).to.be.below(2);
  if (twins.every((twin) => twin.value === value)) expect([result.outcome, result.attention?.code], "what comes of planning with two people of one identifier").to.deep.equal(["needs_attention", "AMBIGUOUS_SUBJECT"]);
}
