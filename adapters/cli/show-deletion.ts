import type { DeletionResult } from "../../core/results.js";
import type { Subject } from "./cli.js";
import type { Style } from "./style.js";
import { aligned, plural, visible } from "./visible-text.js";

type Plan = NonNullable<DeletionResult["plan"]>;

/** The dry run: what would go, what would stay, what was not seen, and how to carry it out. */
export function planLines({ matches, outcome }: DeletionResult, plan: Plan, style: Style, { again = "", program = "dsr" }: Subject): string[] {
  const kinds = new Map(matches.map(({ id, kind }) => [id, kind]));
  return [
    `  ${style.bold("would go")}  ${plural(plan.targets.length, "record")}`,
    ...aligned(plan.targets.map(({ category, id }) => [visible(category), visible(id), visible(kinds.get(id) ?? "")]), "    "),
    ...plan.kept.map(({ category, id, reason }) => `  ${style.bold("would stay")}  ${visible(category)}${id === undefined ? "" : ` ${visible(id)}`}: ${visible(reason)}`),
    ...plan.unseen.map(({ category, scope }) => `  ${style.yellow("not seen")}  ${visible(category)}: it needs "${visible(scope)}"`),
    ...plan.warnings.map(({ code, id }) => `  ${style.yellow("warning")}  ${WARNINGS[code] ?? code}${id === undefined ? "" : ` (${visible(id)})`}`),
    ...(outcome === "planned"
      ? [
          style.dim(`  about ${plural(plan.estimate.calls, "call")}, ${plural(plan.estimate.seconds, "second")}`),
          `  to carry it out, before ${plan.expiresAt}:`,
          `    ${program} delete --plan ${plan.id} --confirm ${plan.confirm}${again}`,
        ]
      : []),
  ];
}

/** What happened to each target, and what stays in the world. */
export function targetLines({ targets, residuals }: DeletionResult, style: Style): string[] {
  return [
    ...aligned(targets.map(({ category, id, outcome, verifiedAbsentAt }) => [outcome === "deleted" || outcome === "already_absent" ? style.green(OUTCOMES[outcome]) : style.red(OUTCOMES[outcome]), visible(category), visible(id), verifiedAbsentAt === undefined ? "" : style.dim(`seen to be gone ${verifiedAbsentAt}`)])),
    ...residuals.map(({ text }) => `  ${style.yellow("remains")}  ${visible(text, 400)}`),
  ];
}

const OUTCOMES = { deleted: "deleted", already_absent: "was not there", not_deleted: "not deleted", unknown: "not known yet" } as const;

const WARNINGS: Readonly<Record<string, string>> = {
  OPT_OUT_FORGOTTEN: "the person declined messages, and that wish goes with the record: keep it where it is respected",
  LOOKUP_INCOMPLETE: "the vendor's list of this person's records was not complete",
  OPEN_CONVERSATION: "a conversation with the person is open",
};
