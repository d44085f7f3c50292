import { expect } from "chai";
import { isDsrError, type ErrorCode } from "../core/errors.js";
import type { JournalEntry, JournalEntryKind } from "../core/journal.js";
import type { PlanChoices } from "../core/plan.js";
import type { AccessResult, DeletionResult } from "../core/results.js";
import type { Bench, Person } from "./bench.js";
import type { HostedConnector, Standing } from "./hosted-connector.js";
import { needed } from "./needed.js";
import { telling } from "./telling.js";
import type { SandboxCall, SubjectWish } from "./vendor-sandbox.js";
import type { WireCall } from "./wire.js";

/** What happened since some moment, on the wire and at the vendor. */
export interface Since {
  readonly calls: () => readonly WireCall[];
  /** Calls of operations that are declared mutations, whatever came of them. */
  readonly mutations: () => readonly WireCall[];
  /** Calls that changed something at the vendor. */
  readonly effects: () => readonly SandboxCall[];
}

export function fromNowOn({ wire, sandbox }: Bench): Since {
  const sent = wire.calls.length;
  const arrived = sandbox.calls().length;
  return {
    calls: () => wire.calls.slice(sent),
    mutations: () => wire.calls.slice(sent).filter((call) => call.mutates),
    effects: () => sandbox.calls().slice(arrived).filter((call) => call.effect),
  };
}

/** A plan that a human has confirmed. */
export async function confirmedPlan(bench: Bench, person: Person, choices: PlanChoices = {}): Promise<Standing<DeletionResult>> {
  const planned = await bench.hosted.plan(person.identifier, choices).catch(failing);
  expect(planned.result.outcome, "outcome of planning").to.equal("planned");
  await bench.hosted.confirm(planned.id);
  return planned;
}

/** What core itself sees to be no plan is the connector's fault, and none of the rule's. */
function failing(error: unknown): never {
  if (isDsrError(error, "INTERNAL")) expect.fail(`no plan was made: ${error.facts.reason ?? error.code}`);
  throw error;
}

/** Executes a confirmed plan to its end, however long the vendor takes. */
export async function finish(bench: Bench, requestId: string, hosted: HostedConnector = bench.hosted): Promise<Standing<DeletionResult>> {
  let standing = await hosted.execute(requestId);
  for (let tries = 0; tries < 3 && ["awaiting_verification", "parked"].includes(standing.result.outcome); tries++) {
    await bench.sandbox.settleIndex();
    await hosted.host.clock.advance(hosted.host.timings.parkMs);
    standing = await hosted.execute(requestId);
  }
  return standing;
}

export async function deleteWhole(bench: Bench, person: Person, choices: PlanChoices = {}): Promise<Standing<DeletionResult>> {
  return finish(bench, (await confirmedPlan(bench, person, choices)).id);
}

/** Every text that was planted of a person in the covered categories stands in exactly one record of its category; where one is missing, this may be why. */
export function expectWhole(bench: Bench, { records, result }: Standing<AccessResult>, person: Person, missingBecause = ""): void {
  const uncovered = result.notCovered.map(({ category }) => category);
  const required = bench.manifest.dataCategories.filter((c) => c.coverage === "required").map((c) => c.id);
  expect(uncovered, "required categories that are not covered").not.to.include.members(required);
  for (const category of bench.manifest.dataCategories.map((c) => c.id).filter((id) => !uncovered.includes(id))) {
    const planted = person.texts[category] ?? [];
    for (const text of planted) {
      const holding = (records[category] ?? []).filter((record) => JSON.stringify(record.data).includes(text));
      const why = holding.length === 0 && missingBecause !== "" ? ` (${missingBecause})` : "";
      expect(holding.length, `records of ${category} in the package with one planted text${why}`).to.equal(1);
    }
  }
}

/** The sandbox knows of each category, and each required one has something planted, or the rule would prove nothing. */
export function expectPlanted(bench: Bench, person: Person): void {
  for (const { id, coverage } of bench.manifest.dataCategories) {
    expect(Object.keys(person.texts), "categories of the texts that the sandbox planted").to.include(id);
    if (coverage === "required") expect(person.texts[id]?.length ?? 0, `texts that the sandbox planted in ${id}`).to.be.at.least(1);
  }
}

/** Whether anything planted of a person stands in a text. */
export function tellsOf(text: string, person: Person): boolean {
  return telling([person.value, ...Object.values(person.texts).flat()])(text);
}

