import { expect } from "chai";
import { batchExit, batchJson, batchLines } from "../../../adapters/cli/show-batch.js";
import { createStyle } from "../../../adapters/cli/style.js";
import type { ErrorCode } from "../../../core/errors.js";
import { batchResultOf, type BatchResult, type LineResult } from "../../../core/batch-result.js";
import type { RequestState } from "../../../core/request.js";
import type { RequestResult } from "../../../core/results.js";

const plain = createStyle({ write: () => true }, {}, false);

/** A batch whose program was killed when it had read two lines of its input, and opened the request of none. */
const killedWhileRead = (takenIn: boolean): BatchResult =>
  batchResultOf({ id: "b1", type: "deletion", connection: "acme", openedAt: "2026-01-15T09:00:00.000Z", choices: {}, takenIn, sharedCalls: 0, account: { workspace: "w", vendorsOwn: true } }, [{ line: { line: 2, reference: "T-1", requestId: "r1" } }, { line: { line: 3, requestId: "r2" } }]);

describe("a batch that was killed while its input was read, in words", () => {
  const text = (result: BatchResult): string => batchLines(result, "summary.csv", plain, { program: "dsr" }).join("\n");

  it("is not finished, and its lines are not begun, not wrong", () => {
    const told = text(killedWhileRead(false));
    expect(told).to.contain("not finished").and.to.match(/2 +not begun/).and.not.to.contain("no valid request");
    expect((batchJson(killedWhileRead(false), "summary.csv") as { batch: object }).batch).to.include({ takenIn: false });
  });

  it("asks for the same file again, since no resuming knows what the rest of it says", () => {
    const told = text(killedWhileRead(false));
    expect(told).to.contain("only a part of the input was read: give the same command with the same file again").and.not.to.contain("dsr resume b1");
  });

  it("is resumed by its id where the input was read to its end", () => {
    expect(text(killedWhileRead(true))).to.contain("`dsr resume b1` goes on where it stopped");
  });
});

describe("a batch, in words", () => {
  const totals = { lines: 3, people: 3, records: 0, verdicts: { delete: 0, nothing: 0, choose: 0, held: 0, teammate: 0, invalid: 0, done: 0, waiting: 3, attention: 0, not_begun: 0 }, outcomes: {} };
  const row = { reference: null, requestId: "r", verdict: "waiting" as const, outcome: "parked" as const, at: null, reason: null, found: 0, planned: 0, deleted: 0, alreadyAbsent: 0, notDeleted: 0, open: 0, gaps: 0, dropped: 0, package: null };
  const rows = (["VENDOR_UNAVAILABLE", "RATE_LIMITED", "VENDOR_UNAVAILABLE"] as const).map((code, n) => ({ ...row, line: n + 2, code }));
  const result: BatchResult = { batch: { id: "b1", type: "deletion", connection: "acme", vendorsOwn: true, openedAt: "2026-01-15T09:00:00.000Z", takenIn: true }, outcome: "waiting", notCovered: [], plan: null, totals, rows, apiCalls: 1 };
  const text = (lines: BatchResult["rows"] = rows): string => batchLines({ ...result, rows: lines }, "summary.csv", plain, { program: "dsr" }).join("\n");

  it("says why lines wait", () => {
    expect(text()).to.contain("waiting (2 VENDOR_UNAVAILABLE, 1 RATE_LIMITED)");
  });

  it("does not count records to delete for good while not everybody was looked for", () => {
    const planned = { ...result, plan: { id: "b1-p", confirm: "delete-0-1", expiresAt: "2026-01-16T09:00:00.000Z" } };
    const told = (shown: BatchResult): string => batchLines(shown, "summary.csv", plain, { program: "dsr" }).join("\n");
    expect(told(result)).to.contain("3 people, 0 records to delete so far\n");
    expect(told({ ...result, outcome: "stopped", stopped: { code: "VENDOR_UNAVAILABLE" } })).to.contain("0 records to delete so far\n");
    expect(told(planned)).to.contain("0 records to delete\n");
    expect(told({ ...result, outcome: "finished" })).to.contain("0 records to delete\n");
  });

  it("says with a command that there is how a batch goes that was left to workers", () => {
    expect(batchLines({ ...result, outcome: "queued" }, "summary.csv", plain, { program: "dsr" }).join("\n")).to.contain("`dsr worker` carries it out, and `dsr batch show b1` tells how it goes");
  });

  it("says that the vendor returned records without an address that was asked for", () => {
    expect(text([...rows, { ...row, line: 5, code: null, dropped: 2 }])).to.contain("left out  records that the vendor returned when it was asked about 1 line, without an address that was asked for");
    expect(text()).not.to.contain("left out");
  });
});

