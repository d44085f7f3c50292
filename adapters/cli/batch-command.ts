import { InvalidArgumentError, Option, type Command } from "commander";
import { resolve } from "node:path";
import type { BatchResult } from "../../core/batch-result.js";
import type { BatchChoices } from "../../core/batch.js";
import { ERROR_TABLE } from "../../core/error-table.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { RequestType } from "../../core/request.js";
import { systemClock } from "../clock/system-clock.js";
import type { BatchOptions, BatchProgress } from "../inversify/dsr.js";
import type { Act, Work } from "./act.js";
import { sourceOf } from "./batch-source.js";
import { checkSummaryPlace, summaryPath, writeSummary } from "./batch-summary.js";
import type { Cli } from "./cli.js";
import { addExtentFlags, extentsOf, type ExtentFlags } from "./context-flags.js";
import { folderNamed } from "./folder-flag.js";
import { homeFolder } from "./home-folder.js";
import { withDsr, type Opened } from "./open-dsr.js";
import { destinationOf } from "./run-request.js";
import { batchExit, batchJson, batchLines } from "./show-batch.js";
import { aligned, plural, visible } from "./visible-text.js";

interface BatchFlags extends ExtentFlags {
  readonly type?: RequestType;
  readonly connection?: string;
  readonly dryRun?: true;
  readonly plan?: string;
  readonly confirm?: string;
  readonly queue?: true;
  readonly erase?: "contacts" | "related";
  readonly out?: string;
  readonly encryptTo?: string;
  readonly wait?: number;
  readonly summary?: string;
}

export function addBatchCommand(program: Command, act: Act): void {
  const batch = program
    .command("batch")
    .description("many requests at once, from CSV with a line of headers: email, and ref, received, law, due, verified, operator, lang")
    .argument("[file]", "the file; - reads standard input")
    .addOption(new Option("--type <type>", "what is asked for: access is carried out, deletion is planned").choices(["access", "deletion"]))
    .option("--connection <name>", "which connection; the only one when left out")
    .option("--dry-run", "deletion: store a plan of the whole batch, and delete nothing")
    .option("--plan <id>", "carry out a batch's plan, and only that")
    .option("--confirm <code>", "the code that the plan printed")
    .option("--queue", "with --plan: take the confirmation, and leave the rest to `dsr worker`")
    .addOption(new Option("--erase <what>", "deletion: contacts alone, or also what is related to them and the person's alone").choices(["contacts", "related"]))
    .option("--out <dir>", "access: the folder that the packages go into", folderNamed)
    .option("--encrypt-to <recipient>", "access: an age public key (age1…), for which alone the packages are written")
    .option("--wait <minutes>", "how long to wait for a vendor that does not answer, and for other processes at the same requests (15 when left out)", minutes)
    .option("--summary <file>", "where the summary goes: one row for each line, without addresses (in the home folder when left out)");
  addExtentFlags(batch).action(act(run));
  batch.command("list").description("the batches of this home").action(act(list));
  batch.command("show").description("what became of a batch's lines").argument("<id>", "the batch").action(act(show));
}

const run: Work<BatchFlags> = async (cli, flags, file) => {
  refuseMixed(flags, file);
  if (flags.summary !== undefined) await checkSummaryPlace(resolve(flags.summary));
  const { plan, confirm = "", type = "access" } = flags;
  return withDsr(cli, async (opened) => {
    const { dsr } = opened;
    if (plan !== undefined) return told(cli, flags, await followed(cli, opened, flags, (options) => dsr.runBatch(plan, confirm, { ...options, ...(flags.queue === true ? { queue: true } : {}) })));
    const { readBatch } = await import("../intake/batch-file.js");
    const { inputHash, lines } = await readBatch(await sourceOf(cli.io, file ?? ""), systemClock.now(), cli.io.signal);
    const extents = extentsOf(flags);
    const choices: BatchChoices = { ...(flags.erase === "related" ? { erase: "related" } : {}), ...(extents === undefined ? {} : { extents }) };
    return told(cli, flags, await followed(cli, opened, flags, (options) => dsr.batch(flags.connection, { type, lines, choices, inputHash }, options)));
  });
};

