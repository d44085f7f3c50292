import { DsrError, isDsrError } from "../../core/errors.js";
import type { Destination } from "../../core/host-ports.js";
import { checkArgument as check } from "../intake/check-arguments.js";
import { checkBatchInput } from "../intake/batch-intake.js";
import { checkHold } from "../intake/hold-intake.js";
import { checkChoices, checkInput, checkLanguage } from "../intake/parse-intake.js";
import { checkPopulationFilter } from "../intake/population-intake.js";
import type { BatchOptions, ConnectTarget, Dsr, RunOptions } from "./dsr.js";
import { linkedSignal } from "./linked-signal.js";

type Unguarded = Omit<Dsr, "close">;
type Arguments = readonly unknown[];

interface Surroundings {
  readonly nowMs: () => number;
  /** A folder that was named, as it is kept. */
  readonly placeOf: (directory: string) => string;
}

/**
 * The framework as hosts get it: arguments are judged before anything is done, whatever breaks is a `DsrError`, and closing interrupts what
 * runs and waits for it, so that nothing is written to a store that is being closed.
 */
export function guarded(dsr: Unguarded, closing: AbortController, surroundings: Surroundings): Dsr {
  const running = new Set<Promise<unknown>>();
  const judge = judges(surroundings, closing.signal);
  const guard =
    (name: keyof Unguarded, method: (...args: Arguments) => unknown) =>
    async (...args: Arguments): Promise<unknown> => {
      if (closing.signal.aborted) throw new DsrError("CONFIG_INVALID", { at: name, reason: "the framework was closed" });
      const release: (() => void)[] = [];
      const work = (async () => method(...(judge[name]?.(args, release) ?? args)))();
      running.add(work);
      try {
        return await work;
      } catch (error) {
        throw isDsrError(error) ? error : new DsrError("INTERNAL", { at: whereOf(error) });
      } finally {
        running.delete(work);
        for (const each of release) each();
      }
    };
  const methods = Object.entries(dsr).map(([name, method]) => [name, guard(name as keyof Unguarded, method as (...args: Arguments) => unknown)] as const);
  return {
    ...(Object.fromEntries(methods) as unknown as Unguarded),
    // These two only read what was registered, and answer at once.
    manifests: dsr.manifests,
    manifest: dsr.manifest,
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

type Judge = (args: Arguments, release: (() => void)[]) => Arguments;

function judges({ nowMs, placeOf }: Surroundings, closing: AbortSignal): Partial<Record<keyof Unguarded, Judge>> {
  const optionalName = (name: unknown) => (name === undefined ? undefined : check.connectionName(name));
  const named: Judge = ([name, ...rest]) => [check.connectionName(name), ...rest];
  const address = (value: unknown): string | undefined => (value === undefined ? undefined : check.words(value, "address"));
  const authorisation: Judge = ([where, app, ...addresses]) => {
    const { clientId, clientSecret } = check.object(app, "app") as { clientId?: unknown; clientSecret?: unknown };
    return [target(where), { clientId: check.words(clientId, "clientId"), clientSecret: check.words(clientSecret, "clientSecret") }, ...addresses.map(address)];
  };
  const options = (raw: unknown, release: (() => void)[]): RunOptions => {
    const given: RunOptions = raw === undefined ? {} : check.object(raw, "options");
    check.switches({ waitForAllLooks: given.waitForAllLooks }, ["waitForAllLooks"]);
    if (given.signal !== undefined && !(given.signal instanceof AbortSignal)) throw new DsrError("REQUEST_INVALID", { at: "signal", reason: "it is an AbortSignal" });
    if (given.onOpened !== undefined && typeof given.onOpened !== "function") throw new DsrError("REQUEST_INVALID", { at: "onOpened", reason: "it is a function" });
    if (given.extents !== undefined) check.list(given.extents, "extents");
    return linked(placed(given, placeOf), closing, release);
  };
  const batchOptions = (raw: unknown, release: (() => void)[]): BatchOptions => linked(placed(checkedBatchOptions(raw), placeOf), closing, release);
  return {
    beginAuthorisation: authorisation,
    completeAuthorisation: authorisation,
    connect: ([where, selection, credential, rate]) => [target(where), selected(selection), check.credential(credential), rate === undefined ? undefined : check.rate(rate)],
    reconnect: ([name, credential, capabilities]) => {
      if (capabilities !== undefined) check.list(capabilities, "capabilities");
      return [check.connectionName(name), check.credential(credential), capabilities];
    },
    connection: ([name]) => [optionalName(name)],
    check: named,
    rehearse: named,
    disconnect: ([name, raw]) => [check.connectionName(name), raw === undefined ? undefined : check.switches(raw, ["revoke", "abandon"])],
    access: ([name, input, raw], release) => [optionalName(name), checkInput(input, nowMs()), options(raw, release)],
    plan: ([name, input, choices, raw], release) => [optionalName(name), checkInput(input, nowMs()), choices === undefined ? undefined : checkChoices(choices), options(raw, release)],
    delete: ([planId, confirm, raw], release) => [check.id(planId, "plan"), check.confirmation(confirm), options(raw, release)],
    confirm: ([planId, confirm]) => [check.id(planId, "plan"), check.confirmation(confirm)],
    resume: ([id, raw], release) => [check.id(id, "request"), options(raw, release)],
    resumeEach: ([ids, onEnded, raw], release) => {
      if (typeof onEnded !== "function") throw new DsrError("REQUEST_INVALID", { at: "onEnded", reason: "it is a function" });
      check.list(ids, "requests");
      return [(ids as readonly unknown[]).map((id) => check.id(id, "request")), onEnded, options(raw, release)];
    },
    cancel: ([id]) => [check.id(id, "request")],
    upkeep: ([raw], release) => [options(raw, release)],
    result: ([id]) => [check.id(id, "request")],
    statement: ([id, raw]) => [check.id(id, "request"), raw === undefined ? undefined : statementOptions(check.object(raw, "options"))],
    requests: ([filter]) => [filter === undefined ? undefined : filterOf(check.object(filter, "filter"))],
    batch: ([name, input, raw], release) => [optionalName(name), checkBatchInput(input, nowMs()), batchOptions(raw, release)],
    runBatch: ([planId, confirm, raw], release) => [check.id(planId, "plan"), check.confirmation(confirm), batchOptions(raw, release)],
    resumeBatch: ([id, raw], release) => [check.id(id, "batch"), batchOptions(raw, release)],
    batchResult: ([id, raw], release) => [check.id(id, "batch"), options(raw, release)],
    evidence: ([id]) => [check.id(id, "request")],
    exportEvidence: ([id]) => [check.id(id, "request")],
    evidenceList: ([filter]) => [filter === undefined ? undefined : checkPopulationFilter(filter)],
    placeHold: ([hold]) => [checkHold(hold)],
    releaseHold: ([id]) => [check.id(id, "hold")],
  };
}

function checkedBatchOptions(raw: unknown): BatchOptions {
  const given: BatchOptions = raw === undefined ? {} : check.object(raw, "options");
  check.switches({ queue: given.queue }, ["queue"]);
  if (given.patienceMs !== undefined && !(Number.isFinite(given.patienceMs) && given.patienceMs >= 0)) throw new DsrError("REQUEST_INVALID", { at: "patienceMs", reason: "it is a number of milliseconds" });
  if (given.signal !== undefined && !(given.signal instanceof AbortSignal)) throw new DsrError("REQUEST_INVALID", { at: "signal", reason: "it is an AbortSignal" });
  for (const at of ["onOpened", "onProgress"] as const) if (given[at] !== undefined && typeof given[at] !== "function") throw new DsrError("REQUEST_INVALID", { at, reason: "it is a function" });
  return given;
}

/** With folders that stay the same ones whoever goes on. */
function placed<T extends Destination & { readonly defaults?: Destination }>(options: T, placeOf: (directory: string) => string): T {
  const within = <D extends Destination>(destination: D): D => (destination.directory === undefined ? destination : { ...destination, directory: placeOf(check.words(destination.directory, "directory")) });
  return { ...within(options), ...(options.defaults === undefined ? {} : { defaults: within(check.object(options.defaults, "defaults")) }) };
}

function target(raw: unknown): ConnectTarget {
  const { connector, name, region, apiUrl } = check.object(raw, "target") as Partial<Record<keyof ConnectTarget, unknown>>;
  return {
    connector: check.words(connector, "connector"),
    name: check.connectionName(name),
    ...(region === undefined ? {} : { region: check.words(region, "region") }),
    ...(apiUrl === undefined ? {} : { apiUrl: check.apiUrl(apiUrl) }),
  };
}

function selected(raw: unknown): object {
  const selection = check.object(raw, "selection") as { capabilities?: unknown; categories?: unknown };
  check.list(selection.capabilities, "capabilities");
  if (selection.categories !== "granted") check.list(selection.categories, "categories");
  return selection;
}

function statementOptions({ language }: { readonly language?: unknown }): { readonly language?: string } {
  return language === undefined ? {} : { language: checkLanguage(check.words(language, "lang")) };
}

function filterOf(filter: object): object {
  const wrong = Object.entries(filter).find(([, value]) => value !== undefined && typeof value !== "string" && typeof value !== "boolean");
  if (wrong !== undefined) throw new DsrError("REQUEST_INVALID", { at: "filter", reason: "its values are texts" });
  return filter;
}

/** The run's own signal, which closing aborts too. */
function linked<T extends { readonly signal?: AbortSignal }>(options: T, closing: AbortSignal, release: (() => void)[]): T {
  const run = linkedSignal([options.signal, closing]);
  release.push(run.release);
  return { ...options, signal: run.signal };
}

/** The kind of a mistake and the line of ours that made it; never its message, which may quote a record. */
function whereOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const line = /(?:core|adapters|connectors)\/[\w./-]+:\d+/.exec(error.stack ?? "")?.[0];
  return `${error.name}${line === undefined ? "" : ` at ${line}`}`;
}
