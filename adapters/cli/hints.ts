import { ERROR_TABLE } from "../../core/error-table.js";
import type { ErrorCode } from "../../core/errors.js";
import type { Subject } from "./cli.js";

/** What to do about a code, with the names of what is being worked on put where the table says NAME and ID. */
export function hintFor(code: ErrorCode, { requestId, connection, connector, command, again = "" }: Subject): string {
  let hint = ERROR_TABLE[code].remedy;
  if (requestId !== undefined) hint = hint.replace(/dsr (resume|requests show)(?: ID)?`/g, `dsr $1 ${requestId}${again}\``);
  if (connection !== undefined) hint = hint.replace(/dsr reconnect NAME`/g, `dsr reconnect ${connection}${again}\``);
  if (connector !== undefined) hint = hint.replace(/dsr connectors show ID`/g, `dsr connectors show ${connector}\``);
  if (command !== undefined) hint = hint.replace("dsr help COMMAND", `dsr help ${command}`);
  return hint;
}
