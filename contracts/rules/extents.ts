import { expect } from "chai";
import { Identifier } from "../../core/identifier.js";
import type { AccessResult, DeletionResult } from "../../core/results.js";
import { IDN, ODD_EMAILS } from "../addresses.js";
import type { Bench, Person } from "../bench.js";
import { atMost, GOING_ROUND, repeatingFirstPage } from "../faults.js";
import { rule, takesEmail, type Rule } from "../rule.js";
import { expectWhole, fromNowOn, hide, hiddenPage, hiddenPerson } from "../steps.js";

/** Whom the search hides and one of the manifest's extents shows. */
export const EXTENT_RULES: readonly Rule[] = [
  rule("LOOKUP-10", "finds what its search hides exactly where that is asked for, and says so where it is not", ({ manifest }) => manifest.lookupExtents !== undefined, async (bench) => {
    for (const { id: extent, category } of bench.manifest.lookupExtents ?? []) {
      const person = await hiddenPerson(bench, extent);
      // More than a page of them, wherever among them the person stands.
      await hiddenPage(bench, extent);
      const again = await bench.addSubject({ volume: "bare", like: person });
      await hide(bench, again, extent);
      const last = await hiddenPerson(bench, extent);
      for (const [result] of [await asked(bench, last, extent)]) expect(result?.matches.map((match) => match.id), "matches among many").to.deep.equal([last.id]);
      const [shown] = await (await bench.hosted.open()).lookup.find([person.identifier]);
      expect(shown?.matches, "matches that were not asked for").to.deep.equal([]);
      for (const result of await unasked(bench, person)) {
        expect(result.outcome, "outcome where it is not asked for").to.equal("nothing_found");
        expect(result.notCovered.map((each) => each.category)).to.include(category);
      }
      for (const result of await asked(bench, person, extent)) {
        expect(result.matches.map((match) => match.id), "matches that were asked for").to.have.members([person.id, again.id]);
        expect(result.notCovered.map((each) => each.category)).not.to.include(category);
      }
      await expectBoth(bench, extent);
      await expectShown(bench, extent);
      await expectByIdIn(bench, extent);
      await expectCompared(bench, extent);
      await expectEachForItself(bench, extent);
      const [nobody] = await asked(bench, { identifier: bench.nobody() }, extent);
      expect(nobody?.matches, "matches of somebody who is not there").to.deep.equal([]);
    }
  }),
];

/** What requests come to that do not ask for the extent. */
async function unasked({ hosted, manifest }: Bench, { identifier }: Pick<Person, "identifier">): Promise<readonly Pick<AccessResult | DeletionResult, "outcome" | "notCovered">[]> {
  return Promise.all(manifest.requestTypes.map(async (type) => (type === "access" ? await hosted.access(identifier) : await hosted.plan(identifier)).result));
}

async function asked({ hosted, manifest }: Bench, { identifier }: Pick<Person, "identifier">, extent: string): Promise<readonly Pick<AccessResult | DeletionResult, "matches" | "notCovered">[]> {
  return Promise.all(manifest.requestTypes.map(async (type) => (type === "access" ? await hosted.access(identifier, [extent]) : await hosted.plan(identifier, { extents: [extent] })).result));
}

/** Whom the search shows may have hidden records besides. */
async function expectBoth(bench: Bench, extent: string): Promise<void> {
  const person = await bench.addSubject({ volume: "bare" });
  const hidden = await bench.addSubject({ volume: "bare", like: person });
  await hide(bench, hidden, extent);
  for (const { matches } of await asked(bench, person, extent)) expect(matches.map(({ id }) => id), "matches of whom the search shows as well").to.have.members([person.id, hidden.id]);
}

/** Whom only the extent shows is found there by their id, and whom the search shows is not. */
async function expectByIdIn(bench: Bench, extent: string): Promise<void> {
  const [shown, hidden] = [await bench.addSubject({ volume: "bare" }), await hiddenPerson(bench, extent)];
  const { lookup } = await bench.hosted.open();
  const found = await lookup.findById(hidden.id, [hidden.identifier], extent);
  expect(found?.id, "who is found by an id in the extent that shows them").to.equal(hidden.id);
  expect(found?.identifiers?.map((each) => each.reveal()), "identifiers that the record carries").to.include(hidden.value);
  expect(await lookup.findById(shown.id, [shown.identifier], extent), "who is found by an id in an extent that does not show them").to.equal(undefined);
}

