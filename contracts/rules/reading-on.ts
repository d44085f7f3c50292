import { expect } from "chai";
import type { Bench, Person } from "../bench.js";
import { type GoesOn, goneOnFrom, parsed, placeOf, stretched, thinned, undercounted } from "../cursors.js";
import { disturbing, spoiling } from "../faults.js";
import { everyone, rule, type Rule } from "../rule.js";
import { crowd, expectWhole, fromNowOn, hiddenPage, hiddenPerson, pageOf } from "../steps.js";
import { type Fault, keyOf, type WireAnswer, type WireCall } from "../wire.js";
import { isSilent, outlineOf } from "./broken-planning.js";
import { valuesIn } from "./others.js";
import { relates } from "./related-records.js";

export const READING_ON_RULES: readonly Rule[] = [
  rule("FAULT-18", "reads on past a page that holds less than others, or nothing, or counts too few, and past many of them", everyone, async (bench) => {
    const { connector, manifest } = bench;
    const paged = await bench.addSubject({ volume: "paged" });
    const [person = paged] = await crowd(bench, { category: manifest.identifierCategories[0] ?? "", value: bench.nobody().reveal() }, 2 * pageOf(bench) + 1);
    if (manifest.requestTypes.includes("access")) {
      await expectListsReadOn(bench, paged);
      await expectLongAccess(bench, paged);
    }
    await expectSearchReadOn(bench, person);
    await expectLongSearch(bench, person);
    if (manifest.requestTypes.includes("deletion")) for (const erase of relates(connector) ? (["subject", "related"] as const) : (["subject"] as const)) await expectLongPlanning(bench, paged, erase);
    for (const { id, category } of manifest.lookupExtents ?? []) await expectLongExtent(bench, id, category);
  }),
];

/** What becomes of a first page. */
const BECOMES: readonly (readonly [how: string, spoil: (answer: WireAnswer) => string])[] = [["held none", thinned(0)], ["held one", thinned(1)], ["counted one in all", undercounted]];

/** More than anybody would take for all that there may be. */
const MANY_PAGES = 250;

async function expectListsReadOn(bench: Bench, person: Person): Promise<void> {
  const since = fromNowOn(bench);
  await bench.hosted.access(person.identifier);
  const calls = since.calls();
  for (const { key } of goneOnFrom(calls)) {
    const later = calls.filter((call) => placeOf(call) === placeOf(first(calls, key)) && keyOf(call) !== key).map(({ answer }) => answer?.body ?? "");
    const texts = Object.values(person.texts).flat().filter((text) => later.some((body) => body.includes(text)));
    for (const [how, spoil] of becoming(first(calls, key))) {
      bench.wire.disturb(spoiltAt(key, spoil));
      const { records, result } = await bench.hosted.access(person.identifier);
      bench.wire.mend();
      const told = JSON.stringify(records);
      if (result.outcome === "complete") expect(texts.filter((text) => !told.includes(text)).length, `texts of later pages that are missing where the first page of ${key} ${how}`).to.equal(0);
      else expect(result.outcome, `outcome where the first page of ${key} ${how}`).to.be.oneOf(["parked", "needs_attention", "complete_with_gaps"]);
    }
  }
}

async function expectSearchReadOn(bench: Bench, { identifier }: Person): Promise<void> {
  const { lookup } = await bench.hosted.open();
  const since = fromNowOn(bench);
  const [all] = await lookup.find([identifier]);
  const calls = since.calls();
  for (const { key } of goneOnFrom(calls)) {
    // Some vendors' ids are numbers.
    const shown = new Set(valuesIn(parsed(first(calls, key).answer?.body ?? "")));
    const later = (all?.matches ?? []).filter(({ id }) => !shown.has(id));
    for (const [how, spoil] of becoming(first(calls, key))) {
      bench.wire.disturb(spoiltAt(key, spoil));
      const [found] = await lookup.find([identifier]).catch(() => []);
      bench.wire.mend();
      if (found !== undefined && found.gaps.length === 0) expect(found.matches.map(({ id }) => id), `matches on later pages where the first ${how}`).to.include.members(later.map(({ id }) => id));
    }
  }
}

