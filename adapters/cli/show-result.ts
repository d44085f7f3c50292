import { existsSync } from "node:fs";
import type { RequestResult } from "../../core/results.js";
import type { Cli } from "./cli.js";
import { exitOf } from "./exit-codes.js";
import { resultJson } from "./result-json.js";
import { resultLines } from "./show-lines.js";

/** Prints a request's result for whoever reads, and returns its exit code. */
export function showResult(cli: Cli, result: RequestResult): number {
  remarkGone(cli, result);
  if (cli.json) cli.printJson(resultJson(result, cli.subject));
  else cli.print(resultLines(result, cli.style, cli.subject));
  return exitOf(result);
}

/** Somebody may have moved a package, or taken it away, before its time was over. */
export function remarkGone(cli: Cli, result: RequestResult): void {
  const written = "package" in result ? result.package : null;
  if (written?.state !== "kept" || existsSync(written.path)) return;
  cli.remark(`${cli.errorStyle.yellow("warning")}  ${PACKAGE_GONE}`, { warning: { code: "PACKAGE_GONE", message: PACKAGE_GONE } });
}

const PACKAGE_GONE = "the package does not lie where it was written any more: it was moved or removed; a request with another reference makes a new one";
