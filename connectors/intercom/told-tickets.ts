import type { CollectedRecord } from "../../core/ports.js";
import { isObject, listOf, member } from "./json-values.js";
import { countOf } from "./search.js";
import { ShownText } from "./shown-text.js";
import { textMark } from "./text-mark.js";

/** Of one ticket: how many parts, the mark of the message that these begin with, and the marks of that and of its attributes' texts. */
interface Told {
  readonly parts: number;
  readonly first: string | undefined;
  readonly texts: ReadonlySet<string>;
}

/** Members of a conversation that say what a ticket says as well, or how it is being worked on. */
const SAID_BY_TICKETS: ReadonlySet<string> = new Set(
  "type id created_at updated_at waiting_since snoozed_until open state read priority admin_assignee_id team_assignee_id contacts teammates channel statistics linked_objects ticket".split(" "),
);

/** The same of the message that began it. */
const SAID_OF_SOURCE: ReadonlySet<string> = new Set(["type", "id", "delivered_as", "author", "redacted"]);

/** Members that are a text, which the ticket may hold under another name. */
const TEXTS: ReadonlySet<string> = new Set(["title", "subject", "body"]);

/**
 * The tickets that were read. Conversation endpoints show them, too; one that was a conversation before may hold there what it does not hold as a
 * ticket. Known from what is kept of them, so that a later process decides alike.
 */
export class ToldTickets {
  readonly #told = new Map<string, Told>();

  get size(): number {
    return this.#told.size;
  }

  note({ id, data, contains = {} }: Pick<CollectedRecord, "id" | "data" | "contains">): void {
    const attributes = member(data, "ticket_attributes");
    const first = listOf(member(member(data, "ticket_parts"), "ticket_parts")).find((part) => typeof member(part, "body") === "string");
    const [begins, ...others] = [member(first, "body"), ...(isObject(attributes) ? Object.values(attributes) : [])].map((text) => (typeof text === "string" ? markOf(text) : undefined));
    const texts = [begins, ...others].filter((mark) => mark !== undefined);
    this.#told.set(id, { parts: contains["ticket_parts"] ?? 0, first: begins, texts: new Set(texts) });
  }

  has(id: string): boolean {
    return this.#told.has(id);
  }

  /**
   * Whether a ticket that was read holds all that a search shows of the conversation of its id. A member that nobody knows yet, and parts that are counted nowhere, are
   * something besides. The message that began the conversation is counted among its parts, and may or may not be the ticket's first part. Source: the example of
   * `POST /conversations/{conversation_id}/convert`, where it is.
   */
  holdsAllOf(conversation: unknown): boolean {
    const told = this.#told.get(String(member(conversation, "id")));
    const counted = countOf(member(member(conversation, "statistics"), "count_conversation_parts"));
    if (told === undefined || counted === undefined || !isObject(conversation)) return false;
    const isSaid = (known: ReadonlySet<string>) => ([name, value]: [string, unknown]): boolean => known.has(name) || !holds(value) || (TEXTS.has(name) && typeof value === "string" && told.texts.has(markOf(value)));
    const { source, ...members } = conversation;
    const opening = member(source, "body");
    const besides = typeof opening === "string" && opening !== "" && markOf(opening) === told.first ? 0 : 1;
    if (counted > told.parts + besides) return false;
    return Object.entries(members).every(isSaid(SAID_BY_TICKETS)) && (isObject(source) ? Object.entries(source).every(isSaid(SAID_OF_SOURCE)) : !holds(source));
  }
}

/** Whether there is anything in a value: not in an empty text, a 0, a no, or the type of an empty list. */
function holds(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.entries(value).some(([name, each]) => name !== "type" && holds(each)) : Boolean(value);
}

/** As it is read, be it with tags or without. */
function markOf(text: string): string {
  return textMark(new ShownText(text, true).text.trim());
}
