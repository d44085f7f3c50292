import { InvalidArgumentError, type Command } from "commander";
import { resolve } from "node:path";
import { ERROR_TABLE } from "../../core/error-table.js";
import { isDsrError } from "../../core/errors.js";
import { systemClock } from "../clock/system-clock.js";
import type { Resumed } from "../inversify/dsr.js";
import type { Act, Work } from "./act.js";
import type { Cli } from "./cli.js";
import { folderNamed } from "./folder-flag.js";
import { withDsr, type Opened } from "./open-dsr.js";
import { destinationOf } from "./run-request.js";
import { upkeepJson, upkeepLines } from "./show-upkeep.js";
import { visible } from "./visible-text.js";

interface WorkerFlags {
  readonly atOnce?: number;
  readonly out?: string;
}

const MOST_AT_ONCE = 64;

export function addWorkerCommand(program: Command, act: Act): void {
  program
    .command("worker")
    .description("go on with every request that goes on by itself, and do what is due after the end of others, until it is told to stop")
    .option("--at-once <n>", "how many requests at the same time; 16 when left out", atOnce)
    .option("--out <dir>", "the folder that access packages go into whose request names none", folderNamed)
    .action(act(work));
}

const work: Work<WorkerFlags> = async (cli, flags) => {
  let [worked, failed] = [0, 0];
  const begin = async ({ dsr, settings }: Opened): Promise<void> => {
    const { runWorker } = await import("../worker/run-worker.js");
    const shared = await dsr.nudges();
    try {
      if (!cli.json) cli.tell("working; Ctrl-C or SIGTERM ends it");
      await runWorker({
        dsr,
        nudges: shared,
        clock: systemClock,
        signal: cli.io.signal,
        ...(flags.atOnce === undefined ? {} : { atOnce: flags.atOnce }),
        ...destinationOf(settings),
        ...(flags.out === undefined ? {} : { directory: resolve(flags.out) }),
        onWorked: (each) => {
          worked += 1;
          if ("code" in each) failed += 1;
          tell(cli, each);
        },
        onUpkeep: (report) => {
          if (report.tended.length === 0) return;
          if (cli.json) cli.remark([], { upkeep: upkeepJson(report) });
          else cli.print(upkeepLines(report));
        },
        onTrouble: (code) => cli.remark(`${ERROR_TABLE[code].meaning} Trying again. ${cli.errorStyle.dim(`[${code}]`)}`, { trouble: { code } }),
      });
    } finally {
      await shared.close();
    }
  };
  await withDsr(cli, begin).catch((error: unknown) => {
    // It may be told so while it waits for the database, too.
    if (!isDsrError(error, "INTERRUPTED")) throw error;
  });
  if (cli.json) cli.printJson({ worked, failed });
  // Told to stop, it has stopped: all that was under way can be gone on with.
  return 0;
};

function tell(cli: Cli, worked: Resumed): void {
  if ("code" in worked) return cli.remark(`${worked.requestId}  ${worked.code}`, { worked: { request: { id: worked.requestId }, code: worked.code } });
  const { request, outcome } = worked.result;
  if (cli.json) cli.remark("", { worked: { request: { id: request.id }, outcome } });
  else cli.print([`${request.id}  ${request.type}  ${visible(request.connection)}  ${outcome}`]);
}

function atOnce(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= MOST_AT_ONCE)) throw new InvalidArgumentError(`It is a number from 1 to ${MOST_AT_ONCE}.`);
  return value;
}
