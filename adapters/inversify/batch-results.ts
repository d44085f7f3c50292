import type { LineResult } from "../../core/batch-result.js";
import type { BatchLine } from "../../core/batch.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { RequestJournal } from "../../core/host-ports.js";
import type { RequestResult } from "../../core/results.js";

export interface Seen {
  readonly result: RequestResult;
  readonly subjectKey: string;
}

export type Results = Map<string, Seen>;

/**
 * How each line of a batch stands. What was seen while the lines were worked on is not read again.
 * @throws DsrError `INTERRUPTED`
 */
export async function resultsOf(journal: Pick<RequestJournal, "find">, result: (requestId: string) => Promise<RequestResult>, lines: readonly BatchLine[], seen: Results = new Map(), signal?: AbortSignal): Promise<readonly LineResult[]> {
  const results = new Map(seen);
  const altered = new Set<string>();
  for (const { requestId } of lines) {
    if (requestId === undefined || results.has(requestId)) continue;
    if (signal?.aborted === true) throw new DsrError("INTERRUPTED");
    try {
      const request = await journal.find(requestId);
      // It was reserved, and never opened: its batch was interrupted while it was taken in.
      if (request !== undefined) results.set(requestId, { result: await result(requestId), subjectKey: request.subjectKey });
    } catch (error) {
      if (!isDsrError(error, "INTEGRITY")) throw error;
      altered.add(requestId);
    }
  }
  return lines.map((line) => ({ line: altered.has(line.requestId ?? "") ? { ...line, problem: { code: "INTEGRITY" } } : line, ...results.get(line.requestId ?? "") }));
}
