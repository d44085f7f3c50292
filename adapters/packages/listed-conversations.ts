import type { Gap } from "../../core/outcome.js";
import { CONVERSATIONS } from "./conversation-shape.js";
import type { ConversationEntry } from "./record-survey.js";

/** A conversation as it stands in the list; `number` is also the name of its page. */
export interface ListedConversation {
  /** From 1, the newest first. */
  readonly number: number;
  /** Its place in the file, from 0. */
  readonly index: number;
  readonly id: string;
  readonly startedAtMs: number | undefined;
  /** On one line; undefined where the conversation has neither subject nor text. */
  readonly subject: string | undefined;
  readonly parts: number;
  readonly gaps: readonly Gap[];
}

/** Newest first, those without a date last; among equals as in the file. */
export function listConversations(entries: readonly ConversationEntry[], gaps: readonly Gap[]): readonly ListedConversation[] {
  const concerned = new Map<string, Gap[]>();
  for (const gap of gaps) if (gap.category === CONVERSATIONS && gap.id !== undefined) concerned.set(gap.id, [...(concerned.get(gap.id) ?? []), gap]);
  return entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => (b.entry.startedAtMs ?? -Infinity) - (a.entry.startedAtMs ?? -Infinity) || a.index - b.index)
    .map(({ entry: { id, startedAtMs, subject, parts }, index }, rank) => ({ number: rank + 1, index, id, startedAtMs, subject, parts, gaps: concerned.get(id) ?? [] }));
}
