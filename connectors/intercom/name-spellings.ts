import { MAY_BE_CAPITALS, NEVER_ALONE, SHORT_WORDS } from "./ordinary-words.js";
import { inSmallLetters } from "./shown-text.js";

/** What has to stand before and after a spelling for it to count. */
export interface Place {
  readonly before: string;
  readonly after: string;
  readonly anyCase?: true;
  readonly joined?: true;
}

/** Names of files, and links, join words by `_`. */
const START = "(?<![\\p{L}\\p{N}])";
const END = "(?![\\p{L}\\p{N}])";
/** A German genitive stands before what it is of: that tells it from a plural. */
const GENITIVE = "(?=s (?:(?:und|oder|\\p{Ll}{1,30}e[mnrs]?) ){0,3}\\p{Lu})";
const HAN = "[\\p{sc=Han}]";
const KATAKANA = "[\\p{sc=Katakana}\u30fc]";

export const PLACES = {
  /** Marks may be around it; one that joins it to a word makes it another address. */
  address: { before: "(?<![\\p{L}\\p{N}][_%+.-]?)", after: END, anyCase: true },
  /** Its words apart by `_` or `+` as well. */
  whole: { before: START, after: `(?=s?${END})`, anyCase: true, joined: true },
  word: { before: START, after: `(?:${END}|${GENITIVE})` },
  short: { before: START, after: END },
  /** Not amid other capitals, where any word has them, and no tag or attribute. */
  capitals: { before: `${START}(?<!</?)`, after: `${END}(?! \\p{Lu}{2}| ?=)` },
  /** Chinese and Japanese leave no space between words. */
  han: { before: "", after: "" },
  hanPart: { before: `(?<!${HAN})`, after: `(?!(?!\u69d8|\u6c0f|\u6bbf|\u541b|\u5148\u751f|\u90e8\u9577|\u8ab2\u9577|\u793e\u9577|\u5973\u58eb|\u5c0f\u59d0)${HAN})` },
  katakana: { before: `(?<!${KATAKANA})`, after: `(?!${KATAKANA})` },
  /** Korean writes what follows a name as one word with it. */
  hangul: { before: START, after: "" },
  hangulPart: { before: START, after: `(?=(?:\uc528|\ub2d8|\uc785\ub2c8\ub2e4|\uc774\uc5d0\uc694|\uc608\uc694|\ub4dc\ub9bc|\uc5d0\uac8c|\ud55c\ud14c|\uaed8\uc11c|\uaed8|\uc120\uc0dd\ub2d8)?${END})` },
  caseless: { before: "(?<![\\p{L}\\p{M}\\p{N}])", after: "(?![\\p{L}\\p{M}\\p{N}])" },
} as const satisfies Readonly<Record<string, Place>>;

export type Spelling = readonly [place: keyof typeof PLACES, text: string];

/** The name as a whole, as it is written and with its words turned round. A single word may be one of the language, or of the markup: in its own letters. */
export function wholeSpellings(name: string): readonly Spelling[] {
  const words = wordsOf(name);
  const [first = "", second = ""] = words;
  if (words.length < 2) return name.length > 1 ? [["word", name], ...joined(name)] : [];
  const turned = words.length === 2 ? [`${second} ${first}`, `${second}, ${first}`] : [];
  return [...[name, ...turned].map((each): Spelling => ["whole", withWordsApart(inSmallLetters(each))]), ...joined(name), ...joined(words.join(""))];
}

/** Parts of a human's name by which they are called, or sign; `of` is what the part is of. */
export function partSpellings(name: string): readonly { readonly spelling: Spelling; readonly of: string }[] {
  const words = wordsOf(name);
  const isSmall = inSmallLetters(name) === name;
  const parts = words.flatMap(partsOf).flatMap((part) => spellingsOfPart(part, isSmall, words.length === 1).map((spelling) => ({ spelling, of: part })));
  if (words.length > MOST_WORDS_WITH_INITIALS) return parts;
  const cased = words.map((word) => asName(word, isSmall)).filter((word) => /^\p{Lu}\p{Ll}/u.test(word) && !isNeverAlone(word));
  const initials = cased.flatMap((word) =>
    cased.filter((other) => other !== word).flatMap((other) => [`${other.charAt(0)}. ${word}`, `${other.charAt(0)}.${word}`, `${word} ${other.charAt(0)}.`].map((text) => ({ spelling: ["word", text] as const, of: word }))),
  );
  return [...initials, ...parts];
}

