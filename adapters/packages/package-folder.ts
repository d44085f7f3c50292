import { createHash, randomBytes } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { Clock, PackageHeader, PackageReceipt, PackageSink } from "../../core/host-ports.js";
import type { CollectedPage } from "../../core/ports.js";
import { storageFailure } from "../journal/storage-failure.js";
import { makePrivateFolder, syncFolder } from "../vault/private-folder.js";
import { createFile } from "./file-writer.js";
import { DEFAULT_RETENTION_MS, packageManifest } from "./package-manifest.js";
import { checkRequestId } from "./page-staging.js";
import { writeRecords } from "./record-files.js";
import { visibleJson } from "./visible-json.js";

export interface PackageFolderOptions {
  /** The home folder; packages lie in `packages/` below it unless a request names another place. */
  readonly directory: string;
  readonly clock: Pick<Clock, "now">;
  /** How long a package may be kept. */
  readonly retentionMs?: number;
}

/**
 * Writes a package as a folder `<request id>-<connection>`: one JSON array per category, and `manifest.json` with the hash of each. It is made
 * under another name beside its place and takes its name when it is whole and on disk. All of it is for its owner alone.
 */
export function createPackageFolderSink({ directory, clock, retentionMs = DEFAULT_RETENTION_MS }: PackageFolderOptions): PackageSink {
  return {
    write: async (header, pages) => {
      const place = resolve(header.directory ?? join(directory, "packages"));
      const name = folderName(header);
      const draft = join(place, `.${name}.${randomBytes(6).toString("hex")}${DRAFT}`);
      try {
        makePrivateFolder(place);
        await tidy(place, name);
        makePrivateFolder(draft);
        const receipt = await writePackage(draft, header, pages, { madeAtMs: clock.now(), retentionMs });
        await putInPlace(draft, place, name);
        return { ...receipt, path: join(place, name) };
      } catch (error) {
        await rm(draft, { recursive: true, force: true }).catch(() => undefined);
        throw isFileSystemError(error) ? storageFailure(error) : error;
      }
    },
  };
}

const DRAFT = ".unfinished";
const REPLACED = ".replaced";

async function writePackage(
  folder: string,
  header: PackageHeader,
  pages: AsyncIterable<CollectedPage>,
  { madeAtMs, retentionMs }: { readonly madeAtMs: number; readonly retentionMs: number },
): Promise<Omit<PackageReceipt, "path">> {
  const { counts, files, gaps } = await writeRecords(folder, pages);
  const expiresAtMs = madeAtMs + retentionMs;
  const text = `${visibleJson(packageManifest(header, { counts, gaps, files, madeAtMs, expiresAtMs }), 2)}\n`;
  const manifest = await createFile(join(folder, "manifest.json"));
  try {
    await manifest.write(text);
    await manifest.finish();
  } finally {
    await manifest.close();
  }
  syncFolder(folder);
  return { sha256: createHash("sha256").update(text).digest("hex"), counts, expiresAt: new Date(expiresAtMs).toISOString() };
}

/**
 * Gives the finished folder its name. A folder that stands there is first moved aside, since no system call of Node's exchanges two folders; a
 * crash between the two moves is mended by `tidy`. At no moment does a half package stand under the name.
 */
async function putInPlace(draft: string, place: string, name: string): Promise<void> {
  const target = join(place, name);
  const aside = join(place, `.${name}${REPLACED}`);
  if (await exists(target)) await rename(target, aside);
  await rename(draft, target);
  syncFolder(place);
  await rm(aside, { recursive: true, force: true });
}

/** Removes what an interrupted write of this package left, and restores the one it was about to replace. */
async function tidy(place: string, name: string): Promise<void> {
  const aside = join(place, `.${name}${REPLACED}`);
  if (await exists(aside)) {
    if (await exists(join(place, name))) await rm(aside, { recursive: true, force: true });
    else await rename(aside, join(place, name));
  }
  for (const each of await readdir(place)) {
    if (each.startsWith(`.${name}.`) && each.endsWith(DRAFT)) await rm(join(place, each), { recursive: true, force: true });
  }
}

/** A connection's name is the operator's; one that does not look like a name stands as its hash. */
function folderName({ request, connection }: PackageHeader): string {
  const plain = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(connection.name);
  return `${checkRequestId(request.id)}-${plain ? connection.name : createHash("sha256").update(connection.name).digest("hex").slice(0, 16)}`;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function isFileSystemError(error: unknown): boolean {
  return !(error instanceof DsrError) && error instanceof Error && "syscall" in error;
}
