import type { Host, Lease } from "../../core/host-ports.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { PlanChoices } from "../../core/plan.js";
import type { RequestHistory } from "../../core/request-history.js";
import { FINISHED, type PrivacyRequest } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import { history, type Run } from "../../core/run.js";
import type { Session } from "../../core/session.js";
import type { Lookup } from "../../core/shared-lookup.js";
import type { Observer } from "../observability/observer.js";
import type { RunOptions } from "./dsr.js";
import { linkedSignal } from "./linked-signal.js";

/** How one line of a batch is run. */
export interface LineOptions extends RunOptions {
  /** Makes what stands for the connector's own, where many people are looked up at once. */
  readonly lookup?: (own: Lookup) => Partial<Lookup>;
  /** Of a deletion that was not planned before. */
  readonly choices?: PlanChoices;
}

interface Surroundings {
  readonly host: Host;
  readonly observer: Required<Observer>;
  readonly opened: <T>(name: string, use: (session: Session) => Promise<T>, signal?: AbortSignal) => Promise<T>;
  readonly found: (requestId: string) => Promise<PrivacyRequest>;
  readonly resultAt: (request: PrivacyRequest, state: RequestHistory) => Promise<RequestResult>;
}

export type LeasedRun = (request: PrivacyRequest, options: LineOptions, work: (run: Run) => Promise<void>) => Promise<RequestResult>;

/** Works on a request under its lease, in a session of its own. What another process did until the lease was had is read anew; one that is finished is only told. */
export function createLeasedRun({ host, observer, opened, found, resultAt }: Surroundings): LeasedRun {
  const leased = async <T>(requestId: string, use: (lease: Lease) => Promise<T>): Promise<T> => {
    const lease = await host.journal.lease(requestId);
    if (lease === undefined) throw new DsrError("REQUEST_BUSY");
    try {
      return await use(lease);
    } finally {
      await lease.release();
    }
  };
  const runUnderLease = async (id: string, options: LineOptions, work: (run: Run) => Promise<void>): Promise<RequestResult> => {
    options.onOpened?.(id);
    return leased(id, async (lease) => {
      const request = await found(id);
      if (!FINISHED.has(request.state)) await runUnder(lease, request, options, work);
      // What was read under the lease, and written since: the journal says the same.
      return resultAt(await found(id), await history({ host, lease }));
    });
  };
  const runUnder = async (lease: Lease, request: PrivacyRequest, options: LineOptions, work: (run: Run) => Promise<void>): Promise<void> => {
    await refuseForgotten(host, lease);
    // Who waits for the rate limit with a deletion in hand has to hear, too, that the request is another one's by now.
    const { signal, release } = linkedSignal([options.signal, lease.lost]);
    try {
      await opened(
        request.connection,
        (session) =>
          work({
            host,
            session: options.lookup === undefined ? session : { ...session, lookup: { ...session.lookup, ...options.lookup(session.lookup) } },
            request,
            lease,
            signal,
            ...(options.waitForAllLooks === undefined ? {} : { waitForAllLooks: options.waitForAllLooks }),
            ...(options.directory === undefined ? {} : { directory: options.directory }),
            ...(options.recipient === undefined ? {} : { recipient: options.recipient }),
            ...(options.defaults === undefined ? {} : { defaults: options.defaults }),
            ...(options.extents === undefined ? {} : { extents: options.extents }),
          }),
        signal,
      );
    } catch (error) {
      throw lease.lost.aborted && isDsrError(error, "INTERRUPTED") ? new DsrError("REQUEST_BUSY") : error;
    } finally {
      release();
    }
  };
  return ({ id, type, connector, connection: name, vendorsOwn }: PrivacyRequest, options: LineOptions, work: (run: Run) => Promise<void>): Promise<RequestResult> =>
    observer.run({ id, type, connector, connection: name, vendorsOwn }, () => runUnderLease(id, options, work));
}

/** A request that was refused long ago can be asked for again, but not under the reference of one of which nobody knows any more whom it was about. */
async function refuseForgotten(host: Host, lease: Lease): Promise<void> {
  const { keyDestroyedAt } = await history({ host, lease });
  if (keyDestroyedAt !== undefined) throw new DsrError("REQUEST_INVALID", { at: "reference", reason: "its request has ended and its address was destroyed; use another one" });
}
