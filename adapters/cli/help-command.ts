import type { Command } from "commander";
import { DsrError } from "../../core/errors.js";
import type { Act, Work } from "./act.js";
import { nearestName } from "./nearest-name.js";

/**
 * `dsr help hold add`, and `dsr hold help add`. The parser's own help knows the first word alone, and does not say which one it does not
 * know. Added last, when the tree is whole.
 */
export function addHelpCommands(parent: Command, act: Act): void {
  for (const group of parent.commands.filter((each) => each.commands.length > 0)) addHelpCommands(group, act);
  const help = parent.command("help").description("how a command is written").argument("[command]", "all of them when left out");
  if (parent.parent === null) help.argument("[sub-command]", "one of that command's own");
  help.action(act(show(parent)));
}

const show =
  (from: Command): Work<object> =>
  (cli, _, ...words) => {
    const command = words.filter((word) => word !== undefined).reduce(child, from);
    const help = helpOn(command);
    if (cli.json) cli.printJson({ command: pathOf(command), help });
    else cli.io.stdout.write(help);
    return Promise.resolve(0);
  };

/** With what follows the flags: examples, how it is installed. */
function helpOn(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

/** @throws DsrError `USAGE` */
function child(parent: Command, word: string): Command {
  const found = parent.commands.find((each) => each.name() === word);
  if (found === undefined) throw new DsrError("USAGE", { reason: noSuchCommand(word, parent) });
  return found;
}

/** A word that was typed is repeated only where it cannot be an address or a secret. */
export function noSuchCommand(word: string, parent: Command): string {
  const meant = nearestName(word, parent.commands.map((each) => each.name()));
  const typed = /^[a-z-]{1,24}$/.test(word) ? ` ${[pathOf(parent), word].join(" ").trim()}` : "";
  const ways = parent.parent === null || parent.commands.length === 0 ? "" : `; there is ${namesIn(parent)}`;
  return `there is no command${typed}${meant === undefined ? ways : `; did you mean ${meant}?`}`;
}

/** What may follow a command, but for its help. */
export function namesIn(parent: Command): string {
  return parent.commands.flatMap((each) => (each.name() === "help" ? [] : [each.name()])).join(", ");
}

/** The words that lead to it, without the program's own. */
export function pathOf(command: Command): string {
  const words: string[] = [];
  for (let at: Command = command; at.parent !== null; at = at.parent) words.unshift(at.name());
  return words.join(" ");
}
