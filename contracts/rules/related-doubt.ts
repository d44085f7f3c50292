import { expect } from "chai";
import type { Target } from "../../core/ports.js";
import type { DeletionResult } from "../../core/results.js";
import type { Bench } from "../bench.js";
import { answering, asIf, disturbing, emptied, lostAfter, lostBefore, MALFORMED, proxyJson, proxyPage, SAYS_NEITHER, spoiling } from "../faults.js";
import type { Standing } from "../hosted-connector.js";
import { rule, type Rule } from "../rule.js";
import { confirmedPlan, entriesOf, finish, fromNowOn, grantedAnew, type Since } from "../steps.js";
import type { Fault, WireAnswer } from "../wire.js";
import { settling, trueToFalse } from "./doubt.js";
import { refusals, through } from "./refusal.js";
import { relates } from "./related-records.js";

/** What is claimed of a related record whose deletion is in doubt. */
export const RELATED_DOUBT_RULES: readonly Rule[] = [
  rule("DOUBT-14", "claims of a related record no deletion and no absence that the vendor did not tell of, whatever stands in the place of its answer", relates, async (bench) => {
    for (const category of relatedCategories(bench)) {
      const [mistaken, bare, untrue, denied] = [
        await withFault(bench, category, async (begun) => ({ deletion: await acknowledged(bench, begun), look: await asIfOther(bench, begun) })),
        await withFault(bench, category, async (begun) => ({ deletion: await acknowledged(bench, begun), look: emptied })),
        await withFault(bench, category, async (begun) => ({ deletion: await acknowledged(bench, begun) })),
        await withFault(bench, category, async (begun) => ({ deletion: await acknowledged(bench, begun, true) })),
      ];
      await expectNothingClaimed(bench, mistaken, "a look at another record");
      await expectNothingClaimed(bench, bare, "a look that shows nothing in its lists");
      await expectNothingClaimed(bench, untrue, "a deletion that was only said");
      await expectNothingClaimed(bench, denied, "a denial", ["deleted", "absent"]);
      for (const { name, begin } of noAnswers(bench, category)) {
        const instead = await begin();
        let isAnother = false;
        // What is said in the place of an answer is told of one that the vendor gives each time.
        const deletion = (begun: Begun): Fault => async (request, send) => {
          const honest = await acknowledged(bench, begun);
          let told: WireAnswer | undefined;
          const answer = await instead(request, async (same) => (told = await honest(same, send)));
          isAnother ||= answer.body !== told?.body;
          return answer;
        };
        const refused = await withFault(bench, category, async (begun) => ({ deletion: deletion(begun) }));
        await expectNothingClaimed(bench, refused, `${name} for an answer`, isAnother ? ["deleted", "absent"] : []);
        const blind = await begin();
        const unseen = await withFault(bench, category, async (begun) => ({ deletion: await acknowledged(bench, begun), look: blind }));
        await expectNothingClaimed(bench, unseen, `${name} for a look`);
      }
      await grantedAnew(bench);
    }
  }),

  rule("DOUBT-15", "settles a lost answer about a related record by reading it, and sends nothing again that had happened", relates, async (bench) => {
    for (const category of relatedCategories(bench)) {
      for (const [fault, times] of [[lostBefore, 1], [lostAfter, 1], [answering(503, proxyPage), 1], [lostBefore, 2]] as const) {
        const { id, record } = await begunWith(bench, category);
        const since = fromNowOn(bench);
        bench.wire.disturb(disturbing(({ mutates }) => mutates, settling(bench, fault), times));
        const { result } = await finish(bench, id);
        bench.wire.mend();
        expect(result.outcome).to.equal("verified");
        expect(result.targets.find((target) => target.id === record.id)?.outcome, "outcome of the related record").to.equal("deleted");
        expect(sentAgainBlindly(since), "deletions that were sent again before anything was read").to.deep.equal([]);
        expect(since.effects().length, "effects").to.equal(result.targets.length);
      }
    }
  }),
];

interface Begun {
  readonly id: string;
  readonly record: Target;
  readonly category: RelatedCategory;
}

interface Disturbed extends Begun {
  readonly standing: Standing<DeletionResult>;
}

/** A confirmed plan that names one record of this category, and the person's own. */
async function begunWith(bench: Bench, category: RelatedCategory): Promise<Begun> {
  const person = await bench.addSubject({ volume: "bare" });
  const id = (await bench.sandbox.related?.add(category.id, [person.id], "Canary of what is in doubt.")) ?? "";
  const planned = await confirmedPlan(bench, person, { erase: "related" });
  const record = planned.result.plan?.targets.find((target) => target.id === id);
  if (record === undefined) throw new Error(`the plan does not name the record of ${category.id} that the sandbox planted`);
  return { id: planned.id, record, category };
}

