import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { bundleWorker } from "./bundle.js";
import type { Played, Task } from "./worker.js";

/** Processes that play seeds, one on each core. */
export interface Workers {
  readonly count: number;
  /** Plays one task in the first process that has nothing else to do. */
  ask(task: Task): Promise<Played>;
  /** Plays all tasks; tells of each as soon as it is done. */
  play(tasks: readonly Task[], told: (played: Played, task: Task) => void): Promise<void>;
  stop(): void;
}

/** What a process is started with: worlds are made and thrown away, so that most of what they leave dies young. */
const NODE_OPTIONS = ["--max-semi-space-size=64"];

export async function startWorkers(count = availableParallelism()): Promise<Workers> {
  const bundle = await bundleWorker();
  const idle = Array.from({ length: count }, () => fork(bundle.worker, { execArgv: NODE_OPTIONS }));
  const all = [...idle];
  const waiting: ((child: ChildProcess) => void)[] = [];
  const free = (child: ChildProcess): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(child);
    else next(child);
  };
  const ask = async (task: Task): Promise<Played> => {
    const child = idle.pop() ?? (await new Promise<ChildProcess>((resolve) => waiting.push(resolve)));
    const played = await send(child, task);
    free(child);
    return played;
  };
  return {
    count,
    ask,
    play: async (tasks, told) => {
      await Promise.all(tasks.map(async (task) => told(await ask(task), task)));
    },
    stop: () => {
      for (const child of all) child.kill();
      bundle.remove();
    },
  };
}

function send(child: ChildProcess, task: Task): Promise<Played> {
  return new Promise((resolve, reject) => {
    const end = (code: number | null): void => reject(new Error(`a worker ended with ${code ?? "a signal"} at seeds ${task.from} to ${task.from + task.seeds - 1}`));
    child.once("exit", end);
    child.once("message", (played) => {
      child.off("exit", end);
      resolve(played as Played);
    });
    child.send(task);
  });
}

/** A run of seeds in pieces. */
export function* inPieces(task: Task, size: number): Iterable<Task> {
  for (let at = 0; at < task.seeds; at += size) yield { ...task, from: task.from + at, seeds: Math.min(size, task.seeds - at) };
}
