import { runAccess } from "../../core/access.js";
import type { Connection } from "../../core/connection.js";
import { confirmPlan, endCancelledDeletion, isCarriedOut, runDeletion } from "../../core/deletion.js";
import { policiesFor, refuseUnpermitted } from "../../core/erasure.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { ConnectionThen, Host, Lease } from "../../core/host-ports.js";
import { checkExtents } from "../../core/find.js";
import { openRequest, refuseAnotherAnswer, type Asked } from "../../core/intake.js";
import type { Manifest } from "../../core/manifest.js";
import { nextLookAt } from "../../core/next-look.js";
import type { PlanChoices } from "../../core/plan.js";
import { planDeletion } from "../../core/planning.js";
import { historyOf } from "../../core/replay.js";
import type { RequestHistory } from "../../core/request-history.js";
import { ENDED_STATES, FINISHED, type PrivacyRequest } from "../../core/request.js";
import { isBegun } from "../../core/target-steps.js";
import { settingsFor, type HostSettings } from "../../core/request-settings.js";
import { resultOf, type AccessResult, type DeletionResult, type RequestResult } from "../../core/results.js";
import { history, type Run } from "../../core/run.js";
import type { Session } from "../../core/session.js";
import type { Lookup } from "../../core/shared-lookup.js";
import { choresOf } from "../../core/upkeep.js";
import { evidenceHead } from "./accountability.js";
import { canBePlanned } from "./batch-lines.js";
import type { Dsr, RunOptions } from "./dsr.js";
import { linkedSignal } from "./linked-signal.js";
import { createResumeEach } from "./resume-each.js";
import { createStop } from "./stop-request.js";
import type { Observer } from "../observability/observer.js";
import { createUpkeep } from "./upkeep.js";

