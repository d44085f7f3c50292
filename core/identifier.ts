import { DsrError } from "./errors.js";
import { checkEmail, normaliseEmail } from "./email.js";

/**
 * What a data subject is looked up by. It never prints: templates, JSON, `console.log` and errors show `[email]`;
 * `reveal()` is the only way to the value, and a test lists who may call it.
 */
export class Identifier {
  readonly category: string;
  readonly #value: string;

  private constructor(category: string, value: string) {
    this.category = category;
    this.#value = value;
  }

  /**
   * Makes an identifier from untrusted input. `category` is one of the manifest's, for example `email`.
   * @throws DsrError `IDENTIFIER_INVALID` when the value cannot be one of that category.
   */
  static parse(category: string, raw: unknown): Identifier {
    if (typeof raw !== "string") throw new DsrError("IDENTIFIER_INVALID", { reason: "it is not text" });
    const value = category === "email" ? normaliseEmail(raw) : raw.normalize("NFC");
    const reason = category === "email" ? checkEmail(value) : checkPlain(value);
    if (reason !== undefined) throw new DsrError("IDENTIFIER_INVALID", { reason });
    return new Identifier(category, value);
  }

  /** The value itself, in Unicode NFC (of an address: as `normaliseEmail` has it). */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `[${this.category}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function checkPlain(value: string): string | undefined {
  if (value.length === 0) return "it is empty";
  if (value.length > 254) return "it is longer than 254 characters";
  if (/\p{C}|\p{Z}/u.test(value)) return "it holds spaces or control characters";
  return undefined;
}
