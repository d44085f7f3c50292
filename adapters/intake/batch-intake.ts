import type { InputLine } from "../../core/batch-intake.js";
import { LINE_IS_WRONG } from "../../core/batch-intake.js";
import type { BatchChoices, LineProblem } from "../../core/batch.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { RequestInput } from "../../core/intake.js";
import type { RequestType } from "../../core/request.js";
import { PLAIN, WITHOUT_ADDRESS } from "./free-text.js";
import { checkChoices, checkInput, checkReference, parseIntake } from "./parse-intake.js";

/** What a host asks for of many people, as it comes. */
interface RawBatch {
  readonly type: RequestType;
  readonly lines: AsyncIterable<InputLine>;
  readonly choices?: BatchChoices;
  readonly inputHash?: string;
}

/**
 * A host's own batch, judged; its lines are judged as they are read, and one that is wrong is kept as such.
 * @throws DsrError `REQUEST_INVALID`
 */
export function checkBatchInput(raw: unknown, nowMs: number): RawBatch {
  if (typeof raw !== "object" || raw === null) throw wrong("batch", "it is not an object");
  const { type, lines, choices, inputHash, ...rest } = raw as Partial<Record<keyof RawBatch, unknown>>;
  if (Object.keys(rest).length > 0) throw wrong("batch", "there is no such field");
  if (type !== "access" && type !== "deletion") throw wrong("type", "it is access or deletion");
  if (typeof lines !== "object" || lines === null || !(Symbol.asyncIterator in lines)) throw wrong("lines", "it is an async iterable");
  if (inputHash !== undefined && (typeof inputHash !== "string" || !/^[0-9a-f]{64}$/.test(inputHash))) throw wrong("inputHash", "it is a SHA-256 in lower-case hex");
  const { only, exclude, also, ...decided } = choices === undefined ? {} : checkChoices(choices);
  if (only !== undefined || exclude !== undefined || also !== undefined) throw wrong("choices", "records are chosen for one person at a time");
  return { type, lines: judged(lines as AsyncIterable<unknown>, nowMs), choices: decided, ...(inputHash === undefined ? {} : { inputHash }) };
}

async function* judged(lines: AsyncIterable<unknown>, nowMs: number): AsyncIterable<InputLine> {
  let before = 0;
  for await (const raw of lines) {
    const { line, reference, asked } = (typeof raw === "object" && raw !== null ? raw : {}) as Partial<Record<keyof InputLine, unknown>>;
    if (typeof line !== "number" || !Number.isSafeInteger(line) || line <= before) throw wrong("line", "lines are numbered from 1, in their order");
    before = line;
    const { input, problem } = (typeof asked === "object" && asked !== null ? asked : {}) as { input?: unknown; problem?: unknown };
    const judge = (): RequestInput => {
      checkReference(reference);
      return checkInput(input, nowMs);
    };
    yield { line, ...referenceOf(reference), asked: problem === undefined ? askedFor(judge) : { problem: problemOf(problem) } };
  }
}

/** A line as it stands in a file, by its headers: `email`, and what may be said of any request. */
export function parseLine(line: number, fields: Readonly<Record<string, string>>, nowMs: number): InputLine {
  const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  return { line, ...referenceOf(said["ref"]), asked: askedFor(() => parseIntake({ ...said, email: fields["email"] ?? "" }, nowMs).input) };
}

/** What cannot be a reference, an address for one, is not kept. */
function referenceOf(raw: unknown): Pick<InputLine, "reference"> {
  try {
    const reference = checkReference(raw);
    return reference === undefined ? {} : { reference };
  } catch {
    return {};
  }
}

/** Kept as far as it is one of a line's, in words that hold no address. */
function problemOf(raw: unknown): LineProblem {
  const { code, at, reason } = (typeof raw === "object" && raw !== null ? raw : {}) as Partial<Record<keyof LineProblem, unknown>>;
  return { code: [...LINE_IS_WRONG].find((each) => each === code) ?? "REQUEST_INVALID", ...(isPlain(at) ? { at } : {}), ...(isPlain(reason) ? { reason } : {}) };
}

/** A sign that no domain follows tells how something is written. */
function isPlain(words: unknown): words is string {
  return typeof words === "string" && words.length <= 200 && PLAIN.test(words) && WITHOUT_ADDRESS.test(words.replaceAll(/@(?![^\s@]*\.)/g, ""));
}

function askedFor(judge: () => RequestInput): InputLine["asked"] {
  try {
    return { input: judge() };
  } catch (error) {
    if (!isDsrError(error) || !LINE_IS_WRONG.has(error.code)) throw error;
    const { at, reason } = error.facts;
    return { problem: { code: error.code, ...(at === undefined ? {} : { at }), ...(reason === undefined ? {} : { reason }) } };
  }
}

function wrong(at: string, reason: string): DsrError {
  return new DsrError("REQUEST_INVALID", { at, reason });
}
