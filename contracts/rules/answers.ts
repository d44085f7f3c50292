import { expect } from "chai";
import type { Connector } from "../../core/ports.js";
import type { Bench, Person } from "../bench.js";
import { disturbing, spoiling } from "../faults.js";
import { hostConnector } from "../hosted-connector.js";
import { everyone, rule, type Rule } from "../rule.js";
import { crowd, deleteWhole, expectWhole, fromNowOn, pageOf } from "../steps.js";
import { type Fault, keyOf, type WireCall, type WireRequest } from "../wire.js";
import { valuesIn } from "./others.js";
import { relates } from "./related.js";

/** What servers and their libraries say of themselves, whoever runs them. */
const SAID_BY_SERVERS: readonly unknown[] = [
  { error: "Not Found" },
  { status: 404, error: "Not Found" },
  { timestamp: "2026-01-15T09:00:00.000+00:00", status: 404, error: "Not Found", path: "/" },
  { statusCode: 404, error: "Not Found", message: "Route not found" },
  { message: "Not Found" },
  { detail: "Not Found" },
  { errors: ["Not Found"] },
  { error: { code: 404, message: "Not Found" } },
  { code: 404, message: "Not Found" },
  "Not Found",
  [],
  null,
];

/** What stands where the next page is named, and names none: it is not known that there is none. */
const NAMING_NO_PAGE: readonly ((cursor: unknown) => unknown)[] = [(cursor) => ({ after: cursor }), () => true, (cursor) => [cursor]];

export const ANSWER_RULES: readonly Rule[] = [
  rule("FAULT-15", "finds no error of its vendor's in what any server says of itself", everyone, async ({ connector: { protocol } }) => {
    for (const body of SAID_BY_SERVERS) expect(protocol.errorCode(body), `the vendor's code in ${JSON.stringify(body)}`).to.equal(undefined);
  }),

  rule("FAULT-16", "takes no list for ended where what names its next page makes no sense", everyone, async (bench) => {
    if (bench.manifest.requestTypes.includes("access")) await expectListsNotEnded(bench, await bench.addSubject({ volume: "paged" }));
    const [person] = await crowd(bench, { category: bench.manifest.identifierCategories[0] ?? "", value: bench.nobody().reveal() });
    if (person !== undefined) await expectSearchNotEnded(bench, person);
  }),

  rule("FAULT-17", "leaves what it is given as it was given", everyone, async ({ connector, manifest, sandbox, wire, addSubject, ...bench }) => {
    const changed = new Set<string>();
    const hosted = hostConnector({ connector: watched(connector, (port) => changed.add(port)), transport: wire.carry, apiOrigin: sandbox.apiOrigin });
    const person = await addSubject();
    await hosted.connect(bench.token);
    if (manifest.requestTypes.includes("access")) await hosted.access(person.identifier);
    if (manifest.requestTypes.includes("deletion")) await deleteWhole({ ...bench, connector, manifest, sandbox, wire, addSubject, hosted }, person, relates(connector) ? { erase: "related" } : {});
    expect([...changed], "calls that changed what they were given").to.deep.equal([]);
  }),

  rule("FAULT-18", "reads on past a page that holds less than others, or nothing", everyone, async (bench) => {
    if (bench.manifest.requestTypes.includes("access")) await expectListsReadOn(bench, await bench.addSubject({ volume: "paged" }));
    const [person] = await crowd(bench, { category: bench.manifest.identifierCategories[0] ?? "", value: bench.nobody().reveal() }, 2 * pageOf(bench) + 1);
    if (person !== undefined) await expectSearchReadOn(bench, person);
  }),
];

/** As many records as a first page is left with. */
const THIN = [0, 1];

async function expectListsReadOn(bench: Bench, person: Person): Promise<void> {
  const since = fromNowOn(bench);
  await bench.hosted.access(person.identifier);
  const calls = since.calls();
  for (const { key } of goneOnFrom(calls)) {
    const later = calls.filter((call) => placeOf(call) === placeOf(first(calls, key)) && keyOf(call) !== key).map(({ answer }) => answer?.body ?? "");
    const texts = Object.values(person.texts).flat().filter((text) => later.some((body) => body.includes(text)));
    for (const left of THIN) {
      bench.wire.disturb(thinned(key, left));
      const { records, result } = await bench.hosted.access(person.identifier);
      bench.wire.mend();
      const told = JSON.stringify(records);
      if (result.outcome === "complete") expect(texts.filter((text) => !told.includes(text)).length, `texts of later pages that are missing where the first page of ${key} held ${left}`).to.equal(0);
      else expect(result.outcome, `outcome where the first page of ${key} held ${left}`).to.be.oneOf(["parked", "needs_attention", "complete_with_gaps"]);
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
    for (const left of THIN) {
      bench.wire.disturb(thinned(key, left));
      const [found] = await lookup.find([identifier]).catch(() => []);
      bench.wire.mend();
      if (found !== undefined && found.gaps.length === 0) expect(found.matches.map(({ id }) => id), `matches on later pages where the first held ${left}`).to.include.members(later.map(({ id }) => id));
    }
  }
}

function first(calls: readonly WireCall[], key: string): WireCall {
  const found = calls.find((call) => keyOf(call) === key);
  if (found === undefined) throw new Error("there is no such call");
  return found;
}

/** Of the records on this page no more than so many: the vendor took the others out after it had made the page. */
function thinned(key: string, left: number): Fault {
  const isOfRecords = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 1 && value.every((each) => typeof each === "object" && each !== null);
  // The list itself, wherever the answer has it, and no list within a record.
  const thin = (value: unknown): unknown => {
    if (isOfRecords(value)) return value.slice(0, left);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, thin(each)]));
  };
  return disturbing((request) => keyOf(request) === key, spoiling(({ body }) => JSON.stringify(thin(parsed(body)))));
}

