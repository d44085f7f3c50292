/** Where the sandbox takes its time from; a simulation hands in its own. */
export type SandboxClock = {
  /** Epoch milliseconds. */
  now(): number;
  /** Only a slow body (`drip`) asks to wait; without this it stops after its first byte. */
  sleep?(durationMs: number): Promise<void>;
};
