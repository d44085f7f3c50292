import type { Command } from "commander";
import { dirname, resolve } from "node:path";
import type { AccessResult } from "../../core/results.js";
import type { Act, Work } from "./act.js";
import type { Cli } from "./cli.js";
import { addContextFlags, addExtentFlags, extentsOf, intakeOf, type ContextFlags, type ExtentFlags } from "./context-flags.js";
import { folderNamed } from "./folder-flag.js";
import { withDsr } from "./open-dsr.js";
import { runRequest, type RunFlags } from "./run-request.js";
import { showResult } from "./show-result.js";

export function addAccessCommand(program: Command, act: Act): void {
  const command = program
    .command("access")
    .description("find everything that the vendor holds about a person, and write it into a package")
    .argument("<email>", "the person's address; - reads it from standard input")
    .option("--out <dir>", "the folder that the package goes into", folderNamed)
    .option("--encrypt-to <recipient>", "an age public key (age1…): the package is written for it alone, and never in the clear");
  addContextFlags(addExtentFlags(command)).action(act(access));
}

const access: Work<ContextFlags & ExtentFlags & RunFlags> = async (cli, flags, email = "") => {
  const { input } = await intakeOf(cli, email, flags);
  return withDsr(cli, async (opened) => {
    const { dsr } = opened;
    const extents = extentsOf(flags);
    const result = await runRequest(cli, opened, flags, (options) => dsr.access(flags.connection, input, { ...options, ...(extents === undefined ? {} : { extents }) }));
    remarkElsewhere(cli, result, flags.out);
    return showResult(cli, result);
  });
};

/** A request that has ended is answered as it stands, and its package lies where it was first written. */
function remarkElsewhere(cli: Cli, { package: written }: AccessResult, out: string | undefined): void {
  if (out === undefined || written === null || dirname(written.path) === resolve(out)) return;
  cli.remark(`${cli.errorStyle.yellow("warning")}  ${ELSEWHERE}`, { warning: { code: "WRITTEN_BEFORE", message: ELSEWHERE } });
}

const ELSEWHERE = "this request had ended before: its package lies where it was written then, and none was written into the folder of --out";
