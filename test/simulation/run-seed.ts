import { createMemoryState } from "../../adapters/in-memory/memory-state.js";
import { createMemoryWindow } from "../../adapters/limits/memory-window.js";
import { actSomehow, interfere } from "./actions.js";
import { connect } from "./connecting.js";
import { createCrew } from "./crew.js";
import { drawFrom } from "./draw.js";
import { heal } from "./healing.js";
import { judgeEvidence } from "./invariants/evidence.js";
import { judgeRate } from "./invariants/pace.js";
import { createJournalLog } from "./journal-log.js";
import { drawMakeup } from "./makeup.js";
import { isFault } from "./fault-menu.js";
import { createNetwork } from "./network.js";
import { nothingPlanted, type Plant } from "./planted-bugs/plant.js";
import { startProcess } from "./process.js";
import { createJudge, type Violation } from "./rules.js";
import { createSimulatedClock, Stuck } from "./simulated-clock.js";
import { noTrace, type Trace } from "./trace.js";
import { openVendor } from "./vendor.js";
import { createWatchers } from "./watchers.js";
import type { World } from "./world.js";

export interface SeedOptions {
  readonly plant?: Plant;
  readonly trace?: Trace;
}

/** What a seed's world came to. */
export interface Verdict {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly calls: number;
  readonly crashes: number;
  readonly elapsedMs: number;
  /** What was seen to happen in it, by kind. */
  readonly happened: readonly string[];
  /** How its requests ended, each as type and outcome. */
  readonly endings: readonly string[];
}

/** Plays one seed to its end, or to the first rule that is broken. The same seed gives the same world. */
export async function runSeed(seed: number, { plant = nothingPlanted, trace = noTrace }: SeedOptions = {}): Promise<Verdict> {
  const world = createWorld(seed, plant, trace);
  try {
    await play(world);
  } catch (error) {
    if (!(error instanceof Broken)) world.judge.fail(error instanceof Stuck ? "ENDS" : "ERRORS", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const endings = [...world.state.requests.values()].map(({ request }) => `${request.type} ${request.state}`);
  const { calls, crashes, happened, troubles, judge, clock } = world;
  return { seed, violation: judge.violation, calls, crashes, elapsedMs: clock.elapsedMs(), happened: [...new Set([...happened, ...[...troubles].filter((name) => !isFault(name))])], endings };
}

/** After so many calls people begin nothing new: many small worlds find more than few large ones. */
const MOST_CALLS = 25;

/** A rule is broken: what comes afterwards is of no interest. */
class Broken extends Error {}

function createWorld(seed: number, plant: Plant, trace: Trace): World {
  const draw = drawFrom(seed);
  const makeup = drawMakeup(draw.fork("makeup"));
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

async function play(world: World): Promise<void> {
  const { clock, judge, makeup } = world;
  const network = createNetwork(world);
  const crew = createCrew(world, () => startProcess(world, network));
  const step = async (work: Promise<void>): Promise<void> => {
    await clock.drive(work);
    while (world.background.length > 0) await clock.drive(Promise.all(world.background.splice(0)));
    if (judge.violation !== undefined) throw new Broken();
  };
  for (const vendor of world.vendors) await step(connect(crew, vendor));
  const draw = world.draw.fork("meanwhile");
  let left = makeup.meanwhile > 0 ? 3 : 0;
  world.meanwhile = () => {
    if (world.healed || left === 0 || !draw.chance(makeup.meanwhile / 5)) return;
    left -= 1;
    world.background.push(interfere(crew));
  };
  for (let number = 0; number < makeup.steps && world.calls < MOST_CALLS; number++) await step(actSomehow(crew));
  await step(heal(crew));
  await step(judgeEvidence(crew));
  judgeRate(world);
}
