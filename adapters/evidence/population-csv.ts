import type { PopulationRow } from "../../core/evidence-population.js";
import { csvRow } from "../packages/csv-cell.js";

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

/** The population as a table, with a first row of names. */
export function populationCsv(rows: readonly PopulationRow[]): string {
  return [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column] ?? ""))].map(csvRow).join("");
}
