import type { NotCovered } from "../../core/outcome.js";
import type { Style } from "./style.js";
import { visible } from "./visible-text.js";

/** What was not looked at, grouped by the reason. Stands on top of every result. */
export function notCoveredLines(notCovered: readonly NotCovered[], style: Style): string[] {
  const byReason = new Map<string, string[]>();
  for (const { category, scope, reason } of notCovered) {
    const why = scope === undefined ? reason : `${reason}: ${scope}`;
    byReason.set(why, [...(byReason.get(why) ?? []), category]);
  }
  return [...byReason].map(([reason, categories]) => `  ${style.yellow("not looked at")}  ${categories.map((each) => visible(each)).join(", ")}: ${visible(reason)}`);
}
