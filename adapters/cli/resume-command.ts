import type { Command } from "commander";
import { resolve as resolvePath } from "node:path";
import { ERROR_TABLE } from "../../core/error-table.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { PrivacyRequest } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import type { Act, Work } from "./act.js";
import { minutes, resumeBatch } from "./batch-command.js";
import type { Cli, Subject } from "./cli.js";
import { exitOf, MIXED } from "./exit-codes.js";
import { messageOf, placeOf } from "./failure.js";
import { folderNamed } from "./folder-flag.js";
import { hintFor } from "./hints.js";
import { withDsr, type Opened } from "./open-dsr.js";
import { resultJson } from "./result-json.js";
import { runRequest, type RunFlags } from "./run-request.js";
import { showResult } from "./show-result.js";
import { upkeepExit, upkeepJson, upkeepLines } from "./show-upkeep.js";
import type { UpkeepReport } from "../inversify/dsr.js";
import { waitingRequests, type Waiting } from "../inversify/waiting-requests.js";
import { aligned, plural, visible } from "./visible-text.js";

type ResumeFlags = Omit<RunFlags, "wait"> & { readonly all?: true; readonly summary?: string; readonly wait?: true | number | string };

export function addResumeCommand(program: Command, act: Act): void {
  program
    .command("resume")
    .description("go on with a request where it stopped, or with every one that waits")
    .argument("[id]", "the request, or the batch")
    .option("--all", "every request that waits for no decision, and what is due after the end of others (for cron)")
    .option("--wait [minutes]", "stay until every look is done; of a batch, with minutes: how long to wait for a vendor that does not answer, and for other processes", minutesOrWord)
    .option("--out <dir>", "the folder that an access package goes into; with --all, of requests that name none", folderNamed)
    .option("--summary <file>", "of a batch: where its summary goes (in the home folder when left out)")
    .action(act(resume));
}

const resume: Work<ResumeFlags> = (cli, given, argument) => {
  const { wait: asked, summary, ...others } = given;
  // A word that follows the flag without being minutes is what is to be gone on with: the flag was meant as a switch.
  const [wait, id] = typeof asked === "string" && argument === undefined ? ([true, asked] as const) : [asked, argument];
  if (typeof wait === "string") throw new DsrError("USAGE", { at: "--wait", reason: "what follows it is no number of minutes" });
  if ((id === undefined) !== (given.all === true)) throw new DsrError("USAGE", { reason: "give a request's id or --all" });
  return withDsr(cli, async (opened) => {
    const isBatch = id !== undefined && (await opened.dsr.batches()).some((batch) => batch.id === id);
    if (summary !== undefined && !isBatch) throw new DsrError("USAGE", { at: "--summary", reason: "it belongs to a batch" });
    if (isBatch) {
      if (wait === true) throw new DsrError("USAGE", { at: "--wait", reason: "of a batch it says how many minutes, as in --wait 15" });
      return resumeBatch(cli, opened, id, { ...others, ...(summary === undefined ? {} : { summary }), ...(wait === undefined ? {} : { wait }) });
    }
    if (typeof wait === "number") throw new DsrError("USAGE", { at: "--wait", reason: "minutes are said of a batch alone; without them it stays until every look is done" });
    const runFlags: RunFlags = { ...others, ...(wait === undefined ? {} : { wait }) };
    if (id === undefined) return resumeAll(cli, opened, runFlags);
    return showResult(cli, await runRequest(cli, opened, runFlags, (options) => opened.dsr.resume(id, options)));
  });
};

/** An id has more digits than any number of minutes that is accepted, or a letter. */
function minutesOrWord(text: string): number | string {
  return /^[\d.]{0,8}$/.test(text) ? minutes(text) : text;
}

interface Resumed {
  readonly request: PrivacyRequest;
  readonly exit: number;
  readonly result?: RequestResult;
  readonly error?: DsrError;
}