/** Disturbs the deletion of the related record, and what is read from then on. Nothing else is deleted. */
async function withFault(bench: Bench, category: RelatedCategory, faultsOf: (begun: Begun) => Promise<{ readonly deletion: Fault; readonly look?: Fault }>): Promise<Disturbed> {
  const begun = await begunWith(bench, category);
  const { deletion, look = through } = await faultsOf(begun);
  let sent: string | undefined;
  bench.wire.disturb((request, send) => {
    if (request.mutates) sent ??= request.url;
    if (request.mutates) return (request.url === sent ? deletion : lostBefore)(request, send);
    return (sent === undefined ? through : look)(request, send);
  });
  const standing = await bench.hosted.execute(begun.id);
  bench.wire.mend();
  return { ...begun, standing };
}

/** How a call may come to no answer of the vendor's about a record, from the first one that is disturbed on. */
function noAnswers(bench: Bench, { scopes }: RelatedCategory): readonly { readonly name: string; readonly begin: () => Promise<Fault> }[] {
  const faults: readonly (readonly [string, Fault])[] = [
    ["a broken connection", lostBefore],
    ["a 503", answering(503, proxyPage)],
    ["a proxy's 403", answering(403, proxyJson)],
    ["a proxy's 404", answering(404, proxyPage)],
    ["a proxy's 410", answering(410, "")],
    ...["an empty body", "an empty object", "a proxy's JSON"].map((name) => [name, spoiling(MALFORMED[name] ?? (() => ""))] as const),
    ...SAYS_NEITHER,
  ];
  const refused = refusals(bench, scopes).map(({ name, begin }) => ({
    name,
    begin: async () => {
      const token = await grantedAnew(bench);
      return once(() => begin(token));
    },
  }));
  return [...faults.map(([name, fault]) => ({ name, begin: async () => fault })), ...refused];
}

/** What begins with the first call that meets it. */
function once(begin: () => Promise<Fault>): Fault {
  let fault: Promise<Fault> | undefined;
  return async (request, send) => (await (fault ??= begin()))(request, send);
}

/** The vendor says that it deletes the record, or that it does not, and holds it all the same. */
async function acknowledged(bench: Bench, begun: Begun, denied = false): Promise<Fault> {
  const { denyDeletion = trueToFalse } = bench.sandbox;
  const untrue = !denied && bench.manifest.deletion?.type === "asynchronous" ? through : await asIfOther(bench, begun, { disguise: true });
  return async (request, send) => {
    const answer = await untrue(request, send);
    return denied ? { ...answer, ...denyDeletion(answer) } : answer;
  };
}

/** The vendor takes another record of the category for this one. Ids that are put together differ in some of their parts. */
async function asIfOther(bench: Bench, { record, category }: Begun, disguise = { disguise: false }): Promise<Fault> {
  const stranger = await bench.addSubject({ volume: "bare" });
  const other = (await bench.sandbox.related?.add(category.id, [stranger.id], "Canary of somebody else.")) ?? "";
  const parts = (id: string) => id.split(":");
  return parts(record.id).reduce<Fault>((fault, part, n) => {
    const instead = parts(other)[n] ?? part;
    return part === instead ? fault : (request, send) => asIf(part, () => instead, disguise)(request, (same) => fault(same, send));
  }, through);
}

async function expectNothingClaimed(bench: Bench, { standing, record, category }: Disturbed, after: string, untold: readonly string[] = []): Promise<void> {
  if ((await bench.sandbox.related?.isHeld(category.id, record.id)) !== true) return;
  expect(standing.result.outcome, `outcome of a related record that is held, after ${after}`).not.to.equal("verified");
  expect(standing.result.targets.find(({ id }) => id === record.id)?.outcome, `outcome of a record of ${category.id} that is held, after ${after}`).to.be.oneOf(["unknown", "not_deleted"]);
  const answers = entriesOf(standing, "answered").flatMap(({ target, answer }) => (target.id === record.id ? [answer.answer] : []));
  expect(untold.filter((answer) => answers.some((each) => each === answer)), `answers as understood, after ${after}`).to.deep.equal([]);
  const looks = entriesOf(standing, "looked").flatMap(({ target, look }) => (target.id === record.id ? [look.answer] : []));
  expect(looks, `what was seen of a record of ${category.id} that is held, after ${after}`).not.to.include("absent");
}

function sentAgainBlindly(since: Since): readonly string[] {
  const calls = since.calls();
  return calls.flatMap(({ mutates, url }, n) => (mutates && calls[n + 1]?.mutates === true && calls[n + 1]?.url === url ? [url] : []));
}

interface RelatedCategory {
  readonly id: string;
  /** What it takes to read and to delete such a record. */
  readonly scopes: readonly string[];
}

function relatedCategories({ manifest }: Bench): readonly RelatedCategory[] {
  return manifest.dataCategories.flatMap(({ id, scope, deletion: { related } }) => (related === undefined ? [] : [{ id, scopes: [...new Set([scope, related.scope])] }]));
}
