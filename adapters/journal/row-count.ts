import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";

export type Counted = "holds" | "rehearsals" | "requests";

/**
 * How many of something were ever written down, kept under a MAC: none can be taken out without the home's key. Whoever sets all rows back to how they
 * once stood together is not found out by this. To be used inside a transaction.
 */
export interface RowCount {
  /** @throws DsrError `INTEGRITY` */
  read(): Promise<number>;
  /** Returns the number of the one that is added. @throws DsrError `INTEGRITY` */
  raise(): Promise<number>;
}

export function createRowCount(database: Database, vault: Pick<Vault, "mac">, name: Counted): RowCount {
  const read = async (): Promise<number> => {
    const head = await database.get<{ count: number; mac: string }>("SELECT count, mac FROM ledger_heads WHERE name = ?", name);
    if (head?.mac !== macOf(vault, name, head?.count ?? 0)) throw new DsrError("INTEGRITY", { reason: `the number of ${name} was altered` });
    return head.count;
  };
  return {
    read,
    raise: async () => {
      for (;;) {
        const before = await read();
        // Where another transaction has raised it meanwhile, this one waited for its end.
        if ((await database.run("UPDATE ledger_heads SET count = ?, mac = ? WHERE name = ? AND count = ?", before + 1, macOf(vault, name, before + 1), name, before)) === 1) return before + 1;
      }
    },
  };
}

/** From what is there. To be used inside a transaction, and never where a number may have been taken away. */
export async function beginCount(database: Database, vault: Pick<Vault, "mac">, name: Counted): Promise<void> {
  if ((await database.get("SELECT 1 FROM ledger_heads WHERE name = ?", name)) !== undefined) return;
  const count = (await database.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${ROWS_OF[name]}`))?.n ?? 0;
  // The lists always had theirs with the first that was added.
  if (name === "requests" || count === 0) await database.run("INSERT INTO ledger_heads (name, count, mac) VALUES (?, ?, ?)", name, count, macOf(vault, name, count));
}

const ROWS_OF: Readonly<Record<Counted, string>> = { holds: "ledger WHERE name = 'holds'", rehearsals: "ledger WHERE name = 'rehearsals'", requests: "requests" };

function macOf(vault: Pick<Vault, "mac">, name: Counted, count: number): string {
  return vault.mac("ledger", canonicalJson([name, count]));
}
