import type { CliIo } from "./cli-io.js";
import { createStyle, type Style } from "./style.js";
import { quoted } from "./quoted.js";
import { visibleJson } from "../packages/visible-json.js";

/** The flags that every command takes, before or after its name. */
export interface GlobalFlags {
  readonly home?: string;
  readonly config?: string;
  /** Modules that export a connector each. */
  readonly connector?: readonly string[];
  readonly json?: true;
  readonly color: boolean;
  readonly verbose?: true;
}

/** What is being worked on, so that an error or an interruption can name the command that goes on. */
export interface Subject {
  requestId?: string;
  connection?: string;
  connector?: string;
  /** As typed, where it is one. */
  command?: string;
  /** Flags that the next command needs as well: the home folder and the connectors, where they were named. */
  again?: string;
  /** How this program is started; `dsr` when left out. */
  program?: string;
  /** Where it is a connection that is being worked on, what keeps requests from going on, a batch's input, what workers are to do, or what was printed, and no single request. */
  task?: "connect" | "check" | "disconnect" | "resume_all" | "take_in" | "queue" | "output";
  /** What was and was not done, where that is not what the error table says of the code. */
  done?: string;
}

/** One command being run. */
export interface Cli {
  readonly io: CliIo;
  readonly flags: GlobalFlags;
  readonly json: boolean;
  readonly subject: Subject;
  /** For standard output. */
  readonly style: Style;
  /** For standard error. */
  readonly errorStyle: Style;
  /** Words for people, on standard output; nothing with `--json`. */
  print(lines: string | readonly string[]): void;
  /** The result, on standard output. */
  printJson(value: unknown): void;
  /** Words for people, on standard error. */
  tell(lines: string | readonly string[]): void;
  /** The same, or with `--json` one object on one line: then every line of standard error can be parsed. */
  remark(lines: string | readonly string[], value: object): void;
}

export function createCli(io: CliIo, flags: GlobalFlags): Cli {
  const json = flags.json === true;
  const text = (lines: string | readonly string[]): string => `${typeof lines === "string" ? lines : lines.join("\n")}\n`;
  return {
    io,
    flags,
    json,
    subject: { ...againFlags(flags), ...(io.env["npm_lifecycle_event"] === "dsr" ? { program: "npm run -s dsr --" } : {}) },
    style: createStyle(io.stdout, io.env, flags.color),
    errorStyle: createStyle(io.stderr, io.env, flags.color),
    print: (lines) => {
      if (!json) io.stdout.write(text(lines));
    },
    printJson: (value) => io.stdout.write(`${visibleJson(value, 2)}\n`),
    tell: (lines) => io.stderr.write(text(lines)),
    remark: (lines, value) => io.stderr.write(json ? `${visibleJson(value)}\n` : text(lines)),
  };
}

function againFlags({ home, connector = [] }: GlobalFlags): Pick<Subject, "again"> {
  const again = [...(home === undefined ? [] : [` --home ${quoted(home)}`]), ...connector.map((module) => ` --connector ${quoted(module)}`)];
  return again.length === 0 ? {} : { again: again.join("") };
}
