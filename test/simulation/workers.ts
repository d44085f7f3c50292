import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { bundleWorker } from "./bundle.js";
import type { Played, Task } from "./worker.js";

/** Processes that play seeds, one on each core. */
export interface Workers {
  readonly count: number;
  /** Plays all tasks, each in the first process that has nothing else to do; tells of each as soon as it is done. */
  play(tasks: Iterable<Task>, told: (played: Played, task: Task) => void): Promise<void>;
  stop(): void;
}

export async function startWorkers(count = availableParallelism()): Promise<Workers> {
  const bundle = await bundleWorker();
  const children = Array.from({ length: count }, () => fork(bundle.worker, { execArgv: [] }));
  return {
    count,
    play: async (tasks, told) => {
      const waiting = tasks[Symbol.iterator]();
      const work = async (child: ChildProcess): Promise<void> => {
        for (let next = waiting.next(); next.done !== true; next = waiting.next()) told(await ask(child, next.value), next.value);
      };
      await Promise.all(children.map(work));
    },
    stop: () => {
      for (const child of children) child.kill();
      bundle.remove();
    },
  };
}

function ask(child: ChildProcess, task: Task): Promise<Played> {
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

/** A run of seeds in pieces, so that all processes are busy until the end. */
export function* inPieces(from: number, seeds: number, size: number): Iterable<Task> {
  for (let at = 0; at < seeds; at += size) yield { from: from + at, seeds: Math.min(size, seeds - at) };
}
