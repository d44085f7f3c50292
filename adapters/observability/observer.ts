import type { ErrorCode } from "../../core/errors.js";
import type { PrivacyRequest, RequestState } from "../../core/request.js";
import type { CallRecord } from "../http/seam.js";
import type { Wait } from "../limits/wait.js";

/**
 * Whoever watches the framework at work. What it is told names requests, connectors, connections and codes, and nobody: no identifier, no
 * reference, no text of a record. It decides nothing; what it throws is its own fault and changes nothing.
 */
export interface Observer {
  /** Around one run of a request, under its lease. Must return what the work returns. */
  run?<T extends RunEnd>(run: ObservedRun, work: () => Promise<T>): Promise<T>;
  /** One attempt of a call, when it has ended. */
  called?(call: CallRecord, where: Where): void;
  /** A call waits for the rate limit, or for the vendor to take requests again. */
  waiting?(wait: Wait): void;
}

export interface Where {
  readonly connector: string;
  readonly connection: string;
}

export interface ObservedRun extends Where, Pick<PrivacyRequest, "id" | "type" | "vendorsOwn"> {}

export interface RunEnd {
  readonly outcome: RequestState;
  readonly attention?: { readonly code: ErrorCode };
  readonly apiCalls: number;
}

/** One that tells all of them; the first is the outermost. */
export function observedBy(observers: readonly Observer[]): Required<Observer> {
  const tell = (tellOne: (observer: Observer) => void): void => {
    for (const observer of observers) {
      try {
        tellOne(observer);
      } catch {
        // Watching must not break what is watched.
      }
    }
  };
  return {
    run: (run, work) => observers.reduceRight((inner, observer) => (observer.run === undefined ? inner : () => observer.run?.(run, inner) ?? inner()), work)(),
    called: (call, where) => tell((observer) => observer.called?.(call, where)),
    waiting: (wait) => tell((observer) => observer.waiting?.(wait)),
  };
}
