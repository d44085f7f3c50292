import { PARTICLES } from "./ordinary-words.js";
import type { Stretch } from "./shown-text.js";

/** A stretch of a text that names somebody. */
export interface Mention extends Stretch {
  readonly named: string;
  /** The whole address that it may be. */
  readonly of?: string;
}

const MOST_WORDS = 7;
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 253;

/** What a text may call somebody whom nothing else names: each address in it, and whatever in a row of words with capitals may be a whole name, the longest first. */
export function* mentionsIn(text: string): Iterable<Mention> {
  const addresses: Stretch[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const address = addressAround(text, at);
    if (address === undefined) continue;
    addresses.push(address);
    yield* addressesIn(address);
  }
  // No part of an address is a name.
  for (const row of rowsIn(text, addresses)) yield* namesIn(text, row);
}

/** The whole address that stands around an `@`. */
export function addressAround(text: string, at: number): Mention | undefined {
  const [local = ""] = /[\p{L}\p{N}._%+'-]*$/u.exec(text.slice(Math.max(0, at - LONGEST_LOCAL_PART), at)) ?? [];
  const [domain = ""] = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u.exec(text.slice(at + 1, at + 1 + LONGEST_DOMAIN)) ?? [];
  return local === "" || domain === "" ? undefined : { from: at - local.length, to: at + 1 + domain.length, named: `${local}@${domain}` };
}

/** As it stands; without marks around it; and without the next sentence, where no space parts them. */
function* addressesIn({ from, to, named }: Mention): Iterable<Mention> {
  const fronts = [0, ...[...named.replace(/@.*/, "").matchAll(/^[._'+%-]+|[._'+%-]{2,}/g)].map(({ 0: marks, index }) => index + marks.length)];
  const bare = named.replace(/[-.]+$/, "");
  const ends = [named, bare, bare.replace(/\.\p{Lu}[^.@]*$/u, "")];
  for (const end of new Set(ends)) for (const front of new Set(fronts)) yield { from: from + front, to: to - (named.length - end.length), named: end.slice(front), of: named };
}

/** Letters, also those of one word that a hyphen or an apostrophe joins. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['-][\p{L}\p{M}\p{N}]+)*/gu;

/** What stands between the words of a name; names of files, and links, join them by `_` or `+`. A full stop ends a sentence, but after an initial. */
const JOINT = /^(?: |[_+]|, ?)$/;
const JOINT_OF_INITIAL = /^\.? ?$/;
const LONGEST_JOINT = 2;

/** Words that may be a name, one after the other. */
function* rowsIn(text: string, addresses: readonly Stretch[]): Iterable<readonly Stretch[]> {
  let row: Stretch[] = [];
  let passed = 0;
  for (const { 0: word, index: from } of text.matchAll(WORD)) {
    const to = from + word.length;
    while ((addresses[passed]?.to ?? Infinity) <= from) passed += 1;
    const isInAddress = (addresses[passed]?.from ?? Infinity) < to;
    const last = row.at(-1);
    if (last === undefined || isInAddress || !isJoint(text, last, from)) {
      yield row;
      row = [];
    }
    // A hyphen may stand for a dash.
    const joined = isCapital(word) ? 0 : word.search(/-\p{Lu}/u) + 1;
    if (!isInAddress && (isCapital(word) || joined > 0 || (row.length > 0 && PARTICLES.has(word)))) row.push({ from: from + joined, to });
    else {
      yield row;
      row = [];
    }
  }
  yield row;
}

function isJoint(text: string, last: Stretch, from: number): boolean {
  const between = from - last.to > LONGEST_JOINT ? undefined : text.slice(last.to, from);
  return between !== undefined && (JOINT.test(between) || (last.to - last.from === 1 && JOINT_OF_INITIAL.test(between)));
}

function* namesIn(text: string, row: readonly Stretch[]): Iterable<Mention> {
  for (let length = Math.min(MOST_WORDS, row.length); length > 1; length -= 1) {
    for (let first = 0; first + length <= row.length; first += 1) {
      const words = row.slice(first, first + length);
      const [from, to] = [words[0]?.from ?? 0, words.at(-1)?.to ?? 0];
      const named = text.slice(from, to);
      if (!isCapital(named) || !isCapital(text.slice(words.at(-1)?.from, to)) || !isOne(named, first === 0)) continue;
      // As it stands, in the genitive, and before what a hyphen joins to it.
      for (const left of new Set([named, named.replace(/'s?$/, ""), named.replace(/s$/, ""), named.replace(/-[^- ]*$/, "")])) yield { from, to: from + left.length, named: left };
    }
  }
}

/** A comma parts the last name, which stands alone before it, from the first; elsewhere it parts two people. */
function isOne(named: string, isFirst: boolean): boolean {
  const [last = "", ...first] = named.split(",");
  return first.length === 0 || (first.length === 1 && isFirst && !/[ _+]\p{Lu}/u.test(last));
}

/** Also `d'Angelo` and `al-Sayed`. */
function isCapital(word: string): boolean {
  return /^(?:\p{Ll}{1,3}['-])?\p{Lu}/u.test(word);
}
