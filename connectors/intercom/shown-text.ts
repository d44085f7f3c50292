import { decoded, ENTITY } from "./html-entities.js";
import { APART, tagsIn } from "./html-tags.js";

/** A stretch of a text. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * What a text says to its reader: as plain text, or as HTML where tags are taken for tags. Entities and `%XX` are decoded, spellings of one
 * character are one, invisible characters are left out, white space is one space. Of long texts nothing is kept beside it for each character:
 * where something was found in it, that place is followed back through the steps.
 */
export class ShownText {
  readonly text: string;
  /** Each step that changed something, and the text before it. */
  readonly #steps: (readonly [before: string, step: Step])[] = [];

  constructor(received: string, asHtml: boolean) {
    let text = received;
    for (const step of asHtml ? [TAGS, ...STEPS] : STEPS) {
      const after = respelt(text, step(text));
      if (after !== text) this.#steps.push([text, step]);
      text = after;
    }
    this.text = text;
  }

  /** Where stretches of it, in order and each of at least one character, stand in the text that was received. */
  received(stretches: readonly Stretch[]): readonly Stretch[] {
    return this.#steps.reduceRight((so, [before, step]) => placesBefore(step(before), so), stretches);
  }
}

/** In small letters, each as long as the capital, so that the places stay. */
export function inSmallLetters(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text.replace(/\p{Lu}/gu, (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter));
}

/** A name or an address, as it stands in what is shown. */
export function shownName(name: string): string {
  return new ShownText(name, false).text.trim();
}

/** A stretch that is spelt another way. */
interface Respelling extends Stretch {
  readonly by: string;
}

/** In the order in which they stand. */
type Step = (text: string) => Iterable<Respelling>;

const TAGS: Step = function* (text) {
  for (const { from, to, name } of tagsIn(text)) yield { from, to, by: APART.has(name) ? "\n" : "" };
};

const STEPS: readonly Step[] = [
  replacing(ENTITY, (entity = "", ...groups) => decoded(entity, ...groups)),
  replacing(/%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi, (bytes = "") => uriDecoded(bytes)),
  replacing(/\p{Default_Ignorable_Code_Point}+/gu, () => ""),
  replacing(/[\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2032\u2035\ua78c\uff07`\u00b4]/g, () => "'"),
  // What is as long as a dash parts two words.
  replacing(/[\u2013-\u2015\ufe58]/g, () => " - "),
  replacing(/[\u2010-\u2012\u2212\ufe63\uff0d]/g, () => "-"),
  replacing(/[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|.\p{M}{1,30}|[^\p{ASCII}]/gu, (cluster = "") => cluster.normalize("NFKC")),
  replacing(/\s+/g, () => " "),
];

function replacing(pattern: RegExp, by: (...match: string[]) => string): Step {
  return function* (text) {
    for (const match of text.matchAll(pattern)) {
      const [whole] = match;
      const instead = by(...match);
      if (instead !== whole) yield { from: match.index, to: match.index + whole.length, by: instead };
    }
  };
}

function uriDecoded(bytes: string): string {
  try {
    return decodeURIComponent(bytes);
  } catch {
    return bytes;
  }
}

/** Pieces that are joined at once: many small ones take more memory than the text. */
const PIECES = 10_000;

function respelt(text: string, respellings: Iterable<Respelling>): string {
  const joined: string[] = [];
  let pieces: string[] = [];
  let done = 0;
  for (const { from, to, by } of respellings) {
    pieces.push(text.slice(done, from), by);
    done = to;
    if (pieces.length < PIECES) continue;
    joined.push(pieces.join(""));
    pieces = [];
  }
  return done === 0 ? text : joined.join("") + pieces.join("") + text.slice(done);
}

/** Where stretches stood before some respellings: one that begins or ends within what was respelt holds all that stood there. */
function placesBefore(respellings: Iterable<Respelling>, stretches: readonly Stretch[]): readonly Stretch[] {
  const froms = stretches.map(({ from }) => from);
  const tos = stretches.map(({ to }) => to);
  let [from, to] = [0, 0];
  /** How much longer the text was than it is, up to here. */
  let longer = 0;
  for (const respelling of respellings) {
    const start = respelling.from - longer;
    const end = start + respelling.by.length;
    for (; from < froms.length && (froms[from] ?? 0) < end; from += 1) froms[from] = (froms[from] ?? 0) < start ? (froms[from] ?? 0) + longer : respelling.from;
    for (; to < tos.length && (tos[to] ?? 0) <= end; to += 1) tos[to] = (tos[to] ?? 0) <= start ? (tos[to] ?? 0) + longer : respelling.to;
    if (from === froms.length && to === tos.length) break;
    longer += respelling.to - respelling.from - respelling.by.length;
  }
  for (; from < froms.length; from += 1) froms[from] = (froms[from] ?? 0) + longer;
  for (; to < tos.length; to += 1) tos[to] = (tos[to] ?? 0) + longer;
  return froms.map((each, index) => ({ from: each, to: tos[index] ?? 0 }));
}
