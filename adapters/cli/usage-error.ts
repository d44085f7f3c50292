import type { Command, CommanderError } from "commander";
import { DsrError } from "../../core/errors.js";
import { namesIn, noSuchCommand } from "./help-command.js";

/**
 * What the command line's parser refused, in words that repeat nothing but names of commands and flags: a mistyped line may hold an address
 * or a token.
 */
export function usageError({ code, message }: CommanderError, command: Command): DsrError {
  if (code === "commander.help") return new DsrError("USAGE", { reason: `a sub-command is missing: ${namesIn(command)}` });
  // To the parser, what follows a command that works by itself is its argument.
  if (code === "commander.excessArguments" && command.commands.length > 0) return new DsrError("USAGE", { reason: noSuchCommand(command.args[0] ?? "", command) });
  const suggestion = /\(Did you mean ([a-z ,-]+\??)\)/.exec(message)?.[1];
  const named = /'(-[A-Za-z]|-{0,2}[a-z][a-z-]*)(?:=[^']*)?'/.exec(message)?.[1];
  const reason = `${REASONS[code]?.(named ?? "", message) ?? "it is not understood"}${suggestion === undefined ? "" : `; did you mean ${suggestion.replace(/\?$/, "")}?`}`;
  return new DsrError("USAGE", { reason });
}

const REASONS: Readonly<Record<string, (named: string, message: string) => string>> = {
  "commander.unknownCommand": (named) => `there is no command${known(named)}`,
  "commander.unknownOption": (named) => `there is no flag${known(named)}`,
  "commander.missingArgument": (_, message) => `an argument is missing: ${argumentName(message)}`,
  "commander.optionMissingArgument": (_, message) => `a value is missing after ${flag(message)}`,
  "commander.missingMandatoryOptionValue": (_, message) => `a flag is missing: ${flag(message)}`,
  "commander.conflictingOption": (_, message) => `two flags are not used together: ${flags(message).join(" and ")}`,
  "commander.excessArguments": () => "there are more arguments than this command takes",
  "commander.invalidArgument": (_, message) => `a value is not accepted${flags(message).length === 0 ? "" : ` for ${flag(message)}`}${choices(message)}`,
};

/** A word that was typed is repeated only where it cannot be an address or a secret. */
function known(word: string): string {
  return /^(-[A-Za-z]|-{0,2}[a-z-]{1,24})$/.test(word) ? ` ${word}` : "";
}

/** As the parser names them; what looks like one elsewhere was typed. */
function flags(message: string): readonly string[] {
  return [...message.matchAll(/option '(?:-[A-Za-z], )?(--[a-z-]+)/g)].map(([, name = ""]) => name);
}

function flag(message: string): string {
  return flags(message)[0] ?? "a flag";
}

function argumentName(message: string): string {
  return /'([A-Za-z|-]+)'/.exec(message)?.[1]?.toUpperCase() ?? "one";
}

/** Commander ends its message with what is accepted; what was typed stands before. */
function choices(message: string): string {
  const listed = /(Allowed choices are [^']+|It is [^']+)$/.exec(message)?.[1];
  return listed === undefined ? "" : `: ${listed.replace(/\.$/, "").replace("Allowed choices are", "it is one of")}`;
}
