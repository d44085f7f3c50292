import { createDownload } from "../adapters/http/download.js";
import { DOWNLOAD_LIMITS } from "../adapters/http/download-limits.js";
import { createSeam } from "../adapters/http/seam.js";
import { SEAM_LIMITS } from "../adapters/http/seam-limits.js";
import { createSlots } from "../adapters/http/slots.js";
import type { Transport } from "../adapters/http/transport.js";
import type { ManualClock } from "../adapters/in-memory/manual-clock.js";
import { createMemoryHost, type MemoryHost } from "../adapters/in-memory/memory-host.js";
import type { Watch } from "../adapters/in-memory/memory-process.js";
import type { MemoryState } from "../adapters/in-memory/memory-state.js";
import { unpaced } from "../adapters/limits/unpaced.js";
import { runAccess } from "../core/access.js";
import { check, connect, reconnect, type ConnectResult, type OpenAuth } from "../core/connect.js";
import { confirmPlan, runDeletion } from "../core/deletion.js";
import { DsrError } from "../core/errors.js";
import type { FetchedFile } from "../core/files.js";
import type { Identifier } from "../core/identifier.js";
import { openRequest } from "../core/intake.js";
import type { JournalEntry } from "../core/journal.js";
import type { PlanChoices } from "../core/plan.js";
import { planDeletion } from "../core/planning.js";
import type { CollectedRecord, Connector, ConnectorContext } from "../core/ports.js";
import { replay } from "../core/replay.js";
import type { RequestSettings } from "../core/request-settings.js";
import type { PrivacyRequest, RequestType } from "../core/request.js";
import { accessResult, deletionResult, type AccessResult, type DeletionResult } from "../core/results.js";
import type { Run } from "../core/run.js";
import type { Selection } from "../core/scopes.js";
import type { Session } from "../core/session.js";
import { observing } from "./observing.js";

export interface HostedOptions {
  readonly connector: Connector;
  /** How requests reach the vendor. */
  readonly transport: Transport;
  readonly apiOrigin: string;
  /** What an earlier process left behind, and the clock that it went by. */
  readonly earlier?: { readonly state: MemoryState; readonly clock: ManualClock };
  readonly watch?: Watch;
  /** Interrupts this process; another one over its state goes on. */
  readonly signal?: AbortSignal;
  /** Receives whatever the connector's ports throw. */
  readonly onError?: (error: unknown) => void;
}

/** What the package's manifest tells of a file, as far as the rules look at it. */
export type PackagedFile = Pick<FetchedFile, "category" | "id" | "sha256"> & { readonly record: string };

/** A request as it stands after a run: what its caller is shown, what its journal holds, what its package holds. */
export interface Standing<R> {
  readonly id: string;
  readonly result: R;
  readonly entries: readonly JournalEntry[];
  readonly records: Readonly<Record<string, readonly CollectedRecord[]>>;
  /** The package's files, as its manifest lists them. */
  readonly files: readonly PackagedFile[];
}

/** A connector as it runs in production — the real use cases and the real seam — on a host without disk and a clock that goes by itself. */
export interface HostedConnector {
  readonly host: MemoryHost;
  connect(credential: string, selection?: Selection, name?: string): Promise<ConnectResult>;
  reconnect(credential: string, capabilities?: readonly RequestType[]): Promise<ConnectResult>;
  check(): ReturnType<typeof check>;
  /** The three ports of the connection. */
  open(): Promise<Session>;
  /** Only opens the request; `resume` then carries it out. */
  ask(type: RequestType, identifier: Identifier, settings?: RequestSettings): Promise<string>;
  access(identifier: Identifier, extents?: readonly string[], settings?: RequestSettings): Promise<Standing<AccessResult>>;
  plan(identifier: Identifier, choices?: PlanChoices): Promise<Standing<DeletionResult>>;
  confirm(requestId: string): Promise<void>;
  /** Goes on with an access request, in the extents that are to be looked at where any are. */
  resumeAccess(requestId: string, extents?: readonly string[]): Promise<Standing<AccessResult>>;
  /** Executes a confirmed plan, from where it stopped, staying for every look. */
  execute(requestId: string): Promise<Standing<DeletionResult>>;
  /** Another process over the same state; this one is dead. */
  restart(watch?: Watch): HostedConnector;
}

/** The connection's name, unless another one is given. */
export const CONNECTION = "contract";

