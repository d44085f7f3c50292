import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { IntercomClient } from "./client.js";
import { isObject, listOf, member, type JsonObject } from "./json-values.js";

/** The list of teammates, which is also what tells whether its permission is granted: asked for that, it is not asked for again right after. */
export interface StaffList {
  read(): Promise<void>;
  /** The list that was read last, once; otherwise it is read. */
  take(): Promise<readonly Identifier[]>;
}

export function staffList(client: IntercomClient): StaffList {
  let last: readonly Identifier[] | undefined;
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

/** The addresses of all teammates. */
async function teammates(client: IntercomClient): Promise<readonly Identifier[]> {
  return (await listedStaff(client)).flatMap((admin) => {
    const email: unknown = member(admin, "email");
    if (email != null && typeof email !== "string") throw new DsrError("VENDOR_MALFORMED");
    return addressOf(email) ?? [];
  });
}

/** An address that Intercom tells; undefined for what is none, which nobody's address can equal. */
export function addressOf(email: unknown): Identifier | undefined {
  try {
    return Identifier.parse("email", email);
  } catch {
    return undefined;
  }
}
