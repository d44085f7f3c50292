import type { ContactRecord } from "../../connectors/intercom/sandbox/records.js";
import type { ScopeId } from "../../connectors/intercom/sandbox/scopes.js";
import type { Draw } from "./draw.js";
import { CANARY, type Person } from "./people.js";
import type { Vendor } from "./vendor.js";
import type { World } from "./world.js";

const NAMES = { arrive: 3, merge: 4, archive: 2, block: 1, delete: 3, move: 2, withdraw: 5, revoke: 2 };

/** Whom something may happen to. */
export interface Concerned {
  readonly vendor: Vendor;
  readonly person: Person;
}

/** What cannot happen to somebody, as a merge to the owner of a single contact, leaves room for something else. */
const TRIES = 3;

/** Something happens at a vendor, by somebody else's hand: mostly to one of those whom requests are about. */
export function somethingHappens(world: World, draw: Draw, asked: readonly Concerned[]): void {
  const { vendor, person } = asked.length > 0 && draw.chance(0.7) ? draw.one(asked) : anybody(world, draw);
  for (let tries = 0; tries < TRIES; tries++) {
    const name = draw.weighted(NAMES);
    if (!happens(vendor, person, name, draw, world.clock.elapsedMs())) continue;
    world.troubles.add(name === "withdraw" ? "scope" : name === "revoke" ? "revoked" : name);
    world.trace.add(() => `${world.clock.elapsedMs()} at ${vendor.makeup.connection}: ${name} ${person.key}`);
    return;
  }
}

function anybody(world: World, draw: Draw): Concerned {
  const vendor = draw.one(world.vendors);
  return { vendor, person: draw.one(vendor.subjects()) };
}

function happens(vendor: Vendor, person: Person, name: keyof typeof NAMES, draw: Draw, nowMs: number): boolean {
  const { sandbox } = vendor;
  const { build } = sandbox;
  const live = person.contacts.filter((contact) => contact.status === "live" && !vendor.isGone(contact.id));
  const contact: ContactRecord | undefined = live.length === 0 ? undefined : draw.one(live);
  const token = vendor.tokens.at(-1);
  switch (name) {
    case "arrive": {
      const arrived = build.addContact({ role: draw.one(["user", "lead"]), email: person.address, name: `X${CANARY}-${person.key} Familyname`, fresh: true });
      person.contacts.push(arrived);
      vendor.remember(arrived);
      return true;
    }
    case "merge": {
      // Who has no user of their own, or not always who has, becomes part of somebody else.
      const users = live.filter(({ role }) => role === "user");
      const others = vendor.people.filter((other) => other !== person).flatMap(({ contacts }) => contacts.filter((each) => each.role === "user" && each.status === "live" && !vendor.isGone(each.id)));
      const user = draw.chance(0.3) && others.length > 0 ? draw.one(others) : users[0];
      const lead = live.find((each) => each.role === "lead");
      if (user === undefined || lead === undefined) return false;
      if (!person.contacts.includes(user)) vendor.mergedAway.add(lead.id);
      build.mergeContact(lead, user);
      return true;
    }
    case "archive":
      if (contact === undefined) return false;
      vendor.archivedAtMs.set(contact.id, nowMs);
      build.archiveContact(contact);
      return true;
    case "block":
      if (contact !== undefined) build.blockContact(contact);
      return contact !== undefined;
    case "delete":
      if (contact === undefined) return false;
      vendor.goneElsewhere.add(contact.id);
      sandbox.state.deleteContact(contact, vendor.now());
      return true;
    case "move":
      if (contact === undefined) return false;
      vendor.movedAtMs.set(contact.id, nowMs);
      build.changeContact(contact, { email: `${CANARY}-moved-${contact.id}@example.test` });
      return true;
    case "withdraw":
      if (token === undefined) return false;
      sandbox.withdrawScope(token, draw.one<ScopeId>(["read_users_companies", "read_users_companies", "read_single_user", "write_users_companies", "read_conversations", "read_tickets", "read_events", "custom_objects"]));
      return true;
    case "revoke":
      if (token === undefined) return false;
      sandbox.revokeToken(token);
      return true;
  }
}