export interface Surroundings {
  readonly host: Host;
  readonly settings: HostSettings;
  readonly observer: Required<Observer>;
  readonly manifestOf: (connector: string) => Manifest;
  readonly connection: (name?: string) => Promise<Connection>;
  readonly opened: <T>(name: string, use: (session: Session) => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

/** How one line of a batch is run. */
export interface LineOptions extends RunOptions {
  /** Makes what stands for the connector's own, where many people are looked up at once. */
  readonly lookup?: (own: Lookup) => Partial<Lookup>;
  /** Of a deletion that was not planned before. */
  readonly choices?: PlanChoices;
}

/** What batches use, too. */
export interface RequestWork {
  delete(planId: string, confirm: string, options?: LineOptions): Promise<DeletionResult>;
  /** Carries out a plan that was confirmed with others, and no other one. */
  carryOut(requestId: string, planId: string, options?: LineOptions): Promise<RequestResult>;
  confirm(planId: string, confirm: string): Promise<DeletionResult>;
  resume(requestId: string, options?: LineOptions): Promise<RequestResult>;
  /** Plans a deletion, anew where its plan does not hold any more. What was confirmed is not carried out. */
  planLine(requestId: string, options?: LineOptions): Promise<RequestResult>;
  /** Cancels a request that nobody will be able to go on with, also where it is not known what became of what it announced. */
  giveUp(requestId: string): Promise<RequestResult>;
}

/** The part of the framework that runs requests: each under its lease, in a session of its own, with the journal's word as the result. */
export function createRequests({ host, settings, observer, manifestOf, connection, opened }: Surroundings): Pick<Dsr, "access" | "plan" | "confirm" | "cancel" | "requests" | "result" | "upkeep" | "statement" | "resumeEach"> & RequestWork {
  const upkeep = createUpkeep({ host, opened });
  const found = async (requestId: string): Promise<PrivacyRequest> => {
    const request = await host.journal.find(requestId);
    if (request === undefined) throw new DsrError("REQUEST_UNKNOWN");
    return request;
  };
  const result = async (requestId: string): Promise<RequestResult> => resultAt(await found(requestId), await historyOf(host.journal, requestId));
  const resultAt = async (request: PrivacyRequest, state: RequestHistory): Promise<RequestResult> => {
    const told = resultOf(request, state, manifestOf(request.connector));
    const look = state.ended === undefined ? nextLookAt(state, host.timings, host.clock.now()) : undefined;
    return { ...told, ...(look === undefined ? {} : { nextLookAt: look }), evidence: await evidenceHead(host, request.id), toCome: choresOf(state, host.timings) };
  };
  const leased = async <T>(requestId: string, use: (lease: Lease) => Promise<T>): Promise<T> => {
    const lease = await host.journal.lease(requestId);
    if (lease === undefined) throw new DsrError("REQUEST_BUSY");
    try {
      return await use(lease);
    } finally {
      await lease.release();
    }
  };
  /** Works on a request under its lease. What another process did until the lease was had is read anew. */
  const run = ({ id, type, connector, connection: name, vendorsOwn }: PrivacyRequest, options: LineOptions, work: (run: Run) => Promise<void>): Promise<RequestResult> =>
    observer.run({ id, type, connector, connection: name, vendorsOwn }, () => runUnderLease(id, options, work));
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
  const resume = async (requestId: string, options: LineOptions = {}): Promise<RequestResult> => {
    const request = await found(requestId);
    const { plan, planning, choices, confirmed, targets } = await historyOf(host.journal, requestId);
    // A new plan that was asked for and not made is made first: the earlier one is not what a human wants any more.
    const waitsForHuman = request.type === "deletion" && plan !== undefined && !planning && !confirmed;
    if (ENDED_STATES.has(request.state)) await tendOne(request, options);
    if (ENDED_STATES.has(request.state)) return result(requestId);
    if (targets.some(isBegun) && (await host.journal.cancelRequested(requestId))) return run(request, options, endCancelledDeletion);
    if (waitsForHuman) return result(requestId);
    return run(request, options, request.type === "access" ? runAccess : confirmed ? runDeletion : (r) => planDeletion(r, planning || plan !== undefined ? choices : (options.choices ?? choices), settings.erasure));
  };

  const planLine = async (requestId: string, options: LineOptions = {}): Promise<RequestResult> => {
    const request = await found(requestId);
    const state = await historyOf(host.journal, requestId);
    if (ENDED_STATES.has(request.state) || !canBePlanned(request, state, host.clock.now())) return result(requestId);
    return run(request, options, async (r) => {
      // Somebody may have confirmed it since.
      if (!(await history(r)).confirmed) await planDeletion(r, state.planning ? state.choices : (options.choices ?? state.choices), settings.erasure);
    });
  };

  /** What is due after the end. A person who could not be looked for is reported as any call that failed. */
  const tendOne = async (request: PrivacyRequest, options: RunOptions): Promise<void> => {
    options.onOpened?.(request.id);
    const tended = await upkeep.one(request, options);
    if (tended?.failed !== undefined) throw new DsrError(tended.failed.code);
    if (tended?.done.includes("key_destroyed") === true) await host.journal.purge();
  };

  const stop = createStop({ host, manifestOf, found, run });

  return {
    access: async (name, input, options = {}) => {
      const to = await connection(name);
      checkExtents(manifestOf(to.connector), options.extents ?? []);
      const asked: Asked = { ...options.defaults, ...(options.directory === undefined ? {} : { directory: options.directory }), ...(options.recipient === undefined ? {} : { recipient: options.recipient }), ...(options.extents === undefined ? {} : { extents: options.extents }) };
      // Before there is a request that could not come to its end.
      await host.packages.prepare(asked.directory, asked.recipient);
      const request = await openRequest(host, manifestOf(to.connector), to, "access", input, settingsFor(settings, to.connector), asked);
      const state = await historyOf(host.journal, request.id);
      const isFinished = FINISHED.has(request.state);
      if (!isFinished && state.receipt === undefined) return (await run(request, options, runAccess)) as AccessResult;
      refuseAnotherAnswer(state, options);
      return (isFinished ? await result(request.id) : await run(request, options, runAccess)) as AccessResult;
    },
    plan: async (name, input, choices = {}, options = {}) => {
      const to = await connection(name);
      const manifest = manifestOf(to.connector);
      checkExtents(manifest, choices.extents ?? []);
      // Before anything is stored.
      if (to.capabilities.includes("deletion")) refuseUnpermitted(manifest, to, choices.erase ?? "subject", policiesFor(manifest, settings.erasure));
      const request = await openRequest(host, manifest, to, "deletion", input, settingsFor(settings, to.connector));
      const state = await historyOf(host.journal, request.id);
      // What a human has confirmed is not planned over before it is done.
      if (FINISHED.has(request.state) || (state.confirmed && !isCarriedOut(state))) return (await result(request.id)) as DeletionResult;
      return (await run(request, options, (r) => planDeletion(r, choices, settings.erasure))) as DeletionResult;
    },
    delete: async (planId, confirm, options = {}) => {
      const request = await requestOfPlan(host, planId);
      if (FINISHED.has(request.state)) {
        const { plan } = await historyOf(host.journal, request.id);
        if (plan?.confirm !== confirm) throw new DsrError("CONFIRMATION_REFUSED");
        return (await result(request.id)) as DeletionResult;
      }
      return (await run(request, options, async (r) => {
        await confirmPlan(r, confirm);
        await runDeletion(r);
      })) as DeletionResult;
    },
    carryOut: async (requestId, planId, options = {}) =>
      run(await found(requestId), options, async (r) => {
        const { plan } = await history(r);
        if (plan?.id !== planId) throw new DsrError("PLAN_STALE");
        await confirmPlan(r, plan.confirm);
        await runDeletion(r);
      }),
    confirm: async (planId, confirm) => {
      const request = await requestOfPlan(host, planId);
      return (await run(request, {}, (r) => confirmPlan(r, confirm))) as DeletionResult;
    },
    resume,
    planLine,
    resumeEach: createResumeEach(host, resume),
    cancel: async (requestId) => {
      await stop(requestId);
      return result(requestId);
    },
    giveUp: async (requestId) => {
      await stop(requestId, "even if its outcome is not known");
      return result(requestId);
    },
    requests: (filter = {}) => host.journal.list(filter),
    upkeep: (options = {}) => upkeep.all(options),
    result,
    statement: async (requestId, { language } = {}) => {
      const request = await found(requestId);
      return host.statements.write({
        request,
        result: await result(requestId),
        manifest: manifestOf(request.connector),
        connection: connectionThen(await host.connections.get(request.connection), await historyOf(host.journal, requestId), manifestOf(request.connector)),
        ...(language === undefined ? {} : { language }),
        atMs: host.clock.now(),
      });
    },
  };
}

/** By now a connection of the same name may lead to another account, or there may be none. */
function connectionThen(now: Connection | undefined, { finding }: RequestHistory, { regions }: Manifest): ConnectionThen | undefined {
  const account = finding?.account;
  if (account === undefined || account.workspace === now?.workspace.id) return now;
  return { workspace: { id: account.workspace, region: regions.find(({ id }) => id === account.region)?.vendorId ?? account.region } };
}

/** A request that was refused long ago can be asked for again, but not under the reference of one of which nobody knows any more whom it was about. */
async function refuseForgotten(host: Host, lease: Lease): Promise<void> {
  const { keyDestroyedAt } = await history({ host, lease });
  if (keyDestroyedAt !== undefined) throw new DsrError("REQUEST_INVALID", { at: "reference", reason: "its request has ended and its address was destroyed; use another one" });
}

/** A plan's id begins with its request's. @throws DsrError `PLAN_UNKNOWN`, `PLAN_STALE` for one that a later plan has replaced */
async function requestOfPlan(host: Host, planId: string): Promise<PrivacyRequest> {
  const request = await host.journal.find(planId.slice(0, Math.max(0, planId.lastIndexOf("-"))));
  if (request?.type !== "deletion") throw new DsrError("PLAN_UNKNOWN");
  const { plan } = await historyOf(host.journal, request.id);
  if (plan === undefined) throw new DsrError("PLAN_UNKNOWN");
  if (plan.id !== planId) throw new DsrError("PLAN_STALE", { at: "plan", reason: "a later plan of the same request has taken its place" });
  return request;
}
