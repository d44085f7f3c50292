import { runAccess } from "../../core/access.js";
import type { Connection } from "../../core/connection.js";
import { confirmPlan, endCancelledDeletion, isCarriedOut, isToBeCarriedOut, runDeletion } from "../../core/deletion.js";
import { canonicalJson } from "../../core/canonical-json.js";
import { policiesFor, refuseUnpermitted } from "../../core/erasure.js";
import { DsrError } from "../../core/errors.js";
import type { ConnectionThen, Host } from "../../core/host-ports.js";
import { checkExtents } from "../../core/find.js";
import { openRequest, refuseAnotherAnswer, type Asked } from "../../core/intake.js";
import type { Manifest } from "../../core/manifest.js";
import { nextLookAt } from "../../core/next-look.js";
import { planDeletion } from "../../core/planning.js";
import { historyOf } from "../../core/replay.js";
import type { RequestHistory } from "../../core/request-history.js";
import { ENDED_STATES, FINISHED, type PrivacyRequest } from "../../core/request.js";
import { settingsFor, type HostSettings } from "../../core/request-settings.js";
import { resultOf, type AccessResult, type DeletionResult, type RequestResult } from "../../core/results.js";
import { history, type Run } from "../../core/run.js";
import type { Session } from "../../core/session.js";
import { choresOf } from "../../core/upkeep.js";
import { evidenceHead } from "./accountability.js";
import { canBePlanned } from "./batch-lines.js";
import type { Dsr, RunOptions } from "./dsr.js";
import { createLeasedRun, type LineOptions } from "./leased-run.js";
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

/** What batches use, too. */
export interface RequestWork {
  delete(planId: string, confirm: string, options?: LineOptions): Promise<DeletionResult>;
  /** Carries out a plan that was confirmed with others, at that time, and no other one. */
  carryOut(requestId: string, planId: string, confirmedAtMs: number, options?: LineOptions): Promise<RequestResult>;
  /** Confirms a plan that was confirmed with others, and leaves it to others to carry it out. */
  confirmLine(requestId: string, planId: string, confirmedAtMs: number): Promise<RequestResult>;
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
  const run = createLeasedRun({ host, observer, opened, found, resultAt });

  const resume = async (requestId: string, options: LineOptions = {}): Promise<RequestResult> => {
    const request = await found(requestId);
    if (ENDED_STATES.has(request.state)) {
      await tendOne(request, options);
      return result(requestId);
    }
    const isCancelled = await host.journal.cancelRequested(requestId);
    return !isCancelled && waitsForHuman(await historyOf(host.journal, requestId)) ? result(requestId) : run(request, options, (r) => goOn(r, options));
  };

  /** What comes next by where it stands under the lease: another process may have gone on with it until then. */
  const goOn = async (r: Run, options: LineOptions): Promise<void> => {
    if (ENDED_STATES.has(r.request.state)) return;
    if (r.request.type === "access") return runAccess(r);
    const state = await history(r);
    if (await host.journal.cancelRequested(r.request.id)) return endCancelledDeletion(r);
    if (isToBeCarriedOut(state)) return runDeletion(r);
    // A new plan that was asked for and not made is made first: the earlier one is not what a human wants any more.
    if (!waitsForHuman(state)) await planDeletion(r, state.planning ? state.choices : (options.choices ?? state.choices), settings.erasure);
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

  /** What came of it is for whoever has the plan's code. */
  const forWhoHas = (code: string, told: RequestResult): DeletionResult => {
    const deletion = told as DeletionResult;
    if (deletion.plan?.confirm !== code) throw new DsrError("CONFIRMATION_REFUSED");
    return deletion;
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
      if (!FINISHED.has(request.state) && isStillToDo(state) && canonicalJson(state.choices) !== canonicalJson(choices)) {
        throw new DsrError("IDEMPOTENCY_CONFLICT", { at: "choices", reason: "a plan of this reference was confirmed with other choices, and is not carried out yet: resume the request, or cancel it" });
      }
      if (FINISHED.has(request.state) || isStillToDo(state)) return (await result(request.id)) as DeletionResult;
      return (await run(request, options, async (r) => {
        if (!isStillToDo(await history(r))) await planDeletion(r, choices, settings.erasure);
      })) as DeletionResult;
    },
    delete: async (planId, confirm, options = {}) => {
      const request = await requestOfPlan(host, planId);
      if (FINISHED.has(request.state)) return forWhoHas(confirm, await result(request.id));
      const told = await run(request, options, async (r) => {
        await confirmPlan(r, confirm);
        await runDeletion(r);
      });
      return forWhoHas(confirm, told);
    },
    carryOut: async (requestId, planId, confirmedAtMs, options = {}) =>
      run(await found(requestId), options, async (r) => {
        await confirmWithOthers(r, planId, confirmedAtMs);
        await runDeletion(r);
      }),
    confirmLine: async (requestId, planId, confirmedAtMs) => run(await found(requestId), {}, (r) => confirmWithOthers(r, planId, confirmedAtMs)),
    confirm: async (planId, confirm) => {
      const request = await requestOfPlan(host, planId);
      if (FINISHED.has(request.state)) return forWhoHas(confirm, await result(request.id));
      return forWhoHas(confirm, await run(request, {}, (r) => confirmPlan(r, confirm)));
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

/** A plan lies there for a human to confirm. */
function waitsForHuman({ plan, planning, confirmed }: RequestHistory): boolean {
  return plan !== undefined && !planning && !confirmed;
}

/** What a human has confirmed is not planned over before it is done. */
function isStillToDo(state: RequestHistory): boolean {
  return isToBeCarriedOut(state) && !isCarriedOut(state);
}

/** By now a connection of the same name may lead to another account, or there may be none. */
function connectionThen(now: Connection | undefined, { finding }: RequestHistory, { regions }: Manifest): ConnectionThen | undefined {
  const account = finding?.account;
  if (account === undefined || account.workspace === now?.workspace.id) return now;
  return { workspace: { id: account.workspace, region: regions.find(({ id }) => id === account.region)?.vendorId ?? account.region } };
}

/** @throws DsrError `PLAN_STALE` where another plan stands by now, or what was confirmed was refused or stale since, and as `confirmPlan` */
async function confirmWithOthers(run: Run, planId: string, atMs: number): Promise<void> {
  const { plan, confirmed, withdrawnAt } = await history(run);
  // The same was planned once more, and waits for whoever asked for it.
  const isWithdrawn = !confirmed && withdrawnAt !== undefined && atMs <= Date.parse(withdrawnAt);
  if (plan?.id !== planId || isWithdrawn) throw new DsrError("PLAN_STALE");
  await confirmPlan(run, plan.confirm, atMs);
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
