import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { Database } from "./database.js";
import type { Box, KeyHolder, RequestKeys } from "./request-keys.js";

/** Identifiers of requests, each sealed under its request's own key. To be used inside a transaction. */
export interface IdentifierTable {
  insert(record: KeyHolder, identifiers: readonly Identifier[]): Promise<void>;
  /** @throws DsrError `REQUEST_INVALID` when they were destroyed, `INTEGRITY` when they are gone or altered otherwise */
  read(record: KeyHolder): Promise<Identifier[]>;
  remove(requestId: string): Promise<void>;
}

export function createIdentifierTable(database: Database, keys: Pick<RequestKeys, "of">): IdentifierTable {
  const boxOf = async (record: KeyHolder): Promise<Box> => {
    const box = (await keys.of(record))?.identifiers;
    if (box === undefined) throw new DsrError("REQUEST_INVALID", { reason: "its identifiers were destroyed" });
    return box;
  };
  return {
    insert: async (record, identifiers) => {
      const { id } = record.request;
      const text = JSON.stringify(identifiers.map((identifier) => [identifier.category, identifier.reveal()]));
      await database.run("INSERT INTO identifiers (request_id, sealed) VALUES (?, ?)", id, (await boxOf(record)).seal(text, about(id)));
    },
    read: async (record) => {
      const { id } = record.request;
      const box = await boxOf(record);
      const row = await database.get<{ sealed: string }>("SELECT sealed FROM identifiers WHERE request_id = ?", id);
      if (row === undefined) throw new DsrError("INTEGRITY", { reason: "a request's identifiers were removed" });
      return (JSON.parse(box.open(row.sealed, about(id))) as [string, string][]).map(([category, value]) => Identifier.parse(category, value));
    },
    remove: async (requestId) => void (await database.run("DELETE FROM identifiers WHERE request_id = ?", requestId)),
  };
}

function about(requestId: string): string {
  return `identifiers\n${requestId}`;
}
