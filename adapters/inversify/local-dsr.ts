import { join, resolve } from "node:path";
import { DEFAULT_TIMINGS, type Host, type Timings } from "../../core/host-ports.js";
import { DsrError } from "../../core/errors.js";
import type { Connector } from "../../core/ports.js";
import type { HostSettings } from "../../core/request-settings.js";
import { checkArgument } from "../intake/check-arguments.js";
import { intercom } from "../../connectors/intercom/connector.js";
import { systemClock, systemRandom } from "../clock/system-clock.js";
import { DOWNLOAD_LIMITS, type DownloadLimits } from "../http/download-limits.js";
import type { CallRecord } from "../http/seam.js";
import { SEAM_LIMITS, type SeamLimits } from "../http/seam-limits.js";
import { createUndiciTransport, type UndiciTransport } from "../http/undici-transport.js";
import { openHome } from "../journal/home.js";
import type { StoreLoss } from "../limits/local-share.js";
import { createPacer } from "../limits/pacer.js";
import type { Pacer } from "../limits/pacing.js";
import type { Wait } from "../limits/wait.js";
import { openSqliteWindow } from "../limits/sqlite-window.js";
import type { WindowStore } from "../limits/window.js";
import { createManifestValidator } from "../manifests/validate-manifest.js";
import { readAbout } from "../packages/about.js";
import { createPackageFolderSink } from "../packages/package-folder.js";
import { createStatementWriter } from "../packages/statement-writer.js";
import { observedBy, type Observer } from "../observability/observer.js";
import { createTelemetry } from "../observability/telemetry.js";
import { createPageStaging } from "../packages/page-staging.js";
import { DatabaseUrl } from "../postgres/database-url.js";
import type { Nudges } from "../worker/nudges.js";
import { createProcessNudges } from "../worker/process-nudges.js";
import { createDsr } from "./create-dsr.js";
import type { Dsr } from "./dsr.js";
import { packageVersion } from "./package-version.js";

/** A framework on this machine: everything it keeps is in one folder. Only `home` is needed. */
export interface LocalDsrOptions {
  /** The folder that holds requests, sealed credentials and packages; made when it does not exist. */
  readonly home: string;
  /** The 32-byte key that seals tokens and addresses, as base64 or hex; a key file in the home when left out. */
  readonly key?: string | undefined;
  /**
   * `postgres://user:password@host/database`: keeps requests, connections, evidence, holds, batches and the record of the rate limit there, for any
   * number of processes and hosts of one key. Packages and what is staged for them stay in the folder. The folder's own files when left out.
   */
  readonly databaseUrl?: string | undefined;
  /** Intercom when left out. */
  readonly connectors?: readonly Connector[];
  readonly timings?: Partial<Timings>;
  readonly limits?: Partial<SeamLimits>;
  /** Of files that are fetched: their largest size, times, how many at once. */
  readonly downloadLimits?: Partial<DownloadLimits>;
  /** Lowers every connection's rate: requests per the manifest's window. */
  readonly rate?: number | undefined;
  readonly packageRetentionMs?: number | undefined;
  /** What packages tell of other people and of notes, and the connectors' own settings. */
  readonly settings?: HostSettings | undefined;
  /** Told of waits for a rate limit that take longer than a second, and of who uses it. A wait's key is `<connector>:<connection>`. */
  readonly onWait?: (wait: Wait) => void;
  /** Told when the record that processes share cannot be used: where it is gone for all, each keeps to a tenth of the limit; who alone is shut out sends nothing. */
  readonly onStoreLost?: (how: StoreLoss) => void;
  /** Told when the database's server is away, once it has been waited for a second: as it is opened, too. */
  readonly onDatabaseAway?: () => void;
  readonly onCall?: (call: CallRecord) => void;
  /** Told of runs, calls and waits, beside OpenTelemetry, which always is: structured logs (`createEventLog`), or a host's own. */
  readonly observers?: readonly Observer[];
  /** Aborting it ends what is no run's own: connecting, checking. Runs have a signal each. */
  readonly signal?: AbortSignal;
}

/** Its `close` also lets go of leases, files and connections. */
export interface LocalDsr extends Dsr {
  /** How workers over the same records share their work; to be closed by who opens it. */
  nudges(): Promise<Nudges>;
}

const USER_AGENT = `dsr-connect/${packageVersion()} (privacy requests)`;

/**
 * Opens the framework over a home folder. Several processes may have the same home open; they share its rate limits.
 * @throws DsrError `SEALING_KEY_INVALID`, `STORAGE_FAILED`, `STORE_NEWER`, `INTEGRITY`, `CONFIG_INVALID`
 */
