import { expect } from "chai";
import { Identifier } from "../../core/identifier.js";
import { IDN, ODD_EMAILS } from "../addresses.js";
import type { Bench } from "../bench.js";
import { sampleValue } from "../bench.js";
import { asIf, atMost, disturbing, everyRead, NO_ANSWERS, repeatingFirstPage, GOING_ROUND } from "../faults.js";
import { everyone, rule, takesEmail, type Rule } from "../rule.js";
import { crowd, expectRejection, fromNowOn, MANY, pageOf } from "../steps.js";
import { expectNoCircle } from "./extents.js";

/** More identifiers than vendors take in one search. */
const MORE_THAN_A_CALL_TAKES = 200;

const MALFORMED_EMAILS = ["", " ", "canary", "canary@", "@contract.example", "canary@contract", "a b@contract.example", "canary@contract.example\r\nX: y", "*@contract.example", `${"a".repeat(250)}@contract.example`];

/** More than one answer shows of somebody with one record in each category. */
const MOST_RECORDS_OF_ONE = 10;

const LOOKED_LIKE = "canary.like@contract.example";
const LOOKALIKES = { dots: "canarylike@contract.example", spelling: "canary.l\u0131ke@contract.example", "the domain": "canary.like@contracts.example", "the width of its letters": "\uff43anary.like@contract.example", "what stands before it": "the.canary.like@contract.example", "what stands after it": "canary.like@contract.example.org" };

export const LOOKUP_RULES: readonly Rule[] = [
  rule("LOOKUP-1", "finds every record of an identifier, over all pages, for each category that it declares", everyone, async (bench) => {
    for (const [number, category] of bench.manifest.identifierCategories.entries()) {
      // The last page is full, holds one, and is one of many where they are small.
      for (const [more, wanted] of [2 * pageOf(bench), 2 * pageOf(bench) + 1, MANY].entries()) {
        const identifier = { category, value: sampleValue(category, 9000 + 3 * number + more) };
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
    const results = await find(bench, bench.nobody(), person.identifier).catch(() => []);
    expect(since.calls().length, "calls").to.be.below(GOING_ROUND);
    // The same page again shows the same people; and nobody is said to be nowhere who was looked for beside.
    const shown = new Set(results[1]?.matches.map(({ id }) => id));
    for (const { gaps } of (all?.matches ?? []).every(({ id }) => shown.has(id)) ? [] : results) expect(gaps.length, "gaps").to.be.at.least(1);
    bench.wire.mend();
    for (const { id: extent, category } of bench.manifest.lookupExtents ?? []) await expectNoCircle(bench, extent, category);
  }),
];

async function find({ hosted }: Bench, ...identifiers: readonly Identifier[]) {
  return (await hosted.open()).lookup.find(identifiers);
}
