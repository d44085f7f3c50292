import { Container } from "inversify";
import type { Connection } from "../../core/connection.js";
import { watchFaults, type FaultWatch } from "../../core/fault-watch.js";
import type { Host } from "../../core/host-ports.js";
import type { AuthPort, Connector, RehearsalPort } from "../../core/ports.js";
import type { ReadTogether } from "../../core/read-together.js";
import type { Session } from "../../core/session.js";
import { createDownload } from "../http/download.js";
import { DOWNLOAD_LIMITS, type DownloadLimits } from "../http/download-limits.js";
import { createSeam, type CallRecord } from "../http/seam.js";
import type { SeamLimits } from "../http/seam-limits.js";
import { createSlots } from "../http/slots.js";
import type { Transport } from "../http/transport.js";
import type { Pacer } from "../limits/pacing.js";
import type { Observer } from "../observability/observer.js";
import { connectionModule } from "./connection-module.js";
import { createSharing } from "./sharing.js";
import { tokens } from "./tokens.js";

/** What stands between the ports and the network. Composition values, so that tests run unpaced and with short deadlines. */
export interface NetworkOptions {
  /** `explicit` is true for an API address that the operator named: only such a one may be private or plain HTTP. */
  readonly transport: (explicit: boolean) => Transport;
  /** One pacer per key; `limit` is requests per `windowMs`. */
  readonly pacer: (key: string, limit: number, windowMs: number) => Pacer;
  readonly limits: SeamLimits;
  /** Of files that are fetched; the usual ones when left out. */
  readonly downloadLimits?: DownloadLimits;
  readonly onCall?: (call: CallRecord) => void;
}

/** An account that is being talked to, stored or not. */
export interface Account {
  readonly connector: Connector;
  /** Under which name its rate is counted. */
  readonly name: string;
  readonly apiOrigin: string;
  readonly appOrigin: string;
  readonly workspaceId?: string;
  readonly categories?: readonly string[];
  readonly rate?: number;
  readonly credential: () => Promise<string> | undefined;
}

/** An opened connection, to be closed after use. */
export interface OpenSession extends Session {
  readonly rehearsal: RehearsalPort | undefined;
  close(): void;
}

/** Opens connections: one seam and one container each. The only place where a container is asked for something. */
export function createSessions(host: Host, network: NetworkOptions, observer: Pick<Required<Observer>, "called">): {
  /** With `staleAfterMs` instead of the network's own for what changes something there. */
  open(connector: Connector, connection: Connection, signal: AbortSignal, staleAfterMs?: number): OpenSession;
  auth(account: Account, signal: AbortSignal): AuthPort;
} {
  const root = new Container({ jitless: true });
  const downloadLimits = network.downloadLimits ?? DOWNLOAD_LIMITS;
  const slots = createSlots(downloadLimits.atOnce);
  const sharing = createSharing();
  const containerFor = (account: Account, signal: AbortSignal, onCall: () => void, staleAfterMs = network.limits.staleAfterMs, readTogether?: ReadTogether): { readonly container: Container; readonly watched: FaultWatch["watched"] } => {
    const { manifest, protocol } = account.connector;
    const { requests, windowMs } = manifest.rateLimit;
    const seam = createSeam({
      protocol,
      apiOrigin: account.apiOrigin,
      credential: account.credential,
      pacer: network.pacer(`${manifest.id}:${account.name}`, Math.min(account.rate ?? requests, requests), windowMs),
      transport: network.transport(isExplicit(account)),
      clock: host.clock,
      random: host.random,
      signal,
      limits: { ...network.limits, staleAfterMs },
      onCall: (call) => {
        onCall();
        observer.called(call, { connector: manifest.id, connection: account.name });
        network.onCall?.(call);
      },
    });
    const { fetch, watched } = watchFaults(seam);
    const container = new Container({ parent: root, jitless: true });
    container.load(
      connectionModule(account.connector, { fetch, clock: host.clock, signal, apiOrigin: account.apiOrigin, appOrigin: account.appOrigin, workspaceId: account.workspaceId, categories: account.categories ?? [], ...(readTogether === undefined ? {} : { readTogether }) }),
    );
    return { container, watched };
  };
  return {
    open: (connector, connection, signal, staleAfterMs) => {
      let apiCalls = 0;
      const account: Account = {
        connector,
        name: connection.name,
        apiOrigin: connection.apiOrigin,
        appOrigin: appOriginOf(connector, connection.region, connection.apiOrigin),
        workspaceId: connection.workspace.id,
        categories: connection.categories,
        ...(connection.rate === undefined ? {} : { rate: connection.rate }),
        // Another process may make a connection of this name to another account meanwhile: nothing of this session is for that one.
        credential: () => host.connections.credential(connection.name, connection),
      };
      const shared = sharing(connection);
      const { container, watched } = containerFor(account, signal, () => (apiCalls += 1), staleAfterMs, shared.readTogether);
      return {
        connection,
        manifest: connector.manifest,
        auth: container.get(tokens.AuthPort),
        lookup: watched(container.get(tokens.IdentifierLookupPort)),
        executor: watched(container.get(tokens.RequestExecutorPort)),
        download: createDownload({
          fileHosts: connector.protocol.fileHosts ?? [],
          explicitOrigin: isExplicit(account) ? account.apiOrigin : undefined,
          transport: network.transport,
          slots,
          clock: host.clock,
          random: host.random,
          signal,
          limits: downloadLimits,
          onCall: (call) => {
            observer.called(call, { connector: connector.manifest.id, connection: connection.name });
            network.onCall?.(call);
          },
        }),
        rehearsal: container.isBound(tokens.RehearsalPort) ? container.get(tokens.RehearsalPort) : undefined,
        apiCalls: () => apiCalls,
        close: () => {
          container.unbindAll();
          shared.leave();
        },
      };
    },
    auth: (account, signal) => containerFor(account, signal, () => undefined, NEVER_STALE).container.get(tokens.AuthPort),
  };
}

/** Of what is as much wanted however long it had to wait: it is about no person's record, and nobody asks for it anew. */
export const NEVER_STALE = Number.POSITIVE_INFINITY;

/** Whether the operator named the API's address, instead of one of the vendor's own. */
function isExplicit({ connector, apiOrigin }: Account): boolean {
  return !connector.manifest.regions.some((region) => region.apiOrigin === apiOrigin);
}

/** The page on which an admin authorises: the region's own, or, for an API at an address of its own, that address. */
export function appOriginOf(connector: Connector, regionId: string, apiOrigin: string): string {
  const region = connector.manifest.regions.find((r) => r.id === regionId);
  return region === undefined || !connector.manifest.regions.some((r) => r.apiOrigin === apiOrigin) ? apiOrigin : region.appOrigin;
}
