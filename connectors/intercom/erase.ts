import { DsrError } from "../../core/errors.js";
import type { ConnectorContext, DeletionOutline, EraseAnswer, LookAnswer, LooseRecord, Match, Target } from "../../core/ports.js";
import { checkedId, createIntercomClient, isId, mergedInto, requestIdOf, type IntercomClient } from "./client.js";
import { findInactive, GONE } from "./inactive-contacts.js";
import { ARCHIVED } from "./lookup-archived.js";

/** As far as Intercom itself follows a chain of merges. Source: `GET /contacts/{contact_id}` of version 2.16. */
const MERGE_HOPS = 3;

/** What hangs on a contact and is not looked at where its permission is not granted. */
const UNSEEN_UNLESS_COVERED = [
  { category: "conversations", scope: "Read conversations" },
  { category: "tickets", scope: "Read tickets" },
];

/** What deleting these contacts removes, what stays, and what cannot be seen with the permissions that are granted. No call. */
export function planDeletion(matches: readonly Match[], loose: readonly LooseRecord[], covered: readonly string[]): DeletionOutline {
  const attached = matches.some((match) => (match.holds["companies"] ?? 0) > 0);
  const optedOut = matches.filter((match) => (match.holds["opted_out"] ?? 0) > 0);
  return {
    targets: matches.map(({ id }) => ({ category: "contact", id })),
    kept: [
      ...(attached ? [{ category: "company", reason: "a company is not the person's own; only the person's link to it goes" }] : []),
      ...loose.map(({ category, id }) => ({ category, id, reason: "it was begun from this address, and hangs on none of these contacts" })),
    ],
    unseen: UNSEEN_UNLESS_COVERED.filter(({ category }) => !covered.includes(category)),
    // A wish not to be written to is forgotten with the contact, and must be kept elsewhere.
    warnings: optedOut.map(({ id }) => ({ code: "OPT_OUT_FORGOTTEN", id })),
  };
}

/**
 * Deletes one contact for good. Intercom's own word counts, not the status: only `deleted: true` about this id is a deletion.
 * Source: `DELETE /contacts/{contact_id}` of version 2.16.
 */
export async function erase(context: ConnectorContext, target: Target): Promise<EraseAnswer> {
  const client = createIntercomClient(context);
  const { data, response } = await client.DELETE("/contacts/{contact_id}", { params: { path: { contact_id: contactId(target) } } });
  const requestId = requestIdOf(response);
  if (response.status === 404) return { answer: "absent", ...requestId };
  if (response.status === 204) return { answer: "accepted", ...requestId };
  if (!response.ok) return { answer: "not_deleted", ...requestId };
  // An answer about another contact says nothing about this one; reading it will.
  if (typeof data?.id !== "string" || data.id !== target.id) throw new DsrError("OUTCOME_UNKNOWN");
  return { answer: data.deleted === true ? "deleted" : "not_deleted", ...requestId };
}

/** Reads one contact by id. 410 is no absence: the contact lives on in the one that absorbed it. */
export async function look(context: ConnectorContext, target: Target): Promise<LookAnswer> {
  const client = createIntercomClient(context);
  const { data, response } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: contactId(target) } } });
  const requestId = requestIdOf(response);
  if (response.status === 404) return target.extent === ARCHIVED ? lookAmongInactive(client, target.id, requestId) : { answer: "absent", ...requestId };
  if (response.status === 410) {
    const into = await survivorOf(client, response);
    return { answer: "merged", ...(into === undefined ? {} : { into }), ...requestId };
  }
  if (checkedId(data?.id) !== target.id) throw new DsrError("VENDOR_MALFORMED");
  return { answer: "present", ...requestId };
}

/** Archived contacts answer 404 while they are held. The list that shows them tells; where it is not shown, nothing does. */
async function lookAmongInactive(client: IntercomClient, id: string, requestId: ReturnType<typeof requestIdOf>): Promise<LookAnswer> {
  const { contact, shown, response } = await findInactive(client, id);
  const listed = response === undefined ? requestId : requestIdOf(response);
  if (contact?.status === "merged") return { answer: "merged", ...(isId(contact.merged_into_id ?? "") ? { into: contact.merged_into_id ?? "" } : {}), ...listed };
  if (contact !== undefined && !GONE.has(contact.status)) return { answer: "present", ...listed };
  return { answer: shown ? "absent" : "unknown", ...listed };
}

/** Where a merged contact lives on by now. Only ids are taken from the links; the calls go to our own address. */
async function survivorOf(client: IntercomClient, merged: Response): Promise<string | undefined> {
  let into = mergedInto(merged);
  for (let hop = 1; hop < MERGE_HOPS && into !== undefined; hop++) {
    const { response } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: into } } });
    if (response.status !== 410) return into;
    into = mergedInto(response);
  }
  return into;
}

function contactId(target: Target): string {
  if (target.category !== "contact") throw new DsrError("UNSUPPORTED_REQUEST");
  return checkedId(target.id);
}
