import { expect } from "chai";
import { batchJson, batchLines } from "../../../adapters/cli/show-batch.js";
import { createStyle } from "../../../adapters/cli/style.js";
import { batchResultOf, type BatchResult } from "../../../core/batch-result.js";

const plain = createStyle({ write: () => true }, {}, false);

/** A batch whose program was killed when it had read two lines of its input, and opened the request of none. */
const killedWhileRead = (takenIn: boolean): BatchResult =>
  batchResultOf({ id: "b1", type: "deletion", connection: "acme", openedAt: "2026-01-15T09:00:00.000Z", choices: {}, takenIn, sharedCalls: 0 }, true, [{ line: { line: 2, reference: "T-1", requestId: "r1" } }, { line: { line: 3, requestId: "r2" } }]);

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
