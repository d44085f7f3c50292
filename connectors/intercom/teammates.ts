import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { IntercomClient } from "./client.js";
import type { Teammate } from "../../core/ports.js";
import { COMPANY, SHARED, TITLES } from "./ordinary-words.js";
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

/** As texts write it: without titles, and without what an account is for. Undefined for one that several share, and whose name is no person's. */
function personalName(name: string): string | undefined {
  const [called = ""] = shownName(name).split(/ [-\u00b7] | ?[|([@\u2013\u2014:/]/);
  const parts = called.split(",").map((part) => part.split(" ").filter((word) => /\p{L}/u.test(word)));
  const untitled = parts.map((part) => part.filter((word) => !TITLES.has(wordIn(word)))).filter((part) => part.length > 0);
  const words = untitled.flat().length < 2 ? parts : untitled;
  const isNobody = words.flat().every((word) => SHARED.has(wordIn(word))) || words.flat().some((word) => COMPANY.has(wordIn(word)));
  return isNobody ? undefined : words.map((part) => part.join(" ")).join(", ");
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
