import type { EventRecord } from "./activity-records.js";

/** What the sandbox holds about a workspace and its people. Times are epoch milliseconds; the wire's seconds are made on the way out. */
export type Workspace = { readonly id: string; readonly name: string; readonly region: "US" | "EU" | "AU" };

export type AdminRecord = {
  readonly id: string;
  readonly workspace: Workspace;
  readonly name: string;
  readonly email: string;
  /** Null where the permissions were set one by one. */
  readonly role: string | null;
  readonly emailVerified: boolean;
};

export type ContactRecord = {
  readonly id: string;
  readonly workspaceId: string;
  role: "user" | "lead";
  email: string | null;
  externalId: string | null;
  name: string | null;
  phone: string | null;
  readonly createdAt: number;
  updatedAt: number;
  status: "live" | "archived" | "merged";
  blocked: boolean;
  /** The id of the contact that absorbed this one. */
  mergedInto: string | null;
  mergeHistory: { readonly sourceId: string; readonly sourceRole: "user" | "lead"; readonly mergedAt: number }[];
  /** From when on reads by id no longer show it; null while nobody deleted it. */
  goneAt: number | null;
  customAttributes: Record<string, unknown>;
  /** Further fields as they stand on the wire; they win over the defaults. */
  extra: Record<string, unknown>;
  companyIds: string[];
  notes: NoteRecord[];
  tags: TagRecord[];
  segments: SegmentRecord[];
  subscriptions: SubscriptionRecord[];
  events: EventRecord[];
};

export type NoteRecord = { readonly id: string; readonly body: string; readonly createdAt: number; readonly author: AdminRecord };
export type TagRecord = { readonly id: string; readonly name: string; readonly appliedAt: number; readonly appliedBy: string };
export type SegmentRecord = { readonly id: string; readonly name: string; readonly createdAt: number };
export type SubscriptionRecord = { readonly id: string; readonly name: string; readonly consent: "opt_in" | "opt_out"; readonly content: "email" | "sms_message" };

export type CompanyRecord = {
  readonly id: string;
  readonly companyId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly customAttributes: Record<string, unknown>;
};

export function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}
