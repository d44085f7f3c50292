import { isAddressOf } from "../../core/compare-found.js";
import type { Identifier } from "../../core/identifier.js";
import type { Gap } from "../../core/outcome.js";
import { authorOf, beganAs, isByTeammate } from "./authored-conversations.js";
import { mayHaveCalls } from "./calls.js";
import { checkedId, expectId, type IntercomClient } from "./client.js";
import { namedKeys, relatedTypes } from "./custom-object-types.js";
import { namedTexts, otherAuthors, ownTexts, participantsOf, tellsParticipants } from "./group-conversation.js";
import { member } from "./json-values.js";
import { partsGap, shownParts, type PartsCategory } from "./thread-parts.js";

/** A conversation or a ticket in which the person takes part, as a search shows it or as the record itself tells. */
export interface RelatedThread {
  readonly id: string;
  /** Ids of contacts; empty where the vendor does not tell. */
  readonly participants: readonly string[];
  readonly participantsTold: boolean;
  readonly open: boolean;
  /** `Customer`, `Tracker`, `Back-office`; of tickets alone. */
  readonly kind: string | undefined;
  readonly types: readonly string[];
  /** Custom objects that its attributes name, by `type:instance`. */
  readonly named: readonly string[];
  /** Conversation searches show tickets, too. */
  readonly isTicket: boolean;
  /** As whom the person began it by their address. */
  readonly begunAs: ReturnType<typeof beganAs>;
  /** The contact as whom it was begun; undefined where it was begun by a teammate, or Intercom tells nobody. */
  readonly begunBy: string | undefined;
  readonly showsCall: boolean;
  /** Ids of contacts who wrote in it under another address than the person's, or rated it, as far as it shows that. */
  readonly otherAuthors: readonly string[];
  /** What of it Intercom does not show; of one that was read itself. */
  readonly hidden?: readonly Gap[];
  /** Where the person's texts stand in it; of a conversation that was read for them. */
  readonly texts?: readonly string[];
}

/** Nothing of what it says is kept. */
export function toThread(received: unknown, identifiers: readonly Identifier[] = []): RelatedThread {
  const kind = member(received, "category");
  const author = authorOf(received);
  return {
    id: checkedId(member(received, "id")),
    participants: participantsOf(received),
    participantsTold: tellsParticipants(received),
    begunAs: beganAs(received, identifiers),
    begunBy: member(author, "id") == null || isByTeammate(received) ? undefined : String(member(author, "id")),
    otherAuthors: otherAuthors(received, (address) => isAddressOf(identifiers, address)),
    showsCall: mayHaveCalls(received),
    open: member(received, "open") === true,
    kind: typeof kind === "string" ? kind : undefined,
    types: relatedTypes([], received),
    named: namedKeys(received),
    isTicket: member(received, "type") === "conversation" && member(received, "ticket") != null,
  };
}

/** Whether the person's address began it and none of these contacts takes part in it, as far as Intercom tells. */
export function hangsOnNone({ begunAs, participantsTold, participants }: RelatedThread, contactIds: readonly string[]): boolean {
  return begunAs !== undefined && participantsTold && !participants.some((id) => contactIds.includes(id));
}

/** The conversation itself, and where the texts stand in it whose author `isOwn`; undefined where it is gone. */
export async function readConversation(client: IntercomClient, id: string, identifiers: readonly Identifier[] = [], isOwn?: (author: unknown) => boolean): Promise<RelatedThread | undefined> {
  const { data, response } = await client.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: checkedId(id) } } });
  if (!response.ok) return undefined;
  expectId({ id: member(data, "id") }, id);
  return { ...toThread(data, identifiers), hidden: hiddenParts("conversations", id, data, "conversation_parts"), ...(isOwn === undefined ? {} : { texts: ownTexts(data, isOwn) }) };
}

/** The ticket itself; undefined where it is gone. */
export async function readTicket(client: IntercomClient, id: string, identifiers: readonly Identifier[] = []): Promise<RelatedThread | undefined> {
  const { data, response } = await client.GET("/tickets/{ticket_id}", { params: { path: { ticket_id: checkedId(id) } } });
  if (!response.ok) return undefined;
  expectId({ id: member(data, "id") }, id);
  return { ...toThread(data, identifiers), hidden: hiddenParts("tickets", id, data, "ticket_parts") };
}

/** Parts that are not shown, and authors. Of a thread that shows more than it counts nothing is hidden. */
function hiddenParts(category: string, id: string, thread: unknown, partsCategory: PartsCategory): readonly Gap[] {
  const named = namedTexts(thread);
  return [
    ...partsGap(category, id, shownParts(thread, partsCategory), thread).filter(({ code }) => code !== "COUNTS_DIFFER"),
    ...(named === undefined ? [] : [{ category, code: "AUTHOR_NOT_NAMED", id, ...named }]),
  ];
}
