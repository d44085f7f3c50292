import { Command, Option } from "commander";
import { addAccessCommand } from "./access-command.js";
import type { Act } from "./act.js";
import type { CliIo } from "./cli-io.js";
import { addBatchCommand } from "./batch-command.js";
import { addCompletionCommand } from "./completion-command.js";
import { addConnectCommands } from "./connect-commands.js";
import { addConnectionCommands } from "./connection-commands.js";
import { addConnectorsCommand } from "./connectors-command.js";
import { addDeletionCommands } from "./deletion-commands.js";
import { addDoctorCommand } from "./doctor-command.js";
import { addDriftCommand } from "./drift-command.js";
import { addEvidenceCommands } from "./evidence-command.js";
import { addExplainCommand } from "./explain-command.js";
import { folderNamed } from "./folder-flag.js";
import { addHelpCommands } from "./help-command.js";
import { addHoldCommands } from "./hold-command.js";
import { addNewConnectorCommand } from "./new-connector-command.js";
import { addRequestsCommands } from "./requests-commands.js";
import { addResumeCommand } from "./resume-command.js";
import { addSandboxCommand } from "./sandbox-command.js";
import { addWorkerCommand } from "./worker-command.js";
import { packageVersion } from "../inversify/package-version.js";

const EXAMPLES = `
Examples:
  dsr connectors show intercom                     what it needs and what it covers
  dsr connect intercom --capabilities access,deletion --token-stdin < token
  dsr access someone@example.com --ref TICKET-1    everything about a person, as a package
  dsr plan someone@example.com --ref TICKET-2      what a deletion would remove
  dsr delete --plan ID --confirm CODE              carry that plan out
  dsr requests --due 7d                            what falls due
`;

/** The tree of commands. Every command file adds its own; help, suggestions and completion follow from the tree. */
export function buildProgram(io: CliIo, act: Act, json = false): Command {
  const program = new Command("dsr")
    .description("Carries out privacy requests (access and deletion) at the vendors that hold a person's data.")
    .version(json ? JSON.stringify({ version: packageVersion() }) : packageVersion(), "--version", "print the version")
    .exitOverride()
    // What the parser would say repeats what was typed; `reportFailure` says it without.
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: () => undefined, getOutHasColors: () => false, getErrHasColors: () => false })
    // The flags of `dsr requests` are no flags of `dsr requests show`.
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions: (command) => (command.parent === null ? [] : [...rootOf(command).options]) })
    .helpOption("-h, --help", "how this command is written")
    .addOption(new Option("--home <dir>", "where requests, sealed credentials and packages are kept (else $DSR_HOME)").argParser(folderNamed))
    .addOption(new Option("--config <file>", "settings (else $DSR_CONFIG, else config.json in the home folder)"))
    .addOption(new Option("--connector <module>", "a package, its folder or a file that exports a connector; may be given several times").argParser(collected))
    .addOption(new Option("--json", "print one JSON object"))
    .addOption(new Option("--no-color", "print without colours"))
    .addOption(new Option("--verbose", "tell every call on standard error"));
  program.addHelpText("after", EXAMPLES);
  addConnectorsCommand(program, act);
  addConnectCommands(program, act);
  addConnectionCommands(program, act);
  addAccessCommand(program, act);
  addDeletionCommands(program, act);
  addBatchCommand(program, act);
  addRequestsCommands(program, act);
  addResumeCommand(program, act);
  addWorkerCommand(program, act);
  addHoldCommands(program, act);
  addEvidenceCommands(program, act);
  addSandboxCommand(program, act);
  addExplainCommand(program, act);
  addDriftCommand(program, act);
  addNewConnectorCommand(program, act);
  addDoctorCommand(program, act);
  addCompletionCommand(program, act);
  addHelpCommands(program, act);
  return program;
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function collected(module: string, before: readonly string[] = []): readonly string[] {
  return [...before, module];
}
