import { isOpenDeletion } from "../../core/cancelled.js";
import { markBroken } from "../../core/connect.js";
import { isSameConnection, type Connection } from "../../core/connection.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { Host } from "../../core/host-ports.js";
import { historyOf } from "../../core/replay.js";
import type { PrivacyRequest } from "../../core/request.js";
import type { Dsr, NotGivenUp } from "./dsr.js";
import { unlessUnreadable } from "./unreadable.js";

interface Surroundings {
  readonly host: Host;
  readonly connection: (name: string) => Promise<Connection>;
  readonly requests: Pick<Dsr, "cancel"> & { readonly giveUp: (requestId: string) => Promise<unknown> };
  readonly endGrant: (current: Connection) => Promise<void>;
}

/** Forgets a connection once nothing waits on it any more. */
export function createDisconnect({ host, connection, requests, endGrant }: Surroundings): Dsr["disconnect"] {
  const isBegun = async (requestId: string): Promise<boolean> => isOpenDeletion(await historyOf(host.journal, requestId));
  /** Whoever works on those, here or at their own home, sees that they are to end. */
  const stillOpen = async (name: string): Promise<readonly NotGivenUp[]> => {
    const here = new Set((await host.journal.list({ connection: name, open: true, here: true })).map(({ id }) => id));
    return (await host.journal.list({ connection: name, open: true })).map(({ id }) => ({ requestId: id, code: here.has(id) ? "REQUEST_BUSY" : "REQUEST_ELSEWHERE" }));
  };
  const giveUp = async (requestId: string): Promise<readonly NotGivenUp[]> => {
    try {
      await requests.giveUp(requestId);
      return [];
    } catch (error) {
      // One request's altered journal keeps nothing from the others.
      if (!isDsrError(error, "INTEGRITY")) throw error;
      return [{ requestId, code: error.code }];
    }
  };
  return async (name, { revoke = false, abandon = false } = {}) => {
    const current = await connection(name);
    const tried = new Set<string>();
    const openNow = async (): Promise<readonly PrivacyRequest[]> => (await host.journal.list({ connection: name, open: true })).filter(({ id }) => !tried.has(id));
    const waiting = await openNow();
    if (waiting.length > 0 && !abandon) throw new DsrError("CONNECTION_IN_USE");
    const histories = await Promise.all(waiting.map(async (request) => ({ request, begun: await unlessUnreadable(isBegun(request.id)) })));
    // What a deletion announced and never heard of is looked at while the credential still works. Each may have to ask a vendor that does not answer.
    await Promise.all(histories.flatMap(({ request, begun }) => (begun === true ? [requests.cancel(request.id)] : [])));
    // Before the rest is given up, since it may fail; and once the credential is gone, nobody here could end the grant any more.
    if (revoke) await endGrant(current);
    const notGivenUp: NotGivenUp[] = [];
    // The vendor took its time: others may have begun more.
    for (let open = await openNow(); open.length > 0; open = await openNow()) {
      if (!abandon) throw await begunMeanwhile(host, current, revoke);
      const now = await host.connections.get(name);
      // By that name others' requests may be listed by now.
      if (now === undefined || !isSameConnection(current, now)) throw new DsrError("CONNECTION_UNKNOWN");
      for (const { id } of open) tried.add(id);
      notGivenUp.push(...(await Promise.all(open.map(({ id }) => giveUp(id)))).flat());
    }
    const marked = (await stillOpen(name)).filter(({ requestId }) => tried.has(requestId) && !notGivenUp.some((each) => each.requestId === requestId));
    await host.connections.remove(name, current);
    const left = [...notGivenUp, ...marked];
    const givenUp: string[] = [];
    // What somebody else completed meanwhile was not given up.
    for (const id of new Set([...waiting.map((request) => request.id), ...tried])) if ((await unlessUnreadable(host.journal.find(id)))?.state === "cancelled") givenUp.push(id);
    return { givenUp, notGivenUp: left };
  };
}

/** Nobody has agreed to give those up. */
async function begunMeanwhile(host: Host, current: Connection, revoked: boolean): Promise<DsrError> {
  if (!revoked) return new DsrError("CONNECTION_IN_USE");
  await markBroken(host, current.name, (now) => isSameConnection(current, now));
  return new DsrError("CONNECTION_IN_USE", { reason: "they were begun while the grant was ended at the vendor; the connection is kept, without a token that works" });
}
