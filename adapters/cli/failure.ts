import { ERROR_TABLE } from "../../core/error-table.js";
import { DsrError, isDsrError, type ErrorFacts } from "../../core/errors.js";
import type { Cli } from "./cli.js";
import type { CheckJson } from "./check-json.js";
import { visibleJson } from "../packages/visible-json.js";
import { hintFor } from "./hints.js";
import { visible } from "./visible-text.js";

/** A connection that was refused, with everything that was found about it. */
export class ConnectionRefused extends DsrError {
  readonly check: CheckJson;
  /** The same for people. */
  readonly lines: readonly string[];

  constructor(code: DsrError["code"], check: CheckJson, lines: readonly string[]) {
    super(code);
    this.check = check;
    this.lines = lines;
  }
}

/** Says on standard error what went wrong, and returns the exit code. */
export function reportFailure(cli: Cli, thrown: unknown): number {
  const error = isDsrError(thrown) ? thrown : new DsrError("INTERNAL");
  const { code } = error;
  const row = ERROR_TABLE[code];
  const message = messageOf(error, row.meaning);
  const refused = error instanceof ConnectionRefused ? error : undefined;
  const hint = refused === undefined ? hintFor(code, cli.subject, error.facts) : refusedHint(code, refused);
  const frames = cli.flags.verbose === true && code === "INTERNAL" ? framesOf(thrown) : [];
  if (cli.json) {
    // The error is the last line, whatever was told before.
    if (frames.length > 0) cli.remark([], { frames });
    cli.io.stderr.write(`${visibleJson({ error: { code, message, hint, docs: `dsr explain ${code}`, ...(refused === undefined ? {} : { check: refused.check }) } })}\n`);
    return row.exit;
  }
  const { bold, red, dim } = cli.errorStyle;
  // The terminal has shown ^C where the cursor stood.
  if (code === "INTERRUPTED" && cli.io.stderr.isTTY === true) cli.tell("");
  cli.tell([`${red(bold(code === "INTERRUPTED" ? "interrupted" : "error"))}  ${message} ${dim(`[${code}]`)}`]);
  if (refused !== undefined) cli.tell(refused.lines);
  if (code !== "USAGE" && code !== "INTERRUPTED") cli.tell(`${dim("done")}   ${doneOf(cli, code, refused)}`);
  if (code !== "INTERRUPTED" || cli.subject.requestId !== undefined) cli.tell(`${dim("next")}   ${hint}`);
  if (frames.length > 0) cli.tell(frames);
  return row.exit;
}

/** What to do about a refused connection; the permissions, the role and the subscription are mended in different places. */
function refusedHint(code: DsrError["code"], { check }: ConnectionRefused): string {
  const again = "and give the same command again.";
  if (code === "PLAN_RESTRICTED") return ERROR_TABLE.PLAN_RESTRICTED.remedy;
  if (code === "ROLE_INSUFFICIENT") return `Let someone with the role ${check.account.required} authorise at the vendor, ${again}`;
  return `Grant what is missing, authorise again, ${again}`;
}

function doneOf({ subject }: Cli, code: DsrError["code"], refused: ConnectionRefused | undefined): string {
  const row = ERROR_TABLE[code];
  // The table speaks of a request; where an account is connected there is none.
  const connecting = refused !== undefined || (subject.task === "connect" && row.exit !== 2);
  return subject.done ?? (connecting ? "Nothing was stored, and nothing was changed at the vendor." : row.done);
}

/** Which value, and why it was refused. */
export function placeOf({ at, reason }: { readonly [fact in "at" | "reason"]?: string | undefined }): string {
  return [at, reason].filter((part) => part !== undefined).map((part) => visible(part, 500)).join(": ");
}

/** What went wrong, in one line. */
export function messageOf({ code, facts }: DsrError, meaning: string): string {
  // What the last answer was has nothing to do with an interruption.
  const { at, reason, vendorStatus, vendorCode, vendorRequestId }: ErrorFacts = code === "INTERRUPTED" ? {} : facts;
  const place = placeOf({ at, reason });
  // That the command line is not understood says nothing that the reason does not.
  if (code === "USAGE" && place !== "") return sentence(place);
  const vendor = [vendorStatus === undefined ? "" : `status ${vendorStatus}`, vendorCode ?? "", vendorRequestId === undefined ? "" : `request id ${vendorRequestId}`].filter((part) => part !== "").map((part) => visible(part)).join(", ");
  return [meaning, place === "" ? "" : sentence(place), vendor === "" ? "" : `(${vendor})`].filter((part) => part !== "").join(" ");
}

function sentence(text: string): string {
  const opening = /^[a-z]+[ :]/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return /[.?]$/.test(opening) ? opening : `${opening}.`;
}

/** Where it happened. The message of a foreign error may quote an address or an answer, so it is left out. */
function framesOf(thrown: unknown): string[] {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  return stack.split("\n").filter((line) => /^\s+at /.test(line));
}
