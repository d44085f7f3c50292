import { expect } from "chai";
import { policiesFor, relatedScopes } from "../../core/erasure.js";
import { neededScopes } from "../../core/scopes.js";
import { rule, type Rule } from "../rule.js";
import { confirmedPlan, finish, grantedAnew } from "../steps.js";
import { expectRelated, plant, relates } from "./related-records.js";

/** What of a related deletion lacks a scope. */
export const RELATED_SCOPE_RULES: readonly Rule[] = [
  rule("SCOPE-12", "never takes a scope that a related deletion lacks for there being nothing, names it, and ends the deletion once it is granted", relates, async (bench) => {
    const needed = neededScopes(bench.manifest, { capabilities: bench.manifest.requestTypes, categories: [] });
    for (const scope of relatedScopes(bench.manifest, policiesFor(bench.manifest)).filter((each) => !needed.includes(each))) {
      const person = await bench.addSubject({ volume: "bare" });
      const records = await plant(bench, [person]);
      await bench.hosted.reconnect(await bench.sandbox.issueToken({ scopes: bench.manifest.scopes.map(({ id }) => id).filter((id) => id !== scope.id) }));
      const { id, result: planned } = await bench.hosted.plan(person.identifier, { erase: "related" });
      // What is known to be missing is refused at once; what only shows in use, there.
      if (planned.outcome === "planned") await bench.hosted.confirm(id);
      const { result } = planned.outcome === "planned" ? await bench.hosted.execute(id) : { result: planned };
      expect([result.attention?.code, result.attention?.scope], `what is said without ${scope.id}`).to.deep.equal(["SCOPE_MISSING", scope.label]);
      expect(await bench.sandbox.isHeld(person.id), "whether the person's own record is held").to.equal(true);
      for (const record of records) {
        const claimed = result.targets.some(({ id: target, outcome }) => target === record.id && (outcome === "deleted" || outcome === "already_absent"));
        if (claimed) await expectRelated(bench, [record], false);
      }
      const token = await grantedAnew(bench);
      const approved = await confirmedPlan(bench, person, { erase: "related" });
      await bench.sandbox.withdraw(token, scope.id);
      const { result: withdrawn } = await bench.hosted.execute(approved.id);
      // Of what the plan names only some may need this one.
      if (withdrawn.outcome !== "verified") expect([withdrawn.attention?.code, withdrawn.attention?.scope], `what is said once ${scope.id} is withdrawn`).to.deep.equal(["SCOPE_MISSING", scope.label]);
      await grantedAnew(bench);
      expect((await finish(bench, approved.id)).result.outcome, "outcome once it is granted").to.equal("verified");
      await expectRelated(bench, records, false);
    }
  }),

  rule("SCOPE-13", "names in a plan what hangs on a record and cannot be seen, and the scope that would show it", relates, async (bench) => {
    const { dataCategories, requestTypes, scopes } = bench.manifest;
    const needed = neededScopes(bench.manifest, { capabilities: requestTypes, categories: [] }).map(({ id }) => id);
    const person = await bench.addSubject();
    const unseenOf = async () => (await bench.hosted.plan(person.identifier)).result.plan?.unseen ?? [];
    expect(await unseenOf(), "what cannot be seen with every scope").to.deep.equal([]);
    for (const { id, scope } of dataCategories.filter(({ deletion, scope: each }) => deletion.related !== undefined && !needed.includes(each))) {
      await bench.hosted.reconnect(await bench.sandbox.issueToken({ scopes: scopes.map((each) => each.id).filter((each) => each !== scope) }));
      expect(await unseenOf(), `what cannot be seen without ${scope}`).to.deep.include({ category: id, scope: scopes.find((each) => each.id === scope)?.label });
    }
  }),
];
