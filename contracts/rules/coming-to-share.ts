import { expect } from "chai";
import type { DeletionResult } from "../../core/results.js";
import type { Bench } from "../bench.js";
import { answering, asIf, disturbing, everyMutation, lostBefore, proxyPage, spoiling, withoutLists } from "../faults.js";
import { missing, needed } from "../needed.js";
import { confirmedPlan, finish } from "../steps.js";
import { leadsTo, type Fault, type WireRequest } from "../wire.js";
import { through } from "./refusal.js";
import { household, plantOne, relatedCategories } from "./related-records.js";

const unreadable = spoiling(() => "{}");

/** What becomes of what is read once the first of two records is gone: of all of it, or of what is not about that one. `shared` is the other one, once others share it. */
export interface ReadLater {
  readonly name: string;
  readonly read: (shared: readonly string[], own: () => Promise<string>) => Fault;
  readonly spares: "nothing" | "the first";
}

export const CAN_BE_READ: ReadLater = { name: "can be read", read: () => through, spares: "nothing" };

export const READS_LATER: readonly ReadLater[] = [
  CAN_BE_READ,
  { name: "cannot be read, nor anything else", read: () => unreadable, spares: "nothing" },
  { name: "cannot be read", read: () => unreadable, spares: "the first" },
  { name: "cannot be had", read: () => answering(503, proxyPage), spares: "the first" },
  { name: "is shown without saying whose it is", read: () => withoutLists, spares: "the first" },
  { name: "is mistaken for one that is the person's alone", read: mistaking, spares: "the first" },
];

/** The vendor shows one of the person's own in its place. */
function mistaking(shared: readonly string[], own: () => Promise<string>): Fault {
  return (request, send) => (shared[0] === undefined ? send(request) : asIf(shared[0], own)(request, send));
}

/** A related deletion of two records, the second of which others come to share once the first is gone; what is read from then on goes through `read`. */
export async function comingToShare(bench: Bench, category: string, { read, spares }: ReadLater = CAN_BE_READ): Promise<{ readonly result: DeletionResult; readonly shared: readonly string[] }> {
  const [[person], other] = [await household(bench), await bench.addSubject({ volume: "bare" })];
  const ids = [await plantOne(bench, category, person), await plantOne(bench, category, person)];
  // Somebody of whom the connector has heard, and whose deletion nobody has approved.
  await bench.hosted.plan(other.identifier, { erase: "related" });
  const { id } = await confirmedPlan(bench, person, { erase: "related" });
  const shared: string[] = [];
  const isAbout = (request: WireRequest, one: string): boolean => leadsTo(request, one.split(":").at(-1) ?? one);
  const isSpared = (request: WireRequest): boolean => spares === "the first" && ids.some((one) => !shared.includes(one) && isAbout(request, one));
  const disturbed = read(shared, () => plantOne(bench, category, person));
  let isSent = false;
  bench.wire.disturb(async (request, send) => {
    if (!request.mutates || isSent) return (isSent && !request.mutates && !isSpared(request) ? disturbed : through)(request, send);
    isSent = true;
    const answer = await send(request);
    for (const each of ids.filter((one) => !isAbout(request, one))) if ((await bench.sandbox.related?.share(category, each, other.id)) === true) shared.push(each);
    // Some time later than what was read before.
    await bench.hosted.host.clock.advance(SOME_TIME_MS);
    return answer;
  });
  const { result } = await bench.hosted.execute(id);
  bench.wire.mend();
  return { result, shared };
}

/** Categories into whose records others may come: those of which the vendor tells that several people share one, and at least one. */
export async function joinable(bench: Bench): Promise<readonly string[]> {
  const { add, share } = needed(bench.sandbox.related, JOINING, JOINED);
  const joined: string[] = [];
  for (const category of relatedCategories(bench)) {
    const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
    const isShared = (await add(category, [person.id, other.id], "Canary of what is shared.")) !== undefined;
    if (await share(category, await plantOne(bench, category, person), other.id)) joined.push(category);
    else if (isShared) missing(`${JOINING} of ${category}`, JOINED);
  }
  return joined.length > 0 ? joined : missing(JOINING, JOINED);
}

const JOINING = "`related.share` for records";
const JOINED = "somebody else who comes to have a part in a record that was the person's alone";

/** What was made sure of before a first attempt came to nothing says nothing of a second one, in the same process. */
export async function expectNotTrusted(bench: Bench, category: string): Promise<void> {
  for (const refusal of [answering(503, proxyPage), lostBefore]) {
    const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
    const record = await plantOne(bench, category, person);
    const { id } = await confirmedPlan(bench, person, { erase: "related" });
    bench.wire.disturb(disturbing(everyMutation, refusal));
    const first = await bench.hosted.execute(id);
    bench.wire.mend();
    // What is claimed without a call is for other rules.
    if (first.result.targets.some((target) => target.id === record && target.outcome === "deleted")) return;
    await bench.sandbox.related?.share(category, record, other.id);
    await bench.hosted.host.clock.advance(SOME_TIME_MS);
    const { result } = await finish(bench, id);
    expect(await bench.sandbox.related?.isHeld(category, record), `whether the vendor still holds a record of ${category} that others have come to share since a first attempt`).to.equal(true);
    expect(result.attention?.code, `what is said where others have come to share a record of ${category} since a first attempt`).to.equal("PLAN_STALE");
  }
}

/** Longer than what was read is good for. */
const SOME_TIME_MS = 60_000;
