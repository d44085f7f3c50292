import { intercom } from "../../../connectors/intercom/connector.js";
import { ALL_SCOPES, SCOPE_LABELS } from "../../../connectors/intercom/sandbox/scopes.js";
import type { AccessResult, RequestResult } from "../../../core/results.js";
import type { Person } from "../people.js";
import type { Vendor } from "../vendor.js";
import { vendorOf, type World } from "../world.js";
import { judgeDeletion } from "./deletion-results.js";
import { judgePackage } from "./packages.js";

/** A result, the person whom it is about, and the vendor who knows the truth. */
export interface Told<Result> {
  readonly world: World;
  readonly result: Result;
  readonly person: Person;
  readonly vendor: Vendor;
}

/** Judges what a result claims by the vendor's own store, at the moment at which it is told. */
export function judgeResult(world: World, result: RequestResult): void {
  const stored = world.state.requests.get(result.request.id);
  const address = stored?.identifiers[0]?.reveal();
  const vendor = vendorOf(world, result.request.connection);
  const person = vendor.subjects().find((each) => each.address === address);
  if (stored === undefined || person === undefined) return world.judge.fail("SAME_REQUEST", "the result is of a request that nobody made");
  judgeFinding({ world, result, person, vendor });
  if (isAccess(result)) judgePackage({ world, result, person, vendor });
  else judgeDeletion({ world, result, person, vendor });
  // Last, since a lie about a record says more than that there was no reason for it.
  judgeReason({ world, result, person, vendor });
}

function isAccess(result: RequestResult): result is AccessResult {
  return result.request.type === "access";
}

/** The contacts of a person that every search since the request was opened has shown; undefined where there was none. */
export function shownAllAlong({ world, result, person, vendor }: Told<RequestResult>): ReadonlySet<string> {
  const openedAtMs = world.log.openedAtMs(result.request.id);
  let all: ReadonlySet<string> | undefined;
  for (const { atMs, ids } of vendor.shown) {
    if (atMs < openedAtMs) continue;
    const now = ids.get(person.key) ?? new Set<string>();
    all = all === undefined ? now : new Set([...all].filter((id) => now.has(id)));
  }
  return all ?? new Set();
}

/** Outcomes that stand on a search. */
const SEARCHED: ReadonlySet<string> = new Set(["complete", "complete_with_gaps", "nothing_found", "planned", "verified", "awaiting_verification"]);

function judgeFinding(told: Told<RequestResult>): void {
  const { world: { judge }, result, person, vendor } = told;
  const strangers = result.matches.filter(({ id }) => vendor.ownerOf(id) !== person);
  judge.expect(strangers.length === 0, "TRUE_FINDING", () => `${strangers.map(({ id }) => id).join()} is found for ${person.key}`);
  const mergedInto = new Set([...vendor.mergedAway].map((id) => vendor.sandbox.state.contacts.get(id)?.mergedInto));
  const near = result.nearMatches.filter(({ id, why }) => (why === "merged" ? !mergedInto.has(id) : vendor.ownerOf(id)?.relation !== "near"));
  judge.expect(near.length === 0, "TRUE_FINDING", () => `${near.map(({ id }) => id).join()} is called near`);
  const foreign = result.loose.filter(({ category, id }) => category !== "conversations" || vendor.beganBy(id) !== person);
  judge.expect(foreign.length === 0, "TRUE_FINDING", () => `${foreign.map(({ id }) => id).join()} is said to be begun by ${person.key}`);
  const toldNothing = result.outcome === "nothing_found" || result.attention?.code === "NOTHING_TO_DELETE";
  if (!(SEARCHED.has(result.outcome) || toldNothing) || isLackingTold(told)) return;
  // Whose own record says otherwise is left out with a gap; whether that is so, the package's rule judges.
  const leftOut = "gaps" in result ? result.gaps.flatMap(({ code, id }) => (code === "NOT_THE_PERSONS" ? (id ?? []) : [])) : [];
  // What became part of one of the person's own records goes with that one when it comes to be somebody else's.
  const isAway = (id: string): boolean => vendor.mergedAway.has(id) || vendor.movedAtMs.has(vendor.sandbox.state.contacts.get(id)?.mergedInto ?? "");
  const missed = [...shownAllAlong(told)].filter((id) => !result.matches.some((match) => match.id === id) && !leftOut.includes(id) && !isAway(id));
  judge.expect(missed.length === 0, toldNothing ? "TRUE_NOTHING" : "TRUE_FINDING", () => `${result.outcome}: ${missed.join()} of ${person.key} is missed`);
}

/** The result tells that the search was not whole: a record that the vendor showed under another address is dropped, a list was too short. */
export function isLackingTold({ world, result }: Told<RequestResult>): boolean {
  return result.dropped > 0 || world.log.of(result.request.id).some(({ entry }) => entry.kind === "found" && (entry.finding.gaps.length > 0 || entry.finding.dropped > 0));
}

/** What a vendor without any trouble may still come to. */
function judgeReason(told: Told<RequestResult>): void {
  const { world: { judge, troubles }, result, person, vendor } = told;
  const { attention, outcome } = result;
  if (attention?.code === "INTERNAL" || attention?.code === "INTEGRITY") judge.fail("TRUE_REASON", `${outcome}: ${attention.code}`);
  if (troubles.size > 0 || attention === undefined) return;
  // A conversation may outlive the contact that began it.
  const outlived = attention.code === "NOTHING_TO_DELETE" && result.loose.length > 0 && result.matches.length === 0;
  // What only a related deletion uses need not have been granted when the account was connected.
  const lacking = attention.code === "SCOPE_MISSING" && ALL_SCOPES.some((id) => SCOPE_LABELS[id] === attention.scope && !vendor.makeup.scopes.includes(id));
  // What another request has deleted is found for a while yet, and so may be planned once more.
  const going = attention.code === "PLAN_STALE" && person.contacts.some(({ id }) => vendor.isGoing(id) || (vendor.isGone(id) && isLeftOf(result, id)));
  // What the index did not show yet when the plan was made is in none.
  const late = attention.code === "PLAN_STALE" && person.contacts.some(({ id }) => !isPlanned(result, id) && vendor.shown.some(({ ids }) => ids.get(person.key)?.has(id)) && !shownAllAlong(told).has(id));
  // Somebody with the address came after the plan was made.
  const returned = attention.code === "REAPPEARED" && "targets" in result && person.contacts.some(({ id }) => !result.targets.some((target) => target.id === id));
  const natural = outlived || returned || lacking || going || late || (attention.code === "AMBIGUOUS_SUBJECT" && person.contacts.length > 1) || attention.code === "AWAITING_VERIFICATION" || attention.code === "CHOICE_INVALID";
  judge.expect(natural, "TRUE_REASON", () => `${outcome}: ${attention.code}, and nothing went wrong`);
}

function isPlanned(result: RequestResult, id: string): boolean {
  return "targets" in result && [...(result.plan?.targets ?? []), ...(result.plan?.kept ?? [])].some((each) => each.id === id);
}

/** Whether it was planned, and this request did not delete it. */
function isLeftOf(result: RequestResult, id: string): boolean {
  return "targets" in result && result.plan?.targets.some((target) => target.id === id) === true && !result.targets.some((target) => target.id === id && target.outcome === "deleted");
}

/** All data categories that there are. */
export const CATEGORIES: readonly string[] = intercom.manifest.dataCategories.map(({ id }) => id);
