import { ERROR_TABLE } from "../../core/error-table.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import type { Chore } from "../../core/upkeep.js";
import type { Tended, UpkeepReport } from "../inversify/dsr.js";
import type { Subject } from "./cli.js";
import type { Style } from "./style.js";
import { aligned, visible } from "./visible-text.js";

/** What was done about requests after their end, one line each. */
export function upkeepLines({ tended, purged }: UpkeepReport): string[] {
  return [
    ...aligned(tended.map((each) => [each.request.id, each.request.type, visible(each.request.connection), wordsOf(each)]), ""),
    ...(purged ? [] : ["Another process is in the way of wiping what was made unreadable out of the home's files; the next time does it."]),
  ];
}

export function upkeepJson({ tended, purged }: UpkeepReport): object {
  return { tended: tended.map(({ request, done, failed }) => ({ request: { id: request.id }, done, failed: failed ?? null })), purged };
}

/** What a person who is back, or a failure, makes of the exit code; undefined where all went well. */
export function upkeepExit({ done, failed }: Tended): number | undefined {
  if (done.includes("reappeared")) return ERROR_TABLE.REAPPEARED.exit;
  return failed === undefined ? undefined : ERROR_TABLE[failed.code].exit;
}

const DONE: Readonly<Record<Tended["done"][number], string>> = {
  looked_again: "looked for the person again: nothing is back",
  looked_in_part: "looked for the person again: not seen, and the vendor's list was not complete",
  reappeared: "the person is there again [REAPPEARED]",
  look_missed: "gave up looking for the person again",
  package_deleted: "the package's time was over: it is removed",
  package_missing: "the package's time was over: it was not where it had been put",
  pages_dropped: "dropped pages that nobody went on with",
  key_destroyed: "made the address and the vendor's ids unreadable",
};

const FAILED: Readonly<Record<NonNullable<Tended["failed"]>["what"], string>> = {
  look: "could not look for the person again yet",
  package: "the package's time is over: it could not be removed",
  key: "could not make the address and the vendor's ids unreadable yet",
  journal: "nothing was done",
};

function wordsOf({ done, failed }: Tended): string {
  return [...done.map((each) => DONE[each]), ...(failed === undefined ? [] : [`${FAILED[failed.what]} [${failed.code}]`])].join("; ");
}

/** What is known since the end, and what is still to come by itself. */
export function afterwardsLines(result: RequestResult, style: Style, subject: Subject): string[] {
  return [...("laterLooks" in result ? laterLookLines(result, style) : []), ...toComeLines(result, style, subject), ...keyLines(result, style)];
}

function laterLookLines({ laterLooks }: DeletionResult, style: Style): string[] {
  return laterLooks.flatMap(({ at, outcome, besides, shown, gaps, code }) => [
    `  ${style.bold("looked again")}  ${at}: ${outcome === "missed" ? style.yellow(`given up [${code ?? ""}]`) : outcome === "back" ? style.red("there again") : `${shown.length > 0 ? "shown by the search alone, and not there" : outcome === "incomplete" ? "not seen" : "not there"}${besides === true ? ", apart from what was to stay" : ""}`}${gaps.length > 0 ? style.yellow("; the vendor's list was not complete") : ""}`,
    ...aligned(shown.map(({ id, kind, answer }) => [visible(kind), visible(id), answer === "absent" ? style.dim("not there when read by its id") : style.red("there again")]), "    "),
  ]);
}

const TO_COME: Readonly<Record<Chore["what"], string>> = {
  look: "the person is looked for again",
  package: "the package is removed",
  key: "the address and the vendor's ids are made unreadable",
};

function toComeLines({ toCome }: RequestResult, style: Style, { program = "dsr", again = "" }: Subject): string[] {
  return aligned(toCome.map(({ what, at }) => [`  ${style.bold("to come")}`, `from ${at}`, `${TO_COME[what]}${what === toCome[0]?.what ? style.dim(` (\`${program} resume --all${again}\`)`) : ""}`]), "");
}

function keyLines({ keyDestroyedAt }: RequestResult, style: Style): string[] {
  return keyDestroyedAt === null ? [] : [style.dim(`  the address and the vendor's ids are unreadable since ${keyDestroyedAt}; ids here are the evidence's pseudonyms`)];
}

/** What became of a package, where it is not simply there. */
export function packageStateLines(written: NonNullable<AccessResult["package"]>, nowMs: number, style: Style): string[] {
  if (written.state === "kept") return Date.parse(written.expiresAt) > nowMs ? [] : [`    ${style.yellow("expired")}  its time was over ${written.expiresAt}`];
  return [`    ${style.yellow("expired")}  ${STATES[written.state]} ${written.seenAt ?? ""}`];
}

const STATES = { deleted: "removed, and seen to be gone", not_found: "it was not where it had been put, seen", not_deleted: "it could not be removed and is still there, seen" } as const;
