import type { SandboxClock } from "./clock.js";
import type { FixtureName } from "./fixtures.js";
import type { AppRegistration } from "./oauth.js";
import type { Workspace } from "./records.js";
import { ALL_SCOPES } from "./scopes.js";
import type { IndexLagMs } from "./search-index.js";
import type { Switches } from "./switches.js";

/** How a sandbox is set up; only the clock has to be given. */
export type IntercomSandboxOptions = {
  readonly clock: SandboxClock;
  /** Same seed, same ids. Default 1. */
  readonly seed?: number;
  /** Who is in it at the start. Default `small`. */
  readonly fixture?: FixtureName;
  /** How many people `crowd` has. Default 1000. */
  readonly crowdSize?: number;
  /** Calls in each window of ten seconds. Default 166, the figure of Intercom's own example. */
  readonly rateLimit?: number | "off";
  readonly indexLagMs?: Partial<IndexLagMs>;
  /** How long a deleted contact stays readable by id. Default 0. */
  readonly readLagMs?: number;
  /** How long after a contact its conversations go. Default 60 s. */
  readonly cascadeDelayMs?: number;
  readonly switches?: Partial<Switches>;
  readonly workspace?: Partial<Workspace>;
  readonly app?: Partial<AppRegistration>;
};

export const DEFAULT_WORKSPACE: Workspace = { id: "sandbox1", name: "Sandbox workspace", region: "US" };

/** The app's own version is old on purpose: whoever forgets the header meets old answers. */
export const DEFAULT_APP: AppRegistration = {
  name: "Sandbox app",
  clientId: "00000000-0000-4000-8000-000000000001",
  clientSecret: "sandbox-client-secret",
  redirectUris: [],
  scopes: ALL_SCOPES,
  version: "2.11",
};
