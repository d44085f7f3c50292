import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { compiled } from "../../support/compiled.js";
import type { ChildCommands } from "./child-main.js";

/** A real process of its own, which does as it is told and can be killed. */
export interface Child {
  readonly process: ChildProcess;
  /** Runs one command there; rejects with a `DsrError`'s code as the message. */
  run<C extends keyof ChildCommands>(command: C, ...args: Parameters<ChildCommands[C]>): ReturnType<ChildCommands[C]>;
  /** Calls back for each entry that `appendForEver` made durable. */
  onDurable(listener: (n: number) => void): void;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly durable?: number;
}

const running = new Set<Child>();

export async function startChild(): Promise<Child> {
  const child = fork(compiled("test/adapters/journal/child-main.ts"), [], { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let durable: (n: number) => void = () => undefined;
  let asked = 0;
  await once(child, "message");
  child.on("message", (message: Message) => {
    if (message.durable !== undefined) durable(message.durable);
    if (message.id === undefined) return;
    const { resolve, reject } = waiting.get(message.id) ?? { resolve: () => undefined, reject: () => undefined };
    waiting.delete(message.id);
    if (message.error === undefined) resolve(message.result as never);
    else reject(new Error(message.error));
  });
  const self: Child = {
    process: child,
    run: (command, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        child.send({ id, command, args });
      }) as ReturnType<ChildCommands[typeof command]>,
    onDurable: (listener) => void (durable = listener),
    kill: async () => {
      running.delete(self);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
  running.add(self);
  return self;
}

/** For `afterEach`: no process outlives its test. */
export async function killChildren(): Promise<void> {
  await Promise.all([...running].map((each) => each.kill()));
}