describe("the exit code of a batch that was stopped", () => {
  it("tells what somebody has to mend from what passes by itself", () => {
    const stoppedBy = (code: ErrorCode): number => batchExit({ ...killedWhileRead(true), stopped: { code } });
    for (const [code, exit] of [["VENDOR_UNAVAILABLE", 8], ["RATE_LIMITED", 8], ["VENDOR_MALFORMED", 8], ["TLS_REJECTED", 1], ["HOST_REFUSED", 1], ["AUTH_REJECTED", 4], ["SCOPE_MISSING", 5]] as const) expect(stoppedBy(code), code).to.equal(exit);
  });
});

describe("a batch that was not stopped", () => {
  const request = { id: "r", ref: null, type: "deletion", connector: "memory", connection: "acme", vendorsOwn: true };
  const line = (n: number, outcome: RequestState, code?: ErrorCode): LineResult => ({
    line: { line: n, requestId: `r${n}`, planId: "p" },
    result: { request: { ...request, id: `r${n}` }, outcome, ...(code === undefined ? {} : { attention: { code } }), matches: [], gaps: [], searched: [{ identifier: "email", where: "people", at: "" }], notCovered: [], teammate: false, dropped: 0, apiCalls: 0, plan: null, targets: [] } as unknown as RequestResult,
  });
  const invalid: LineResult = { line: { line: 9, problem: { code: "IDENTIFIER_INVALID" } } };
  const resultOf = (lines: readonly LineResult[], confirmedAt?: string): BatchResult =>
    batchResultOf({ id: "b1", type: "deletion", connection: "acme", openedAt: "2026-01-15T09:00:00.000Z", choices: {}, takenIn: true, sharedCalls: 0, ...(confirmedAt === undefined ? {} : { confirmedAt }) }, lines);
  const exitOf = (...told: Parameters<typeof resultOf>): number => batchExit(resultOf(...told));
  const others = [line(1, "needs_attention", "AMBIGUOUS_SUBJECT"), line(2, "needs_attention", "PLAN_STALE"), line(3, "verified"), invalid];

  it("says of what was confirmed, and never sent, that it is not begun, and not that it would be deleted", () => {
    const text = (confirmedAt?: string): string => batchLines(resultOf([line(1, "verified"), line(2, "planned"), line(3, "planned")], confirmedAt), "summary.csv", plain, { program: "dsr" }).join("\n");
    expect(text("2026-01-15T09:00:00.000Z")).to.match(/^ +2 +not begun$/m).and.not.contain("would be deleted");
    expect(text()).to.match(/^ +2 +would be deleted$/m).and.not.contain("not begun");
  });

  it("ends with 8 where anything waits, whatever became of the other lines, since nothing else says that it has to be resumed", () => {
    for (const waiting of [line(4, "parked", "VENDOR_UNAVAILABLE"), line(4, "needs_attention", "VENDOR_UNAVAILABLE"), line(4, "awaiting_verification"), line(4, "running")])
      expect(exitOf([...others, waiting], "2026-01-15T09:00:00.000Z"), waiting.result?.outcome).to.equal(8);
    expect(exitOf([...others, line(4, "parked", "VENDOR_UNAVAILABLE")]), "a dry run").to.equal(8);
  });

  it("ends with 3 for one line that did not end well, and with 6 where nobody was found at all", () => {
    const amiss = [line(4, "complete_with_gaps"), line(4, "partial"), line(4, "cancelled"), line(4, "refused", "HELD"), line(4, "refused", "ACCESS_FIRST"), line(4, "needs_attention", "AMBIGUOUS_SUBJECT"), line(4, "needs_attention", "STILL_PRESENT"), invalid];
    for (const each of amiss) expect(exitOf([line(1, "verified"), each], "2026-01-15T09:00:00.000Z"), JSON.stringify(each)).to.equal(3);
    expect(exitOf([line(1, "verified"), line(2, "nothing_found")], "2026-01-15T09:00:00.000Z")).to.equal(0);
    expect(exitOf([line(1, "nothing_found"), line(2, "nothing_found")], "2026-01-15T09:00:00.000Z")).to.equal(6);
    expect(exitOf([], "2026-01-15T09:00:00.000Z")).to.equal(0);
  });

  it("ends with 3 of mixed outcomes where nothing waits", () => {
    expect(exitOf(others, "2026-01-15T09:00:00.000Z")).to.equal(3);
    expect(exitOf([...others, line(4, "planned")]), "a dry run").to.equal(3);
  });
});
