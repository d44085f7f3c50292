import { DsrError } from "./errors.js";
import type { Gap } from "./outcome.js";
import type { CollectedRecord } from "./ports.js";

interface Told {
  readonly records?: readonly Pick<CollectedRecord, "redactions" | "contains">[];
  readonly gaps: readonly Pick<Gap, "code">[];
}

const WORD = /^[A-Za-z0-9_-]{1,40}$/;

/**
 * What a connector calls that which it took out, what is missing and what a record holds stands as it is in journals, results and packages: a plain
 * word, so that nothing of a record comes along.
 * @throws DsrError `INTERNAL` for any other
 */
export function refuseOddWords({ records = [], gaps }: Told): void {
  const words = [...gaps.map(({ code }) => code), ...records.flatMap(({ redactions = [], contains = {} }) => [...redactions.map(({ rule }) => rule), ...Object.keys(contains)])];
  if (!words.every((word) => WORD.test(word))) throw new DsrError("INTERNAL", { reason: "the connector calls a redaction, a gap or what a record holds by more than a plain word" });
}
