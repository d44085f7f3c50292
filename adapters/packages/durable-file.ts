import { open } from "node:fs/promises";
import { storageFailure } from "../journal/storage-failure.js";

/** Writes a new file for its owner alone, and returns when it is on disk. */
export async function writeDurably(path: string, content: Buffer): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @throws DsrError `STORAGE_FAILED` for what the file system refuses */
export async function orStorageFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFailure(error);
  }
}
