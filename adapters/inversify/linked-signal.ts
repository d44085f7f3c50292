import { setMaxListeners } from "node:events";

/**
 * A signal that aborts as soon as one of the others does, until it is released. `AbortSignal.any` would be kept alive by every one of them for
 * as long as that lives.
 */
export function linkedSignal(signals: readonly (AbortSignal | undefined)[]): { readonly signal: AbortSignal; readonly release: () => void } {
  const linked = new AbortController();
  const abort = (): void => linked.abort();
  const others = signals.flatMap((signal) => signal ?? []);
  for (const other of others) {
    if (other.aborted) abort();
    // As many runs as there are may listen: Node would warn of a leak from the eleventh on.
    setMaxListeners(0, other);
    other.addEventListener("abort", abort);
  }
  return {
    signal: linked.signal,
    release: () => {
      for (const other of others) other.removeEventListener("abort", abort);
    },
  };
}
