import { DsrError } from "../../core/errors.js";
import type { Identifier } from "../../core/identifier.js";
import type { ConnectorContext, ErasureSubject, Target } from "../../core/ports.js";
import { createIntercomClient } from "./client.js";
import { isNobodyElses, type Sorting } from "./related-records.js";
import { readConversation, readTicket } from "./related-thread.js";

/** For how long what a record told of who takes part in it is taken for what it tells now. */
export const FRESH_MS = 10_000;

/** Conversations and tickets: in what is taken out of a conversation that stays, and of a custom object, nothing tells who else has come to share it. */
export function isWatched({ category }: Target): boolean {
  return category === "conversation" || category === "ticket";
}

/** Of what is about to be deleted as the person's alone, whether it still is: a long deletion comes to its last conversations minutes after it read them. */
export interface SharingWatch {
  /** These were the person's alone when their records were read, at `atMs` at the earliest. */
  note(targets: readonly Target[], person: Person, atMs: number): void;
  /**
   * Of a record that was never noted, as one that somebody joined before this run began, the subject tells whose alone it must be.
   * @throws DsrError `PLAN_STALE` where somebody else has joined since
   */
  confirm(target: Target, subject?: ErasureSubject): Promise<void>;
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
      for (const target of targets.filter(isWatched)) noted.set(keyOf(target), { person, atMs });
    },
    confirm: async (target, subject) => {
      const { category, id } = target;
      const before = noted.get(keyOf(target)) ?? neverNoted(target, subject);
      const nowMs = context.clock.now();
      // Where the clock was set back, nobody knows how long ago that was.
      if (before === undefined || (nowMs >= before.atMs && nowMs - before.atMs <= FRESH_MS)) return;
      const { identifiers } = before.person;
      const thread = category === "conversation" ? await readConversation(client, id, identifiers) : await readTicket(client, id, identifiers);
      // What is gone by now is told by its deletion.
      if (thread !== undefined && !isNobodyElses(thread, before.person)) throw new DsrError("PLAN_STALE");
      noted.set(keyOf(target), { ...before, atMs: nowMs });
    },
  };
}

/** As if it had been read for ever so long ago. */
function neverNoted(target: Target, subject: ErasureSubject | undefined): { readonly person: Person; readonly atMs: number } | undefined {
  if (subject === undefined || !isWatched(target)) return undefined;
  const { ids, identifiers } = subject;
  return { person: { contactIds: ids, ownIds: ids, identifiers }, atMs: Number.NEGATIVE_INFINITY };
}
