const out: string[] = [];

/** Prints a text, and keeps it for the page. */
export function say(text: string): void {
  out.push(text);
  process.stdout.write(`${text}\n`);
}

/** All that was said. */
export function said(): string {
  return `${out.join("\n").trimEnd()}\n`;
}

export function table(rows: readonly (readonly string[])[]): void {
  const [head = [], ...rest] = rows;
  say([head, head.map(() => "---"), ...rest].map((row) => `| ${row.join(" | ")} |`).join("\n"));
  say("");
}

/** A value, and how it stands to another side's. */
export function compared(value: number, theirs: number, digits: number): string[] {
  return [value.toFixed(digits), (value / theirs).toFixed(2)];
}
