import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { IntercomClient } from "./client.js";
import type { Teammate } from "../../core/ports.js";
import { NO_PERSONS, TITLES } from "./ordinary-words.js";
import { wordsOf } from "./name-spellings.js";
import { inSmallLetters, shownName } from "./shown-text.js";
import { isObject, listOf, type JsonObject } from "./json-values.js";

/** The list of teammates, which is also what tells whether its permission is granted: asked for that, it is not asked for again right after. */
export interface StaffList {
  read(): Promise<void>;
  /** The list that was read last, once; otherwise it is read. */
  take(): Promise<readonly Teammate[]>;
}

export function staffList(client: IntercomClient): StaffList {
  let last: readonly Teammate[] | undefined;
  return {
    read: async () => {
      last = undefined;
      last = await teammates(client);
    },
    take: async () => {
      const taken = last ?? (await teammates(client));
      last = undefined;
      return taken;
    },
  };
}

/** Source: `GET /admins` of version 2.16, which is not paged. */
export async function listedStaff(client: IntercomClient): Promise<readonly JsonObject[]> {
  const { data } = await client.GET("/admins");
  if (!Array.isArray(data?.admins)) throw new DsrError("VENDOR_MALFORMED");
  return listOf(data.admins).filter(isObject);
}

/** All teammates; a name says nothing of who a subject is, so that one of another kind is as good as none. */
async function teammates(client: IntercomClient): Promise<readonly Teammate[]> {
  return (await listedStaff(client)).map(({ id, email, name }) => {
    if (email != null && typeof email !== "string") throw new DsrError("VENDOR_MALFORMED");
    const identifier = addressOf(email);
    const called = typeof name === "string" ? personalName(name) : undefined;
    return { ...(typeof id === "string" || typeof id === "number" ? { id: String(id) } : {}), ...(identifier === undefined ? {} : { identifier }), ...(called === undefined ? {} : { name: called }) };
  });
}

/** As texts write it: without a title, and what stands in brackets. Undefined for an account that several share, whose name is what the company or a part of it is called. */
function personalName(name: string): string | undefined {
  const words = wordsOf(shownName(name.replace(/\([^)]*\)/g, " "))).filter((word) => !TITLES.has(wordIn(word)));
  return words.some((word) => NO_PERSONS.has(wordIn(word))) ? undefined : words.join(" ");
}

function wordIn(word: string): string {
  return inSmallLetters(word).replace(/\.$/, "");
}

/** An address that Intercom tells; undefined for what is none, which nobody's address can equal. */
export function addressOf(email: unknown): Identifier | undefined {
  try {
    return Identifier.parse("email", email);
  } catch {
    return undefined;
  }
}
