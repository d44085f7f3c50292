import { isOwnReason, type NotCovered } from "../../core/outcome.js";
import type { Style } from "./style.js";
import { visible } from "./visible-text.js";

/** What was not looked at, each with its reason, one reason a line. */
export function notCoveredLines(notCovered: readonly NotCovered[], style: Style): string[] {
  const byReason = grouped(notCovered, ({ scope, reason }) => (scope === undefined ? reason : `${reason}: ${scope}`));
  return [...byReason].map(([reason, categories]) => `  ${mark(style)}  ${named(categories)}: ${visible(reason)}`);
}

/** The same on top of a result: what a permission would change, and, in one line, what no permission would. */
export function foldedCoverageLines(notCovered: readonly NotCovered[], style: Style, showCommand: string): string[] {
  const own = notCovered.filter(({ reason }) => isOwnReason(reason));
  const beyond = notCovered.filter(({ reason }) => !isOwnReason(reason));
  const lines = [...grouped(own, ({ reason }) => reason)].map(([reason, entries]) => {
    const parts = [...grouped(entries, ({ scope }) => scope ?? "")].map(([scope, categories]) => `${named(categories)}${scope === "" ? "" : ` (${visible(scope)})`}`);
    return `  ${mark(style)}  ${reason}: ${parts.join("; ")}`;
  });
  if (beyond.length === 0) return lines;
  return [...lines, `  ${mark(style)}  whatever is granted: ${named(beyond)} ${style.dim(`(why: ${showCommand})`)}`];
}

function mark(style: Style): string {
  return style.yellow("not looked at");
}

function named(entries: readonly NotCovered[]): string {
  return entries.map(({ category }) => visible(category)).join(", ");
}

function grouped(entries: readonly NotCovered[], key: (entry: NotCovered) => string): Map<string, NotCovered[]> {
  const groups = new Map<string, NotCovered[]>();
  for (const entry of entries) groups.set(key(entry), [...(groups.get(key(entry)) ?? []), entry]);
  return groups;
}
