import { randomBytes } from "node:crypto";
import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { Clock, PackageHeader, PackageReceipt, PackageSink } from "../../core/host-ports.js";
import { storageFailure } from "../journal/storage-failure.js";
import { makePrivateFolder, syncFolder } from "../vault/private-folder.js";
import type { PackageAbout } from "./about.js";
import { checkRecipient, sealedFor } from "./age-stream.js";
import { withAttachments } from "./attachment-files.js";
import { createDraftVeil, UNVEILED } from "./draft-veil.js";
import { writeContents, type PackageSource } from "./package-contents.js";
import { createPackageFiles, type PackageFiles } from "./package-files.js";
import { DEFAULT_RETENTION_MS, packageManifest } from "./package-manifest.js";
import { DRAFT, draftPrefix, isDraft, packageName, REPLACED, SEALED_ZIP, ZIP } from "./package-names.js";
import { removePackage } from "./remove-package.js";
import { visibleJson } from "./visible-json.js";
import { writeWhole, zipStream } from "./zip-file.js";

export interface PackageFolderOptions {
  /** The home folder; packages lie in `packages/` below it unless a request names another place. */
  readonly directory: string;
  readonly clock: Pick<Clock, "now">;
  /** How long a package may be kept. */
  readonly retentionMs?: number;
  /** What the controller tells about its processing. Asked for before anything is read, too, so that what cannot be understood is told then. */
  readonly about?: () => Promise<PackageAbout>;
}

/**
 * Writes a package as a folder `<request id>-<connection>`, and the same as one file `<request id>-<connection>.zip`: pages for people, a JSON
 * array and a table per category, and `manifest.json` with the hash of each file. Both are made under other names beside their place and take
 * their names when they are whole and on disk. All of it is for its owner alone. For a recipient there is one file and no folder,
 * `<request id>-<connection>.zip.age`; what lies on the disk until it is whole is under a key that is in memory alone.
 */
export function createPackageFolderSink({ directory, clock, retentionMs = DEFAULT_RETENTION_MS, about = () => Promise.resolve({}) }: PackageFolderOptions): PackageSink {
  return {
    placeOf: (named) => resolve(named),
    prepare: async (named, recipient) => {
      if (recipient !== undefined) await checkRecipient(recipient);
      await about();
      try {
        await tryOut(resolve(named ?? join(directory, "packages")));
      } catch (error) {
        const { code, facts } = storageFailure(error);
        throw named === undefined ? new DsrError(code, facts) : new DsrError("REQUEST_INVALID", { at: "output folder", ...facts });
      }
    },
    write: async (header, pages, readFile) => {
      const place = resolve(header.directory ?? join(directory, "packages"));
      const name = packageName(header.request.id, header.connection.name);
      const draft = join(place, `${draftPrefix(name)}${randomBytes(6).toString("hex")}${DRAFT}`);
      const sealed = header.recipient !== undefined;
      const fileName = `${name}${sealed ? SEALED_ZIP : ZIP}`;
      const fileDraft = `${draft}${sealed ? SEALED_ZIP : ZIP}`;
      try {
        makePrivateFolder(place);
        await tidy(place, name);
        makePrivateFolder(draft);
        const madeAtMs = clock.now();
        const told = await about();
        const files = createPackageFiles(draft, sealed ? createDraftVeil() : UNVEILED);
        const receipt = await writeFolder(files, header, { pages, readFile }, { about: told, madeAtMs, expiresAtMs: madeAtMs + retentionMs });
        const zip = zipStream({ read: (each) => files.read(each), topFolder: name, files: files.list(), atMs: madeAtMs });
        const { sha256 } = await writeWhole(fileDraft, header.recipient === undefined ? zip : await sealedFor(header.recipient, zip));
        await putInPlace({ folder: sealed ? undefined : draft, file: fileDraft, fileName }, place, name);
        if (sealed) await rm(draft, { recursive: true, force: true });
        return { ...receipt, path: join(place, sealed ? fileName : name), zip: { path: join(place, fileName), sha256 } };
      } catch (error) {
        await rm(draft, { recursive: true, force: true }).catch(() => undefined);
        await rm(fileDraft, { force: true }).catch(() => undefined);
        if (!isFileSystemError(error)) throw error;
        const { code, facts } = storageFailure(error);
        throw new DsrError(code, { at: "output folder", ...facts });
      }
    },
    remove: (where) => removePackage(where, join(directory, "packages")),
  };
}

/** Permissions alone do not tell: a disk may be read-only, full, or no disk. */
async function tryOut(place: string): Promise<void> {
  makePrivateFolder(place);
  const file = join(place, `.${randomBytes(6).toString("hex")}${DRAFT}`);
  await writeFile(file, "dsr", { flag: "wx", mode: 0o600 });
  await rm(file);
}

async function writeFolder(
  files: PackageFiles,
  header: PackageHeader,
  source: PackageSource,
  making: { readonly about: PackageAbout; readonly madeAtMs: number; readonly expiresAtMs: number },
): Promise<Omit<PackageReceipt, "path" | "zip">> {
  try {
    const { counts, gaps, redactions, attachments } = await writeContents(files, header, source, making);
    const manifest = packageManifest(header, { counts, gaps, redactions, attachments, files: files.list(), madeAtMs: making.madeAtMs, expiresAtMs: making.expiresAtMs });
    const { sha256 } = await files.add("manifest.json", `${visibleJson(manifest, 2)}\n`);
    await files.sync();
    return { sha256, counts: withAttachments(counts, attachments), redactions, expiresAt: new Date(making.expiresAtMs).toISOString() };
  } finally {
    await files.close();
  }
}

interface Finished {
  /** Left out where only the file may stand there. */
  readonly folder: string | undefined;
  readonly file: string;
  readonly fileName: string;
}

/**
 * Gives the finished folder and the finished file their names. A folder that stands there is first moved aside, since no system call of Node's
 * exchanges two folders; a crash between the two moves is mended by `tidy`. At no moment does a half package stand under the name, nor a ZIP
 * beside a folder of another content.
 */
async function putInPlace({ folder, file, fileName }: Finished, place: string, name: string): Promise<void> {
  const target = join(place, name);
  const aside = join(place, `.${name}${REPLACED}`);
  for (const ending of [ZIP, SEALED_ZIP]) await rm(`${target}${ending}`, { force: true });
  if (await exists(target)) await rename(target, aside);
  if (folder !== undefined) await rename(folder, target);
  await rename(file, join(place, fileName));
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
    if (isDraft(each, name)) await rm(join(place, each), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function isFileSystemError(error: unknown): boolean {
  return !(error instanceof DsrError) && error instanceof Error && "syscall" in error;
}
