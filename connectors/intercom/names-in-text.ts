/** Something to be looked for in free text, and what shall stand there instead. */
export interface NamedText {
  readonly text: string;
  readonly by: string;
}

/** Names and addresses of other people that a record itself tells, so that they can be taken out of its texts. */
export class NamesInText {
  readonly #addresses = new Map<string, NamedText>();
  readonly #anyCase = new Map<string, NamedText>();
  readonly #exactCase = new Map<string, NamedText>();
  readonly #spared: ReadonlySet<string>;
  #patterns: readonly { readonly pattern: RegExp; readonly find: (hit: string) => string | undefined }[] | undefined;

  /** `ownNames` are the person's, of which no word is taken out. */
  constructor(ownNames: Iterable<string>) {
    this.#spared = new Set([...ownNames].flatMap(wordsOf).map((word) => word.toLowerCase()));
  }

  address(address: string, by: string): void {
    for (const text of spellings(address)) this.#addresses.set(text.toLowerCase(), { text, by });
  }

  /**
   * A name, and where it is a human's, each of its words: signatures are often only a first name. A single word is looked for as it is
   * written, since in small letters it may be a word of the language, or of the markup.
   */
  name(name: string, by: string, human: boolean): void {
    const words = wordsOf(name);
    const whole = name.trim();
    if (words.every((word) => this.#spared.has(word.toLowerCase()))) return;
    for (const text of spellings(whole)) {
      if (words.length > 1) this.#anyCase.set(text.toLowerCase(), { text, by });
      else if (text.length > 1) this.#exactCase.set(text, { text, by });
    }
    if (!human || words.length < 2) return;
    for (const word of words) {
      if (word.length < 3 || !/^\p{Lu}/u.test(word) || this.#spared.has(word.toLowerCase())) continue;
      for (const text of spellings(word)) if (!this.#exactCase.has(text)) this.#exactCase.set(text, { text, by });
    }
  }

  /** The text without them, and how often one stood in it. */
  takenOutOf(text: string): { readonly text: string; readonly count: number } {
    this.#patterns ??= [
      { pattern: patternOf([...this.#addresses.values()], "giu", "[\\p{L}\\p{N}_%+.-]"), find: (hit) => this.#addresses.get(hit.toLowerCase())?.by },
      { pattern: patternOf([...this.#anyCase.values()], "giu"), find: (hit) => this.#anyCase.get(hit.toLowerCase())?.by },
      { pattern: patternOf([...this.#exactCase.values()], "gu"), find: (hit) => this.#exactCase.get(hit)?.by },
    ];
    let count = 0;
    let rest = text;
    for (const { pattern, find } of this.#patterns) {
      rest = rest.replace(pattern, (hit) => {
        const by = find(hit);
        if (by === undefined) return hit;
        count += 1;
        return by;
      });
    }
    return { text: rest, count };
  }
}

function wordsOf(name: string): readonly string[] {
  return name.trim().split(/\s+/).filter((word) => word !== "");
}

/** As it is, and as HTML writes it. */
function spellings(text: string): readonly string[] {
  const html = text.replace(/[&<>"']/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[character] ?? character);
  return [...new Set([text, html])];
}

/** Longest first, and only whole words. Without anything to look for it fits nothing. */
function patternOf(names: readonly NamedText[], flags: string, notAfter = "[\\p{L}\\p{N}_]"): RegExp {
  const parts = names
    .map(({ text }) => text)
    .sort((one, other) => other.length - one.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return parts.length === 0 ? /(?!)/g : new RegExp(`(?<!${notAfter})(?:${parts.join("|")})(?![\\p{L}\\p{N}_])`, flags);
}