export async function openLocalDsr(options: LocalDsrOptions): Promise<LocalDsr> {
  const { rate } = checkedOptions(options);
  // The process may work in another folder later.
  const folder = resolve(options.home);
  const connectors = options.connectors ?? [intercom];
  // What the controller adds to a package (GDPR Art. 15(1)); what it leaves out is shown as a blank.
  const about = () => readAbout(join(folder, "about.json"), connectors.flatMap(({ manifest }) => manifest.dataCategories.map(({ id }) => id)));
  const databaseUrl = options.databaseUrl === undefined ? undefined : DatabaseUrl.parse(options.databaseUrl);
  const home = await openHome({ directory: folder, key: options.key, clock: systemClock, databaseUrl, onAway: options.onDatabaseAway, signal: options.signal });
  const windows = await openWindows(folder, databaseUrl);
  const transports = new Map<boolean, UndiciTransport>();
  const pacers = new Map<string, Pacer>();
  const { packageRetentionMs: retentionMs, onStoreLost, onCall } = options;
  const observers = [createTelemetry(packageVersion()), ...(options.observers ?? [])];
  const { waiting } = observedBy(observers);
  const onWait = (wait: Wait): void => {
    waiting(wait);
    options.onWait?.(wait);
  };
  const host: Host = {
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    clock: systemClock,
    random: systemRandom,
    digest: home.digest,
    journal: home.journal,
    staging: createPageStaging({ directory: folder, vault: home.vault }),
    packages: createPackageFolderSink({ directory: folder, clock: systemClock, about, ...(retentionMs === undefined ? {} : { retentionMs }) }),
    statements: createStatementWriter(about),
    connections: home.connections,
    oauthStates: home.oauthStates,
    evidence: home.evidence,
    signer: home.signer,
    holds: home.holds,
    batches: home.batches,
  };
  const release = async (): Promise<void> => {
    await Promise.all([...transports.values()].map((transport) => transport.close()));
    await windows.close();
    await home.close();
  };
  const compose = (): Dsr =>
    createDsr({
      host,
      validateManifest: createManifestValidator(),
      connectors,
      observers,
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      network: {
        transport: (explicit) => {
          const transport = transports.get(explicit) ?? createUndiciTransport({ userAgent: USER_AGENT, allowPrivateHosts: explicit });
          transports.set(explicit, transport);
          return transport.send;
        },
        pacer: (key, limit, windowMs) => {
          // Who connects anew may ask for another rate: the record that is shared bounds all of them.
          const paced = `${key} ${limit}`;
          const pacer =
            pacers.get(paced) ??
            createPacer({ key, limit: Math.min(limit, rate ?? limit), windowMs, store: windows, clock: systemClock, random: systemRandom, onWait, ...(onStoreLost === undefined ? {} : { onStoreLost }) });
          pacers.set(paced, pacer);
          return pacer;
        },
        limits: { ...SEAM_LIMITS, ...options.limits },
        downloadLimits: { ...DOWNLOAD_LIMITS, ...options.downloadLimits },
        ...(onCall === undefined ? {} : { onCall }),
      },
    });
  const dsr = await orRelease(compose, release);
  let closed: Promise<void> | undefined;
  return { ...dsr, nudges: () => openNudges(databaseUrl, home.id), close: () => (closed ??= dsr.close().then(release)) };
}

/** The record of the rate limit is shared as far as the requests are. */
async function openWindows(home: string, databaseUrl: DatabaseUrl | undefined): Promise<WindowStore & { close(): void | Promise<void> }> {
  if (databaseUrl === undefined) return openSqliteWindow(join(home, "limits.db"));
  const { openPostgresWindow } = await import("../postgres/postgres-window.js");
  return openPostgresWindow({ url: databaseUrl, clock: systemClock });
}

async function openNudges(url: DatabaseUrl | undefined, home: string | undefined): Promise<Nudges> {
  if (url === undefined || home === undefined) return createProcessNudges(systemClock);
  const { openPgBossNudges } = await import("../postgres/pg-boss-nudges.js");
  return openPgBossNudges({ url, home });
}

/** A manifest that is refused must not leave files and leases behind. */
async function orRelease(compose: () => Dsr, release: () => Promise<void>): Promise<Dsr> {
  try {
    return compose();
  } catch (error) {
    await release();
    throw error;
  }
}

function checkedOptions(options: LocalDsrOptions): LocalDsrOptions {
  const { home, rate, connectors } = (typeof options === "object" ? options : {}) as Partial<LocalDsrOptions>;
  if (typeof home !== "string" || home === "") throw new DsrError("CONFIG_INVALID", { at: "home", reason: "it is the path of a folder" });
  if (rate !== undefined) checkArgument.rate(rate);
  if (connectors !== undefined && (!Array.isArray(connectors) || connectors.some((each: unknown) => typeof each !== "object" || each === null))) {
    throw new DsrError("CONFIG_INVALID", { at: "connectors", reason: "it is a list of connectors" });
  }
  return options;
}