/** There, too, another case is the same address, a near one is reported and not included, and every address is found that is one. */
async function expectCompared(bench: Bench, extent: string): Promise<void> {
  if (!takesEmail(bench.connector)) return;
  const hiddenOf = async (value: string): Promise<string> => {
    const hidden = await bench.addSubject({ identifier: { category: "email", value }, volume: "bare" });
    await hide(bench, hidden, extent);
    return hidden.id;
  };
  const hidden = await hiddenOf("canary.hidden@contract.example");
  for (const [value, how] of [["canary.hidden@contract.example", ["exact"]], ["Canary.HIDDEN@Contract.example", ["case_insensitive"]], ["canary.hidden+news@contract.example", []], ["canaryhidden@contract.example", []], ["hidden@contract.example", []], ["canary.hidden@contract.exam", []]] as const) {
    const [found] = await findIn(bench, extent, Identifier.parse("email", value));
    expect(found?.matches.map(({ id, matchedBy }) => [id, matchedBy]), `matches in ${extent} of an address that is another one or differs in case`).to.deep.equal(how.map((each) => [hidden, each]));
  }
  expect((await findIn(bench, extent, Identifier.parse("email", "canary.hidden+news@contract.example")))[0]?.nearMatches, `near matches in ${extent}`).to.deep.equal([{ id: hidden, why: "tag" }]);
  for (const value of ODD_EMAILS) {
    const id = await hiddenOf(value);
    expect((await findIn(bench, extent, Identifier.parse("email", value)))[0]?.matches.map((match) => match.id), `matches in ${extent} of an address with odd signs`).to.deep.equal([id]);
  }
  const abroad = await Promise.all(IDN.map(hiddenOf));
  for (const value of IDN) expect((await findIn(bench, extent, Identifier.parse("email", value)))[0]?.matches.map(({ id }) => id), `matches in ${extent} of an address whose domain is written in two ways`).to.have.members(abroad);
}

/** Several identifiers are answered at once, each for itself, in their order. */
async function expectEachForItself(bench: Bench, extent: string): Promise<void> {
  const people = [await hiddenPerson(bench, extent), await hiddenPerson(bench, extent)] as const;
  const order = [people[1].identifier, bench.nobody(), people[0].identifier, people[1].identifier];
  const results = await findIn(bench, extent, ...order);
  expect(results.map(({ matches }) => matches.map(({ id }) => id)), `matches in ${extent} of several identifiers`).to.deep.equal([[people[1].id], [], [people[0].id], [people[1].id]]);
}

async function findIn({ hosted }: Bench, extent: string, ...identifiers: readonly Identifier[]) {
  return (await (await hosted.open()).lookup.findIn?.(extent, identifiers)) ?? [];
}

/** Whoever stands on another page of an extent that goes round in circles is not said to be nowhere. */
export async function expectNoCircle(bench: Bench, extent: string, category: string): Promise<void> {
  await hiddenPage(bench, extent);
  const last = await hiddenPerson(bench, extent);
  const { lookup } = await bench.hosted.open();
  const [all] = (await lookup.findIn?.(extent, [last.identifier])) ?? [];
  const since = fromNowOn(bench);
  bench.wire.disturb(atMost(GOING_ROUND, repeatingFirstPage()));
  const [found] = (await lookup.findIn?.(extent, [last.identifier]).catch(() => [])) ?? [];
  bench.wire.mend();
  expect(since.calls().length, `calls in ${extent}`).to.be.below(GOING_ROUND);
  if (found !== undefined && found.matches.length < (all?.matches.length ?? 0)) expect([...found.gaps, ...found.notCovered.filter((each) => each.category === category)].length, `what is said of ${extent} where it goes round in circles`).to.be.at.least(1);
}

/** What the vendor does not show of somebody hidden is a gap, and never nothing. */
async function expectShown(bench: Bench, extent: string): Promise<void> {
  if (!bench.manifest.requestTypes.includes("access")) return;
  const person = await bench.addSubject();
  await hide(bench, person, extent);
  const standing = await bench.hosted.access(person.identifier, [extent]);
  if (standing.result.outcome === "complete") expectWhole(bench, standing, person);
  else expect([standing.result.outcome, standing.result.gaps.some(({ id }) => id === person.id)], "access to somebody hidden").to.deep.equal(["complete_with_gaps", true]);
  const uncovered = standing.result.notCovered.map(({ category }) => category);
  for (const [category, texts] of Object.entries(person.texts).filter(([each]) => !uncovered.includes(each))) {
    const records = JSON.stringify((standing.records[category] ?? []).map(({ data }) => data));
    if (!texts.every((text) => records.includes(text))) expect(standing.result.gaps.filter(({ id }) => id === person.id).map((gap) => gap.category), `gaps of somebody hidden of whom not all records of ${category} are shown`).to.include(category);
  }
}
