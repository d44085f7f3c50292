import { type Command, CommanderError } from "commander";
import { DsrError } from "../../core/errors.js";
import { createAct } from "./act.js";
import { createCli, type Cli } from "./cli.js";
import type { CliIo } from "./cli-io.js";
import { reportFailure } from "./failure.js";
import { pathOf } from "./help-command.js";
import { buildProgram } from "./program.js";
import { usageError } from "./usage-error.js";

/** Runs one command line and returns its exit code. Touches nothing of the process but what `io` hands it. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0;
  // Until a command has begun, only the flags that shape an error are known.
  let cli = cliOf(argv, io);
  const act = createAct(
    (flags) => (cli = createCli(io, flags)),
    (code) => (exitCode = code),
  );
  const program = buildProgram(io, act, cli.json);
  try {
    if (argv.length === 0) program.outputHelp();
    else await Promise.race([program.parseAsync([...argv], { from: "user" }), cutShort(io)]);
    return exitCode;
  } catch (error) {
    const typed = commandIn(program, argv);
    // Whoever asked for help is not sent to the help on help.
    const about = typed.name() === "help" ? (typed.parent ?? program) : typed;
    if (about !== program) cli.subject.command = pathOf(about);
    if (!(error instanceof CommanderError)) return reportFailure(cli, error);
    return error.exitCode === 0 ? 0 : reportFailure(cli, usageError(error, typed));
  }
}

async function cutShort({ cutShort: signal }: CliIo): Promise<never> {
  await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
  throw new DsrError("INTERRUPTED");
}

/** Says that what a command printed reached nobody, and returns the exit code: an ending that was not well keeps its own. */
export function reportLostOutput(argv: readonly string[], io: CliIo, exitCode: number): number {
  const cli = cliOf(argv, io);
  Object.assign(cli.subject, { task: "output", done: "The command was carried out; only what it printed is lost." });
  const failed = reportFailure(cli, new DsrError("STORAGE_FAILED", { at: "standard output", reason: "it cannot be written" }));
  return exitCode === 0 ? failed : exitCode;
}

function cliOf(argv: readonly string[], io: CliIo): Cli {
  return createCli(io, { color: !argv.includes("--no-color"), ...(argv.includes("--json") ? { json: true } : {}) });
}

/** The command that the words lead to, as far as they do. */
function commandIn(program: Command, argv: readonly string[]): Command {
  return argv.reduce((found, word) => found.commands.find((each) => each.name() === word) ?? found, program);
}
