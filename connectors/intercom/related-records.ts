import type { DeletionOutline, Target } from "../../core/ports.js";
import type { Decided } from "./erasure-policies.js";
import { hangsOnNone, type RelatedThread } from "./related-thread.js";
import type { Survey } from "./survey.js";

export interface RelatedRecords {
  /** What a related deletion deletes: what is the person's alone and is not spared. */
  readonly own: readonly Target[];
  /** Conversations that others take part in, or wrote in. */
  readonly groups: readonly RelatedThread[];
  /** What stays beside those, whatever is done about them. */
  readonly kept: DeletionOutline["kept"];
  readonly all: readonly Target[];
  readonly warnings: DeletionOutline["warnings"];
}

export interface Sorting {
  readonly contactIds: readonly string[];
  /** The same, and the contacts that were merged into them; what others wrote in counts as theirs as well. Left out where only contacts are deleted. */
  readonly ownIds?: readonly string[];
  /** Ids that a human wants left as they are. */
  readonly spare: readonly string[];
}

/** What becomes of it is the policy's to say. */
const IN_GROUP = "others take part in it";

const NOT_TOLD = "Intercom does not tell who takes part in it";

/** The record itself tells so before the searches do. */
const BY_NOW_A_TICKET = "it is a ticket by now, which Intercom's search for tickets does not show yet";

/** Whether a related deletion reads the record itself: where it would delete it on the word of the search alone, or takes texts out of it. */
export function isReadFirst(thread: RelatedThread, category: "conversation" | "ticket", sorting: Sorting, { groups }: Decided): boolean {
  if (category === "ticket") return reasonForTicket(thread, sorting) === undefined;
  if (hangsOnNone(thread, sorting.contactIds)) return thread.begunAs === "themselves" && sparedOr(reasonForLoose(thread), thread.id, sorting) === undefined;
  return isAlone(thread, sorting) || (groups === "redact" && !sorting.spare.includes(thread.id));
}

/** Says whose each record is. A conversation goes with its contact whatever is done, so that only what does not can be spared. */
export function sortRelated({ conversations, tickets, objects }: Survey, sorting: Sorting): RelatedRecords {
  const groups = conversations.filter((thread) => !thread.isTicket && !isAlone(thread, sorting));
  const records = [
    ...conversations.map((thread) => ({ thread, target: { category: "conversation", id: thread.id }, stays: thread.isTicket ? BY_NOW_A_TICKET : groups.includes(thread) ? IN_GROUP : undefined })),
    ...tickets.map((ticket) => ({ thread: ticket, target: { category: "ticket", id: ticket.id }, stays: reasonForTicket(ticket, sorting) })),
    ...objects.map(({ id, shared }) => ({ thread: undefined, target: { category: "custom_object", id }, stays: shared ? "it refers to others as well" : sparedOr(undefined, id, sorting) })),
  ];
  return {
    own: records.flatMap(({ target, stays }) => (stays === undefined ? [target] : [])),
    groups,
    kept: records.flatMap(({ target, stays }) => (stays === undefined || stays === IN_GROUP ? [] : [{ ...target, reason: stays }])),
    all: records.map(({ target }) => target),
    warnings: [
      ...conversations.flatMap(({ id, open }) => (open ? [{ code: "OPEN_CONVERSATION", id }] : [])),
      ...tickets.flatMap(({ id, open }) => (open ? [{ code: "OPEN_TICKET", id }] : [])),
      ...[...groups, ...tickets].filter((thread) => isShared(thread, sorting)).map(({ id }) => ({ code: "OTHER_PEOPLE_AFFECTED", id })),
      ...groups.filter((thread) => goesAlong(thread, sorting)).map(({ id }) => ({ code: "GOES_ALONG", id })),
      ...records.flatMap(({ thread, stays }) => (thread === undefined || stays !== undefined ? [] : authorsNotShown(thread))),
    ],
  };
}

/** Says of conversations that were found by their author's address, and hang on none of the contacts, which of them a related deletion deletes: those that are nobody else's. */
export function sortLoose(threads: readonly RelatedThread[], spare: readonly string[], keptContacts: readonly string[]): Pick<RelatedRecords, "own" | "kept" | "warnings"> {
  const records = threads.map((thread) => ({ thread, target: { category: "conversation", id: thread.id }, stays: sparedOr(reasonForLoose(thread, keptContacts), thread.id, { spare }) }));
  return {
    own: records.flatMap(({ target, stays }) => (stays === undefined ? [target] : [])),
    kept: records.flatMap(({ target, stays }) => (stays === undefined ? [] : [{ ...target, reason: stays }])),
    warnings: records.flatMap(({ thread, stays }) => {
      const { id, open, participants, otherAuthors, begunBy } = thread;
      const others = [...participants, ...otherAuthors].some((each) => each !== begunBy && !keptContacts.includes(each));
      return [...(open ? [{ code: "OPEN_CONVERSATION", id }] : []), ...(others ? [{ code: "OTHER_PEOPLE_AFFECTED", id }] : []), ...contactNotShown(thread, keptContacts), ...(stays === undefined ? authorsNotShown(thread) : [])];
    }),
  };
}