/** One after the other, so that one slow request cannot starve the rate of the others. */
async function resumeAll(cli: Cli, { settings, ...others }: Opened, { out, ...flags }: RunFlags): Promise<number> {
  // What holds for all of them is no word on one that was begun with a folder of its own.
  const opened: Opened = { ...others, settings: { ...settings, ...(out === undefined ? {} : { packagesDirectory: resolvePath(out) }) } };
  const done: Resumed[] = [];
  const waiting = await waitingRequests(opened.dsr);
  const resting = waiting.filter(({ goesOn }) => !goesOn);
  const going = waiting.filter(({ goesOn }) => goesOn);
  const work = async (): Promise<UpkeepReport> => {
    for (const [index, { request }] of going.entries()) {
      if (going.length > 1) opened.progress.about(`request ${index + 1} of ${going.length}: `);
      done.push(await resumeOne(cli, opened, flags, request));
    }
    opened.progress.about("");
    opened.progress.start(() => Promise.resolve("doing what is due after requests have ended"));
    return opened.dsr.upkeep({ signal: cli.io.signal });
  };
  const upkeep = await work()
    .finally(() => opened.progress.stop())
    .catch((error: unknown) => {
      // What ends this command does not undo what it did before.
      if (done.length > 0) cli.remark(resumedLines(done), { resumed: done.map((each) => resumedJson(each, cli.subject)) });
      throw error;
    });
  if (cli.json) {
    cli.printJson({ resumed: done.map((each) => resumedJson(each, cli.subject)), waiting: resting.map((each) => waitingJson(each, cli.subject)), upkeep: upkeepJson(upkeep) });
  } else {
    if (done.length > 0) cli.print(resumedLines(done));
    else if (upkeep.tended.length === 0) cli.print(resting.length > 0 ? "Nothing goes on by itself." : "Nothing waits.");
    if (upkeep.tended.length > 0 || !upkeep.purged) cli.print(upkeepLines(upkeep));
    if (resting.length > 0) cli.print(waitingLines(resting, cli.subject));
  }
  // What went as it should after the end is no result of its own.
  const exits = new Set([...done.map(({ exit }) => exit), ...upkeep.tended.flatMap((each) => upkeepExit(each) ?? [])]);
  return exits.size > 1 ? MIXED : ([...exits][0] ?? 0);
}

async function resumeOne(cli: Cli, opened: Opened, flags: RunFlags, request: PrivacyRequest): Promise<Resumed> {
  try {
    const result = await runRequest(cli, opened, flags, (options) => opened.dsr.resume(request.id, options));
    return { request, result, exit: exitOf(result) };
  } catch (error) {
    // An interruption is for all of them; anything else is this request's own. Where the home itself is broken, what is due afterwards tells.
    if (!isDsrError(error) || error.code === "INTERRUPTED") throw error;
    return { request, error, exit: ERROR_TABLE[error.code].exit };
  }
}

function resumedLines(done: readonly Resumed[]): string[] {
  const failed = done.filter(({ error }) => error !== undefined).length;
  return [
    ...aligned(done.map(({ request, result, error }) => [request.id, request.type, visible(request.connection), result?.outcome ?? error?.code ?? "", result?.attention?.code ?? placeOf(error?.facts ?? {})]), ""),
    `${plural(done.length - failed, "request")} resumed${failed === 0 ? "" : `, ${failed} could not be`}.`,
  ];
}

function resumedJson({ request, result, error = new DsrError("INTERNAL") }: Resumed, subject: Subject): object {
  return result === undefined ? { request: { id: request.id }, error: { code: error.code, message: messageOf(error, ERROR_TABLE[error.code].meaning) } } : resultJson(result, subject);
}

/** What the program does not go on with: its connection has to be mended, or somebody has to confirm, choose, or look. */
function waitingLines(waiting: readonly Waiting[], subject: Subject): string[] {
  const stuck = waiting.filter(({ lacks }) => lacks !== undefined);
  const deciding = waiting.filter(({ lacks }) => lacks === undefined);
  const hints = new Set(stuck.map((each) => `  next   ${hintOf(each, subject) ?? ""}`));
  return [
    ...(stuck.length === 0 ? [] : [`${plural(stuck.length, "request waits", "requests wait")} for a connection to be mended:`, ...rows(stuck), ...hints]),
    ...(deciding.length === 0 ? [] : [`${plural(deciding.length, "request waits", "requests wait")} for a decision:`, ...rows(deciding)]),
  ];
}

function rows(waiting: readonly Waiting[]): string[] {
  return aligned(waiting.map(({ request, attention, lacks }) => [request.id, request.type, visible(request.connection), request.state, lacks ?? attention?.code ?? "", visible(lacks === undefined ? "" : (attention?.scope ?? ""))]));
}

function waitingJson(waiting: Waiting, subject: Subject): object {
  const { request, attention, lacks } = waiting;
  return { request: { id: request.id }, outcome: request.state, code: lacks ?? attention?.code ?? null, hint: hintOf(waiting, subject) ?? null };
}

function hintOf({ request: { id, connection, connector }, attention, lacks }: Waiting, subject: Subject): string | undefined {
  if (lacks !== undefined) return hintFor(lacks, { ...subject, connection, connector, task: "resume_all" });
  return attention === undefined ? undefined : hintFor(attention.code, { ...subject, requestId: id, connection, connector });
}
