const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether JSON text nests more deeply than `limit`. One linear pass, without recursion; strings are skipped whole. Says nothing about
 * whether the text is JSON at all.
 */
export function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > limit) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case QUOTE:
        i = endOfString(text, i + 1);
        if (i < 0) return false;
        break;
    }
  }
  return false;
}

/** Index of the quote that ends a string whose first character is at `from`, or -1. */
export function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}
