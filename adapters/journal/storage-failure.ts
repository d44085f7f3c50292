import { DsrError } from "../../core/errors.js";

/**
 * What a failure of the database or the file system means to the caller. Their own messages name paths and values, so none is passed
 * on. A `DsrError` is returned as it is.
 */
export function storageFailure(error: unknown): DsrError {
  if (error instanceof DsrError) return error;
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const row = MEANINGS.find(([prefix]) => code.startsWith(prefix));
  if (row === undefined) return new DsrError("STORAGE_FAILED", { reason: "a file or folder cannot be read or written" });
  const [, meaning, reason] = row;
  return new DsrError(meaning, { reason });
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("SQLITE_BUSY");
}

/** Source: https://sqlite.org/rescode.html and node's `os.constants.errno`. */
const MEANINGS: readonly (readonly [string, "STORAGE_FAILED" | "INTEGRITY", string])[] = [
  ["SQLITE_FULL", "STORAGE_FAILED", "the disk is full"],
  ["SQLITE_READONLY", "STORAGE_FAILED", "the disk is read-only"],
  ["SQLITE_IOERR", "STORAGE_FAILED", "the disk reported an error"],
  ["SQLITE_CANTOPEN", "STORAGE_FAILED", "the database file cannot be opened"],
  ["SQLITE_BUSY", "STORAGE_FAILED", "another process kept the database locked for too long"],
  ["SQLITE_CORRUPT", "INTEGRITY", "the database file is damaged"],
  ["SQLITE_NOTADB", "INTEGRITY", "the database file is damaged"],
  ["SQLITE_CONSTRAINT", "INTEGRITY", "rows of the database contradict each other"],
  ["ENOSPC", "STORAGE_FAILED", "the disk is full"],
  ["EDQUOT", "STORAGE_FAILED", "the disk quota is used up"],
  ["EROFS", "STORAGE_FAILED", "the disk is read-only"],
  ["EACCES", "STORAGE_FAILED", "this user may not write there"],
  ["EPERM", "STORAGE_FAILED", "this user may not write there"],
  ["ENOTDIR", "STORAGE_FAILED", "a file stands where a folder should be"],
  ["EEXIST", "STORAGE_FAILED", "a file stands where a folder should be"],
  ["EIO", "STORAGE_FAILED", "the disk reported an error"],
];
