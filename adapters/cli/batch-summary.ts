import { randomBytes } from "node:crypto";
import { statSync, type Stats } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BatchResult, BatchRow } from "../../core/batch-result.js";
import { DsrError } from "../../core/errors.js";
import { csvRow } from "../packages/csv-cell.js";
import { makePrivateFolder } from "../vault/private-folder.js";

const COLUMNS = ["line", "ref", "request", "verdict", "outcome", "code", "at", "reason", "found", "planned", "deleted", "already_absent", "not_deleted", "open", "gaps", "dropped", "package"] as const;

const ROWS_AT_ONCE = 500;

/** How the summaries of all versions begin. */
const BEGINNING = "line,ref,request,";

/**
 * Finds out, before anything is begun, whether a summary can be written, and takes the place of nothing but an earlier one.
 * @throws DsrError `REQUEST_INVALID`
 */
export async function checkSummaryPlace(path: string): Promise<void> {
  const wrong = (reason: string): never => {
    throw new DsrError("REQUEST_INVALID", { at: "--summary", reason });
  };
  const found = statusOf(path);
  if (found?.isDirectory() === true) wrong("it is a folder");
  if (found?.isFile() === false) wrong("it is no regular file");
  if (found !== undefined && found.size > 0 && (await beginningOf(path).catch(() => undefined)) !== BEGINNING) wrong("another file stands there, which is no summary of a batch; name a new one");
  await drafted(path).catch(() => wrong("it cannot be written"));
}

/**
 * Writes one row for each line of a batch's input, by line and reference, never by address; whole or not at all.
 * @throws DsrError `STORAGE_FAILED`
 */
export async function writeSummary(path: string, { rows }: BatchResult): Promise<void> {
  const write = async (file: FileHandle): Promise<void> => {
    await file.write(csvRow(COLUMNS));
    for (let n = 0; n < rows.length; n += ROWS_AT_ONCE) await file.write(rows.slice(n, n + ROWS_AT_ONCE).map((row) => csvRow(cellsOf(row))).join(""));
    await file.sync();
  };
  await drafted(path, write).catch(() => {
    throw new DsrError("STORAGE_FAILED", { at: "summary" });
  });
}

/** Writes beside the path, then puts it in its place; where nothing is to be written, only finds out whether that can be done. */
async function drafted(path: string, write?: (file: FileHandle) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  makePrivateFolder(dirname(path));
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await write?.(file);
    } finally {
      await file.close();
    }
    if (write !== undefined) await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING.length), 0, BEGINNING.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

export function summaryPath(home: string, { batch }: BatchResult): string {
  return join(home, "batches", `${batch.id}.csv`);
}

function cellsOf(row: BatchRow): string[] {
  const { line, reference, requestId, verdict, outcome, code, at, reason, found, planned, deleted, alreadyAbsent, notDeleted, open: unsettled, gaps, dropped, package: written } = row;
  return [line, reference, requestId, verdict, outcome, code, at, reason, found, planned, deleted, alreadyAbsent, notDeleted, unsettled, gaps, dropped, written].map((value) => (value === null ? "" : String(value)));
}
