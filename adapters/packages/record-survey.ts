import type { CollectedRecord, Redaction } from "../../core/ports.js";
import { CONVERSATIONS, conversationOf } from "./conversation-shape.js";
import { bodyText, subjectText } from "./field-text.js";
import { isObject, textField } from "./json-fields.js";
import type { PackageTexts } from "./texts/package-texts.js";

/** What has to be known of all records before the first line about them is written; of each record only a little is kept. */
export interface RecordSurvey {
  add(record: CollectedRecord): void;
  table(category: string): TableShape;
  /** How many places were blanked at the vendor before, by category. */
  redactions(): ReadonlyMap<string, number>;
  /** What was taken out because it concerns others, by rule. */
  withheld(): readonly Redaction[];
  /** In the order of their file. */
  conversations(): readonly ConversationEntry[];
}

export interface TableShape {
  /** The names of the fields, in the order in which they first came. */
  readonly columns: readonly string[];
  /** Whether there are more fields than columns. */
  readonly further: boolean;
  /** Whether there are records that have no fields, but are a text or a list. */
  readonly values: boolean;
}

export interface ConversationEntry {
  readonly id: string;
  /** Undefined where the vendor does not tell. */
  readonly startedAtMs: number | undefined;
  /** Its subject or else how it begins, on one line, cut to what a list can show. Undefined where neither says anything. */
  readonly subject: string | undefined;
  readonly parts: number;
}

/** A spreadsheet with more columns serves nobody. */
const MOST_COLUMNS = 200;
const MOST_SUBJECT_CHARACTERS = 120;

export function createRecordSurvey(texts: PackageTexts): RecordSurvey {
  const tables = new Map<string, { readonly names: Set<string>; further: boolean; values: boolean }>();
  const redactions = new Map<string, number>();
  const withheld = new Map<string, number>();
  const conversations: ConversationEntry[] = [];

  const addToTable = (category: string, record: unknown): void => {
    const table = tables.get(category) ?? { names: new Set(), further: false, values: false };
    tables.set(category, table);
    if (!isObject(record)) table.values = true;
    else {
      for (const name of Object.keys(record)) {
        if (table.names.size < MOST_COLUMNS) table.names.add(name);
        else if (!table.names.has(name)) table.further = true;
      }
    }
  };

  return {
    add: ({ category, id, data, redactions: taken = [] }) => {
      for (const { rule, count } of taken) withheld.set(rule, (withheld.get(rule) ?? 0) + count);
      addToTable(category, data);
      const blanked = countRedacted(data);
      if (blanked > 0) redactions.set(category, (redactions.get(category) ?? 0) + blanked);
      if (category === CONVERSATIONS) conversations.push(entryOf(id, data, texts));
    },
    table: (category) => {
      const { names, further, values } = tables.get(category) ?? { names: new Set(), further: false, values: false };
      return { columns: [...names], further, values };
    },
    redactions: () => redactions,
    withheld: () => [...withheld].map(([rule, count]) => ({ rule, count })).sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    conversations: () => conversations,
  };
}

function entryOf(id: string, record: unknown, texts: PackageTexts): ConversationEntry {
  const { subject, opening, startedAtMs, parts } = conversationOf(record);
  const line = lineOf(subjectText(subject ?? "", texts)) ?? lineOf(bodyText(textField(opening, "body") ?? "", texts));
  return { id, startedAtMs, subject: line, parts: parts.length };
}

function lineOf(text: string): string | undefined {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return undefined;
  const characters = [...line.slice(0, 2 * MOST_SUBJECT_CHARACTERS + 2)];
  return copyOf(characters.length > MOST_SUBJECT_CHARACTERS ? `${characters.slice(0, MOST_SUBJECT_CHARACTERS).join("")}…` : line);
}

/** Because a mere piece of a string keeps the whole of it in memory. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** Without recursion: a vendor's answer may be nested deeply. */
function countRedacted(record: unknown): number {
  let count = 0;
  const waiting: unknown[] = [record];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    if (isObject(value) && Object.hasOwn(value, "redacted") && value["redacted"] === true) count += 1;
    for (const member of Object.values(value)) if (typeof member === "object" && member !== null) waiting.push(member);
  }
  return count;
}
