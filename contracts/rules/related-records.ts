import { expect } from "chai";
import type { PlanChoices } from "../../core/plan.js";
import type { Connector, Target } from "../../core/ports.js";
import type { Bench, Person } from "../bench.js";
import { missing } from "../needed.js";

/** Somebody, with a second record of the same identifier where the vendor has a kind of which one person may have several. */
export async function household(bench: Bench): Promise<readonly [Person, ...Person[]]> {
  const person = await bench.addSubject({ volume: "bare" });
  const { repeatableKind: kind } = bench.sandbox;
  return kind === undefined ? [person] : [person, await bench.addSubject({ volume: "bare", like: person, kind })];
}

/** A deletion of the subject's own records alone, and of what is related, where that is declared. */
export function waysToDelete({ connector }: Bench): readonly PlanChoices[] {
  return [{}, ...(relates(connector) ? [{ erase: "related" } as const] : [])];
}

/** What a deletion in this way is to delete beside the person's own records, one of each kind. */
export async function plantFor(bench: Bench, { erase }: PlanChoices, person: Person): Promise<readonly Target[]> {
  return erase === "related" ? plant(bench, [person]) : [];
}

export function relates({ manifest }: Connector): boolean {
  return manifest.requestTypes.includes("deletion") && manifest.dataCategories.some(({ deletion }) => deletion.related !== undefined);
}

export function relatedCategories({ manifest }: Bench): readonly string[] {
  return manifest.dataCategories.flatMap(({ id, deletion }) => (deletion.related === undefined ? [] : [id]));
}

export async function plantOne(bench: Bench, category: string, person: Person): Promise<string> {
  const id = await bench.sandbox.related?.add(category, [person.id], "Canary of what is related.");
  return id ?? missing(`\`related.add\` of ${category}`, "a record of what the manifest deletes as related");
}

/** One record of each category that a related deletion deletes, of these people; of several where the vendor tells that they share one. */
export async function plant(bench: Bench, people: readonly Person[]): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const { id: dataCategory, deletion } of bench.manifest.dataCategories) {
    if (deletion.related === undefined) continue;
    const id = await bench.sandbox.related?.add(dataCategory, people.map((person) => person.id), "Canary of what is related.");
    if (id !== undefined) targets.push({ category: deletion.related.target, id });
    else if (people.length === 1) missing(`\`related.add\` of ${dataCategory}`, "a record of what the manifest deletes as related");
  }
  return targets.length > 0 ? targets : missing("`related.add` that plants a record for several people", "a record in which several people have a part");
}

export async function expectRelated(bench: Bench, records: readonly Target[], held: boolean): Promise<void> {
  for (const { category, id } of records) expect(await bench.sandbox.related?.isHeld(dataCategoryOf(bench, category), id), `whether the vendor still holds a ${category}`).to.equal(held);
}

export function dataCategoryOf({ manifest }: Bench, target: string): string {
  return manifest.dataCategories.find(({ deletion }) => deletion.related?.target === target)?.id ?? "";
}

export function idsOf(targets: readonly Target[]): readonly string[] {
  return targets.map(({ category, id }) => `${category} ${id}`);
}
