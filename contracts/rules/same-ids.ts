import { expect } from "chai";
import type { Bench, Person } from "../bench.js";
import { disturbing, everyRead, spoiling } from "../faults.js";
import { declares, rule, type Rule } from "../rule.js";
import { expectWhole, fromNowOn } from "../steps.js";
import type { Fault, WireRequest } from "../wire.js";
import { valuesIn } from "./others.js";

/** A record of a category and the text by which it is known again. */
export interface Listed {
  readonly id: string;
  readonly text: string;
}

/** An id is one record's within its category alone. It proves something where there are records that are listed, and never asked for by their own ids. */
export const SAME_ID_RULES: readonly Rule[] = [
  rule("ACCESS-21", "puts records of several categories into the package though they have one id", declares("access"), async (bench) => {
    const person = await bench.addSubject();
    const listed = await listedRecords(bench, person);
    bench.wire.disturb(disturbing(everyRead, calledAlike(listed, person.id)));
    const standing = await bench.hosted.access(person.identifier);
    bench.wire.mend();
    // A vendor whose ids tell of what kind they are may have such an answer refused.
    if (standing.result.outcome !== "complete") return;
    expectWhole(bench, standing, person);
    for (const [category, records] of Object.entries(standing.records)) expect(standing.result.counts[category], `records of ${category} that are counted`).to.equal(records.length);
  }),
];

/** One of each category beside the person's own record. */
export async function listedRecords(bench: Bench, person: Person): Promise<readonly Listed[]> {
  const since = fromNowOn(bench);
  const { records } = await bench.hosted.access(person.identifier);
  const asked = new Set(since.calls().flatMap(sentWith));
  return bench.manifest.dataCategories.flatMap(({ id: category }) => {
    const text = person.texts[category]?.[0];
    const record = text === undefined ? undefined : records[category]?.find(({ data }) => JSON.stringify(data).includes(text));
    return text === undefined || record === undefined || asked.has(record.id) ? [] : [{ id: record.id, text }];
  });
}

/** Every text and number that a call names. */
function sentWith({ url, body }: WireRequest): readonly string[] {
  const { pathname, searchParams } = new URL(url);
  return [...pathname.split("/").map(decodeURIComponent), ...searchParams.values(), ...(body === "" ? [] : valuesIn(parsed(body)))];
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

/** The vendor gives each of these records this id. */
function calledAlike(listed: readonly Listed[], id: string): Fault {
  const renamed = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const told = JSON.stringify(value);
    const own = listed.filter(({ text }) => told.includes(text)).map((each) => each.id);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, own.includes(String(each)) ? alike(each, id) : each]));
  };
  return spoiling(({ body }) => (body === "" ? "" : JSON.stringify(JSON.parse(body, (_, each: unknown) => renamed(each)))));
}

/** Wherever the vendor lists one of these records, it lists so many like it, each with an id and a text of its own. */
export function listedManyTimes(listed: readonly Listed[], times: number): Fault {
  const listedAs = (each: unknown) => listed.find(({ id, text }) => typeof each === "object" && each !== null && Object.values(each).some((value) => String(value) === id) && JSON.stringify(each).includes(text));
  const numbered = (each: unknown, { id, text }: Listed, n: number): unknown =>
    JSON.parse(JSON.stringify(each), (_, value: unknown) => {
      if (String(value) === id) return alike(value, `${id}${n}`);
      return typeof value === "string" ? value.replaceAll(text, `${text} ${n}`) : value;
    });
  const told = (each: unknown): readonly unknown[] => {
    const one = listedAs(each);
    return one === undefined ? [each] : Array.from({ length: times }, (_, n) => numbered(each, one, 1000 + n));
  };
  return spoiling(({ body }) => (body === "" ? "" : JSON.stringify(JSON.parse(body, (_, value: unknown) => (Array.isArray(value) ? value.flatMap(told) : value)))));
}

/** An id as the vendor writes it: as a number, where it is one. */
function alike(was: unknown, id: string): unknown {
  if (typeof was !== "number") return typeof was === "string" ? id : was;
  return Number.isSafeInteger(Number(id)) ? Number(id) : was;
}
