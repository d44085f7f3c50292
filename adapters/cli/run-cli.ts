import { CommanderError } from "commander";
import { createAct } from "./act.js";
import { createCli, type Cli } from "./cli.js";
import type { CliIo } from "./cli-io.js";
import { reportFailure } from "./failure.js";
import { buildProgram } from "./program.js";

/** Runs one command line and returns its exit code. Touches nothing of the process but what `io` hands it. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0;
  // Until a command has begun, only the flags that shape an error are known.
  let cli: Cli = createCli(io, { color: !argv.includes("--no-color"), ...(argv.includes("--json") ? { json: true } : {}) });
  const act = createAct(
    (flags) => (cli = createCli(io, flags)),
    (code) => (exitCode = code),
  );
  const program = buildProgram(io, act, cli.json);
  try {
    if (argv.length === 0 || isHelpOnHelp(argv)) program.outputHelp();
    else await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    const typed = argv.find((word) => program.commands.some((command) => command.name() === word));
    if (typed !== undefined) cli.subject.command = typed;
    const shown = error instanceof CommanderError && error.exitCode === 0;
    return shown ? 0 : reportFailure(cli, error);
  }
}

/** The parser knows no command of that name; what there is to say of it is the list of commands. */
function isHelpOnHelp(argv: readonly string[]): boolean {
  return argv.filter((word) => !word.startsWith("-")).join(" ") === "help help";
}
