import { expect } from "chai";
import { atEveryBoundary } from "../crashes.js";
import { declares, rule, type Rule } from "../rule.js";
import { confirmedPlan, deleteWhole, entriesOf, expectHeld, expectTold, finish, fromNowOn, type Since } from "../steps.js";
import { leadsTo } from "../wire.js";
import type { Bench, Person } from "../bench.js";
import type { JournalEntry } from "../../core/journal.js";
import type { PlanChoices } from "../../core/plan.js";
import type { Target } from "../../core/ports.js";
import type { SubjectWish } from "../vendor-sandbox.js";
import { wishes } from "./broken-planning.js";
import { dataCategoryOf, expectRelated, plantFor, waysToDelete } from "./related-records.js";
import { expectAskedEverywhere, expectAskedThoughNameless, expectOnlyChosen } from "./twins.js";

const deletion = declares("deletion");

/** What a deletion does when nothing goes wrong at the vendor. */
export const DELETION_RULES: readonly Rule[] = [
  rule("DELETE-1", "plans without a mutating call", deletion, async (bench) => {
    for (const { person, choices } of await wishes(bench)) {
      const since = fromNowOn(bench);
      const { result } = await bench.hosted.plan(person.identifier, choices);
      expect(result.outcome).to.equal("planned");
      expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
      expect(since.effects(), "calls that changed something").to.deep.equal([]);
    }
  }),

  rule("DELETE-2", "removes all that the plan names, each with one effect, and verifies it", deletion, async (bench) => {
    const { people, person } = await household(bench);
    const since = fromNowOn(bench);
    const { result, entries } = await deleteWhole(bench, person);
    expect(result.outcome).to.equal("verified");
    expect(result.targets.map(({ category, id }) => ({ category, id })), "executed").to.deep.equal(result.plan?.targets);
    for (const target of result.targets) {
      expect(target.outcome).to.equal("deleted");
      expect(target.verifiedAbsentAt, "when it was seen to be gone").to.be.a("string");
    }
    await expectHeld(bench, people, false);
    expect(since.effects().length, "effects").to.equal(people.length);
    expect(result.residuals.length, "what remains").to.be.at.least(1);
    expect(result.residuals.map(({ code }) => code), "what remains").to.include.members(residualsOf(bench));
    expectTold(result.residuals, "what remains");
    expectOwnCalls(bench, since, entries);
  }),

  rule("DELETE-3", "leaves strangers and near matches alone", deletion, async (bench) => {
    const person = await bench.addSubject();
    const others = [await bench.addSubject(), await bench.addSubject(near(person))];
    expect((await deleteWhole(bench, person)).result.outcome).to.equal("verified");
    await expectHeld(bench, others, true);
    await expectHeld(bench, [person], false);
  }),

  rule("DELETE-4", "announces each deletion durably before it is sent", deletion, async (bench) => {
    for (const choices of waysToDelete(bench)) {
      const { person } = await household(bench);
      await plantFor(bench, choices, person);
      const { id } = await confirmedPlan(bench, person, choices);
      let sent = 0;
      bench.wire.disturb(async (request, send) => {
        if (request.mutates) {
          sent += 1;
          const announced = entriesOf({ entries: await bench.hosted.host.journal.entries(id) }, "intent").length;
          expect(announced, "announced deletions before one was sent").to.be.at.least(sent);
        }
        return send(request);
      });
      await finish(bench, id);
      bench.wire.mend();
      const entries = await bench.hosted.host.journal.entries(id);
      expect(sent, "sent deletions").to.be.at.least(1).and.at.most(entriesOf({ entries }, "intent").length);
    }
  }),

  rule("DELETE-5", "has one effect on each record after a crash at any moment, and ends verified", deletion, async (bench) => {
    for (const choices of waysToDelete(bench)) await expectOneEffectAfterCrashes(bench, choices);
  }),

  rule("DELETE-6", "calls a record that is absent at its first deletion already absent, and not deleted", deletion, async (bench) => {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person);
    await bench.sandbox.remove(person.id);
    const { result } = await finish(bench, id);
    expect(result.outcome).to.equal("verified");
    expect(result.targets.map((target) => target.outcome)).to.deep.equal(["already_absent"]);
    for (const choices of waysToDelete(bench).slice(1)) await expectRelatedAbsent(bench, choices);
  }),

  rule("DELETE-7", "finds nothing in a second run once the index has caught up, and deletes nothing twice before that", deletion, async (bench) => {
    const person = await bench.addSubject();
    await deleteWhole(bench, person);
    const since = fromNowOn(bench);
    const early = await bench.hosted.plan(person.identifier);
    if (early.result.outcome === "planned") {
      await bench.hosted.confirm(early.id);
      const { result } = await finish(bench, early.id);
      expect(result.targets.map((target) => target.outcome), "outcomes while the index lags").to.deep.equal(["already_absent"]);
    }
    await bench.sandbox.settleIndex();
    expect((await bench.hosted.plan(person.identifier)).result.outcome, "outcome once the index has caught up").to.equal("nothing_found");
    expect(since.effects(), "calls that changed something").to.deep.equal([]);
  }),

  rule("DELETE-8", "leaves the choice between two people of one identifier to a human", deletion, async (bench) => {
    const person = await bench.addSubject();
    const twin = await bench.addSubject({ like: person });
    const since = fromNowOn(bench);
    const { result } = await bench.hosted.plan(person.identifier);
    expect([result.outcome, result.attention?.code]).to.deep.equal(["needs_attention", "AMBIGUOUS_SUBJECT"]);
    expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
    const chosen = await deleteWhole(bench, person, { only: [person.id] });
    expect(chosen.result.outcome, "outcome of what was chosen").to.equal("verified");
    await expectHeld(bench, [person], false);
    await expectHeld(bench, [twin], true);
    for (const choices of waysToDelete(bench).slice(1)) await expectOnlyChosen(bench, choices);
    await expectAskedThoughNameless(bench);
    await expectAskedEverywhere(bench);
  }),

  rule("DELETE-9", "covers the same records by deletion as by access", declares("access", "deletion"), async (bench) => {
    const { people, person } = await household(bench);
    const seen = await bench.hosted.access(person.identifier);
    expect(seen.result.matches.map((match) => match.id), "accessed").to.have.members(people.map((each) => each.id));
    const { result } = await bench.hosted.plan(person.identifier);
    expect(result.plan?.targets.map((target) => target.id), "planned").to.have.members(seen.result.matches.map((match) => match.id));
  }),

  rule("DELETE-10", "plans the same again as long as nothing has changed", deletion, async (bench) => {
    const { person } = await household(bench);
    const [once, again] = [await bench.hosted.plan(person.identifier), await bench.hosted.plan(person.identifier)];
    expect(again.result.plan?.confirm).to.equal(once.result.plan?.confirm);
    expect(again.result.plan?.targets).to.deep.equal(once.result.plan?.targets);
  }),

  rule("DELETE-11", "stops where a record has come since the plan", deletion, async (bench) => {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person);
    const newcomer = await bench.addSubject({ like: person });
    const since = fromNowOn(bench);
    const { result } = await bench.hosted.execute(id);
    expect([result.outcome, result.attention?.code]).to.deep.equal(["needs_attention", "PLAN_STALE"]);
    expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
    await expectHeld(bench, [person, newcomer], true);
  }),

  rule("DELETE-12", "follows a deletion that takes its time to its end, and gives the order once", ({ manifest }) => manifest.deletion?.type === "asynchronous", async (bench) => {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person);
    const since = fromNowOn(bench);
    const waiting = await bench.hosted.execute(id);
    if (await bench.sandbox.isHeld(person.id)) {
      expect(waiting.result.outcome).to.equal("awaiting_verification");
      expect(waiting.result.targets.map((target) => target.outcome)).to.deep.equal(["unknown"]);
    }
    await bench.sandbox.settleIndex();
    await bench.hosted.host.clock.advance(bench.hosted.host.timings.parkMs);
    const { result } = await bench.hosted.execute(id);
    expect(result.outcome).to.equal("verified");
    expect(since.mutations().length, "orders to delete").to.equal(1);
    await expectHeld(bench, [person], false);
  }),

  rule("DELETE-13", "plans no target of a category that it does not declare", deletion, async (bench) => {
    const { person } = await household(bench);
    const { plan } = (await bench.hosted.plan(person.identifier)).result;
    const { dataCategories, erasurePolicies = [] } = bench.manifest;
    const related = [...dataCategories.flatMap(({ deletion: { related } }) => related?.target ?? []), ...erasurePolicies.flatMap(({ values }) => values.flatMap(({ targets = [] }) => targets))];
    const declared = [bench.manifest.subjectCategory, ...dataCategories.map((category) => category.id), ...related];
    expect(declared, "declared categories").to.include.members((plan?.targets ?? []).map((target) => target.category));
    // What stays, or was not seen, may be of a kind that the connector does not deal with; yet it is named as a category is.
    for (const { category } of [...(plan?.kept ?? []), ...(plan?.unseen ?? [])]) expect(category).to.match(/^[a-z][a-z_]{0,63}$/);
  }),

  rule("DELETE-14", "plans and removes every record of a person who has many", deletion, async (bench) => {
    const { repeatableKind: kind } = bench.sandbox;
    const person = await bench.addSubject();
    const people = [person];
    while (people.length < MANY) people.push(await bench.addSubject({ like: person, volume: "bare", ...(kind === undefined ? {} : { kind }) }));
    const ids = people.map((each) => each.id);
    const planned = await confirmedPlan(bench, person, kind === undefined ? { only: ids } : {});
    expect(planned.result.plan?.targets.map((target) => target.id), "planned").to.have.members(ids);
    const { result } = await finish(bench, planned.id);
    expect(result.outcome).to.equal("verified");
    expect(result.targets.map(({ id, outcome }) => `${id} ${outcome}`)).to.have.members(ids.map((id) => `${id} deleted`));
    await expectHeld(bench, people, false);
  }),
];

