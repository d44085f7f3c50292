import { Argument, type Command } from "commander";
import type { Act, Work } from "./act.js";
import { bashCompletion, fishCompletion, zshCompletion, type CommandPath } from "./completion-scripts.js";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export function addCompletionCommand(program: Command, act: Act): void {
  const completion: Work<object> = (cli, _, shell) => {
    const paths = withHelpPaths(commandPaths(program));
    cli.io.stdout.write(SHELLS[shell as keyof typeof SHELLS](paths));
    return Promise.resolve(0);
  };
  program
    .command("completion")
    .description("a script that completes dsr's commands and flags in your shell")
    .addArgument(new Argument("<shell>", "which one").choices(Object.keys(SHELLS)))
    .addHelpText("after", "\nbash:  source <(dsr completion bash)\nzsh:   dsr completion zsh > \"${fpath[1]}/_dsr\"\nfish:  dsr completion fish > ~/.config/fish/completions/dsr.fish\n")
    .action(act(completion));
}

/** Every command of the tree, by the words that lead to it. */
export function commandPaths(program: Command): readonly CommandPath[] {
  const globals = flagsOf(program);
  const walk = (command: Command, words: readonly string[]): CommandPath[] => [
    {
      words,
      description: command.description(),
      subcommands: [...command.commands.map((each) => each.name()), ...command.registeredArguments.flatMap((argument) => argument.argChoices ?? [])],
      flags: words.length === 0 ? globals : [...flagsOf(command), ...globals],
    },
    ...command.commands.flatMap((each) => walk(each, [...words, each.name()])),
  ];
  return walk(program, []);
}

/** What follows `help` are commands, not arguments that nobody could know. */
function withHelpPaths(paths: readonly CommandPath[]): readonly CommandPath[] {
  return paths.flatMap((path) => {
    const before = path.words.slice(0, -1);
    if (path.words.at(-1) !== "help") return [path];
    const asked = paths.filter(({ words }) => before.every((word, index) => words[index] === word) && !words.includes("help"));
    return asked.map(({ words, subcommands }) => ({ ...path, words: [...path.words, ...words.slice(before.length)], subcommands: subcommands.filter((name) => name !== "help") }));
  });
}

function flagsOf(command: Command): CommandPath["flags"] {
  return [...command.options.map((option) => ({ flag: option.long ?? "", description: option.description, choices: option.argChoices ?? [] })), { flag: "--help", description: "how it is written", choices: [] }].filter(
    ({ flag }, index, all) => flag !== "" && all.findIndex((each) => each.flag === flag) === index,
  );
}
