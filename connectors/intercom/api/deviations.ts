import type { Deviation } from "../../../core/api-description.js";

const CONTACT_ANSWERS = [
  { operation: "POST /contacts/search", contact: "/responses/200/data/[]" },
  { operation: "POST /contacts", contact: "/responses/200" },
  { operation: "GET /contacts/{contact_id}", contact: "/responses/200" },
];

/** Errors of which the description says nothing at these operations. */
const UNLISTED_ERRORS = [
  { operation: "POST /contacts", status: 409, reason: "listed among the error codes: a contact of this address or id is there already" },
  { operation: "GET /contacts/{contact_id}", status: 404, reason: "an id that is not there is `not_found`, as for every list of a contact, where the status is listed" },
  { operation: "DELETE /contacts/{contact_id}", status: 404, reason: "listed for reading the same contact's lists; the probe of the permission rests on it" },
  { operation: "DELETE /contacts/{contact_id}", status: 410, reason: "listed for reading the same contact: it was merged into another one" },
  ...["POST /conversations/search", "POST /tickets/search"].map((operation) => ({ operation, status: 400, reason: "listed for the search of contacts, which takes the same filters" })),
  ...[400, 422].map((status) => ({ operation: "POST /conversations/redact", status, reason: "what cannot be redacted is refused as any wrong parameter is, by the page on error codes" })),
  { operation: "DELETE /conversations/{conversation_id}", status: 404, reason: "listed for reading the same conversation" },
  { operation: "DELETE /conversations/{conversation_id}/customers/{contact_id}", status: 400, reason: "a wrong parameter, by the page on error codes; elsewhere the status is listed" },
  { operation: "GET /tickets/{ticket_id}", status: 404, reason: "listed for deleting the same ticket" },
  { operation: "GET /events", status: 404, reason: "a person who is not there is `not_found`, by the page on error codes" },
];

/** Where the vendor's description of 2.16 is wrong, silent, or means the same in other words. */
export const DEVIATIONS: readonly Deviation[] = [
  { operation: "POST /auth/eagle/token", pointer: "", reason: "documented on the OAuth page only; the description starts where a token exists" },
  { operation: "POST /auth/uninstall", pointer: "", reason: "documented on the page about uninstalling apps only" },
  { operation: "GET /me", pointer: "/responses/200", reason: "marked nullable, but a valid token always has a teammate; null is malformed for us" },
  { operation: "GET /me", pointer: "/responses/200/role", reason: "sent in Preview only; read where it comes, never relied on" },
  { operation: "GET /admins/{admin_id}", pointer: "/parameters/path/admin_id", reason: "a number in a path is its digits, and ids are text for us everywhere" },
  ...UNLISTED_ERRORS.map(({ operation, status, reason }) => ({ operation, pointer: `/responses/${status}`, reason })),
  ...CONTACT_ANSWERS.flatMap(({ operation, contact }) => ["opted_in_subscription_types", "opted_out_subscription_types"].map((list) => (
    { operation, pointer: `${contact}/${list}`, reason: "missing from the schema of a contact, present in every example of one" }
  ))),
  ...["notes", "companies"].flatMap((list) => ["page", "per_page"].map((name) => ({
    operation: `GET /contacts/{contact_id}/${list}`,
    pointer: `/parameters/query/${name}`,
    reason: "the answer is paged by number and its next link carries these, but the parameters are not listed",
  }))),
  { operation: "GET /contacts/{contact_id}/companies", pointer: "/responses/200/data", reason: "the schema says `companies`, the example says `data`; both are read" },
  ...["per_page", "starting_after"].map((name) => ({
    operation: "GET /contacts/{contact_id}/companies",
    pointer: `/responses/200/pages/next/${name}`,
    reason: "the schema has a link here and a cursor object for notes; both lists are read either way",
  })),
  { operation: "GET /contacts/deleted", pointer: "", reason: "came with Preview and 2.17, after the description of 2.16; asked for by its own version header" },
  {
    operation: "POST /conversations/search",
    pointer: "/responses/200/conversations/[]/conversation_parts",
    reason: "one schema serves the search and the single conversation; nothing is read from here in a search",
  },
  ...["GET", "DELETE"].map((method) => ({
    operation: `${method} /conversations/{conversation_id}`,
    pointer: "/parameters/path/conversation_id",
    reason: "a number in a path is its digits, and the same id is text in every answer",
  })),
  {
    operation: "DELETE /conversations/{conversation_id}/customers/{contact_id}",
    pointer: "/responses/200/customers",
    reason: "the schema is a conversation, the example is the list of those who are left; only the status is relied on",
  },
  { operation: "GET /events", pointer: "/parameters/query/filter", reason: "an exploded object, whose fields are the real parameters of the query" },
  { operation: "GET /events", pointer: "/parameters/query/intercom_user_id", reason: "one of the fields of the exploded `filter`" },
  { operation: "GET /events", pointer: "/parameters/query/per_page", reason: "named in the text and listed in earlier versions, missing from this list" },
  { operation: "GET /events", pointer: "/parameters/query/before", reason: "stands in the next link of the answer, missing from the list" },
  { operation: "GET /events", pointer: "/responses/200/pages", reason: "missing from the schema of the summary, present in its example and needed to go on" },
  ...["type", "id", "event_name", "created_at", "user_id", "intercom_user_id", "email", "metadata"].map((field) => ({
    operation: "GET /events",
    pointer: `/responses/200/events/[]/${field}`,
    reason: "the operation names the schema of the summary alone; that of the listing exists, and nothing refers to it",
  })),
];
