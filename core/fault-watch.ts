import { isDsrError, type DsrError, type ErrorCode } from "./errors.js";
import type { ConnectorContext } from "./ports.js";

/**
 * Faults of a call to which a connector has no answer. Whatever it made of one would be told as the vendor's word: the rest of a list as its end, a
 * deletion that may have happened as one that did. That a permission is missing, or a call refused, it may well make something of.
 */
const NO_ANSWER: ReadonlySet<ErrorCode> = new Set(["AUTH_REJECTED", "INTERRUPTED", "OUTCOME_UNKNOWN", "RATE_LIMITED", "STORAGE_FAILED", "TLS_REJECTED", "HOST_REFUSED", "VENDOR_MALFORMED", "VENDOR_UNAVAILABLE"]);

/** Sees to it that no port of a connection makes a result of such a fault. */
export interface FaultWatch {
  /** What the connector calls. */
  readonly fetch: ConnectorContext["fetch"];
  /** The port; where a call of it ends well although it met such a fault, it ends with that fault instead. */
  readonly watched: <Port extends object>(port: Port) => Port;
}

/**
 * Calls of one connection's ports belong to one run. Where several are under way it is the last one to end that is told of a fault that none of
 * them passed on: a run comes to a result when all have ended.
 */
export function watchFaults(fetch: ConnectorContext["fetch"]): FaultWatch {
  let met: DsrError | undefined;
  let underWay = 0;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1;
    let result: T;
    try {
      result = await work();
    } catch (error) {
      underWay -= 1;
      // What came of it otherwise is not known while others are under way: one of them may have made a result of it.
      if (error === met || underWay === 0) met = undefined;
      throw error;
    }
    underWay -= 1;
    const fault = met;
    if (fault === undefined || underWay > 0) return result;
    met = undefined;
    throw fault;
  };
  const pages = (of: AsyncIterable<unknown>): AsyncIterable<unknown> => ({
    [Symbol.asyncIterator]: () => {
      const iterator = of[Symbol.asyncIterator]();
      return { next: () => call(() => iterator.next()), return: async () => (await iterator.return?.()) ?? { done: true, value: undefined } };
    },
  });
  return {
    fetch: async (request) => {
      try {
        return await fetch(request);
      } catch (error) {
        if (isDsrError(error) && NO_ANSWER.has(error.code)) met ??= error;
        throw error;
      }
    },
    watched: (port) =>
      new Proxy(port, {
        get: (target, name) => {
          const method: unknown = Reflect.get(target, name, target);
          if (typeof method !== "function") return method;
          return (...args: readonly unknown[]): unknown => {
            const given: unknown = Reflect.apply(method, target, args);
            return isIterable(given) ? pages(given) : call(async () => given);
          };
        },
      }),
  };
}

function isIterable(given: unknown): given is AsyncIterable<unknown> {
  return typeof given === "object" && given !== null && Symbol.asyncIterator in given;
}
