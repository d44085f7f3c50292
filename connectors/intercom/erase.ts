import { DsrError } from "../../core/errors.js";
import type { ConnectorContext, EraseAnswer, LookAnswer, RequestExecutorPort, Target } from "../../core/ports.js";
import { createIntercomClient } from "./client.js";
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

/** Deletes one target at a time, reads it by its id, and reads Intercom's own list of what was deleted. */
export function intercomErasure(context: ConnectorContext, watch: Pick<SharingWatch, "confirm">): Required<Pick<RequestExecutorPort, "erase" | "look" | "prove">> {
  const client = createIntercomClient(context);
  let admin: Promise<string> | undefined;
  const erasing: Erasing = {
    client,
    adminId: () => (admin ??= client.GET("/me").then(({ data }) => {
      if (typeof data?.id !== "string") throw new DsrError("VENDOR_MALFORMED");
      return data.id;
    })),
  };
  return {
    erase: async (target, policies, subject): Promise<EraseAnswer> => {
      const eraser = eraserOf(target);
      await watch.confirm(target, subject);
      return eraser.erase(erasing, target.id, decidedBy(policies));
    },
    look: (target): Promise<LookAnswer> => eraserOf(target).look(client, target),
    prove: (targets, policies) => deletionsListed(client, targets, decidedBy(policies)),
  };
}

function eraserOf({ category }: Target): Eraser {
  const eraser = Object.hasOwn(ERASERS, category) ? ERASERS[category] : undefined;
  if (eraser === undefined) throw new DsrError("UNSUPPORTED_REQUEST");
  return eraser;
}
