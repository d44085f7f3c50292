import { expect } from "chai";
import type { ErrorCode } from "../../core/errors.js";
import type { DeletionResult } from "../../core/results.js";
import { neededScopes } from "../../core/scopes.js";
import type { Bench, Person } from "../bench.js";
import { answering, asIf, atMost, disturbing, everyMutation, everyRead, GOING_ROUND, lostBefore, proxyJson, proxyPage, repeatingFirstPage, spoiling } from "../faults.js";
import type { Standing } from "../hosted-connector.js";
import { declares, rule, type Rule } from "../rule.js";
import { confirmedPlan, decoy, entriesOf, expectHeld, expectNothingClaimed, finish, fromNowOn, grantedAnew, hide, hiddenPage, hiddenPerson } from "../steps.js";
import type { Fault } from "../wire.js";

const deletion = declares("deletion");

/** What a deletion claims when the vendor does not speak to the connector any more, from one call to the next. */
export const REFUSAL_RULES: readonly Rule[] = [
  rule("DOUBT-10", "learns nothing from a look that the vendor refused, neither that the record is gone nor that it is there", deletion, async (bench) => {
    // By turns the deletion before it was acknowledged, and its answer was lost.
    const ordered = [acknowledged(bench), () => lostBefore] as const;
    for (const [number, { name, code, begin }] of refusals(bench).entries()) {
      const { id, person, standing, isTurnedAway } = await cutOff(bench, ordered[number % 2 === 0 ? 0 : 1], begin);
      await expectNoFalseClaim(bench, standing, person, name);
      if (isTurnedAway) {
        expect(entriesOf(standing, "looked"), `looks that saw something after ${name}`).to.deep.equal([]);
        expect(standing.result.attention?.code, `code after ${name}`).to.equal(code);
      }
      await expectResumable(bench, id, person);
    }
  }),

  rule("DOUBT-11", "takes a deletion that the vendor refused, or that it never answered, for no answer", deletion, async (bench) => {
    for (const { name, code, begin } of refusals(bench)) {
      const { id, person, token } = await begun(bench);
      let fault: Fault | undefined;
      let isRefused = false;
      bench.wire.disturb(async (request, send) => {
        if (fault !== undefined || !request.mutates) return (fault ?? through)(request, send);
        fault = await begin(token);
        const answer = await fault(request, send);
        isRefused = answer.status >= 400;
        return answer;
      });
      const standing = await bench.hosted.execute(id);
      bench.wire.mend();
      await expectNoFalseClaim(bench, standing, person, name);
      if (isRefused) {
        expect(entriesOf(standing, "answered"), `deletions that were answered after ${name}`).to.deep.equal([]);
        expect(standing.result.attention?.code, `code after ${name}`).to.equal(code);
      }
      await expectResumable(bench, id, person);
    }
    for (const fault of [lostBefore, answering(500, "{}"), answering(503, proxyPage)]) {
      const { id, person } = await begun(bench);
      bench.wire.disturb(disturbing(everyMutation, fault));
      const standing = await bench.hosted.execute(id);
      bench.wire.mend();
      await expectNoFalseClaim(bench, standing, person, "no answer");
      expect(entriesOf(standing, "answered"), "deletions that were answered").to.deep.equal([]);
      expect([standing.result.outcome, standing.result.attention?.code]).to.deep.equal(["parked", "OUTCOME_UNKNOWN"]);
      await expectResumable(bench, id, person);
    }
  }),

  rule("DOUBT-12", "learns nothing from a look whose answer was lost or made no sense", deletion, async (bench) => {
    const faults = [lostBefore, answering(503, proxyPage), answering(404, proxyPage), spoiling(() => "{}"), spoiling(() => proxyJson)];
    for (const fault of faults) {
      const { id, person, standing } = await cutOff(bench, acknowledged(bench), () => disturbing(everyRead, fault));
      await expectNoFalseClaim(bench, standing, person, "a look without an answer");
      if (await bench.sandbox.isHeld(person.id)) expect(entriesOf(standing, "looked"), "looks that saw something").to.deep.equal([]);
      await expectResumable(bench, id, person);
    }
  }),

  rule("DOUBT-13", "never calls a record gone because the vendor does not show it by its id, nor while a list in which it may stand cannot be read", ({ manifest }) => manifest.requestTypes.includes("deletion") && manifest.lookupExtents !== undefined, async (bench) => {
    for (const { id: extent } of bench.manifest.lookupExtents ?? []) {
      await hiddenPage(bench, extent);
      const [unheard, feigned] = [await hiddenPerson(bench, extent), await hiddenPerson(bench, extent)];
      const lost = await confirmedPlan(bench, unheard, { extents: [extent] });
      bench.wire.disturb(disturbing(everyMutation, lostBefore));
      await expectNothingClaimed(bench, lost.id, unheard);
      const untrue = await confirmedPlan(bench, feigned, { extents: [extent] });
      bench.wire.disturb(disturbing(everyMutation, asIf(feigned.id, () => decoy(bench), { disguise: true })));
      await expectNothingClaimed(bench, untrue.id, feigned);
      bench.wire.mend();
      const since = fromNowOn(bench);
      expect((await finish(bench, lost.id)).result).to.deep.include({ outcome: "verified" });
      expect(since.effects().length, "effects").to.equal(1);
      await expectHeld(bench, [unheard], false);

      const moving = await bench.addSubject({ volume: "bare" });
      const meanwhile = await confirmedPlan(bench, moving);
      bench.wire.disturb(
        disturbing(everyMutation, async (request, send) => {
          await hide(bench, moving, extent);
          return lostBefore(request, send);
        }),
      );
      await expectNothingClaimed(bench, meanwhile.id, moving);
      bench.wire.mend();
      expect((await finish(bench, meanwhile.id)).result).to.deep.include({ outcome: "verified" });
      await expectHeld(bench, [moving], false);

      const shown = await bench.addSubject({ volume: "bare" });
      const { answer } = await (await bench.hosted.open()).executor.look({ category: bench.manifest.subjectCategory, id: shown.id, extent });
      expect(answer, "what is seen of a record that stood in the extent, and does not any more").not.to.equal("absent");

      await expectEachLookNeeded(bench, extent);
    }
  }),
];

