import { createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
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
  make(requestId: string): Promise<RequestKey>;
  /** What one request's key does. Undefined once it is destroyed. @throws DsrError `INTEGRITY` where it is gone otherwise */
  of(record: KeyHolder): Promise<RequestKey | undefined>;
  destroy(requestId: string): Promise<void>;
}

export interface RequestKey {
  /** Seal and open for one purpose each. */
  readonly identifiers: Box;
  readonly entries: Box;
  /** Gives texts a name that only this request's key makes: 128 bits, hex. */
  readonly pseudonymise: (text: string) => string;
}

export type KeyHolder = Pick<RequestRecord, "request" | "keyDestroyed">;

export interface Box {
  seal(plaintext: string, about: string): string;
  /** @throws DsrError `INTEGRITY` */
  open(sealed: string, about: string): string;
}

export function createRequestKeys(database: Database, vault: Pick<Vault, "seal" | "open">): RequestKeys {
  const opened = new Map<string, Opened>();
  const keep = (requestId: string, key: Opened): Opened => {
    opened.set(requestId, key);
    for (const [oldest] of opened) if (opened.size > KEPT_OPEN) opened.delete(oldest);
    return key;
  };
  /** Looked for each time, so that one that is gone is missed; opened once. */
  const keyOf = async (requestId: string): Promise<RequestKey> => {
    const row = await database.get<{ sealed: string }>("SELECT sealed FROM identifier_keys WHERE request_id = ?", requestId);
    const known = opened.get(requestId);
    opened.delete(requestId);
    if (row === undefined) throw new DsrError("INTEGRITY", { reason: "a request's key was removed" });
    return known?.sealed === row.sealed ? keep(requestId, known) : keep(requestId, openedFrom(row.sealed, vault.open("identifier-key", Buffer.from(row.sealed, "base64"), requestId)));
  };
  return {
    make: async (requestId) => {
      const fresh = randomBytes(32);
      const sealed = vault.seal("identifier-key", fresh, requestId).toString("base64");
      await database.run("INSERT INTO identifier_keys (request_id, sealed) VALUES (?, ?)", requestId, sealed);
      return keep(requestId, openedFrom(sealed, fresh));
    },
    of: async ({ request, keyDestroyed }) => (keyDestroyed ? undefined : keyOf(request.id)),
    destroy: async (requestId) => {
      opened.delete(requestId);
      await database.run("DELETE FROM identifier_keys WHERE request_id = ?", requestId);
    },
  };
}

/** Requests that are worked on at the same time, and some more. */
const KEPT_OPEN = 64;

interface Opened extends RequestKey {
  readonly sealed: string;
}

function openedFrom(sealed: string, key: Buffer): Opened {
  const derived = (purpose: string): KeyObject => createSecretKey(Buffer.from(hkdfSync("sha256", key, "", `dsr-connect/1/${purpose}`, 32)));
  const pseudonym = derived("pseudonym");
  return {
    sealed,
    // Homes of the first version sealed identifiers under the key itself.
    identifiers: boxUnder(createSecretKey(key)),
    entries: boxUnder(derived("entries")),
    pseudonymise: (text) => createHmac("sha256", pseudonym).update(text).digest("hex").slice(0, 32),
  };
}

function boxUnder(key: KeyObject): Box {
  return {
    seal: (plaintext, about) => sealWithKey(key, plaintext, about).toString("base64"),
    open: (sealed, about) => openWithKey(key, Buffer.from(sealed, "base64"), about).toString("utf8"),
  };
}