async function expectListsNotEnded(bench: Bench, person: Person): Promise<void> {
  const since = fromNowOn(bench);
  await bench.hosted.access(person.identifier);
  for (const [number, { key, cursors }] of goneOnFrom(since.calls()).entries()) {
    for (const instead of number === 0 ? NAMING_NO_PAGE : NAMING_NO_PAGE.slice(0, 1)) {
      bench.wire.disturb(naming(key, cursors, instead));
      const standing = await bench.hosted.access(person.identifier);
      bench.wire.mend();
      if (standing.result.outcome === "complete") expectWhole(bench, standing, person);
      else expect(standing.result.outcome, `outcome where ${key} names no next page`).to.be.oneOf(["parked", "needs_attention", "complete_with_gaps"]);
    }
  }
}

async function expectSearchNotEnded({ hosted, wire, ...bench }: Bench, { identifier }: Person): Promise<void> {
  const { lookup } = await hosted.open();
  const since = fromNowOn({ ...bench, hosted, wire });
  const [all] = await lookup.find([identifier]);
  for (const { key, cursors } of goneOnFrom(since.calls())) {
    for (const instead of NAMING_NO_PAGE) {
      wire.disturb(naming(key, cursors, instead));
      const [found] = await lookup.find([identifier]).catch(() => []);
      wire.mend();
      if (found !== undefined && found.matches.length < (all?.matches.length ?? 0)) expect(found.gaps.length, "gaps of a search whose next page is not known").to.be.at.least(1);
    }
  }
}

/** The first answer of each list that goes on, and what in it is sent with the call for the next page. */
function goneOnFrom(calls: readonly WireCall[]): readonly { readonly key: string; readonly cursors: ReadonlySet<string> }[] {
  return calls.flatMap((call, n) => {
    const place = placeOf(call);
    if (calls.slice(0, n).some((each) => placeOf(each) === place)) return [];
    const next = calls.slice(n + 1).find((each) => placeOf(each) === place);
    const sent = new Set(sentWith(call));
    const fresh = next === undefined ? [] : sentWith(next).filter((text) => text !== "" && !sent.has(text));
    const cursors = new Set<string>();
    reviveBeside(parsed(call.answer?.body ?? ""), (leaf) => void (fresh.some((text) => String(leaf) === text || String(leaf).includes(`=${encodeURIComponent(text)}`)) && cursors.add(String(leaf))));
    return cursors.size === 0 ? [] : [{ key: keyOf(call), cursors }];
  });
}

function naming(key: string, cursors: ReadonlySet<string>, instead: (cursor: unknown) => unknown): Fault {
  return disturbing((request) => keyOf(request) === key, spoiling(({ body }) => JSON.stringify(reviveBeside(parsed(body), (leaf) => (cursors.has(String(leaf)) ? instead(leaf) : undefined)))));
}

/** A copy of a JSON value in which texts and numbers that stand in no list are what they are replaced by, if by anything. */
function reviveBeside(value: unknown, replace: (leaf: string | number) => unknown): unknown {
  if (typeof value === "string" || typeof value === "number") return replace(value) ?? value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, reviveBeside(each, replace)]));
}

/** The parameters of a call, and every text and number in its body. */
function sentWith({ url, body }: WireRequest): readonly string[] {
  const texts: string[] = [...new URL(url).searchParams.values()];
  JSON.stringify(parsed(body), (_, each: unknown) => {
    if (typeof each === "string" || typeof each === "number") texts.push(String(each));
    return each;
  });
  return texts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function placeOf({ method, url }: WireRequest): string {
  return `${method} ${new URL(url).pathname}`;
}

/** A connector of whose ports each call tells when it leaves something else in what it was given. */
function watched(connector: Connector, onChange: (port: string) => void): Connector {
  const watch = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== "function") return member;
        return (...input: unknown[]): unknown => {
          const before = JSON.stringify(input);
          const judge = (): void => void (JSON.stringify(input) !== before && onChange(String(key)));
          const outcome: unknown = Reflect.apply(member, target, input);
          if (outcome instanceof Promise) return outcome.finally(judge);
          return key === "collect" ? judged(outcome as AsyncIterable<unknown>, judge) : outcome;
        };
      },
    });
  return { ...connector, auth: (context) => watch(connector.auth(context)), lookup: (context) => watch(connector.lookup(context)), executor: (context) => watch(connector.executor(context)) };
}

async function* judged(pages: AsyncIterable<unknown>, judge: () => void): AsyncIterable<unknown> {
  try {
    yield* pages;
  } finally {
    judge();
  }
}