/** How a vendor turns away whom it served a moment ago: `begin` returns what then becomes of each call. */
interface Refusal {
  readonly name: string;
  readonly code: ErrorCode;
  readonly begin: (token: string) => Promise<Fault>;
}

export function refusals({ manifest, sandbox }: Bench, scopes: readonly string[] = neededScopes(manifest, { capabilities: ["deletion"], categories: [] }).map(({ id }) => id)): readonly Refusal[] {
  const withdrawals = scopes.map(
    (id): Refusal => ({
      name: `the withdrawal of ${id}`,
      code: "SCOPE_MISSING",
      begin: async (token) => {
        await sandbox.withdraw(token, id);
        return through;
      },
    }),
  );
  const revocation: Refusal = {
    name: "the token's revocation",
    code: "AUTH_REJECTED",
    begin: async (token) => {
      await sandbox.revoke(token);
      return through;
    },
  };
  return [...withdrawals, revocation, { name: "a 429 that never stops", code: "RATE_LIMITED", begin: async () => answering(429, "{}", { "retry-after": "60" }) }];
}

export const through: Fault = (request, send) => send(request);

type Ordered = (person: Person) => Fault;

/** The vendor says that it deletes the record, and holds it all the same: for a while, or because it deleted another one. */
function acknowledged(bench: Bench): Ordered {
  return (person) => (bench.manifest.deletion?.type === "asynchronous" ? through : asIf(person.id, () => decoy(bench), { disguise: true }));
}

