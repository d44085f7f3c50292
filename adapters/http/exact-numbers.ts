import { endOfString } from "./json-depth.js";

/** Without either of these no number of a JSON text can be beyond what a number of this language holds. */
const SUSPECT = /\d{16}|\d[eE]/;

const DIGIT_OR_MINUS = /[-\d]/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/**
 * JSON text in which every whole number that would lose digits, and every one too large for any number, stands as text: an id of nineteen
 * digits stays the id that the vendor sent. Of a text that is JSON. One linear pass; strings are skipped whole, and a text without such numbers comes back as it is.
 */
export function withExactNumbers(text: string): string {
  if (!SUSPECT.test(text)) return text;
  const pieces: string[] = [];
  let taken = 0;
  for (let i = 0; i < text.length; i++) {
    const at = text.charAt(i);
    if (at === '"') {
      i = endOfString(text, i + 1);
      if (i < 0) break;
      continue;
    }
    if (!DIGIT_OR_MINUS.test(at)) continue;
    NUMBER.lastIndex = i;
    const number = NUMBER.exec(text)?.[0];
    if (number === undefined) continue;
    if (!isHeld(number)) {
      pieces.push(text.slice(taken, i), `"${number}"`);
      taken = i + number.length;
    }
    i += number.length - 1;
  }
  return taken === 0 ? text : `${pieces.join("")}${text.slice(taken)}`;
}

function isHeld(number: string): boolean {
  const value = Number(number);
  return /^-?\d+$/.test(number) ? Number.isSafeInteger(value) : Number.isFinite(value);
}
