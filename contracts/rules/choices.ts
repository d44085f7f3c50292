import { expect } from "chai";
import type { PlanChoices } from "../../core/plan.js";
import type { Bench, Person } from "../bench.js";
import { declares, rule, type Rule } from "../rule.js";
import { deleteWhole, expectHeld, finish, fromNowOn, secondOf } from "../steps.js";
import { plantOne, relatedCategories, waysToDelete } from "./related-records.js";

/** What becomes of what a human chose to keep. */
export const CHOICE_RULES: readonly Rule[] = [
  rule("DELETE-21", "leaves what a human wants kept, or says before that it cannot", declares("deletion"), async (bench) => {
    const person = await bench.addSubject({ volume: "bare" });
    const second = await secondOf(bench, person);
    const { result } = await deleteWhole(bench, person, { exclude: [{ id: second.id, reason: WANTED }] });
    expect(result.outcome, "outcome without a record that is to be kept").to.equal("verified");
    expect(result.plan?.kept, "what the plan keeps").to.deep.include({ category: bench.manifest.subjectCategory, id: second.id, reason: WANTED });
    await expectHeld(bench, [second], true);
    for (const category of relatedCategories(bench)) {
      for (const choices of waysToDelete(bench)) await expectKept(bench, category, choices);
      for (const spared of [spare, chooseAnother]) await expectKeptWith(bench, category, spared);
    }
  }),
];

const WANTED = "It is wanted.";

const spare = (_: Person, kept: Person): PlanChoices => ({ exclude: [{ id: kept.id, reason: WANTED }] });
const chooseAnother = (person: Person): PlanChoices => ({ only: [person.id] });

/** What a record that is to be kept has a part in is not the person's alone, whoever's address that record carries and whichever of the two came first. */
async function expectKeptWith(bench: Bench, category: string, choose: (person: Person, kept: Person) => PlanChoices): Promise<void> {
  const person = await bench.addSubject({ volume: "bare" });
  const kept = await bench.addSubject({ volume: "bare", like: person });
  const shared: string[] = [];
  for (const people of [[person, kept], [kept, person]]) {
    const id = await bench.sandbox.related?.add(category, people.map((each) => each.id), "Canary of what is shared with a record that is to be kept.");
    if (id !== undefined) shared.push(id);
  }
  const { result } = await deleteWhole(bench, person, { ...choose(person, kept), erase: "related" });
  expect(result.outcome, "outcome without a record that is to be kept").to.equal("verified");
  await expectHeld(bench, [kept], true);
  for (const id of shared) expect(await bench.sandbox.related?.isHeld(category, id), `whether a record of ${category} is held in which a record has a part that was to be kept`).to.equal(true);
}

/** A related record that is to be kept: either it stays, or nothing is planned. */
async function expectKept(bench: Bench, category: string, choices: PlanChoices): Promise<void> {
  const person = await bench.addSubject({ volume: "bare" });
  const id = await plantOne(bench, category, person);
  const since = fromNowOn(bench);
  const planned = await bench.hosted.plan(person.identifier, { ...choices, exclude: [{ id, reason: WANTED }] });
  expect(since.effects(), "calls that changed something").to.deep.equal([]);
  if (planned.result.outcome !== "planned") {
    expect([planned.result.outcome, planned.result.attention?.code], `what is said where a record of ${category} is to be kept`).to.deep.equal(["refused", "KEEP_IMPOSSIBLE"]);
    return;
  }
  expect(planned.result.plan?.kept.filter((each) => each.id === id).map(({ reason }) => reason), "why the plan keeps it").to.deep.equal([WANTED]);
  await bench.hosted.confirm(planned.id);
  expect((await finish(bench, planned.id)).result.outcome, "outcome without what is to be kept").to.equal("verified");
  expect(await bench.sandbox.related?.isHeld(category, id), `whether a record of ${category} is held that was to be kept`).to.equal(true);
}
