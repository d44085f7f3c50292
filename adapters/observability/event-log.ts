import type { Logger } from "pino";
import { systemClock } from "../clock/system-clock.js";
import { isDsrError } from "../../core/errors.js";
import type { Observer } from "./observer.js";

/** What a host's logger has to be: pino's, or one that takes the same. */
export type EventLogger = Pick<Logger, "info" | "warn" | "debug">;

/**
 * Structured logs: one line when a run begins, one when it ends, one for each attempt of a call (debug). Each field is named here; nothing of
 * a request, a record or an answer is passed on.
 */
export function createEventLog(logger: EventLogger): Observer {
  return {
    run: async ({ id, type, connector, connection, vendorsOwn }, work) => {
      const about = { request: id, type, connector, connection, vendorsOwn };
      const startedMs = systemClock.monotonicMs();
      const ms = (): number => Math.round(systemClock.monotonicMs() - startedMs);
      logger.info({ event: "run_began", ...about });
      try {
        const result = await work();
        const { outcome, attention, apiCalls } = result;
        const line = { event: "run_ended", ...about, outcome, ...(attention === undefined ? {} : { code: attention.code }), apiCalls, ms: ms() };
        if (attention === undefined) logger.info(line);
        else logger.warn(line);
        return result;
      } catch (error) {
        logger.warn({ event: "run_broke_off", ...about, code: isDsrError(error) ? error.code : "INTERNAL", ms: ms() });
        throw error;
      }
    },
    called: ({ operation, attempt, status, durationMs, vendorRequestId }, { connector, connection }) =>
      logger.debug({ event: "call", connector, connection, operation, attempt, status: status ?? null, ms: Math.round(durationMs), vendorRequestId: vendorRequestId ?? null }),
    waiting: ({ ms, why }) => logger.debug({ event: "waiting", ms: Math.round(ms), why }),
  };
}
