import { WITHHELD_MARKS } from "../../core/withheld.js";
import { isObject, member, rebuilt, type JsonObject } from "./json-values.js";
import { isMessage, sideOf, type Person } from "./people-in-record.js";

/** Members that are no free text where Intercom names them. */
export const NO_TEXT = /(?:^|_)(?:type|id|ids|state|priority|role|delivered_as)$/;

/** Attributes in which Intercom sums up what all wrote, whoever began the thread. Source: system-defined attributes of version 2.16. */
const SUMS_UP = /\b(?:explanation|summary|AI title)\b/i;

/**
 * A thread that others take part in, without the texts that stand outside its messages and are not surely the person's, and how many these were.
 * Intercom does not tell who wrote them, so they go with the message that began the thread: a title stays with a message that stays; attributes, a
 * remark on the AI agent, one of a rating that names nobody, and what the sales agent was told stay where the person began it. Of a ticket nobody
 * is told to have begun it. A part of a shape that nobody knows is withheld as a whole. What is no thread is as it was.
 */
export function withoutTextsOfOthers(record: unknown, person: Person): { readonly record: unknown; readonly count: number } {
  if (!isObject(record) || !["conversation", "ticket"].includes(String(record["type"]))) return { record, count: 0 };
  const begun = sideOf(member(record["source"], "author"), "author", person) ?? "nobody";
  let count = 0;
  const withheld = (value: unknown, mark: string = WITHHELD_MARKS.doubtful): unknown => {
    if (!holdsText(isAttributeValue(value) ? [value["id"], value["label"]] : value)) return value;
    count += 1;
    return mark;
  };
  const attribute = (value: unknown, name: string): unknown => (begun !== "own" || SUMS_UP.test(name) ? withheld(value) : value);
  const only = (wanted: string, by: (value: unknown, name: string) => unknown) => (value: unknown, name: string) => (name === wanted ? by(value, name) : value);
  const settings = (value: unknown): unknown => (setByPerson(value, person) ? value : changed(value, (event, name) => (EVENTS.has(name) ? changed(event, only("value", (each) => attribute(each, attributeOf(event)))) : event)));
  const part = (value: unknown): unknown => (isMessage(value) ? settings(value) : withheld(value));

  const thread = changed(record, (value, name) => {
    switch (name) {
      case "title":
        return begun === "own" || begun === "team" ? value : withheld(value, begun === "contact" ? WITHHELD_MARKS.others : undefined);
      case "custom_attributes":
      case "ticket_attributes":
        return changed(value, attribute);
      case "ticket":
        return changed(value, only("custom_attributes", (each) => changed(each, attribute)));
      case "ai_agent":
        return changed(value, only("rating_remark", attribute));
      case "sales_agent":
        return changed(value, only("collected_data", (each) => changed(each, attribute)));
      case "conversation_rating":
        return member(value, "contact") == null ? changed(value, only("remark", attribute)) : value;
      case "conversation_parts":
      case "ticket_parts":
        return changed(value, only(name, (parts) => (Array.isArray(parts) ? parts.map(part) : parts)));
      default:
        return value;
    }
  });
  return { record: thread, count };
}

/** Where a part tells which attribute was set, and to what. */
export const EVENTS: ReadonlySet<string> = new Set(["event_details", "updated_attribute_data"]);

/** By anybody who is told: a workflow sets what was said to it. What another participant set is withheld with all of their part. */
function setByPerson(part: unknown, person: Person): boolean {
  const author = member(part, "author");
  return sideOf(author, "author", person) === "own" || sideOf(author, "author", person) === "contact" || ["admin", "teammate"].includes(String(member(author, "type")));
}

/** What an attribute of a ticket was set to: a text, under `id` as well. Source: ticket parts of version 2.16. */
function isAttributeValue(value: unknown): value is JsonObject {
  return isObject(value) && value["type"] === "value";
}

function attributeOf(event: unknown): string {
  const attribute = member(event, "attribute");
  return String(member(attribute, "name") ?? member(attribute, "label"));
}

function changed(value: unknown, by: (value: unknown, name: string) => unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, each]): [string, unknown] => [name, by(each, name)])) : value;
}

/** Whether words stand in a value: not in numbers, in a yes or no, or in the ids of what it refers to. */
function holdsText(value: unknown): boolean {
  let found = false;
  rebuilt(value, (each, name) => {
    found ||= typeof each === "string" && each.trim() !== "" && !NO_TEXT.test(name);
    return undefined;
  });
  return found;
}
