import type { Host, Lease, PackagePlaces, PackageRemoval, RemovalOutcome } from "./host-ports.js";
import { remainderOf } from "./remainder.js";
import { historyOf, replay } from "./replay.js";
import type { RequestHistory } from "./request-history.js";
import { ENDED_STATES, type PrivacyRequest } from "./request.js";
import { isLeft } from "./upkeep.js";

/** A request that is being put in order, by the holder of its lease. */
export interface Keeping {
  readonly host: Host;
  readonly request: PrivacyRequest;
  readonly lease: Lease;
}

/** Removes a package whose time is over, and records what became of it. */
export async function removePackage({ host, request, lease }: Keeping): Promise<void> {
  const { removed, ...history } = await historyOf(host.journal, request.id);
  const removal = together(removed?.removal, await host.packages.remove(placesOf(request, history)));
  // Tried again at every occasion, told once.
  const isNews = removed === undefined || removed.removal.folder !== removal.folder || removed.removal.file !== removal.file;
  if (isNews) await host.journal.append(lease, { at: timestamp(host), kind: "package_removed", removal });
}

/** What an earlier try deleted is not missing now. */
function together(before: PackageRemoval | undefined, now: PackageRemoval): PackageRemoval {
  const one = (then: RemovalOutcome | undefined, outcome: RemovalOutcome | undefined) => (then === "deleted" && outcome === "not_found" ? then : outcome);
  const [folder, file] = [one(before?.folder, now.folder), one(before?.file, now.file)];
  return { ...(folder === undefined ? {} : { folder }), ...(file === undefined ? {} : { file }) };
}

/** Makes unreadable whom a request was about. False where pages or drafts of a package still lie about: they go first. */
export async function destroyKey(keeping: Keeping): Promise<boolean> {
  const { host, request, lease } = keeping;
  if (!(await clearAway(keeping))) return false;
  const remains = await remainderOf(await historyOf(host.journal, request.id), host.evidence, request.id);
  await host.journal.destroyKey(lease, { at: timestamp(host), kind: "key_destroyed", remains });
  return true;
}

/** Drops what an access request that has ended needs no more: its pages, and a package that it did not come to finish. False where something stays. */
export async function clearAway({ host, request }: Keeping): Promise<boolean> {
  if (request.type !== "access") return true;
  const history = await historyOf(host.journal, request.id);
  await host.staging.drop(request.id);
  return removeUnfinished(host, request, history);
}

/** A package of which nothing is journalled: an interrupted run left its draft, or all of it. False where something stays. */
async function removeUnfinished({ packages }: Pick<Host, "packages">, request: PrivacyRequest, history: RequestHistory): Promise<boolean> {
  return history.receipt !== undefined || !isLeft(await packages.remove(placesOf(request, history)));
}

/**
 * Drops the pages of a request that nobody goes on with, and a package that it did not come to finish; those of one that has ended in any case.
 * False where nothing is due yet, or something of the package cannot be removed: the pages stay with it, so that it is tried again.
 */
export async function dropPages({ host, request, lease }: Keeping): Promise<boolean> {
  const entries = await host.journal.entries(request.id);
  const history = replay(entries);
  const { ended, pages } = history;
  const last = entries.at(-1);
  const isOver = ENDED_STATES.has(ended?.outcome ?? "running");
  if (!isOver && last?.kind !== "pages_dropped") {
    if (host.clock.now() < Date.parse(last?.at ?? request.openedAt) + host.timings.stagedPagesMs) return false;
    // Recorded first: whoever goes on must not look for pages that are gone.
    if (pages > 0) await host.journal.append(lease, { at: timestamp(host), kind: "pages_dropped" });
  }
  // What is left after the end goes before the key does.
  if (!(await removeUnfinished(host, request, history)) && !isOver) return false;
  await host.staging.drop(request.id);
  return true;
}

function placesOf({ id, connection }: PrivacyRequest, { directories, receipt }: Pick<RequestHistory, "directories" | "receipt">): PackagePlaces {
  return { requestId: id, connection, directories, ...(receipt === undefined ? {} : { receipt }) };
}

function timestamp(host: Host): string {
  return new Date(host.clock.now()).toISOString();
}
