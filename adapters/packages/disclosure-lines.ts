import { field } from "./json-fields.js";
import type { PackageFacts } from "./package-facts.js";

/** What was decided about other people and about notes, and what was taken out for it, in plain words. */
export interface DisclosureLines {
  readonly decisions: readonly string[];
  /** One for each rule. */
  readonly takenOut: readonly string[];
  /** What no rule promises. */
  readonly caution: string | undefined;
}

export function disclosureLines({ settings, withheld, texts: { others } }: Pick<PackageFacts, "settings" | "withheld" | "texts">): DisclosureLines {
  const isWithheld = settings.otherPeople === "withhold";
  const decision = !isWithheld ? others.included : withheld.length === 0 ? others.nothingWithheld : others.withheld;
  return {
    decisions: [...(settings.notes === "withhold" ? [others.notesWithheld] : []), decision],
    takenOut: withheld.map(({ rule, count }) => {
      const known = field(others.rules, rule);
      return others.places(typeof known === "string" ? known : others.otherRule, count);
    }),
    caution: isWithheld ? others.freeText : undefined,
  };
}
