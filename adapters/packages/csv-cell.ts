import { plainText } from "./hidden-characters.js";

/** One row as RFC 4180 has it. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/**
 * A cell that no spreadsheet takes for a formula and in which nothing hides. The exact value is in the JSON file.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvCell(value: string): string {
  const guarded = guardFormulas(plainText(value));
  const safe = /^[\t\r\n]/.test(value) && !guarded.startsWith("'") ? `'${guarded}` : guarded;
  return /[",;'\t\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const SIGNS = "=+-@＝＋－＠﹢﹣﹫−";
/** Behind blanks and quotes a sign still begins a formula for some programs. */
const BLANKS = /(?:[^\S\t\n]|["'`´‘’“”])*/y;
/** What a program set to another country takes for the end of a cell or of a row, whatever the quotes around it say. */
const SEPARATOR = /[;\t\n]/g;

/** Puts an apostrophe wherever a cell could begin with a sign. Each character is looked at once, however long the run of blanks. */
function guardFormulas(text: string): string {
  let guarded = "";
  let done = 0;
  for (let start = 0; ; ) {
    BLANKS.lastIndex = start;
    BLANKS.test(text);
    const next = BLANKS.lastIndex;
    if (next < text.length && SIGNS.includes(text.charAt(next))) {
      guarded += `${text.slice(done, start)}'`;
      done = start;
    }
    SEPARATOR.lastIndex = next;
    if (!SEPARATOR.test(text)) return guarded + text.slice(done);
    start = SEPARATOR.lastIndex;
  }
}
