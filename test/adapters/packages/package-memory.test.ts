import { expect } from "chai";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { StagedPage } from "../../../core/host-ports.js";
import { temporaryHome } from "../journal/temporary-home.js";
import { conversation, richHeader, writeRich } from "./rich-package.js";
import { samplePage, sampleRecord } from "./samples.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The most of the heap that was in use at once while a package of so many conversations was written. */
async function highestUse(count: number): Promise<{ readonly bytes: number; readonly source: number }> {
  const home = temporaryHome();
  let bytes = 0;
  let source = 0;
  const measure = (): void => {
    collectGarbage();
    bytes = Math.max(bytes, process.memoryUsage().heapUsed);
  };
  const pages = async function* (): AsyncIterable<StagedPage> {
    for (let n = 0; n < count; n++) {
      const records = [conversation(n, 25, { subject: `<p>${"Subject ".repeat(10)}</p>`, body: `<p>${"text ".repeat(150)}</p>`, author: "Ann" }), sampleRecord("tickets", String(n), { id: n, text: "y".repeat(5_000) })];
      if (n === 0) source = JSON.stringify(records).length * count;
      yield samplePage(records);
    }
    measure();
  };
  // Looks while the pages for people are made, too: each look comes between two records.
  const timer = setInterval(measure, 2_000);
  try {
    await writeRich(home.directory, { header: richHeader(), pages: pages() });
    measure();
    return { bytes, source };
  } finally {
    clearInterval(timer);
    await home.remove();
  }
}

describe("the memory that a package takes", () => {
  it("does not grow with the person: 1,000 large conversations and tickets as little as 100", async () => {
    await highestUse(20);
    const small = await highestUse(100);
    const large = await highestUse(1_000);
    expect(large.source, "what was packaged").to.be.greaterThan(25_000_000);
    expect(large.bytes - small.bytes).to.be.lessThan(2_000_000);
  }).timeout(240_000);
});
