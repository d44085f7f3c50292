import type { ConnectorContext, LookAnswer } from "../../core/ports.js";
import { checkedId, isId, requestIdOf, type IntercomClient } from "./client.js";
import { deletionAnswer, lookAnswer, type Eraser } from "./eraser.js";
import { findInactive, GONE } from "./inactive-contacts.js";
import { ARCHIVED } from "./lookup-archived.js";
import { survivorOf } from "./merged-contact.js";

/** A contact goes for good. Source: `DELETE /contacts/{contact_id}` of version 2.16. */
export const contactEraser: Eraser = {
  erase: async ({ client }, id) => deletionAnswer(id, await client.DELETE("/contacts/{contact_id}", { params: { path: { contact_id: checkedId(id) } } })),
  // 410 is no absence: the contact lives on in the one that absorbed it.
  look: async (client, { id, extent }, context) => {
    const read = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: checkedId(id) } } });
    if (read.response.status === 404 && extent === ARCHIVED) return lookAmongInactive(client, context, id, requestIdOf(read.response));
    if (read.response.status !== 410) return lookAnswer(id, read);
    const into = await survivorOf(client, read.response);
    return { answer: "merged", ...(into === undefined ? {} : { into }), ...requestIdOf(read.response) };
  },
};

/** Archived contacts answer 404 while they are held. The list that shows them tells; where it is not shown, nothing does. */
async function lookAmongInactive(client: IntercomClient, context: Pick<ConnectorContext, "readTogether">, id: string, requestId: ReturnType<typeof requestIdOf>): Promise<LookAnswer> {
  const { contact, shown, again, response } = await findInactive(client, context, id);
  const listed = response === undefined ? requestId : requestIdOf(response);
  if (contact?.status === "merged") return { answer: "merged", ...(isId(contact.merged_into_id ?? "") ? { into: contact.merged_into_id ?? "" } : {}), ...listed };
  if (contact !== undefined && !GONE.has(contact.status)) return { answer: "present", ...listed };
  return { answer: shown ? "absent" : "unknown", ...(again ? { again } : {}), ...listed };
}
