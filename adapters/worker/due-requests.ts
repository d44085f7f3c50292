import type { Clock } from "../../core/host-ports.js";
import type { PrivacyRequest } from "../../core/request.js";
import type { Dsr } from "../inversify/dsr.js";
import { unlessUnreadable } from "../inversify/unreadable.js";
import { goesOnByItself, lackOf } from "../inversify/waiting-requests.js";
import type { Reach } from "./nudges.js";

/** How long the journal of a request that waits for somebody is left alone; a connection may be mended meanwhile. */
const LEFT_ALONE_MS = 60_000;
/** How long one is left alone that was gone on with, and stopped for the same reason. */
const TRIED_MS = 900_000;

/**
 * Which requests go on by themselves now: begun and not ended, parked until now, or to be looked at now; none whose connection has to be mended first. Of
 * one whose time has not come the journal is not read again before that.
 */
export function createDueRequests(dsr: Pick<Dsr, "connections" | "requests" | "result">, clock: Pick<Clock, "now" | "monotonicMs">): () => Promise<ReadonlyMap<Reach, readonly string[]>> {
  /** Those that rest, and where their time is known that one. */
  const rests = new Map<string, { readonly untilMs: number; readonly atMs?: number }>();
  const rest = (key: string, ms: number): void => void rests.set(key, { untilMs: clock.monotonicMs() + ms });
  const isDue = async (request: PrivacyRequest, connections: Awaited<ReturnType<Dsr["connections"]>>): Promise<boolean> => {
    const connection = connections.find(({ name }) => name === request.connection);
    if (request.state === "running") return lackOf(connection, undefined, request) === undefined;
    const key = `${request.id} ${request.state}`;
    const before = rests.get(key);
    const hasRested = before !== undefined && clock.monotonicMs() >= before.untilMs;
    if (before !== undefined && !hasRested && !(before.atMs !== undefined && clock.now() >= before.atMs)) return false;
    const result = await unlessUnreadable(dsr.result(request.id));
    // Whoever goes on with it is told why it cannot be read.
    if (result === undefined) {
      rest(key, TRIED_MS);
      return true;
    }
    const { attention } = result;
    const at = attention?.resumeAt ?? ("nextLookAt" in result ? result.nextLookAt : undefined);
    const may = goesOnByItself(request, attention) && lackOf(connection, attention, request) === undefined;
    if (!may || at === undefined) {
      rest(key, may ? TRIED_MS : LEFT_ALONE_MS);
      return may;
    }
    const atMs = Date.parse(at);
    // Where the clock was set back meanwhile, its time has come all the same.
    if (atMs <= clock.now() || (hasRested && before.atMs === atMs)) return true;
    rests.set(key, { untilMs: clock.monotonicMs() + atMs - clock.now(), atMs });
    return false;
  };
  return async () => {
    const connections = await dsr.connections();
    const due = new Map<Reach, string[]>([["here", []], ["everywhere", []]]);
    const open = await dsr.requests({ open: true, here: true });
    for (const request of open) {
      if (request.state === "planned" || !(await isDue(request, connections))) continue;
      // Pages and packages of access requests lie in the home that began them.
      due.get(request.type === "access" ? "here" : "everywhere")?.push(request.id);
    }
    const stillOpen = new Set(open.map(({ id, state }) => `${id} ${state}`));
    for (const key of rests.keys()) if (!stillOpen.has(key)) rests.delete(key);
    return due;
  };
}
