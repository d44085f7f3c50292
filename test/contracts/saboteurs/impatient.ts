import { isDsrError, type ErrorCode } from "../../../core/errors.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What calls again by itself where the seam has given up. */
export const IMPATIENT: readonly Saboteur[] = [
  saboteur("FAULT-13", "searches again where it was told to wait", () => ({ lookup: (port) => ({ find: (identifiers) => onceMore("RATE_LIMITED", () => port.find(identifiers)) }) })),
  saboteur("FAULT-13", "lists archived people again where it was told to wait", () => ({ lookup: (port) => ({ findIn: (...asked) => onceMore("RATE_LIMITED", () => port.findIn!(...asked)) }) })),
  saboteur("FAULT-13", "goes on reading where it was told to wait", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        let { checkpoint } = input;
        for (const again of [true, false]) {
          try {
            for await (const page of port.collect({ ...input, checkpoint })) {
              checkpoint = page.checkpoint;
              yield page;
            }
            return;
          } catch (error) {
            if (!again || !isDsrError(error, "RATE_LIMITED")) throw error;
          }
        }
      },
    }),
  })),
  saboteur("FAULT-13", "plans again where it was told to wait", () => ({ executor: (port) => ({ planDeletion: (...asked) => onceMore("RATE_LIMITED", () => port.planDeletion(...asked)) }) })),
  saboteur("FAULT-13", "asks again whose a message is where it was told to wait", () => ({ executor: (port) => ({ confirm: (...asked) => onceMore("RATE_LIMITED", () => port.confirm!(...asked)) }) })),
  saboteur("FAULT-13", "looks again where it was told to wait", () => ({ executor: (port) => ({ look: (target) => onceMore("RATE_LIMITED", () => port.look(target)) }) })),
  saboteur("FAULT-13", "asks again for its account where it was told to wait", () => ({ auth: (port) => ({ account: () => onceMore("RATE_LIMITED", () => port.account()) }) })),
  saboteur("FAULT-13", "searches again where the vendor is not available", () => ({ lookup: (port) => ({ find: (identifiers) => onceMore("VENDOR_UNAVAILABLE", () => port.find(identifiers)) }) })),
];

function onceMore<T>(code: ErrorCode, call: () => Promise<T>): Promise<T> {
  return call().catch((error: unknown) => {
    if (isDsrError(error, code)) return call();
    throw error;
  });
}
