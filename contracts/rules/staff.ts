import { expect } from "chai";
import type { Disclosure } from "../../core/request-settings.js";
import type { CollectedRecord } from "../../core/ports.js";
import type { Bench, Person } from "../bench.js";
import { disturbing, everyRead, spoiling } from "../faults.js";
import { missing, needed } from "../needed.js";
import { declares, rule, type Rule } from "../rule.js";
import { fromNowOn, secondOf, tellsOf } from "../steps.js";
import type { Fault } from "../wire.js";
import { countOf, expectNamed, isSeen, recordsFor, recordsIn, recordsInTwoGoes } from "./others.js";

/** What a package tells of those who work for the account. */
export const STAFF_RULES: readonly Rule[] = [
  rule("ACCESS-18", "tells who of the account's staff wrote to a person only where the host decided so, and counts what it withholds", declares("access"), async (bench) => {
    const write = writing(bench);
    const person = await bench.addSubject({ volume: "bare" });
    await write(person.id, STAFF, WRITTEN);
    if (!(await isSeen(bench, person, WRITTEN, "`staff.write`"))) return;
    // Whoever noted something down is one of them, too.
    await bench.sandbox.staff?.note?.(person.id, STAFF, NOTE);
    const both = await expectDecided(bench, person, { text: STAFF, what: "who of the staff wrote", withheld: { otherPeople: "withhold", notes: "include" }, included: { otherPeople: "include", notes: "withhold" } });
    for (const record of both[0].filter(({ data }) => JSON.stringify(data).includes(WRITTEN))) expectNamed(record, OF_OTHERS, "in which nobody has a part but the person and the staff");
    for (const records of both) expect(textOf(records), "what the staff wrote to the person").to.include(WRITTEN);
    const several = await bench.addSubject({ volume: "bare" });
    await write(several.id, STAFF, WRITTEN);
    bench.wire.disturb(disturbing(everyRead, inCompanyOf(COLLEAGUES)));
    const records = textOf(await recordsFor(bench, several, { otherPeople: "withhold", notes: "withhold" }));
    bench.wire.mend();
    expect([STAFF, ...COLLEAGUES].filter((text) => records.includes(text)), "what a package tells of several of the staff").to.deep.equal([]);
  }),
];

export const NOTE_RULES: readonly Rule[] = [
  rule("ACCESS-22", "tells what the account's staff noted down about a person only where the host decided so, and counts what it withholds", declares("access"), async (bench) => {
    const note = needed(bench.sandbox.staff?.note, "`staff.note`", "somebody who works for the account and notes something down about a person");
    const person = await bench.addSubject({ volume: "bare" });
    for (const { id } of [person, await secondOf(bench, person)]) await note(id, STAFF, NOTE);
    if (!(await isSeen(bench, person, NOTE, "`staff.note`"))) return;
    const [less, included] = await expectDecided(bench, person, { text: NOTE, what: "what the staff noted down", withheld: { otherPeople: "include", notes: "withhold" }, included: { otherPeople: "withhold", notes: "include" } });
    for (const record of less) expectNamed(record, OF_OTHERS, "in which nobody has a part but the person and the staff");
    const several = await bench.addSubject({ volume: "bare" });
    for (const text of [NOTE, ...NOTES]) await note(several.id, STAFF, text);
    const records = textOf(await recordsFor(bench, several, { otherPeople: "withhold", notes: "withhold" }));
    expect([STAFF, NOTE, ...NOTES].filter((text) => records.includes(text)), "what a package tells of several notes").to.deep.equal([]);
    // What is read of somebody does not depend on what else is held.
    const full = await bench.addSubject();
    await note(full.id, STAFF, NOTE);
    if (textOf(await recordsFor(bench, full, { notes: "include" })).includes(NOTE)) expect(textOf(included), "what the staff noted down of somebody of whom hardly anything else is held").to.include(NOTE);
  }),

  rule("ACCESS-23", "counts whoever comes to have a part in what the staff wrote to a person beside the staff", declares("access"), async (bench) => {
    const write = writing(bench);
    const share = needed(bench.sandbox.related?.share, JOINING, JOINED);
    const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
    await write(person.id, STAFF, WRITTEN);
    const written = async () => (await recordsFor(bench, person, { otherPeople: "withhold" })).find(({ data }) => JSON.stringify(data).includes(WRITTEN));
    const alone = await written();
    // Where it is left out, ACCESS-18 says so.
    if (alone === undefined) return;
    if (!(await share(alone.category, alone.id, other.id))) missing(JOINING, JOINED);
    const since = fromNowOn(bench);
    const shared = await written();
    const isTold = since.calls().some(({ answer }) => recordsIn(answer, alone.id).some((body) => tellsOf(body, other)));
    if (shared !== undefined && isTold) expect(countOf(shared), "what is counted as withheld of a record of the staff's in which somebody else has a part").to.be.above(countOf(alone));
  }),
];

