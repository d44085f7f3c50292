import { type Command, InvalidArgumentError, Option } from "commander";
import { DsrError } from "../../core/errors.js";
import type { RequestResult } from "../../core/results.js";
import { ENDED_STATES, type PrivacyRequest, type RequestState } from "../../core/request.js";
import { systemClock } from "../clock/system-clock.js";
import type { Act, Work } from "./act.js";
import type { Subject } from "./cli.js";
import { remarkLanguage } from "./context-flags.js";
import { withDsr } from "./open-dsr.js";
import { resultJson } from "./result-json.js";
import { resultLines } from "./show-lines.js";
import { remarkGone, showResult } from "./show-result.js";
import type { Style } from "./style.js";
import { aligned, plural, visible } from "./visible-text.js";

interface ListFlags {
  readonly due?: number;
  readonly state?: RequestState;
  readonly ref?: string;
}

interface ShowFlags {
  readonly statement?: true;
  readonly lang?: string;
}

const STATES: readonly RequestState[] = ["running", "planned", "complete", "complete_with_gaps", "nothing_found", "verified", "awaiting_verification", "partial", "parked", "needs_attention", "refused", "cancelled"];

export function addRequestsCommands(program: Command, act: Act): void {
  const requests = program
    .command("requests")
    .description("the requests of this home")
    .option("--due <days>", "open ones that are due within this time, as in 7d", withinMs)
    .addOption(new Option("--state <state>", "only in this state").choices(STATES))
    .option("--ref <text>", "only with this reference")
    .action(act(list));
  requests.command("show").description("one request as its journal tells it").argument("<id>", "the request").option("--statement", "what may be told to the person, as plain text").option("--lang <code>", "the statement's language; the request's own when left out").action(act(show));
  program.command("cancel").description("stop a request before its next effect").argument("<id>", "the request").action(act(cancel));
}

const list: Work<ListFlags> = (cli, { due, state, ref }) =>
  withDsr(cli, async ({ dsr }) => {
    const found = await dsr.requests({ ...(state === undefined ? {} : { state }), ...(ref === undefined ? {} : { reference: ref }) });
    const shown = due === undefined ? found : dueWithin(found, systemClock.now() + due);
    if (cli.json) cli.printJson({ requests: shown.map(requestJson) });
    else cli.print(shown.length === 0 ? "No requests." : aligned(shown.map((each) => [each.id, each.type, visible(each.connection), each.state, each.context.dueAt === undefined ? "no due date" : `due ${each.context.dueAt.slice(0, 10)}`, each.context.reference === undefined ? "" : visible(each.context.reference)]), ""));
    return 0;
  });

const show: Work<ShowFlags> = (cli, { statement, lang }, id = "") =>
  withDsr(cli, async ({ dsr }) => {
    if (lang !== undefined && statement !== true) throw new DsrError("USAGE", { reason: "--lang is the statement's language: it goes with --statement" });
    if (statement === true) {
      const text = await dsr.statement(id, lang === undefined ? {} : { language: lang });
      if (lang !== undefined) await remarkLanguage(cli, lang);
      if (cli.json) cli.printJson({ statement: text });
      else cli.print(text.replace(/\n$/, ""));
      return 0;
    }
    const result = await dsr.result(id);
    remarkGone(cli, result);
    const { connection, ref } = result.request;
    const request = (await dsr.requests({ connection, ...(ref === null ? {} : { reference: ref }) })).find((each) => each.id === id);
    if (cli.json) cli.printJson({ ...resultJson(result, cli.subject), ...(request === undefined ? {} : { context: contextJson(request) }) });
    else cli.print([...resultLines(result, cli.style, cli.subject, "with reasons"), ...(request === undefined ? [] : contextLines(request, cli.style))]);
    // Showing worked, whatever is shown.
    return 0;
  });

const cancel: Work<object> = (cli, _, id = "") =>
  withDsr(cli, async ({ dsr }) => {
    const result = await dsr.cancel(id);
    showResult(cli, result);
    if (!ENDED_STATES.has(result.outcome)) cli.print(stopsLater(result, cli.subject));
    return 0;
  });

function stopsLater(result: RequestResult, { program = "dsr", again = "" }: Subject): string {
  const unknown = "targets" in result ? result.targets.filter(({ outcome, untouched }) => outcome === "unknown" && untouched !== true).length : 0;
  if (result.outcome === "running" || unknown === 0) return "  Another process works on it; it stops before its next effect.";
  return `  Nothing more is deleted. What became of ${plural(unknown, "record")} is not known yet: \`${program} resume ${result.request.id}${again}\` looks again, and ends it once that is known.`;
}

/** Open requests that are due by then, the most urgent first; overdue ones are among them. */
export function dueWithin(requests: readonly PrivacyRequest[], untilMs: number): readonly PrivacyRequest[] {
  const dueMs = ({ context }: PrivacyRequest): number => (context.dueAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(context.dueAt));
  return requests.filter((each) => !ENDED_STATES.has(each.state) && dueMs(each) <= untilMs).sort((a, b) => dueMs(a) - dueMs(b));
}

function requestJson({ id, type, connector, connection, vendorsOwn, state, openedAt, context }: PrivacyRequest): object {
  return { id, ref: context.reference ?? null, type, connector, connection, vendorsOwn, state, openedAt, ...contextJson({ context }) };
}

function contextJson({ context }: Pick<PrivacyRequest, "context">): object {
  const { receivedAt, law, dueAt = null, verified = null, operator = null } = context;
  return { receivedAt, law, dueAt, verified, operator };
}

/** What whoever answers for the request has to be able to say of it. */
function contextLines({ context }: PrivacyRequest, style: Style): string[] {
  const { receivedAt, law, dueAt, verified, operator } = context;
  const who = verified === undefined ? "nobody said how the person was identified" : `person identified by ${visible(verified.method)} at ${verified.at}`;
  return [style.dim(`  received ${receivedAt}, law ${law}, ${dueAt === undefined ? "no due date" : `due ${dueAt}`}; ${who}${operator === undefined ? "" : `; operator ${visible(operator)}`}`)];
}

function withinMs(text: string): number {
  const [, count, unit] = /^(\d{1,4})([dhw])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("It is a number with d, h or w.");
  return Number(count) * (unit === "h" ? 3_600_000 : unit === "w" ? 7 * 86_400_000 : 86_400_000);
}
