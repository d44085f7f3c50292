import { beginAuthorisation, completeAuthorisation, endAuthorisation, type AuthorisationPurpose, type OAuthApp } from "../../core/authorise.js";
import type { Batch } from "../../core/batch.js";
import type { BatchResult } from "../../core/batch-result.js";
import { check, connect, markBroken, reconnect, regionById, type ConnectInput, type ConnectResult, type OpenAuth } from "../../core/connect.js";
import type { Connection } from "../../core/connection.js";
import { DsrError, isDsrError, type ErrorCode } from "../../core/errors.js";
import type { Evidence, EvidenceHead } from "../../core/evidence.js";
import type { EvidenceFile } from "../../core/evidence-file.js";
import type { Population, PopulationFilter } from "../../core/evidence-population.js";
import type { HoldInput, HoldSummary } from "../../core/holds.js";
import type { Host, SigningKey } from "../../core/host-ports.js";
import type { RequestInput } from "../../core/intake.js";
import type { Manifest } from "../../core/manifest.js";
import type { PlanChoices } from "../../core/plan.js";
import type { Account, Connector } from "../../core/ports.js";
import { ConnectorRegistry, type ManifestValidator } from "../../core/registry.js";
import { rehearse, type RehearsalReport } from "../../core/rehearse.js";
import type { PrivacyRequest, RequestFilter } from "../../core/request.js";
import { checkHostSettings, type HostSettings } from "../../core/request-settings.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import type { ScopeReport, Selection } from "../../core/scopes.js";
import { observedBy, type Observer } from "../observability/observer.js";
import { createAccountability } from "./accountability.js";
import { guarded } from "./guarded.js";
import { createBatches, type BatchInput, type BatchOptions } from "./batches.js";
import { createRequests, type Surroundings } from "./requests.js";
import type { UpkeepReport } from "./upkeep.js";
import { appOriginOf, createSessions, type NetworkOptions } from "./sessions.js";

export interface DsrOptions {
  readonly host: Host;
  readonly network: NetworkOptions;
  readonly validateManifest: ManifestValidator;
  readonly connectors: readonly Connector[];
  /**
   * What packages tell of other people and of notes, and the connectors' own settings: pinned into each request when it is opened. And what
   * related deletions do: pinned into each plan.
   */
  readonly settings?: HostSettings;
  /** Told of runs and calls; `createTelemetry` and `createEventLog` make some. */
  readonly observers?: readonly Observer[];
  /** Aborting it ends every call that is no run's own: connecting, checking, rehearsing, revoking. */
  readonly signal?: AbortSignal;
}

/** How a request is run. */
export interface RunOptions {
  /** Aborting it starts no further effect; the request can be resumed. */
  readonly signal?: AbortSignal;
  /** Deletion: stay for every look. */
  readonly waitForAllLooks?: boolean;
  /** Access: the folder that the package goes into. */
  readonly directory?: string;
  /** Access: an `age` recipient (age1…). The package is written for that key alone, as one file, and never in the clear. */
  readonly recipient?: string;
  /** Access: where to look beyond the vendor's search, by the manifest's `lookupExtents`. A plan has them among its choices. */
  readonly extents?: readonly string[];
  /** Told the request's id as soon as it is known, so that an interrupted run can be named. */
  readonly onOpened?: (requestId: string) => void;
}

export interface CheckResult {
  readonly connection: Connection;
  readonly account: Account;
  readonly report: ScopeReport;
  /** Undefined when all is well. */
  readonly code: ErrorCode | undefined;
}

/** Where an account is to be connected. */
export interface ConnectTarget {
  readonly connector: string;
  readonly name: string;
  readonly region?: string;
  readonly apiUrl?: string;
}

/** The framework, as a host platform uses it. Every method throws `DsrError` only. */
export interface Dsr {
  /** What each registered connector says it can do. */
  manifests(): readonly Manifest[];
  /** @throws DsrError `CONNECTOR_UNKNOWN` */
  manifest(id: string): Manifest;

  /** The address of the vendor's page on which an admin authorises. */
  beginAuthorisation(target: ConnectTarget, app: OAuthApp, redirectUri?: string): Promise<string>;
  /** The access token, from the address that the vendor came back to. */
  completeAuthorisation(target: ConnectTarget, app: OAuthApp, callback: string): Promise<string>;
  /**
   * Connects an account with an access token, or says everything that is missing and stores nothing. `rate` lowers the manifest's requests
   * per window. @throws DsrError `CONNECTION_EXISTS`, `AUTH_REJECTED`, `REGION_MISMATCH`, `VENDOR_UNAVAILABLE`
   */
  connect(target: ConnectTarget, selection: Selection, credential: string, rate?: number): Promise<ConnectResult>;
  /** Gives a connection a new token of the same workspace; the old one stays until the new one passes. @throws DsrError `WRONG_WORKSPACE` */
  reconnect(name: string, credential: string, capabilities?: Selection["capabilities"]): Promise<ConnectResult>;
  connections(): Promise<readonly Connection[]>;
  /** The named connection, or the only one. @throws DsrError `CONNECTION_UNKNOWN` */
  connection(name?: string): Promise<Connection>;
  /** Probes every permission of a connection again. @throws DsrError `AUTH_REJECTED`, `WRONG_WORKSPACE` */
  check(name: string): Promise<CheckResult>;
  /** Makes, reads, deletes and looks after one made-up record at the vendor: only with the account's consent. */
  rehearse(name: string): Promise<RehearsalReport>;
  /** Forgets a connection; with `revoke` the grant is ended at the vendor first. @throws DsrError `CONNECTION_IN_USE` while requests wait */
  disconnect(name: string, options?: { readonly revoke?: boolean; readonly abandon?: boolean }): Promise<void>;

