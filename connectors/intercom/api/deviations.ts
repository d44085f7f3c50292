import type { Deviation } from "./compare.js";

const CONTACT_ANSWERS = [
  { operation: "POST /contacts/search", contact: "/responses/200/data/[]" },
  { operation: "POST /contacts", contact: "/responses/200" },
  { operation: "GET /contacts/{contact_id}", contact: "/responses/200" },
];

/** Where the vendor's description of 2.16 is wrong, silent, or means the same in other words. */
export const DEVIATIONS: readonly Deviation[] = [
  { operation: "POST /auth/eagle/token", pointer: "", reason: "documented on the OAuth page only; the description starts where a token exists" },
  { operation: "POST /auth/uninstall", pointer: "", reason: "documented on the page about uninstalling apps only" },
  { operation: "GET /me", pointer: "/responses/200", reason: "marked nullable, but a valid token always has a teammate; null is malformed for us" },
  { operation: "GET /me", pointer: "/responses/200/role", reason: "sent in Preview only; read where it comes, never relied on" },
  { operation: "GET /admins/{admin_id}", pointer: "/parameters/path/admin_id", reason: "a number in a path is its digits, and ids are text for us everywhere" },
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
];