/** What stays whenever somebody's own record is deleted. */
function residualsOf({ manifest }: Bench): readonly string[] {
  const always = manifest.residuals.filter(({ observed, extent, after }) => observed !== true && extent === undefined && after?.includes(manifest.subjectCategory) !== false);
  return always.map(({ code }) => code);
}

/** What is written down of an answer names the call that it was the answer to, where the vendor gives its calls ids. */
function expectOwnCalls({ connector, manifest }: Bench, since: Since, entries: readonly JournalEntry[]): void {
  const { requestIdHeader } = connector.protocol;
  if (requestIdHeader === undefined) return;
  const told = [...entriesOf({ entries }, "answered").map(({ target, answer }) => ({ target, ...answer })), ...entriesOf({ entries }, "looked").map(({ target, look }) => ({ target, ...look }))];
  // An id of what is related may be put together.
  for (const { target, vendorRequestId } of told.filter((each) => each.target.category === manifest.subjectCategory)) {
    const own = since.calls().filter((call) => leadsTo(call, target.id)).flatMap(({ answer }) => answer?.headers[requestIdHeader.toLowerCase()] ?? []);
    if (vendorRequestId !== undefined) expect(own, "ids of the calls about a record, of which the journal names one").to.include(vendorRequestId);
  }
}

