import type { ContactRecord } from "../../connectors/intercom/sandbox/records.js";
import type { IntercomSandbox } from "../../connectors/intercom/sandbox/sandbox.js";
import type { Draw } from "./draw.js";

/** Stands in every address, name and text of a person, and in nothing else. */
export const CANARY = "canary";

/** Somebody at a vendor, with all of the contacts that are theirs. */
export interface Person {
  readonly key: string;
  /** As it is asked for. */
  readonly address: string;
  /** `near`: a stranger whose address looks like a subject's. */
  readonly relation: "subject" | "near" | "stranger";
  readonly contacts: ContactRecord[];
}

/** A text of somebody's: nobody else's package may hold one of the same key. */
export function textOf(key: string, what: string): string {
  return `${CANARY} ${what} of ${key}.`;
}

/** Puts people into a sandbox: one to three who will be asked for, and others beside them. */
export function populate(sandbox: IntercomSandbox, draw: Draw, prefix: string): readonly Person[] {
  const people: Person[] = [];
  for (let number = 1, many = draw.one([1, 1, 2, 3]); number <= many; number++) people.push(...addSubject(sandbox, draw, `${prefix}${number}`));
  if (draw.chance(0.5)) people.push(addPerson(sandbox, draw, { key: `${prefix}s`, address: `${CANARY}-${prefix}s@example.test`, relation: "stranger", contacts: [] }, ["user"]));
  for (const person of people) for (const contact of person.contacts) furnish(sandbox, draw, person, contact, people);
  return people;
}

function addSubject(sandbox: IntercomSandbox, draw: Draw, key: string): readonly Person[] {
  const plain = `${CANARY}-${key}@example.test`;
  const tagged = draw.chance(0.25);
  const address = tagged ? plain.replace("@", "+news@") : draw.chance(0.15) ? plain.replace(CANARY, "Canary") : plain;
  const kinds = draw.weighted({ user: 40, user_lead: 22, lead: 7, leads: 6, users: 10, nobody: 6, three: 9 });
  const roles = { user: ["user"], user_lead: ["user", "lead"], lead: ["lead"], leads: ["lead", "lead"], users: ["user", "user"], nobody: [], three: ["user", "lead", "lead"] } as const;
  const subject = addPerson(sandbox, draw, { key, address, relation: "subject", contacts: [] }, roles[kinds]);
  const near = tagged && draw.chance(0.7) ? [addPerson(sandbox, draw, { key: `${key}n`, address: plain, relation: "near", contacts: [] }, ["user"])] : [];
  const [first, second] = subject.contacts;
  if (first !== undefined && second !== undefined && second.role === "lead" && draw.chance(0.25)) sandbox.build.mergeContact(second, first);
  return [subject, ...near];
}

/** Addresses of one person differ in letter case at most. */
function addPerson(sandbox: IntercomSandbox, draw: Draw, person: Person, roles: readonly ("user" | "lead")[]): Person {
  for (const role of roles) {
    const email = draw.chance(0.12) ? person.address.toUpperCase() : person.address;
    person.contacts.push(sandbox.build.addContact({ role, email, name: `X${CANARY}-${person.key} Familyname`, fresh: draw.chance(0.08), blocked: draw.chance(0.03) }));
  }
  return person;
}

function furnish(sandbox: IntercomSandbox, draw: Draw, { key }: Person, contact: ContactRecord, people: readonly Person[]): void {
  const { build } = sandbox;
  const few = (most: number): readonly string[] => Array.from({ length: draw.below(most + 1) }, (_, number) => `${number} of ${contact.id}`);
  const say = (what: string): string => textOf(key, what);
  for (const each of few(1)) build.addCompany(`Company ${each}`, [contact]);
  if (draw.chance(0.02)) for (let number = 0; number < 51; number++) build.addNote(contact, say(`note ${number} ${contact.id}`));
  else for (const each of few(2)) build.addNote(contact, say(`note ${each}`));
  for (const each of few(2)) build.addTag(contact, `Tag ${each}`);
  for (const each of few(1)) build.addSegment(contact, `Segment ${each}`);
  for (const each of few(1)) build.addSubscription(contact, `Subscription ${each}`);
  for (const each of few(2)) build.addEvent(contact, `Event ${each}`, build.daysAgo(draw.one([1, 30, 200])));
  if (draw.chance(0.4)) {
    const others = people.filter((other) => other.key !== key && draw.chance(0.3)).flatMap(({ contacts }) => contacts.slice(0, 1));
    const parts = others.map((other) => ({ from: other, body: textOf(ownerOf(people, other).key, "reply") }));
    const onPhone = draw.chance(0.3);
    const conversation = build.addConversation({ contacts: [contact, ...others], channel: onPhone ? "phone_call" : "conversation", source: { body: say(`message ${contact.id}`) }, parts: [...parts, { from: "teammate", body: "An answer." }] });
    if (onPhone) build.addPhoneCall(conversation, contact, [{ speaker: "user", text: say("words") }]);
  }
  if (draw.chance(0.2)) build.addTicket({ contacts: [contact], description: say("ticket") });
  if (draw.chance(0.15)) build.addCustomObject("Order", [contact], { text: say("order") });
}

function ownerOf(people: readonly Person[], contact: ContactRecord): Person {
  return people.find(({ contacts }) => contacts.includes(contact))!;
}
