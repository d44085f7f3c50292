import { expect } from "chai";
import { IDN, ODD_EMAILS } from "../addresses.js";
import type { Bench } from "../bench.js";
import { answering, disturbing, proxyPage } from "../faults.js";
import { needed } from "../needed.js";
import { rule, takesEmail, type Rule } from "../rule.js";
import { deleteWhole, fromNowOn } from "../steps.js";
import type { VendorSandbox } from "../vendor-sandbox.js";

const MANY_COLLEAGUES = 120;

/** Addresses of colleagues like any other. */
const ADDRESSES = ["Canary.Capitals@Contract.example", "canary_under-score@contract.example", ...ODD_EMAILS, ...IDN.slice(0, 1)];

/** Who works for the account, and may be a data subject all the same. */
export const COLLEAGUE_RULES: readonly Rule[] = [
  rule("LOOKUP-11", "says of a person that they work for the account, and leaves their deletion to a human's choice", ({ manifest }) => manifest.teammates !== undefined, async (bench) => {
    const { hosted, sandbox, manifest } = bench;
    const [colleague, other] = [await bench.addSubject(), await bench.addSubject()];
    await (await hosted.open()).lookup.find([colleague.identifier, other.identifier]);
    const employ = needed(sandbox.employ, "`employ`", "somebody who comes to work for the account, whom the manifest's `teammates` are to show");
    // What was read before says nothing of who comes.
    await hosted.check();
    // One of many, wherever in the list.
    for (const { category, value } of [...Array.from({ length: MANY_COLLEAGUES }, () => bench.nobody()), colleague.identifier, bench.nobody()].map((each) => ({ category: each.category, value: each.reveal() }))) await employ({ category, value });
    await hosted.check();
    const clean = fromNowOn(bench);
    await hosted.check();
    for (const { method, url } of clean.calls()) {
      // A list that cannot be read says of nobody that they are not in it.
      bench.wire.disturb(disturbing((call) => call.method === method && call.url === url, answering(503, proxyPage)));
      await hosted.check().catch(() => undefined);
      bench.wire.mend();
      if (manifest.requestTypes.includes("access")) expect((await hosted.access(colleague.identifier)).result.teammate, "whether a colleague is one after a check that broke").to.equal(true);
    }
    await hosted.check();
    if (manifest.requestTypes.includes("access")) {
      expect((await hosted.access(colleague.identifier)).result, "access to a colleague").to.include({ outcome: "complete", teammate: true });
      expect((await hosted.access(other.identifier)).result.teammate, "whether somebody else is a colleague").to.equal(false);
    }
    if (!manifest.requestTypes.includes("deletion")) return;
    const since = fromNowOn(bench);
    const { result } = await hosted.plan(colleague.identifier);
    expect([result.outcome, result.attention?.code, result.teammate]).to.deep.equal(["needs_attention", "AMBIGUOUS_SUBJECT", true]);
    expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
    expect((await deleteWhole(bench, colleague, { only: [colleague.id] })).result.outcome, "outcome of what was chosen").to.equal("verified");
    expect((await deleteWhole(bench, other)).result, "deletion of somebody else").to.include({ outcome: "verified", teammate: false });
    await expectNoticed(bench, employ);
  }),
];

/** Who comes later, by whatever address: noticed without a check, once the time has passed for which the list is remembered. */
async function expectNoticed({ addSubject, connector, hosted }: Bench, employ: NonNullable<VendorSandbox["employ"]>): Promise<void> {
  const newcomers = [await addSubject({ volume: "bare" })];
  for (const value of takesEmail(connector) ? ADDRESSES : []) newcomers.push(await addSubject({ identifier: { category: "email", value }, volume: "bare" }));
  for (const { identifier } of newcomers) await employ({ category: identifier.category, value: identifier.reveal() });
  await hosted.host.clock.advance(hosted.host.timings.accountTtlMs);
  for (const { identifier } of newcomers) {
    const { result } = await hosted.plan(identifier);
    expect([result.outcome, result.attention?.code, result.teammate], "what a plan says of who came to work for the account").to.deep.equal(["needs_attention", "AMBIGUOUS_SUBJECT", true]);
  }
}
