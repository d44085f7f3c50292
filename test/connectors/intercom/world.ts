import { DOWNLOAD_LIMITS, type DownloadLimits } from "../../../adapters/http/download-limits.js";
import { createFetchTransport } from "../../../adapters/http/fetch-transport.js";
import { SEAM_LIMITS, type SeamLimits } from "../../../adapters/http/seam-limits.js";
import type { CallRecord } from "../../../adapters/http/seam.js";
import type { Transport } from "../../../adapters/http/transport.js";
import { createManualClock } from "../../../adapters/in-memory/manual-clock.js";
import { createMemoryHost, type MemoryHost, type MemoryHostOptions } from "../../../adapters/in-memory/memory-host.js";
import { createDsr } from "../../../adapters/inversify/create-dsr.js";
import type { Dsr, RunOptions } from "../../../adapters/inversify/dsr.js";
import { unpaced } from "../../../adapters/limits/unpaced.js";
import { createManifestValidator } from "../../../adapters/manifests/validate-manifest.js";
import { intercom } from "../../../connectors/intercom/connector.js";
import type { IntercomSandboxOptions } from "../../../connectors/intercom/sandbox/options.js";
import type { ContactRecord } from "../../../connectors/intercom/sandbox/records.js";
import type { ScopeId } from "../../../connectors/intercom/sandbox/scopes.js";
import { createIntercomSandbox, type IntercomSandbox } from "../../../connectors/intercom/sandbox/sandbox.js";
import { Identifier, type AccessResult, type Connector, type DeletionResult, type HostSettings, type PlanChoices, type RequestInput, type Selection, type Timings } from "../../../core/index.js";

export interface WorldOptions {
  readonly sandbox?: Partial<IntercomSandboxOptions>;
  readonly timings?: Partial<Timings>;
  readonly limits?: Partial<SeamLimits>;
  readonly connector?: Connector;
  readonly settings?: HostSettings;
  readonly downloadLimits?: Partial<DownloadLimits>;
  /** Which optional data categories are connected; none when left out, whatever is granted. */
  readonly categories?: Selection["categories"];
  /** Stands between the seam and the sandbox. */
  readonly transport?: (to: Transport) => Transport;
}

/** Access and deletion of contacts, and none of the categories that are optional. */
export const BOTH: Selection = { capabilities: ["access", "deletion"], categories: [] };

/** Permissions that are enough for both, and let the role of who authorised be read. */
export const CONTACT_SCOPES: readonly ScopeId[] = ["read_users_companies", "read_single_user", "write_users_companies", "read_one_admin"];

/** A sandbox, a host in memory and the framework between them, all on one clock that goes by itself. */
export interface World {
  readonly sandbox: IntercomSandbox;
  readonly host: MemoryHost;
  readonly dsr: Dsr;
  /** Every call that the framework made since the world began, as method and path. */
  readonly sent: string[];
  /** The attempts as the seam tells of them. */
  readonly attempts: CallRecord[];
  /** Bodies of the searches, parsed. */
  readonly searches: SearchBody[];
  /** Another process over what this one left behind. */
  again(options?: Pick<MemoryHostOptions, "watch"> & Pick<WorldOptions, "connector" | "settings">): World;
  /** Connects for contacts alone, whatever else the token may do, unless the options name categories. */
  connect(token?: string): Promise<void>;
  access(address: string, input?: Partial<RequestInput>, options?: RunOptions): Promise<AccessResult>;
  plan(address: string, choices?: PlanChoices, input?: Partial<RequestInput>): Promise<DeletionResult>;
  /** Plans and executes. */
  erase(address: string, choices?: PlanChoices, input?: Partial<RequestInput>): Promise<DeletionResult>;
  /** Executes what a plan says. */
  execute(planned: DeletionResult): Promise<DeletionResult>;
}

export interface SearchBody {
  readonly query: { readonly field?: string; readonly operator: string; readonly value: unknown };
  readonly pagination: { readonly per_page: number; readonly starting_after?: string };
}

export function createWorld(options: WorldOptions = {}): World {
  const clock = createManualClock({ auto: true });
  const sandbox = createIntercomSandbox({ clock, rateLimit: "off", fixture: "empty", ...options.sandbox });
  return worldOver(createMemoryHost({ clock, ...(options.timings && { timings: options.timings }) }), sandbox, options);
}