export function hostConnector(options: HostedOptions): HostedConnector {
  const { signal = new AbortController().signal, ...lasting } = options;
  const { connector, apiOrigin, earlier, watch, onError = () => undefined } = lasting;
  const { manifest } = connector;
  const host = createMemoryHost({ ...earlier, ...(watch === undefined ? {} : { watch }) });
  const context = (credential: () => Promise<string>, account: Pick<ConnectorContext, "workspaceId" | "categories">, onCall = () => undefined as void): ConnectorContext => ({
    fetch: createSeam({
      protocol: connector.protocol,
      apiOrigin,
      credential,
      pacer: unpaced(host.clock),
      transport: options.transport,
      clock: host.clock,
      random: host.random,
      signal,
      limits: SEAM_LIMITS,
      onCall,
    }),
    clock: host.clock,
    signal,
    apiOrigin,
    appOrigin: manifest.regions[0]?.appOrigin ?? apiOrigin,
    ...account,
  });
  const openAuth =
    (credential: string, workspaceId?: string): OpenAuth =>
    () =>
      observing(connector.auth(context(() => Promise.resolve(credential), { workspaceId, categories: [] })), onError);
  const stored = async () => {
    const connection = await host.connections.get(CONNECTION);
    if (connection === undefined) throw new DsrError("CONNECTION_UNKNOWN");
    return connection;
  };
  const open = async (): Promise<Session> => {
    const connection = await stored();
    let apiCalls = 0;
    const opened = context(() => host.connections.credential(CONNECTION, connection), { workspaceId: connection.workspace.id, categories: connection.categories }, () => void (apiCalls += 1));
    return {
      connection,
      manifest,
      auth: observing(connector.auth(opened), onError),
      lookup: observing(connector.lookup(opened), onError),
      executor: observing(connector.executor(opened), onError),
      download: createDownload({
        fileHosts: connector.protocol.fileHosts ?? [],
        explicitOrigin: undefined,
        transport: () => options.transport,
        slots: createSlots(1),
        clock: host.clock,
        random: host.random,
        signal,
        limits: DOWNLOAD_LIMITS,
      }),
      apiCalls: () => apiCalls,
    };
  };
  const found = async (requestId: string): Promise<PrivacyRequest> => {
    const request = await host.journal.find(requestId);
    if (request === undefined) throw new DsrError("REQUEST_UNKNOWN");
    return request;
  };
  const run = async (requestId: string, work: (run: Run) => Promise<void>): Promise<void> => {
    const lease = await host.journal.lease(requestId);
    if (lease === undefined) throw new DsrError("REQUEST_BUSY");
    try {
      await work({ host, session: await open(), request: await found(requestId), lease, signal, waitForAllLooks: true });
    } finally {
      await lease.release().catch(() => undefined);
    }
  };
  const standing = async <R>(id: string, tell: (request: PrivacyRequest, history: ReturnType<typeof replay>) => R): Promise<Standing<R>> => {
    const entries = await host.journal.entries(id);
    return { id, entries, result: tell(await found(id), replay(entries)), records: host.packageOf(id)?.records ?? {}, files: (host.packageOf(id)?.manifest["attachments"] ?? []) as readonly PackagedFile[] };
  };
  const ask = async (type: RequestType, identifier: Identifier, settings?: RequestSettings) => (await openRequest(host, manifest, await stored(), type, { identifier }, settings)).id;
  const resumeAccess = async (id: string, extents?: readonly string[]) => {
    await run(id, (each) => runAccess({ ...each, ...(extents === undefined ? {} : { extents }) }));
    return standing(id, accessResult);
  };

  return {
    host,
    connect: (credential, selection = { capabilities: manifest.requestTypes, categories: "granted" }, name = CONNECTION) =>
      connect(host, manifest, openAuth(credential), { ...selection, name, credential, apiUrl: apiOrigin }),
    reconnect: async (credential, capabilities = manifest.requestTypes) => {
      const current = await stored();
      return reconnect(host, manifest, openAuth(credential, current.workspace.id), current, { credential, capabilities });
    },
    check: async () => check(host, await open()),
    open,
    ask,
    access: async (identifier, extents, settings) => resumeAccess(await ask("access", identifier, settings), extents),
    plan: async (identifier, choices = {}) => {
      const id = await ask("deletion", identifier);
      await run(id, (each) => planDeletion(each, choices));
      return standing(id, (request, history) => deletionResult(request, history, manifest));
    },
    confirm: async (id) => {
      const { plan } = replay(await host.journal.entries(id));
      await run(id, (each) => confirmPlan(each, plan?.confirm ?? ""));
    },
    resumeAccess,
    execute: async (id) => {
      await run(id, runDeletion);
      return standing(id, (request, history) => deletionResult(request, history, manifest));
    },
    restart: (next) => {
      host.crash();
      return hostConnector({ ...lasting, earlier: { state: host.state, clock: host.clock }, watch: next ?? {} });
    },
  };
}
