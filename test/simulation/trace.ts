import { createHash, type Hash } from "node:crypto";

/** What happened in a world, in its order. */
export interface Trace {
  add(line: () => string): void;
  /** Of every line so far. */
  hash(): string;
}

/** Hashes every line, and shows it to whoever looks on. */
export function createTrace(show?: (line: string) => void): Trace {
  const hash: Hash = createHash("sha256");
  return {
    add: (line) => {
      const text = line();
      hash.update(`${text}\n`);
      show?.(text);
    },
    hash: () => hash.copy().digest("hex"),
  };
}

/** For runs that only look for faults. */
export const noTrace: Trace = { add: () => undefined, hash: () => "" };
