import type { PolicyValues } from "../../core/erasure.js";
import type { ErasurePolicy } from "../../core/manifest.js";

/** What a related deletion does about what is not the person's alone, and about reports. The first value of each is the default. */
export const ERASURE_POLICIES: readonly ErasurePolicy[] = [
  {
    id: "groupConversations",
    label: "Conversations that others take part in",
    values: [
      { id: "keep", text: "A conversation that others take part in stays as it is.", scopes: [] },
      { id: "detach", text: "A related deletion takes the person out of conversations that others take part in; what the person wrote there stays.", scopes: ["write_conversations"], targets: ["participation"] },
      { id: "redact", text: "A related deletion takes the texts that the person wrote out of conversations that others take part in; who wrote them, when, and what was attached stays.", scopes: ["write_conversations"], targets: ["message_text"] },
    ],
  },
  {
    id: "metrics",
    label: "Reporting data of deleted conversations",
    values: [
      { id: "record", text: "Reporting data of deleted conversations stays, and that is recorded among what remains.", scopes: [] },
      { id: "stop", text: "A related deletion erases reporting data with each conversation, and stops where the permission for that is missing.", scopes: ["delete_conversations_and_metrics"] },
    ],
  },
];

/** What the policies come to for one deletion; without related records they change nothing. */
export interface Decided {
  readonly groups: "keep" | "detach" | "redact";
  readonly erasesMetrics: boolean;
}

export function decidedBy({ groupConversations: groups, metrics }: PolicyValues = {}): Decided {
  return { groups: groups === "detach" || groups === "redact" ? groups : "keep", erasesMetrics: metrics === "stop" };
}
