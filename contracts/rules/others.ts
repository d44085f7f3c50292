import { expect } from "chai";
import { DEFAULT_SETTINGS, type Disclosure } from "../../core/request-settings.js";
import type { Bench, Person } from "../bench.js";
import type { CollectedRecord } from "../../core/ports.js";
import { disturbing, everyRead, lostBefore, spoiling } from "../faults.js";
import { declares, rule, type Rule } from "../rule.js";
import { fromNowOn, tellsOf } from "../steps.js";
import type { Fault, WireAnswer, WireCall } from "../wire.js";
import { expectWithheldDespiteIds } from "./contained-ids.js";
import { SHARED_TEXT } from "./occasions.js";
import { relatedCategories, relates } from "./related-records.js";

/** What a package tells of people whom nobody asked about. */
export const OTHERS_RULES: readonly Rule[] = [
  rule("ACCESS-17", "tells who else has a part in a person's record only where the host decided so, and counts what it withholds", declares("access"), async (bench) => {
    const company = await inCompany(bench);
    const { person, others, shared, joined, own } = company;
    const since = fromNowOn(bench);
    const withheld = await recordsFor(bench, person, { otherPeople: "withhold" });
    const calls = since.calls();
    expectSilence(withheld, others, "in one go");
    const included = await recordsFor(bench, person, { otherPeople: "include" });
    for (const { category, id } of [...shared, ...joined]) {
      const answers = calls.flatMap(({ answer }) => recordsIn(answer, id));
      // What the vendor itself does not tell is nothing to withhold, nor to include.
      const told = others.filter((other) => answers.some((body) => tellsOf(body, other)));
      const both = inBoth(withheld, included, { category, id });
      if (both === undefined) continue;
      const [less, more] = both;
      if (told.length > 0) expectDecided(less, more, told);
      const isTheirs = bench.sandbox.related?.anonymous?.includes(category) !== true;
      if (isTheirs && shared.some((each) => each.id === id) && answers.some((body) => body.includes(SHARED_TEXT))) expect(JSON.stringify(less.data), `what the person wrote in a record of ${category} that others share`).to.include(SHARED_TEXT);
    }
    for (const planted of own) {
      const both = inBoth(withheld, included, planted);
      if (both === undefined) continue;
      const [less, more] = both;
      expect([less.data, countOf(less)], `a record of ${less.category} in which nobody else has a part, and what is counted as withheld of it`).to.deep.equal([more.data, 0]);
    }
    await expectSilenceOnceResumed(bench, company, calls);
    await expectWithheldDespiteIds(bench, sharedCategories(bench));
    await expectEachCounted(bench);
  }),

  rule("ACCESS-18", "tells who of the account's staff wrote to a person, and what they noted down, only where the host decided so, and counts what it withholds", declares("access"), async (bench) => {
    const { staff } = bench.sandbox;
    const person = await bench.addSubject({ volume: "bare" });
    await staff?.write?.(person.id, STAFF, WRITTEN);
    const { repeatableKind: kind } = bench.sandbox;
    const second = kind === undefined ? [] : [await bench.addSubject({ like: person, kind, volume: "bare" })];
    for (const { id } of [person, ...second]) await staff?.note?.(id, STAFF, NOTE);
    const since = fromNowOn(bench);
    const withoutNames = await recordsFor(bench, person, { otherPeople: "withhold", notes: "include" });
    const made = since.calls();
    const withoutNotes = await recordsFor(bench, person, { otherPeople: "include", notes: "withhold" });
    const answers = since.calls().map(({ answer }) => answer?.body ?? "");
    for (const calls of made.flatMap(({ answer }, n) => ([STAFF, NOTE].some((text) => answer?.body.includes(text)) ? [n] : []))) {
      const inTwoGoes = textOf(await recordsInTwoGoes(bench, person, { otherPeople: "withhold", notes: "withhold" }, calls));
      expect([STAFF, NOTE].filter((text) => inTwoGoes.includes(text)), "what a package tells of the staff that was made in two goes").to.deep.equal([]);
    }
    for (const [what, text, less, more] of [["who of the staff wrote", STAFF, withoutNames, withoutNotes], ["what the staff noted down", NOTE, withoutNotes, withoutNames]] as const) {
      // What the vendor itself does not tell is nothing to withhold, nor to include.
      if (!answers.some((body) => body.includes(text))) continue;
      expect([less, more].map((records) => textOf(records).includes(text)), `whether the package tells ${what} where the host withholds it, and where it does not`).to.deep.equal([false, true]);
      expect(less.reduce((sum, record) => sum + countOf(record), 0), `what is counted as withheld of ${what}`).to.be.at.least(1);
    }
    await expectAllWithheld(bench);
    const full = await bench.addSubject();
    await staff?.note?.(full.id, STAFF, NOTE);
    // What is read of somebody does not depend on what else is held.
    if (textOf(await recordsFor(bench, full, { notes: "include" })).includes(NOTE)) expect(textOf(withoutNames), "what the staff noted down of somebody of whom hardly anything else is held").to.include(NOTE);
    if (answers.some((body) => body.includes(WRITTEN))) for (const records of [withoutNames, withoutNotes]) expect(textOf(records), "what the staff wrote to the person").to.include(WRITTEN);
  }),
];

