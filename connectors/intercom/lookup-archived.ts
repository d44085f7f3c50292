import { compareEmail, compareForms, formsOfEmail } from "../../core/email.js";
import { DsrError } from "../../core/errors.js";
import type { Identifier } from "../../core/identifier.js";
import type { ConnectorContext, LookupResult, Match, NearMatch } from "../../core/ports.js";
import { isId, type IntercomClient } from "./client.js";
import { findInactive, GONE, readInactive, type InactiveContact } from "./inactive-contacts.js";
import { addressOf } from "./teammates.js";

export const ARCHIVED = "archived";

const NOT_SHOWN = { category: "archived_contacts", reason: "Intercom does not show this account its list of archived contacts" };

/** Every contact of the identifiers that Intercom's search leaves out and that is still there: archived, blocked, or of a status nobody knows. */
export async function findArchived(client: IntercomClient, context: ConnectorContext, identifiers: readonly Identifier[]): Promise<readonly LookupResult[]> {
  if (identifiers.length === 0) return [];
  const at = new Date(context.clock.now()).toISOString();
  const asked = identifiers.map((identifier) => formsOfEmail(identifier.reveal()));
  const compared = (contact: InactiveContact) => {
    const returned = formsOfEmail(contact.email ?? "");
    return asked.map((forms) => compareForms(forms, returned));
  };
  const { contacts, shown, gaps } = await readInactive(client, (contact) => compared(contact).some((each) => !("other" in each)));
  return identifiers.map((identifier, n): LookupResult => {
    const matches: Match[] = [];
    const nearMatches: NearMatch[] = [];
    for (const contact of contacts) {
      const each = compared(contact)[n];
      if (each === undefined || "other" in each) continue;
      if (!GONE.has(contact.status)) {
        if ("near" in each) nearMatches.push({ id: contact.id, why: each.near });
        else matches.push(toMatch(contact, each.match, context));
      } else if ("match" in each && contact.status === "merged" && isId(contact.merged_into_id ?? "")) {
        nearMatches.push({ id: contact.merged_into_id ?? "", why: "merged" });
      }
    }
    const searched = shown ? [{ identifier: identifier.category, where: "contacts/deleted", at }] : [];
    return { matches, nearMatches, searched, notCovered: shown ? [] : [NOT_SHOWN], gaps, dropped: 0 };
  });
}

/** One contact of that list, named by a human; undefined where it is not there, or is gone. */
export async function findArchivedById(client: IntercomClient, context: ConnectorContext, id: string, identifiers: readonly Identifier[]): Promise<Match | undefined> {
  const { contact } = await findInactive(client, context, id);
  if (contact === undefined || GONE.has(contact.status)) return undefined;
  const { matchedBy, carried } = addressedAs(contact.email, identifiers);
  return { ...toMatch(contact, matchedBy, context), ...carried };
}

/** How a contact that a human named matches by its address, and that address. */
export function addressedAs(email: string | null | undefined, identifiers: readonly Identifier[]): { readonly matchedBy: Match["matchedBy"]; readonly carried: Pick<Match, "identifiers"> } {
  const compared = identifiers.map((identifier) => compareEmail(identifier.reveal(), email ?? "")).find((each) => "match" in each);
  const address = addressOf(email);
  return { matchedBy: compared?.match ?? "chosen", carried: address === undefined ? {} : { identifiers: [address] } };
}

/** The list does not tell users from leads. Only users have ids of the workspace's own, and two users may be two people. */
function toMatch({ id, role, external_id: externalId, status, workspace_id: workspaceId }: InactiveContact, matchedBy: Match["matchedBy"], context: ConnectorContext): Match {
  if (context.workspaceId !== undefined && workspaceId != null && workspaceId !== context.workspaceId) throw new DsrError("WRONG_WORKSPACE");
  const kind = status === "archived" || status === "blocked" ? status : "inactive";
  return { id, kind, matchedBy, primary: role === "user" || (role !== "lead" && externalId != null), holds: {} };
}
