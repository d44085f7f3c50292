import { parseDocument } from "yaml";
import { DsrError } from "../../core/errors.js";

/**
 * A JSON object that somebody wrote by hand, in which no member stands twice: nobody would see which one holds. `name` is what the file is called in errors.
 * @throws DsrError `CONFIG_INVALID` with the line, where the parser tells one; nothing of the text ever stands in it
 */
export function parseJson(text: string, name: string): object {
  const json = text.replace(/^\ufeff/, "");
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw invalid(`${name}${lineOf(error, json)}`, "it is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw invalid(name, "it is not a JSON object");
  if (isDeeper(parsed, DEEPEST)) throw invalid(name, `it is nested more than ${DEEPEST} deep`);
  // JSON is YAML as well, whose parser tells of what JSON's takes in silence.
  const doubled = parseDocument(json, { schema: "json", logLevel: "silent" }).errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (doubled !== undefined) throw invalid(`${name} line ${doubled.linePos?.[0].line ?? 1}`, "a member of the same name stands before this one");
  return parsed;
}

/** More than anybody writes by hand; the parser of YAML calls itself for each level. */
const DEEPEST = 100;

function isDeeper(value: object, levels: number): boolean {
  let level: readonly object[] = [value];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((each) => Object.values(each as Record<string, unknown>).filter((inner): inner is object => typeof inner === "object" && inner !== null));
  }
  return false;
}

/** The parser's own message quotes the file, so only the position is taken from it, where it tells one. */
function lineOf(error: unknown, text: string): string {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  return position === undefined ? "" : ` line ${text.slice(0, Number(position)).split("\n").length}`;
}

function invalid(at: string, reason: string): DsrError {
  return new DsrError("CONFIG_INVALID", { at, reason });
}
