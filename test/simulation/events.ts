import type { ContactRecord } from "../../connectors/intercom/sandbox/records.js";
import type { ScopeId } from "../../connectors/intercom/sandbox/scopes.js";
import type { Draw } from "./draw.js";
import { CANARY, type Person } from "./people.js";
import type { Vendor } from "./vendor.js";
import type { World } from "./world.js";

const NAMES = { arrive: 3, merge: 4, archive: 2, block: 1, delete: 3, move: 2, withdraw: 5, revoke: 2 };

/** Something happens at a vendor, by somebody else's hand. */
export function somethingHappens(world: World, draw: Draw): void {
  const vendor = draw.one(world.vendors);
  const person = draw.one(vendor.subjects());
  const name = draw.weighted(NAMES);
  if (happens(vendor, person, name, draw, world.clock.elapsedMs())) {
    world.troubles.add(name === "withdraw" ? "scope" : name === "revoke" ? "revoked" : name);
    world.trace.add(() => `${world.clock.elapsedMs()} at ${vendor.makeup.connection}: ${name} ${person.key}`);
  }
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
      const user = live.find(({ role }) => role === "user");
      const lead = live.find((each) => each.role === "lead" && each !== user);
      if (user === undefined || lead === undefined) return false;
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
