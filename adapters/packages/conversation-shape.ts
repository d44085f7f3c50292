import { field, isObject, textField, without } from "./json-fields.js";
import { momentOf } from "./times.js";

/** A conversation as vendors commonly tell it: what began it, then its parts, and facts about the whole. */
export interface Conversation {
  /** As received. Undefined where it has none. */
  readonly subject: string | undefined;
  readonly startedAtMs: number | undefined;
  /** The opening message, where it stands apart. */
  readonly opening: Readonly<Record<string, unknown>> | undefined;
  /** As received: messages, and events such as an assignment. */
  readonly parts: readonly unknown[];
  /** Everything else. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The name of the category whose records are shown as conversations. */
export const CONVERSATIONS = "conversations";

const PART_LISTS = ["conversation_parts", "parts", "messages"] as const;

export function conversationOf(record: unknown): Conversation {
  if (!isObject(record)) return { subject: undefined, startedAtMs: undefined, opening: undefined, parts: [], facts: { value: record } };
  const source = field(record, "source");
  const opening = isObject(source) ? source : undefined;
  const list = PART_LISTS.map((name) => partsIn(record, name)).find((each) => each !== undefined);
  return {
    subject: textField(record, "title") ?? textField(record, "subject") ?? textField(opening, "subject"),
    startedAtMs: momentOf("created_at", field(record, "created_at")),
    opening,
    parts: list?.parts ?? [],
    facts: { ...without(record, ...(opening === undefined ? [] : ["source"]), ...(list === undefined ? [] : [list.name])), ...list?.beside },
  };
}

interface PartList {
  readonly name: string;
  readonly parts: readonly unknown[];
  /** What is wrapped together with the parts, where that says more than their number. */
  readonly beside: Readonly<Record<string, unknown>>;
}

/** A list, or the list inside what vendors wrap around one: `{"type": "x.list", "x": [], "total_count": 0}`. */
function partsIn(record: unknown, name: string): PartList | undefined {
  const value = field(record, name);
  if (isList(value)) return { name, parts: value, beside: {} };
  if (!isObject(value)) return undefined;
  const inner = [name, ...Object.keys(value)].find((key) => isList(field(value, key)));
  if (inner === undefined) return undefined;
  const rest = without(value, inner);
  return { name, parts: value[inner] as readonly unknown[], beside: Object.values(rest).some(isList) ? { [name]: rest } : {} };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
