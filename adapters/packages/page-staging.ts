import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { PageStaging } from "../../core/host-ports.js";
import type { CollectedPage } from "../../core/ports.js";
import { storageFailure } from "../journal/storage-failure.js";
import { makePrivateFolder, syncFolder } from "../vault/private-folder.js";
import type { Vault } from "../vault/vault.js";

export interface PageStagingOptions {
  /** The home folder; pages lie in `staging/<request id>/<number>.page` below it. */
  readonly directory: string;
  readonly vault: Pick<Vault, "seal" | "open">;
}

/** Pages on disk, each sealed for its place: a page that was moved, renamed or altered does not open. */
export function createPageStaging({ directory, vault }: PageStagingOptions): PageStaging {
  const folderOf = (requestId: string): string => join(directory, "staging", checkRequestId(requestId));
  return {
    put: async (requestId, number, page) => {
      const folder = folderOf(requestId);
      const path = join(folder, fileName(number));
      const draft = `${path}.${randomBytes(6).toString("hex")}`;
      await orStorageFailure(async () => {
        makePrivateFolder(folder);
        await writeDurably(draft, vault.seal("staging", JSON.stringify(page), aboutPage(requestId, number)));
        await rename(draft, path);
        syncFolder(folder);
      });
    },
    read: async function* (requestId, count) {
      const folder = folderOf(requestId);
      for (let number = 1; number <= count; number++) {
        const sealed = await readPage(join(folder, fileName(number)));
        yield JSON.parse(vault.open("staging", sealed, aboutPage(requestId, number)).toString("utf8")) as CollectedPage;
      }
    },
    drop: async (requestId) => {
      const folder = folderOf(requestId);
      await orStorageFailure(() => rm(folder, { recursive: true, force: true }));
    },
  };
}

/** An id as it may stand in a path. @throws DsrError `INTERNAL` */
export function checkRequestId(requestId: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(requestId)) throw new DsrError("INTERNAL", { reason: "a request's id is not made of lower-case letters and digits" });
  return requestId;
}

function fileName(number: number): string {
  if (!Number.isSafeInteger(number) || number < 1) throw new DsrError("INTERNAL", { reason: "pages are numbered from 1" });
  return `${number}.page`;
}

function aboutPage(requestId: string, number: number): string {
  return `page\n${requestId}\n${number}`;
}

async function writeDurably(path: string, content: Buffer): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readPage(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new DsrError("INTEGRITY", { reason: "a page that was journalled is not there" });
    throw storageFailure(error);
  }
}

async function orStorageFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFailure(error);
  }
}
