import { listAt } from "../../core/answers.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { ScopeProbe } from "../../core/ports.js";
import type { components } from "./api/schema.js";
import type { IntercomClient } from "./client.js";
import type { StaffList } from "./teammates.js";

/** Well-formed, and no contact's: what the probes ask for, so that they read and change nobody. */
const IMPOSSIBLE_CONTACT_ID = "000000000000000000000000";

/** No workspace's, so that the list of its instances holds nobody's. */
const IMPOSSIBLE_TYPE = "no_such_type_of_object";

/** A search that can find nothing, among whatever has participants. */
export const OF_NOBODY: components["schemas"]["Search"] = { query: { field: "contact_ids", operator: "IN", value: [IMPOSSIBLE_CONTACT_ID] }, pagination: { per_page: 1 } };

const OBSERVED: ScopeProbe = { status: "granted", basis: "observed" };
/** It got past the permission check, as far as one can tell: Intercom does not document the order of its checks. */
const INFERRED: ScopeProbe = { status: "granted", basis: "inferred" };
const NOT_TESTABLE: ScopeProbe = { status: "not_testable", basis: "inferred" };

/**
 * Whether one permission is granted. Intercom lists a token's permissions nowhere, so each is tried by a call that needs it. A success proves it by
 * what it holds, the list that was asked for: without that it need not be Intercom's.
 */
export async function probe(client: IntercomClient, scopeId: string, staff: StaffList): Promise<ScopeProbe> {
  try {
    switch (scopeId) {
      case "read_users_companies":
        listAt((await client.POST("/contacts/search", { body: { query: { field: "id", operator: "=", value: IMPOSSIBLE_CONTACT_ID }, pagination: { per_page: 1 } } })).data, "data");
        return OBSERVED;
      case "read_single_user": {
        const { response } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: IMPOSSIBLE_CONTACT_ID } } });
        // Nothing can be shown of a contact that cannot be.
        if (response.ok) throw new DsrError("VENDOR_MALFORMED");
        return INFERRED;
      }
      case "write_users_companies":
        return await probeWrite(client);
      default:
        return await probeOptional(client, scopeId, staff);
    }
  } catch (error) {
    if (isDsrError(error, "SCOPE_MISSING") || isDsrError(error, "ROLE_INSUFFICIENT")) return { status: "missing", basis: "observed" };
    throw error;
  }
}

/** Answers that prove nothing either way. */
const PROVES_NOTHING = ["VENDOR_REJECTED", "VENDOR_MALFORMED", "VENDOR_UNAVAILABLE"] as const;

/** What nobody has to grant must not keep anybody from connecting: what cannot be asked is not covered, and that is said. */
async function probeOptional(client: IntercomClient, scopeId: string, staff: StaffList): Promise<ScopeProbe> {
  try {
    switch (scopeId) {
      case "read_conversations":
        listAt((await client.POST("/conversations/search", { body: OF_NOBODY })).data, "conversations");
        return OBSERVED;
      case "read_tickets":
        listAt((await client.POST("/tickets/search", { body: OF_NOBODY })).data, "tickets");
        return OBSERVED;
      case "read_admins":
        await staff.read();
        return OBSERVED;
      case "read_events": {
        const { data, response } = await client.GET("/events", { params: { query: { type: "user", intercom_user_id: IMPOSSIBLE_CONTACT_ID, per_page: 1 } } });
        if (!response.ok) return INFERRED;
        listAt(data, "events");
        return OBSERVED;
      }
      case "custom_objects": {
        const path = { custom_object_type_identifier: IMPOSSIBLE_TYPE };
        const { data, response } = await client.GET("/custom_object_instances/{custom_object_type_identifier}", { params: { path, query: { references_contact_id: IMPOSSIBLE_CONTACT_ID, per_page: 1 } } });
        if (response.ok) listAt(data, "data");
        return INFERRED;
      }
      default:
        return NOT_TESTABLE;
    }
  } catch (error) {
    if (PROVES_NOTHING.some((code) => isDsrError(error, code))) return NOT_TESTABLE;
    throw error;
  }
}

/**
 * The only mutating call outside a deletion: a DELETE that can hit nothing. Refused, the permission is missing; "no such contact" means that
 * it got past the permission check, which is inferred, since Intercom does not document the order of its checks.
 */
async function probeWrite(client: IntercomClient): Promise<ScopeProbe> {
  try {
    const { response } = await client.DELETE("/contacts/{contact_id}", { params: { path: { contact_id: IMPOSSIBLE_CONTACT_ID } } });
    if (response.status !== 404) throw new DsrError("VENDOR_MALFORMED");
    return { status: "granted", basis: "inferred" };
  } catch (error) {
    if (!isDsrError(error, "OUTCOME_UNKNOWN")) throw error;
    // There was nothing to change, so that a lost or unreadable answer leaves nothing open.
    const { vendorStatus = 503 } = error.facts;
    throw new DsrError(vendorStatus < 300 || vendorStatus === 404 ? "VENDOR_MALFORMED" : "VENDOR_UNAVAILABLE", error.facts);
  }
}