/** Whether this is a time as every part of a result tells it, so that they can be put in order: ISO 8601, in UTC, with milliseconds. */
export function isTime(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

/** A record that nobody asked for and that the vendor may delete instead. */
export async function decoy(bench: Bench): Promise<string> {
  return (await bench.addSubject({ volume: "bare" })).id;
}

/** Somebody whom only the extent shows. */
export async function hiddenPerson(bench: Bench, extent: string): Promise<Person> {
  const person = await bench.addSubject({ volume: "bare" });
  await hide(bench, person, extent);
  return person;
}

export async function hide({ sandbox }: Bench, { id }: Person, extent: string): Promise<void> {
  await needed(sandbox.hide, "`hide`", `a record that only the extent ${extent} of the manifest shows`)(id, extent);
}

/** A second record of the same identifier; of a kind of which one person may have several, where the vendor has one. */
export function secondOf(bench: Bench, person: Person, volume: SubjectWish["volume"] = "bare"): Promise<Person> {
  const { repeatableKind: kind } = bench.sandbox;
  return bench.addSubject({ like: person, volume, ...(kind === undefined ? {} : { kind }) });
}

/** More people than this with one identifier, or hidden, prove nothing further. */
const MOST_PEOPLE = 500;

export function pageOf({ sandbox: { searchPageSize } }: Bench): number {
  return Number.isFinite(searchPageSize) ? Math.min(searchPageSize, MOST_PEOPLE) : 2;
}

/** More people of one identifier than one page of a search holds. */
export async function crowd(bench: Bench, identifier: { readonly category: string; readonly value: string }, wanted = pageOf(bench) + 1): Promise<readonly Person[]> {
  const { repeatableKind: kind } = bench.sandbox;
  const people: Person[] = [];
  while (people.length < wanted) people.push(await bench.addSubject({ ...(kind === undefined ? {} : { kind }), identifier, volume: "bare" }));
  return people;
}

/** More than a few pages hold, where they are small, and than would be taken for all. */
export const MANY = 60;

/** Fewer of those whom only an extent shows: each look there reads all of them. */
const MANY_HIDDEN = 25;

/** As many whom only the extent shows as a page holds, so that who comes after them stands on another one, and no few. */
export async function hiddenPage(bench: Bench, extent: string): Promise<void> {
  for (let n = 0; n < Math.max(MANY_HIDDEN, pageOf(bench)); n++) await hiddenPerson(bench, extent);
}

/** Connects anew with every scope, and returns the token. */
export async function grantedAnew({ sandbox, hosted, manifest }: Bench): Promise<string> {
  const token = await sandbox.issueToken({ scopes: manifest.scopes.map((scope) => scope.id) });
  const connected = await hosted.reconnect(token);
  expect(connected.ok, "whether it connects with every scope").to.equal(true);
  return token;
}

export async function expectHeld(bench: Pick<Bench, "sandbox">, people: readonly Person[], held: boolean): Promise<void> {
  for (const person of people) expect(await bench.sandbox.isHeld(person.id), "whether the vendor still holds the record").to.equal(held);
}

export async function expectNothingClaimed(bench: Bench, requestId: string, person: Person): Promise<Standing<DeletionResult>> {
  const standing = await bench.hosted.execute(requestId);
  expect(standing.result.outcome).to.be.oneOf(["needs_attention", "awaiting_verification", "parked"]);
  for (const target of standing.result.targets) expect(target.outcome).to.be.oneOf(["not_deleted", "unknown"]);
  await expectHeld(bench, [person], true);
  return standing;
}

/** What remains is told in words, which the manifest has for each that it declares. */
export function expectTold(residuals: DeletionResult["residuals"], what: string): void {
  expect(residuals.filter(({ code, text }) => text === code).map(({ code }) => code), `${what}, and is not declared`).to.deep.equal([]);
}

export async function expectRejection(code: ErrorCode, attempt: Promise<unknown>): Promise<void> {
  const outcome = await attempt.then(
    () => "it went through",
    (error: unknown) => (isDsrError(error) ? error.code : `something else than a DsrError: ${error instanceof Error ? error.name : typeof error}`),
  );
  expect(outcome).to.equal(code);
}

export function entriesOf<K extends JournalEntryKind>({ entries }: { readonly entries: readonly JournalEntry[] }, kind: K): readonly Extract<JournalEntry, { kind: K }>[] {
  return entries.filter((entry): entry is Extract<JournalEntry, { kind: K }> => entry.kind === kind);
}
