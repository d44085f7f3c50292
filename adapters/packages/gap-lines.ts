import type { Gap } from "../../core/outcome.js";
import { field } from "./json-fields.js";
import type { KnownGap, PackageTexts } from "./texts/package-texts.js";

/** Gaps of one kind, in plain words. */
export interface GapLine {
  readonly category: string;
  readonly code: string;
  readonly sentence: string;
  /** Ids of the records concerned, as far as they are named here. */
  readonly ids: readonly string[];
  readonly more: number;
}

const MOST_IDS = 20;

/** One line for each category and code, and one for each gap of it that tells numbers. */
export function gapLines(gaps: readonly Gap[], texts: PackageTexts): readonly GapLine[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of gaps) {
    const { category, code, id, have, of } = gap;
    // Numbers belong to one record or list each; those without may stand together.
    const key = JSON.stringify([category, code, have === undefined && of === undefined ? null : [id, have, of]]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [gap]);
    else group.push(gap);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ids = group.flatMap(({ id }) => id ?? []);
    const sentence = [gapSentence(first, texts), ...(group.length > 1 ? [texts.incomplete.times(group.length)] : [])].join(" ");
    return [{ category: first.category, code: first.code, sentence, ids: ids.slice(0, MOST_IDS), more: Math.max(0, ids.length - MOST_IDS) }];
  });
}

/** What was left out by right is not missing. */
const NOT_MISSING: ReadonlySet<string> = new Set<KnownGap>(["BEGUN_AS_TEAMMATE", "NOT_THE_PERSONS"]);

/** What went wrong, and how much is there of how much. */
export function gapSentence({ code, have, of }: Gap, { incomplete }: PackageTexts): string {
  const known = field(incomplete.codes, code);
  const numbers = have !== undefined && of !== undefined ? (NOT_MISSING.has(code) ? incomplete.included(have, of) : incomplete.haveOf(have, of)) : have !== undefined ? incomplete.have(have) : of !== undefined ? incomplete.of(of) : "";
  return [typeof known === "string" ? known : incomplete.otherCode, numbers].filter((part) => part !== "").join(" ");
}
