import type { DeletionResult } from "../../core/results.js";
import type { Subject } from "./cli.js";
import type { Style } from "./style.js";
import { aligned, plural, visible } from "./visible-text.js";

type Target = DeletionResult["targets"][number];
type Plan = NonNullable<DeletionResult["plan"]>;

/** The dry run: what would go, what would stay, what was not seen, and how to carry it out. */
export function planLines({ matches, outcome }: DeletionResult, plan: Plan, style: Style, { again = "", program = "dsr" }: Subject): string[] {
  const kinds = new Map(matches.map(({ id, kind }) => [id, kind]));
  return [
    `  ${style.bold("would go")}  ${plural(plan.targets.length, "record")}`,
    ...aligned(plan.targets.map(({ category, id }) => [visible(category), visible(id), visible(kinds.get(id) ?? "")]), "    "),
    ...dependentLines(plan, style),
    ...plan.kept.map(({ category, id, reason }) => `  ${style.bold("would stay")}  ${visible(category)}${id === undefined ? "" : ` ${visible(id)}`}: ${visible(reason)}`),
    ...plan.unseen.map(({ category, scope }) => `  ${style.yellow("not seen")}  ${visible(category)}: it needs "${visible(scope)}"`),
    ...choiceLines(plan, style),
    ...(plan.policies ?? []).map(({ id, value, text }) => `  ${style.bold("setting")}  ${visible(id)} ${visible(value)}: ${visible(text, 400)}`),
    ...plan.warnings.map((each) => `  ${style.yellow("warning")}  ${WARNINGS[each.code] ?? each.code}${aboutWords(each)}`),
    ...(outcome === "planned"
      ? [
          style.dim(`  about ${plural(plan.estimate.calls, "call")}, ${plural(plan.estimate.seconds, "second")}`),
          `  to carry it out, before ${plan.expiresAt}:`,
          `    ${program} delete --plan ${plan.id} --confirm ${plan.confirm}${again}`,
        ]
      : []),
  ];
}

/** Which record a warning is about, or which list, and how much of it was shown. */
function aboutWords({ category, gap, id, have, of }: Plan["warnings"][number]): string {
  const about = [category, id].flatMap((each) => (each === undefined ? [] : [visible(each)])).join(" ");
  if (about === "") return "";
  const count = have === undefined || of === undefined ? [] : [`${have} of ${gap === undefined ? plural(of, "message") : of}`];
  return ` (${[about, ...(gap === undefined ? [] : [visible(gap)]), ...count].join(", ")})`;
}

/** What is looked at by its id afterwards, since nothing leads to it any more. */
function dependentLines({ dependents = [] }: Plan, style: Style): string[] {
  return dependents.length === 0 ? [] : [`  ${style.bold("looked at afterwards")}  ${countsOf(dependents)}`];
}

function countsOf(records: readonly { readonly category: string }[]): string {
  const counts = new Map<string, number>();
  for (const { category } of records) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts].map(([category, count]) => plural(count, visible(category).replaceAll("_", " "))).join(", ");
}

/** What a human decided, as it is kept as evidence. */
function choiceLines({ choices: { erase, only = [], exclude = [], also = [], extents = [] } }: Plan, style: Style): string[] {
  return [
    ...(erase === "related" ? [`  ${style.bold("chosen")}  also what is related to the person's records and theirs alone`] : []),
    ...only.map((id) => `  ${style.bold("chosen")}  only ${visible(id)}`),
    ...exclude.map(({ id, reason }) => `  ${style.bold("chosen")}  not ${visible(id)}: ${visible(reason)}`),
    ...also.map(({ id, reason }) => `  ${style.bold("chosen")}  also ${visible(id)}: ${visible(reason)}`),
    ...extents.map((extent) => `  ${style.bold("chosen")}  to look among the ${visible(extent)}, too`),
  ];
}

