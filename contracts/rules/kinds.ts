import { expect } from "chai";
import type { LookupResult, Match } from "../../core/ports.js";
import type { Bench, Person } from "../bench.js";
import { disturbing, everyRead, spoiling } from "../faults.js";
import { everyone, rule, type Rule } from "../rule.js";
import { hiddenPerson } from "../steps.js";

/** A kind of record that the vendor came to have after the connector was written. It proves something where the vendor's answers name kinds, and matches name them alike. */
export const KIND_RULES: readonly Rule[] = [
  rule("LOOKUP-13", "drops nobody in silence whose record is of a kind that it has never heard of, and takes none for one that may repeat", everyone, async (bench) => {
    const { sandbox, manifest, hosted } = bench;
    const { lookup } = await hosted.open();
    const { repeatableKind: kind } = sandbox;
    for (const wish of [{}, ...(kind === undefined ? [] : [{ kind }])]) {
      const person = await bench.addSubject({ volume: "bare", ...wish });
      const match = await expectNoticed(bench, person, "the search", () => lookup.find([person.identifier]));
      if (match !== undefined) expect(match.primary, "whether a record may be a person of its own though nobody has heard of its kind").to.equal(true);
      await expectShown(bench, person);
      await expectSeen(bench, person);
    }
    for (const { id: extent } of manifest.lookupExtents ?? []) {
      const hidden = await hiddenPerson(bench, extent);
      await expectNoticed(bench, hidden, extent, async () => lookup.findIn?.(extent, [hidden.identifier]) ?? []);
      await expectSeen(bench, hidden, extent);
    }
  }),
];

const UNHEARD_OF = "canary_kind";

/** Found, or told of in another way; or else the call breaks, which is no silence. The match, where it is one. */
async function expectNoticed(bench: Bench, person: Person, where: string, find: () => Promise<readonly LookupResult[]>): Promise<Match | undefined> {
  const [usual] = await find();
  const { isTold, outcome } = await ofAnotherKind(bench, usual?.matches.find(({ id }) => id === person.id), find);
  const [found] = outcome ?? [];
  if (!isTold || found === undefined) return undefined;
  const match = found.matches.find(({ id }) => id === person.id);
  const isNoticed = match !== undefined || found.nearMatches.some(({ id }) => id === person.id) || found.dropped > 0 || found.gaps.length > 0;
  expect(isNoticed, `whether ${where} tells in any way of a record of a kind that nobody has heard of`).to.equal(true);
  return match;
}

async function expectShown(bench: Bench, { id, identifier }: Person): Promise<void> {
  const { lookup } = await bench.hosted.open();
  const read = () => lookup.findById(id, [identifier]);
  const { isTold, outcome } = await ofAnotherKind(bench, await read(), async () => (await read())?.id ?? "nobody");
  if (isTold && outcome !== undefined) expect(outcome, "what is found by an id whose record is of a kind that nobody has heard of").to.equal(id);
}

/** What is there is not gone because of its kind. */
async function expectSeen(bench: Bench, { id, identifier }: Person, extent?: string): Promise<void> {
  if (!bench.manifest.requestTypes.includes("deletion")) return;
  const { lookup, executor } = await bench.hosted.open();
  const match = await lookup.findById(id, [identifier], extent);
  const target = { category: bench.manifest.subjectCategory, id, ...(extent === undefined ? {} : { extent }) };
  const { isTold, outcome } = await ofAnotherKind(bench, match, async () => (await executor.look(target)).answer);
  if (isTold && outcome !== undefined) expect(outcome, "what a look at a record comes to whose kind nobody has heard of").to.equal("present");
}

/** What a call comes to while every answer tells of another kind of this record; undefined where it breaks. And whether any answer tells of its kind. */
async function ofAnotherKind<T>({ wire }: Bench, match: Match | undefined, ask: () => Promise<T>): Promise<{ readonly isTold: boolean; readonly outcome: T | undefined }> {
  if (match === undefined) return { isTold: false, outcome: undefined };
  let isTold = false;
  const isKind = (value: unknown): boolean => typeof value === "string" && value.toLowerCase() === match.kind.toLowerCase();
  const told = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.values(value).some((each) => typeof each !== "object" && String(each) === match.id)) return value;
    isTold ||= Object.values(value).some(isKind);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, isKind(each) ? UNHEARD_OF : each]));
  };
  wire.disturb(disturbing(everyRead, spoiling(({ body }) => (body === "" ? "" : JSON.stringify(JSON.parse(body, (_, each: unknown) => told(each)))))));
  const outcome = await ask().catch(() => undefined);
  wire.mend();
  return { isTold, outcome };
}
