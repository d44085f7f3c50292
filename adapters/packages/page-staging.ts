import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { StagedPage, Staging } from "../../core/host-ports.js";
import { storageFailure } from "../journal/storage-failure.js";
import { makePrivateFolder, syncFolder } from "../vault/private-folder.js";
import type { Vault } from "../vault/vault.js";
import { orStorageFailure, writeDurably } from "./durable-file.js";
import { createFileStaging } from "./file-staging.js";

export interface PageStagingOptions {
  /** The home folder; pages lie in `staging/<request id>/<number>.page` below it, files in `staging/<request id>/files/`. */
  readonly directory: string;
  readonly vault: Pick<Vault, "seal" | "open">;
}

/** Pages and files on disk, each sealed for its place: what was moved, renamed or altered does not open. */
export function createPageStaging({ directory, vault }: PageStagingOptions): Staging {
  const folderOf = (requestId: string): string => join(directory, "staging", checkRequestId(requestId));
  return {
    ...createFileStaging(folderOf, vault),
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
        yield JSON.parse(vault.open("staging", sealed, aboutPage(requestId, number)).toString("utf8")) as StagedPage;
      }
    },
    drop: async (requestId) => {
      const folder = folderOf(requestId);
      await orStorageFailure(() => rm(folder, { recursive: true, force: true }));
    },
    list: async () => {
      const found = await orStorageFailure(() => readdir(join(directory, "staging"), { withFileTypes: true }).catch(ifMissing([])));
      return found.filter((each) => each.isDirectory() && REQUEST_ID.test(each.name)).map(({ name }) => name);
    },
    touchedAt: async (requestId) => {
      const folder = folderOf(requestId);
      const times = await orStorageFailure(() => Promise.all([folder, join(folder, "files")].map(async (each) => (await stat(each).catch(ifMissing(undefined)))?.mtimeMs ?? 0)));
      return Math.max(...times);
    },
  };
}

const REQUEST_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** An id as it may stand in a path. @throws DsrError `INTERNAL` */
export function checkRequestId(requestId: string): string {
  if (!REQUEST_ID.test(requestId)) throw new DsrError("INTERNAL", { reason: "a request's id is not made of lower-case letters and digits" });
  return requestId;
}

function fileName(number: number): string {
  if (!Number.isSafeInteger(number) || number < 1) throw new DsrError("INTERNAL", { reason: "pages are numbered from 1" });
  return `${number}.page`;
}

function aboutPage(requestId: string, number: number): string {
  return `page\n${requestId}\n${number}`;
}

async function readPage(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new DsrError("INTEGRITY", { reason: "a page that was journalled is not there" });
    throw storageFailure(error);
  }
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return value;
    throw error;
  };
}
