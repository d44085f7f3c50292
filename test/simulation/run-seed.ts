import { actSomehow, interfere } from "./actions.js";
import { connectedBefore } from "./connected-before.js";
import { connect } from "./connecting.js";
import { createWorld } from "./create-world.js";
import { createCrew } from "./crew.js";
import { drawFrom } from "./draw.js";
import { isFault } from "./fault-menu.js";
import { heal } from "./healing.js";
import { judgeEvidence } from "./invariants/evidence.js";
import { judgeRate } from "./invariants/pace.js";
import { drawMakeup } from "./makeup.js";
import { createNetwork } from "./network.js";
import { nothingPlanted, type Plant } from "./planted-bugs/plant.js";
import { startProcess } from "./process.js";
import type { Violation } from "./rules.js";
import { Stuck } from "./simulated-clock.js";
import { noTrace, type Trace } from "./trace.js";
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
  const draw = drawFrom(seed);
  const world = createWorld({ seed, draw, makeup: drawMakeup(draw.fork("makeup")), plant, trace });
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

async function play(world: World): Promise<void> {
  const { clock, judge, makeup } = world;
  const network = createNetwork(world);
  const crew = createCrew(world, () => startProcess(world, network));
  const step = async (work: Promise<void>): Promise<void> => {
    await clock.drive(work);
    while (world.background.length > 0) await clock.drive(Promise.all(world.background.splice(0)));
    if (judge.violation !== undefined) throw new Broken();
  };
  for (const vendor of world.vendors) {
    if (vendor.makeup.connected) await connectedBefore(world, vendor);
    else await step(connect(crew, vendor));
  }
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
