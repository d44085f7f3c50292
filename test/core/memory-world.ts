import { createFetchTransport } from "../../adapters/http/fetch-transport.js";
import { SEAM_LIMITS } from "../../adapters/http/seam-limits.js";
import { createMemoryHost, type MemoryHost, type MemoryHostOptions } from "../../adapters/in-memory/memory-host.js";
import { createDsr } from "../../adapters/inversify/create-dsr.js";
import type { Dsr } from "../../adapters/inversify/dsr.js";
import { unpaced } from "../../adapters/limits/unpaced.js";
import { createManifestValidator } from "../../adapters/manifests/validate-manifest.js";
import { createMemoryConnector } from "../../connectors/memory/connector.js";
import { createMemorySandbox } from "../../connectors/memory/sandbox.js";
import { Identifier, type Connection, type HostSettings, type JournalEntry, type Manifest, type PackageHeader, type Timings } from "../../core/index.js";
import type { Connector } from "../../core/ports.js";

const ADDRESS = "ada@example.test";

export const ADA = { identifier: Identifier.parse("email", ADDRESS) } as const;

/** Made once: it compiles the schema. */
const validateManifest = createManifestValidator();

type Send = (request: Request) => Promise<Response>;

/** The framework on a host without disk, with the reference connector and its vendor: what core carries out in milliseconds. */
export interface MemoryWorld {
  readonly dsr: Dsr;
  readonly host: MemoryHost;
  readonly vendor: ReturnType<typeof createMemorySandbox>;
  readonly token: string;
  /** Every call passes here; a test may do something before, instead or after. */
  between: (request: Request, send: Send) => Promise<Response>;
  /** What the package sink was asked to make sure of. */
  readonly prepared: readonly (readonly [directory: string | undefined, recipient: string | undefined])[];
  /** What packages were to say of themselves. */
  readonly written: readonly PackageHeader[];
  addAda(volume?: "bare" | "one" | "paged" | "full"): string;
  entries(requestId: string): Promise<readonly JournalEntry[]>;
  /** Another process over the same state, this one being dead; of another version of the connector where one is given. */
  restart(version?: string): MemoryWorld;
}

/** What a test changes of the connector. */
export type Change = (usual: Connector) => Connector;

export interface MemoryWorldOptions {
  readonly timings?: Partial<Timings>;
  readonly settings?: HostSettings;
  /** Beyond what access and deletion need. */
  readonly scopes?: readonly string[];
}

interface Lasting extends MemoryWorldOptions {
  readonly change: Change;
  readonly vendor: MemoryWorld["vendor"];
  readonly token: string;
}

export async function openMemoryWorld(change: Change = (usual) => usual, options: MemoryWorldOptions = {}): Promise<MemoryWorld> {
  const vendor = createMemorySandbox();
  const scopes = ["read_people", "read_orders", "read_messages", "delete_people", ...(options.scopes ?? [])];
  const token = vendor.issueToken({ scopes });
  const world = openOver({ vendor, token, change, ...options }, {});
  await world.host.connections.put(connectionOf(world.dsr.manifest("memory"), scopes, new Date(world.host.clock.now()).toISOString()), token);
  return world;
}

/** As connecting makes it. To connect takes more time than most of what is done afterwards. */
function connectionOf({ id, version, scopes, account, dataCategories }: Manifest, granted: readonly string[], at: string): Connection {
  return {
    name: "acme",
    connector: id,
    connectorVersion: version,
    region: "eu",
    apiOrigin: "https://api.memory.example",
    vendorsOwn: true,
    capabilities: ["access", "deletion"],
    categories: dataCategories.map((category) => category.id),
    workspace: { id: "memory-1", name: "Memory", region: "EU" },
    authorisedBy: { id: "user-1", role: "Admin" },
    scopes: scopes.map((scope) => ({ id: scope.id, label: scope.label, neededFor: [], status: granted.includes(scope.id) ? "granted" : "missing", basis: "observed", fix: scope.fix })),
    account: { required: account.role, status: "ok", fix: account.fix },
    ...(granted.includes("read_team") ? { teammates: [], colleagues: {} } : {}),
    connectedAt: at,
    checkedAt: at,
    status: "connected",
  };
}

function openOver(lasting: Lasting, earlier: Pick<MemoryHostOptions, "state" | "clock">, version?: string): MemoryWorld {
  const { vendor, token, timings, settings } = lasting;
  const memory = createMemoryHost({ ...earlier, ...(timings === undefined ? {} : { timings }) });
  const prepared: [string | undefined, string | undefined][] = [];
  const written: PackageHeader[] = [];
  const { packages } = memory;
  const host: MemoryHost = {
    ...memory,
    packages: {
      ...packages,
      prepare: async (directory, recipient) => void prepared.push([directory, recipient]),
      write: (header, ...content) => {
        written.push(header);
        return packages.write(header, ...content);
      },
    },
  };
  const usual = lasting.change(createMemoryConnector());
  const connector: Connector = version === undefined ? usual : { ...usual, manifest: { ...usual.manifest, version } };
  const world: MemoryWorld = {
    dsr: createDsr({
      host,
      validateManifest,
      ...(settings === undefined ? {} : { settings }),
      connectors: [connector],
      network: { transport: () => createFetchTransport((request) => world.between(request, vendor.fetch)), pacer: () => unpaced(host.clock), limits: SEAM_LIMITS },
    }),
    host,
    vendor,
    token,
    between: (request, send) => send(request),
    prepared,
    written,
    addAda: (volume = "one") => vendor.addSubject({ identifier: { value: ADDRESS }, text: "Canary", volume }).id,
    entries: (requestId) => host.journal.entries(requestId),
    restart: (next) => {
      memory.crash();
      return openOver(lasting, { state: memory.state, clock: memory.clock }, next);
    },
  };
  return world;
}

/** The entries of one kind. */
export function ofKind<K extends JournalEntry["kind"]>(entries: readonly JournalEntry[], kind: K): readonly Extract<JournalEntry, { kind: K }>[] {
  return entries.filter((entry): entry is Extract<JournalEntry, { kind: K }> => entry.kind === kind);
}