/** A confirmed plan, and the token with which it will be executed. */
async function begun(bench: Bench): Promise<{ readonly id: string; readonly person: Person; readonly token: string }> {
  const person = await bench.addSubject();
  const token = await grantedAnew(bench);
  return { id: (await confirmedPlan(bench, person)).id, person, token };
}

/** Executes a plan; from the answer to its first deletion on, each call is left to what `begin` returns. */
async function cutOff(bench: Bench, ordered: Ordered, begin: (token: string) => Fault | Promise<Fault>) {
  const { id, person, token } = await begun(bench);
  let after: Fault | undefined;
  let since = fromNowOn(bench);
  bench.wire.disturb(async (request, send) => {
    if (after !== undefined) return after(request, send);
    if (!request.mutates) return send(request);
    try {
      return await ordered(person)(request, send);
    } finally {
      after = await begin(token);
      since = fromNowOn(bench);
    }
  });
  const standing = await bench.hosted.execute(id);
  bench.wire.mend();
  const calls = since.calls();
  // A vendor may need no permission to show a record: then nobody was turned away.
  const isTurnedAway = calls.length > 0 && calls.every(({ answer }) => answer === undefined || answer.status >= 400);
  return { id, person, standing, isTurnedAway };
}

/** What may stand there instead of a list that a look reads. */
const UNREADABLE = [answering(503, proxyPage), spoiling(() => "{}"), spoiling(() => proxyJson)];

/** Of somebody hidden whose deletion was lost: while one of the places cannot be read that tell what became of them, whichever it is, nothing is known. */
async function expectEachLookNeeded(bench: Bench, extent: string): Promise<void> {
  const places = await readAfterALoss(bench, extent);
  expect(places, "places that were read to learn whether somebody hidden is gone").to.be.at.least(1);
  for (let place = 1; place <= places; place++) {
    for (const unreadable of UNREADABLE) await readAfterALoss(bench, extent, (number) => (number === place ? unreadable : through));
  }
  const circle = atMost(GOING_ROUND, repeatingFirstPage());
  await readAfterALoss(bench, extent, () => circle);
}

/** How many places are read once the deletion of somebody hidden was lost, and each is disturbed as its number says. */
async function readAfterALoss(bench: Bench, extent: string, disturbed: (place: number) => Fault = () => through): Promise<number> {
  const person = await hiddenPerson(bench, extent);
  const { id } = await confirmedPlan(bench, person, { extents: [extent] });
  const read = new Set<string>();
  let isSent = false;
  bench.wire.disturb((request, send) => {
    isSent ||= request.mutates;
    if (request.mutates) return lostBefore(request, send);
    if (isSent) read.add(request.url);
    return isSent ? disturbed([...read].indexOf(request.url) + 1)(request, send) : send(request);
  });
  await expectNoFalseClaim(bench, await bench.hosted.execute(id), person, "a deletion that was lost");
  await expectHeld(bench, [person], true);
  bench.wire.mend();
  expect((await finish(bench, id)).result.outcome, "outcome once everything can be read").to.equal("verified");
  await expectHeld(bench, [person], false);
  return read.size;
}

async function expectNoFalseClaim(bench: Bench, { result }: Standing<DeletionResult>, person: Person, after: string): Promise<void> {
  if (!(await bench.sandbox.isHeld(person.id))) return;
  expect(result.outcome, `outcome of a record that is held, after ${after}`).not.to.equal("verified");
  expect(result.targets.map((target) => target.outcome), `outcomes of a record that is held, after ${after}`).not.to.include.oneOf(["deleted", "already_absent"]);
}

/** Once the vendor speaks to the connector again, the deletion is carried to its end. */
async function expectResumable(bench: Bench, requestId: string, person: Person): Promise<void> {
  await grantedAnew(bench);
  expect((await finish(bench, requestId)).result.outcome, "outcome once the vendor answers again").to.equal("verified");
  await expectHeld(bench, [person], false);
}
