import { takeIn } from "../../core/batch-intake.js";
import { batchResultOf, plannedTargets, type BatchResult } from "../../core/batch-result.js";
import { workThrough, type Stopped, type WorkLine } from "../../core/batch-work.js";
import { drawBatchPlan, type Batch, type BatchLine, type PlannedLine } from "../../core/batch.js";
import { policiesFor, refuseUnpermitted } from "../../core/erasure.js";
import { DsrError, isDsrError, type ErrorCode } from "../../core/errors.js";
import { checkExtents } from "../../core/find.js";
import type { RequestType } from "../../core/request.js";
import { settingsFor } from "../../core/request-settings.js";
import type { RequestResult } from "../../core/results.js";
import { confirmWorkspace, type Session } from "../../core/session.js";
import type { Lookup } from "../../core/shared-lookup.js";
import { linesToWorkOn } from "./batch-lines.js";
import { resultsOf, type Results, type Seen } from "./batch-results.js";
import { confirmLines } from "./confirm-lines.js";
import type { BatchOptions, Dsr } from "./dsr.js";
import type { LineOptions } from "./leased-run.js";
import type { RequestWork, Surroundings } from "./requests.js";
import { interruptedBatch, isOfAccount, refuseOtherwise } from "./standing-batch.js";
import { unlessUnreadable } from "./unreadable.js";

const PATIENCE_MS = 900_000;
/** Enough to keep the vendor's limit busy while answers take half a second. */
const AT_ONCE: Readonly<Record<RequestType, number>> = { access: 4, deletion: 16 };

type Requests = RequestWork & Pick<Dsr, "result">;

