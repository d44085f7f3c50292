import { isDsrError } from "../core/errors.js";
import { createBench, type ContractSubject } from "./bench.js";
import type { Rule } from "./rule.js";
import { RULES } from "./rules.js";

/** Of mocha, vitest, jest or node:test; a failing test is one whose promise rejects. */
export interface TestFunctions {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: (title: string, body: () => Promise<void>) => unknown;
}

/**
 * Judges a connector, as hosted: one test for each rule that concerns what its manifest declares, on a fresh vendor each. A rule that the
 * vendor cannot meet is listed under `exemptions` in the manifest, with a reason and a date; then its test fails when the date has passed,
 * and when the rule is met after all. There is no other way to leave a rule out.
 */
export function runConnectorContract({ describe, it }: TestFunctions, subject: ContractSubject): void {
  const { connector } = subject;
  const check = async (rule: Rule): Promise<void> => {
    try {
      await rule.check(await createBench(subject), RULES);
    } catch (error) {
      throw explained(error);
    }
  };
  describe(`connector contract: ${connector.manifest.id}`, () => {
    for (const rule of RULES.filter((each) => each.concerns(connector))) {
      const exemption = connector.manifest.exemptions.find((each) => each.rule === rule.id);
      if (exemption === undefined) it(`${rule.id} ${rule.text}`, () => check(rule));
      else it(`${rule.id} EXEMPT until ${exemption.until}: ${exemption.reason}`, () => expectExempt(() => check(rule), exemption.until));
    }
  });
}

/** A code alone says little to somebody whose sandbox cannot be connected; where, and why, says more. */
function explained(error: unknown): unknown {
  if (!isDsrError(error)) return error;
  const { at, reason, scope, vendorStatus } = error.facts;
  const facts = [reason, at, scope && `scope ${scope}`, vendorStatus && `status ${vendorStatus}`].filter(Boolean).join(", ");
  const message = `the connector threw ${error.code}${facts === "" ? "" : `: ${facts}`}`;
  return Object.assign(new Error(message, { cause: error }), { stack: error.stack?.replace(/^.*$/m, message) });
}

async function expectExempt(check: () => Promise<void>, until: string): Promise<void> {
  if (new Date().toISOString().slice(0, 10) > until) throw new Error(`the exemption lapsed on ${until}: meet the rule, or say anew why it cannot be met`);
  const met = await check().then(
    () => true,
    () => false,
  );
  if (met) throw new Error("the rule is met: remove the exemption from the manifest");
}
