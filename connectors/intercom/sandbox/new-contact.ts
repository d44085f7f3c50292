import type { SeededRandom } from "./random.js";
import type { ContactRecord } from "./records.js";

/** A contact for a test to ask for; everything left out is empty. */
export type NewContact = {
  readonly role?: "user" | "lead";
  readonly email?: string | null;
  readonly externalId?: string | null;
  readonly name?: string | null;
  readonly phone?: string | null;
  readonly status?: "live" | "archived";
  readonly blocked?: boolean;
  readonly customAttributes?: Record<string, unknown>;
  /** Further fields as they stand on the wire, such as `location`. */
  readonly extra?: Record<string, unknown>;
};

export function newContact(random: SeededRandom, workspaceId: string, createdAt: number, wanted: NewContact): ContactRecord {
  return {
    id: random.hex(24),
    workspaceId,
    role: wanted.role ?? "user",
    email: wanted.email ?? null,
    externalId: wanted.externalId ?? null,
    name: wanted.name ?? null,
    phone: wanted.phone ?? null,
    createdAt,
    updatedAt: createdAt,
    status: wanted.status ?? "live",
    blocked: wanted.blocked ?? false,
    mergedInto: null,
    mergeHistory: [],
    goneAt: null,
    customAttributes: wanted.customAttributes ?? {},
    extra: wanted.extra ?? {},
    companyIds: [],
    notes: [],
    tags: [],
    segments: [],
    subscriptions: [],
    events: [],
  };
}
