import type { Command } from "commander";
import type { Cli, GlobalFlags } from "./cli.js";

/** What a command does: given its flags and arguments, it returns the exit code. */
export type Work<Options> = (cli: Cli, options: Options, ...args: readonly (string | undefined)[]) => Promise<number>;

/** Makes a commander action of it. */
export type Act = <Options>(work: Work<Options>) => (...raw: unknown[]) => Promise<void>;

/** Commander hands an action its arguments, then its options, then the command. */
export function createAct(begin: (flags: GlobalFlags) => Cli, ended: (exitCode: number) => void): Act {
  return <Options>(work: Work<Options>) =>
    async (...raw: unknown[]) => {
      const command = raw.at(-1) as Command;
      const cli = begin(command.optsWithGlobals<GlobalFlags>());
      ended(await work(cli, command.opts() as Options, ...(command.processedArgs as (string | undefined)[])));
    };
}
