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
export function createDueRequests(dsr: Pick<Dsr, "connections" | "requests" | "result">, clock: Pick<Clock, "now">): () => Promise<ReadonlyMap<Reach, readonly string[]>> {
  const restUntilMs = new Map<string, number>();
  const isDue = async (request: PrivacyRequest, connections: Awaited<ReturnType<Dsr["connections"]>>): Promise<boolean> => {
    const connection = connections.find(({ name }) => name === request.connection);
    if (request.state === "running") return lackOf(connection, undefined, request) === undefined;
    const key = `${request.id} ${request.state}`;
    if (clock.now() < (restUntilMs.get(key) ?? 0)) return false;
    const result = await unlessUnreadable(dsr.result(request.id));
    // Whoever goes on with it is told why it cannot be read.
    if (result === undefined) {
      restUntilMs.set(key, clock.now() + TRIED_MS);
      return true;
    }
    const { attention } = result;
    const at = attention?.resumeAt ?? ("nextLookAt" in result ? result.nextLookAt : undefined);
    const atMs = at === undefined ? clock.now() : Date.parse(at);
    const may = goesOnByItself(request, attention) && lackOf(connection, attention, request) === undefined;
    const goesOn = may && atMs <= clock.now();
    if (may && at !== undefined) restUntilMs.set(key, atMs);
    else restUntilMs.set(key, clock.now() + (goesOn ? TRIED_MS : LEFT_ALONE_MS));
    return goesOn;
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
    for (const key of restUntilMs.keys()) if (!stillOpen.has(key)) restUntilMs.delete(key);
    return due;
  };
}
