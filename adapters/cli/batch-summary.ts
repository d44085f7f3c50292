import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BatchResult, BatchRow } from "../../core/batch-result.js";
import { DsrError } from "../../core/errors.js";
import { csvRow } from "../packages/csv-cell.js";
import { makePrivateFolder } from "../vault/private-folder.js";

const COLUMNS = ["line", "ref", "request", "verdict", "outcome", "code", "at", "reason", "found", "planned", "deleted", "already_absent", "not_deleted", "open", "gaps", "dropped", "package"] as const;

const ROWS_AT_ONCE = 500;

/**
 * Writes one row for each line of a batch's input, by line and reference, never by address; whole or not at all.
 * @throws DsrError `STORAGE_FAILED`
 */
export async function writeSummary(path: string, { rows }: BatchResult): Promise<void> {
  const draft = `${path}.draft`;
  try {
    makePrivateFolder(dirname(path));
    const file = await open(draft, "w", 0o600);
    try {
      await file.write(csvRow(COLUMNS));
      for (let n = 0; n < rows.length; n += ROWS_AT_ONCE) await file.write(rows.slice(n, n + ROWS_AT_ONCE).map((row) => csvRow(cellsOf(row))).join(""));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new DsrError("STORAGE_FAILED", { at: "summary" });
  }
}

export function summaryPath(home: string, { batch }: BatchResult): string {
  return join(home, "batches", `${batch.id}.csv`);
}

function cellsOf(row: BatchRow): string[] {
  const { line, reference, requestId, verdict, outcome, code, at, reason, found, planned, deleted, alreadyAbsent, notDeleted, open: unsettled, gaps, dropped, package: written } = row;
  return [line, reference, requestId, verdict, outcome, code, at, reason, found, planned, deleted, alreadyAbsent, notDeleted, unsettled, gaps, dropped, written].map((value) => (value === null ? "" : String(value)));
}
