/** One command of the tree, as far as a shell completes it. */
export interface CommandPath {
  /** Empty for the program itself. */
  readonly words: readonly string[];
  readonly description: string;
  /** Also an argument's fixed choices. */
  readonly subcommands: readonly string[];
  readonly flags: readonly { readonly flag: string; readonly description: string; readonly choices: readonly string[] }[];
}

/** Names and flags of this tree hold letters and dashes only, so nothing has to be quoted but descriptions. */
export function bashCompletion(paths: readonly CommandPath[]): string {
  const cases = [...paths].map(({ words, subcommands, flags }) => `    ${JSON.stringify(words.join(" "))}) words=${JSON.stringify([...subcommands, ...flags.map(({ flag }) => flag)].join(" "))} ;;`);
  return `# bash completion for dsr. Source it: source <(dsr completion bash)
_dsr() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case " ${names(paths)} " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac
  done
  case "\${path//\\// } $previous" in
${choices(paths).map(({ of, values }) => `    ${JSON.stringify(of)}) COMPREPLY=($(compgen -W ${JSON.stringify(values.join(" "))} -- "$current")); return ;;`).join("\n")}
    *" --home"|*" --out") COMPREPLY=($(compgen -d -- "$current")); return ;;
    *" --config") COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "\${path//\\// }" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _dsr dsr
`;
}

export function zshCompletion(paths: readonly CommandPath[]): string {
  return `#compdef dsr
# zsh completion for dsr, through bash's.
autoload -U +X bashcompinit && bashcompinit
${bashCompletion(paths)}`;
}

export function fishCompletion(paths: readonly CommandPath[]): string {
  const lines = paths.flatMap(({ words, subcommands, flags }) => {
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    const here = words.length === 0 ? "__fish_use_subcommand" : seen;
    const when = ` -n ${quote(here)}`;
    return [
      ...subcommands.map((name) => `complete -c dsr -f${when} -a ${name}${described(paths.find((each) => each.words.join(" ") === [...words, name].join(" "))?.description)}`),
      ...flags.map(({ flag, description, choices: values }) => `complete -c dsr${words.length === 0 ? "" : when} -l ${flag.slice(2)}${values.length === 0 ? "" : ` -x -a ${quote(values.join(" "))}`}${described(description)}`),
    ];
  });
  return `# fish completion for dsr\n${[...new Set(lines)].join("\n")}\n`;
}

function names(paths: readonly CommandPath[]): string {
  return paths.map(({ words }) => words.join("/")).filter((name) => name !== "").join(" ");
}

/** Flags with fixed values. The same flag may have others at another command. */
function choices(paths: readonly CommandPath[]): readonly { readonly of: string; readonly values: readonly string[] }[] {
  return paths.flatMap(({ words, flags }) => flags.filter((each) => each.choices.length > 0).map(({ flag, choices: values }) => ({ of: [...words, flag].join(" "), values })));
}

function described(description: string | undefined): string {
  return description === undefined || description === "" ? "" : ` -d ${quote(description)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
