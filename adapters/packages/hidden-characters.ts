/**
 * Text in which nothing hides: a character that cannot be seen, turns text around or steers a reader is replaced by what `mark` makes of its
 * name (`U+202E`). Line breaks and tabs stay, and so do invisible characters where writing needs them: inside emoji, between letters of scripts
 * that join them, after Han characters.
 */
export function showHidden(text: string, mark: (name: string) => string): string {
  return text.replace(/\r\n/g, "\n").replace(HIDDEN, (character, at: number, whole: string) => (belongs(character, whole, at) ? character : mark(nameOf(character))));
}

/** For places without markup. */
export function plainText(text: string): string {
  return showHidden(text, (name) => `[${name}]`);
}

/** For places where a line break would make another entry. */
export function plainLine(text: string): string {
  return plainText(text).replace(/[\n\t]/g, (character) => `[${nameOf(character)}]`);
}

/** Whether a reader would see nothing at all. */
export function isBlank(text: string): boolean {
  return text.replace(HIDDEN, "").trim() === "";
}

/** Controls, lone surrogates, separators of lines, whatever Unicode calls ignorable, annotation marks, the blank Braille cell. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/gu;

const EMOJI_BEFORE = /[\p{Emoji}\p{Extended_Pictographic}]$/u;
const JOINED_EMOJI_BEFORE = /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?$/u;
const EMOJI_AFTER = /^\p{Extended_Pictographic}/u;
const HAN_BEFORE = /\p{Script=Han}$/u;
/** Scripts whose spelling tells with U+200C and U+200D how letters join. */
const JOINING_BEFORE =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Sinhala}]$/u;

function belongs(character: string, text: string, at: number): boolean {
  const before = (pattern: RegExp): boolean => pattern.test(text.slice(Math.max(0, at - 4), at));
  switch (character) {
    case "\n":
    case "\t":
      return true;
    case "\ufe0e":
    case "\ufe0f":
      return before(EMOJI_BEFORE);
    case "\u200c":
      return before(JOINING_BEFORE);
    case "\u200d":
      return before(JOINING_BEFORE) || (before(JOINED_EMOJI_BEFORE) && EMOJI_AFTER.test(text.slice(at + 1, at + 3)));
    default:
      return character >= "\u{e0100}" && character <= "\u{e01ef}" && before(HAN_BEFORE);
  }
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
