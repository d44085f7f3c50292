import { markBroken } from "../../core/connect.js";
import { isSameGrant, type Connection } from "../../core/connection.js";
import { DsrError, isDsrError, type ErrorCode } from "../../core/errors.js";
import type { Host, Lease } from "../../core/host-ports.js";
import type { JournalEntry } from "../../core/journal.js";
import { lookAgain } from "../../core/later-looks.js";
import { historyOf, replay } from "../../core/replay.js";
import type { PrivacyRequest } from "../../core/request.js";
import { destroyKey, dropPages, removePackage } from "../../core/retention.js";
import { choresOf, isBack, isIncomplete, isLeft, type Chore } from "../../core/upkeep.js";
import type { Session } from "../../core/session.js";
import type { Done, RunOptions, Tended, UpkeepReport } from "./dsr.js";

interface Surroundings {
  readonly host: Host;
  readonly opened: <T>(name: string, use: (session: Session) => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

export interface Upkeep {
  /** Everything that is due, of every request that nobody works on. */
  all(options?: RunOptions): Promise<UpkeepReport>;
  /** What is due of one request. */
  one(request: PrivacyRequest, options?: RunOptions): Promise<Tended | undefined>;
}

/** What happens after requests have ended: people are looked for again, packages expire, keys are destroyed. */
export function createUpkeep({ host, opened }: Surroundings): Upkeep {
  const leased = async <T>(requestId: string, use: (lease: Lease) => Promise<T>): Promise<T | undefined> => {
    const lease = await host.journal.lease(requestId);
    if (lease === undefined) return undefined;
    try {
      return await use(lease);
    } finally {
      await lease.release();
    }
  };
  const look = async (request: PrivacyRequest, lease: Lease, { at }: Chore, signal: AbortSignal): Promise<Done> => {
    let asked: Connection | undefined;
    try {
      await opened(request.connection, (session) => {
        asked = session.connection;
        return lookAgain({ host, session, request, lease, signal }, at);
      }, signal);
    } catch (error) {
      if (!isDsrError(error) || ENDS_ALL.has(error.code) || error.code === "INTEGRITY" || error.code === "STORAGE_FAILED") throw error;
      if (error.code === "AUTH_REJECTED") await markBroken(host, request.connection, (now) => asked !== undefined && isSameGrant(asked, now));
      // A connection that was removed does not come back by waiting.
      if (error.code !== "CONNECTION_UNKNOWN" && host.clock.now() < Date.parse(at) + host.timings.lookGraceMs) throw error;
      await host.journal.append(lease, { at: new Date(host.clock.now()).toISOString(), kind: "look_missed", dueAt: at, code: error.code });
      return "look_missed";
    }
    const { laterLooks } = await historyOf(host.journal, request.id);
    if (laterLooks.some(isBack)) return "reappeared";
    return laterLooks.slice(-1).some(isIncomplete) ? "looked_in_part" : "looked_again";
  };
  const carryOut = async (request: PrivacyRequest, lease: Lease, chore: Chore, signal: AbortSignal): Promise<Done> => {
    switch (chore.what) {
      case "look":
        return look(request, lease, chore, signal);
      case "package": {
        await removePackage({ host, request, lease });
        const state = (await historyOf(host.journal, request.id)).removed?.removal;
        if (state === undefined || isLeft(state)) throw new DsrError("STORAGE_FAILED", { reason: "a package could not be removed" });
        return state.folder === "not_found" || state.file === "not_found" ? "package_missing" : "package_deleted";
      }
      case "key":
        if (!(await destroyKey({ host, request, lease }))) throw new DsrError("STORAGE_FAILED", { reason: "what was left of a package could not be removed" });
        return "key_destroyed";
    }
  };
  const tend = async (request: PrivacyRequest, lease: Lease, signal: AbortSignal): Promise<Tended | undefined> => {
    const done: Done[] = [];
    for (;;) {
      if (signal.aborted) throw new DsrError("INTERRUPTED");
      const entries = await host.journal.entries(request.id);
      const [chore] = choresOf(replay(entries), host.timings);
      if (chore === undefined || Date.parse(chore.at) > host.clock.now()) break;
      const tried = chore.what === "look" ? justTried(entries, host) : undefined;
      if (tried !== undefined) return { request, done, failed: { what: "look", code: tried } };
      try {
        done.push(await carryOut(request, lease, chore, signal));
      } catch (error) {
        if (!isDsrError(error) || ENDS_ALL.has(error.code) || error.code === "INTEGRITY") throw error;
        return { request, done, failed: { what: chore.what, code: error.code } };
      }
    }
    return done.length === 0 ? undefined : { request, done };
  };
  const one: Upkeep["one"] = async (request, { signal = new AbortController().signal } = {}) => {
    // Whose turn has not come is not held: somebody may be about to confirm it.
    const [chore] = choresOf(await historyOf(host.journal, request.id), host.timings);
    return chore === undefined || Date.parse(chore.at) > host.clock.now() ? undefined : leased(request.id, (lease) => tend(request, lease, signal));
  };
  const dropForgotten = async (id: string): Promise<void> => {
    if (host.clock.now() - (await host.staging.touchedAt(id)) >= host.timings.stagedPagesMs) await host.staging.drop(id);
  };
  /** One request's altered journal, or one of another home, keeps nothing from the others. */
  const byItself = async (request: PrivacyRequest, work: () => Promise<Tended | undefined>): Promise<Tended | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (isDsrError(error, "INTEGRITY")) return { request, done: [], failed: { what: "journal", code: error.code } };
      if (isDsrError(error, "REQUEST_BUSY") || isDsrError(error, "REQUEST_ELSEWHERE")) return undefined;
      throw error;
    }
  };
  /** Pages of requests that were given up, or that a crash kept from being cleared away. */
  const sweepPages = async (signal: AbortSignal): Promise<readonly Tended[]> => {
    const swept: Tended[] = [];
    for (const id of await host.staging.list()) {
      if (signal.aborted) throw new DsrError("INTERRUPTED");
      const request = await host.journal.find(id);
      // Another store that was used with this home may know it, and go on with it as long as with any other.
      if (request === undefined) await dropForgotten(id);
      else {
        const tended = await byItself(request, async () => ((await leased(id, async (lease) => dropPages({ host, request, lease }))) === true ? { request, done: ["pages_dropped"] } : undefined));
        if (tended !== undefined) swept.push(tended);
      }
    }
    return swept;
  };
  return {
    one,
    all: async (options = {}) => {
      const tended: Tended[] = [...(await sweepPages(options.signal ?? new AbortController().signal))];
      const unreadable = new Set(tended.flatMap(({ request, failed }) => (failed === undefined ? [] : [request.id])));
      for (const request of await host.journal.list({ keyDestroyed: false, here: true })) {
        const outcome = unreadable.has(request.id) ? undefined : await byItself(request, () => one(request, options));
        if (outcome !== undefined) tended.push(outcome);
      }
      return { tended, purged: await host.journal.purge() };
    },
  };
}

/** Not one request's trouble, or no trouble at all but the end of this run. */
const ENDS_ALL: ReadonlySet<ErrorCode> = new Set(["INTERRUPTED", "REQUEST_BUSY", "SEALING_KEY_INVALID", "INTERNAL"]);

/** So that an outage does not fill the journal, the next try waits as a parked run does; a connection may have been renewed at any time. */
function justTried(entries: readonly JournalEntry[], { clock, timings }: Host): ErrorCode | undefined {
  const last = entries.at(-1);
  if (last?.kind !== "look_failed" || last.code === "AUTH_REJECTED") return undefined;
  return clock.now() < Date.parse(last.at) + timings.parkMs ? last.code : undefined;
}
