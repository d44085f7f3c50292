import { contactView } from "./contact-view.js";
import type { AdminRecord, CompanyRecord, ContactRecord } from "./records.js";
import { Schedule } from "./schedule.js";
import type { IndexLagMs } from "./search-index.js";
import { SearchIndex } from "./search-index.js";
import type { Switches } from "./switches.js";

/** Everything the sandbox knows of its people. Tests may look; only endpoints and builders write. */
export class SandboxState {
  readonly schedule = new Schedule();
  readonly contacts = new Map<string, ContactRecord>();
  readonly companies = new Map<string, CompanyRecord>();
  readonly admins = new Map<string, AdminRecord>();
  readonly contactIndex: SearchIndex;
  /** Grows with each change, so that a call can be seen to have had an effect. */
  revision = 0;

  constructor(indexLagMs: IndexLagMs, private readonly switches: Switches) {
    this.contactIndex = new SearchIndex(this.schedule, indexLagMs, (id) => this.searchable(id));
  }

  /** The contact if it still exists for this workspace, whatever its status. */
  contact(id: string, workspaceId: string, now: number): ContactRecord | undefined {
    const contact = this.contacts.get(id);
    if (contact === undefined || contact.workspaceId !== workspaceId) return undefined;
    return contact.goneAt !== null && contact.goneAt <= now ? undefined : contact;
  }

  /** Stored at once, found by a search only after the lag. */
  addContact(contact: ContactRecord, now: number): void {
    this.contacts.set(contact.id, contact);
    this.revision += 1;
    this.contactIndex.changed(contact.id, "create", now);
  }

  /** Lets it vanish from `goneAt` on; a second deletion can only bring that forward. */
  deleteContact(contact: ContactRecord, now: number, goneAt: number): void {
    contact.goneAt = Math.min(goneAt, contact.goneAt ?? goneAt);
    this.revision += 1;
    this.contactIndex.changed(contact.id, "delete", Math.max(now, goneAt));
  }

  private searchable(id: string): Record<string, unknown> | undefined {
    const contact = this.contacts.get(id);
    if (contact === undefined || contact.goneAt !== null || contact.status !== "live") return undefined;
    if (contact.blocked && !this.switches.searchShowsBlocked) return undefined;
    return contactView(contact);
  }
}
