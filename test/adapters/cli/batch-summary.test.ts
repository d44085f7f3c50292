import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSummaryPlace, writeSummary } from "../../../adapters/cli/batch-summary.js";
import { batchResultOf } from "../../../core/batch-result.js";

describe("the summary of a batch", () => {
  it("has a row for each line, however many they are, and nothing is left beside it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dsr-summary-"));
    try {
      await checkSummaryPlace(join(folder, "summary.csv"));
      expect(readdirSync(folder)).to.deep.equal([]);
      const numbers = Array.from({ length: 1_201 }, (_, n) => n + 2);
      const batch = { id: "b1", type: "access" as const, connection: "acme", openedAt: "2026-01-15T09:00:00.000Z", choices: {}, takenIn: true, sharedCalls: 0 };
      await writeSummary(join(folder, "summary.csv"), batchResultOf(batch, numbers.map((line) => ({ line: { line, reference: `T-${line}`, requestId: `r${line}` } }))));
      const rows = parse(readFileSync(join(folder, "summary.csv")), { columns: true }) as { readonly line: string; readonly ref: string }[];
      expect(rows.map(({ line, ref }) => [line, ref])).to.deep.equal(numbers.map((line) => [String(line), `T-${line}`]));
      expect(readdirSync(folder)).to.deep.equal(["summary.csv"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
