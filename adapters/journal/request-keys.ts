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
  const opened = new Map<string, Opened>();
  /** Looked for each time, so that one that is gone is missed; opened once. */
  const keysOf = async (requestId: string): Promise<Opened> => {
    const row = await database.get<{ sealed: string }>("SELECT sealed FROM identifier_keys WHERE request_id = ?", requestId);
    const known = opened.get(requestId);
    opened.delete(requestId);
    if (row === undefined) throw new DsrError("INTEGRITY", { reason: "a request's key was removed" });
    const keys = known?.sealed === row.sealed ? known : openedFrom(row.sealed, vault.open("identifier-key", Buffer.from(row.sealed, "base64"), requestId));
    opened.set(requestId, keys);
    for (const [oldest] of opened) if (opened.size > KEPT_OPEN) opened.delete(oldest);
    return keys;
  };
  return {
    make: async (requestId) => {
      await database.run("INSERT INTO identifier_keys (request_id, sealed) VALUES (?, ?)", requestId, vault.seal("identifier-key", randomBytes(32), requestId).toString("base64"));
    },
    box: async ({ request, keyDestroyed }, purpose) => {
      if (keyDestroyed) return undefined;
      const { [purpose]: key } = await keysOf(request.id);
      return {
        seal: (plaintext, about) => sealWithKey(key, plaintext, about).toString("base64"),
        open: (sealed, about) => openWithKey(key, Buffer.from(sealed, "base64"), about).toString("utf8"),
      };
    },
    pseudonymiser: async ({ request, keyDestroyed }) => {
      if (keyDestroyed) return undefined;
      const { pseudonym } = await keysOf(request.id);
      return (text) => createHmac("sha256", pseudonym).update(text).digest("hex").slice(0, 32);
    },
    destroy: async (requestId) => {
      opened.delete(requestId);
      await database.run("DELETE FROM identifier_keys WHERE request_id = ?", requestId);
    },
  };
}

/** Requests that are worked on at the same time, and some more. */
const KEPT_OPEN = 64;

interface Opened {
  readonly sealed: string;
  readonly identifiers: KeyObject;
  readonly entries: KeyObject;
  readonly pseudonym: KeyObject;
}

function openedFrom(sealed: string, key: Buffer): Opened {
  const derived = (purpose: string): KeyObject => createSecretKey(Buffer.from(hkdfSync("sha256", key, "", `dsr-connect/1/${purpose}`, 32)));
  // Homes of the first version sealed identifiers under the key itself.
  return { sealed, identifiers: createSecretKey(key), entries: derived("entries"), pseudonym: derived("pseudonym") };
}
