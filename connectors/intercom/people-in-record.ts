import { isObject, listOf, member, type JsonObject } from "./json-values.js";

/** Whose package it is. */
export interface Person {
  readonly contactIds: ReadonlySet<string>;
  readonly isOwnAddress: (address: string) => boolean;
  /** What the person's own contacts are called: most records name them by their ids alone. */
  readonly names?: Iterable<string>;
  /** The id of a teammate whose whole name, or address, this is; undefined for anybody else's. */
  readonly teammate?: ((named: string) => string | undefined) | undefined;
  /** Marks of the teammates that were met so far, whose place is the number of their label: the same in all records. Those that are met are added. */
  readonly staffMarks?: string[];
}

/** `team`: writes for the workspace, human or not. `contact`: another person whom the workspace serves. `nobody`: cannot be told any more. */
export type Side = "own" | "team" | "contact" | "nobody";

/** Kinds of authors and participants. Source: conversation parts and contacts of version 2.16. */
export const TEAM_TYPES: ReadonlySet<string> = new Set(["admin", "teammate", "bot", "operator"]);
const CONTACT_TYPES: ReadonlySet<string> = new Set(["user", "lead", "contact", "visitor"]);

/** Members that hold somebody of the workspace's, of whatever kind: kinds are added over time. Intercom assigns nothing to a contact. */
const HOLDS_STAFF: ReadonlySet<string> = new Set(["applied_by", "assigned_to", "teammate"]);

/** Members whose own members a workspace names as it likes: no name there says what a value is. */
export const NAMED_BY_WORKSPACE: ReadonlySet<string> = new Set(["custom_attributes", "ticket_attributes", "metadata", "collected_data"]);

/** Who an object stands for; undefined where it stands for nobody. */
export function sideOf(value: unknown, name: string, person: Person): Side | undefined {
  if (!isObject(value)) return undefined;
  const { type, id, email } = value;
  const kind = typeof type === "string" ? type : "";
  if (NAMED_BY_WORKSPACE.has(name) || (!CONTACT_TYPES.has(kind) && !TEAM_TYPES.has(kind) && name !== "author" && !HOLDS_STAFF.has(name))) return undefined;
  // A team is a part of the workspace, not a person.
  if (kind === "team") return undefined;
  // 0 stands for nobody.
  const known = [id, email, member(value, "name")].some((each) => each != null && each !== "" && each !== "0" && each !== 0);
  if (!known) return name === "author" ? "nobody" : undefined;
  if (TEAM_TYPES.has(kind)) return "team";
  const own = (typeof id === "string" && person.contactIds.has(id)) || (typeof email === "string" && email !== "" && person.isOwnAddress(email));
  if (own) return "own";
  return HOLDS_STAFF.has(name) && !CONTACT_TYPES.has(kind) ? "team" : "contact";
}

/** What a turn of a transcript may call the role, and the name, of whoever speaks; version 2.16 leaves its members open. */
const TURN_ROLES = ["speaker", "role", "participant", "type", "speaker_type", "speaker_role"] as const;
const TURN_NAMES = ["name", "speaker_name", "participant_name"] as const;

/** Words by which a transcript may call whoever speaks, without naming them. */
export const SPEAKER_ROLE = /^(?:user|lead|contact|customer|caller|admin|agent|bot|operator|system|(?:speaker|teammate) ?\d*)$/i;

/** The name that a turn of a transcript gives to whoever speaks; undefined where it gives none. `own` is the caller's, which only a role tells. */
export function speakerName(value: unknown, name: string): { readonly member: string; readonly name: string; readonly kind: "own" | "teammate" | "speaker" } | undefined {
  if (name !== "transcript" || !isObject(value)) return undefined;
  const roles = TURN_ROLES.flatMap((each) => (typeof value[each] === "string" ? [value[each].toLowerCase()] : []));
  const isOwn = roles.some((role) => CONTACT_TYPES.has(role) || role === "customer" || role === "caller");
  const named = [...TURN_NAMES, "speaker"].find((each) => typeof value[each] === "string" && value[each].trim() !== "" && (each !== "speaker" || !SPEAKER_ROLE.test(value[each])));
  if (named === undefined) return undefined;
  return { member: named, name: String(value[named]), kind: isOwn ? "own" : roles.some((role) => TEAM_TYPES.has(role) || role === "agent") ? "teammate" : "speaker" };
}

