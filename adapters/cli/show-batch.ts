import { ERROR_TABLE } from "../../core/error-table.js";
import type { BatchResult, BatchRow, LineVerdict } from "../../core/batch-result.js";
import type { Subject } from "./cli.js";
import { MIXED } from "./exit-codes.js";
import { hintFor } from "./hints.js";
import { notVendorsOwnLines } from "./show-check.js";
import { foldedCoverageLines } from "./show-coverage.js";
import type { Style } from "./style.js";
import { aligned, plural, visible } from "./visible-text.js";

const WORDS: Readonly<Record<BatchResult["outcome"], readonly ["green" | "yellow" | "red", string]>> = {
  planned: ["green", "planned, nothing changed"],
  finished: ["green", "finished"],
  queued: ["green", "confirmed, and left to workers"],
  waiting: ["yellow", "not finished"],
  stopped: ["red", "stopped"],
};

/** What each verdict means to whoever has to act on it. */
const VERDICTS: Readonly<Record<LineVerdict, string>> = {
  delete: "would be deleted",
  nothing: "nothing to delete",
  choose: "several people: a human chooses",
  held: "under a legal hold",
  teammate: "works for the account: a human chooses",
  invalid: "no valid request",
  done: "done",
  waiting: "waiting",
  attention: "a human has to look",
  not_begun: "not begun",
};

/** Lines that are told by themselves; the summary has all of them. */
const TOLD = 20;
const NEEDS_SOMEBODY: ReadonlySet<LineVerdict> = new Set(["choose", "held", "teammate", "invalid", "attention"]);

/** A batch in words: the totals, what somebody has to do, what to type next. */
export function batchLines(result: BatchResult, summary: string | null, style: Style, subject: Subject): string[] {
  const { batch, outcome, totals, plan, stopped, apiCalls, rows } = result;
  const { program = "dsr", again = "" } = subject;
  const [colour, words] = WORDS[outcome];
  const confirmed = totals.verdicts.done > 0;
  const soFar = plan === null && (outcome === "waiting" || outcome === "stopped") ? " so far" : "";
  const dropped = rows.filter((row) => row.dropped > 0).length;
  const needing = rows.filter(({ verdict }) => NEEDS_SOMEBODY.has(verdict));
  return [
    `${style.bold(`batch ${batch.type} at ${visible(batch.connection)}`)}: ${style[colour](words)}  ${style.dim(`batch ${batch.id}`)}`,
    ...notVendorsOwnLines(batch, style),
    ...foldedCoverageLines(result.notCovered, style, `${program} requests show ${rows.find(({ outcome: of }) => of !== null)?.requestId ?? ""}${again}`),
    `  ${plural(totals.lines, "line")}, ${plural(totals.people, "person", "people")}${batch.type === "deletion" ? `, ${plural(totals.records, "record")} to delete${soFar}` : ""}`,
    ...aligned(countRows(result), "    "),
    ...(dropped === 0 ? [] : [`  ${style.yellow("left out")}  records that the vendor returned when it was asked about ${plural(dropped, "line")}, without an address that was asked for`]),
    ...aligned(needing.slice(0, TOLD).map((row) => [`line ${row.line}`, visible(row.reference ?? ""), style.yellow(VERDICTS[row.verdict]), reasonOf(row)])),
    ...(needing.length > TOLD ? [`  and ${needing.length - TOLD} more: see the summary`] : []),
    ...(stopped === undefined ? [] : [`  ${style.red("why")}   ${ERROR_TABLE[stopped.code].meaning} ${style.dim(`[${stopped.code}]`)}`, `  ${style.yellow("next")}  ${hintFor(stopped.code, { ...subject, requestId: batch.id, connection: batch.connection })}`]),
    ...(stopped === undefined && outcome === "waiting" ? [`  ${style.yellow("next")}  ${batch.takenIn ? `\`${program} resume ${batch.id}${again}\` goes on where it stopped` : "only a part of the input was read: give the same command with the same file again, and it goes on where it stopped"}`] : []),
    ...(outcome === "queued" ? [`  ${style.yellow("next")}  \`${program} worker${again}\` carries it out, and \`${program} batch show ${batch.id}${again}\` tells how it goes`] : []),
    ...(plan === null || confirmed || outcome !== "planned" ? [] : [`  to carry it out, before ${plan.expiresAt}:`, `    ${style.bold(`${program} batch --plan ${plan.id} --confirm ${plan.confirm}${again}`)}`]),
    `  ${style.bold("summary")}  ${summary === null ? "not written" : visible(summary, 500)}`,
    style.dim(`  ${plural(apiCalls, "call")} to the vendor`),
  ];
}

function countRows({ batch, totals, rows }: BatchResult): string[][] {
  const verdicts = (Object.entries(totals.verdicts) as [LineVerdict, number][]).filter(([verdict, count]) => count > 0 && verdict !== "done").map(([verdict, count]) => [`${count}`, batch.type === "access" && verdict === "nothing" ? "nothing found" : `${VERDICTS[verdict]}${verdict === "waiting" ? reasonsOf(rows) : ""}`]);
  const done = rows.filter(({ verdict }) => verdict === "done").map(({ outcome }) => outcome);
  const ended = [...new Set(done)].map((outcome) => [`${done.filter((each) => each === outcome).length}`, (outcome ?? "").replaceAll("_", " ")]);
  return [...ended, ...verdicts];
}

/** Why lines wait, with how many for each reason. */
function reasonsOf(rows: readonly BatchRow[]): string {
  const codes = rows.flatMap(({ verdict, code }) => (verdict === "waiting" && code !== null ? [code] : []));
  const counted = [...new Set(codes)].map((code) => `${codes.filter((each) => each === code).length} ${code}`);
  return counted.length === 0 ? "" : ` (${counted.join(", ")})`;
}

function reasonOf({ code, at, reason }: BatchRow): string {
  return [code ?? "", at === null ? "" : `${at}:`, reason ?? ""].filter((part) => part !== "").map((part) => visible(part, 200)).join(" ");
}

/** The same for scripts. */
export function batchJson(result: BatchResult, summary: string | null): object {
  const { batch, outcome, stopped, notCovered, plan, totals, rows, apiCalls } = result;
  return {
    batch,
    outcome,
    stopped: stopped === undefined ? null : { code: stopped.code, meaning: ERROR_TABLE[stopped.code].meaning },
    notCovered,
    plan,
    totals,
    rows: rows.map(({ reference, requestId, alreadyAbsent, notDeleted, ...row }) => ({ ...row, ref: reference, request: requestId, already_absent: alreadyAbsent, not_deleted: notDeleted })),
    summary,
    apiCalls,
  };
}

/**
 * Well where every line is well. A vendor that stays away or answers nothing that can be read, a broken connection and mixed outcomes are told apart; what
 * waits is told before these last, since it goes on only when somebody resumes it.
 */
export function batchExit({ outcome, stopped, totals }: BatchResult): number {
  if (stopped !== undefined) return stopped.code === "VENDOR_MALFORMED" ? 8 : ERROR_TABLE[stopped.code].exit;
  if (outcome === "waiting") return 8;
  const { verdicts, outcomes, lines } = totals;
  const amiss = verdicts.choose + verdicts.held + verdicts.teammate + verdicts.invalid + verdicts.attention + (outcomes.complete_with_gaps ?? 0) + (outcomes.partial ?? 0) + (outcomes.cancelled ?? 0);
  if (amiss > 0) return MIXED;
  return lines > 0 && verdicts.nothing === lines ? 6 : 0;
}
