import type { Stretch } from "./shown-text.js";

/** A stretch of a text that names somebody. */
export interface Mention extends Stretch {
  readonly named: string;
}

const WORD = "\\p{Lu}[\\p{L}\\p{M}]*(?:['-][\\p{L}\\p{M}]+)*\\.?";
const BETWEEN = "(?:(?:van|von|vom|der|den|de|da|di|do|du|del|dos|das|la|le|al|el|bin|ibn|zu|zum|zur)[ _+])*";

/** Words with capitals in a row, as names are written; names of files, and links, join them by `_` or `+`. */
const ROW = new RegExp(`(?<![\\p{L}\\p{N}])${WORD}(?:(?:,? |[_+])${BETWEEN}${WORD})+`, "gu");

const MOST_WORDS = 5;
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 253;

/** What a text may call somebody whom nothing else names: each address in it, and whatever in a row of words may be a whole name, the longest first. */
export function* mentionsIn(text: string): Iterable<Mention> {
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) yield* addressAround(text, at);
  for (const { 0: row, index } of text.matchAll(ROW)) yield* namesIn(row, index);
}

function* addressAround(text: string, at: number): Iterable<Mention> {
  const [local = ""] = /[\p{L}\p{N}._%+'-]*$/u.exec(text.slice(Math.max(0, at - LONGEST_LOCAL_PART), at)) ?? [];
  const [domain = ""] = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u.exec(text.slice(at + 1, at + 1 + LONGEST_DOMAIN)) ?? [];
  if (local !== "" && domain !== "") yield { from: at - local.length, to: at + 1 + domain.length, named: `${local}@${domain}` };
}

function* namesIn(row: string, at: number): Iterable<Mention> {
  const words = [...row.matchAll(/[^ ,_+]+/g)].map(({ 0: word, index }) => ({ from: at + index, to: at + index + word.length }));
  for (let length = Math.min(MOST_WORDS, words.length); length > 1; length -= 1) {
    for (let first = 0; first + length <= words.length; first += 1) {
      const [from, to] = [words[first]?.from ?? 0, words[first + length - 1]?.to ?? 0];
      const named = row.slice(from - at, to - at);
      // As it stands, at the end of a sentence, and in the genitive.
      for (const end of ["", /\.$/, /'s?\.?$/, /s\.?$/]) {
        const left = named.replace(end, "");
        if (end === "" || left !== named) yield { from, to: from + left.length, named: left };
      }
    }
  }
}
