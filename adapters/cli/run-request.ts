import { resolve } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { RequestResult } from "../../core/results.js";
import { systemClock } from "../clock/system-clock.js";
import type { RunOptions } from "../inversify/dsr.js";
import type { Cli } from "./cli.js";
import type { Opened } from "./open-dsr.js";
import { progressWords, startOf } from "./progress-words.js";

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
        const atMs = systemClock.monotonicMs();
        const start = dsr.result(requestId).then((result) => startOf(result, atMs), () => startOf(undefined, atMs));
        progress.start(async () => progressWords(await dsr.result(requestId), await start, systemClock));
      },
    });
    cli.subject.connector = result.request.connector;
    cli.subject.connection = result.request.connection;
    return result;
  } finally {
    progress.stop();
  }
}
