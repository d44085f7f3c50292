import { tagsIn } from "./html-tags.js";
import { inSmallLetters, shownName, shownText } from "./shown-text.js";

/** Names and addresses of other people that a record itself tells, so that they can be taken out of its texts, however these spell them. */
export class NamesInText {
  /** What stands instead, by what is looked for, as `shownName` has it; in small letters where any case is meant. */
  readonly #addresses = new Map<string, string>();
  readonly #anyCase = new Map<string, string>();
  readonly #exactCase = new Map<string, string>();
  readonly #ownWords: ReadonlySet<string>;
  readonly #ownParts: ReadonlySet<string>;
  #searches: readonly Search[] | undefined;

  /** `ownNames` are the person's, of which no word is taken out. */
  constructor(ownNames: Iterable<string>) {
    const words = [...ownNames].flatMap((name) => wordsOf(inSmallLetters(shownName(name))));
    this.#ownWords = new Set(words);
    this.#ownParts = new Set(words.flatMap(partsOf));
  }

  address(address: string, by: string): void {
    const text = inSmallLetters(shownName(address));
    if (text !== "") this.#addresses.set(text, by);
  }

  /**
   * A name, and where it is a human's, each of its words and each half of a double one: signatures are often only a first name. A single word is
   * looked for as it is written, since in small letters it may be a word of the language, or of the markup.
   */
  name(name: string, by: string, human: boolean): void {
    const whole = shownName(name);
    const words = wordsOf(whole);
    if (words.every((word) => this.#ownWords.has(inSmallLetters(word)))) return;
    if (words.length > 1) this.#anyCase.set(inSmallLetters(whole), by);
    else if (whole.length > 1) this.#exactCase.set(whole, by);
    if (!human) return;
    for (const part of words.flatMap(partsOf)) {
      if (part.length < 3 || !/^\p{Lu}/u.test(part) || this.#ownParts.has(inSmallLetters(part))) continue;
      if (!this.#exactCase.has(part)) this.#exactCase.set(part, by);
    }
  }

  /**
   * The text without them, and how often one stood in it. It is read as a page shows it, where tags are nothing, and then as it stands, where
   * an attribute may name somebody.
   */
  takenOutOf(text: string): { readonly text: string; readonly count: number } {
    this.#searches ??= [
      { names: this.#addresses, pattern: patternOf(this.#addresses, "[\\p{L}\\p{N}_%+.-]"), anyCase: true },
      { names: this.#anyCase, pattern: patternOf(this.#anyCase), anyCase: true },
      { names: this.#exactCase, pattern: patternOf(this.#exactCase), anyCase: false },
    ].filter(({ names }) => names.size > 0);
    if (this.#searches.length === 0) return { text, count: 0 };
    if (!text.includes("<")) return without(text, false, this.#searches);
    const shown = without(text, true, this.#searches);
    const rest = without(shown.text, false, this.#searches);
    return { text: rest.text, count: shown.count + rest.count };
  }
}

interface Search {
  readonly names: ReadonlyMap<string, string>;
  readonly pattern: RegExp;
  readonly anyCase: boolean;
}

/** The first search that finds something at a place has it. Tags inside a name stay behind it, so that the markup is whole. */
function without(text: string, asHtml: boolean, searches: readonly Search[]): { readonly text: string; readonly count: number } {
  const shown = shownText(text, asHtml);
  const small = inSmallLetters(shown.text);
  const hits: { readonly from: number; readonly to: number; readonly by: string }[] = [];
  const taken = new Uint8Array(text.length);
  for (const { names, pattern, anyCase } of searches) {
    for (const { 0: hit, index } of (anyCase ? small : shown.text).matchAll(pattern)) {
      const from = shown.from[index] ?? 0;
      const to = shown.to[index + hit.length - 1] ?? from;
      const by = names.get(hit);
      if (by === undefined || taken.subarray(from, to).includes(1)) continue;
      taken.fill(1, from, to);
      hits.push({ from, to, by });
    }
  }
  if (hits.length === 0) return { text, count: 0 };
  const pieces: string[] = [];
  let done = 0;
  for (const { from, to, by } of hits.sort((one, other) => one.from - other.from)) {
    const inside = text.slice(from, to);
    pieces.push(text.slice(done, from), by, ...(asHtml ? tagsIn(inside).map((tag) => inside.slice(tag.from, tag.to)) : []));
    done = to;
  }
  return { text: pieces.join("") + text.slice(done), count: hits.length };
}

function wordsOf(name: string): readonly string[] {
  return name.split(" ").filter((word) => word !== "");
}

function partsOf(word: string): readonly string[] {
  return word.includes("-") ? [word, ...word.split("-")] : [word];
}

/** Longest first, and only whole words. */
function patternOf(names: ReadonlyMap<string, string>, notAfter = "[\\p{L}\\p{N}_]"): RegExp {
  const parts = [...names.keys()].sort((one, other) => other.length - one.length).map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`(?<!${notAfter})(?:${parts.join("|")})(?![\\p{L}\\p{N}_])`, "gu");
}
