import type { Command } from "commander";
import type { Act, Work } from "./act.js";
import { addContextFlags, addExtentFlags, extentsOf, intakeOf, type ContextFlags, type ExtentFlags } from "./context-flags.js";
import { withDsr } from "./open-dsr.js";
import { runRequest, type RunFlags } from "./run-request.js";
import { showResult } from "./show-result.js";

export function addAccessCommand(program: Command, act: Act): void {
  const command = program
    .command("access")
    .description("find everything that the vendor holds about a person, and write it into a package")
    .argument("<email>", "the person's address; - reads it from standard input")
    .option("--out <dir>", "the folder that the package goes into")
    .option("--encrypt-to <recipient>", "an age public key (age1…): the package is written for it alone, and never in the clear");
  addContextFlags(addExtentFlags(command)).action(act(access));
}

const access: Work<ContextFlags & ExtentFlags & RunFlags> = async (cli, flags, email = "") => {
  const { input } = await intakeOf(cli.io, email, flags);
  return withDsr(cli, async (opened) => {
    const { dsr } = opened;
    const extents = extentsOf(flags);
    return showResult(cli, await runRequest(cli, opened, flags, (options) => dsr.access(flags.connection, input, { ...options, ...(extents === undefined ? {} : { extents }) })));
  });
};
