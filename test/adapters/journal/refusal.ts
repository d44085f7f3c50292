import { expect } from "chai";
import { isDsrError, type ErrorCode, type ErrorFacts } from "../../../core/errors.js";

/** Expects a `DsrError` of that code, and returns what it tells beside it. */
export async function refusal(code: ErrorCode, work: () => unknown): Promise<ErrorFacts> {
  try {
    await work();
  } catch (error) {
    if (!isDsrError(error, code)) throw new Error(`expected ${code}`, { cause: error });
    return error.facts;
  }
  return expect.fail(`expected ${code}, and nothing was refused`);
}
