import { DEFAULT_SWITCHES, type Switches } from "../../connectors/intercom/sandbox/switches.js";
import { ALL_SCOPES, type ScopeId } from "../../connectors/intercom/sandbox/scopes.js";
import type { Draw } from "./draw.js";
import { FAULT_NAMES, type FaultName } from "./fault-menu.js";

/** What a seed makes of a world before anything happens in it. */
export interface Makeup {
  readonly vendors: readonly VendorMakeup[];
  readonly network: NetworkMakeup;
  readonly disk: DiskMakeup;
  /** How many things people do before all faults heal. */
  readonly steps: number;
  /** How likely something else happens while one of them is done. */
  readonly meanwhile: number;
}

export interface VendorMakeup {
  readonly connection: string;
  readonly region: "us" | "eu";
  readonly categories: "granted" | readonly string[];
  readonly scopes: readonly ScopeId[];
  /** Requests in ten seconds that the connection may make; the manifest's when left out. */
  readonly rate: number | undefined;
  /** What the vendor itself allows. */
  readonly rateLimit: number;
  readonly switches: Partial<Switches>;
  readonly indexLagMs: { readonly create: number; readonly update: number; readonly delete: number };
  readonly readLagMs: number;
  readonly cascadeDelayMs: number;
  /** It was connected before the world began. */
  readonly connected: boolean;
}

export interface NetworkMakeup {
  readonly faults: readonly FaultName[];
  /** How likely a call meets one. */
  readonly chance: number;
  /** From this call on, for so long, every call meets the same. */
  readonly outage: { readonly fromCall: number; readonly lengthMs: number; readonly fault: FaultName } | undefined;
  readonly slowestMs: number;
  /** How likely another app of the account spends some of its budget, at each call. */
  readonly foreign: number;
  /** How likely the wall clock jumps, at each call. */
  readonly jumps: number;
}

export interface DiskMakeup {
  /** How likely the process dies at a boundary. */
  readonly crash: number;
  /** How likely a write fails. */
  readonly failure: number;
  readonly most: number;
}

/** All that is around the vendors, where nothing goes wrong. */
export const NO_TROUBLE: Omit<Makeup, "vendors"> = {
  network: { faults: [], chance: 0, outage: undefined, slowestMs: 5, foreign: 0, jumps: 0 },
  disk: { crash: 0, failure: 0, most: 0 },
  steps: 0,
  meanwhile: 0,
};

/** What stands between the vendor and us answers so for a while, and not once. */
const OF_PROXIES = ["proxy_404", "proxy_404_after", "html_200", "html_403", "html_502", "empty_200"] as const;

const OPTIONAL = ["conversations", "calls", "tickets", "events", "event_summaries", "custom_objects"] as const;

/** Permissions without which nothing can be connected. */
const NEEDED: readonly ScopeId[] = ["read_users_companies", "read_single_user", "write_users_companies"];

export function drawMakeup(draw: Draw): Makeup {
  const hostile = draw.chance(0.75);
  const network: NetworkMakeup = {
    faults: hostile ? draw.some(FAULT_NAMES, draw.one([0.05, 0.1, 0.3, 0.8])) : [],
    chance: hostile ? draw.one([0.02, 0.08, 0.25]) : 0,
    outage: draw.chance(0.12) ? { fromCall: draw.between(1, 24), lengthMs: draw.one([20_000, 600_000, 5_000_000]), fault: draw.one(draw.chance(0.5) ? OF_PROXIES : FAULT_NAMES) } : undefined,
    slowestMs: draw.one([5, 400, 4_000]),
    foreign: draw.chance(0.25) ? 0.2 : 0,
    jumps: draw.chance(0.15) ? 0.05 : 0,
  };
  const vendors = (draw.chance(0.2) ? (["acme", "bmce"] as const) : (["acme"] as const)).map((connection, index) => drawVendor(draw, connection, index === 0 ? "us" : "eu"));
  const disk: DiskMakeup = draw.chance(0.45) ? { crash: draw.one([0.005, 0.03, 0.08]), failure: draw.chance(0.3) ? 0.01 : 0, most: draw.between(1, 4) } : { crash: 0, failure: 0, most: 0 };
  return { vendors, network, disk, steps: draw.between(1, 5), meanwhile: draw.one([0, 0.3]) };
}

function drawVendor(draw: Draw, connection: string, region: "us" | "eu"): VendorMakeup {
  const scopes = draw.chance(0.7) ? ALL_SCOPES : [...NEEDED, ...draw.some(ALL_SCOPES.filter((scope) => !NEEDED.includes(scope)), 0.7)];
  return {
    connection,
    region,
    categories: draw.chance(0.4) ? "granted" : draw.some(OPTIONAL, draw.one([0, 0.4])),
    scopes,
    rate: draw.chance(0.4) ? draw.between(2, 12) : undefined,
    rateLimit: draw.one([166, 166, 83, 12, 5]),
    switches: drawSwitches(draw),
    indexLagMs: { create: draw.one([0, 2_000, 60_000]), update: draw.one([0, 1_000]), delete: draw.one([0, 5_000, 600_000]) },
    readLagMs: draw.one([0, 0, 0, 3_000, 200_000]),
    cascadeDelayMs: draw.one([0, 60_000]),
    // Where a permission lacks, finding that out is the point.
    connected: scopes === ALL_SCOPES && draw.chance(0.75),
  };
}

/** The other ways in which the vendor may well behave. Those that take no part in what is simulated are left as they are. */
const ALTERNATIVES: { readonly [Key in keyof Switches]?: readonly Switches[Key][] } = {
  emailSearch: ["case_sensitive"],
  inOperator: ["rejected"],
  searchShowsBlocked: [true],
  scopeCheckBeforeExistence: [false],
  listScopeCoversSingle: [true],
  readWriteUsersDeletes: [true],
  missingScopeShape: ["token_unauthorized", "forbidden"],
  revokedTokenAnswers: ["token_revoked"],
  meRole: ["present"],
  deleteOfMergedAnswers: [410, 200],
  secondDeleteAnswers: [200],
  missingContactWording: ["User Not Found"],
  mergeLink: ["next_hop"],
  lastPageNext: ["null"],
  fullLastPageHasNext: [true],
  subListNext: ["cursor_object"],
  companiesKey: ["companies"],
  groupOnContactDelete: ["detached", "deleted"],
  ticketsOnContactDelete: ["deleted"],
  customObjectsOnContactDelete: ["deleted"],
  partCount: ["shown"],
  eventsOfNobody: ["empty"],
  eventsOfSilent: ["not_found"],
  eventsMaxPerPage: [15],
  callsNeed: ["nothing"],
  callsOnConversationDelete: ["deleted"],
  errorRequestId: ["null", "absent"],
};

function drawSwitches(draw: Draw): Partial<Switches> {
  const drawn: Record<string, unknown> = {};
  if (draw.chance(0.3)) return drawn;
  for (const [key, values] of Object.entries(ALTERNATIVES)) {
    if (draw.chance(0.25)) drawn[key] = draw.one(values as readonly unknown[]);
    else drawn[key] = DEFAULT_SWITCHES[key as keyof Switches];
  }
  return drawn;
}