/** The part of the framework that runs many requests as one. */
export function createBatches({ host, settings, manifestOf, connection, opened }: Surroundings, requests: Requests): Pick<Dsr, "batch" | "runBatch" | "resumeBatch" | "batchResult" | "batches"> {
  const found = async (batchId: string): Promise<Batch> => {
    const batch = await host.batches.find(batchId);
    if (batch === undefined) throw new DsrError("BATCH_UNKNOWN");
    return batch;
  };

  const result = async (batchId: string, stopped?: Stopped, seen?: Results, signal?: AbortSignal): Promise<BatchResult> => {
    const batch = await found(batchId);
    return batchResultOf(batch, await resultsOf(host.journal, requests.result, await host.batches.lines(batchId), seen, signal), stopped);
  };

  /** Works on all lines that can be gone on with, and draws a deletion's plan once all were looked at. */
  const work = async (batchId: string, options: BatchOptions): Promise<BatchResult> => {
    const batch = await found(batchId);
    const dryRun = batch.type === "deletion" && batch.confirmedAt === undefined;
    const todo = await linesToWorkOn(host, batch);
    const seen: Results = new Map();
    const stopped = await opened(batch.connection, (session) => workIn(session, batch, todo, options, seen), options.signal);
    if (stopped === undefined && dryRun) await plan(batchId, seen);
    const after = await result(batchId, stopped, seen);
    // A dry run that leaves nothing to carry out is at its end.
    if (after.outcome === "finished" || (after.outcome === "planned" && after.plan === null)) await host.batches.put({ ...(await found(batchId)), endedAt: now() });
    return after;
  };

  const workIn = async (session: Session, batch: Batch, lines: readonly WorkLine[], options: BatchOptions, seen: Map<string, Seen>): Promise<Stopped | undefined> => {
    if (!isOfAccount(batch, session.connection)) throw new DsrError("WRONG_WORKSPACE");
    let done = 0;
    let waiting = false;
    let held = 0;
    const tell = (): void => options.onProgress?.({ done, of: lines.length, waiting, held });
    const lookup = counted(batch, session);
    tell();
    const saw = ({ requestId, subjectKey }: WorkLine, told: RequestResult | undefined): RequestResult | undefined => {
      if (told !== undefined) seen.set(requestId, { result: told, subjectKey });
      return told;
    };
    return workThrough(lines, {
      clock: host.clock,
      signal: options.signal ?? new AbortController().signal,
      atOnce: AT_ONCE[batch.type],
      patienceMs: options.patienceMs ?? PATIENCE_MS,
      probe: async () => void (await session.auth.account()),
      // Whose address cannot be read asks, and is told, by itself.
      identifiers: async (requestId) => (await unlessUnreadable(host.journal.identifiers(requestId))) ?? [],
      lookup,
      work: async (line, shared) => saw(line, await one(batch, line, shared, options)),
      leave: async (line) => saw(line, await noted(batch, line, "REQUEST_BUSY")),
      onLine: () => {
        done += 1;
        tell();
      },
      onOutage: (now) => {
        waiting = now;
        tell();
      },
      onHeld: (now) => {
        held = now;
        tell();
      },
    });
  };
  /** Lookups of many people belong to no one request: the batch counts what they cost. */
  const counted = (batch: Batch, session: Session): Lookup => {
    const counting = async <T>(call: () => Promise<T>): Promise<T> => {
      await confirmWorkspace(host, session);
      try {
        return await call();
      } finally {
        await host.batches.put({ ...(await found(batch.id)), sharedCalls: batch.sharedCalls + session.apiCalls() });
      }
    };
    const { lookup } = session;
    return {
      find: (all) => counting(() => lookup.find(all)),
      ...(lookup.findIn === undefined ? {} : { findIn: (extent, all) => counting(async () => (await lookup.findIn?.(extent, all)) ?? []) }),
    };
  };

  /** One line, worked on. What is wrong with it alone is noted beside it; undefined where its journal was altered, which it tells by itself. */
  const one = async (batch: Batch, line: WorkLine, lookup: Lookup, { signal, defaults }: BatchOptions): Promise<RequestResult | undefined> => {
    const { id, choices, directory, recipient, confirmedAt } = batch;
    const options = { lookup: () => lookup, choices, defaults: { ...defaults, ...batch.defaults }, ...(signal === undefined ? {} : { signal }), ...(directory === undefined ? {} : { directory }), ...(recipient === undefined ? {} : { recipient }), ...(batch.type === "access" && choices.extents !== undefined ? { extents: choices.extents } : {}) };
    const { subjectKey: _, problem, ...own } = line;
    try {
      const told = await (batch.type === "access" ? requests.resume(line.requestId, options) : confirmedAt === undefined ? requests.planLine(line.requestId, options) : carryOut(line, Date.parse(confirmedAt), options));
      if (problem !== undefined) await host.batches.putLines(id, [own]);
      return told;
    } catch (error) {
      if (!isDsrError(error) || !LINES_OWN.has(error.code)) throw error;
      return noted(batch, line, error.code);
    }
  };
  const noted = async ({ id }: Batch, { subjectKey: _, ...own }: WorkLine, code: ErrorCode): Promise<RequestResult | undefined> => {
    const told = await unlessUnreadable(requests.result(own.requestId));
    if (told !== undefined) await host.batches.putLines(id, [{ ...own, problem: { code } }]);
    return told;
  };
  /** Exactly the plan that the batch's plan stands for. */
  const carryOut = async ({ requestId, planId }: WorkLine, confirmedAtMs: number, options: LineOptions): Promise<RequestResult> => {
    if (planId === undefined) throw new DsrError("PLAN_STALE");
    return requests.carryOut(requestId, planId, confirmedAtMs, options);
  };

  /** Confirms each line's own plan. From then on each is a deletion like any other, and may be interrupted here at any place. */
  const queue = async (batchId: string, { signal, patienceMs = PATIENCE_MS, onProgress }: BatchOptions): Promise<BatchResult> => {
    const batch = await found(batchId);
    const todo = await linesToWorkOn(host, batch);
    const held = await confirmLines(todo, {
      host,
      ...(signal === undefined ? {} : { signal }),
      patienceMs,
      confirm: async ({ problem, subjectKey: _, ...line }) => {
        if (line.planId === undefined) throw new DsrError("PLAN_STALE");
        await requests.confirmLine(line.requestId, line.planId, Date.parse(batch.confirmedAt ?? now()));
        if (problem !== undefined) await host.batches.putLines(batchId, [line]);
      },
      onRefused: async (line, error) => {
        if (!LINES_OWN.has(error.code)) throw error;
        await noted(batch, line, error.code);
      },
      onProgress: (done, waitsFor) => onProgress?.({ done, of: todo.length, waiting: false, held: waitsFor }),
    });
    for (const line of held) await noted(batch, line, "REQUEST_BUSY");
    const told = await result(batchId);
    // What nobody has confirmed workers leave alone.
    return told.outcome === "waiting" && held.length === 0 ? { ...told, outcome: "queued" } : told;
  };

  const plan = async (batchId: string, seen: Results): Promise<void> => {
    const batch = await found(batchId);
    const lines = await host.batches.lines(batchId);
    const planned = new Map((await resultsOf(host.journal, requests.result, lines, seen)).flatMap(({ line, result: told }) => plannedLine(line, told)).map((each) => [each.requestId, each]));
    const drawn = drawBatchPlan(host.digest, batch, [...planned.values()]);
    const { plan: before, ...unplanned } = batch;
    // What an earlier one was about is not to be deleted any more.
    if (drawn === undefined) return before === undefined ? undefined : host.batches.put(unplanned);
    const planIdOf = ({ requestId = "" }: BatchLine): string | undefined => planned.get(requestId)?.planId;
    await host.batches.putLines(batchId, lines.flatMap((line) => (planIdOf(line) === undefined ? [] : [{ ...line, planId: planIdOf(line) ?? "" }])));
    await host.batches.put({ ...batch, plan: drawn });
  };

  const now = (): string => new Date(host.clock.now()).toISOString();
  return {
    batch: async (name, input, options = {}) => {
      const to = await connection(name);
      const manifest = manifestOf(to.connector);
      const { type, choices = {}, inputHash } = input;
      if (!manifest.requestTypes.includes(type)) throw new DsrError("UNSUPPORTED_REQUEST", { at: "request type", reason: "the connector does not declare it" });
      if (!to.capabilities.includes(type)) throw new DsrError("UNSUPPORTED_REQUEST", { at: "request type", reason: "it was not selected when this account was connected" });
      checkExtents(manifest, choices.extents ?? []);
      if (type === "deletion") refuseUnpermitted(manifest, to, choices.erase ?? "subject", policiesFor(manifest, settings.erasure));
      const inputKey = inputHash === undefined ? undefined : host.digest.keyed(`batch:${inputHash}`);
      const standing = inputKey === undefined ? undefined : await interruptedBatch(host.batches, to, input, inputKey, options);
      const batch: Batch = standing ?? {
        id: host.random.id(),
        type,
        connection: to.name,
        account: { workspace: to.workspace.id, vendorsOwn: to.vendorsOwn },
        openedAt: now(),
        ...(inputKey === undefined ? {} : { inputKey }),
        choices,
        ...(options.directory === undefined ? {} : { directory: options.directory }),
        ...(options.recipient === undefined ? {} : { recipient: options.recipient }),
        ...(options.defaults === undefined ? {} : { defaults: options.defaults }),
        takenIn: false,
        sharedCalls: 0,
      };
      if (type === "access") await host.packages.prepare(batch.directory ?? batch.defaults?.directory ?? options.defaults?.directory, batch.recipient ?? batch.defaults?.recipient);
      if (standing === undefined) await host.batches.put(batch);
      options.onOpened?.(batch.id);
      if (!batch.takenIn) await takeIn(host, batch, { manifest, connection: to, settings: settingsFor(settings, to.connector) }, input.lines);
      return work(batch.id, options);
    },
    runBatch: async (planId, confirm, options = {}) => {
      const batch = await host.batches.find(planId.slice(0, Math.max(0, planId.lastIndexOf("-"))));
      if (batch?.plan === undefined) throw new DsrError("PLAN_UNKNOWN");
      if (batch.plan.id !== planId) throw new DsrError("PLAN_STALE");
      if (batch.plan.confirm !== confirm) throw new DsrError("CONFIRMATION_REFUSED");
      if (batch.confirmedAt === undefined && Date.parse(batch.plan.expiresAt) <= host.clock.now()) throw new DsrError("PLAN_STALE");
      if (batch.confirmedAt === undefined) await host.batches.put({ ...batch, confirmedAt: now() });
      options.onOpened?.(batch.id);
      return options.queue === true ? queue(batch.id, options) : work(batch.id, options);
    },
    resumeBatch: async (batchId, options = {}) => {
      const batch = await found(batchId);
      if (!batch.takenIn) throw new DsrError("REQUEST_INVALID", { at: "batch", reason: "its input was not read to its end; give the same input again" });
      if (batch.type === "access") refuseOtherwise(batch, { ...options, defaults: {} });
      options.onOpened?.(batchId);
      return work(batchId, options);
    },
    batchResult: (batchId, { signal } = {}) => result(batchId, undefined, undefined, signal),
    batches: () => host.batches.list(),
  };
}

/** What stands in the way of one line alone. */
const LINES_OWN: ReadonlySet<ErrorCode> = new Set(["PLAN_STALE", "PLAN_UNKNOWN", "CONFIRMATION_REFUSED", "ACCESS_FIRST", "REQUEST_ELSEWHERE", "REQUEST_INVALID", "CHOICE_INVALID", "INTEGRITY"]);

function plannedLine({ line, requestId }: BatchLine, told: RequestResult | undefined): readonly PlannedLine[] {
  if (requestId === undefined || told?.outcome !== "planned" || !("plan" in told) || told.plan === null) return [];
  const { id, expiresAt } = told.plan;
  return [{ line, requestId, planId: id, records: plannedTargets(told), expiresAt }];
}
