import type { ContactRecord } from "./records.js";
import type { World } from "./route.js";

/**
 * What goes with a contact, some time after it: conversations of its own, with reporting and ratings kept, as the vendor's help
 * centre says; and of everything else what the switches say, because nobody does.
 */
export function cascade({ state, switches, cascadeDelayMs }: World, contact: ContactRecord, goneAt: number): void {
  const dueAt = goneAt + cascadeDelayMs;
  state.schedule.at(dueAt, () => {
    for (const conversation of [...state.conversations.values()].filter(({ contactIds }) => contactIds.includes(contact.id))) {
      const alone = conversation.contactIds.length === 1;
      if (alone || switches.groupOnContactDelete === "deleted") {
        state.deleteConversation(conversation, dueAt, true, switches.cascadeListsConversations);
      } else if (switches.groupOnContactDelete === "detached") {
        conversation.contactIds = conversation.contactIds.filter((id) => id !== contact.id);
        state.conversationIndex.changed(conversation.id, "update", dueAt);
      }
    }
    if (switches.ticketsOnContactDelete === "deleted") {
      const own = [...state.tickets.values()].filter(({ contactIds }) => contactIds.length === 1 && contactIds[0] === contact.id);
      for (const ticket of own) state.deleteTicket(ticket, dueAt);
    }
    if (switches.customObjectsOnContactDelete === "deleted") {
      for (const instance of [...state.customObjects.values()].filter(({ contactIds }) => contactIds.includes(contact.id))) state.deleteCustomObject(instance);
    }
  });
}
