import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import { openWithKey, sealWithKey } from "../vault/sealed-box.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import type { RequestRecord } from "./request-rows.js";

/**
 * Identifiers of requests, sealed. Each request has a key of its own, which is sealed by the home's and kept apart: without that one row nobody
 * reads them again, whoever has the home's key. To be used inside a transaction.
 */
export interface IdentifierTable {
  insert(requestId: string, identifiers: readonly Identifier[]): void;
  /** @throws DsrError `REQUEST_INVALID` when they were destroyed, `INTEGRITY` when they are gone or altered otherwise */
  read(record: RequestRecord): Identifier[];
  /** Gives texts a name that only this request's key makes: 128 bits, hex. Undefined once that is destroyed. @throws DsrError `INTEGRITY` */
  pseudonymiser(record: RequestRecord): ((text: string) => string) | undefined;
  destroyKey(requestId: string): void;
}

export function createIdentifierTable(database: Database, vault: Pick<Vault, "seal" | "open">): IdentifierTable {
  const keyOf = (requestId: string): Buffer => vault.open("identifier-key", sealedIn(database, "identifier_keys", requestId), requestId);
  return {
    insert: (requestId, identifiers) => {
      const key = randomBytes(32);
      const text = JSON.stringify(identifiers.map((identifier) => [identifier.category, identifier.reveal()]));
      database.run("INSERT INTO identifier_keys (request_id, sealed) VALUES (?, ?)", requestId, vault.seal("identifier-key", key, requestId).toString("base64"));
      database.run("INSERT INTO identifiers (request_id, sealed) VALUES (?, ?)", requestId, sealWithKey(key, text, about(requestId)).toString("base64"));
    },
    read: ({ request, identifiersDestroyed }) => {
      if (identifiersDestroyed) throw new DsrError("REQUEST_INVALID", { reason: "its identifiers were destroyed" });
      const text = openWithKey(keyOf(request.id), sealedIn(database, "identifiers", request.id), about(request.id)).toString("utf8");
      return (JSON.parse(text) as [string, string][]).map(([category, value]) => Identifier.parse(category, value));
    },
    pseudonymiser: ({ request, identifiersDestroyed }) => {
      if (identifiersDestroyed) return undefined;
      const key = Buffer.from(hkdfSync("sha256", keyOf(request.id), "", "dsr-connect/1/pseudonym", 32));
      return (text) => createHmac("sha256", key).update(text).digest("hex").slice(0, 32);
    },
    destroyKey: (requestId) => void database.run("DELETE FROM identifier_keys WHERE request_id = ?", requestId),
  };
}

function sealedIn(database: Database, table: "identifier_keys" | "identifiers", requestId: string): Buffer {
  const row = database.get<{ sealed: string }>(`SELECT sealed FROM ${table} WHERE request_id = ?`, requestId);
  if (row === undefined) throw new DsrError("INTEGRITY", { reason: "a request's identifiers were removed" });
  return Buffer.from(row.sealed, "base64");
}

function about(requestId: string): string {
  return `identifiers\n${requestId}`;
}
