import type { SeamLimits } from "../../../adapters/http/seam-limits.js";
import type { Transport } from "../../../adapters/http/transport.js";
import type { MemoryHost } from "../../../adapters/in-memory/memory-host.js";
import type { Dsr } from "../../../adapters/inversify/dsr.js";
import type { PacerOptions } from "../../../adapters/limits/pacer.js";
import type { Connector } from "../../../core/ports.js";
import type { RuleId } from "../rules.js";
import type { World } from "../world.js";

/** A mistake put into a seam of the product. Each process is wrapped anew; nothing of it is left without one. */
export interface Plant {
  readonly connector?: (connector: Connector) => Connector;
  readonly host?: (host: MemoryHost, world: World) => MemoryHost;
  readonly transport?: (transport: Transport) => Transport;
  readonly pacer?: (key: string, limit: number, windowMs: number) => Partial<PacerOptions>;
  readonly limits?: Partial<SeamLimits>;
  readonly dsr?: (dsr: Dsr) => Dsr;
}

export const nothingPlanted: Plant = {};

/** A planted mistake, and the rules of which it may break any first. */
export interface Bug {
  readonly breaks: readonly RuleId[];
  readonly plant: Plant;
}
