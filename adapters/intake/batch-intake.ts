import type { InputLine } from "../../core/batch-intake.js";
import { LINE_IS_WRONG } from "../../core/batch-intake.js";
import type { BatchChoices } from "../../core/batch.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { RequestInput } from "../../core/intake.js";
import type { RequestType } from "../../core/request.js";
import { checkChoices, checkInput, parseIntake } from "./parse-intake.js";

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
    const said = { line, ...(typeof reference === "string" ? { reference } : {}) };
    const { input, problem } = (typeof asked === "object" && asked !== null ? asked : {}) as { input?: unknown; problem?: { code: "REQUEST_INVALID" } };
    yield problem === undefined ? { ...said, asked: askedFor(() => checkInput(input, nowMs)) } : { ...said, asked: { problem } };
  }
}

/** A line as it stands in a file, by its headers: `email`, and what may be said of any request. */
export function parseLine(line: number, fields: Readonly<Record<string, string>>, nowMs: number): InputLine {
  const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  const { ref } = said;
  const asked = askedFor(() => parseIntake({ ...said, email: fields["email"] ?? "" }, nowMs).input);
  // What cannot be a reference, an address for one, is not kept.
  return { line, ...(ref === undefined || ("problem" in asked && !/^[\p{L}\p{N} #:._/-]{1,200}$/u.test(ref)) ? {} : { reference: ref }), asked };
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
