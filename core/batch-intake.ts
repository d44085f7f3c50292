import type { Batch, BatchLine, LineProblem } from "./batch.js";
import type { Connection } from "./connection.js";
import { isDsrError, type ErrorCode } from "./errors.js";
import type { Host } from "./host-ports.js";
import { newRequestId, openRequest, refuseAnotherAnswer, type RequestInput } from "./intake.js";
import type { Manifest } from "./manifest.js";
import { historyOf } from "./replay.js";
import { FINISHED } from "./request.js";
import type { RequestSettings } from "./request-settings.js";

/** A line of the input, judged: what it asks for, or what is wrong with it. */
export interface InputLine {
  readonly line: number;
  readonly reference?: string;
  readonly asked: { readonly input: RequestInput } | { readonly problem: LineProblem };
}

export interface BatchTarget {
  readonly manifest: Manifest;
  readonly connection: Connection;
  readonly settings: RequestSettings;
}

/** As many lines as one transaction of the store takes. */
const AT_ONCE = 50;

/**
 * Reads a batch's input to its end and opens a request for each line, without any call to the vendor. Lines that were taken in before are not
 * opened again. A line that is wrong is kept as such and stops no other.
 */
export async function takeIn(host: Host, batch: Batch, target: BatchTarget, input: AsyncIterable<InputLine>): Promise<Batch> {
  const known = new Map((await host.batches.lines(batch.id)).map((line) => [line.line, line]));
  let chunk: InputLine[] = [];
  const open = async (): Promise<void> => {
    // An id is reserved first: a request that was opened by a run that was killed is found by it, and not opened again.
    const reserved = chunk.map(({ line, reference, asked }): BatchLine => {
      const said = { line, ...(reference === undefined ? {} : { reference }) };
      if ("problem" in asked) return { ...said, problem: asked.problem };
      return { ...said, requestId: known.get(line)?.requestId ?? newRequestId(host) };
    });
    await host.batches.putLines(batch.id, reserved);
    const opened = await Promise.all(reserved.map((line, n) => openLine(host, batch, target, line, chunk[n])));
    await host.batches.putLines(batch.id, opened.filter((line, n) => line !== reserved[n]));
    chunk = [];
  };
  for await (const line of input) {
    chunk.push(line);
    if (chunk.length === AT_ONCE) await open();
  }
  if (chunk.length > 0) await open();
  const whole: Batch = { ...batch, takenIn: true };
  await host.batches.put(whole);
  return whole;
}

async function openLine(host: Host, { type, choices: { extents }, defaults, directory, recipient }: Batch, { manifest, connection, settings }: BatchTarget, line: BatchLine, said: InputLine | undefined): Promise<BatchLine> {
  if (line.requestId === undefined || said === undefined || !("input" in said.asked)) return line;
  if ((await host.journal.find(line.requestId)) !== undefined) return line;
  try {
    const own = { ...(directory === undefined ? {} : { directory }), ...(recipient === undefined ? {} : { recipient }), ...(extents === undefined ? {} : { extents }) };
    const asked = type === "access" ? { ...defaults, ...own } : {};
    const { id, state } = await openRequest(host, manifest, connection, type, said.asked.input, settings, asked, line.requestId);
    if (id === line.requestId) return line;
    // The reference stands for a request that was there before.
    if (type === "access") {
      const history = await historyOf(host.journal, id);
      if (FINISHED.has(state) || history.receipt !== undefined) refuseAnotherAnswer(history, { ...own, ...(defaults === undefined ? {} : { defaults }) });
    }
    return { ...line, requestId: id };
  } catch (error) {
    const standing = isDsrError(error, "INTEGRITY") ? await requestOf(host, connection, type, said.asked.input) : undefined;
    if (standing !== undefined) return { ...line, requestId: standing, problem: { code: "INTEGRITY" } };
    if (!isDsrError(error) || !LINE_IS_WRONG.has(error.code)) throw error;
    const { requestId: _, ...rest } = line;
    const { at, reason } = error.facts;
    return { ...rest, problem: { code: error.code, ...(at === undefined ? {} : { at }), ...(reason === undefined ? {} : { reason }) } };
  }
}

/** The request that stands for a line's reference already, whose journal was altered. */
async function requestOf({ journal }: Host, { name }: Connection, type: Batch["type"], { reference }: RequestInput): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  return (await journal.list({ connection: name, type, reference }))[0]?.id;
}

/** What is wrong with one line alone. Anything else would be wrong with the next one, too. */
export const LINE_IS_WRONG: ReadonlySet<ErrorCode> = new Set(["IDENTIFIER_INVALID", "REQUEST_INVALID", "IDEMPOTENCY_CONFLICT", "UNSUPPORTED_REQUEST"]);
