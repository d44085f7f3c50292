import { expect } from "chai";
import type { DeletionResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { answering, answeringAfter, asIf, disturbing, everyMutation, everyRead, lostAfter, lostBefore, MALFORMED, proxyJson, proxyPage, SAYS_NEITHER, spoiling } from "../faults.js";
import type { Standing } from "../hosted-connector.js";
import { declares, rule, type Rule } from "../rule.js";
import { confirmedPlan, decoy, entriesOf, expectHeld, expectNothingClaimed, expectTold, finish, fromNowOn } from "../steps.js";
import type { SandboxAnswer } from "../vendor-sandbox.js";
import { leadsTo, type Fault, type WireRequest } from "../wire.js";

const deletion = declares("deletion");

/** What a deletion claims when the vendor's answers are lost, wrong or somebody else's. */
export const DOUBT_RULES: readonly Rule[] = [
  rule("DOUBT-1", "never calls a record deleted that the vendor only said it had deleted", deletion, async (bench) => {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person);
    bench.wire.disturb(disturbing(everyMutation, asIf(person.id, () => decoy(bench), { disguise: true })));
    await expectNothingClaimed(bench, id, person);
    bench.wire.mend();
    // Nor where the vendor shows it without what it was found by.
    const emptied = await bench.addSubject();
    const planned = await confirmedPlan(bench, emptied);
    let isSent = false;
    bench.wire.disturb(async (request, send) => {
      isSent ||= request.mutates;
      if (request.mutates) return asIf(emptied.id, () => decoy(bench), { disguise: true })(request, send);
      const answer = await send(request);
      return isSent ? { ...answer, body: answer.body.replaceAll(emptied.value, "") } : answer;
    });
    const { result } = await bench.hosted.execute(planned.id);
    expect(result.targets.map(({ outcome }) => outcome), "what is said of a record that is shown without its identifier").not.to.include.oneOf(["deleted", "already_absent"]);
    await expectHeld(bench, [emptied], true);
  }),

  rule("DOUBT-2", "believes a vendor that says it did not delete", deletion, async (bench) => {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person);
    const { denyDeletion = trueToFalse } = bench.sandbox;
    let denied = false;
    const untrue = asIf(person.id, () => decoy(bench), { disguise: true });
    const denying: Fault = async (request, send) => {
      const answer = await untrue(request, send);
      const denial = { ...answer, ...denyDeletion({ status: answer.status, body: answer.body }) };
      denied ||= denial.status !== answer.status || denial.body !== answer.body;
      return denial;
    };
    bench.wire.disturb(disturbing(everyMutation, denying));
    const since = fromNowOn(bench);
    const standing = await expectNothingClaimed(bench, id, person);
    expect(since.mutations().length, "deletions that were sent of a record that the vendor said it did not delete").to.equal(entriesOf(standing, "intent").length).and.to.equal(1);
    expectTold(standing.result.residuals, "what remains of what the vendor did not delete");
    expect(denied, "whether the vendor could be made to deny a deletion: its answer holds no `true`, so the sandbox needs `denyDeletion`").to.equal(true);
    expect(entriesOf(standing, "answered").map(({ answer }) => answer.answer), "answers as understood").not.to.include.oneOf(["deleted", "absent", "accepted"]);
  }),

  rule("DOUBT-3", "settles a lost answer by reading where the deletion had happened, and sends nothing again", deletion, async (bench) => {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person);
    const since = fromNowOn(bench);
    bench.wire.disturb(disturbing(everyMutation, settling(bench, lostAfter), 1));
    const { result } = await finish(bench, id);
    expect(result.outcome).to.equal("verified");
    expect(result.targets.map((target) => target.outcome)).to.deep.equal(["deleted"]);
    expect(since.mutations().length, "deletions that were sent").to.equal(1);
    await expectHeld(bench, [person], false);
  }),

  rule("DOUBT-4", "sends a deletion again that had not happened, once it has read that", deletion, async (bench) => {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person);
    const since = fromNowOn(bench);
    bench.wire.disturb(disturbing(everyMutation, lostBefore, 1));
    const standing = await finish(bench, id);
    expect(standing.result.outcome).to.equal("verified");
    expect(standing.result.targets.map((target) => target.outcome)).to.deep.equal(["deleted"]);
    expect(entriesOf(standing, "answered").map((entry) => entry.attempt), "attempts that were answered").to.deep.equal([2]);
    expect(since.effects().length, "effects").to.equal(1);
  }),

  rule("DOUBT-5", "never repeats a deletion that failed with a 5xx before it has read the record", deletion, async (bench) => {
    for (const status of [500, 502, 503, 504]) {
      for (const fault of [answering(status, proxyPage), answering(status, "{}"), settling(bench, answeringAfter(status, proxyPage))]) {
        const person = await bench.addSubject();
        const { id } = await confirmedPlan(bench, person);
        const since = fromNowOn(bench);
        bench.wire.disturb(disturbing(everyMutation, fault, 1));
        const { result } = await finish(bench, id);
        bench.wire.mend();
        expect(result.outcome, `outcome after ${status}`).to.equal("verified");
        expect(result.targets.map((target) => target.outcome)).to.deep.equal(["deleted"]);
        expect(since.effects().length, "effects").to.equal(1);
        const order = since.calls().map((call) => (call.mutates ? "delete" : "read")).join(" ");
        expect(order, "order of calls").not.to.include("delete delete");
      }
    }
  }),

  rule("DOUBT-6", "takes nothing that a proxy says for the record's absence or for a missing scope", deletion, async (bench) => {
    for (const [erasing, looking] of [[true, false], [false, true], [true, true]]) {
      for (const status of [403, 404, 410]) {
        for (const body of [proxyPage, proxyJson, ""]) {
          const person = await bench.addSubject();
          const { id } = await confirmedPlan(bench, person);
          const isLook = looksAt(person);
          bench.wire.disturb(disturbing((request) => (isLook(request) ? looking === true : request.mutates && erasing === true), answering(status, body)));
          const { result } = await bench.hosted.execute(id);
          bench.wire.mend();
          const held = await bench.sandbox.isHeld(person.id);
          expect(["parked", "needs_attention", "partial"], `outcomes with ${status}`).to.include(result.outcome);
          expect(result.attention?.code, `code with ${status}`).not.to.be.oneOf(["SCOPE_MISSING", "AUTH_REJECTED"]);
          if (held) for (const target of result.targets) expect(target.outcome).to.be.oneOf(["unknown", "not_deleted"]);
        }
      }
    }
  }),

  rule("DOUBT-7", "looks at a record by its id, so that a search that does not show it proves nothing", deletion, async (bench) => {
    const person = await bench.addSubject();
    const nobody = bench.nobody().reveal();
    const { id } = await confirmedPlan(bench, person);
    const since = fromNowOn(bench);
    bench.wire.disturb(disturbing(everyRead, asIf(person.value, () => nobody)));
    const { result } = await bench.hosted.execute(id);
    expect([result.outcome, result.attention?.code]).to.deep.equal(["needs_attention", "PLAN_STALE"]);
    expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
    await expectHeld(bench, [person], true);
  }),

  rule("DOUBT-8", "never takes another record for the one whose deletion it verifies, nor what is said of another one for an answer", deletion, async (bench) => {
    const [person, stranger] = [await bench.addSubject(), await bench.addSubject()];
    const { id } = await confirmedPlan(bench, person);
    const isLook = looksAt(person);
    let saysWhich = false;
    bench.wire.disturb(
      disturbing((request) => isLook(request) || request.mutates, async (request, send) => {
        const other = await decoy(bench);
        const answer = await asIf(person.id, () => other)(request, send);
        saysWhich ||= request.mutates && answer.body.includes(other);
        return answer;
      }),
    );
    const { result, entries } = await bench.hosted.execute(id);
    if (saysWhich) expect(entriesOf({ entries }, "answered").flatMap(({ target, answer }) => (target.id === person.id ? [answer.answer] : [])), "answers as understood").not.to.include.oneOf(["deleted", "absent"]);
    expect(result.outcome).not.to.equal("verified");
    for (const target of result.targets) expect(target.outcome).to.be.oneOf(["unknown", "not_deleted"]);
    await expectHeld(bench, [person, stranger], true);
  }),

  rule("DOUBT-9", "takes an answer that makes no sense neither for a deletion nor for an absence", deletion, async (bench) => {
    for (const [name, spoil] of Object.entries(MALFORMED)) {
      for (const place of ["deletion", "look"] as const) {
        const person = await bench.addSubject();
        const { id } = await confirmedPlan(bench, person);
        const acknowledged = asIf(person.id, () => decoy(bench), { disguise: true });
        const isLook = looksAt(person);
        bench.wire.disturb((request, send) => {
          const looks = isLook(request);
          if (request.mutates) return place === "deletion" ? spoiling(spoil)(request, (same) => acknowledged(same, send)) : acknowledged(request, send);
          return place === "look" && looks ? spoiling(spoil)(request, send) : send(request);
        });
        await expectUndecided(bench, id, person, `${name} after a ${place}`);
      }
    }
    for (const [name, fault] of SAYS_NEITHER) {
      const person = await bench.addSubject({ volume: "bare" });
      const { id } = await confirmedPlan(bench, person);
      let isSpoiled = false;
      bench.wire.disturb(
        disturbing(everyMutation, async (request, send) => {
          const told = await asIf(person.id, () => decoy(bench), { disguise: true })(request, send);
          const spoiled = await fault(request, async () => told);
          isSpoiled ||= spoiled.body !== told.body;
          return spoiled;
        }),
      );
      const standing = await expectUndecided(bench, id, person, name);
      // A vendor may say no more than that of any deletion.
      if (isSpoiled) expect(entriesOf(standing, "answered").map(({ answer }) => answer.answer), `answers as understood, with ${name}`).not.to.include.oneOf(["deleted", "absent"]);
    }
  }),
];

