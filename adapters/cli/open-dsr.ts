import type { CallRecord } from "../http/seam.js";
import { DsrError } from "../../core/errors.js";
import type { Observer } from "../observability/observer.js";
import type { StoreLoss } from "../limits/local-share.js";
import type { LocalDsr } from "../inversify/local-dsr.js";
import type { Settings } from "../settings/read-settings.js";
import type { Cli } from "./cli.js";
import { readConfiguration } from "./configuration.js";
import { databaseUrl, homeFolder } from "./home-folder.js";
import { createProgress, type Progress } from "./progress.js";
import { visible } from "./visible-text.js";

/** The framework over this home, for as long as one command takes. */
export interface Opened {
  readonly dsr: LocalDsr;
  readonly settings: Settings;
  readonly progress: Progress;
}

/**
 * Opens the home folder with its settings, and closes it whatever happens. The framework is loaded here, so that `--version` and `help`
 * do without.
 */
export async function withDsr<T>(cli: Cli, use: (opened: Opened) => Promise<T>): Promise<T> {
  const { openLocalDsr } = await import("../inversify/local-dsr.js");
  const { settings, connectors } = await readConfiguration(cli);
  const progress = createProgress(cli);
  const toldOfStore = new Set<StoreLoss>();
  const dsr = await openLocalDsr({
    home: homeFolder(cli),
    connectors,
    key: cli.io.env["DSR_KEY"],
    databaseUrl: databaseUrl(cli),
    timings: settings.timings,
    rate: settings.rate,
    packageRetentionMs: settings.packageRetentionMs,
    settings: settings.content,
    ...(settings.attachmentMaxBytes === undefined ? {} : { downloadLimits: { maxBytes: settings.attachmentMaxBytes } }),
    signal: cli.io.signal,
    observers: await logTo(cli.io.env["DSR_LOG"], cli.flags.verbose === true),
    onWait: (wait) => progress.waiting(wait),
    onStoreLost: (how) => {
      if (toldOfStore.has(how)) return;
      toldOfStore.add(how);
      progress.clear();
      cli.remark(`${cli.errorStyle.yellow("warning")}  ${STORE_LOST[how]}`, { warning: { code: "LIMIT_NOT_SHARED", message: STORE_LOST[how] } });
    },
    onDatabaseAway: () => {
      progress.clear();
      cli.remark(`${cli.errorStyle.yellow("warning")}  ${DATABASE_AWAY}`, { warning: { code: "DATABASE_AWAY", message: DATABASE_AWAY } });
    },
    onCall: (call) => {
      progress.called();
      if (cli.flags.verbose !== true) return;
      progress.clear();
      cli.remark(callLine(call), { call: callJson(call) });
    },
  });
  try {
    return await use({ dsr, settings, progress });
  } finally {
    progress.stop();
    await dsr.close();
  }
}

/** Structured logs, appended to a file for its owner alone, one JSON object on a line. @throws DsrError `STORAGE_FAILED` */
async function logTo(file: string | undefined, everyCall: boolean): Promise<readonly Observer[]> {
  if (file === undefined || file === "") return [];
  const [{ pino }, { createEventLog }] = await Promise.all([import("pino"), import("../observability/event-log.js")]);
  try {
    return [createEventLog(pino({ level: everyCall ? "debug" : "info", base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: file, append: true, mode: 0o600, sync: true })))];
  } catch {
    throw new DsrError("STORAGE_FAILED", { at: "DSR_LOG", reason: "the file of the logs cannot be written" });
  }
}

const DATABASE_AWAY = "The database's server cannot be reached, or is starting or stopping. It is waited for, for ten seconds at most.";
const STORE_LOST: Readonly<Record<StoreLoss, string>> = {
  gone: "The database in which processes share the rate limit does not run. Until it does, each process keeps to at most a tenth of the limit.",
  shut_out:
    "The record in which processes share the rate limit (limits.db in the home folder, or the database) cannot be used by this process, and others may be using it. Until it can, nothing is sent; who has waited for a minute ends with STORAGE_FAILED. Where limits.db stays damaged, end what works on this home and remove that file: it is made anew.",
};

function callLine({ operation, attempt, status, durationMs, vendorRequestId }: CallRecord): string {
  return `${operation}  ${status ?? "no answer"}  ${Math.round(durationMs)} ms${attempt > 1 ? `  attempt ${attempt}` : ""}${vendorRequestId === undefined ? "" : `  ${visible(vendorRequestId, 80)}`}`;
}

function callJson({ operation, attempt, status, durationMs, vendorRequestId }: CallRecord): object {
  return { operation, attempt, status: status ?? null, durationMs: Math.round(durationMs), vendorRequestId: vendorRequestId ?? null };
}
