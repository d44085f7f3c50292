import { isAddressOf } from "../../core/compare-found.js";
import { compareEmail, emailSpellings } from "../../core/email.js";
import type { Identifier } from "../../core/identifier.js";
import type { LookupResult } from "../../core/ports.js";
import type { IntercomClient } from "./client.js";
import { participantsOf } from "./group-conversation.js";
import { member } from "./json-values.js";
import { TEAM_TYPES } from "./people-in-record.js";
import type { AnySearch } from "./search-any.js";
import { conversationSearch, type Filter } from "./search.js";

/** Where a conversation keeps who began it. People who stand only in an email's headers cannot be searched for. */
const AUTHOR = "source.author.email";

/** What a person began as a teammate is the workspace's own, and may be very much. */
const AS_TEAMMATE = { category: "conversations_as_teammate", reason: "conversations that a teammate of this address began are not read" };

/**
 * Conversations that each address began, although no contact of it is left: how somebody can be there who is no contact. Every one that comes back
 * is compared again. Source: `POST /conversations/search` of version 2.16.
 */
export async function findAuthored(client: IntercomClient, search: AnySearch, identifiers: readonly Identifier[]): Promise<readonly Required<Pick<LookupResult, "loose" | "notCovered" | "gaps" | "dropped">>[]> {
  const { items, gaps } = await search.read(conversationSearch(client), AUTHOR, spellingsOf(identifiers));
  const threads = items.map((thread) => {
    const email = member(authorOf(thread), "email");
    return { thread, compared: identifiers.map((identifier) => compareEmail(identifier.reveal(), typeof email === "string" ? email : "")) };
  });
  const dropped = threads.filter(({ compared }) => !compared.some((each) => "match" in each)).length;
  return identifiers.map((_, n) => {
    const own = threads.flatMap(({ thread, compared }) => {
      const each = compared[n];
      return each !== undefined && "match" in each ? [{ thread, matchedBy: each.match }] : [];
    });
    const loose = own
      .filter(({ thread }) => !isByTeammate(thread))
      .map(({ thread, matchedBy }) => ({ category: "conversations", id: thread.id, as: "author", matchedBy, hangsOn: participantsOf(thread) }));
    return { loose, notCovered: loose.length < own.length ? [AS_TEAMMATE] : [], gaps, dropped };
  });
}

/** As whom one of these addresses began it; undefined where none did. */
export function beganAs(thread: unknown, identifiers: readonly Identifier[]): "themselves" | "teammate" | undefined {
  const email = member(authorOf(thread), "email");
  if (typeof email !== "string" || !isAddressOf(identifiers, email)) return undefined;
  return isByTeammate(thread) ? "teammate" : "themselves";
}

/** The same as a part of another search, in the long form: whether a list of addresses is taken is not known. */
export function begunBy(addresses: readonly string[]): readonly Filter[] {
  return addresses.map((value) => ({ field: AUTHOR, operator: "=", value }));
}

/** Any of several filters. */
export function anyOf(filters: readonly Filter[]): Filter {
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : { operator: "OR", value: [...filters] };
}

export function isByTeammate(thread: unknown): boolean {
  return TEAM_TYPES.has(String(member(authorOf(thread), "type")));
}

export function authorOf(thread: unknown): unknown {
  return member(member(thread, "source"), "author");
}

export function spellingsOf(identifiers: readonly Identifier[]): readonly string[] {
  return [...new Set(identifiers.flatMap((identifier) => spellingsOfOne(identifier.reveal())))];
}

/** Only spellings of this very address: conversations of similar ones are nobody's business here. */
function spellingsOfOne(address: string): readonly string[] {
  return emailSpellings(address).filter((spelling) => "match" in compareEmail(address, spelling));
}
