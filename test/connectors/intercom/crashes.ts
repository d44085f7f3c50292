import type { MemoryState } from "../../../adapters/in-memory/memory-state.js";
import type { Watch } from "../../../adapters/in-memory/memory-process.js";
import { connectedWorld, forgetCalls, type World, type WorldOptions } from "./world.js";

/** Operations after which the disk is another one. To be killed at a reading one is to be killed after the last of these. */
const LASTING = /\.(open|append|put|putFile|write|drop|lease|release)$/;

/** A moment at which a process may end: a lasting operation on the disk, by its number, just before or just after it. */
export interface Moment {
  readonly number: number;
  readonly side: "before" | "after";
}

/** What is the same for every crash: who is there, and what is asked of the framework until it answers. */
export interface Story<Result> {
  readonly world?: WorldOptions;
  readonly prepare: (world: World) => void;
  /** Begins, or goes on with, whatever is to be done. It is called anew in each process. */
  readonly act: (world: World) => Promise<Result>;
}

/** Names of the lasting operations that a story performs without a crash, in their order. */
export async function operationsOf<Result>(story: Story<Result>): Promise<readonly string[]> {
  const names: string[] = [];
  const world = await begin(story);
  await story.act(world.again({ watch: { before: (name) => void names.push(name) } }));
  return names.filter((name) => LASTING.test(name));
}

/** Plays a story in processes that die at the given moments, one after the other, and in a last one that lives. */
export async function playWith<Result>(story: Story<Result>, moments: readonly Moment[]): Promise<{ readonly world: World; readonly result: Result; readonly crashes: number }> {
  const first = await begin(story);
  let crashes = 0;
  for (const moment of moments) {
    const dying = first.again({ watch: killAt(moment, () => dying.host.crash()) });
    const died = await story.act(dying).then(
      () => false,
      (error: unknown) => {
        if ((error as { code?: unknown }).code !== "INTERRUPTED") throw error;
        return true;
      },
    );
    dying.host.crash();
    if (!died) break;
    crashes += 1;
  }
  const world = first.again();
  return { world, result: await story.act(world), crashes };
}

async function begin<Result>(story: Story<Result>): Promise<World> {
  const world = await connectedWorld(story.world);
  story.prepare(world);
  forgetCalls(world);
  return world;
}

function killAt({ number, side }: Moment, kill: () => void): Watch {
  let count = 0;
  return {
    before: (name) => {
      if (LASTING.test(name) && ++count === number && side === "before") kill();
    },
    after: (name) => {
      if (LASTING.test(name) && count === number && side === "after") kill();
    },
  };
}

/** The only request there is, if it was opened yet. */
export function requestIn({ requests }: MemoryState, type: "access" | "deletion"): string | undefined {
  return [...requests.values()].find(({ request }) => request.type === type)?.request.id;
}
