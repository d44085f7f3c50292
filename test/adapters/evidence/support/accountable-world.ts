import { createFetchTransport } from "../../../../adapters/http/fetch-transport.js";
import { SEAM_LIMITS } from "../../../../adapters/http/seam-limits.js";
import { createManualClock, type ManualClock } from "../../../../adapters/in-memory/manual-clock.js";
import { createMemoryHost } from "../../../../adapters/in-memory/memory-host.js";
import { createDsr } from "../../../../adapters/inversify/create-dsr.js";
import type { Dsr } from "../../../../adapters/inversify/dsr.js";
import { openHome, type Home } from "../../../../adapters/journal/home.js";
import { unpaced } from "../../../../adapters/limits/unpaced.js";
import { createManifestValidator } from "../../../../adapters/manifests/validate-manifest.js";
import { createMemoryConnector } from "../../../../connectors/memory/connector.js";
import { createMemorySandbox } from "../../../../connectors/memory/sandbox.js";
import { createPackageFolderSink } from "../../../../adapters/packages/package-folder.js";
import { createPageStaging } from "../../../../adapters/packages/page-staging.js";
import type { Host, Timings } from "../../../../core/host-ports.js";
import { Identifier } from "../../../../core/identifier.js";
import type { Manifest } from "../../../../core/manifest.js";
import type { Connector } from "../../../../core/ports.js";
import { temporaryHome } from "../../journal/temporary-home.js";

export const ADA = "ada.canary@example.test";
export const ada = (): Identifier => Identifier.parse("email", ADA);

type Send = (request: Request) => Promise<Response>;

/** The framework over a home folder on disk, with a vendor in this process that counts as the vendor's own. */
export interface AccountableWorld {
  readonly dsr: Dsr;
  readonly host: Host;
  readonly home: Home;
  readonly directory: string;
  readonly clock: ManualClock;
  readonly vendor: ReturnType<typeof createMemorySandbox>;
  readonly token: string;
  /** Every call passes here; a test may do something before, instead or after. */
  between: (request: Request, send: Send) => Promise<Response>;
  /** How many deletions reached the vendor. */
  deletions(): number;
  /** Another process on the same home, after this one has died. */
  restart(): Promise<AccountableWorld>;
  /** Ends this process at once: whatever it still asks is never answered. */
  die(): void;
  end(): Promise<void>;
}

export interface AccountableOptions {
  /** Packages and pages are files in the home, as `openLocalDsr` has them; in memory when left out. */
  readonly files?: boolean;
  readonly timings?: Partial<Timings>;
  readonly exemptions?: Manifest["exemptions"];
  /** Told of each operation of the journal, the pages and the packages, as `journal.append`, before it is done. */
  readonly watch?: (operation: string, world: AccountableWorld) => void;
}

export async function openAccountableWorld(options: AccountableOptions = {}): Promise<AccountableWorld> {
  const folder = temporaryHome();
  const vendor = createMemorySandbox();
  const clock = createManualClock({ auto: true });
  const token = vendor.issueToken({ scopes: ["read_people", "read_orders", "read_messages", "delete_people"] });
  const world = await openOver({ folder, vendor, clock, token, options });
  const connected = await world.dsr.connect({ connector: "memory", name: "acme" }, { capabilities: ["access", "deletion"], categories: "granted" }, token);
  if (!connected.ok) throw new Error("the vendor could not be connected");
  return world;
}

interface Surroundings {
  readonly folder: ReturnType<typeof temporaryHome>;
  readonly vendor: AccountableWorld["vendor"];
  readonly clock: ManualClock;
  readonly token: string;
  readonly options: AccountableOptions;
}

async function openOver(surroundings: Surroundings, number = 1): Promise<AccountableWorld> {
  const { folder, vendor, clock, token, options } = surroundings;
  const home = await openHome({ directory: folder.directory, clock });
  let died = false;
  /** A port of a process that may die: what it is asked afterwards is never answered. */
  const mortal = <T extends object>(port: T, called = ""): T =>
    new Proxy(port, {
      get: (target, name) => (...args: unknown[]): unknown => {
        if (called !== "" && !died) options.watch?.(`${called}.${String(name)}`, world);
        return died ? new Promise(() => undefined) : (Reflect.get(target, name) as (...all: unknown[]) => unknown)(...args);
      },
    });
  const files = {
    staging: mortal(createPageStaging({ directory: folder.directory, vault: home.vault }), "staging"),
    packages: mortal(createPackageFolderSink({ directory: folder.directory, clock }), "packages"),
  };
  const ports = { journal: mortal(home.journal, "journal"), connections: mortal(home.connections), oauthStates: mortal(home.oauthStates), evidence: mortal(home.evidence), holds: mortal(home.holds) };
  const memory = createMemoryHost({ clock, seed: number, ...(options.timings === undefined ? {} : { timings: options.timings }) });
  const host: Host = { ...memory, digest: home.digest, signer: home.signer, ...ports, ...(options.files === true ? files : {}) };
  const dsr = createDsr({
    host,
    validateManifest: createManifestValidator(),
    connectors: [exempt(createMemoryConnector(), options.exemptions)],
    network: {
      transport: () => createFetchTransport((request) => world.between(request, vendor.fetch)),
      pacer: () => unpaced(clock),
      limits: SEAM_LIMITS,
    },
  });
  const world: AccountableWorld = {
    dsr,
    host,
    home,
    directory: folder.directory,
    clock,
    vendor,
    token,
    between: (request, send) => send(request),
    deletions: () => vendor.calls().filter(({ method, path }) => method === "DELETE" && path.startsWith("/people/")).length,
    restart: async () => {
      died = true;
      await home.close();
      return openOver(surroundings, number + 1);
    },
    die: () => void (died = true),
    end: folder.remove,
  };
  return world;
}

/** Puts a person with several records there, so that a deletion has several targets. */
export function addAda({ vendor }: AccountableWorld, records = 3): readonly string[] {
  const ids = Array.from({ length: records }, (_, n) => vendor.addSubject({ identifier: { value: ADA }, kind: n === 0 ? "customer" : "prospect", text: "CANARY_text", volume: "one" }).id);
  vendor.settleIndex();
  return ids;
}

function exempt(connector: Connector, exemptions: Manifest["exemptions"] = []): Connector {
  return { ...connector, manifest: { ...connector.manifest, exemptions } };
}
