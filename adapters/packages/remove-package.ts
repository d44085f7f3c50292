import { lstat, readdir, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { PackagePlaces, PackageRemoval, RemovalOutcome } from "../../core/host-ports.js";
import { syncFolder } from "../vault/private-folder.js";
import { isUnfinished, packageName, SEALED_ZIP, ZIP } from "./package-names.js";

/**
 * Removes a request's package from wherever it was put, with what interrupted writes of it left, and looks afterwards. Only ever touches what
 * carries the request's own name; a link is not followed, since what it leads to is somebody else's.
 */
export async function removePackage({ requestId, connection, directories, receipt }: PackagePlaces, ownPlace: string): Promise<PackageRemoval> {
  const name = packageName(requestId, connection);
  const made = [receipt?.path, receipt?.zip?.path].flatMap((path) => path ?? []);
  // A receipt is the home's own word; a name that is not the request's could still only be a mistake.
  if (made.some((path) => !basename(path).startsWith(name))) throw new DsrError("INTEGRITY", { reason: "a package's path is not its request's" });
  const places = [...new Set([ownPlace, ...directories, ...made.map((path) => dirname(path))].map((each) => resolve(each)))];
  const found = new Map<string, RemovalOutcome>();
  for (const place of places) {
    for (const each of [name, `${name}${ZIP}`, `${name}${SEALED_ZIP}`, ...(await unfinishedIn(place, name))]) found.set(join(place, each), await removed(join(place, each)));
    await synced(place);
  }
  return receipt === undefined ? { folder: worst([...found.values()]) } : toldOf(receipt, found, resolve(ownPlace));
}

/**
 * What was made is told of, also where it lies in the home folder's own place by now, as one does whose home folder was moved; whatever else of the
 * request could not be removed counts as not deleted, too.
 */
function toldOf({ path, zip }: NonNullable<PackagePlaces["receipt"]>, found: ReadonlyMap<string, RemovalOutcome>, ownPlace: string): PackageRemoval {
  const made = [path, zip?.path].flatMap((each) => (each === undefined ? [] : [resolve(each)]));
  const isStrayLeft = [...found].some(([each, outcome]) => outcome === "not_deleted" && !made.includes(each));
  const outcome = (each: string): RemovalOutcome => (isStrayLeft ? "not_deleted" : worst([resolve(each), join(ownPlace, basename(each))].map((place) => found.get(place) ?? "not_found")));
  // For a recipient the file is all there is.
  return { ...(path === zip?.path ? {} : { folder: outcome(path) }), ...(zip === undefined ? {} : { file: outcome(zip.path) }) };
}

/** Only what was there and is not any more was deleted. */
async function removed(path: string): Promise<RemovalOutcome> {
  const before = await seen(path);
  if (before === "nothing") return "not_found";
  const isFile = path.endsWith(ZIP) || path.endsWith(SEALED_ZIP);
  if (before !== (isFile ? "file" : "folder")) return "not_deleted";
  await rm(path, { recursive: !isFile, force: true }).catch(() => undefined);
  return (await seen(path)) === "nothing" ? "deleted" : "not_deleted";
}

/** What cannot be looked at is not known to be gone. */
async function seen(path: string): Promise<"nothing" | "folder" | "file" | "other"> {
  try {
    const status = await lstat(path);
    return status.isDirectory() ? "folder" : status.isFile() ? "file" : "other";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "nothing" : "other";
  }
}

async function unfinishedIn(place: string, name: string): Promise<readonly string[]> {
  return (await readdir(place).catch(() => [])).filter((each) => isUnfinished(each, name));
}

function worst(outcomes: readonly RemovalOutcome[]): RemovalOutcome {
  return outcomes.find((each) => each === "not_deleted") ?? outcomes.find((each) => each === "deleted") ?? "not_found";
}

/** So that a power cut does not bring the names back. */
async function synced(place: string): Promise<void> {
  if ((await seen(place)) !== "folder") return;
  try {
    syncFolder(place);
  } catch {
    // A folder that cannot be opened holds nothing that could be removed either.
  }
}
