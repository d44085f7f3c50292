import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { DsrError } from "../../core/errors.js";
import { makePrivateFolder, syncFolder } from "../vault/private-folder.js";
import { UNVEILED, type DraftVeil } from "./draft-veil.js";
import { createFile, type FileWriter } from "./file-writer.js";

export interface WrittenFile {
  /** Below the package's folder, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface PackageFile {
  write(text: string): Promise<void>;
  /** Puts the file on the list, and soon on disk. */
  finish(): Promise<WrittenFile>;
}

/** The files of one package, under names that this program makes. */
export interface PackageFiles {
  readonly folder: string;
  /** A finished file's bytes. */
  read(name: string): Readable;
  create(name: string): Promise<PackageFile>;
  /** One file in one go. */
  add(name: string, text: string): Promise<WrittenFile>;
  /** The same with what comes in pieces, of which one is held at a time. */
  addBytes(name: string, bytes: AsyncIterable<Uint8Array>): Promise<WrittenFile>;
  /** What is finished so far, in the order of names that people expect (`2.html` before `10.html`). */
  list(): readonly WrittenFile[];
  /** How large a finished file is. */
  bytes(name: string): number;
  /** Resolves when all that is finished is on disk under its name. */
  sync(): Promise<void>;
  /** Lets go of files that were not finished. */
  close(): Promise<void>;
}

/** Waiting for the disk after each of ten thousand files would take a minute; some wait together. */
const MOST_UNDERWAY = 16;

export function createPackageFiles(folder: string, veil: DraftVeil = UNVEILED): PackageFiles {
  const written: WrittenFile[] = [];
  const open = new Set<FileWriter>();
  const folders = new Set<string>([folder]);
  const underway = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const putOnDisk = async (file: FileWriter): Promise<void> => {
    const done = file
      .sync()
      .finally(() => file.close())
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underway.delete(done));
    underway.add(done);
    if (underway.size >= MOST_UNDERWAY) await Promise.race(underway);
  };

  const begin = async (name: string): Promise<{ readonly file: FileWriter; readonly finish: () => Promise<WrittenFile> }> => {
    const path = join(folder, ...checkName(name).split("/"));
    if (!folders.has(dirname(path))) makePrivateFolder(dirname(path));
    folders.add(dirname(path));
    const file = await createFile(path, veil);
    open.add(file);
    const finish = async (): Promise<WrittenFile> => {
      const finished = { name, ...(await file.finish()) };
      open.delete(file);
      await putOnDisk(file);
      written.push(finished);
      return finished;
    };
    return { file, finish };
  };

  const create = async (name: string): Promise<PackageFile> => {
    const { file, finish } = await begin(name);
    return { write: (text) => file.write(text), finish };
  };

  return {
    folder,
    read: (name) => veil.read(join(folder, ...checkName(name).split("/"))),
    create,
    add: async (name, text) => {
      const file = await create(name);
      await file.write(text);
      return file.finish();
    },
    addBytes: async (name, bytes) => {
      const { file, finish } = await begin(name);
      for await (const chunk of bytes) await file.writeBytes(chunk);
      return finish();
    },
    list: () => [...written].sort((a, b) => inOrder(a.name, b.name)),
    bytes: (name) => written.find((file) => file.name === name)?.bytes ?? 0,
    sync: async () => {
      await Promise.all(underway);
      if (failures.length > 0) throw failures[0];
      for (const each of folders) syncFolder(each);
    },
    close: async () => {
      await Promise.allSettled(underway);
      for (const file of open) await file.close();
      open.clear();
    },
  };
}

const NAME = /^(?:[a-z][a-z_-]*\/)?[a-z0-9][a-z0-9_-]*(?:\.[a-z][a-z0-9]*){1,2}$/;

/** No name ever comes from a vendor: this notices where one would. */
function checkName(name: string): string {
  if (!NAME.test(name)) throw new DsrError("INTERNAL", { reason: "a file of a package has a name that nobody gave it" });
  return name;
}

/** By code units, numbers by value, the same in every language. */
function inOrder(a: string, b: string): number {
  const padded = (name: string): string => name.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
  return padded(a) < padded(b) ? -1 : 1;
}
