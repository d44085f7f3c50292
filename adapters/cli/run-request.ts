import { resolve } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { RequestResult } from "../../core/results.js";
import type { RunOptions } from "../inversify/dsr.js";
import type { Cli } from "./cli.js";
import type { Opened } from "./open-dsr.js";
import { plural } from "./visible-text.js";

export interface RunFlags {
  readonly wait?: true;
  readonly out?: string;
  readonly encryptTo?: string;
}

/** Runs a request with what every run needs: an end on Ctrl-C, progress, and its id for whoever has to go on later. */
export async function runRequest<T extends RequestResult>(cli: Cli, { dsr, settings, progress }: Opened, flags: RunFlags, run: (options: RunOptions) => Promise<T>): Promise<T> {
  if (cli.io.signal.aborted) throw new DsrError("INTERRUPTED");
  const directory = flags.out === undefined ? settings.packagesDirectory : resolve(flags.out);
  const recipient = flags.encryptTo ?? settings.packageRecipient;
  try {
    const result = await run({
      signal: cli.io.signal,
      waitForAllLooks: flags.wait === true,
      ...(directory === undefined ? {} : { directory }),
      ...(recipient === undefined ? {} : { recipient }),
      onOpened: (requestId) => {
        cli.subject.requestId = requestId;
        progress.start(async () => statusOf(await dsr.result(requestId)));
      },
    });
    cli.subject.connector = result.request.connector;
    cli.subject.connection = result.request.connection;
    return result;
  } finally {
    progress.stop();
  }
}

/** How far a running request has come, as its journal tells it. */
function statusOf(result: RequestResult): string {
  if ("package" in result) {
    const records = Object.values(result.counts).reduce((sum, count) => sum + count, 0);
    return records === 0 ? "looking the person up" : `${plural(records, "record")} read`;
  }
  const { targets, plan } = result;
  if (targets.length === 0) return plan === null ? "looking the person up" : "planning";
  const settled = targets.filter((target) => target.outcome === "deleted" || target.outcome === "already_absent").length;
  const sent = targets.filter((target) => target.outcome === "unknown" && target.untouched !== true).length;
  return `${settled} of ${targets.length} gone${sent === 0 ? "" : `, ${sent} being looked at`}`;
}
