/** What must hold in every world. Each is broken by at least one of the planted bugs. */
export const RULES = {
  TRUE_FINDING: "names as found every record that the search showed all along, and no record of anybody else",
  TRUE_NOTHING: "says \"nothing found\" only where the search showed nobody",
  TRUE_PACKAGE: "calls a package complete only where it holds all that is covered, and names each gap",
  TRUE_COVERAGE: "names every category as covered or as not covered",
  TRUE_DELETION: "calls a record deleted or absent only where the vendor holds it no more",
  TRUE_REMAINING: "calls a record not deleted only where the vendor still holds it, and absent before only where its own deletion did not take it away",
  TRUE_REASON: "fails only where something went wrong",
  STRANGER: "touches and exports nobody else's records",
  INTENT: "sends a deletion only under a durable intent of a confirmed plan, for a target of that plan",
  READ_FIRST: "sends a deletion again only after the record was read, or where the first surely did not happen",
  DRY_RUN: "deletes exactly what the confirmed plan showed",
  BOUND: "gives different plans different ids and codes, and takes no other code for a plan",
  HELD: "announces no deletion of a person under a legal hold",
  CANCELLED: "announces no deletion after a cancellation",
  ACCESS_FIRST: "confirms no deletion while an access request of the person is open",
  SAME_REQUEST: "keeps one request for one reference, and refuses another person under it",
  ONCE: "reads no page again that was journalled",
  RATE: "keeps within the rate in any ten seconds, as the vendor counts arrivals",
  OBEYS: "sends nothing before the moment that a refusal named",
  DEADLINE: "ends every attempt by its deadline",
  ENDS: "comes to an end in time",
  HEALS: "ends every request once all faults have healed",
  QUIET: "shows no address, token or text of a person outside of packages",
  EVIDENCE: "leaves evidence that verifies and tells of every entry",
  ISOLATED: "shows a vendor no token but its own",
  ERRORS: "throws only codes that fit what happened",
} as const;

export type RuleId = keyof typeof RULES;

export interface Violation {
  readonly rule: RuleId;
  readonly detail: string;
}

/** Keeps the first violation: what follows from it says little. */
export interface Judge {
  readonly violation: Violation | undefined;
  fail(rule: RuleId, detail: string): void;
  expect(holds: boolean, rule: RuleId, detail: () => string): void;
}

export function createJudge(tell: (violation: Violation) => void = () => undefined): Judge {
  let violation: Violation | undefined;
  const fail = (rule: RuleId, detail: string): void => {
    if (violation === undefined) tell((violation = { rule, detail }));
  };
  return {
    get violation() {
      return violation;
    },
    fail,
    expect: (holds, rule, detail) => {
      if (!holds) fail(rule, detail());
    },
  };
}