/** What happened to each target, and what stays in the world. */
export function targetLines({ targets, dependents = [], residuals, gaps, plan }: DeletionResult, style: Style): string[] {
  const incomplete = [...(gaps.length === 0 ? [] : [{ code: "LOOKUP_INCOMPLETE" }]), ...(plan?.warnings ?? []).filter(({ code }) => code === "RELATED_INCOMPLETE")];
  const vanished = new Set((plan?.warnings ?? []).flatMap(({ code, id }) => (code === "CHANGED_DURING_RUN" ? [id] : [])));
  return [
    ...aligned(targets.map((target) => [outcomeWords(target, style), visible(target.category), visible(target.id), target.verifiedAbsentAt === undefined ? "" : style.dim(`seen to be gone ${target.verifiedAbsentAt}`)])),
    ...targets.flatMap((target) => requestIdLines(target)).map((line) => style.dim(line)),
    ...aligned(dependents.map(({ category, id, state, lookedAt }) => [state === "absent" ? style.green(vanished.has(id) ? "is gone" : "went along") : style.yellow(STATES[state]), visible(category), visible(id), lookedAt === undefined ? "" : style.dim(`looked at ${lookedAt}`)])),
    ...(targets.length === 0 ? [] : incomplete.map((each) => `  ${style.yellow("warning")}  ${WARNINGS[each.code] ?? each.code}${aboutWords(each)}`)),
    ...residuals.map(({ text, category, id }) => `  ${style.yellow("remains")}  ${category === undefined || id === undefined ? "" : `${visible(category)} ${visible(id)}: `}${visible(text, 400)}`),
  ];
}

/** What a verified deletion found: a person who was gone before was not deleted by it. */
export function verifiedWords({ targets }: DeletionResult): string {
  const before = targets.filter(({ outcome }) => outcome === "already_absent").length;
  if (before === 0) return "deleted, and seen to be gone";
  if (before === targets.length) return "nothing was there any more, and nothing was deleted";
  return `${targets.length - before} deleted and seen to be gone, ${before} not there any more`;
}

/** A deletion has not failed at what it did not come to. */
function outcomeWords({ outcome, untouched }: Target, style: Style): string {
  if (outcome === "deleted" || outcome === "already_absent") return style.green(OUTCOMES[outcome]);
  if (untouched === true) return style.yellow(outcome === "unknown" ? "not yet tried" : "not tried");
  return style.red(OUTCOMES[outcome]);
}

/** For the vendor's support, where a target is not gone. */
function requestIdLines({ id, outcome, vendorRequestIds = [] }: Target): string[] {
  if (outcome === "deleted" || outcome === "already_absent" || vendorRequestIds.length === 0) return [];
  return [`  the vendor's request ids for ${visible(id)}: ${vendorRequestIds.map((each) => visible(each, 80)).join(", ")}`];
}

const OUTCOMES = { deleted: "deleted", already_absent: "was not there", not_deleted: "not deleted", unknown: "not known yet" } as const;

const STATES = { present: "still readable", absent: "went along", unknown: "not looked at yet" } as const;

const WARNINGS: Readonly<Record<string, string>> = {
  OPT_OUT_FORGOTTEN: "the person declined messages, and that wish goes with the record: keep it where it is respected",
  LOOKUP_INCOMPLETE: "the vendor's list of this person's records was not complete",
  ANOTHER_ADDRESS: "this record, named by hand, is not of this address: make sure that it is the same person's",
  NOT_SEEN: "the vendor does not show this record, named by hand: make sure that its id is right, and that no hold stands on whom it is about",
  OPEN_CONVERSATION: "a conversation with the person is open",
  OPEN_TICKET: "a ticket of the person is open",
  RECENTLY_ACTIVE: "the person was active within the last days and may come back, which creates them anew",
  OTHER_PEOPLE_AFFECTED: "others take part in this record, or wrote in it: it is not the person's alone",
  GOES_ALONG: "this record is not deleted by a call of its own, but may go along with the person's own, and with it what others wrote in it",
  AUTHORS_NOT_SHOWN: "the vendor does not show this record whole: whether others wrote in what it does not show is not known, and it goes whole",
  RELATED_INCOMPLETE: "the vendor's list of what hangs on this person's records was not complete",
  CONTACT_NOT_SHOWN: "a conversation of the person hangs on this contact of the same address, which the vendor's search does not show: it is archived, or new",
  CHANGED_DURING_RUN: "the vendor's search shows this record, and by its id it is not there: it is looked at again after the deletion",
  TEXTS_NOT_SHOWN: "the vendor does not show this record whole: texts of the person that it does not show cannot be taken out, and may remain",
  SHARING_NOT_TOLD: "the vendor does not tell whether anybody else refers to these objects, too: look at them before they go",
  REPORTING_NOT_ERASED: "reporting data stays: only a related deletion (--erase related) erases it",
};
