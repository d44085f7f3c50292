import { createFetchTransport } from "../../../../adapters/http/fetch-transport.js";
import { SEAM_LIMITS } from "../../../../adapters/http/seam-limits.js";
import { createManualClock, type ManualClock } from "../../../../adapters/in-memory/manual-clock.js";
import { createMemoryHost } from "../../../../adapters/in-memory/memory-host.js";
import { createDsr, type Dsr } from "../../../../adapters/inversify/dsr.js";
import { openHome, type Home } from "../../../../adapters/journal/home.js";
import { unpaced } from "../../../../adapters/limits/unpaced.js";
import { createManifestValidator } from "../../../../adapters/manifests/validate-manifest.js";
import { createMemoryConnector } from "../../../../connectors/memory/connector.js";
import { createMemoryVendor } from "../../../../connectors/memory/vendor.js";
import type { Host } from "../../../../core/host-ports.js";
import { Identifier } from "../../../../core/identifier.js";
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
  readonly vendor: ReturnType<typeof createMemoryVendor>;
  readonly token: string;
  /** Every call passes here; a test may do something before, instead or after. */
  between: (request: Request, send: Send) => Promise<Response>;
  /** How many deletions reached the vendor. */
  deletions(): number;
  /** Another process on the same home, after this one has died. */
  restart(): Promise<AccountableWorld>;
  end(): void;
}

export async function openAccountableWorld(): Promise<AccountableWorld> {
  const folder = temporaryHome();
  const vendor = createMemoryVendor();
  const clock = createManualClock({ auto: true });
  const token = vendor.issueToken({ scopes: ["read_people", "read_orders", "read_messages", "delete_people"] });
  const world = await openOver(folder, vendor, clock, token);
  const connected = await world.dsr.connect({ connector: "memory", name: "acme" }, { capabilities: ["access", "deletion"], categories: "granted" }, token);
  if (!connected.ok) throw new Error("the vendor could not be connected");
  return world;
}

async function openOver(folder: ReturnType<typeof temporaryHome>, vendor: AccountableWorld["vendor"], clock: ManualClock, token: string, number = 1): Promise<AccountableWorld> {
  const home = await openHome({ directory: folder.directory, clock });
  let died = false;
  /** A port of a process that may die: what it is asked afterwards is never answered. */
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, { get: (target, name) => (...args: unknown[]): unknown => (died ? new Promise(() => undefined) : (Reflect.get(target, name) as (...all: unknown[]) => unknown)(...args)) });
  // Packages and pages are no part of this; everything else is the home's.
  const ports = { journal: mortal(home.journal), connections: mortal(home.connections), oauthStates: mortal(home.oauthStates), evidence: mortal(home.evidence), holds: mortal(home.holds) };
  const host: Host = { ...createMemoryHost({ clock, seed: number }), digest: home.digest, signer: home.signer, ...ports };
  const dsr = createDsr({
    host,
    validateManifest: createManifestValidator(),
    connectors: [createMemoryConnector()],
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
    restart: () => {
      died = true;
      home.close();
      return openOver(folder, vendor, clock, token, number + 1);
    },
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