  /** Reads everything about a person into a package. Breakage is an outcome (`parked`, `needs_attention`) and can be resumed. */
  access(connection: string | undefined, input: RequestInput, options?: RunOptions): Promise<AccessResult>;
  /** The dry run of a deletion: exactly what would go and stay. Makes no mutating call. */
  plan(connection: string | undefined, input: RequestInput, choices?: PlanChoices, options?: RunOptions): Promise<DeletionResult>;
  /** Executes a plan that a human confirmed with its code. */
  delete(planId: string, confirm: string, options?: RunOptions): Promise<DeletionResult>;
  /** Takes a human's confirmation of a plan and leaves the rest to `resume`, or to a worker. */
  confirm(planId: string, confirm: string): Promise<DeletionResult>;
  resume(requestId: string, options?: RunOptions): Promise<RequestResult>;
  /** Stops a request before its next effect; one that nobody is working on ends at once. */
  cancel(requestId: string): Promise<RequestResult>;
  requests(filter?: RequestFilter): Promise<readonly PrivacyRequest[]>;

  /**
   * Many requests at once, one for each line. Access requests are carried out; deletions are planned, and nothing is deleted. A line that is wrong
   * or fails stops no other.
   */
  batch(connection: string | undefined, input: BatchInput, options?: BatchOptions): Promise<BatchResult>;
  /** Carries out the plan of a deletion batch: exactly what each line's own plan says. @throws DsrError `PLAN_UNKNOWN`, `PLAN_STALE`, `CONFIRMATION_REFUSED` */
  runBatch(planId: string, confirm: string, options?: BatchOptions): Promise<BatchResult>;
  /** Goes on with what can be gone on with. @throws DsrError `BATCH_UNKNOWN` */
  resumeBatch(batchId: string, options?: BatchOptions): Promise<BatchResult>;
  /** @throws DsrError `BATCH_UNKNOWN` */
  batchResult(batchId: string): Promise<BatchResult>;
  /** Newest first. */
  batches(): Promise<readonly Batch[]>;

  /**
   * Does what is due after requests have ended: looks again for people who were deleted, removes packages and pages whose time is over, destroys
   * keys. To be called from time to time, an hour is often enough; a result's `toCome` says what is next.
   */
  upkeep(options?: Pick<RunOptions, "signal">): Promise<UpkeepReport>;
  result(requestId: string): Promise<RequestResult>;
  /** What may truthfully be told to the data subject of a request, as plain text, in the request's language or another (BCP 47). */
  statement(requestId: string, options?: { readonly language?: string }): Promise<string>;

  /** What was recorded of a request, checked against its own chain. */
  evidence(requestId: string): Promise<Evidence & { readonly head: EvidenceHead }>;
  /** Every request of a period, whatever became of it, with a signed statement of how many they are. */
  evidenceList(filter?: PopulationFilter): Promise<Population>;
  /** A request's evidence as a file that a stranger can check with `verifyEvidence`. */
  exportEvidence(requestId: string): Promise<EvidenceFile>;
  /** The public half of the key that signs this home's evidence. */
  evidenceKey(): Promise<SigningKey>;

  /** Keeps a person from being deleted, at every connection, until the hold is released or expires. */
  placeHold(hold: HoldInput): Promise<HoldSummary>;
  /** Every hold that was not released. */
  holds(): Promise<readonly HoldSummary[]>;
  releaseHold(id: string): Promise<HoldSummary>;

  /** Interrupts what runs and waits for it: interrupted requests can be resumed. Afterwards every call is refused. */
  close(): Promise<void>;
}

/**
 * Puts the framework together: a host, a network, and the connectors that it shall offer.
 * @throws DsrError `CONFIG_INVALID` when a manifest or a setting is wrong.
 */
