import type { Command } from "commander";
import { ERROR_TABLE } from "../../core/error-table.js";
import { DsrError, type ErrorCode } from "../../core/errors.js";
import type { Act, Work } from "./act.js";
import { aligned } from "./visible-text.js";

export function addExplainCommand(program: Command, act: Act): void {
  program.command("explain").description("what a code means and what to do about it").argument("[code]", "for example SCOPE_MISSING; every code when left out").action(act(explain));
}

const explain: Work<object> = (cli, _, asked) => {
  if (asked === undefined) {
    if (cli.json) cli.printJson({ codes: Object.entries(ERROR_TABLE).map(([code, row]) => ({ code, ...row })) });
    else cli.print(aligned(Object.entries(ERROR_TABLE).map(([code, { meaning }]) => [code, meaning]), ""));
    return Promise.resolve(0);
  }
  const code = asked.toUpperCase().replaceAll("-", "_");
  if (!isErrorCode(code)) throw new DsrError("USAGE", { reason: "there is no such code; `dsr explain` lists them" });
  const { meaning, done, remedy, who, retry, exit } = ERROR_TABLE[code];
  if (cli.json) cli.printJson({ code, meaning, done, remedy, who, retry, exit });
  else cli.print([cli.style.bold(code), ...aligned([["meaning", meaning], ["done", done], ["next", remedy], ["who acts", who], ["retry", retry ? "the same may succeed later" : "no"], ["exit", String(exit)]])]);
  return Promise.resolve(0);
};

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, text);
}