/** Of what goes whole: that nobody sees whether others wrote in a part of it. */
function authorsNotShown({ hidden = [] }: RelatedThread): DeletionOutline["warnings"] {
  return hidden.map(({ category: _, ...gap }) => ({ ...gap, code: "AUTHORS_NOT_SHOWN" }));
}

/** A contact of the person's that the conversation alone tells of. */
export function contactNotShown({ begunBy, participants }: RelatedThread, keptContacts: readonly string[]): DeletionOutline["warnings"] {
  return begunBy !== undefined && participants.includes(begunBy) && !keptContacts.includes(begunBy) ? [{ code: "CONTACT_NOT_SHOWN", id: begunBy }] : [];
}

/** What a deletion of the contacts leaves of the same. */
export function leftOf(thread: RelatedThread, keptContacts: readonly string[]): DeletionOutline["kept"][number] {
  return { category: "conversation", id: thread.id, reason: reasonForLoose(thread, keptContacts) ?? LEFT };
}

/** It stays readable, and no contact's deletion changes that. */
export const LEFT = "it was begun from this address, and hangs on none of these contacts";

function reasonForLoose(thread: RelatedThread, keptContacts: readonly string[] = []): string | undefined {
  const { participants, participantsTold, otherAuthors, begunBy, isTicket } = thread;
  if (!participantsTold) return "it was begun from this address, but Intercom does not tell who takes part in it";
  if ([...participants, begunBy].some((id) => id !== undefined && keptContacts.includes(id))) return "it was begun from this address, and hangs on a contact that is not deleted";
  if (begunBy !== undefined && participants.includes(begunBy)) return "it was begun from this address, and hangs on a contact of it that Intercom's search does not show";
  if (participants.length > 0) return "it was begun from this address, but hangs on another contact";
  if (otherAuthors.length > 0) return "it was begun from this address, but others wrote in it";
  return isTicket ? "it was begun from this address, but is a ticket and hangs on no contact" : undefined;
}

/** Whether it is the person's alone, or hangs on nobody and was begun by them. */
export function isNobodyElses(thread: RelatedThread, sorting: Pick<Sorting, "contactIds" | "ownIds">): boolean {
  return hangsOnNone(thread, sorting.contactIds) ? reasonForLoose(thread) === undefined : isAlone(thread, sorting);
}

/** Where the vendor does not tell who takes part, or not of all, somebody may. */
function isAlone(thread: RelatedThread, sorting: Pick<Sorting, "contactIds" | "ownIds">): boolean {
  return thread.participantsTold && thread.participants.length > 0 && !isShared(thread, sorting);
}

/** Whether anybody else takes part in it, or wrote in it before. */
function isShared(thread: RelatedThread, sorting: Pick<Sorting, "contactIds" | "ownIds">): boolean {
  return hasOthers(thread, sorting) || (sorting.ownIds !== undefined && thread.otherAuthors.some((id) => sorting.ownIds?.includes(id) === false));
}

/** Whether anybody else takes part in it now. */
export function hasOthers({ participants }: RelatedThread, { contactIds }: Pick<Sorting, "contactIds">): boolean {
  return participants.some((id) => !contactIds.includes(id));
}

/** Others wrote in it, and none of them takes part in it any more: Intercom removes it with the contact, by what it says of a contact's conversations. */
export function goesAlong(thread: RelatedThread, { contactIds }: Pick<Sorting, "contactIds">): boolean {
  return thread.participantsTold && thread.participants.length > 0 && !hasOthers(thread, { contactIds });
}

/** Why it is nobody's alone. */
export function whoElse(thread: RelatedThread, sorting: Pick<Sorting, "contactIds">): string {
  return hasOthers(thread, sorting) ? IN_GROUP : NOT_TOLD;
}

function reasonForTicket(ticket: RelatedThread, sorting: Sorting): string | undefined {
  if (isShared(ticket, sorting)) return "others are on it as well";
  if (!isAlone(ticket, sorting)) return NOT_TOLD;
  const isCustomers = ticket.kind === undefined || ticket.kind.toLowerCase() === "customer";
  return isCustomers ? sparedOr(undefined, ticket.id, sorting) : "it is the workspace's own: a tracker or a back-office ticket";
}

/** The human's own reason takes the place of these words. */
function sparedOr(otherwise: string | undefined, id: string, { spare }: Pick<Sorting, "spare">): string | undefined {
  return spare.includes(id) ? "it is spared" : otherwise;
}