function first(calls: readonly WireCall[], key: string): WireCall {
  const found = calls.find((call) => keyOf(call) === key);
  if (found === undefined) throw new Error("there is no such call");
  return found;
}

function spoiltAt(key: string, spoil: (answer: WireAnswer) => string): Fault {
  return disturbing((request) => keyOf(request) === key, spoiling(spoil));
}

/** What a first page may become: many answers count nothing. */
function becoming({ answer = { status: 0, headers: {}, body: "" } }: WireCall): typeof BECOMES {
  const usual = JSON.stringify(parsed(answer.body));
  return BECOMES.filter(([, spoil]) => spoil(answer) !== usual);
}

/** What a reading comes to for each of the lists that it reads where that list is many pages longer; undefined where it breaks. */
async function everyStretch<T>(bench: Bench, read: () => Promise<T>, judge: (outcome: T | undefined, list: GoesOn) => void): Promise<void> {
  const since = fromNowOn(bench);
  await read();
  for (const list of goneOnFrom(since.calls())) {
    bench.wire.disturb(stretched(list, MANY_PAGES));
    const outcome = await read().catch(() => undefined);
    bench.wire.mend();
    judge(outcome, list);
  }
}

async function expectLongAccess(bench: Bench, person: Person): Promise<void> {
  await everyStretch(bench, () => bench.hosted.access(person.identifier), (standing, { place }) => {
    if (standing?.result.outcome === "complete") expectWhole(bench, standing, person);
    else expect(standing?.result.outcome, `outcome where ${place} has very many pages`).to.be.oneOf([undefined, "parked", "needs_attention", "complete_with_gaps"]);
  });
}

async function expectLongSearch(bench: Bench, { identifier }: Person): Promise<void> {
  const { lookup } = await bench.hosted.open();
  const [all] = await lookup.find([identifier]);
  await everyStretch(bench, () => lookup.find([identifier]), (results, { place }) => {
    const [found] = results ?? [];
    if (found !== undefined && found.gaps.length === 0) expect(found.matches.map(({ id }) => id), `matches where ${place} has very many pages`).to.have.members((all?.matches ?? []).map(({ id }) => id));
  });
}

async function expectLongPlanning(bench: Bench, { identifier }: Person, erase: "subject" | "related"): Promise<void> {
  const { result: whole } = await bench.hosted.plan(identifier, { erase });
  await everyStretch(bench, () => bench.hosted.plan(identifier, { erase }), (standing, { place }) => {
    if (standing === undefined) return;
    const { result } = standing;
    if (result.outcome !== "planned") expect(result.outcome, `outcome of planning where ${place} has very many pages`).to.be.oneOf(["parked", "needs_attention"]);
    else if (isSilent(result, whole)) expect(outlineOf(result), `plan where ${place} has very many pages`).to.deep.equal(outlineOf(whole));
  });
}

/** Whoever stands behind very many pages of an extent is said to be there, or it is said that not all of it was read. */
async function expectLongExtent(bench: Bench, extent: string, category: string): Promise<void> {
  await hiddenPage(bench, extent);
  const { id, identifier } = await hiddenPerson(bench, extent);
  const { lookup, executor } = await bench.hosted.open();
  await everyStretch(bench, async () => lookup.findIn?.(extent, [identifier]), (results, { place }) => {
    const [found] = results ?? [];
    if (found === undefined || found.gaps.length > 0 || found.notCovered.some((each) => each.category === category)) return;
    expect(found.matches.map((match) => match.id), `matches in ${extent} where ${place} has very many pages`).to.deep.equal([id]);
  });
  await everyStretch(bench, async () => (await lookup.findById(id, [identifier], extent))?.id ?? "nobody", (found, { place }) => {
    expect(found, `who is found by an id in ${extent} where ${place} has very many pages`).to.be.oneOf([undefined, id]);
  });
  if (!bench.manifest.requestTypes.includes("deletion")) return;
  await everyStretch(bench, async () => (await executor.look({ category: bench.manifest.subjectCategory, id, extent })).answer, (answer, { place }) => {
    expect(answer, `what a look tells of somebody in ${extent} where ${place} has very many pages`).not.to.equal("absent");
  });
}
