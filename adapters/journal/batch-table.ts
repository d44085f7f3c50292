import type { Batch, BatchLine, BatchStore } from "../../core/batch.js";
import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";

interface Row {
  readonly batch_id: string;
  /** 0 is the batch itself. */
  readonly line: number;
  readonly body: string;
  readonly mac: string;
}

/** Batches and their lines, each row authenticated: which request a line stands for, and which plan was approved, stands in it. */
export function createBatchTable(database: Database, vault: Pick<Vault, "mac">): BatchStore {
  const macOf = ({ batch_id, line, body }: Omit<Row, "mac">): string => vault.mac("batch", canonicalJson([batch_id, line, body]));
  const put = async (batchId: string, line: number, value: Batch | BatchLine): Promise<void> => {
    const row = { batch_id: batchId, line, body: JSON.stringify(value) };
    const sql = "INSERT INTO batches (batch_id, line, body, mac) VALUES (?, ?, ?, ?) ON CONFLICT (batch_id, line) DO UPDATE SET body = excluded.body, mac = excluded.mac";
    await database.run(sql, row.batch_id, row.line, row.body, macOf(row));
  };
  const bodyOf = (row: Row): string => {
    if (macOf(row) !== row.mac) throw new DsrError("INTEGRITY", { reason: "a batch's row was altered" });
    return row.body;
  };
  return {
    put: (batch) => database.write(`batch ${batch.id}`, () => put(batch.id, 0, batch)),
    find: async (batchId) => {
      const row = await database.get<Row>("SELECT batch_id, line, body, mac FROM batches WHERE batch_id = ? AND line = 0", batchId);
      return row === undefined ? undefined : (JSON.parse(bodyOf(row)) as Batch);
    },
    list: async () => {
      const rows = await database.all<Row>("SELECT batch_id, line, body, mac FROM batches WHERE line = 0");
      const batches = rows.map((row) => JSON.parse(bodyOf(row)) as Batch);
      return batches.sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
    },
    putLines: (batchId, lines) =>
      database.write(`batch ${batchId}`, async () => {
        for (const line of lines) await put(batchId, line.line, line);
      }),
    lines: async (batchId) => {
      const rows = await database.all<Row>("SELECT batch_id, line, body, mac FROM batches WHERE batch_id = ? AND line > 0 ORDER BY line", batchId);
      return rows.map((row) => JSON.parse(bodyOf(row)) as BatchLine);
    },
  };
}
