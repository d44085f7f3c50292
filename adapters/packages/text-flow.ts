/** Puts words and line breaks together the way a page would: white space folds, no line begins or ends with it, and blank lines do not pile up. */
export interface TextFlow {
  add(text: string): void;
  /** Sees to at least so many line breaks before what comes next. */
  breakLine(count: number): void;
  /** One more line break, wherever it stands. */
  newLine(): void;
  /** What begins a line and stays with the words after it. */
  addBullet(bullet: string): void;
  /** Separates this cell from one that stands before it in the row. */
  addCell(): void;
  /** Changes the depth of parts whose white space is kept. */
  preformatted(change: number): void;
  length(): number;
  /** What was added since the flow had that length. */
  textFrom(length: number): string;
  text(): string;
}

const MOST_BREAKS = 3;

export function createTextFlow(): TextFlow {
  const pieces: string[] = [];
  let breaks = 0;
  let space = false;
  let kept = 0;
  let bullet = false;

  const put = (text: string): void => {
    bullet = false;
    if (pieces.length > 0 && breaks > 0) pieces.push("\n".repeat(breaks));
    else if (pieces.length > 0 && space) pieces.push(" ");
    breaks = 0;
    space = false;
    pieces.push(text);
  };

  return {
    add: (text) => {
      if (kept > 0) return put(text);
      const words = text.replace(/[ \t\n\f\r]+/g, " ");
      if (words.startsWith(" ")) space = true;
      if (words === "" || words === " ") return;
      put(words.replace(/^ | $/g, ""));
      space = words.endsWith(" ");
    },
    breakLine: (count) => {
      if (!bullet) breaks = Math.max(breaks, count);
    },
    newLine: () => {
      breaks = Math.min(breaks + 1, MOST_BREAKS);
    },
    addBullet: (text) => {
      put(text);
      space = true;
      bullet = true;
    },
    addCell: () => {
      if (breaks === 0 && pieces.length > 0) put(space ? "| " : " | ");
    },
    preformatted: (change) => {
      kept = Math.max(0, kept + change);
    },
    length: () => pieces.length,
    textFrom: (length) => pieces.slice(length).join(""),
    text: () => pieces.join(""),
  };
}
