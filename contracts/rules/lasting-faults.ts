import { expect } from "chai";
import type { LookupResult } from "../../core/ports.js";
import type { Bench, Person } from "../bench.js";
import { answering, disturbing, everyRead, proxyPage } from "../faults.js";
import { everyone, rule, type Rule } from "../rule.js";
import { crowd, fromNowOn, hiddenPage, hiddenPerson, secondOf } from "../steps.js";
import { keyOf } from "../wire.js";
import { expectNoPretence } from "./fault.js";

/** It does not pass, however often the call is repeated. */
const LASTING = answering(503, proxyPage);

export const LASTING_FAULT_RULES: readonly Rule[] = [
  rule("FAULT-14", "takes no further page, no further record and no further list that it cannot have for the end of what there is", everyone, async (bench) => {
    await expectNobodyLost(bench, "a search", await crowded(bench), async (identifiers) => (await bench.hosted.open()).lookup.find(identifiers));
    for (const { id: extent } of bench.manifest.lookupExtents ?? []) {
      await hiddenPage(bench, extent);
      await expectNobodyLost(bench, extent, [await hiddenPerson(bench, extent)], async (identifiers) => (await bench.hosted.open()).lookup.findIn?.(extent, identifiers) ?? []);
    }
    if (bench.manifest.requestTypes.includes("access")) await expectNothingLost(bench);
  }),
];

/** More people of one address than a page of the search holds. */
async function crowded(bench: Bench): Promise<readonly Person[]> {
  const first = await bench.addSubject({ volume: "bare" });
  return [first, ...(await crowd(bench, { category: first.identifier.category, value: first.value }))];
}

type Find = (identifiers: readonly Person["identifier"][]) => Promise<readonly LookupResult[]>;

async function expectNobodyLost(bench: Bench, what: string, people: readonly Person[], find: Find): Promise<void> {
  const identifiers = people.slice(0, 1).map(({ identifier }) => identifier);
  const since = fromNowOn(bench);
  const idsOf = (results: readonly LookupResult[]): readonly string[] => results.flatMap(({ matches }) => matches.map(({ id }) => id)).sort();
  expect(idsOf(await find(identifiers)), `whom ${what} finds`).to.deep.equal(people.map(({ id }) => id).sort());
  for (const key of new Set(since.calls().filter(everyRead).map(keyOf))) {
    bench.wire.disturb(disturbing((request) => keyOf(request) === key, LASTING));
    const results = await find(identifiers).catch(() => undefined);
    bench.wire.mend();
    const owns = results?.some(({ gaps, notCovered }) => gaps.length > 0 || notCovered.length > 0) ?? true;
    if (!owns) expect(idsOf(results ?? []), `whom ${what} finds where one of its calls cannot be had`).to.deep.equal(people.map(({ id }) => id).sort());
  }
}

/** Of somebody with several records, of which each has lists of several pages. */
async function expectNothingLost(bench: Bench): Promise<void> {
  const person = await bench.addSubject({ volume: "paged" });
  const people = [person, await secondOf(bench, person, "one")];
  const since = fromNowOn(bench);
  expect((await bench.hosted.access(person.identifier)).result.outcome, "undisturbed").to.equal("complete");
  for (const key of new Set(since.calls().filter(everyRead).map(keyOf))) {
    bench.wire.disturb(disturbing((request) => keyOf(request) === key, LASTING));
    const standing = await bench.hosted.access(person.identifier);
    bench.wire.mend();
    for (const each of people) expectNoPretence(bench, standing, each, ["parked", "needs_attention", "complete_with_gaps"], "a call that cannot be had");
  }
}
