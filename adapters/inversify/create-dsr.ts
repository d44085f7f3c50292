import { beginAuthorisation, completeAuthorisation, endAuthorisation, type AuthorisationPurpose } from "../../core/authorise.js";
import { check, connect, markBroken, reconnect, regionById, type ConnectInput, type OpenAuth } from "../../core/connect.js";
import { isSameGrant, type Connection } from "../../core/connection.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { Host } from "../../core/host-ports.js";
import type { Connector } from "../../core/ports.js";
import { ConnectorRegistry, type ManifestValidator } from "../../core/registry.js";
import { rehearse } from "../../core/rehearse.js";
import { checkHostSettings, type HostSettings } from "../../core/request-settings.js";
import { observedBy, type Observer } from "../observability/observer.js";
import { createAccountability } from "./accountability.js";
import { createBatches } from "./batches.js";
import { createDisconnect } from "./disconnect.js";
import type { ConnectTarget, Dsr } from "./dsr.js";
import { guarded } from "./guarded.js";
import { createRequests, type Surroundings } from "./requests.js";
import { appOriginOf, createSessions, NEVER_STALE, type NetworkOptions } from "./sessions.js";

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
  type Use<T> = (session: ReturnType<typeof sessions.open>) => Promise<T>;
  const inSession = async <T>(stored: Connection, use: Use<T>, until: AbortSignal, staleAfterMs?: number): Promise<T> => {
    const session = sessions.open(registry.get(stored.connector), stored, until, staleAfterMs);
    try {
      return await use(session);
    } finally {
      session.close();
    }
  };
  const opened = async <T>(name: string, use: Use<T>, until: AbortSignal = signal, staleAfterMs?: number): Promise<T> => inSession(await connection(name), use, until, staleAfterMs);
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
  const endGrant = async (current: Connection): Promise<void> => {
    const { connector, name, region, apiOrigin, vendorsOwn, rate } = current;
    const first = registry.get(connector).manifest.regions[0]?.apiOrigin;
    const others = vendorsOwn && first !== undefined && first !== apiOrigin;
    const elsewhere = others ? openAuth(registry.get(connector), name, region, await host.connections.credential(name, current), rate)(first) : undefined;
    await inSession(current, (session) => endAuthorisation(session.auth, elsewhere), signal, NEVER_STALE);
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
    completeAuthorisation: async (target, app, callback, redirectUri) => {
      const { purpose, exchange } = authorisation(target);
      return completeAuthorisation(host, exchange, purpose, app, callback, redirectUri);
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
          if (isDsrError(error, "AUTH_REJECTED")) await markBroken(host, name, (now) => isSameGrant(session.connection, now));
          throw error;
        }
      }, signal, NEVER_STALE),
    rehearse: (name) => opened(name, async (session) => {
        if (!session.connection.capabilities.includes("deletion")) throw new DsrError("UNSUPPORTED_REQUEST", { at: "rehearsal", reason: "it deletes what it made, and deletion was not selected when this account was connected" });
        // Noted before it begins: it changes the account, and an auditor's count of requests must not hold it.
        if (session.rehearsal !== undefined) await host.evidence.noteRehearsal({ at: new Date(host.clock.now()).toISOString(), connector: session.manifest.id, connection: name });
        return rehearse(host, session, session.rehearsal, signal);
      }, signal, NEVER_STALE),
    disconnect: createDisconnect({ host, connection, requests, endGrant }),
    ...requests,
    ...createBatches(surroundings, requests),
    ...createAccountability(host),
  };
  return guarded(dsr, closing, { nowMs: () => host.clock.now(), placeOf: (directory) => host.packages.placeOf?.(directory) ?? directory });
}

