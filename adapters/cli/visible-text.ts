/** Characters that steer a terminal, break a line, turn text around or cannot be seen. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Text of a vendor or a stranger as it may stand in a terminal: on one line, of bounded length, with nothing hidden in it. */
export function visible(text: string, maxLength = 200): string {
  const characters = [...text];
  const shown = characters.slice(0, maxLength).map((c) => (HIDDEN.test(c) ? `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}` : c));
  return `${shown.join("")}${characters.length > maxLength ? "…" : ""}`;
}

/** Rows with their columns aligned; the last column is left as it is. */
export function aligned(rows: readonly (readonly string[])[], indent = "  "): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, width(cell))));
  return rows.map((row) => `${indent}${row.map((cell, column) => (column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - width(cell)))).join("  ")}`.trimEnd());
}

/** Without colours, which take no room. */
function width(cell: string): number {
  return [...cell.replace(/\u001b\[\d+m/g, "")].length;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Categories are named for many. */
export function singular(category: string): string {
  return category.replace(/ies$/, "y").replace(/s$/, "");
}
