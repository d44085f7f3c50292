import { tagsIn } from "./html-tags.js";
import { addressAround, mentionsIn, type Mention } from "./mentions.js";
import { partSpellings, partsOf, PLACES, wholeSpellings, withWordsApart, wordsOf, type Spelling } from "./name-spellings.js";
import { inSmallLetters, shownName, ShownText } from "./shown-text.js";
import { SpellingSearch } from "./spelling-search.js";

/** Tells what stands instead of a name or an address that a text mentions; undefined where it stays. */
export type Instead = (mention: Mention) => string | undefined;

export interface Known {
  readonly isOwnAddress?: (address: string) => boolean;
  /** Knows others whom the record does not tell, by their whole names and addresses. */
  readonly instead?: Instead | undefined;
}

/** Names and addresses of other people that a record itself tells, so that they can be taken out of its texts, however these spell them; and of whom else is known. */
export class NamesInText {
  /** What stands instead, by what is looked for, as `shownName` has it, by the place where it counts; in small letters where any case is meant. */
  readonly #spellings = new Map<Spelling[0], Map<string, string>>();
  readonly #ownWords: ReadonlySet<string>;
  readonly #ownParts: ReadonlySet<string>;
  readonly #known: Known;
  #searches: readonly Search[] | undefined;

  /** `ownNames` are the person's, of which no word is taken out. */
  constructor(ownNames: Iterable<string>, known: Known = {}) {
    this.#known = known;
    const names = [...ownNames].map(shownName);
    const words = names.flatMap((name) => wordsOf(inSmallLetters(name)));
    this.#ownWords = new Set(words);
    this.#ownParts = new Set([...words.flatMap(partsOf), ...names.flatMap((name) => [...wholeSpellings(name), ...partSpellings(name).map(({ spelling }) => spelling)]).map(([, text]) => inSmallLetters(text))]);
  }

  address(address: string, by: string): void {
    const text = inSmallLetters(shownName(address));
    if (text !== "") this.#lookFor(["address", text], by);
  }

  /**
   * A name, and where it is a human's, each of its words and each half of a double one: signatures are often only a first name. A single word is
   * looked for as it is written, since in small letters it may be a word of the language, or of the markup.
   */
  name(name: string, by: string, human: boolean): void {
    const whole = shownName(name);
    if (wordsOf(whole).every((word) => this.#ownWords.has(inSmallLetters(word)))) return;
    for (const spelling of wholeSpellings(whole)) this.#lookFor(spelling, by, true);
    if (!human) return;
    for (const { spelling, of } of partSpellings(whole)) {
      if (!this.#ownParts.has(inSmallLetters(of)) && !this.#ownParts.has(inSmallLetters(spelling[1]))) this.#lookFor(spelling, by);
    }
  }

  /**
   * The text without them, and how often one stood in it. It is read as a page shows it, where tags are nothing, and then as it stands, where
   * an attribute may name somebody.
   */
  takenOutOf(text: string): { readonly text: string; readonly count: number } {
    this.#searches ??= ORDER.flatMap((place) => {
      const names = this.#spellings.get(place);
      return names === undefined ? [] : [{ place, names, search: new SpellingSearch(names.keys(), PLACES[place]), anyCase: "anyCase" in PLACES[place], joined: "joined" in PLACES[place] }];
    });
    if (this.#searches.length === 0 && this.#known.instead === undefined) return { text, count: 0 };
    const isOwn = (words: string): boolean => wordsOf(words).every((word) => this.#ownParts.has(word));
    const without = (from: string, asHtml: boolean) => takenOut(from, asHtml, this.#searches ?? [], isOwn, this.#known);
    if (!text.includes("<")) return without(text, false);
    const shown = without(text, true);
    const rest = without(shown.text, false);
    return { text: rest.text, count: shown.count + rest.count };
  }

  #lookFor([place, text]: Spelling, by: string, isWhole = false): void {
    const names = this.#spellings.get(place) ?? new Map<string, string>();
    this.#spellings.set(place, names);
    if (isWhole || !names.has(text)) names.set(text, by);
  }
}

/** The first search that finds something at a place has it: what is longer, or more surely a name, comes first. */
const ORDER = ["address", "whole", "han", "hangul", "word", "short", "capitals", "katakana", "hanPart", "hangulPart", "caseless"] as const satisfies readonly Spelling[0][];

/** Of these each spelling is all of a name. */
const WHOLE: ReadonlySet<Spelling[0]> = new Set(["address", "whole", "han", "hangul"]);

interface Search {
  readonly place: Spelling[0];
  readonly names: ReadonlyMap<string, string>;
  readonly search: SpellingSearch;
  readonly anyCase: boolean;
  readonly joined: boolean;
}

/** Tags inside a name stay behind it, so that the markup is whole. What is the person's own name with an s that may be a genitive's stays. */
function takenOut(text: string, asHtml: boolean, searches: readonly Search[], isOwn: (words: string) => boolean, { isOwnAddress = () => false, instead }: Known): { readonly text: string; readonly count: number } {
  const shown = new ShownText(text, asHtml);
  const small = inSmallLetters(shown.text);
  const hits: { readonly from: number; readonly to: number; readonly by: string }[] = [];
  let taken: Uint8Array | undefined;
  const take = (from: number, to: number, by: string): void => {
    taken ??= new Uint8Array(small.length);
    taken.fill(1, from, to);
    hits.push({ from, to, by });
  };
  let isAsked = instead === undefined;
  const askWhoIsMentioned = (): void => {
    for (const mention of isAsked ? [] : mentionsIn(shown.text)) {
      const { from, to, named } = mention;
      if (taken?.subarray(from, to).includes(1) === true || isOwn(inSmallLetters(named))) continue;
      const by = instead?.(mention);
      if (by !== undefined) take(from, to, by);
    }
    isAsked = true;
  };
  for (const { place, names, search, anyCase, joined } of searches) {
    // A whole name is surer than a part of one.
    if (!WHOLE.has(place)) askWhoIsMentioned();
    const inCase = anyCase ? small : shown.text;
    const searched = joined ? withWordsApart(inCase) : inCase;
    for (const { from, to } of search.in(searched)) {
      const by = names.get(searched.slice(from, to));
      if (by === undefined || taken?.subarray(from, to).includes(1) === true) continue;
      if (small[to] === "s" && isOwn(small.slice(from, to + 1))) continue;
      // The person's own address may hold another one.
      if (place === "address" && isOwnAddress(addressAround(small, small.indexOf("@", from))?.named ?? "")) continue;
      take(from, to, by);
    }
  }
  askWhoIsMentioned();
  if (hits.length === 0) return { text, count: 0 };
  hits.sort((one, other) => one.from - other.from);
  const pieces: string[] = [];
  let done = 0;
  for (const [index, { from, to }] of shown.received(hits).entries()) {
    const start = Math.max(from, done);
    const inside = text.slice(start, to);
    pieces.push(text.slice(done, start), hits[index]?.by ?? "", ...(asHtml ? [...tagsIn(inside)].map((tag) => inside.slice(tag.from, tag.to)) : []));
    done = to;
  }
  return { text: pieces.join("") + text.slice(done), count: hits.length };
}
