import { DsrError } from "../../core/errors.js";
import type { PrivacyRequest } from "../../core/request.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";

/**
 * Which home an access request belongs to, where several homes share their rows: its pages are staged there, and there its package lies. Used inside a
 * transaction.
 */
export interface RequestHomes {
  /** This home's id. */
  readonly home: string;
  claim(request: PrivacyRequest): Promise<void>;
  /** @throws DsrError `REQUEST_ELSEWHERE`, `INTEGRITY` */
  check(requestId: string): Promise<void>;
}

export function createRequestHomes(database: Database, vault: Pick<Vault, "mac">, home: string): RequestHomes {
  const macOf = (requestId: string, of: string): string => vault.mac("journal", `home\n${requestId}\n${of}`);
  return {
    home,
    claim: async ({ id, type }) => {
      if (type === "access") await database.run("INSERT INTO request_homes (request_id, home, mac) VALUES (?, ?, ?)", id, home, macOf(id, home));
    },
    check: async (requestId) => {
      const row = await database.get<{ readonly home: string; readonly mac: string }>("SELECT home, mac FROM request_homes WHERE request_id = ?", requestId);
      if (row === undefined) return;
      if (row.mac !== macOf(requestId, row.home)) throw new DsrError("INTEGRITY", { reason: "the home of a request was altered" });
      if (row.home !== home) throw new DsrError("REQUEST_ELSEWHERE");
    },
  };
}
