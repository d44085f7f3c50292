import { DsrError } from "../../core/errors.js";
import type { MemoryState } from "./memory-state.js";

/** What may happen around an operation on the state. Either may throw, or kill the process, to stand for a fault at that very moment. */
export interface Watch {
  /** The operation has not happened yet; a throw or a kill here prevents it. */
  before?(operation: string): void;
  /** The operation is durable; its caller has not heard of it. */
  after?(operation: string): void;
}

/** One process over the state. Once it is killed, whatever it still tries is refused and changes nothing. */
export interface MemoryProcess {
  readonly number: number;
  kill(): void;
  /** Runs one operation, named `<port>.<method>`, whole or not at all. @throws DsrError `INTERRUPTED` in a process that was killed */
  act<T>(operation: string, work: () => T): Promise<T>;
}

export function startMemoryProcess(state: MemoryState, watch: Watch = {}): MemoryProcess {
  const number = ++state.processes.started;
  state.processes.alive.add(number);
  const check = (): void => {
    if (!state.processes.alive.has(number)) throw new DsrError("INTERRUPTED");
  };
  return {
    number,
    kill: () => void state.processes.alive.delete(number),
    act: async (operation, work) => {
      check();
      watch.before?.(operation);
      check();
      const result = work();
      watch.after?.(operation);
      check();
      return result;
    },
  };
}