const STAFF = "Colleague Canaryson";
const WRITTEN = "Canary of what the staff wrote.";
const NOTE = "Canary of what the staff noted down.";
const COLLEAGUES = ["Second Canaryson", "Third Canaryson"];
const NOTES = ["Canary of a second note.", "Canary of a third note."];
const OF_OTHERS = ["participant", "participant_text"];
const JOINING = "`related.share` of what its `staff.write` adds";
const JOINED = "somebody else who comes to have a part in what the staff wrote to a person";

function writing({ sandbox }: Bench): (personId: string, name: string, text: string) => Promise<void> {
  const write = needed(sandbox.staff?.write, "`staff.write`", "somebody who works for the account and writes to a person");
  return async (...asked) => write(...asked);
}

interface Decided {
  readonly text: string;
  readonly what: string;
  readonly withheld: Partial<Disclosure>;
  readonly included: Partial<Disclosure>;
}

/** Told and withheld as the host decided, in one go and in two. Returns both packages. */
async function expectDecided(bench: Bench, person: Person, { text, what, withheld, included }: Decided): Promise<readonly [less: readonly CollectedRecord[], more: readonly CollectedRecord[]]> {
  const since = fromNowOn(bench);
  const less = await recordsFor(bench, person, withheld);
  const made = since.calls();
  const more = await recordsFor(bench, person, included);
  const answers = since.calls().map(({ answer }) => answer?.body ?? "");
  // What the vendor itself does not tell is nothing to withhold, nor to include.
  if (!answers.some((body) => body.includes(text))) return [less, more];
  for (const calls of made.flatMap(({ answer }, n) => (answer?.body.includes(text) === true ? [n] : []))) {
    const inTwoGoes = textOf(await recordsInTwoGoes(bench, person, { otherPeople: "withhold", notes: "withhold" }, calls));
    expect(inTwoGoes.includes(text), `whether a package that was made in two goes tells ${what}`).to.equal(false);
  }
  expect([less, more].map((records) => textOf(records).includes(text)), `whether the package tells ${what} where the host withholds it, and where it does not`).to.deep.equal([false, true]);
  expect(less.reduce((sum, record) => sum + countOf(record), 0), `what is counted as withheld of ${what}`).to.be.at.least(1);
  return [less, more];
}

/** Wherever the vendor lists a colleague by name, with nothing that was written, it lists these after the first. */
function inCompanyOf(names: readonly string[]): Fault {
  const isListed = (each: unknown) => typeof each === "object" && each !== null && Object.values(each).includes(STAFF) && ![WRITTEN, NOTE].some((text) => JSON.stringify(each).includes(text));
  const told = (each: unknown) => [each, ...(isListed(each) ? names.map((name) => JSON.parse(JSON.stringify(each).replaceAll(STAFF, name)) as unknown) : [])];
  return spoiling(({ body }) => (body === "" ? "" : JSON.stringify(JSON.parse(body, (_, value: unknown) => (Array.isArray(value) ? value.flatMap(told) : value)))));
}

function textOf(records: readonly CollectedRecord[]): string {
  return JSON.stringify(records.map(({ data }) => data));
}