const STAFF = "Colleague Canaryson";
const WRITTEN = "Canary of what the staff wrote.";
const NOTE = "Canary of what the staff noted down.";
const COLLEAGUES = ["Second Canaryson", "Third Canaryson"];
const NOTES = ["Canary of a second note.", "Canary of a third note."];

/** Of several notes in a person's records, and of several colleagues in one, none is told. */
async function expectAllWithheld(bench: Bench): Promise<void> {
  const { staff } = bench.sandbox;
  const person = await bench.addSubject({ volume: "bare" });
  const [names, notes] = [[STAFF, ...COLLEAGUES], [NOTE, ...NOTES]];
  for (const text of notes) await staff?.note?.(person.id, STAFF, text);
  await staff?.write?.(person.id, STAFF, WRITTEN);
  bench.wire.disturb(disturbing(everyRead, inCompanyOf(COLLEAGUES)));
  const records = textOf(await recordsFor(bench, person, { otherPeople: "withhold", notes: "withhold" }));
  bench.wire.mend();
  expect([...names, ...notes].filter((text) => records.includes(text)), "what a package tells of several of the staff").to.deep.equal([]);
}

/** Whoever comes to have a part in what the staff wrote to a person is counted beside them. */
async function expectEachCounted(bench: Bench): Promise<void> {
  const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
  await bench.sandbox.staff?.write?.(person.id, STAFF, WRITTEN);
  const written = async () => (await recordsFor(bench, person, { otherPeople: "withhold" })).find(({ data }) => JSON.stringify(data).includes(WRITTEN));
  const alone = await written();
  if (alone === undefined || (await bench.sandbox.related?.share(alone.category, alone.id, other.id)) !== true) return;
  const since = fromNowOn(bench);
  const shared = await written();
  const isTold = since.calls().some(({ answer }) => recordsIn(answer, alone.id).some((body) => tellsOf(body, other)));
  if (shared !== undefined && isTold) expect(countOf(shared), "what is counted as withheld of a record of the staff's in which somebody else has a part").to.be.above(countOf(alone));
}

/** Wherever the vendor lists a colleague by name, with nothing that was written, it lists these after the first. */
function inCompanyOf(names: readonly string[]): Fault {
  const isListed = (each: unknown) => typeof each === "object" && each !== null && Object.values(each).includes(STAFF) && ![WRITTEN, NOTE].some((text) => JSON.stringify(each).includes(text));
  const told = (each: unknown) => [each, ...(isListed(each) ? names.map((name) => JSON.parse(JSON.stringify(each).replaceAll(STAFF, name)) as unknown) : [])];
  return spoiling(({ body }) => (body === "" ? "" : JSON.stringify(JSON.parse(body, (_, value: unknown) => (Array.isArray(value) ? value.flatMap(told) : value)))));
}

/** Where others may have a part, too: where it matters to a deletion, or else wherever the sandbox knows of such records. */
export function sharedCategories(bench: Bench): readonly string[] {
  return relates(bench.connector) ? relatedCategories(bench) : bench.manifest.dataCategories.map(({ id }) => id);
}

interface Planted {
  readonly category: string;
  readonly id: string;
}

interface Company {
  readonly person: Person;
  readonly others: readonly Person[];
  /** Records in which the others have a part, too; by their ids. The person began them. */
  readonly shared: readonly Planted[];
  /** The same, begun by somebody else. */
  readonly joined: readonly Planted[];
  /** Records that are the person's alone: of both of the person's own records, where one may have two. */
  readonly own: readonly Planted[];
}

/** Somebody with long lists, who shares a record of each kind with others; it stands at the end of its list. */
async function inCompany(bench: Bench): Promise<Company> {
  const { repeatableKind: kind, related } = bench.sandbox;
  const person = await bench.addSubject({ volume: "paged" });
  const second = kind === undefined ? [] : [await bench.addSubject({ like: person, kind, volume: "bare" })];
  const others = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
  const plant = async (people: readonly Person[], text: string) => {
    const planted: Planted[] = [];
    for (const category of sharedCategories(bench)) {
      const id = await related?.add(category, people.map((each) => each.id), text);
      if (id !== undefined) planted.push({ category, id });
    }
    return planted;
  };
  const own = await plant([person, ...second], "Canary of what is the person's alone.");
  return { person, others, own, joined: await plant([...others, person], "Canary of what somebody else began."), shared: await plant([person, ...others], SHARED_TEXT) };
}