async function expectOneEffectAfterCrashes(bench: Bench, choices: PlanChoices): Promise<void> {
  let people: readonly Person[] = [];
  let related: readonly Target[] = [];
  let since = fromNowOn(bench);
  await atEveryBoundary(
    bench.hosted.restart(),
    async (alive) => {
      const made = await household(bench, choices.erase === "related" ? "bare" : "one");
      people = made.people;
      related = await plantFor(bench, choices, made.person);
      const planned = await confirmedPlan({ ...bench, hosted: alive }, made.person, choices);
      since = fromNowOn(bench);
      return planned.id;
    },
    (dying, requestId) => dying.execute(requestId),
    async (next, requestId, boundary) => {
      const { result } = await finish(bench, requestId, next);
      expect(result.outcome, `outcome after a crash ${boundary}`).to.equal("verified");
      await expectHeld(bench, people, false);
      await expectRelated(bench, related, false);
      const records = people.length + related.length;
      expect(since.effects().length, `effects with a crash ${boundary}`).to.equal(records);
      // A vendor that takes its time shows the record after an order that was lost with the process: it may be given twice.
      if (bench.manifest.deletion?.type === "synchronous") expect(since.mutations().length, `deletions sent with a crash ${boundary}`).to.equal(records);
    },
  );
}

/** Somebody else deletes what is related once the plan is confirmed. */
async function expectRelatedAbsent(bench: Bench, choices: PlanChoices): Promise<void> {
  const person = await bench.addSubject({ volume: "bare" });
  const related = await plantFor(bench, choices, person);
  const { id } = await confirmedPlan(bench, person, choices);
  for (const { category, id: record } of related) await bench.sandbox.related?.remove(dataCategoryOf(bench, category), record);
  const { result } = await finish(bench, id);
  expect(result.outcome).to.equal("verified");
  for (const record of related) expect(result.targets.find((target) => target.id === record.id)?.outcome, `outcome of a ${record.category} that was gone`).to.equal("already_absent");
}

/** More records than a plan, or a page of what is asked about at once, would be cut to. */
const MANY = 110;

/** A person with as many records as may belong to one: the plan then names more than one, where the vendor knows such. */
export async function household(bench: Bench, volume: SubjectWish["volume"] = "one"): Promise<{ readonly person: Person; readonly people: readonly Person[] }> {
  const person = await bench.addSubject({ volume });
  const { repeatableKind: kind } = bench.sandbox;
  return { person, people: kind === undefined ? [person] : [person, await bench.addSubject({ like: person, kind, volume })] };
}

function near(person: Person): { readonly identifier?: { readonly category: string; readonly value: string } } {
  if (person.identifier.category !== "email") return {};
  return { identifier: { category: "email", value: person.value.replace("@", "+news@") } };
}