/** Members that hold addresses as they stand in the headers of an email, one or many. */
const HOLDS_ADDRESSES = /(?:^|_)(?:headers|recipients|reply_to|from|to|cc|bcc)$/;

/** Those of them under which a text is an address in a header, and no attribute of the person's (`migrated_from`). */
const TEXT_IS_ADDRESS = /(?:^|_)(?:headers|recipients|reply_to|cc|bcc)$/;

const HEADERS: ReadonlySet<unknown> = new Set(["from", "to", "cc", "bcc", "reply_to"]);

export interface HeaderAddress {
  readonly address: string;
  readonly name: string | undefined;
}

/** The addresses that a header's text lists, each as it stands there; of a text that is no plain list the addresses alone. */
export function headerTexts(value: string, name: string): readonly (HeaderAddress & { readonly text: string })[] {
  if (!TEXT_IS_ADDRESS.test(name)) return [];
  const texts: string[] = [];
  let begun = "";
  for (const piece of value.split(/[,;]/)) {
    begun = begun === "" ? piece.trim() : `${begun}, ${piece.trim()}`;
    // A name may hold a comma; what holds no address yet is the beginning of one.
    if (!piece.includes("@")) continue;
    texts.push(begun);
    begun = "";
  }
  if (begun !== "") texts.push(begun);
  const read = texts.flatMap((text) => {
    const [, before = "", address = ""] = /^(?:([^<]*)<)?([^<>\s]+@[^<>\s]+)>?$/.exec(text) ?? [];
    return address === "" ? [] : [{ text, address, name: before.trim() === "" ? undefined : before.trim() }];
  });
  return read.length === texts.length ? read : (value.match(/[^\s<>,;:()"]+@[^\s<>,;:()"]+/g) ?? []).map((address) => ({ text: address, address, name: undefined }));
}

/** An address, and the name beside it, as the headers of an email have them as objects; they come in several shapes. Undefined for what is none. */
export function headerAddress(value: unknown, name: string): HeaderAddress | undefined {
  if (!isObject(value)) return undefined;
  const listed = HOLDS_ADDRESSES.test(name);
  const { email_address: long, email: short, name: beside, type } = value;
  // A contact or a teammate stands for more than an address.
  const known = typeof type === "string" && (CONTACT_TYPES.has(type) || TEAM_TYPES.has(type));
  const address = long ?? (HEADERS.has(type) || (listed && !known) ? short : undefined);
  return typeof address !== "string" || address === "" ? undefined : { address, name: typeof beside === "string" && beside.trim() !== "" ? beside : undefined };
}

/** What staff wrote down among themselves: a note on a contact, or one in a conversation or a ticket. */
export function isNote(value: unknown): value is JsonObject {
  if (!isObject(value) || !(Object.hasOwn(value, "body") || isPart(value))) return false;
  const { type, part_type: partType } = value;
  return type === "note" || (typeof partType === "string" && /(?:^|_)note(?:_|$)/.test(partType));
}

/** Something that somebody wrote, attached, or did in a thread: what only tells of an attribute that was set comes without a body. Source: ticket parts of version 2.16. */
export function isMessage(value: unknown): value is JsonObject {
  return isObject(value) && (isPart(value) || (Object.hasOwn(value, "author") && ["body", "attachments", "part_type"].some((name) => Object.hasOwn(value, name))));
}

function isPart({ type }: JsonObject): boolean {
  return type === "conversation_part" || type === "ticket_part";
}

/** Whether a thread is the person's at all: among its participants, or its author. Where it names no participants, the search's word counts. */
export function concerns(thread: unknown, person: Person): boolean {
  const participants = listOf(member(member(thread, "contacts"), "contacts"));
  if (participants.length === 0) return true;
  if (participants.some((each) => sideOf(each, "contact", person) === "own")) return true;
  const parts = [member(thread, "conversation_parts"), member(thread, "ticket_parts")].flatMap((list) => [...listOf(member(list, "conversation_parts")), ...listOf(member(list, "ticket_parts"))]);
  return [member(thread, "source"), ...parts].some((message) => sideOf(member(message, "author"), "author", person) === "own");
}
