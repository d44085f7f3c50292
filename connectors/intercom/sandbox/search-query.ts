import { isRecord } from "./reply.js";
import type { Switches } from "./switches.js";

export type SearchRefusal = { readonly status: 400; readonly code: string; readonly message: string };

type Predicate = (document: Record<string, unknown>) => boolean;
type Compiled = Predicate | SearchRefusal;

/** What one kind of object can be searched for. */
export type SearchableFields = {
  /** Every value that a document has under this field, or undefined where the field cannot be searched. */
  values(document: Record<string, unknown>, field: string): readonly unknown[] | undefined;
  readonly known: (field: string) => boolean;
};

const MAX_DEPTH = 2;
const MAX_FILTERS = 15;
const OPERATORS = new Set(["=", "!=", "IN", "NIN", "<", ">", "~", "!~", "^", "$"]);

/** Turns the `query` of a search body into a test for documents, or says why Intercom would refuse it. */
export function compileQuery(query: unknown, fields: SearchableFields, switches: Switches, depth = 0): Compiled {
  if (!isRecord(query)) return refuse("parameter_invalid", "query is missing");
  const { operator, value } = query;
  if (operator === "AND" || operator === "OR") return compileGroup(operator, value, fields, switches, depth);
  return compileFilter(query, fields, switches);
}

function compileGroup(operator: "AND" | "OR", value: unknown, fields: SearchableFields, switches: Switches, depth: number): Compiled {
  if (!Array.isArray(value) || value.length === 0) return refuse("parameter_invalid", "a group needs a list of filters");
  if (depth >= MAX_DEPTH) return refuse("parameter_invalid", "groups can be nested twice only");
  if (value.length > MAX_FILTERS) return refuse("parameter_invalid", "a group can hold 15 filters only");
  const predicates: Predicate[] = [];
  for (const part of value) {
    const compiled = compileQuery(part, fields, switches, depth + 1);
    if (typeof compiled !== "function") return compiled;
    predicates.push(compiled);
  }
  return operator === "AND"
    ? (document) => predicates.every((predicate) => predicate(document))
    : (document) => predicates.some((predicate) => predicate(document));
}

function compileFilter(query: Record<string, unknown>, fields: SearchableFields, switches: Switches): Compiled {
  const { field, operator, value } = query;
  if (typeof field !== "string" || !fields.known(field)) return refuse("invalid_field", "the field cannot be searched");
  if (typeof operator !== "string" || !OPERATORS.has(operator)) return refuse("parameter_invalid", "the operator is not supported");
  const list = operator === "IN" || operator === "NIN";
  if (list !== Array.isArray(value)) return refuse("parameter_invalid", "the value does not fit the operator");
  if (list && field.endsWith("email") && switches.inOperator === "rejected") return refuse("parameter_invalid", "the operator is not supported");
  const wanted: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (wanted.length > switches.inOperatorMaxValues) return refuse("parameter_invalid", "the list of values is too long");
  const fold = (text: unknown): string => folded(text, field, switches);
  const texts = wanted.map(fold);
  return (document) => {
    const held = (fields.values(document, field) ?? []).filter((entry) => entry !== null && entry !== undefined).map(fold);
    return compare(operator, held, texts);
  };
}

function compare(operator: string, held: readonly string[], wanted: readonly string[]): boolean {
  const first = wanted[0] ?? "";
  switch (operator) {
    case "=": case "IN": return held.some((text) => wanted.includes(text));
    case "!=": case "NIN": return !held.some((text) => wanted.includes(text));
    case "~": return held.some((text) => text.includes(first));
    case "!~": return !held.some((text) => text.includes(first));
    case "^": return held.some((text) => text.startsWith(first));
    case "$": return held.some((text) => text.endsWith(first));
    case "<": return held.some((text) => Number(text) < Number(first));
    case ">": return held.some((text) => Number(text) > Number(first));
    default: return false;
  }
}

function folded(value: unknown, field: string, switches: Switches): string {
  const text = String(value);
  const sensitive = field.endsWith("email") && switches.emailSearch === "case_sensitive";
  return sensitive ? text : text.toLowerCase();
}

function refuse(code: string, message: string): SearchRefusal {
  return { status: 400, code, message };
}
