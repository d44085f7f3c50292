import { decoded, ENTITY } from "./html-entities.js";
import { APART, tagsIn } from "./html-tags.js";

/** A text as it is read, and where each of its characters stands in the text that was received. */
export interface ShownText {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * What a text says to its reader: as plain text, or as HTML where tags are taken for tags. Entities and `%XX` are decoded, spellings of one
 * character are one, invisible characters are left out, white space is one space.
 */
export function shownText(received: string, asHtml: boolean): ShownText {
  const from = [...Array(received.length).keys()];
  let shown: ShownText = { text: received, from, to: from.map((at) => at + 1) };
  if (asHtml) shown = respelt(shown, tagsIn(received).map(({ from, to, name }) => ({ from, to, by: APART.has(name) ? "\n" : "" })));
  for (const [pattern, by] of STEPS) shown = replaced(shown, pattern, by);
  return shown;
}

/** In small letters, each as long as the capital, so that the places stay. */
export function inSmallLetters(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text.replace(/\p{Lu}/gu, (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter));
}

/** A name or an address, as it stands in what `shownText` makes. */
export function shownName(name: string): string {
  return shownText(name, false).text.trim();
}

const STEPS: readonly (readonly [RegExp, (...match: string[]) => string])[] = [
  [ENTITY, (entity = "", ...groups) => decoded(entity, ...groups)],
  [/%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi, (bytes = "") => uriDecoded(bytes)],
  [/\p{Default_Ignorable_Code_Point}+/gu, () => ""],
  [/[\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2032\u2035\ua78c\uff07`\u00b4]/g, () => "'"],
  [/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, () => "-"],
  [/[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|.\p{M}+|[^\p{ASCII}]/gu, (cluster = "") => cluster.normalize("NFKC")],
  [/\s+/g, () => " "],
];

function uriDecoded(bytes: string): string {
  try {
    return decodeURIComponent(bytes);
  } catch {
    return bytes;
  }
}

interface Respelling {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

function replaced(shown: ShownText, pattern: RegExp, by: (...match: string[]) => string): ShownText {
  const changes: Respelling[] = [];
  for (const match of shown.text.matchAll(pattern)) {
    const [whole] = match;
    const instead = by(...match);
    if (instead !== whole) changes.push({ from: match.index, to: match.index + whole.length, by: instead });
  }
  return respelt(shown, changes);
}

/** With some stretches spelt another way, each of which stands where the stretch did. */
function respelt(shown: ShownText, changes: readonly Respelling[]): ShownText {
  if (changes.length === 0) return shown;
  const pieces: string[] = [];
  const [from, to]: [number[], number[]] = [[], []];
  let done = 0;
  const keepUpTo = (end: number): void => {
    pieces.push(shown.text.slice(done, end));
    for (let at = done; at < end; at += 1) {
      from.push(shown.from[at] ?? 0);
      to.push(shown.to[at] ?? 0);
    }
  };
  for (const change of changes) {
    keepUpTo(change.from);
    pieces.push(change.by);
    for (let unit = 0; unit < change.by.length; unit += 1) {
      from.push(shown.from[change.from] ?? 0);
      to.push(shown.to[change.to - 1] ?? 0);
    }
    done = change.to;
  }
  keepUpTo(shown.text.length);
  return { text: pieces.join(""), from, to };
}
