import { expect } from "chai";
import { DEFAULT_SETTINGS } from "../../core/request-settings.js";
import type { Bench, Person } from "../bench.js";
import { asIf } from "../faults.js";
import { finish, tellsOf } from "../steps.js";

/** Whoever bears an id that is part of the person's, or that the person's is part of, is somebody else: what they share stays. */
export async function expectKeptDespiteIds(bench: Bench, categories: readonly string[]): Promise<void> {
  await withSharers(bench, categories, async (person, _, shared) => {
    const { id, result: planned } = await bench.hosted.plan(person.identifier, { erase: "related" });
    // A vendor whose ids have a form of their own may have such an answer refused.
    if (planned.outcome !== "planned") return;
    await bench.hosted.confirm(id);
    await finish(bench, id);
    for (const { category, id: record } of shared) expect(await bench.sandbox.related?.isHeld(category, record), `whether a record of ${category} is held that the person shares with somebody whose id contains the person's, or is part of it`).to.equal(true);
  });
}

/** And what is told of them is withheld. */
export async function expectWithheldDespiteIds(bench: Bench, categories: readonly string[]): Promise<void> {
  await withSharers(bench, categories, async (person, other) => {
    const { result, records } = await bench.hosted.access(person.identifier, undefined, { ...DEFAULT_SETTINGS, otherPeople: "withhold" });
    if (result.outcome !== "complete") return;
    for (const [category, each] of Object.entries(records)) expect(tellsOf(JSON.stringify(each.map(({ data }) => data)), other), `whether records of ${category} tell of somebody whose id contains the person's, or is part of it`).to.equal(false);
  });
}

interface Shared {
  readonly category: string;
  readonly id: string;
}

/** Somebody who shares a record of each category with another one, to whom the vendor gives ids that are easily taken for the person's. */
async function withSharers(bench: Bench, categories: readonly string[], judge: (person: Person, other: Person, shared: readonly Shared[]) => Promise<void>): Promise<void> {
  for (const aliasOf of ALIASES) {
    const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
    const shared: Shared[] = [];
    for (const category of categories) {
      const id = await bench.sandbox.related?.add(category, [person.id, other.id], "Canary of what is shared.");
      if (id !== undefined) shared.push({ category, id });
    }
    const alias = aliasOf(person.id);
    if (shared.length === 0 || alias === "" || (await bench.sandbox.isHeld(alias))) continue;
    bench.wire.disturb(asIf(alias, () => other.id, { disguise: true }));
    await judge(person, other, shared);
    bench.wire.mend();
  }
}

/** Digits alone, where the person's id is a number. */
const ALIASES: readonly ((id: string) => string)[] = [(id) => id.slice(0, -1), (id) => id.slice(1), (id) => `${id}1`, (id) => `1${id}`];