/** Goes on with a batch; `dsr resume` calls it for an id that is a batch's. */
export async function resumeBatch(cli: Cli, opened: Opened, batchId: string, { out, summary, wait }: Pick<BatchFlags, "out" | "summary" | "wait">): Promise<number> {
  if (summary !== undefined) await checkSummaryPlace(resolve(summary));
  const flags: BatchFlags = { ...(out === undefined ? {} : { out }), ...(summary === undefined ? {} : { summary }), ...(wait === undefined ? {} : { wait }) };
  return told(cli, flags, await followed(cli, opened, flags, (options) => opened.dsr.resumeBatch(batchId, options)));
}

const list: Work<object> = (cli) =>
  withDsr(cli, async ({ dsr }) => {
    const batches = await dsr.batches();
    if (cli.json) cli.printJson({ batches: batches.map(({ id, type, connection, openedAt, confirmedAt, endedAt, plan }) => ({ id, type, connection, openedAt, plan: plan?.id ?? null, confirmedAt: confirmedAt ?? null, endedAt: endedAt ?? null })) });
    else cli.print(batches.length === 0 ? "No batches." : aligned(batches.map(({ id, type, connection, openedAt, endedAt, plan }) => [id, type, visible(connection), openedAt.slice(0, 16), endedAt !== undefined ? "finished" : plan === undefined ? "not finished" : `plan ${plan.id}`]), ""));
    return 0;
  });

const show: Work<object> = (cli, _, id = "") =>
  withDsr(cli, async ({ dsr }) => {
    await told(cli, {}, await dsr.batchResult(id));
    // Showing worked, whatever is shown.
    return 0;
  });

async function followed(cli: Cli, { dsr, settings, progress }: Opened, flags: BatchFlags, work: (options: BatchOptions) => Promise<BatchResult>): Promise<BatchResult> {
  if (cli.io.signal.aborted) throw new DsrError("INTERRUPTED");
  const sinceMs = systemClock.monotonicMs();
  let now: BatchProgress | undefined;
  let opened: string | undefined;
  if (flags.queue === true) cli.subject.task = "queue";
  try {
    return await work({
      signal: cli.io.signal,
      ...(flags.wait === undefined ? {} : { patienceMs: flags.wait * 60_000 }),
      ...(flags.out === undefined ? {} : { directory: resolve(flags.out) }),
      ...(flags.encryptTo === undefined ? {} : { recipient: flags.encryptTo }),
      defaults: destinationOf(settings),
      onOpened: (batchId) => {
        cli.subject.requestId = opened = batchId;
        // One that was not read to its end cannot be resumed by its id.
        if (flags.type !== undefined) cli.subject.task = "take_in";
        progress.start(() => Promise.resolve(now === undefined ? "taking the lines in" : progressOf(now, systemClock.monotonicMs() - sinceMs)));
      },
      onProgress: (progressed) => {
        if (flags.type !== undefined) delete cli.subject.task;
        now = progressed;
      },
    });
  } catch (error) {
    progress.stop();
    if (opened !== undefined && !isDsrError(error, "INTERRUPTED")) await toldSoFar(cli, flags, opened, () => dsr.batchResult(opened ?? ""));
    else if (opened !== undefined && now !== undefined && flags.summary !== undefined) await summarisedSoFar(cli, flags.summary, opened, (signal) => dsr.batchResult(opened ?? "", { signal }));
    throw error;
  } finally {
    progress.stop();
  }
}

/** Beside the error that ended it: what became of its lines, as far as the store can be read. */
async function toldSoFar(cli: Cli, { summary }: BatchFlags, batchId: string, read: () => Promise<BatchResult>): Promise<void> {
  try {
    const result = await read();
    const path = await summarised(cli, summary, result);
    cli.remark(batchLines(result, path, cli.errorStyle, cli.subject), batchJson(result, path));
  } catch {
    cli.remark(`batch ${batchId}`, { batch: { id: batchId } });
  }
}

