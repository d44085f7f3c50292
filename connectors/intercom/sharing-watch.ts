import { DsrError } from "../../core/errors.js";
import { isFresh } from "../../core/freshness.js";
import type { Identifier } from "../../core/identifier.js";
import type { ConnectorContext, ErasureSubject, Target } from "../../core/ports.js";
import { createIntercomClient, type IntercomClient } from "./client.js";
import { isNobodyElses, type Sorting } from "./related-records.js";
import { readConversation, readTicket } from "./related-thread.js";

/** In what is taken out of a conversation that stays, and of a custom object, nothing tells whose else it has come to be; of a contact the request itself asks. */
export function isWatched({ category }: Target): boolean {
  return category === "conversation" || category === "ticket";
}

/** Of what is about to be deleted as the person's, and theirs alone, whether it still is: a long deletion comes to its last conversations minutes after it read them. */
export interface SharingWatch {
  /** These were the person's alone when their records were read, at `atMs` at the earliest. */
  note(targets: readonly Target[], person: Person, atMs: number): void;
  /**
   * Of a record that was never noted, as one that somebody joined before this run began, the subject tells whose alone it must be.
   * @throws DsrError `PLAN_STALE` where somebody else has joined since
   */
  confirm(target: Target, subject: ErasureSubject): Promise<void>;
}

interface Person extends Pick<Sorting, "contactIds" | "ownIds"> {
  readonly identifiers: readonly Identifier[];
}

export function createSharingWatch(context: ConnectorContext): SharingWatch {
  const client = createIntercomClient(context);
  const noted = new Map<string, { readonly person: Person; readonly atMs: number }>();
  const keyOf = ({ category, id }: Target): string => `${category} ${id}`;
  return {
    note: (targets, person, atMs) => {
      for (const target of targets) noted.set(keyOf(target), { person, atMs });
    },
    confirm: async (target, subject) => {
      const before = noted.get(keyOf(target)) ?? neverNoted(target, subject);
      const nowMs = context.clock.now();
      if (before === undefined || isFresh(before.atMs, nowMs)) return;
      if (!(await isTheirThread(client, target, before.person))) throw new DsrError("PLAN_STALE");
      noted.set(keyOf(target), { ...before, atMs: nowMs });
    },
  };
}

/** What is gone by now is told by its deletion. */
async function isTheirThread(client: IntercomClient, { category, id }: Target, person: Person): Promise<boolean> {
  const thread = category === "conversation" ? await readConversation(client, id, person.identifiers) : await readTicket(client, id, person.identifiers);
  return thread === undefined || isNobodyElses(thread, person);
}

/** As if it had been read for ever so long ago. */
function neverNoted(target: Target, subject: ErasureSubject): { readonly person: Person; readonly atMs: number } | undefined {
  if (!isWatched(target)) return undefined;
  const { ids, identifiers } = subject;
  return { person: { contactIds: ids, ownIds: ids, identifiers }, atMs: Number.NEGATIVE_INFINITY };
}