/** Withheld of a shared record is who else has a part in it, as often as it is counted, and nothing is where the host decided so. */
function expectDecided(less: CollectedRecord, more: CollectedRecord, told: readonly Person[]): void {
  const { category } = less;
  expect(countOf(less), `what is counted as withheld of a record of ${category} that ${told.length} others share`).to.be.within(told.length, valuesIn(more.data).length);
  expect(countOf(more), `what is counted as withheld of a record of ${category} of which nothing is to be withheld`).to.equal(0);
  for (const other of told) {
    expect(tellsOf(JSON.stringify(more.data), other), `whether a record of ${category} tells of somebody else where the host decided so`).to.equal(true);
    const named = (record: CollectedRecord) => valuesIn(record.data).filter((value) => value === other.id).length;
    // What has the same number may be something else.
    if (named(more) > 0 && other.id !== less.id) expect(named(less), `times that a record of ${category} names the vendor's id of somebody else`).to.be.below(named(more));
  }
}

/** The access stops before the call that tells of others, and goes on later, from what it kept: what the host decided holds still. */
async function expectSilenceOnceResumed(bench: Bench, { person, others, shared, joined }: Company, calls: readonly WireCall[]): Promise<void> {
  const last = calls.findLastIndex((call) => [...shared, ...joined].some(({ id }) => tellsOfRecord(call, id)));
  expectSilence(await recordsInTwoGoes(bench, person, { otherPeople: "withhold" }, last), others, "in two goes");
}

/** As an access has them that was stopped after so many calls, and went on later. */
async function recordsInTwoGoes({ hosted, wire }: Bench, { identifier }: Person, decided: Partial<Disclosure>, calls: number): Promise<readonly CollectedRecord[]> {
  let made = 0;
  wire.disturb((request, send) => ((made += 1) > calls ? lostBefore(request, send) : send(request)));
  const stopped = await hosted.access(identifier, undefined, { ...DEFAULT_SETTINGS, ...decided });
  wire.mend();
  const { result, records } = await hosted.resumeAccess(stopped.id);
  expect(result.outcome, "outcome of an access that goes on").to.equal("complete");
  return Object.values(records).flat();
}

function expectSilence(records: readonly CollectedRecord[], others: readonly Person[], how: string): void {
  for (const { category, data } of records) {
    for (const other of others) expect(tellsOf(JSON.stringify(data), other), `whether a record of ${category}, read ${how}, tells of somebody else`).to.equal(false);
  }
}

async function recordsFor({ hosted }: Bench, { identifier }: Person, decided: Partial<Disclosure>): Promise<readonly CollectedRecord[]> {
  const { result, records } = await hosted.access(identifier, undefined, { ...DEFAULT_SETTINGS, ...decided });
  expect(result.outcome).to.equal("complete");
  return Object.values(records).flat();
}

/** A record as either package has it; undefined where neither does, which other rules judge. */
function inBoth(some: readonly CollectedRecord[], others: readonly CollectedRecord[], { category, id }: Planted): readonly [CollectedRecord, CollectedRecord] | undefined {
  // A target may say more than the record's id: of which type it is.
  const [one, other] = [some, others].map((records) => records.find((each) => each.category === category && (each.id === id || id.endsWith(`:${each.id}`))));
  expect(one === undefined, `whether a record of ${category} is left out because of who has a part in it`).to.equal(other === undefined);
  return one === undefined || other === undefined ? undefined : [one, other];
}

function countOf({ redactions = [] }: CollectedRecord): number {
  return redactions.reduce((sum, { count }) => sum + count, 0);
}

/** Whether an answer shows the record of this id. */
function tellsOfRecord(call: WireCall, id: string): boolean {
  return recordsIn(call.answer, id).length > 0;
}

/** What an answer shows as of this id, which some vendors write as a number, each as text: whatever else stands in a list beside it is not. */
export function recordsIn(answer: WireAnswer | undefined, id: string): readonly string[] {
  try {
    return objectsIn(JSON.parse(answer?.body ?? "")).filter((each) => Object.values(each).some((value) => typeof value !== "object" && String(value) === id)).map((each) => JSON.stringify(each));
  } catch {
    return [];
  }
}

function objectsIn(data: unknown): readonly object[] {
  return typeof data === "object" && data !== null ? [data, ...Object.values(data).flatMap(objectsIn)] : [];
}

function textOf(records: readonly CollectedRecord[]): string {
  return JSON.stringify(records.map(({ data }) => data));
}

/** All that stands in it, as text. */
export function valuesIn(data: unknown): readonly string[] {
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(valuesIn) : [String(data)];
}
