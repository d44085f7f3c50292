import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { DsrError } from "../../core/errors.js";
import { openWithKey, sealWithKey } from "../vault/sealed-box.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import type { RequestRecord } from "./request-rows.js";

/**
 * A key of its own for each request, sealed by the home's and kept apart: without that one row nobody reads again what was sealed under it,
 * whoever has the home's key. To be used inside a transaction.
 */
export interface RequestKeys {
  make(requestId: string): Promise<void>;
  /** Seals and opens for one purpose of one request. Undefined once its key is destroyed. @throws DsrError `INTEGRITY` where it is gone otherwise */
  box(record: KeyHolder, purpose: "identifiers" | "entries"): Promise<Box | undefined>;
  /** Gives texts a name that only this request's key makes: 128 bits, hex. Undefined once that is destroyed. @throws DsrError `INTEGRITY` */
  pseudonymiser(record: KeyHolder): Promise<((text: string) => string) | undefined>;
  destroy(requestId: string): Promise<void>;
}

export type KeyHolder = Pick<RequestRecord, "request" | "keyDestroyed">;

export interface Box {
  seal(plaintext: string, about: string): string;
  /** @throws DsrError `INTEGRITY` */
  open(sealed: string, about: string): string;
}

export function createRequestKeys(database: Database, vault: Pick<Vault, "seal" | "open">): RequestKeys {
  const keyOf = async (requestId: string): Promise<Buffer> => {
    const row = await database.get<{ sealed: string }>("SELECT sealed FROM identifier_keys WHERE request_id = ?", requestId);
    if (row === undefined) throw new DsrError("INTEGRITY", { reason: "a request's key was removed" });
    return vault.open("identifier-key", Buffer.from(row.sealed, "base64"), requestId);
  };
  return {
    make: async (requestId) => {
      await database.run("INSERT INTO identifier_keys (request_id, sealed) VALUES (?, ?)", requestId, vault.seal("identifier-key", randomBytes(32), requestId).toString("base64"));
    },
    box: async ({ request, keyDestroyed }, purpose) => {
      if (keyDestroyed) return undefined;
      // Homes of the first version sealed identifiers under the key itself.
      const key = purpose === "identifiers" ? await keyOf(request.id) : derived(await keyOf(request.id), purpose);
      return {
        seal: (plaintext, about) => sealWithKey(key, plaintext, about).toString("base64"),
        open: (sealed, about) => openWithKey(key, Buffer.from(sealed, "base64"), about).toString("utf8"),
      };
    },
    pseudonymiser: async ({ request, keyDestroyed }) => {
      if (keyDestroyed) return undefined;
      const key = derived(await keyOf(request.id), "pseudonym");
      return (text) => createHmac("sha256", key).update(text).digest("hex").slice(0, 32);
    },
    destroy: async (requestId) => void (await database.run("DELETE FROM identifier_keys WHERE request_id = ?", requestId)),
  };
}

function derived(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", `dsr-connect/1/${purpose}`, 32));
}
