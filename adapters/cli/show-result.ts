import type { RequestResult } from "../../core/results.js";
import type { Cli } from "./cli.js";
import { exitOf } from "./exit-codes.js";
import { resultJson } from "./result-json.js";
import { resultLines } from "./show-lines.js";

/** Prints a request's result for whoever reads, and returns its exit code. */
export function showResult(cli: Cli, result: RequestResult): number {
  if (cli.json) cli.printJson(resultJson(result, cli.subject));
  else cli.print(resultLines(result, cli.style, cli.subject));
  return exitOf(result);
}
