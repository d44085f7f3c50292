import type { RequestResult } from "../../core/results.js";
import { createDeletionWatch } from "./invariants/deletions.js";
import { createPaceWatch } from "./invariants/pace.js";
import { createPageWatch } from "./invariants/pages.js";
import { createPlanWatch } from "./invariants/plans.js";
import { createQuietWatch } from "./invariants/quiet.js";
import { judgeResult } from "./invariants/results.js";
import type { Logged } from "./journal-log.js";
import type { Delivered, SentCall } from "./network.js";
import type { World } from "./world.js";

/** All that is watched while a world goes on. */
export interface Watchers {
  onSend(call: SentCall): void;
  onUnsent(call: SentCall): void;
  onArrival(call: SentCall, answer: { readonly status: number; readonly effect: boolean }): void;
  onDelivered(delivered: Delivered): void;
  /** An operation on the disk has become durable. */
  onDisk(operation: string): void;
  onEntry(logged: Logged): void;
  /** Something that leaves the product other than in a package. */
  onShown(text: string, what: string): void;
  onResult(result: RequestResult): void;
}

export function createWatchers(world: () => World): Watchers {
  const pace = createPaceWatch(world);
  const pages = createPageWatch(world);
  const plans = createPlanWatch(world);
  const deletions = createDeletionWatch(world, plans.onDeletion);
  const quiet = createQuietWatch(world);
  return {
    onSend: (call) => {
      quiet.onSend(call);
      deletions.onSend(call);
      pace.onSend(call);
    },
    onUnsent: (call) => deletions.onUnsent(call),
    onArrival: (call, answer) => deletions.onArrival(call, answer),
    onDelivered: (delivered) => {
      deletions.onDelivered(delivered);
      pace.onDelivered(delivered);
    },
    onDisk: (operation) => {
      if (/^(journal|holds)\./.test(operation)) world().log.catchUp();
      if (operation.startsWith("holds.") || operation === "journal.requestCancel") deletions.onDisk();
    },
    onEntry: (logged) => {
      quiet.onShown(JSON.stringify(logged.entry), "the journal");
      deletions.onEntry(logged);
      pages.onEntry(logged);
    },
    onShown: quiet.onShown,
    onResult: (result) => {
      plans.onResult(result);
      quiet.onShown(JSON.stringify(result), "a result");
      judgeResult(world(), result);
    },
  };
}
