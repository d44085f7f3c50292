import { intercom } from "../../connectors/intercom/connector.js";
import type { ContactRecord } from "../../connectors/intercom/sandbox/records.js";
import { createIntercomSandbox, type IntercomSandbox } from "../../connectors/intercom/sandbox/sandbox.js";
import type { Target } from "../../core/ports.js";
import type { Draw } from "./draw.js";
import type { VendorMakeup } from "./makeup.js";
import { populate, type Person } from "./people.js";
import { heldBy, type HeldItem } from "./truth.js";

/** The vendor of one connection: an Intercom of its own, with people of its own. */
export interface Vendor {
  readonly makeup: VendorMakeup;
  readonly sandbox: IntercomSandbox;
  readonly origin: string;
  readonly people: readonly Person[];
  /** Every token that this vendor issued; the last one is what people use. */
  readonly tokens: string[];
  /** Which contacts a search showed at each arrival of one, by the person's key. */
  readonly shown: { readonly atMs: number; readonly ids: ReadonlyMap<string, ReadonlySet<string>> }[];
  now(): number;
  subjects(): readonly Person[];
  ownerOf(contactId: string): Person | undefined;
  /** Whether the vendor's store holds the contact no more. What was merged lives on in another one. */
  isGone(contactId: string): boolean;
  /** Whether the vendor's store holds a target of a plan. */
  holds(target: Target): boolean;
  /** Contacts that a conversation or a ticket hangs on, as long as it is there. */
  participantsOf(target: Target): readonly string[];
  /** Whether the contact was merged into one of that person's. */
  isPartOf(contactId: string, person: Person): boolean;
  /** Whether the contact was deleted and is shown for a while yet. */
  isGoing(contactId: string): boolean;
  /** Contacts that somebody else deleted. */
  readonly goneElsewhere: Set<string>;
  /** Contacts that became part of somebody else's. */
  readonly mergedAway: Set<string>;
  /** When somebody changed a contact's address, in elapsed time. */
  readonly movedAtMs: Map<string, number>;
  /** When a contact was archived, in elapsed time. */
  readonly archivedAtMs: Map<string, number>;
  /** All that the vendor has ever held about a contact. */
  everHeld(contact: ContactRecord): ReadonlyMap<string, readonly HeldItem[]>;
  /** Who began a conversation, also when it is gone. */
  beganBy(conversationId: string): Person | undefined;
  /** To be called when a contact is made, and before it changes. */
  remember(contact: ContactRecord): void;
  /** To be called when a search arrives. True where the index does not show what is true. */
  noteShown(elapsedMs: number): boolean;
}

const WORKSPACES = { us: { id: "ws-us", name: "Workspace US", region: "US" }, eu: { id: "ws-eu", name: "Workspace EU", region: "EU" } } as const;

export function openVendor(makeup: VendorMakeup, draw: Draw, clock: { now(): number }): Vendor {
  const { switches, rateLimit, indexLagMs, readLagMs, cascadeDelayMs, region } = makeup;
  const sandbox = createIntercomSandbox({ clock, seed: draw.below(2 ** 30), fixture: "empty", switches, rateLimit, indexLagMs, readLagMs, cascadeDelayMs, workspace: WORKSPACES[region] });
  const people = populate(sandbox, draw, region === "us" ? "u" : "e");
  const isGone = (id: string, hops = 5): boolean => {
    const contact = sandbox.state.contact(id, sandbox.workspace.id, clock.now());
    if (contact === undefined || hops === 0) return true;
    return contact.status === "merged" && contact.mergedInto !== null ? isGone(contact.mergedInto, hops - 1) : false;
  };
  const ownerOf = (id: string): Person | undefined => people.find(({ contacts }) => contacts.some((contact) => contact.id === id));
  const authors = new Map([...sandbox.state.conversations.values()].map(({ id, source }) => [id, source.author?.id ?? ""]));
  const recordOf = ({ category, id }: Target): { readonly contactIds: readonly string[] } | undefined => {
    const { conversations, tickets, customObjects } = sandbox.state;
    if (category === "custom_object") return customObjects.get(id.slice(id.indexOf(":") + 1));
    return category === "ticket" ? tickets.get(id) : category === "conversation" ? conversations.get(id) : undefined;
  };
  const held = new Map<string, ReadonlyMap<string, readonly HeldItem[]>>();
  const vendor: Vendor = {
    makeup,
    sandbox,
    origin: intercom.manifest.regions.find(({ id }) => id === region)?.apiOrigin ?? "",
    people,
    tokens: [],
    shown: [],
    now: () => clock.now(),
    subjects: () => people.filter(({ relation }) => relation === "subject"),
    ownerOf,
    goneElsewhere: new Set(),
    mergedAway: new Set(),
    movedAtMs: new Map(),
    archivedAtMs: new Map(),
    isGone: (id) => isGone(id),
    holds: (target) => (target.category === "contact" ? !isGone(target.id) : recordOf(target) !== undefined),
    participantsOf: (target) => recordOf(target)?.contactIds ?? [],
    isPartOf: (id, person) => {
      const into = sandbox.state.contacts.get(id)?.mergedInto ?? undefined;
      return into !== undefined && (person.contacts.some((contact) => contact.id === into) || vendor.isPartOf(into, person));
    },
    isGoing: (id) => Number.isFinite(sandbox.state.contacts.get(id)?.goneAt ?? Infinity) && !isGone(id),
    everHeld: (contact) => held.get(contact.id) ?? new Map(),
    beganBy: (conversationId) => ownerOf(authors.get(conversationId) ?? ""),
    remember: (contact) => void held.set(contact.id, heldBy(vendor, contact)),
    noteShown: (elapsedMs) => {
      sandbox.state.schedule.settle(clock.now());
      const ids = new Map<string, Set<string>>();
      for (const document of sandbox.state.contactIndex.all()) {
        const id = String(document["id"]);
        const person = ownerOf(id);
        if (person === undefined || !isFindable(vendor, person, document["email"])) continue;
        ids.set(person.key, (ids.get(person.key) ?? new Set()).add(id));
      }
      vendor.shown.push({ atMs: elapsedMs, ids });
      return isBehind(sandbox);
    },
  };
  for (const { contacts } of people) for (const contact of contacts) vendor.remember(contact);
  return vendor;
}

/** Whether the index shows a contact that has gone or has another address, or does not show one that is there. */
function isBehind({ state }: IntercomSandbox): boolean {
  const shown = new Map(state.contactIndex.all().map((document) => [String(document["id"]), document["email"]]));
  return [...state.contacts.values()].some((contact) => (contact.status === "live" && contact.goneAt === null ? !contact.blocked && shown.get(contact.id) !== contact.email : shown.has(contact.id)));
}

/** Where the search tells upper from lower case, only the address as given and in lower case can be found. */
function isFindable({ makeup }: Vendor, { address }: Person, email: unknown): boolean {
  if (typeof email !== "string" || email.toLowerCase() !== address.toLowerCase()) return false;
  return makeup.switches.emailSearch !== "case_sensitive" || email === address || email === address.toLowerCase();
}
