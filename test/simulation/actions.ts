import type { Resumed } from "../../adapters/inversify/dsr.js";
import { DsrError, type ErrorCode } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { PlanChoices } from "../../core/plan.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import type { Answer, Asked, Crew } from "./crew.js";
import { renew } from "./connecting.js";
import { somethingHappens } from "./events.js";
import { CANARY } from "./people.js";

type Action = (crew: Crew) => Promise<void>;

/** Answers that a request may get without being carried out. */
const NOT_NOW = ["ACCESS_FIRST", "PLAN_STALE", "PLAN_UNKNOWN", "AUTH_REJECTED", "SCOPE_MISSING"] as const;

/** What people do with the product, one thing after the other or two together. */
export async function actSomehow(crew: Crew): Promise<void> {
  const name = crew.draw.weighted(WEIGHTS);
  crew.world.trace.add(() => `${crew.world.clock.elapsedMs()} -- ${name}`);
  await ACTIONS[name](crew);
}

const ACTIONS = { access, erase, both, resume, cancel, hold, release, again, conflict, check, reconnect, wait, happen, crash } satisfies Record<string, Action>;
const WEIGHTS: Readonly<Record<keyof typeof ACTIONS, number>> = { access: 24, erase: 34, both: 8, resume: 10, cancel: 4, hold: 4, release: 3, again: 4, conflict: 3, check: 2, reconnect: 2, wait: 5, happen: 8, crash: 3 };

async function access(crew: Crew): Promise<void> {
  const vendor = crew.draw.one(crew.world.vendors);
  await askForAccess(crew, crew.about("access", vendor, crew.draw.one(vendor.subjects())));
}

async function askForAccess(crew: Crew, asked: Asked): Promise<Answer<AccessResult>> {
  return crew.ask(`access to ${asked.person.key}`, (dsr, signal) => dsr.access(asked.vendor.makeup.connection, asked.input, { signal, onOpened: (id) => void (asked.id = id) }), NOT_NOW);
}

export async function askForPlan(crew: Crew, asked: Asked, choices: PlanChoices = {}, expected: readonly ErrorCode[] = NOT_NOW): Promise<Answer<DeletionResult>> {
  return crew.ask(`plan for ${asked.person.key}`, (dsr, signal) => dsr.plan(asked.vendor.makeup.connection, asked.input, { ...asked.choices, ...choices }, { signal, onOpened: (id) => void (asked.id = id) }), expected);
}

async function erase(crew: Crew): Promise<void> {
  const { draw } = crew;
  const vendor = draw.one(crew.world.vendors);
  const asked = crew.about("deletion", vendor, draw.one(vendor.subjects()));
  const planned = await planSomehow(crew, asked, await askForPlan(crew, asked));
  if (planned?.plan == null || draw.chance(0.07)) return;
  if (draw.chance(0.2)) await crew.wait(draw.one([60_000, 3_600_000, 100_000_000]));
  if (draw.chance(0.25)) somethingHappens(crew.world, draw, [asked]);
  if (draw.chance(0.1)) await hold(crew);
  await confirm(crew, asked, planned);
}

/** Decides what the plan leaves to people: which of two persons, and sometimes who else, or who not. */
export async function planSomehow(crew: Crew, asked: Asked, { told }: Answer<DeletionResult>): Promise<DeletionResult | undefined> {
  const { draw } = crew;
  if (told === undefined) return undefined;
  const ids = told.matches.map(({ id }) => id);
  const [first] = ids;
  if (first === undefined) return told;
  if (told.attention?.code === "AMBIGUOUS_SUBJECT") return (await askForPlan(crew, asked, { only: draw.chance(0.5) ? ids : [draw.one(ids)] })).told;
  if (told.outcome !== "planned" || !draw.chance(0.2)) return told;
  const near = told.nearMatches[0]?.id;
  const choices: PlanChoices = near !== undefined && draw.chance(0.5) ? { also: [{ id: near, reason: "it is theirs as well" }] } : ids.length > 1 ? { exclude: [{ id: draw.one(ids), reason: "it is somebody else" }] } : { only: [first] };
  const anew = (await askForPlan(crew, asked, choices)).told;
  if (anew?.plan == null || !draw.chance(0.3)) return anew;
  // The plan that was shown before is confirmed by mistake.
  await confirm(crew, asked, told);
  return anew;
}

/** Confirms a plan with its code, sometimes after a wrong one. */
export async function confirm(crew: Crew, asked: Asked, { plan }: DeletionResult): Promise<void> {
  if (plan === null) return;
  const { draw, world } = crew;
  if (draw.chance(0.1)) {
    const wrong = await crew.ask("delete with a wrong code", (dsr) => dsr.delete(plan.id, `delete-${plan.targets.length}-00000000`), ["CONFIRMATION_REFUSED", ...NOT_NOW]);
    world.judge.expect(wrong.told === undefined, "BOUND", () => "a wrong code was taken");
  }
  await crew.ask(`delete ${asked.person.key}`, (dsr, signal) => dsr.delete(plan.id, plan.confirm, { signal, waitForAllLooks: draw.chance(0.3) }), ["CONFIRMATION_REFUSED", ...NOT_NOW]);
}

/** Two things at once: in one process, or in two. */
async function both(crew: Crew): Promise<void> {
  const other = crew.draw.chance(0.5) ? crew : { ...crew, process: crew.another, ask: <T>(what: string, use: Parameters<typeof crew.ask<T>>[1], expected?: Parameters<typeof crew.ask<T>>[2]) => crew.ask(what, use, expected, crew.another()) };
  crew.world.troubles.add("together");
  await Promise.all([crew.draw.chance(0.5) ? access(crew) : erase(crew), crew.draw.chance(0.5) ? erase(other) : access(other)]);
}

