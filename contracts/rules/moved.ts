import { expect } from "chai";
import type { Bench, Person } from "../bench.js";
import { disturbing, everyRead, spoiling } from "../faults.js";
import { declares, rule, type Rule } from "../rule.js";
import { expectWhole, fromNowOn, hide } from "../steps.js";
import { telling } from "../telling.js";
import { leadsTo, type WireRequest } from "../wire.js";
import { household } from "./deletion.js";

/** What becomes of a record that comes to be somebody else's between the search, which lags behind, and reading. It proves something where a record is read by its id. */
export const MOVED_RULES: readonly Rule[] = [
  rule("ACCESS-20", "leaves out a record that carries another identifier by the time it is read by its id, or in an extent, and shows a gap", declares("access"), async (bench) => {
    for (const [how, now] of identifiersSince(bench)) {
      const [moved, staying] = await together(bench);
      const { result, records, isTold } = await accessOnceMoved(bench, moved, now(moved.value));
      if (!isTold) return;
      expect(telling(Object.values(moved.texts).flat())(JSON.stringify(records)), `whether the package tells of a record that carries ${how} by now`).to.equal(false);
      // No answer at all where an author takes a record without one for none of the vendor's.
      if ((now(moved.value) ?? "") === "" && result.outcome === "needs_attention") continue;
      expect(result.outcome, `outcome where a record carries ${how} by now`).to.equal("complete_with_gaps");
      expect(result.gaps.filter(({ id }) => id === moved.id).map(({ code }) => code), `gaps where a record carries ${how} by now`).to.include("NOT_THE_PERSONS");
      expect(result.matches.map(({ id }) => id), `matches where a record carries ${how} by now`).to.deep.equal([staying.id]);
      expectWhole(bench, { id: "", entries: [], result, records, files: [] }, staying);
    }
    await expectSpelledAnew(bench);
    for (const { id: extent } of bench.manifest.lookupExtents ?? []) await expectHiddenLeftOut(bench, extent);
  }),
];

export const MOVED_DELETION_RULES: readonly Rule[] = [
  rule("DELETE-23", "plans no deletion of a record that carries another identifier by the time it is read by its id", declares("deletion"), async (bench) => {
    for (const [how, now] of identifiersSince(bench)) {
      const { person, people } = await household(bench, "bare");
      const moved = people.at(-1) ?? person;
      const { result, isTold } = await onceMoved(bench, moved, now(moved.value), () => bench.hosted.plan(person.identifier));
      if (!isTold) return;
      expect(result.plan?.targets.map(({ id }) => id) ?? [], `targets of a plan where a record carries ${how} by now`).not.to.include(moved.id);
    }
  }),
];

/** What a record carries that is somebody else's by now. */
function identifiersSince(bench: Bench): readonly (readonly [how: string, now: (value: string) => string | null])[] {
  const other = bench.nobody().reveal();
  return [["another identifier", () => other], ["none", () => null], ["an empty one", () => ""], ...(isByEmail(bench) ? [["one that is merely near", (value: string) => value.replace("@", "+news@")] as const] : [])];
}

/** Another case is the same address: such a record is the person's still. */
async function expectSpelledAnew(bench: Bench): Promise<void> {
  if (!isByEmail(bench)) return;
  const [spelled, staying] = await together(bench);
  const { result, records } = await accessOnceMoved(bench, spelled, spelled.value.replace("canary", "Canary"));
  expect(result.outcome, "outcome where a record's address is in another case by now").to.equal("complete");
  for (const each of [spelled, staying]) expectWhole(bench, { id: "", entries: [], result, records, files: [] }, each);
}

