import { canonicalJson } from "../../core/canonical-json.js";

/** Why a file of evidence does not verify. Never leaves this folder. */
export class Unverified extends Error {
  readonly line: number | "checkpoint" | "key";
  readonly reason: string;

  constructor(line: Unverified["line"], reason: string) {
    super(reason);
    this.line = line;
    this.reason = reason;
  }
}

/** The lines of a file, whose last one ends as every other. @throws Unverified */
export function linesOf(file: string | Uint8Array): readonly string[] {
  const lines = textOf(file).split("\n");
  if (lines.pop() !== "") throw new Unverified(lines.length + 1, "the end is missing: the last line is cut off");
  return lines;
}

/** The last line of what was kept of a file: copied by hand or by an editor, it may end otherwise. @throws Unverified */
export function lastLineOf(kept: string | Uint8Array): string {
  return textOf(kept, "checkpoint").trimEnd().split("\n").at(-1) ?? "";
}

function textOf(file: string | Uint8Array, at?: "checkpoint"): string {
  return typeof file === "string" ? file : decoded(file, at);
}

/**
 * One line, which must be written the one way that canonical JSON allows: otherwise a byte could be changed without changing what it says.
 * @throws Unverified
 */
export function parsedLine(text: string, at: number | "checkpoint"): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value) && isWithin(DEEPEST, value) && canonicalJson(value) === text) return value as Readonly<Record<string, unknown>>;
  } catch {
    throw new Unverified(at, "it is no JSON");
  }
  throw new Unverified(at, "it is not written as canonical JSON");
}

/** Far deeper than any line of ours. What is nested without an end would exhaust the stack, here or wherever it is read next. */
const DEEPEST = 64;

function isWithin(depth: number, value: unknown): boolean {
  return typeof value !== "object" || value === null || (depth > 0 && Object.values(value).every((each) => isWithin(depth - 1, each)));
}

function decoded(bytes: Uint8Array, at?: "checkpoint"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unverified(at ?? lineOfFault(bytes), "it is not UTF-8 text");
  }
}

/** The first line that does not decode. */
function lineOfFault(bytes: Uint8Array): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const until = end < 0 ? bytes.length : end;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(from, until));
    } catch {
      return line;
    }
    from = until + 1;
  }
  return line;
}
