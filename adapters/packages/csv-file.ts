import { csvRow } from "./csv-cell.js";
import { field, isObject } from "./json-fields.js";
import type { PackageFile } from "./package-files.js";
import type { PackagedRecord } from "./record-lines.js";
import type { TableShape } from "./record-survey.js";
import { visibleJson } from "./visible-json.js";

/** A category as a table: a column for each field of the first level, what is nested in them as JSON text. */
export interface CsvFile {
  add(record: PackagedRecord): Promise<void>;
  finish(): Promise<unknown>;
}

/** The mark by which spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = "\ufeff";

/** Columns of ours have a dot, so that they are told from the vendor's. */
const OWN_COLUMNS = { id: "record.id", readAt: "record.read_at", value: "record.value", further: "record.further_fields" } as const;

export async function startCsvFile(file: PackageFile, { columns, further, values }: TableShape): Promise<CsvFile> {
  const known = new Set(columns);
  const furtherOf = (record: unknown): string => {
    const rest = isObject(record) ? Object.entries(record).filter(([name]) => !known.has(name)) : [];
    return rest.length === 0 ? "" : visibleJson(Object.fromEntries(rest));
  };
  await file.write(BYTE_ORDER_MARK + csvRow([OWN_COLUMNS.id, OWN_COLUMNS.readAt, ...columns, ...(values ? [OWN_COLUMNS.value] : []), ...(further ? [OWN_COLUMNS.further] : [])]));
  return {
    add: ({ id, data, provenance }) =>
      file.write(
        csvRow([id, provenance.at, ...columns.map((name) => textOf(field(data, name))), ...(values ? [isObject(data) ? "" : textOf(data)] : []), ...(further ? [furtherOf(data)] : [])]),
      ),
    finish: () => file.finish(),
  };
}

/** What is absent and what is null are both empty here; the JSON file tells them apart. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : visibleJson(value);
}
