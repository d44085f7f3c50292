import { DsrError, isDsrError } from "../../core/errors.js";
import { checkedId } from "./client.js";
import { deletionAnswer, lookAnswer, type Eraser } from "./eraser.js";

/** Source: `DELETE /conversations/{conversation_id}` of version 2.16. */
export const conversationEraser: Eraser = {
  erase: async ({ client }, id, { erasesMetrics }) => {
    try {
      const path = { conversation_id: checkedId(id) };
      return deletionAnswer(id, await client.DELETE("/conversations/{conversation_id}", { params: { path, query: { retain_metrics: !erasesMetrics } } }));
    } catch (error) {
      // Erasing reporting data, too, takes a permission of its own.
      if (erasesMetrics && isDsrError(error, "SCOPE_MISSING")) throw new DsrError("SCOPE_MISSING", { ...error.facts, scope: "delete_conversations_and_metrics" });
      throw error;
    }
  },
  look: async (client, { id }) => lookAnswer(id, await client.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: checkedId(id) } } })),
};

/** By the internal id, which is not the number that people see. Source: `DELETE /tickets/{ticket_id}` of version 2.16. */
export const ticketEraser: Eraser = {
  erase: async ({ client }, id) => deletionAnswer(id, await client.DELETE("/tickets/{ticket_id}", { params: { path: { ticket_id: checkedId(id) } } })),
  look: async (client, { id }) => lookAnswer(id, await client.GET("/tickets/{ticket_id}", { params: { path: { ticket_id: checkedId(id) } } })),
};
