import { expect } from "chai";
import { DEFAULT_SETTINGS, type Disclosure } from "../../core/request-settings.js";
import type { Bench, Person } from "../bench.js";
import type { CollectedRecord } from "../../core/ports.js";
import { lostBefore } from "../faults.js";
import { missing, needed } from "../needed.js";
import { declares, rule, type Rule } from "../rule.js";
import { fromNowOn, secondOf, tellsOf } from "../steps.js";
import type { WireAnswer, WireCall } from "../wire.js";
import { expectWithheldDespiteIds } from "./contained-ids.js";
import { SHARED_TEXT } from "./occasions.js";
import { relatedCategories, relates } from "./related-records.js";

/** What a package tells of people whom nobody asked about. */
export const OTHERS_RULES: readonly Rule[] = [
  rule("ACCESS-17", "tells who else has a part in a person's record only where the host decided so, and counts what it withholds", declares("access"), async (bench) => {
    const company = await inCompany(bench);
    const { person, others, shared, joined, own } = company;
    if (shared.length === 0) missing(SHARING, SHARED);
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
      expectNamed(less, OF_STAFF, "in which none of the staff has a part");
      const isTheirs = bench.sandbox.related?.anonymous?.includes(category) !== true;
      if (isTheirs && shared.some((each) => each.id === id) && answers.some((body) => body.includes(SHARED_TEXT))) expect(JSON.stringify(less.data), `what the person wrote in a record of ${category} that others share`).to.include(SHARED_TEXT);
    }
    for (const planted of own) {
      const both = inBoth(withheld, included, planted);
      if (both === undefined) continue;
      const [less, more] = both;
      expect([less.data, countOf(less)], `a record of ${less.category} in which nobody else has a part, and what is counted as withheld of it`).to.deep.equal([more.data, 0]);
    }
    await expectSharedSeen(bench);
    await expectSilenceOnceResumed(bench, company, calls);
    await expectWithheldDespiteIds(bench, sharedCategories(bench));
  }),
];

/** Where others may have a part, too: where it matters to a deletion, or else wherever the sandbox knows of such records. */
export function sharedCategories(bench: Bench): readonly string[] {
  return relates(bench.connector) ? relatedCategories(bench) : bench.manifest.dataCategories.map(({ id }) => id);
}

const SHARING = "`related.add` that plants a record for several people";
const SHARED = "a record in which several people have a part";

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
  const { add } = needed(bench.sandbox.related, SHARING, SHARED);
  const person = await bench.addSubject({ volume: "paged" });
  const second = await secondOf(bench, person);
  const others = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
  const plant = async (people: readonly Person[], text: string) => {
    const planted: Planted[] = [];
    for (const category of sharedCategories(bench)) {
      const id = await add(category, people.map((each) => each.id), text);
      if (id !== undefined) planted.push({ category, id });
    }
    return planted;
  };
  const own = await plant([person, second], "Canary of what is the person's alone.");
  return { person, others, own, joined: await plant([...others, person], "Canary of what somebody else began."), shared: await plant([person, ...others], SHARED_TEXT) };
}

/** A record that several people share, and whose text no answer tells, proves nothing. */
async function expectSharedSeen(bench: Bench): Promise<void> {
  const { add } = needed(bench.sandbox.related, SHARING, SHARED);
  const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
  for (const category of sharedCategories(bench)) await add(category, [person.id, other.id], SHARED_TEXT);
  await isSeen(bench, person, SHARED_TEXT, "`related.add`");
}

/** Whether any answer tells of what the sandbox says that it planted; otherwise something has to be left out of the access. */
export async function isSeen(bench: Bench, { identifier }: Person, text: string, part: string): Promise<boolean> {
  const since = fromNowOn(bench);
  const { result } = await bench.hosted.access(identifier);
  if (since.calls().some(({ answer }) => answer?.body.includes(text) === true)) return true;
  const isLeftOut = bench.manifest.dataCategories.some(({ id }) => result.notCovered.some(({ category }) => category === id));
  return isLeftOut ? false : missing(`${part} of whose texts any answer tells`, "records that the connector reads");
}

/** What is withheld is counted by the names that this project has for it. */
export function expectNamed({ category, redactions = [] }: CollectedRecord, others: readonly string[], which: string): void {
  expect(redactions.map(({ rule: name }) => name).filter((name) => others.includes(name)), `what is counted as withheld of a record of ${category} ${which}`).to.deep.equal([]);
}

const OF_STAFF = ["teammate", "note"];

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
export async function recordsInTwoGoes({ hosted, wire }: Bench, { identifier }: Person, decided: Partial<Disclosure>, calls: number): Promise<readonly CollectedRecord[]> {
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

export async function recordsFor({ hosted }: Bench, { identifier }: Person, decided: Partial<Disclosure>): Promise<readonly CollectedRecord[]> {
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

export function countOf({ redactions = [] }: CollectedRecord): number {
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

/** All that stands in it, as text. */
export function valuesIn(data: unknown): readonly string[] {
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(valuesIn) : [String(data)];
}