/** Executes a plan as long as the vendor tells nothing, and the record is held. */
async function expectUndecided(bench: Bench, requestId: string, person: Person, what: string): Promise<Standing<DeletionResult>> {
  const standing = await bench.hosted.execute(requestId);
  bench.wire.mend();
  expect(["parked", "needs_attention", "partial", "awaiting_verification"], `outcomes with ${what}`).to.include(standing.result.outcome);
  for (const target of standing.result.targets) expect(target.outcome).to.be.oneOf(["unknown", "not_deleted"]);
  await expectHeld(bench, [person], true);
  return standing;
}

/** How most vendors would say that they did not delete: `"deleted":false`. */
export function trueToFalse({ status, body }: SandboxAnswer): SandboxAnswer {
  return { status, body: body.replace(/:\s*true\b/g, ":false") };
}

/** What reads a record by its id once a deletion was sent; before that, it is read for what hangs on it. It has to be asked about every request. */
function looksAt(person: Person): (request: WireRequest) => boolean {
  let sent = false;
  return (request) => {
    sent ||= request.mutates;
    return sent && !request.mutates && leadsTo(request, person.id);
  };
}

/** A vendor that takes its time is done by the time of the next call. */
export function settling({ sandbox }: Bench, fault: Fault): Fault {
  return async (request, send) => {
    try {
      return await fault(request, send);
    } finally {
      await sandbox.settleIndex();
    }
  };
}