export function createDsr({ host, network, validateManifest, connectors, settings = {}, observers = [], signal: interrupted }: DsrOptions): Dsr {
  const closing = new AbortController();
  const ending = new AbortController();
  const { signal } = ending;
  for (const each of [closing.signal, interrupted]) {
    if (each?.aborted === true) ending.abort();
    each?.addEventListener("abort", () => ending.abort());
  }
  const registry = new ConnectorRegistry(validateManifest);
  for (const connector of connectors) registry.register(connector);
  checkHostSettings(settings, registry.manifests());
  const observer = observedBy(observers);
  const sessions = createSessions(host, network, observer);

  const connection = async (name?: string): Promise<Connection> => {
    const found = name === undefined ? await onlyOne() : await host.connections.get(name);
    if (found === undefined) throw new DsrError("CONNECTION_UNKNOWN", { reason: "there is none of that name" });
    return found;
  };
  const onlyOne = async (): Promise<Connection> => {
    const [first, ...others] = await host.connections.list();
    if (first === undefined) throw new DsrError("CONNECTION_UNKNOWN", { reason: "there is none yet" });
    if (others.length > 0) throw new DsrError("CONNECTION_UNKNOWN", { reason: `there are ${others.length + 1}, and none was named` });
    return first;
  };
  const opened = async <T>(name: string, use: (session: ReturnType<typeof sessions.open>) => Promise<T>, until: AbortSignal = signal): Promise<T> => {
    const stored = await connection(name);
    const session = sessions.open(registry.get(stored.connector), stored, until);
    try {
      return await use(session);
    } finally {
      session.close();
    }
  };
  const openAuth =
    (connector: Connector, name: string, region: string, credential: string | undefined, rate?: number, workspaceId?: string): OpenAuth =>
    (apiOrigin) =>
      sessions.auth(
        {
          connector,
          name,
          apiOrigin,
          appOrigin: appOriginOf(connector, region, apiOrigin),
          credential: () => (credential === undefined ? undefined : Promise.resolve(credential)),
          ...(rate === undefined ? {} : { rate }),
          ...(workspaceId === undefined ? {} : { workspaceId }),
        },
        signal,
      );
  /** Codes are exchanged at the vendor's first region, which serves all of them; a consent page is the region's own. */
  const authorisation = (target: ConnectTarget) => {
    const connector = registry.get(target.connector);
    const first = connector.manifest.regions[0]?.id ?? "";
    const region = regionById(connector.manifest, target.region ?? first);
    const pageOrigin = target.apiUrl ?? region.apiOrigin;
    const exchangeOrigin = target.apiUrl ?? regionById(connector.manifest, first).apiOrigin;
    const purpose: AuthorisationPurpose = { connector: connector.manifest.id, connection: target.name, region: region.id, apiOrigin: pageOrigin };
    const auth = openAuth(connector, target.name, region.id, undefined);
    return { purpose, page: auth(pageOrigin), exchange: auth(exchangeOrigin) };
  };
  const surroundings: Surroundings = { host, settings, observer, manifestOf: (id) => registry.get(id).manifest, connection, opened };
  const requests = createRequests(surroundings);

  const dsr: Omit<Dsr, "close"> = {
    manifests: () => registry.manifests(),
    manifest: (id) => registry.get(id).manifest,
    beginAuthorisation: async (target, app, redirectUri) => {
      const { purpose, page } = authorisation(target);
      return beginAuthorisation(host, page, purpose, app, redirectUri);
    },
    completeAuthorisation: async (target, app, callback) => {
      const { purpose, exchange } = authorisation(target);
      return completeAuthorisation(host, exchange, purpose, app, callback);
    },
    connect: async (target, selection, credential, rate) => {
      const connector = registry.get(target.connector);
      const { name, region, apiUrl } = target;
      const input: ConnectInput = {
        ...selection,
        name,
        credential,
        ...(region === undefined ? {} : { region }),
        ...(apiUrl === undefined ? {} : { apiUrl }),
        ...(rate === undefined ? {} : { rate }),
      };
      return connect(host, connector.manifest, openAuth(connector, name, region ?? "", credential, rate), input);
    },
    reconnect: async (name, credential, capabilities) => {
      const current = await connection(name);
      const connector = registry.get(current.connector);
      const auth = openAuth(connector, name, current.region, credential, current.rate, current.workspace.id);
      return reconnect(host, connector.manifest, auth, current, { credential, ...(capabilities === undefined ? {} : { capabilities }) });
    },
    connections: () => host.connections.list(),
    connection,
    check: (name) =>
      opened(name, async (session) => {
        try {
          const { account, report, code } = await check(host, session);
          return { connection: await connection(name), account, report, code };
        } catch (error) {
          if (isDsrError(error, "AUTH_REJECTED")) await markBroken(host, name);
          throw error;
        }
      }),
    rehearse: (name) => opened(name, async (session) => {
        // Noted before it begins: it changes the account, and an auditor's count of requests must not hold it.
        if (session.rehearsal !== undefined) await host.evidence.noteRehearsal({ at: new Date(host.clock.now()).toISOString(), connector: session.manifest.id, connection: name });
        return rehearse(host, session, session.rehearsal, signal);
      }),
    disconnect: async (name, { revoke = false, abandon = false } = {}) => {
      await connection(name);
      const open = await host.journal.list({ connection: name, open: true });
      if (open.length > 0 && !abandon) throw new DsrError("CONNECTION_IN_USE");
      for (const request of open) await requests.cancel(request.id);
      // Revoked first: once the credential is gone, nobody here could end the grant any more.
      if (revoke) await opened(name, (session) => endAuthorisation(session.auth));
      await host.connections.remove(name);
    },
    ...requests,
    ...createBatches(surroundings, requests),
    ...createAccountability(host),
  };
  return guarded(dsr, closing, () => host.clock.now());
}

