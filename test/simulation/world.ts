import type { MemoryState } from "../../adapters/in-memory/memory-state.js";
import type { WindowStore } from "../../adapters/limits/window.js";
import type { Draw } from "./draw.js";
import type { JournalLog } from "./journal-log.js";
import type { Makeup } from "./makeup.js";
import type { Process } from "./process.js";
import type { Judge } from "./rules.js";
import type { SimulatedClock } from "./simulated-clock.js";
import type { Trace } from "./trace.js";
import type { Vendor } from "./vendor.js";
import type { Watchers } from "./watchers.js";
import type { Plant } from "./planted-bugs/plant.js";

/** Everything there is in one seed's world. */
export interface World {
  readonly seed: number;
  readonly makeup: Makeup;
  readonly draw: Draw;
  readonly clock: SimulatedClock;
  readonly trace: Trace;
  readonly judge: Judge;
  readonly vendors: readonly Vendor[];
  /** The disk: it outlives processes. */
  readonly state: MemoryState;
  readonly windows: WindowStore;
  readonly log: JournalLog;
  readonly watchers: Watchers;
  readonly plant: Plant;
  readonly processes: Process[];
  /** What went wrong so far, by kind: a world without any has no excuse. */
  readonly troubles: Set<string>;
  /** What was seen to happen, excuse or not, by kind: for the tally alone. */
  readonly happened: Set<string>;
  /** What people do while something else is done. */
  readonly background: Promise<void>[];
  /** Called when a call is about to be sent. */
  meanwhile: () => void;
  /** Faults are over. */
  healed: boolean;
  calls: number;
  crashes: number;
}

export function vendorOf({ vendors }: Pick<World, "vendors">, connection: string): Vendor {
  const vendor = vendors.find(({ makeup }) => makeup.connection === connection);
  if (vendor === undefined) throw new Error(`there is no vendor of ${connection}`);
  return vendor;
}
