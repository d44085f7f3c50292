import type { Redaction } from "../../core/ports.js";
import { DEFAULT_SETTINGS, type Disclosure } from "../../core/request-settings.js";
import { WITHHELD_MARKS } from "../../core/withheld.js";
import { isObject, listOf, rebuilt, rebuiltMembers, type JsonObject } from "./json-values.js";
import { NamesInText, type Instead } from "./names-in-text.js";
import { headerAddress, headerTexts, isMessage, isNote, NAMED_BY_WORKSPACE, sideOf, SPEAKER_ROLE, speakerName, type HeaderAddress, type Person } from "./people-in-record.js";
import { textMark } from "./text-mark.js";
import { EVENTS, NO_TEXT, withoutTextsOfOthers } from "./texts-of-thread.js";

export const { others: WITHHELD, doubtful: DOUBTFUL, notes: NOTE_WITHHELD } = WITHHELD_MARKS;

const MARKS: ReadonlySet<string> = new Set(Object.values(WITHHELD_MARKS));

type Replacement = { readonly by: unknown } | undefined;

/** Of what is withheld, only that it was written, by which side and when. */
const KEPT_OF_A_MESSAGE: ReadonlySet<string> = new Set(["type", "id", "part_type", "author", "contact", "created_at", "updated_at", "notified_at", "delivered_as", "state", "redacted"]);

/** Members that hold a teammate's bare id, where Intercom names them; 0 stands for nobody. */
const TEAMMATE_ID = /^(?:(?:admin|teammate|owner)(?:_assignee)?_ids?|.*_by_id|applied_by|assigned_to)$/;

/**
 * What of a record the person is given: what concerns others is taken out, and notes where the host withholds them. Whatever a host includes
 * stands as it was received. Each rule counts what it took out. `staff` are teammates of whom the record tells no name, and somebody else does.
 */
export function disclosed(record: unknown, person: Person, { otherPeople, notes }: Disclosure = DEFAULT_SETTINGS, staff: readonly JsonObject[] = []): { readonly data: unknown; readonly redactions: readonly Redaction[] } {
  const first = notes === "include" ? { data: record, redactions: [] } : withoutNotes(record);
  const second = otherPeople === "include" ? { data: first.data, redactions: [] } : withoutOthers(first.data, person, staff);
  return { data: second.data, redactions: [...first.redactions, ...second.redactions] };
}

/** A record without what its staff noted down among themselves; that and when they did stays. */
function withoutNotes(record: unknown): { readonly data: unknown; readonly redactions: readonly Redaction[] } {
  let count = 0;
  const data = rebuilt(record, (value) => {
    if (!isNote(value)) return undefined;
    if (says(value) && value["body"] !== "") count += 1;
    return { by: remainsOf(value, NOTE_WITHHELD) };
  });
  return { data, redactions: count === 0 ? [] : [{ rule: "note", count }] };
}

/**
 * A record in which only the person stands: teammates carry labels that are the same in all records, other participants labels of this record; what
 * other participants wrote, or may have written, is withheld, their names and addresses are taken out of texts where the record itself tells them, and email
 * headers keep the person's own address alone. Free text may still speak of people whom nothing names.
 */