/** A world whose account is connected already, and whose list of calls begins afterwards. */
export async function connectedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.connect();
  forgetCalls(world);
  return world;
}

export function forgetCalls({ sent, attempts, searches, sandbox }: World): void {
  for (const list of [sent, attempts, searches]) list.length = 0;
  sandbox.calls.clear();
}

/** What the sandbox was asked to change, as method and path. */
export function mutations({ sent }: World): readonly string[] {
  return sent.filter((call) => !call.startsWith("GET ") && !/^POST \/(contacts|conversations|tickets)\/search$/.test(call));
}

function worldOver(host: MemoryHost, sandbox: IntercomSandbox, options: WorldOptions): World {
  const [sent, attempts, searches]: [string[], CallRecord[], SearchBody[]] = [[], [], []];
  const direct = createFetchTransport((request) => sandbox.fetch(request));
  const counted: Transport = (input) => {
    const call = `${input.method} ${new URL(input.url).pathname}`;
    sent.push(call);
    if (call === "POST /contacts/search") searches.push(JSON.parse(input.body ?? "null") as SearchBody);
    return direct(input);
  };
  const transport = options.transport?.(counted) ?? counted;
  const pacer = unpaced(host.clock);
  const dsr = createDsr({
    host,
    connectors: [options.connector ?? intercom],
    ...(options.settings && { settings: options.settings }),
    validateManifest: validateManifest(),
    network: { transport: () => transport, pacer: () => pacer, limits: { ...SEAM_LIMITS, ...options.limits }, downloadLimits: { ...DOWNLOAD_LIMITS, ...options.downloadLimits }, onCall: (call) => void attempts.push(call) },
  });
  const said = (address: string, input: Partial<RequestInput> = {}): RequestInput => ({ identifier: Identifier.parse("email", address), ...input });
  const world: World = {
    sandbox,
    host,
    dsr,
    sent,
    attempts,
    searches,
    again: ({ connector, settings, ...more } = {}) =>
      worldOver(createMemoryHost({ state: host.state, clock: host.clock, timings: host.timings, ...more }), sandbox, { ...options, ...(connector && { connector }), ...(settings && { settings }) }),
    connect: async (token = sandbox.token) => {
      const result = await dsr.connect({ connector: "intercom", name: "acme" }, { ...BOTH, categories: options.categories ?? BOTH.categories }, token);
      if (!result.ok) throw new Error(result.code);
    },
    access: (address, input, options) => dsr.access("acme", said(address, input), options),
    plan: (address, choices, input) => dsr.plan("acme", said(address, input), choices),
    execute: (planned) => dsr.delete(planned.plan?.id ?? "", planned.plan?.confirm ?? ""),
    erase: async (address, choices, input) => world.execute(await world.plan(address, choices, input)),
  };
  return world;
}

let validator: ReturnType<typeof createManifestValidator> | undefined;

/** Compiled once: it takes longer than most tests. */
function validateManifest(): ReturnType<typeof createManifestValidator> {
  validator ??= createManifestValidator();
  return validator;
}

/** A result without the vendor's ids of its calls, which differ from run to run. */
export function withoutCallIds(result: DeletionResult): DeletionResult {
  return { ...result, targets: result.targets.map(({ vendorRequestIds: _, ...target }) => target) };
}

/** Custom objects of somebody's, on pages of one each: the first page counts three, the next one two. */
export function addOrdersOfWhichOneGoes({ sandbox }: World, contact: ContactRecord): void {
  for (let n = 0; n < 2; n++) sandbox.build.addCustomObject("Order", [contact]);
  let first: any;
  const rewrite = (body: any): object => {
    const isFirst = first === undefined;
    first ??= body;
    return { ...first, data: [first.data[isFirst ? 0 : 1]], total_count: isFirst ? 3 : 2, pages: { type: "pages", next: isFirst ? "https://api.intercom.io/custom_object_instances/Order?page=2" : null } };
  };
  sandbox.inject({ path: /^\/custom_object_instances\//, times: 2, fault: { kind: "rewrite", rewrite } });
}
