import { CsvError, parse, type Options } from "csv-parse";
import { createHash, type Hash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import type { InputLine } from "../../core/batch-intake.js";
import { DsrError } from "../../core/errors.js";
import { parseLine } from "./batch-intake.js";

/** Opens the same bytes each time that it is called. */
export type Source = () => AsyncIterable<Uint8Array>;

/** The columns that a batch may have, beside `email`: what may be said of any request. */
const HEADERS = ["email", "ref", "received", "law", "due", "verified", "operator", "lang"] as const;

const CSV: Options = { bom: true, record_delimiter: ["\r\n", "\n", "\r"], skip_empty_lines: true, relax_column_count: true, info: true, max_record_size: 65_536 };

/**
 * Reads a batch from CSV (RFC 4180, UTF-8, one line of headers), streamed. Its form is judged to its end before the first line is handed out, so
 * that nothing is begun with a file that breaks off in the middle.
 * @throws DsrError `REQUEST_INVALID`, `INTERRUPTED`
 */
export async function readBatch(source: Source, nowMs: number, signal?: AbortSignal): Promise<{ readonly inputHash: string; readonly lines: AsyncIterable<InputLine> }> {
  const inputHash = await judgeForm(source, signal);
  return { inputHash, lines: linesOf(source, inputHash, nowMs, signal) };
}

async function judgeForm(source: Source, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  const begins = new LineNumbers();
  let rows = 0;
  // What the parser has in hand when it fails is never handed out, and has to be counted as well.
  const parser = parse({
    ...CSV,
    on_record: (row) => {
      // With `info` it is the whole row, which the types do not tell.
      begins.of(row as unknown as Row);
      return row;
    },
  });
  await pipeline(source, utf8Only, into(hash), parser, async (records: AsyncIterable<Row>) => {
    for await (const { record } of records) {
      mayGoOn(signal);
      if (rows++ === 0) headersOf(record);
    }
  }).catch((error: unknown) => rethrow(error, begins));
  if (rows === 0) throw wrong("it is empty; the first line holds the headers");
  return hash.digest("hex");
}

function into(hash: Hash): (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> {
  return async function* (pieces) {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
}

interface Row {
  readonly record: readonly string[];
  readonly info: Info;
}

interface Info {
  readonly lines: number;
  readonly empty_lines: number;
}

/** On which line each record begins. The parser tells the one on which it ends, and within quotation marks it counts each CR and each LF. */
class LineNumbers {
  #countedTwice = 0;
  #last: Info = { lines: 0, empty_lines: 0 };

  of({ record, info }: Row): number {
    const text = record.join(",");
    const line = info.lines - this.#countedTwice - (text.match(/[\r\n]/g)?.length ?? 0);
    this.#countedTwice += text.match(/\r\n/g)?.length ?? 0;
    this.#last = info;
    return line;
  }

  /** Of the record in which the parser failed: how far it read is often how far a quotation mark that nobody closed has swallowed. */
  ofFailed(emptyLines: number): number {
    return this.#last.lines - this.#countedTwice + 1 + emptyLines - this.#last.empty_lines;
  }
}

async function* linesOf(source: Source, inputHash: string, nowMs: number, signal: AbortSignal | undefined): AsyncIterable<InputLine> {
  const parser = parse(CSV);
  const hash = createHash("sha256");
  const feeding = pipeline(source, into(hash), parser).catch((error: unknown) => void parser.destroy(error instanceof Error ? error : new DsrError("INTERNAL")));
  let headers: readonly string[] | undefined;
  const begins = new LineNumbers();
  try {
    for await (const row of parser as AsyncIterable<Row>) {
      mayGoOn(signal);
      const line = begins.of(row);
      const { record } = row;
      if (headers === undefined) headers = headersOf(record);
      else yield lineOf(headers, record, line, nowMs);
    }
  } catch (error) {
    rethrow(error, begins);
  }
  await feeding;
  // What was judged, and is known again by its hash, is what was handed out.
  if (hash.digest("hex") !== inputHash) throw wrong("it was changed while it was read");
}

function mayGoOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new DsrError("INTERRUPTED");
}

function lineOf(headers: readonly string[], record: readonly string[], line: number, nowMs: number): InputLine {
  if (record.length !== headers.length) return { line, ...referenceIn(headers, record, line, nowMs), asked: { problem: { code: "REQUEST_INVALID", at: "line", reason: `it has ${record.length} ${record.length === 1 ? "column" : "columns"}, and the first line has ${headers.length}` } } };
  return parseLine(line, fieldsOf(headers, record), nowMs);
}

function fieldsOf(headers: readonly string[], record: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.map((header, n) => [header, record[n] ?? ""]));
}

/** Of a line with too many columns, where those up to its reference are what the headers say: all of them are well formed, and none is free text, in which a comma may have stood. */
function referenceIn(headers: readonly string[], record: readonly string[], line: number, nowMs: number): Pick<InputLine, "reference"> {
  const first = headers.slice(0, headers.indexOf("ref") + 1);
  if (record.length < headers.length || first.includes("operator")) return {};
  const { reference, asked } = parseLine(line, fieldsOf(first, record), nowMs);
  const isAsSaid = "input" in asked || (asked.problem.at === "email" && !first.includes("email"));
  return isAsSaid && reference !== undefined ? { reference } : {};
}

/** Never repeats what it read: a file without headers begins with somebody's address. */
function headersOf(record: readonly string[]): readonly string[] {
  const headers = record.map((header) => header.trim().toLowerCase());
  const known: ReadonlySet<string> = new Set(HEADERS);
  const unknown = headers.findIndex((header) => !known.has(header));
  if (unknown >= 0) throw wrong(`the first line's column ${unknown + 1} is none of ${HEADERS.join(", ")}; columns are separated by commas`);
  if (!headers.includes("email")) throw wrong("the first line has no column email");
  if (new Set(headers).size !== headers.length) throw wrong("the first line has a column twice");
  return headers;
}

const [LF, CR] = [0x0a, 0x0d];

async function* utf8Only(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  let before: number | undefined;
  try {
    for await (const piece of pieces) {
      // Up to the end of each line, so that it is known which one cannot be read.
      for (let from = 0, at = 0; at < piece.length; at++) {
        const byte = piece[at];
        const ends = byte === LF || byte === CR;
        if (ends || at === piece.length - 1) {
          decoder.decode(piece.subarray(from, at + 1), { stream: true });
          from = at + 1;
        }
        if (ends && !(byte === LF && before === CR)) line += 1;
        before = byte;
      }
      yield piece;
    }
    decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? wrong(`it is not UTF-8 text, on line ${line}`) : error;
  }
}

/** The parser's messages quote what it read; its codes do not. */
function rethrow(error: unknown, begins: LineNumbers): never {
  if (error instanceof CsvError) {
    const empty = error["empty_lines"];
    throw wrong(`${FORM[error.code] ?? "it is no CSV"}${typeof empty === "number" ? `, in what begins on line ${begins.ofFailed(empty)}` : ""}`);
  }
  if (error instanceof DsrError) throw error;
  throw wrong("it cannot be read");
}

const FORM: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quotation mark is opened and never closed",
  CSV_INVALID_CLOSING_QUOTE: "something follows a closing quotation mark",
  INVALID_OPENING_QUOTE: "a quotation mark stands in the middle of a value",
  CSV_MAX_RECORD_SIZE: "a line is longer than 65,536 characters, or a quotation mark is not closed",
};

function wrong(reason: string): DsrError {
  return new DsrError("REQUEST_INVALID", { at: "batch file", reason });
}