export function withoutOthers(record: unknown, person: Person, staff: readonly JsonObject[] = []): { readonly data: unknown; readonly redactions: readonly Redaction[] } {
  const labels = new Map<string, string>();
  const numbers = new Map<string, number>();
  const counts = new Map<string, number>();
  const count = (rule: string, by = 1): void => void counts.set(rule, (counts.get(rule) ?? 0) + by);
  const labelOf = (kind: string, key: unknown): string => {
    const known = labels.get(`${kind} ${String(key)}`);
    if (known !== undefined) return known;
    const number = kind === "teammate" && person.staffMarks !== undefined ? placeOf(person.staffMarks, textMark(String(key))) : (numbers.get(kind) ?? 0) + 1;
    numbers.set(kind, number);
    labels.set(`${kind} ${String(key)}`, `${kind} ${number}`);
    return `${kind} ${number}`;
  };
  const { names, shared } = survey(record, person, staff, labelOf);
  /** How many addresses of others stand there, and what is left of a text without them. */
  const othersIn = (value: unknown, name: string): { readonly others: number; readonly left: string } => {
    const listed = addressesIn(value, name);
    const own = listed.filter(({ address }) => person.isOwnAddress(address));
    return { others: listed.length - own.length, left: own.map(({ text }) => text).join(", ") };
  };

  const replace = (value: unknown, name: string): Replacement => replaced(value, name, replace, false);
  /** For what stands under names of the workspace's own. */
  const inAttributes = (value: unknown, name: string): Replacement => replaced(value, name, inAttributes, true);

  const replaced = (value: unknown, name: string, replace: (value: unknown, name: string) => Replacement, isAttribute: boolean): Replacement => {
    if (!isAttribute && TEAMMATE_ID.test(name) && (typeof value === "number" || typeof value === "string") && !["", "0", ...person.contactIds].includes(String(value))) {
      count("teammate");
      return { by: labelOf("teammate", value) };
    }
    if (Array.isArray(value)) {
      const own = value.filter((each: unknown) => {
        const { others, left } = othersIn(each, name);
        if (others > 0 && left === "") count("address", others);
        return others === 0 || left !== "";
      });
      return own.length === value.length ? undefined : { by: own.map((each) => rebuilt(each, replace, name)) };
    }
    const { others, left } = othersIn(value, name);
    if (others > 0) {
      count("address", others);
      return { by: left === "" ? null : left };
    }
    if (typeof value === "string") return text(value, name, isAttribute);
    if (!isObject(value)) return undefined;
    if (NAMED_BY_WORKSPACE.has(name)) return { by: rebuiltMembers(value, inAttributes) };
    // What an attribute of a ticket was set to stands under `id`. Source: ticket parts of version 2.16.
    if (name === "updated_attribute_data") return { by: rebuiltMembers(value, (each, key) => (key === "value" ? { by: rebuilt(each, inAttributes, key) } : replace(each, key))) };
    const side = sideOf(value, name, person);
    if (side === "team" || side === "contact") {
      const label = labelOf(kindOf(value, side), keyOf(value));
      count(side === "team" ? "teammate" : "participant");
      return { by: { ...("type" in value ? { type: value["type"] } : {}), id: label, name: label } };
    }
    const speaker = speakerName(value, name);
    if (speaker?.kind === "own") return { by: { ...rebuiltMembers({ ...value, [speaker.member]: null }, replace), [speaker.member]: speaker.name } };
    if (speaker !== undefined) {
      count(speaker.kind);
      return { by: rebuiltMembers({ ...value, [speaker.member]: labelOf(speaker.kind, speaker.name) }, replace) };
    }
    return isMessage(value) || name === "conversation_rating" ? anothers(value, name) : undefined;
  };

  /** What another participant wrote, or in a shared thread nobody knows who, is not the person's. */
  const anothers = (value: JsonObject, name: string): Replacement => {
    const side = name === "conversation_rating" ? sideOf(value["contact"], "contact", person) : authorSide(value, person);
    if (side !== "contact" && !(side === "nobody" && shared && says(value))) return undefined;
    count("participant_text");
    const mark = side === "contact" ? WITHHELD : DOUBTFUL;
    if (name === "conversation_rating") return { by: { contact: rebuilt(value["contact"], replace, "contact"), remark: mark } };
    return { by: rebuiltMembers(remainsOf(value, mark), replace) };
  };

  const text = (value: string, name: string, isAttribute: boolean): Replacement => {
    if (name === "speaker" && !SPEAKER_ROLE.test(value)) {
      count("speaker");
      return { by: labelOf("speaker", value) };
    }
    if ((!isAttribute && NO_TEXT.test(name) && !/[\s@]/.test(value)) || MARKS.has(value)) return undefined;
    const taken = names.takenOutOf(value);
    count("name_in_text", taken.count);
    return taken.count === 0 ? undefined : { by: taken.text };
  };

  const thread = shared ? withoutTextsOfOthers(record, person) : { record, count: 0 };
  if (thread.count > 0) count("participant_text", thread.count);
  const data = rebuilt(thread.record, replace);
  return { data, redactions: [...counts].filter(([, each]) => each > 0).map(([rule, each]) => ({ rule, count: each })) };
}

