import { WITHHELD_MARKS } from "../../core/withheld.js";
import type { PackageTexts } from "./texts/package-texts.js";

const KINDS = new Map<string, keyof typeof WITHHELD_MARKS>((["others", "doubtful", "notes"] as const).map((kind) => [WITHHELD_MARKS[kind], kind]));

/** In the reader's language, that somebody's words were withheld; undefined of words that were not. */
export function withheldWords(received: string, { others }: PackageTexts): string | undefined {
  const kind = KINDS.get(received.trim());
  return kind === undefined ? undefined : others.marks[kind];
}
