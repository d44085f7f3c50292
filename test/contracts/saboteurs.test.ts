import { expect } from "chai";
import { RULES } from "../../contracts/index.js";
import { brokenRules, collectTests } from "./collect-tests.js";
import { ACCESS_SABOTEURS } from "./saboteurs/access.js";
import { DELETION_SABOTEURS } from "./saboteurs/deletion.js";
import { DOUBT_SABOTEURS } from "./saboteurs/doubt.js";
import { FAULT_SABOTEURS, PRIVACY_SABOTEURS } from "./saboteurs/fault-and-privacy.js";
import { AUTH_SABOTEURS, MANIFEST_SABOTEURS } from "./saboteurs/manifest-and-auth.js";
import { LOOKUP_SABOTEURS, SCOPE_SABOTEURS } from "./saboteurs/scope-and-lookup.js";

const SABOTEURS = [...MANIFEST_SABOTEURS, ...AUTH_SABOTEURS, ...SCOPE_SABOTEURS, ...LOOKUP_SABOTEURS, ...ACCESS_SABOTEURS, ...DELETION_SABOTEURS, ...DOUBT_SABOTEURS, ...FAULT_SABOTEURS, ...PRIVACY_SABOTEURS];

/** Rules that take long, since they try every call or every moment: each is run on the saboteurs that break it; with SABOTEURS=all, on everyone. */
const LONG = new Set(["ACCESS-6", "DELETE-5", "DOUBT-5", "DOUBT-6", "FAULT-1", "FAULT-2", "FAULT-3", "FAULT-4", "PRIVACY-1"]);

describe("The contract's saboteurs", function () {
  this.timeout(60_000);

  it("leave no rule out", () => {
    expect(new Set(SABOTEURS.map((saboteur) => saboteur.breaks))).to.deep.equal(new Set(RULES.map((rule) => rule.id)));
  });

  for (const { breaks, alongside = [], how, make } of SABOTEURS) {
    it(`${breaks} notices a connector that ${how}`, async () => {
      const tests = collectTests(make()).filter(({ rule }) => process.env.SABOTEURS === "all" || !LONG.has(rule) || rule === breaks || alongside.includes(rule));
      const broken = await brokenRules(tests);
      expect([...broken.keys()].sort(), String(broken.get([...broken.keys()].find((id) => id !== breaks && !alongside.includes(id)) ?? ""))).to.deep.equal([breaks, ...alongside].sort());
      for (const error of broken.values()) expect((error as Error).name, "what a broken rule fails with").to.equal("AssertionError");
    });
  }
});
