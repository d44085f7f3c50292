import { expect } from "chai";
import { isDsrError } from "../../core/errors.js";
import type { PlanChoices } from "../../core/plan.js";
import type { AccessResult } from "../../core/results.js";
import type { Bench } from "../bench.js";
import { hostConnector, type HostedConnector, type Standing } from "../hosted-connector.js";
import { declares, rule, type Rule } from "../rule.js";
import { entriesOf, expectHeld, finish, fromNowOn } from "../steps.js";
import { expectRelated, plantFor, waysToDelete } from "./related-records.js";

/** More calls than it takes to come past each kind of call of one person's access. */
const MANY = 40;

export const INTERRUPTION_RULES: readonly Rule[] = [
  rule("FAULT-10", "takes an interruption in the middle of a call neither for nothing nor for the end, and goes on from there", declares("access"), async (bench) => {
    const person = await bench.addSubject();
    const whole = contentOf(await bench.hosted.access(person.identifier));
    let interrupted = true;
    for (let number = 0; interrupted && number < MANY; number += 1) {
      const { hosted, wasInterrupted } = await hostInterruptedIn(bench, number);
      const id = await hosted.ask("access", person.identifier);
      const outcome = await hosted.resumeAccess(id).then(({ result }) => result.outcome, codeOf);
      interrupted = wasInterrupted();
      bench.wire.mend();
      if (interrupted) expect(outcome, `what an access comes to that was interrupted in call ${number + 1}`).to.equal("INTERRUPTED");
      const standing = await hosted.restart().resumeAccess(id);
      expect(standing.result.outcome, `outcome once it goes on after call ${number + 1}`).to.equal("complete");
      expect(contentOf(standing), `package once it goes on after call ${number + 1}`).to.deep.equal(whole);
    }
  }),

  rule("FAULT-11", "takes an interruption in the middle of a deletion for no answer, claims nothing, and goes on from there", declares("deletion"), async (bench) => {
    for (const choices of waysToDelete(bench)) await expectGoesOn(bench, choices);
  }),
];

/** A deletion in this way, interrupted in each of its calls in turn. */
async function expectGoesOn(bench: Bench, choices: PlanChoices): Promise<void> {
  let interrupted = true;
  for (let number = 0; interrupted && number < MANY; number += 1) {
    const person = await bench.addSubject(choices.erase === "related" ? { volume: "bare" } : {});
    const related = await plantFor(bench, choices, person);
    const { hosted, wasInterrupted } = await hostInterruptedIn(bench, number);
    const since = fromNowOn(bench);
    const planned = await hosted.plan(person.identifier, choices).catch(codeOf);
    const inPlan = wasInterrupted();
    if (inPlan) expect(planned, `what planning comes to that was interrupted in call ${number + 1}`).to.equal("INTERRUPTED");
    if (!inPlan && typeof planned === "object") {
      expect(planned.result.outcome, "outcome of planning").to.equal("planned");
      await hosted.confirm(planned.id);
      const executed = await hosted.execute(planned.id).catch(codeOf);
      if (wasInterrupted()) expect(executed, `what a deletion comes to that was interrupted in call ${number + 1}`).to.equal("INTERRUPTED");
      const answered = entriesOf({ entries: await hosted.host.journal.entries(planned.id) }, "answered").filter(({ answer }) => answer.answer === "deleted");
      expect(answered.length, `deletions that are told of, with an interruption in call ${number + 1}`).to.be.at.most(since.effects().length);
    }
    interrupted = wasInterrupted();
    bench.wire.mend();
    const next = hosted.restart();
    const { id } = typeof planned === "object" ? planned : await next.plan(person.identifier, choices);
    if (inPlan) await next.confirm(id);
    expect((await finish(bench, id, next)).result.outcome, `outcome once it goes on after call ${number + 1}`).to.equal("verified");
    await expectHeld(bench, [person], false);
    await expectRelated(bench, related, false);
    expect(since.effects().length, `effects with an interruption in call ${number + 1}`).to.equal(1 + related.length);
  }
}

function codeOf(error: unknown): string {
  return isDsrError(error) ? error.code : "something else than a DsrError";
}

function contentOf({ records }: Standing<AccessResult>): unknown {
  return Object.fromEntries(Object.entries(records).map(([category, each]) => [category, each.map(({ id, data }) => ({ id, data }))]));
}

/** A host that is interrupted in the numbered call from now on: it gets no answer. The first is number 0. */
async function hostInterruptedIn(bench: Bench, number: number): Promise<{ readonly hosted: HostedConnector; readonly wasInterrupted: () => boolean }> {
  const interruption = new AbortController();
  const { signal } = interruption;
  const hosted = hostConnector({ connector: bench.connector, transport: bench.wire.carry, apiOrigin: bench.sandbox.apiOrigin, signal });
  expect((await hosted.connect(await everyScope(bench))).ok, "whether it connects").to.equal(true);
  let calls = 0;
  bench.wire.disturb((request, send) => {
    if (calls++ !== number) return send(request);
    interruption.abort();
    return new Promise<never>(() => undefined);
  });
  return { hosted, wasInterrupted: () => signal.aborted };
}

async function everyScope({ manifest, sandbox }: Bench): Promise<string> {
  return sandbox.issueToken({ scopes: manifest.scopes.map(({ id }) => id) });
}
