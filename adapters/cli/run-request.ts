import { resolve } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { Destination } from "../../core/host-ports.js";
import type { RequestResult } from "../../core/results.js";
import { systemClock } from "../clock/system-clock.js";
import type { RunOptions } from "../inversify/dsr.js";
import type { Settings } from "../settings/read-settings.js";
import type { Cli } from "./cli.js";
import type { Opened } from "./open-dsr.js";
import { progressWords, startOf } from "./progress-words.js";

/** What is asked for by hand. Where nothing is, a request is finished as it was begun, and only one that was begun without follows the settings. */
export interface RunFlags {
  readonly wait?: true;
  readonly out?: string;
  readonly encryptTo?: string;
}

/** Runs a request with what every run needs: an end on Ctrl-C, progress, and its id for whoever has to go on later. */
export async function runRequest<T extends RequestResult>(cli: Cli, { dsr, settings, progress }: Opened, flags: RunFlags, run: (options: RunOptions) => Promise<T>): Promise<T> {
  if (cli.io.signal.aborted) throw new DsrError("INTERRUPTED");
  try {
    const result = await run({
      signal: cli.io.signal,
      waitForAllLooks: flags.wait === true,
      ...(flags.out === undefined ? {} : { directory: resolve(flags.out) }),
      ...(flags.encryptTo === undefined ? {} : { recipient: flags.encryptTo }),
      defaults: destinationOf(settings),
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

/** Where packages go, and whom they are sealed for, where nobody asks for either. */
export function destinationOf({ packagesDirectory: directory, packageRecipient: recipient }: Settings): Destination {
  return { ...(directory === undefined ? {} : { directory }), ...(recipient === undefined ? {} : { recipient }) };
}
