import { PARTICLES } from "./ordinary-words.js";
import type { Stretch } from "./shown-text.js";

/** A stretch of a text that names somebody. */
export interface Mention extends Stretch {
  readonly named: string;
}

const MOST_WORDS = 5;
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

function addressAround(text: string, at: number): Mention | undefined {
  const [local = ""] = /[\p{L}\p{N}._%+'-]*$/u.exec(text.slice(Math.max(0, at - LONGEST_LOCAL_PART), at)) ?? [];
  const [domain = ""] = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u.exec(text.slice(at + 1, at + 1 + LONGEST_DOMAIN)) ?? [];
  return local === "" || domain === "" ? undefined : { from: at - local.length, to: at + 1 + domain.length, named: `${local}@${domain}` };
}

/** As it stands; without marks that may be around it; and without what a sentence may go on with after the full stop. */
function* addressesIn({ from, to, named }: Mention): Iterable<Mention> {
  const fronts = [0, (/^[._'+%-]+/.exec(named) ?? [""])[0].length];
  const bare = named.replace(/[-.]+$/, "");
  const ends = [named, bare, bare.replace(/\.[^.@]*$/, ""), bare.replace(/(?:\.[^.@]*){2}$/, "")];
  for (const end of new Set(ends)) for (const front of new Set(fronts)) yield { from: from + front, to: to - (named.length - end.length), named: end.slice(front) };
}

/** Letters, also those of one word that a hyphen or an apostrophe joins. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['-][\p{L}\p{M}\p{N}]+)*/gu;

/** What stands between the words of a name; names of files, and links, join them by `_` or `+`. */
const JOINT = /^(?:\.? |[_+.]|, ?)$/;
const LONGEST_JOINT = 2;

/** Words that may be a name, one after the other. */
function* rowsIn(text: string, addresses: readonly Stretch[]): Iterable<readonly Stretch[]> {
  let row: Stretch[] = [];
  let passed = 0;
  for (const { 0: word, index: from } of text.matchAll(WORD)) {
    const to = from + word.length;
    while ((addresses[passed]?.to ?? Infinity) <= from) passed += 1;
    const isInAddress = (addresses[passed]?.from ?? Infinity) < to;
    const end = row.at(-1)?.to ?? from;
    const goesOn = row.length > 0 && from - end <= LONGEST_JOINT && JOINT.test(text.slice(end, from));
    if (!goesOn || isInAddress) {
      yield row;
      row = [];
    }
    if (!isInAddress && (isCapital(word) || (row.length > 0 && PARTICLES.has(word)))) row.push({ from, to });
    else {
      yield row;
      row = [];
    }
  }
  yield row;
}

function* namesIn(text: string, row: readonly Stretch[]): Iterable<Mention> {
  for (let length = Math.min(MOST_WORDS, row.length); length > 1; length -= 1) {
    for (let first = 0; first + length <= row.length; first += 1) {
      const [from, to] = [row[first]?.from ?? 0, row[first + length - 1]?.to ?? 0];
      if (!isCapital(text.slice(from, to)) || !isCapital(text.slice(row[first + length - 1]?.from, to))) continue;
      const named = text.slice(from, to);
      // As it stands, in the genitive, and before what a hyphen joins to it.
      for (const left of new Set([named, named.replace(/'s?$/, ""), named.replace(/s$/, ""), named.replace(/-[^- ]*$/, "")])) yield { from, to: from + left.length, named: left };
    }
  }
}

function isCapital(text: string): boolean {
  return /^\p{Lu}/u.test(text);
}
