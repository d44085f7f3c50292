import type { AttachmentLinks } from "./attachments.js";
import type { NewContact } from "./new-contact.js";
import { newContact } from "./new-contact.js";
import type { SeededRandom } from "./random.js";
import type { AdminRecord, CompanyRecord, ContactRecord, SubscriptionRecord } from "./records.js";
import type { SandboxState } from "./state.js";

const DAY_MS = 86_400_000;

/** Where a built record stands in time and space; everything left out is the sandbox's own workspace, some days ago. */
export type Placement = {
  readonly workspaceId?: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
  /** Made just now, so that a search finds it only after the lag. */
  readonly fresh?: boolean;
};

/** Puts people into the sandbox behind the API's back: no call, no permission, no lag unless asked for. */
export class ContactBuilders {
  private lastNumber = 100;

  constructor(
    protected readonly state: SandboxState,
    protected readonly links: AttachmentLinks,
    protected readonly random: SeededRandom,
    protected readonly workspaceId: string,
    protected readonly author: AdminRecord,
    protected readonly now: () => number,
  ) {}

  addContact(wanted: NewContact & Placement): ContactRecord {
    const createdAt = wanted.createdAt ?? (wanted.fresh === true ? this.now() : this.someDaysAgo());
    const contact = newContact(this.random, wanted.workspaceId ?? this.workspaceId, createdAt, wanted);
    this.state.contacts.set(contact.id, contact);
    if (wanted.fresh === true) this.state.contactIndex.changed(contact.id, "create", this.now());
    else this.state.contactIndex.refresh(contact.id);
    return contact;
  }

  addCompany(name: string, contacts: readonly ContactRecord[], customAttributes: Record<string, unknown> = {}): CompanyRecord {
    const company: CompanyRecord = { id: this.random.hex(24), companyId: this.number(), name, createdAt: this.someDaysAgo(), customAttributes };
    this.state.companies.set(company.id, company);
    for (const contact of contacts) this.change(contact, () => contact.companyIds.push(company.id));
    return company;
  }

  addNote(contact: ContactRecord, body: string): void {
    this.change(contact, () => contact.notes.push({ id: this.number(), body: `<p>${body}</p>`, createdAt: this.someDaysAgo(), author: this.author }));
  }

  addTag(contact: ContactRecord, name: string): void {
    this.change(contact, () => contact.tags.push({ id: this.number(), name, appliedAt: this.someDaysAgo(), appliedBy: this.author.id }));
  }

  addSegment(contact: ContactRecord, name: string): void {
    this.change(contact, () => contact.segments.push({ id: this.random.hex(24), name, createdAt: this.someDaysAgo() }));
  }

  addSubscription(contact: ContactRecord, name: string, consent: SubscriptionRecord["consent"] = "opt_out", content: SubscriptionRecord["content"] = "email"): void {
    this.change(contact, () => contact.subscriptions.push({ id: this.number(), name, consent, content }));
  }

  addEvent(contact: ContactRecord, name: string, createdAt: number, metadata: Record<string, unknown> = {}): void {
    contact.events.push({ id: this.number(), name, createdAt, metadata });
  }

  /** Lets one contact vanish into another one, as a lead who becomes a user does. */
  mergeContact(source: ContactRecord, target: ContactRecord): void {
    this.change(source, () => {
      source.status = "merged";
      source.mergedInto = target.id;
      target.mergeHistory.push({ sourceId: source.id, sourceRole: source.role, mergedAt: this.now() });
    });
  }

  archiveContact(contact: ContactRecord): void {
    this.change(contact, () => (contact.status = "archived"));
  }

  blockContact(contact: ContactRecord): void {
    this.change(contact, () => (contact.blocked = true));
  }

  /** Changes fields as a teammate or a sync would, found by search at once. */
  changeContact(contact: ContactRecord, fields: Partial<Pick<ContactRecord, "email" | "name" | "phone" | "externalId" | "role">>): void {
    this.change(contact, () => Object.assign(contact, fields));
  }

  /** Epoch milliseconds of that many days before now. */
  daysAgo(days: number): number {
    return this.now() - days * DAY_MS;
  }

  protected change(contact: ContactRecord, apply: () => void): void {
    apply();
    this.state.contactIndex.refresh(contact.id);
  }

  protected number(): string {
    this.lastNumber += 1;
    return String(this.lastNumber);
  }

  protected someDaysAgo(): number {
    return this.now() - DAY_MS * (10 + this.random.below(300)) - this.random.below(DAY_MS);
  }
}