/** The same of whom only an extent shows. It proves something where the extent is read once more after the person was found there. */
async function expectHiddenLeftOut(bench: Bench, extent: string): Promise<void> {
  for (const [how, now] of identifiersSince(bench)) {
    const [moved, staying] = await together(bench);
    await hide(bench, moved, extent);
    const { result, records, isTold } = await accessOnceListedAnew(bench, moved, now(moved.value), extent);
    if (!isTold) return;
    expect(telling(Object.values(moved.texts).flat())(JSON.stringify(records)), `whether the package tells of a record that ${extent} shows with ${how} by now`).to.equal(false);
    if ((now(moved.value) ?? "") === "" && result.outcome === "needs_attention") continue;
    expect(result.outcome, `outcome where ${extent} shows a record with ${how} by now`).to.equal("complete_with_gaps");
    expect(result.gaps.filter(({ id }) => id === moved.id).map(({ code }) => code), `gaps where ${extent} shows a record with ${how} by now`).to.include("NOT_THE_PERSONS");
    expect(result.matches.map(({ id }) => id), `matches where ${extent} shows a record with ${how} by now`).to.deep.equal([staying.id]);
    expectWhole(bench, { id: "", entries: [], result, records, files: [] }, staying);
  }
}

/** An access of which the extent's list tells, once the person was found, that this record carries another identifier; and whether it was asked for then. */
async function accessOnceListedAnew(bench: Bench, { id, value, identifier }: Person, now: string | null, extent: string) {
  const { wire, hosted } = bench;
  const since = fromNowOn(bench);
  await (await hosted.open()).lookup.findIn?.(extent, [identifier]);
  const places = new Set(since.calls().map(placeOf));
  const request = await hosted.ask("access", identifier);
  let isTold = false;
  const moved = (record: unknown): unknown => {
    if (!carries(record, id) || !carries(record, value)) return record;
    isTold = true;
    return withAnother(record, value, now);
  };
  wire.disturb(async (call, send) => {
    const isRead = places.has(placeOf(call)) && (await hosted.host.journal.entries(request)).some(({ kind }) => kind === "found");
    return isRead ? spoiling(({ body }) => JSON.stringify(JSON.parse(body, (_, each: unknown) => moved(each))))(call, send) : send(call);
  });
  const standing = await hosted.resumeAccess(request, [extent]);
  wire.mend();
  return { ...standing, isTold };
}

function placeOf({ method, url }: Pick<WireRequest, "method" | "url">): string {
  return `${method} ${new URL(url).pathname}`;
}

function withAnother(record: unknown, value: string, now: string | null): unknown {
  return JSON.parse(JSON.stringify(record), (_, each: unknown) => (each === value ? now : each));
}

async function together(bench: Bench): Promise<readonly [Person, Person]> {
  const person = await bench.addSubject();
  return [person, await bench.addSubject({ like: person })];
}

function accessOnceMoved(bench: Bench, person: Person, now: string | null) {
  return onceMoved(bench, person, now, () => bench.hosted.access(person.identifier));
}

/** What comes of something during which every answer to a read of this record by its id tells of another identifier, and whether there was one. */
export async function onceMoved<Standing extends object>({ wire }: Bench, { id, value }: Person, now: string | null, work: () => Promise<Standing>): Promise<Standing & { readonly isTold: boolean }> {
  let isTold = false;
  wire.disturb(
    disturbing(
      (request) => everyRead(request) && leadsTo(request, id),
      spoiling(({ body }) => {
        if (!body.includes(value)) return body;
        const answer: unknown = JSON.parse(body);
        // What stands in a list is what hangs on the record, which may have been written down before.
        if (!carries(answer, value)) return body;
        isTold = true;
        return JSON.stringify(withAnother(answer, value, now));
      }),
    ),
  );
  const standing = await work();
  wire.mend();
  return { ...standing, isTold };
}

function carries(answer: unknown, value: string): boolean {
  if (typeof answer !== "object" || answer === null) return answer === value;
  return !Array.isArray(answer) && Object.values(answer).some((each) => carries(each, value));
}

function isByEmail({ manifest }: Bench): boolean {
  return manifest.identifierCategories[0] === "email";
}
