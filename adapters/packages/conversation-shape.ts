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
  const listName = PART_LISTS.find((name) => listIn(field(record, name)) !== undefined);
  return {
    subject: textField(record, "title") ?? textField(record, "subject") ?? textField(opening, "subject"),
    startedAtMs: momentOf("created_at", field(record, "created_at")),
    opening,
    parts: listName === undefined ? [] : (listIn(field(record, listName)) ?? []),
    facts: without(record, ...(opening === undefined ? [] : ["source"]), ...(listName === undefined ? [] : [listName])),
  };
}

/** A list, or the list inside what vendors wrap around one: `{"type": "x.list", "x": [], "total_count": 0}`. */
function listIn(value: unknown): readonly unknown[] | undefined {
  if (isList(value)) return value;
  return isObject(value) ? Object.values(value).find(isList) : undefined;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