async function resume(crew: Crew): Promise<void> {
  const open = [...new Set(crew.asked.flatMap(({ id }) => id ?? []))];
  if (open.length > 1 && crew.draw.chance(0.4)) await resumeTogether(crew, open);
  else if (open.length > 0) await resumeOne(crew, crew.draw.one(open));
}

export async function resumeOne(crew: Crew, id: string, options: { readonly waitForAllLooks?: boolean } = {}): Promise<void> {
  await crew.ask(`resume ${id}`, (dsr, signal) => dsr.resume(id, { signal, ...options }), ["REQUEST_UNKNOWN", ...NOT_NOW]);
}

/** As a worker does: several at the same time, whose lookups are made together. */
export async function resumeTogether(crew: Crew, ids: readonly string[], options: { readonly waitForAllLooks?: boolean } = {}): Promise<void> {
  const told: Resumed[] = [];
  crew.world.troubles.add("together");
  const { code } = await crew.ask(`resume ${ids.length} together`, (dsr, signal) => dsr.resumeEach(ids, (each) => told.push(each), { signal, ...options }));
  // Whoever is dead tells nothing.
  if (code === "died") return;
  for (const each of told) await crew.ask(`resume ${each.requestId} together`, async () => resultOf(each), ["REQUEST_UNKNOWN", ...NOT_NOW]);
  crew.world.judge.expect(told.length === ids.length, "ENDS", () => `of ${ids.length} that were resumed together, ${told.length} were told of`);
}

function resultOf(each: Resumed): RequestResult {
  if ("code" in each) throw new DsrError(each.code);
  return each.result;
}

async function cancel(crew: Crew, process = crew.process()): Promise<void> {
  const known = crew.asked.flatMap(({ id }) => id ?? []);
  if (known.length === 0) return;
  const id = crew.draw.one(known);
  await crew.ask(`cancel ${id}`, (dsr) => dsr.cancel(id), ["REQUEST_UNKNOWN"], process);
}

async function hold(crew: Crew, process = crew.process()): Promise<void> {
  const vendor = crew.draw.one(crew.world.vendors);
  const person = crew.draw.one(vendor.subjects());
  crew.world.troubles.add("hold");
  const identifier = Identifier.parse("email", person.address);
  await crew.ask(`hold on ${person.key}`, (dsr) => dsr.placeHold({ identifier, basis: "litigation" }), [], process);
}

export async function release(crew: Crew): Promise<void> {
  const { told } = await crew.ask("list holds", (dsr) => dsr.holds());
  for (const { id } of told ?? []) await crew.ask(`release ${id}`, (dsr) => dsr.releaseHold(id), ["REQUEST_INVALID"]);
}

/** The same reference with the same input is the same request; one that was confirmed with other choices is not planned over. */
async function again(crew: Crew): Promise<void> {
  const known = crew.asked.filter((each) => each.id !== undefined && each.input.reference !== undefined);
  if (known.length === 0) return;
  const asked = crew.draw.one(known);
  const { id } = asked;
  const { told } = asked.type === "access" ? await askForAccess(crew, asked) : await askForPlan(crew, asked, {}, ["IDEMPOTENCY_CONFLICT", ...NOT_NOW]);
  crew.world.judge.expect(told === undefined || told.request.id === id, "SAME_REQUEST", () => "one reference has two requests");
}

async function conflict(crew: Crew): Promise<void> {
  const known = crew.asked.filter((each) => each.id !== undefined && each.input.reference !== undefined && each.type === "access");
  if (known.length === 0) return;
  const asked = crew.draw.one(known);
  const identifier = Identifier.parse("email", `${CANARY}-other@example.test`);
  const { told } = await crew.ask("access for another person under the same reference", (dsr, signal) => dsr.access(asked.vendor.makeup.connection, { ...asked.input, identifier }, { signal }), ["IDEMPOTENCY_CONFLICT", ...NOT_NOW]);
  crew.world.judge.expect(told === undefined, "SAME_REQUEST", () => "one reference is taken for two people");
}

async function check(crew: Crew): Promise<void> {
  const vendor = crew.draw.one(crew.world.vendors);
  await crew.ask("check", (dsr) => dsr.check(vendor.makeup.connection), NOT_NOW);
}

async function reconnect(crew: Crew): Promise<void> {
  await renew(crew, crew.draw.one(crew.world.vendors));
}

async function wait(crew: Crew): Promise<void> {
  await crew.wait(crew.draw.one([1_000, 60_000, 900_000, 7_200_000, 90_000_000]));
}

async function happen(crew: Crew): Promise<void> {
  somethingHappens(crew.world, crew.draw, crew.asked);
}

async function crash(crew: Crew): Promise<void> {
  crew.process().kill();
}

/** What happens while something else is done. */
export async function interfere(crew: Crew): Promise<void> {
  const { draw, world } = crew;
  switch (draw.weighted({ cancel: 2, hold: 2, happen: 5, interrupt: 1, takeover: 2, crash: 1 })) {
    case "cancel":
      world.troubles.add("together");
      return cancel(crew, crew.another());
    case "hold":
      return hold(crew, crew.another());
    case "happen":
      return happen(crew);
    case "interrupt":
      return crew.interrupt();
    case "crash":
      return crash(crew);
    case "takeover": {
      // The first process was paused for so long that its lease has passed to another one.
      const known = crew.asked.flatMap(({ id }) => id ?? []);
      if (known.length === 0) return;
      const id = draw.one(known);
      world.troubles.add("together");
      crew.process().host.expireLease(id);
      await crew.ask(`resume ${id} elsewhere`, (dsr, signal) => dsr.resume(id, { signal }), ["REQUEST_UNKNOWN", ...NOT_NOW], crew.another());
    }
  }
}
