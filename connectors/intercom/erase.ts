import { DsrError } from "../../core/errors.js";
import type { ConnectorContext, EraseAnswer, LookAnswer, RequestExecutorPort, Target } from "../../core/ports.js";
import { createIntercomClient, type IntercomClient } from "./client.js";
import { contactEraser } from "./erase-contact.js";
import { customObjectEraser } from "./erase-custom-object.js";
import { messageTextEraser, participationEraser } from "./erase-in-group.js";
import { conversationEraser, ticketEraser } from "./erase-thread.js";
import type { Eraser, Erasing } from "./eraser.js";
import { decidedBy } from "./erasure-policies.js";
import type { SharingWatch } from "./sharing-watch.js";
import { deletionsListed } from "./deleted-conversations.js";

/** By what a target is called. */
const ERASERS: Readonly<Record<string, Eraser>> = {
  contact: contactEraser,
  conversation: conversationEraser,
  ticket: ticketEraser,
  custom_object: customObjectEraser,
  participation: participationEraser,
  message_text: messageTextEraser,
};

/** Makes sure of one target at a time and deletes it, reads it by its id, and reads Intercom's own list of what was deleted. */
export function intercomErasure(context: ConnectorContext, watch: Pick<SharingWatch, "confirm">): Required<Pick<RequestExecutorPort, "confirm" | "erase" | "look" | "prove">> {
  const client = createIntercomClient(context);
  let admin: string | undefined;
  const erasing: Erasing = { client, adminId: async () => (admin ??= await whoDeletes(client)) };
  return {
    confirm: async (target, subject): Promise<void> => {
      await watch.confirm(target, subject);
      if (target.category === "participation") await erasing.adminId();
    },
    erase: async (target, policies): Promise<EraseAnswer> => eraserOf(target).erase(erasing, target.id, decidedBy(policies)),
    look: (target): Promise<LookAnswer> => eraserOf(target).look(client, target, context),
    prove: (targets, policies) => deletionsListed(client, targets, decidedBy(policies)),
  };
}

async function whoDeletes(client: IntercomClient): Promise<string> {
  const { data } = await client.GET("/me");
  if (typeof data?.id !== "string") throw new DsrError("VENDOR_MALFORMED");
  return data.id;
}

function eraserOf({ category }: Target): Eraser {
  const eraser = Object.hasOwn(ERASERS, category) ? ERASERS[category] : undefined;
  if (eraser === undefined) throw new DsrError("UNSUPPORTED_REQUEST");
  return eraser;
}
