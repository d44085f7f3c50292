import type { Place } from "./name-spellings.js";
import type { Stretch } from "./shown-text.js";

/** Finds any of many spellings in texts, the longest that counts at a place, however many and however long they are: no pattern holds them all. */
export class SpellingSearch {
  /** By their code units, so that those which begin alike stand together, the shortest first. */
  readonly #spellings: readonly string[];
  readonly #start: string;
  readonly #after: RegExp;

  constructor(spellings: Iterable<string>, { before, after }: Place) {
    this.#spellings = [...spellings].sort();
    const firsts = new Set(this.#spellings.map((text) => `\\u{${(text.codePointAt(0) ?? 0).toString(16)}}`));
    this.#start = `${before}[${[...firsts].join("")}]`;
    this.#after = new RegExp(after, "uy");
  }

  *in(text: string): Iterable<Stretch> {
    const start = new RegExp(this.#start, "gu");
    for (let match = start.exec(text); match !== null; match = start.exec(text)) {
      const to = this.#endAt(text, match.index);
      if (to === undefined) continue;
      yield { from: match.index, to };
      start.lastIndex = to;
    }
  }

  /** Where the longest spelling that begins at a place ends. */
  #endAt(text: string, at: number): number | undefined {
    const ends: number[] = [];
    let [from, to] = [0, this.#spellings.length];
    for (let length = 0; from < to; length += 1) {
      if (this.#spellings[from]?.length === length) {
        ends.push(at + length);
        from += 1;
      }
      const unit = text.charCodeAt(at + length);
      from = this.#firstOf(from, to, length, unit);
      to = this.#firstOf(from, to, length, unit + 1);
    }
    return ends.reverse().find((end) => {
      this.#after.lastIndex = end;
      return this.#after.test(text);
    });
  }

  /** Of some that begin alike, the first that goes on with this unit or a higher one. */
  #firstOf(from: number, to: number, length: number, unit: number): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spellings[middle] ?? "").charCodeAt(length) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
