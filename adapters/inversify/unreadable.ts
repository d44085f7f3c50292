import { isDsrError, type ErrorCode } from "../../core/errors.js";

/** Its journal was altered, or is another home's, or nobody here knows its connector. */
const ITS_OWN: readonly ErrorCode[] = ["INTEGRITY", "REQUEST_ELSEWHERE", "CONNECTOR_UNKNOWN"];

/** What is read of one request; undefined where that fails for a reason of its own, which keeps nothing from the others. */
export async function unlessUnreadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isDsrError(error) && ITS_OWN.includes(error.code)) return undefined;
    throw error;
  }
}
