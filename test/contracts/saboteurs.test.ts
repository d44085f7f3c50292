import { expect } from "chai";
import { RULES } from "../../contracts/index.js";
import { printedDuring } from "../../contracts/printing.js";
import { brokenRules, collectTests } from "./collect-tests.js";
import { ABRIDGING } from "./saboteurs/abridging.js";
import { ACCESS_SABOTEURS } from "./saboteurs/access.js";
import { APPROXIMATE } from "./saboteurs/approximate.js";
import { BOUNDED, CARELESS } from "./saboteurs/careless.js";
import { CIRCULAR } from "./saboteurs/circular.js";
import { CLAIMS } from "./saboteurs/claims.js";
import { DELETION_SABOTEURS } from "./saboteurs/deletion.js";
import { DOUBT_SABOTEURS } from "./saboteurs/doubt.js";
import { ANSWER_SABOTEURS, FAULT_SABOTEURS, PRIVACY_SABOTEURS } from "./saboteurs/fault-and-privacy.js";
import { FORGETFUL } from "./saboteurs/forgetful.js";
import { GULLIBLE } from "./saboteurs/gullible.js";
import { HASTY } from "./saboteurs/hasty.js";
import { HIDDEN } from "./saboteurs/hidden.js";
import { IMPATIENT } from "./saboteurs/impatient.js";
import { INDISCREET } from "./saboteurs/indiscreet.js";
import { AUTH_SABOTEURS, MANIFEST_SABOTEURS } from "./saboteurs/manifest-and-auth.js";
import { REFUSAL_SABOTEURS } from "./saboteurs/refusal.js";
import { RELATED_SABOTEURS } from "./saboteurs/related.js";
import { KINDS } from "./saboteurs/kinds.js";
import { LONG_LISTS } from "./saboteurs/long-lists.js";
import { MERGED } from "./saboteurs/merged.js";
import { MOVED } from "./saboteurs/moved.js";
import type { Saboteur } from "./saboteurs/sabotage.js";
import { NAMELESS } from "./saboteurs/nameless.js";
import { NEARSIGHTED } from "./saboteurs/nearsighted.js";
import { NEWCOMERS } from "./saboteurs/newcomers.js";
import { OCCASIONAL } from "./saboteurs/occasional.js";
import { PRESUMPTUOUS } from "./saboteurs/presumptuous.js";
import { SAME_IDS } from "./saboteurs/same-ids.js";
import { SHARED_ANSWERS } from "./saboteurs/shared-answers.js";
import { STRANGERS } from "./saboteurs/strangers.js";
import { TOGETHER } from "./saboteurs/together.js";
import { TRUSTFUL } from "./saboteurs/trustful.js";
import { UNFAITHFUL } from "./saboteurs/unfaithful.js";
import { LOOKUP_SABOTEURS, SCOPE_SABOTEURS } from "./saboteurs/scope-and-lookup.js";

const SABOTEURS = [...MANIFEST_SABOTEURS, ...AUTH_SABOTEURS, ...SCOPE_SABOTEURS, ...LOOKUP_SABOTEURS, ...ACCESS_SABOTEURS, ...DELETION_SABOTEURS, ...DOUBT_SABOTEURS, ...REFUSAL_SABOTEURS, ...RELATED_SABOTEURS, ...FAULT_SABOTEURS, ...ANSWER_SABOTEURS, ...PRIVACY_SABOTEURS, ...STRANGERS, ...NEWCOMERS, ...FORGETFUL, ...OCCASIONAL, ...CLAIMS, ...IMPATIENT, ...HASTY, ...HIDDEN, ...INDISCREET, ...NAMELESS, ...NEARSIGHTED, ...TRUSTFUL, ...UNFAITHFUL, ...CIRCULAR, ...KINDS, ...MERGED, ...MOVED, ...SAME_IDS, ...TOGETHER, ...SHARED_ANSWERS, ...BOUNDED, ...LONG_LISTS, ...CARELESS, ...GULLIBLE, ...APPROXIMATE, ...PRESUMPTUOUS, ...ABRIDGING];

/** Rules that take long, since they try every call or every moment. */
const LONG = new Set(["SCOPE-5", "SCOPE-6", "SCOPE-10", "SCOPE-12", "ACCESS-6", "DELETE-5", "DOUBT-5", "DOUBT-6", "DOUBT-9", "DOUBT-10", "DOUBT-11", "DOUBT-12", "DOUBT-13", "DOUBT-14", "FAULT-1", "FAULT-2", "FAULT-3", "FAULT-4", "FAULT-10", "FAULT-11", "FAULT-12", "FAULT-13", "FAULT-14", "FAULT-18", "TOGETHER-1", "PRIVACY-1", "PRIVACY-2", "PRIVACY-3", "PRIVACY-4", "PRIVACY-5"]);

/**
 * Whether a saboteur is judged by a rule: always by those that it breaks, and by those around it but for the long ones. With
 * SABOTEURS=all in the environment every saboteur is judged by every rule, which takes an hour or two.
 */
function isJudgedBy(rule: string, { breaks, alongside = [] }: Saboteur): boolean {
  if (process.env.SABOTEURS === "all" || rule === breaks || alongside.includes(rule)) return true;
  const [area, number] = placeOf(rule);
  const [ownArea, ownNumber] = placeOf(breaks);
  return !LONG.has(rule) && (number === 1 || (area === ownArea && Math.abs(number - ownNumber) <= NEAR));
}

/** Rules of its area that a saboteur is judged by, on either side of its own. */
const NEAR = 2;

function placeOf(rule: string): readonly [area: string, number: number] {
  const [area = "", number = "0"] = rule.split("-");
  return [area, Number(number)];
}

describe("The contract's saboteurs", function () {
  this.timeout(60_000);

  it("leave no rule out", () => {
    expect(new Set(SABOTEURS.map((saboteur) => saboteur.breaks))).to.deep.equal(new Set(RULES.map((rule) => rule.id)));
  });

  for (const saboteur of SABOTEURS) {
    const { breaks, alongside = [], how, make } = saboteur;
    it(`${breaks} notices a connector that ${how}`, async () => {
      let broken: ReadonlyMap<string, unknown> = new Map();
      // Some print what they must not; it is not to stand in the report.
      await printedDuring((text) => /canary/i.test(text), async () => {
        broken = await brokenRules(collectTests(make()).filter(({ rule }) => isJudgedBy(rule, saboteur)));
      });
      const unexpected = [...broken].filter(([rule]) => rule !== breaks && !alongside.includes(rule));
      expect([...broken.keys()].sort(), unexpected.map(([rule, error]) => `${rule}: ${String(error)}`).join("; ")).to.deep.equal([breaks, ...alongside].sort());
      for (const error of broken.values()) expect((error as Error).name, "what a broken rule fails with").to.equal("AssertionError");
    });
  }
});