/** What joins words in names of files and in links, as a space each, so that the places stay. */
export function withWordsApart(text: string): string {
  return text.replace(/[_+]/g, " ");
}

export function wordsOf(name: string): readonly string[] {
  return name.split(/[ ,\u30fb]+/).filter((word) => word !== "");
}

export function partsOf(word: string): readonly string[] {
  return word.includes("-") ? [word, ...word.split("-")] : [word];
}

function spellingsOfPart(part: string, isSmall: boolean, isAlone: boolean): readonly Spelling[] {
  const { length } = part;
  if (isAll(part, HAN)) return isAlone ? (length > MOST_OF_A_HAN_NAME ? [] : startsAndEnds(part)).map((each) => ["hanPart", each]) : length > 1 ? [["hanPart", part]] : [];
  if (isAll(part, KATAKANA)) return length > 1 ? [["katakana", part]] : [];
  if (isAll(part, "\\p{sc=Hangul}")) {
    const given = isAlone ? part.slice(length > 3 ? 2 : 1) : part;
    return given.length > 1 ? [["hangulPart", given]] : [];
  }
  // Shorter words of such scripts are often words of the language, which no capital tells from names.
  if (/^\p{Lo}/u.test(part)) return length > 3 && !isAll(part, "\\p{sc=Hiragana}") ? [["caseless", part]] : [];
  if (isNeverAlone(part)) return [];
  const called = asName(part, isSmall);
  if (!/^\p{Lu}/u.test(called)) return [];
  if (length === 2) return /^\p{Lu}\p{Ll}$/u.test(called) && !SHORT_WORDS.has(inSmallLetters(part)) ? [["short", called]] : [];
  if (length < 2) return [];
  const capitals = called.toUpperCase();
  return [...[...new Set([part, called])].map((each): Spelling => ["word", each]), ...(MAY_BE_CAPITALS.has(inSmallLetters(part)) ? [] : [["capitals", capitals] as const])];
}

/** Chinese, Japanese and Korean names, which have letters of other words beside them. */
function joined(name: string): readonly Spelling[] {
  if (isAll(name, "[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\u30fc ]") && (/^\p{sc=Han}/u.test(name) || name.includes(" ")) && name.length > 1) return [["han", name]];
  if (isAll(name, "[\\p{sc=Katakana}\u30fb\u30fc]")) return name.length > 1 ? [["katakana", name]] : [];
  return isAll(name, "\\p{sc=Hangul}") && name.length > 2 ? [["hangul", name]] : [];
}

function startsAndEnds(name: string): readonly string[] {
  return Array.from({ length: Math.max(0, name.length - 2) }, (_, index) => index + 2).flatMap((length) => [name.slice(0, length), name.slice(-length)]);
}

/** As it is written in a text, where it is written in capitals or in small letters alone. */
function asName(word: string, isSmall: boolean): string {
  const small = inSmallLetters(word);
  const isCapitals = word.length > 1 && word !== small && word === word.toUpperCase();
  return isCapitals || isSmall ? small.replace(/(?<![\p{L}\p{M}])\p{Ll}/gu, (letter) => letter.toUpperCase()) : word;
}

function isNeverAlone(word: string): boolean {
  return NEVER_ALONE.has(inSmallLetters(word).replace(/\.$/, ""));
}

function isAll(text: string, letters: string): boolean {
  return new RegExp(`^${letters}+$`, "u").test(text);
}

const MOST_WORDS_WITH_INITIALS = 4;
const MOST_OF_A_HAN_NAME = 6;
