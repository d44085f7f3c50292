/** So many at the same time, the others in the order in which they came. */
export interface Slots {
  /** Waits for a place and holds it while `work` runs. Rejects with the signal's reason when it aborts before there is one. */
  within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];

  const taken = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return resolve();
      }
      const come = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(come), 1);
        reject(signal.reason);
      };
      waiting.push(come);
      signal.addEventListener("abort", leave, { once: true });
    });

  return {
    within: async (signal, work) => {
      await taken(signal);
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
