import { expect } from "chai";
import { isDsrError } from "../../core/errors.js";
import { BEARER } from "../../core/vendor-protocol.js";
import type { Bench, Person } from "../bench.js";
import { answering, disturbing, everyMutation, everyRead, lostAfter, MALFORMED, spoiling } from "../faults.js";
import { printedDuring } from "../printing.js";
import { everyone, rule, type Rule } from "../rule.js";
import { confirmedPlan, tellsOf } from "../steps.js";
import type { Fault } from "../wire.js";

export const PRIVACY_RULES: readonly Rule[] = [
  rule("PRIVACY-1", "throws nothing but codes: no address, token or text of a record is in an error", everyone, async (bench) => {
    const person = await bench.addSubject();
    await everythingGoesWrong(bench, person, [...refusalsThatTell(bench, person), ...Object.values(MALFORMED).map(spoiling)]);
    expect(bench.errors.length, "errors that were provoked").to.be.at.least(1);
    for (const error of bench.errors) {
      expect(isDsrError(error), `whether ${error instanceof Error ? error.name : typeof error} is a DsrError`).to.equal(true);
      expectClean(bench, person, [String(error), JSON.stringify(error), isDsrError(error) ? JSON.stringify([error.message, error.facts, String(error.cause)]) : "", stackOf(error), ...textsIn(error)].join("\n"));
    }
  }),

  rule("PRIVACY-2", "writes no address, token or text of a record into a URL", everyone, async (bench) => {
    const person = await bench.addSubject({ volume: "paged" });
    await everythingGoesWell(bench, person);
    for (const { url } of bench.wire.calls) expectClean(bench, person, `${url}\n${decodeURIComponent(url.replaceAll("+", " "))}`);
  }),

  rule("PRIVACY-3", "lets no address, token or text of a record into journal, result or connection", everyone, async (bench) => {
    const person = await bench.addSubject({ volume: "paged" });
    const results = await everythingGoesWell(bench, person);
    const { requests, connections } = bench.hosted.host.state;
    const kept = [
      ...[...requests.values()].flatMap(({ entries, request }) => [...entries, JSON.stringify(request)]),
      ...[...connections.values()].map(({ connection }) => connection),
    ];
    expectClean(bench, person, [...kept, JSON.stringify(results)].join("\n"));
  }),

  rule("PRIVACY-4", "prints no address, token or text of a record, whether all goes well or wrong", everyone, async (bench) => {
    const [person, other] = [await bench.addSubject(), await bench.addSubject()];
    const tells = (text: string) => text.includes(bench.token) || tellsOf(text, person) || tellsOf(text, other);
    const printed = await printedDuring(tells, async () => {
      await everythingGoesWell(bench, person);
      await everythingGoesWrong(bench, other, refusalsThatTell(bench, other).slice(-1));
    });
    expect(printed, "ways in which the address, the token or a text of a record was printed").to.deep.equal([]);
  }),

  rule("PRIVACY-5", "sends no address, token or text of a record in a header, apart from the seam's own authorisation", everyone, async (bench) => {
    const person = await bench.addSubject({ volume: "paged" });
    await everythingGoesWell(bench, person);
    const { name } = bench.connector.protocol.tokenHeader ?? BEARER;
    for (const { headers } of bench.wire.calls) {
      const { [name]: _, ...others } = headers;
      expectClean(bench, person, decodeURIComponent(Object.values(others).join("\n").replaceAll(/%(?![0-9a-f]{2})/gi, "%25")));
    }
  }),
];

/** More than hang on any error of a connector's. */
const MANY_OBJECTS = 1000;

async function everythingGoesWell({ hosted, manifest, ...bench }: Bench, person: Person): Promise<readonly unknown[]> {
  const results: unknown[] = [await hosted.check()];
  if (manifest.requestTypes.includes("access")) results.push((await hosted.access(person.identifier)).result);
  if (manifest.requestTypes.includes("deletion")) {
    const { id, result } = await confirmedPlan({ hosted, manifest, ...bench }, person);
    results.push(result, (await hosted.execute(id)).result);
  }
  return results;
}

/** Answers that repeat what must not be repeated. */
function refusalsThatTell({ token }: Bench, person: Person): readonly Fault[] {
  const echo = JSON.stringify({ message: `${person.value} ${token} ${Object.values(person.texts).flat().join(" ")}` });
  return [...[400, 403, 404, 409, 422].map((status) => answering(status, echo)), answering(200, `<p>${echo}`), answering(200, echo)];
}

/** Every call, spoiled in every one of these ways. */
async function everythingGoesWrong(bench: Bench, person: Person, faults: readonly Fault[]): Promise<void> {
  const { hosted, manifest, wire } = bench;
  const planned = manifest.requestTypes.includes("deletion") ? await confirmedPlan(bench, person) : undefined;
  for (const fault of faults) {
    for (const spared of [0, 1, 2, 3]) {
      let left = spared;
      wire.disturb((request, send) => {
        if (!everyRead(request)) return send(request);
        left -= 1;
        return left < 0 ? fault(request, send) : send(request);
      });
      // What is not a DsrError ends a run instead of becoming its outcome; it has been noted all the same.
      await hosted.check().catch(() => undefined);
      left = spared;
      if (manifest.requestTypes.includes("access")) await hosted.access(person.identifier).catch(() => undefined);
    }
  }
  wire.disturb(disturbing(everyMutation, lostAfter));
  if (planned !== undefined) await hosted.execute(planned.id).catch(() => undefined);
  wire.mend();
}

function expectClean(bench: Bench, person: Person, text: string): void {
  expect(text.includes(bench.token), "whether the token is told").to.equal(false);
  expect(tellsOf(text, person), "whether the address or a text of a record is told").to.equal(false);
}

/** Every text that an error carries, however deep, whether it shows when it is printed or not. */
function textsIn(value: unknown, seen = new Set<unknown>()): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value) || seen.size > MANY_OBJECTS) return [];
  seen.add(value);
  return Reflect.ownKeys(value).flatMap((key) => [String(key), ...textsIn(Object.getOwnPropertyDescriptor(value, key)?.value, seen)]);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? "") : "";
}
