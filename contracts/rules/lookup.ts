import { expect } from "chai";
import { Identifier } from "../../core/identifier.js";
import type { AccessResult, DeletionResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { sampleValue } from "../bench.js";
import { answering, asIf, atMost, disturbing, everyRead, NO_ANSWERS, proxyPage, repeatingFirstPage, GOING_ROUND } from "../faults.js";
import { everyone, rule, type Rule } from "../rule.js";
import { crowd, deleteWhole, expectRejection, expectWhole, fromNowOn, hiddenPage, hiddenPerson, pageOf } from "../steps.js";

const takesEmail: Rule["concerns"] = ({ manifest }) => manifest.identifierCategories.includes("email");

/** More identifiers than vendors take in one search. */
const MORE_THAN_A_CALL_TAKES = 200;

const MALFORMED_EMAILS = ["", " ", "canary", "canary@", "@contract.example", "canary@contract", "a b@contract.example", "canary@contract.example\r\nX: y", "*@contract.example", `${"a".repeat(250)}@contract.example`];

const MANY_COLLEAGUES = 120;

/** More than one answer shows of somebody with one record in each category. */
const MOST_RECORDS_OF_ONE = 10;

/** Addresses like any other, though their signs mean something in URLs, JSON, patterns and languages of queries. */
const ODD_EMAILS = ["o'canary@contract.example", "canary/of+odd=signs&more@contract.example", "canary{x}|y~z!@contract.example"];

/** One domain, as people write it and as machines do. */
const IDN = ["canary@b\u00fccher.example", "canary@xn--bcher-kva.example"];

const LOOKED_LIKE = "canary.like@contract.example";
const LOOKALIKES = { dots: "canarylike@contract.example", spelling: "canary.l\u0131ke@contract.example", "the domain": "canary.like@contracts.example", "the width of its letters": "\uff43anary.like@contract.example" };

export const LOOKUP_RULES: readonly Rule[] = [
  rule("LOOKUP-1", "finds every record of an identifier, over all pages, for each category that it declares", everyone, async (bench) => {
    for (const [number, category] of bench.manifest.identifierCategories.entries()) {
      // The last page is full, and holds one.
      for (const [more, wanted] of [2 * pageOf(bench), 2 * pageOf(bench) + 1].entries()) {
        const identifier = { category, value: sampleValue(category, 9000 + 2 * number + more) };
        const people = await crowd(bench, identifier, wanted);
        const [found] = await find(bench, Identifier.parse(category, identifier.value));
        expect(found?.matches.map((match) => match.id), "matches").to.have.members(people.map((person) => person.id));
        expect(found?.gaps, "gaps").to.deep.equal([]);
      }
    }
    if (!takesEmail(bench.connector)) return;
    for (const value of ODD_EMAILS) {
      const person = await bench.addSubject({ identifier: { category: "email", value }, volume: "bare" });
      const [found] = await find(bench, person.identifier);
      expect(found?.matches.map(({ id }) => id), "matches of an address with odd signs").to.deep.equal([person.id]);
    }
  }),

  rule("LOOKUP-2", "says of each match whether it is exact or differs in case", takesEmail, async (bench) => {
    const person = await bench.addSubject({ identifier: { category: "email", value: "canary.case@contract.example" }, volume: "bare" });
    const [exact] = await find(bench, person.identifier);
    const [otherCase] = await find(bench, Identifier.parse("email", "Canary.CASE@Contract.example"));
    expect(exact?.matches.map(({ id, matchedBy }) => [id, matchedBy])).to.deep.equal([[person.id, "exact"]]);
    expect(otherCase?.matches.map(({ id, matchedBy }) => [id, matchedBy])).to.deep.equal([[person.id, "case_insensitive"]]);
    for (const [stored, asked] of [IDN, [...IDN].reverse()]) {
      const abroad = await bench.addSubject({ identifier: { category: "email", value: stored ?? "" }, volume: "bare" });
      expect((await find(bench, Identifier.parse("email", asked ?? "")))[0]?.matches.map(({ id }) => id), "matches of an address whose domain is written in the other way").to.include(abroad.id);
    }
    const both = await find(bench, Identifier.parse("email", "Canary.CASE@Contract.example"), person.identifier);
    expect(both.map(({ matches }) => matches.map(({ matchedBy }) => matchedBy)), "how it was found by two spellings that were asked for at once").to.deep.equal([["case_insensitive"], ["exact"]]);
  }),

  rule("LOOKUP-3", "reports near matches and never includes them", takesEmail, async (bench) => {
    const near = await bench.addSubject({ identifier: { category: "email", value: "canary.near@contract.example" } });
    const asked = Identifier.parse("email", "canary.near+news@contract.example");
    const [alone] = await find(bench, asked);
    expect(alone?.matches, "matches where there are only near ones").to.deep.equal([]);
    expect(alone?.nearMatches).to.deep.equal([{ id: near.id, why: "tag" }]);
    const person = await bench.addSubject({ identifier: { category: "email", value: asked.reveal() } });
    const [beside] = await find(bench, asked);
    expect(beside?.matches.map((match) => match.id)).to.deep.equal([person.id]);
    expect(beside?.nearMatches.map((match) => match.id)).to.deep.equal([near.id]);
    for (const [name, like] of Object.entries(LOOKALIKES)) {
      const other = await bench.addSubject({ identifier: { category: "email", value: like }, volume: "bare" });
      // A vendor may take one for the other.
      bench.wire.disturb(disturbing(everyRead, asIf(LOOKED_LIKE, () => like)));
      const [taken] = await find(bench, Identifier.parse("email", LOOKED_LIKE));
      bench.wire.mend();
      expect(taken?.matches, `matches where the vendor returns an address that differs in ${name}`).to.deep.equal([]);
      expect([...(taken?.nearMatches ?? []).map(({ id }) => id), ...(taken?.dropped === 0 ? [] : [other.id])], "near matches, or dropped").to.include(other.id);
    }
  }),

  rule("LOOKUP-4", "drops and counts whoever the vendor returns without having been asked for them", everyone, async (bench) => {
    const { wire, hosted, manifest } = bench;
    const [person, stranger] = [await bench.addSubject(), await bench.addSubject()];
    wire.disturb(disturbing(everyRead, asIf(person.value, () => stranger.value)));
    const since = fromNowOn(bench);
    const [found] = await find(bench, person.identifier);
    expect(found?.matches, "matches").to.deep.equal([]);
    expect(found?.dropped, "records of somebody else").to.be.at.least(1).and.at.most(MOST_RECORDS_OF_ONE * since.calls().length);
    if (manifest.requestTypes.includes("access")) expect((await hosted.access(person.identifier)).result.outcome).to.equal("nothing_found");
    if (manifest.requestTypes.includes("deletion")) expect((await hosted.plan(person.identifier)).result.outcome).to.equal("nothing_found");
  }),

  rule("LOOKUP-5", "calls nobody for a malformed identifier, an undeclared category, or before it is asked anything", everyone, async (bench) => {
    const { hosted, manifest } = bench;
    const since = fromNowOn(bench);
    const type = manifest.requestTypes[0] ?? "access";
    for (const raw of MALFORMED_EMAILS) await expectRejection("IDENTIFIER_INVALID", (async () => hosted.ask(type, Identifier.parse("email", raw)))());
    await expectRejection("UNSUPPORTED_REQUEST", hosted.ask(type, Identifier.parse("undeclared_category", "canary")));
    const { lookup } = await hosted.open();
    await lookup.find([]);
    for (const { id } of manifest.lookupExtents ?? []) await lookup.findIn?.(id, []);
    // Lets whatever was begun unasked come to its call.
    await hosted.host.clock.sleep(1);
    expect(since.calls(), "calls").to.deep.equal([]);
  }),

  rule("LOOKUP-6", "looks people up without a mutating call", everyone, async (bench) => {
    const person = await bench.addSubject();
    const since = fromNowOn(bench);
    await find(bench, person.identifier, bench.nobody());
    const { lookup } = await bench.hosted.open();
    await lookup.findById(person.id);
    for (const { id } of bench.manifest.lookupExtents ?? []) {
      await lookup.findIn?.(id, [person.identifier, bench.nobody()]);
      await lookup.findById(person.id, [person.identifier], id);
    }
    expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
    expect(since.effects(), "calls that changed something").to.deep.equal([]);
  }),

  rule("LOOKUP-7", "answers several identifiers at once, each for itself, in their order", everyone, async (bench) => {
    const people = [await bench.addSubject(), await bench.addSubject()] as const;
    const results = await find(bench, people[1].identifier, bench.nobody(), people[0].identifier);
    expect(results.map((result) => result.matches.map((match) => match.id))).to.deep.equal([[people[1].id], [], [people[0].id]]);
    expect(results.map((result) => result.dropped), "dropped, though each was asked for").to.deep.equal([0, 0, 0]);
    const twice = await find(bench, people[0].identifier, people[0].identifier);
    expect(twice.map(({ matches }) => matches.map(({ id }) => id)), "matches of one identifier that is asked for twice").to.deep.equal([[people[0].id], [people[0].id]]);
    expect(await find(bench), "results for no identifier").to.deep.equal([]);
    const many = [...Array.from({ length: MORE_THAN_A_CALL_TAKES }, () => bench.nobody()), people[0].identifier];
    expect((await find(bench, ...many)).map((result) => result.matches.length), "matches of many, of whom the last is there").to.deep.equal(many.map((_, n) => (n < MORE_THAN_A_CALL_TAKES ? 0 : 1)));
  }),

  rule("LOOKUP-8", "looks at one record by its id, tells whose it is, and takes none that is gone, another one or no answer for it", everyone, async (bench) => {
    const [person, stranger] = [await bench.addSubject(), await bench.addSubject()];
    const { lookup } = await bench.hosted.open();
    expect((await lookup.findById(person.id))?.id).to.equal(person.id);
    const chosen = await lookup.findById(person.id, [stranger.identifier]);
    expect(chosen?.matchedBy, "how a record was found that is of none of the identifiers").to.equal("chosen");
    expect(chosen?.identifiers?.map((each) => each.reveal()), "identifiers that the record carries").to.include(person.value).and.not.include(stranger.value);
    bench.wire.disturb(disturbing(everyRead, asIf(person.id, () => stranger.id)));
    const mistaken = await lookup.findById(person.id).catch(() => undefined);
    expect(mistaken, "match where the vendor answers with another record").to.equal(undefined);
    for (const [name, fault] of NO_ANSWERS) {
      bench.wire.disturb(disturbing(everyRead, fault));
      const unread = await lookup.findById(person.id).then((match) => match?.id ?? "nobody", () => "an error");
      expect(unread, `what is found by an id with ${name} for an answer`).to.equal("an error");
    }
    bench.wire.mend();
    await bench.sandbox.remove(person.id);
    await bench.sandbox.settleIndex();
    for (const asked of [[], [stranger.identifier], [person.identifier]]) expect(await lookup.findById(person.id, asked), "match for a record that is gone").to.equal(undefined);
  }),

  rule("LOOKUP-9", "stops at a search that goes round in circles, and does not call it complete", everyone, async (bench) => {
    const [person] = await crowd(bench, { category: bench.manifest.identifierCategories[0] ?? "", value: bench.nobody().reveal() });
    if (person === undefined) throw new Error("nobody was planted");
    const [all] = await find(bench, person.identifier);
    const since = fromNowOn(bench);
    bench.wire.disturb(atMost(GOING_ROUND, repeatingFirstPage()));
    const [found] = await find(bench, person.identifier).catch(() => []);
    expect(since.calls().length, "calls").to.be.below(GOING_ROUND);
    if (found !== undefined && found.matches.length < (all?.matches.length ?? 0)) expect(found.gaps.length, "gaps").to.be.at.least(1);
    bench.wire.mend();
    for (const { id: extent, category } of bench.manifest.lookupExtents ?? []) await expectNoCircle(bench, extent, category);
  }),

  rule("LOOKUP-10", "finds what its search hides exactly where that is asked for, and says so where it is not", ({ manifest }) => manifest.lookupExtents !== undefined, async (bench) => {
    for (const { id: extent, category } of bench.manifest.lookupExtents ?? []) {
      const person = await hiddenPerson(bench, extent);
      // More than a page of them, wherever among them the person stands.
      await hiddenPage(bench, extent);
      const again = await bench.addSubject({ volume: "bare", like: person });
      await bench.sandbox.hide?.(again.id, extent);
      const last = await hiddenPerson(bench, extent);
      for (const [result] of [await asked(bench, last, extent)]) expect(result?.matches.map((match) => match.id), "matches among many").to.deep.equal([last.id]);
      const [shown] = await find(bench, person.identifier);
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
      const [nobody] = await asked(bench, { identifier: bench.nobody() }, extent);
      expect(nobody?.matches, "matches of somebody who is not there").to.deep.equal([]);
    }
  }),

  rule("LOOKUP-11", "says of a person that they work for the account, and leaves their deletion to a human's choice", ({ manifest }) => manifest.teammates !== undefined, async (bench) => {
    const { hosted, sandbox, manifest } = bench;
    const [colleague, other] = [await bench.addSubject(), await bench.addSubject()];
    await find(bench, colleague.identifier, other.identifier);
    if (sandbox.employ === undefined) throw new Error("the sandbox does not say how somebody comes to work for the account");
    // One of many, wherever in the list.
    for (const { category, value } of [...Array.from({ length: MANY_COLLEAGUES }, () => bench.nobody()), colleague.identifier, bench.nobody()].map((each) => ({ category: each.category, value: each.reveal() }))) await sandbox.employ({ category, value });
    await hosted.check();
    const clean = fromNowOn(bench);
    await hosted.check();
    for (const { method, url } of clean.calls()) {
      // A list that cannot be read says of nobody that they are not in it.
      bench.wire.disturb(disturbing((call) => call.method === method && call.url === url, answering(503, proxyPage)));
      await hosted.check().catch(() => undefined);
      bench.wire.mend();
      if (manifest.requestTypes.includes("access")) expect((await hosted.access(colleague.identifier)).result.teammate, "whether a colleague is one after a check that broke").to.equal(true);
    }
    await hosted.check();
    if (manifest.requestTypes.includes("access")) {
      expect((await hosted.access(colleague.identifier)).result, "access to a colleague").to.include({ outcome: "complete", teammate: true });
      expect((await hosted.access(other.identifier)).result.teammate, "whether somebody else is a colleague").to.equal(false);
    }
    if (!manifest.requestTypes.includes("deletion")) return;
    const since = fromNowOn(bench);
    const { result } = await hosted.plan(colleague.identifier);
    expect([result.outcome, result.attention?.code, result.teammate]).to.deep.equal(["needs_attention", "AMBIGUOUS_SUBJECT", true]);
    expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
    expect((await deleteWhole(bench, colleague, { only: [colleague.id] })).result.outcome, "outcome of what was chosen").to.equal("verified");
    expect((await deleteWhole(bench, other)).result, "deletion of somebody else").to.include({ outcome: "verified", teammate: false });
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
  await bench.sandbox.hide?.(hidden.id, extent);
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

/** There, too, another case is the same address, and a near one is not. */
async function expectCompared(bench: Bench, extent: string): Promise<void> {
  if (!takesEmail(bench.connector)) return;
  const hidden = await bench.addSubject({ identifier: { category: "email", value: "canary.hidden@contract.example" }, volume: "bare" });
  await bench.sandbox.hide?.(hidden.id, extent);
  const { lookup } = await bench.hosted.open();
  for (const [value, ids] of [["Canary.HIDDEN@Contract.example", [hidden.id]], ["canary.hidden+news@contract.example", []], ["canaryhidden@contract.example", []]] as const) {
    const [found] = (await lookup.findIn?.(extent, [Identifier.parse("email", value)])) ?? [];
    expect(found?.matches.map(({ id }) => id), `matches in ${extent} of an address that is another one or differs in case`).to.deep.equal(ids);
  }
}

/** Whoever stands on another page of an extent that goes round in circles is not said to be nowhere. */
async function expectNoCircle(bench: Bench, extent: string, category: string): Promise<void> {
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
  await bench.sandbox.hide?.(person.id, extent);
  const standing = await bench.hosted.access(person.identifier, [extent]);
  if (standing.result.outcome === "complete") expectWhole(bench, standing, person);
  else expect([standing.result.outcome, standing.result.gaps.some(({ id }) => id === person.id)], "access to somebody hidden").to.deep.equal(["complete_with_gaps", true]);
}

async function find({ hosted }: Bench, ...identifiers: readonly Identifier[]) {
  return (await hosted.open()).lookup.find(identifiers);
}
