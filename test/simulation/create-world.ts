import { createMemoryState } from "../../adapters/in-memory/memory-state.js";
import { createMemoryWindow } from "../../adapters/limits/memory-window.js";
import type { Draw } from "./draw.js";
import { createJournalLog } from "./journal-log.js";
import type { Makeup } from "./makeup.js";
import { nothingPlanted, type Plant } from "./planted-bugs/plant.js";
import { createJudge } from "./rules.js";
import { createSimulatedClock } from "./simulated-clock.js";
import { noTrace, type Trace } from "./trace.js";
import { openVendor } from "./vendor.js";
import { createWatchers } from "./watchers.js";
import type { World } from "./world.js";

/** What a world is made from. */
export interface Beginning {
  readonly seed: number;
  readonly draw: Draw;
  readonly makeup: Makeup;
  readonly plant?: Plant;
  readonly trace?: Trace;
}

/** Makes a world in which nothing has happened yet. */
export function createWorld({ seed, draw, makeup, plant = nothingPlanted, trace = noTrace }: Beginning): World {
  const clock = createSimulatedClock({ startAtMs: Date.UTC(2026, 0, 15, 9) + draw.below(86_400_000), longestMs: 30 * 86_400_000 });
  const state = createMemoryState();
  // Vendor and product need not have the same time.
  const vendorsAtMs = Date.UTC(2026, 0, 15, 9) + draw.one([0, 0, 1_500, -86_400_000]);
  const vendors = makeup.vendors.map((each) => openVendor(each, draw.fork(`vendor ${each.connection}`), { now: () => vendorsAtMs + clock.elapsedMs() }));
  const world: World = {
    seed,
    makeup,
    draw,
    clock,
    trace,
    judge: createJudge(({ rule, detail }) => trace.add(() => `${clock.elapsedMs()} BROKEN ${rule}: ${detail}`)),
    vendors,
    state,
    windows: createMemoryWindow(),
    log: createJournalLog(state, clock.elapsedMs, (logged) => world.watchers.onEntry(logged)),
    watchers: createWatchers(() => world),
    plant,
    processes: [],
    troubles: new Set(),
    happened: new Set(),
    background: [],
    meanwhile: () => undefined,
    healed: false,
    calls: 0,
    crashes: 0,
  };
  return world;
}
