import type { PopulationRow } from "../../core/evidence-population.js";

const COLUMNS: readonly (keyof PopulationRow)[] = [
  "request",
  "reference",
  "type",
  "connector",
  "connection",
  "law",
  "receivedAt",
  "dueAt",
  "verified",
  "operator",
  "outcome",
  "finishedAt",
  "why",
  "basis",
  "evidence",
];

/** The population as a table: RFC 4180, every cell quoted. */
export function populationCsv(rows: readonly PopulationRow[]): string {
  return [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column] ?? ""))].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** Spreadsheets take a text that begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
function cell(text: string): string {
  return `"${(/^[\s"'`]*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
