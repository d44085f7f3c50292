import { DsrError } from "./errors.js";
import type { AuthPort } from "./ports.js";

/** The part of an auth port that a vendor without OAuth does not have: nobody is ever sent to a page there. */
export const TOKENS_ONLY: Pick<AuthPort, "authoriseUrl" | "exchangeCode"> = {
  authoriseUrl: () => {
    throw refusal();
  },
  exchangeCode: () => Promise.reject(refusal()),
};

function refusal(): DsrError {
  return new DsrError("UNSUPPORTED_REQUEST", { at: "auth", reason: "the vendor offers access tokens only" });
}
