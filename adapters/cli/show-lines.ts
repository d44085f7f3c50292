import { ERROR_TABLE } from "../../core/error-table.js";
import type { RequestState } from "../../core/request.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import type { Subject } from "./cli.js";
import { hintFor } from "./hints.js";
import { notVendorsOwnLines } from "./show-check.js";
import { foldedCoverageLines, notCoveredLines } from "./show-coverage.js";
import { systemClock } from "../clock/system-clock.js";
import { planLines, targetLines, verifiedWords } from "./show-deletion.js";
import { afterwardsLines, packageStateLines } from "./show-upkeep.js";
import type { Style } from "./style.js";
import { aligned, plural, singular, visible } from "./visible-text.js";

/**
 * A result in words: the outcome, what was not looked at, what was found and done, what to do next. Why no request looks somewhere is told
 * where a request is shown again, and not each time anew.
 */
export function resultLines(result: RequestResult, style: Style, subject: Subject, coverage: "folded" | "with reasons" = "folded"): string[] {
  const { request } = result;
  const { program = "dsr", again = "" } = subject;
  return [
    `${style.bold(`${request.type} at ${visible(request.connection)}`)}: ${paintOutcome(result, style)}  ${style.dim(`request ${request.id}${request.ref === null ? "" : `, ref ${visible(request.ref)}`}`)}`,
    ...notVendorsOwnLines(request, style),
    ...(coverage === "folded" ? foldedCoverageLines(result.notCovered, style, `${program} requests show ${request.id}${again}`) : notCoveredLines(result.notCovered, style)),
    ...(result.dropped === 0 ? [] : [`  ${style.yellow("left out")}  ${plural(result.dropped, "record")} that the vendor returned, without the address that was asked for`]),
    ...(result.teammate ? [`  ${style.yellow("colleague")}  the person works for the account itself`] : []),
    ...("package" in result ? accessLines(result, style) : deletionLines(result, style, subject)),
    ...attentionLines(result, style, subject),
    ...afterwardsLines(result, style, subject),
    style.dim(`  ${plural(result.apiCalls, "call")} to the vendor`),
  ];
}

const WORDS: Readonly<Record<RequestState, readonly ["green" | "yellow" | "red", string]>> = {
  running: ["yellow", "not finished"],
  planned: ["green", "planned, nothing changed"],
  complete: ["green", "complete"],
  complete_with_gaps: ["yellow", "complete with gaps"],
  nothing_found: ["yellow", "nothing found"],
  verified: ["green", "deleted, and seen to be gone"],
  awaiting_verification: ["yellow", "deletion acknowledged, not yet seen to be gone"],
  partial: ["yellow", "partly done"],
  parked: ["yellow", "parked until later"],
  needs_attention: ["red", "needs attention"],
  refused: ["red", "refused"],
  cancelled: ["yellow", "cancelled"],
};

function paintOutcome(result: RequestResult, style: Style): string {
  const [colour, words] = WORDS[result.outcome];
  return style[colour](result.outcome === "verified" && "targets" in result ? verifiedWords(result) : words);
}

function accessLines(result: AccessResult, style: Style): string[] {
  const { counts, gaps, redactions, package: written } = result;
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    ...matchLines(result, style),
    ...(found.length === 0 ? [] : [`  ${style.bold("read")}  ${found.map(([category, count]) => `${count} ${count === 1 ? singular(visible(category)) : visible(category)}`).join(", ")}`]),
    ...gaps.map(({ category, code, id, have, of }) => `  ${style.red("gap")}  ${visible(category)}${id === undefined ? "" : ` ${visible(id)}`}: ${code}${have === undefined ? "" : `, ${have} of ${of ?? "more"}`}`),
    ...(redactions.length === 0 ? [] : [`  ${style.bold("withheld")}  ${redactions.map(({ rule, count }) => `${count} ${visible(rule)}`).join(", ")}`]),
    ...(written === null
      ? []
      : [`  ${style.bold("package")}  ${visible(written.path, 500)}`, ...aligned(packageRows(written), "    ").map((line) => style.dim(line)), ...packageStateLines(written, systemClock.now(), style)]),
  ];
}

/** The hash of a folder is that of its manifest, which holds the others. */
function packageRows({ sha256, zip, expiresAt }: NonNullable<AccessResult["package"]>): string[][] {
  const file = zip === undefined ? [] : [["as one file", visible(zip.path, 500)], ["its sha256", zip.sha256]];
  return [["sha256 of its manifest.json", sha256], ...file, ["keep until", expiresAt]];
}

function deletionLines(result: DeletionResult, style: Style, subject: Subject): string[] {
  const planned = result.targets.length === 0 || result.outcome === "planned";
  return [
    ...(result.plan === null || !planned ? matchLines(result, style) : [...looseLines(result, style), ...nearLines(result, style)]),
    ...(planned && result.plan !== null ? [...(result.targets.length === 0 ? [] : targetLines(result, style)), ...planLines(result, result.plan, style, subject)] : targetLines(result, style)),
  ];
}

function matchLines(result: RequestResult, style: Style): string[] {
  const { matches, searched } = result;
  const looked = [...new Set(searched.map(({ identifier, where, at }) => `${identifier} in ${where} at ${at}`))];
  return [
    ...(matches.length === 0 ? looked.map((each) => style.dim(`  searched by ${visible(each)}`)) : [`  ${style.bold("found")}  ${plural(matches.length, "record")}`]),
    ...aligned(matches.map(({ id, kind, matchedBy }) => [visible(kind), visible(id), style.dim(MATCHED_BY[matchedBy] ?? "")]), "    "),
    ...looseLines(result, style),
    ...nearLines(result, style),
  ];
}

/** What carries the address without belonging to one of the records above. */
function looseLines({ loose }: RequestResult, style: Style): string[] {
  const rows = loose.map(({ category, id, as, matchedBy }) => [visible(category), visible(id), style.dim(`its ${visible(as)} has the ${MATCHED_BY[matchedBy] ?? ""}`)]);
  return loose.length === 0 ? [] : [`  ${style.bold("also found")}  ${plural(loose.length, "record")} by the address alone`, ...aligned(rows, "    ")];
}

const MATCHED_BY: Readonly<Record<string, string>> = { exact: "same address", case_insensitive: "same address but for upper and lower case", chosen: "chosen by hand" };
const NEAR: Readonly<Record<string, string>> = { tag: "only a +tag differs", dots: "only dots differ", spelling: "only look-alike letters differ", merged: "a record of this address became part of it, and it has another address" };

function nearLines({ nearMatches }: RequestResult, style: Style): string[] {
  return nearMatches.map(({ id, why }) => `  ${style.yellow("near, not included")}  ${visible(id)}: ${NEAR[why] ?? why}`);
}

function attentionLines({ attention, request }: RequestResult, style: Style, subject: Subject): string[] {
  if (attention === undefined) return [];
  const { code, scope, resumeAt, holds = [] } = attention;
  const hint = hintFor(code, { ...subject, requestId: request.id, connection: request.connection, connector: request.connector });
  return [
    `  ${style.yellow("why")}   ${ERROR_TABLE[code].meaning} ${style.dim(`[${code}]`)}`,
    ...(scope === undefined ? [] : [`  ${style.yellow("what")}  ${visible(scope)}`]),
    ...holds.map(({ id, basis }) => `  ${style.yellow("hold")}  ${id}: ${visible(basis)}`),
    ...(resumeAt === undefined ? [] : [`  ${style.yellow("when")}  from ${resumeAt}`]),
    `  ${style.yellow("next")}  ${hint}`,
  ];
}
