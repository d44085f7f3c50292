import { showHidden } from "../hidden-characters.js";

/** HTML that this program made. Whatever else stands in a template is text and is escaped, so a vendor's text cannot become markup. */
export class Markup {
  readonly #source: string;

  private constructor(source: string) {
    this.#source = source;
  }

  /** Only for what is constant in this program: a style sheet, a script. */
  static trusted(source: string): Markup {
    return new Markup(source);
  }

  toString(): string {
    return this.#source;
  }
}

export type Part = Markup | string | number | undefined | readonly (Markup | undefined)[];

/** A template of HTML, its attributes in double quotes. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const places = placesOf(literals);
  let source = literals[0] ?? "";
  parts.forEach((part, index) => {
    source += places[index] === "attribute" ? attribute(part) : content(part);
    source += literals[index + 1] ?? "";
  });
  return Markup.trusted(source);
}

type Place = "attribute" | "content";

const known = new WeakMap<TemplateStringsArray, readonly Place[]>();

/** Where each part stands; worked out once for each template in the program. */
function placesOf(literals: TemplateStringsArray): readonly Place[] {
  let places = known.get(literals);
  if (places === undefined) {
    places = literals.map((_, index) => (/="[^"]*$/.test(literals.slice(0, index + 1).join("")) ? "attribute" : "content"));
    known.set(literals, places);
  }
  return places;
}

function content(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.toString();
  if (typeof part === "object") return part.map((each) => each?.toString() ?? "").join("");
  const text = String(part);
  return HARMLESS.test(text) ? text : showHidden(escape(text), (name) => `<span class="hid">${name}</span>`);
}

/** Printable ASCII without the characters of markup: most of what there is to say, and nothing to do for it. */
const HARMLESS = /^[ !#-%(-;=?-~]*$/;

function attribute(part: Part): string {
  if (part instanceof Markup) return part.toString();
  return typeof part === "object" ? "" : showHidden(escape(String(part ?? "")), (name) => `[${name}]`);
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