/** Everybody whom the record names, before anything is taken out: a signature may stand above its author. */
function survey(record: unknown, person: Person, staff: readonly JsonObject[], labelOf: (kind: string, key: unknown) => string): { readonly names: NamesInText; readonly shared: boolean } {
  const others: { readonly value: JsonObject; readonly side: "team" | "contact" }[] = staff.map((value) => ({ value, side: "team" }));
  const addresses: HeaderAddress[] = [];
  const ownNames = [...(person.names ?? [])];
  const speakers: { readonly name: string; readonly kind: string }[] = [];
  rebuilt(record, (value, name) => {
    const side = sideOf(value, name, person);
    if (isObject(value) && (side === "team" || side === "contact")) others.push({ value, side });
    if (isObject(value) && side === "own" && typeof value["name"] === "string") ownNames.push(value["name"]);
    const speaker = speakerName(value, name);
    if (speaker?.kind === "own") ownNames.push(speaker.name);
    else if (speaker !== undefined) speakers.push(speaker);
    addresses.push(...addressesIn(value, name).filter(({ address }) => !person.isOwnAddress(address)));
    return undefined;
  });
  const names = new NamesInText(ownNames, { isOwnAddress: person.isOwnAddress, instead: person.teammate && mentioned(person.teammate, person, labelOf) });
  for (const { address, name } of addresses) {
    names.address(address, "[address]");
    // It may be a company's, so that no single word of it is somebody's name.
    if (name !== undefined) names.name(name, labelOf("participant", address), false);
  }
  for (const { value, side } of others) {
    const label = labelOf(kindOf(value, side), keyOf(value));
    // A person who works there, too, keeps their own address.
    if (typeof value["email"] === "string" && value["email"] !== "" && !person.isOwnAddress(value["email"])) names.address(value["email"], label);
    if (typeof value["name"] === "string" && value["name"].trim() !== "") names.name(value["name"], label, value["type"] !== "bot");
  }
  for (const { name, kind } of speakers) names.name(name, labelOf(kind, name), true);
  return { names, shared: others.some(({ side }) => side === "contact") };
}

/** Every checkpoint holds them. */
const MOST_MARKS = 50;

/** Their place; of those that come after the list is full a number of their mark's, which is the same in all records as well. */
function placeOf(marks: string[], mark: string): number {
  const place = marks.indexOf(mark);
  if (place >= 0) return place + 1;
  return marks.length < MOST_MARKS ? marks.push(mark) : MOST_MARKS + 1 + parseInt(mark.slice(0, 8), 16);
}

/** More are in no thread but one that somebody filled up; to ask about each of them would hold up everything else. */
const MOST_ASKED = 50_000;

/** Threads repeat what they say: each name is asked about once. */
function mentioned(teammate: NonNullable<Person["teammate"]>, { isOwnAddress }: Person, labelOf: (kind: string, key: unknown) => string): Instead {
  const known = new Map<string, string | undefined>();
  return ({ named, of }) => {
    if (of !== undefined && (isOwnAddress(of) || isOwnAddress(named))) return undefined;
    if (!known.has(named) && known.size < MOST_ASKED) known.set(named, teammate(named));
    const id = known.get(named);
    return id === undefined ? undefined : labelOf("teammate", id);
  };
}

function addressesIn(value: unknown, name: string): readonly (HeaderAddress & { readonly text: string })[] {
  if (typeof value === "string") return headerTexts(value, name);
  const header = headerAddress(value, name);
  return header === undefined ? [] : [{ ...header, text: "" }];
}

/** What stays of a message whose words are withheld. */
function remainsOf(message: JsonObject, instead: string): JsonObject {
  const told = says(message) || [...EVENTS].some((name) => message[name] != null);
  const body = told ? { body: instead } : Object.hasOwn(message, "body") ? { body: null } : {};
  return { ...Object.fromEntries(Object.entries(message).filter(([key]) => KEPT_OF_A_MESSAGE.has(key))), ...body };
}

function says(message: JsonObject): boolean {
  return message["body"] != null || listOf(message["attachments"]).length > 0;
}

function authorSide(message: JsonObject, person: Person): ReturnType<typeof sideOf> {
  return message["author"] == null ? "nobody" : sideOf(message["author"], "author", person);
}

function kindOf(value: JsonObject, side: "team" | "contact"): string {
  if (side === "contact") return "participant";
  return value["type"] === "bot" ? "bot" : "teammate";
}

function keyOf(value: JsonObject): unknown {
  return value["id"] ?? value["email"] ?? value["name"];
}
