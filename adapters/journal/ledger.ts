import { DsrError } from "../../core/errors.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";
import { createRowCount, type Counted } from "./row-count.js";

/**
 * A list of facts that is only ever added to: each sealed, and their number kept under a MAC, so that none can be read, changed, moved or taken
 * out without the home's key. To be used inside a transaction.
 */
export interface Ledger<T> {
  add(fact: T): Promise<void>;
  /** @throws DsrError `INTEGRITY` */
  read(): Promise<T[]>;
}

export function createLedger<T>(database: Database, vault: Pick<Vault, "seal" | "open" | "mac">, name: Exclude<Counted, "requests">): Ledger<T> {
  const about = (seq: number): string => `${name}\n${seq}`;
  const count = createRowCount(database, vault, name);
  /** What is stored, as many as were added. */
  const sealed = async (): Promise<readonly string[]> => {
    const rows = await database.all<{ sealed: string }>("SELECT sealed FROM ledger WHERE name = ? ORDER BY seq", name);
    if (rows.length !== (await count.read())) throw new DsrError("INTEGRITY", { reason: "a list of this home was altered" });
    return rows.map((row) => row.sealed);
  };
  /** Opened once: who deletes asks for every hold before each effect. */
  let known: readonly { readonly sealed: string; readonly fact: T }[] = [];
  const opened = (each: string, index: number): T => JSON.parse(vault.open("ledger", Buffer.from(each, "base64"), about(index + 1)).toString("utf8")) as T;
  return {
    add: async (fact) => {
      await sealed();
      const seq = await count.raise();
      await database.run("INSERT INTO ledger (name, seq, sealed) VALUES (?, ?, ?)", name, seq, vault.seal("ledger", JSON.stringify(fact), about(seq)).toString("base64"));
    },
    read: async () => {
      known = (await sealed()).map((each, index) => {
        const before = known[index];
        return before?.sealed === each ? before : { sealed: each, fact: opened(each, index) };
      });
      return known.map(({ fact }) => fact);
    },
  };
}