/** Who interrupts does not want to wait until everything was read, but for the summary that was asked for by name, a while. */
async function summarisedSoFar(cli: Cli, summary: string, batchId: string, read: (signal: AbortSignal) => Promise<BatchResult>): Promise<void> {
  const { program = "dsr", again = "" } = cli.subject;
  try {
    const path = await summarised(cli, summary, await read(AbortSignal.timeout(SUMMARY_WAIT_MS)));
    if (path !== null) cli.remark(`summary  ${visible(path, 500)}, as far as the batch has come; \`${program} resume\` with --summary writes it there again`, { summary: path });
  } catch (error) {
    const why = isDsrError(error, "INTERRUPTED") ? "there was no time to read how all lines stand" : "how all lines stand could not be read";
    const message = `It was not written: ${why}. \`${program} batch show ${batchId}${again}\` writes it into the home folder.`;
    cli.remark(`summary  ${message}`, { summary: null, message });
  }
}

/** Within the time in which an interrupted process ends in any case. */
const SUMMARY_WAIT_MS = 3_000;

function progressOf({ done, of, waiting, held }: BatchProgress, ms: number): string {
  if (waiting) return `${done} of ${plural(of, "request")} · the vendor does not answer: waiting, and asking again`;
  if (held > 0) return `${done} of ${plural(of, "request")} · another process works on ${held}: waiting for it, and trying again`;
  if (done === 0) return `${plural(of, "request")} to do`;
  const perSecond = done / (ms / 1000);
  return `${done} of ${plural(of, "request")} · ${perSecond.toFixed(1)} a second · about ${Math.ceil((of - done) / perSecond)} s to go`;
}

async function told(cli: Cli, { summary }: BatchFlags, result: BatchResult): Promise<number> {
  const path = await summarised(cli, summary, result);
  if (cli.json) cli.printJson(batchJson(result, path));
  else cli.print(batchLines(result, path, cli.style, cli.subject));
  return batchExit(result) || (path === null ? ERROR_TABLE.STORAGE_FAILED.exit : 0);
}

/** Where the summary was written. What the batch did is told without it, too. */
async function summarised(cli: Cli, summary: string | undefined, result: BatchResult): Promise<string | null> {
  const path = summary === undefined ? summaryPath(homeFolder(cli), result) : resolve(summary);
  try {
    await writeSummary(path, result);
    return path;
  } catch (error) {
    if (!isDsrError(error, "STORAGE_FAILED")) throw error;
    const { program = "dsr", again = "" } = cli.subject;
    const message = `The summary was not written; what was done stays done. Free space or correct the permissions; \`${program} batch show ${result.batch.id}${again}\` then writes it into the home folder.`;
    cli.remark(`${cli.errorStyle.yellow("warning")}  ${message}`, { warning: { code: error.code, message } });
    return null;
  }
}

function refuseMixed({ queue, type, dryRun, plan, confirm, connection, erase, archived, out, encryptTo }: BatchFlags, file: string | undefined): void {
  const usage = (reason: string): never => {
    throw new DsrError("USAGE", { reason });
  };
  if (plan !== undefined || confirm !== undefined) {
    if (plan === undefined || confirm === undefined) usage("--plan and --confirm go together");
    if (file !== undefined || [type, dryRun, connection, erase, archived, out, encryptTo].some((flag) => flag !== undefined)) usage("a plan is carried out as it is: give --plan and --confirm alone");
    return;
  }
  if (queue === true) usage("--queue belongs to --plan and --confirm");
  if (file === undefined) usage("an argument is missing: FILE, or --plan and --confirm");
  if (type === undefined) usage("--type is missing: access or deletion");
  if (type === "deletion" && dryRun === undefined) usage("a batch of deletions is planned first: add --dry-run, and carry its plan out with --plan and --confirm");
  if (type === "deletion" && (out !== undefined || encryptTo !== undefined)) usage("--out and --encrypt-to belong to access");
  if (type === "access" && (dryRun !== undefined || erase !== undefined)) usage("--dry-run and --erase belong to deletion");
}

export function minutes(text: string): number {
  const value = /^\d{1,5}(?:\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  if (!(value <= 10_080)) throw new InvalidArgumentError("It is a number of minutes.");
  return value;
}
