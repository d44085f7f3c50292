import { expect } from "chai";
import { everyItem, everyPage, further, goesInCircles, START_OF_LIST, type ListPage, type Loop } from "../../core/paging.js";
import { rejectionOf } from "./thrown.js";

/** A list of the pages 0, 1, 2 … whose ways on are as given; `undefined` ends it. */
function listOf(ways: readonly (number | undefined)[]) {
  const read: number[] = [];
  return {
    read,
    page: async (from: number | undefined): Promise<ListPage<string, number>> => {
      read.push(from ?? 0);
      return { items: [`page ${from ?? 0}`], next: ways[from ?? 0] };
    },
  };
}

describe("paging", () => {
  it("D1: reads every page once, and stops at the last", async () => {
    const { page, read } = listOf([1, 2, undefined]);
    expect(await everyItem(page)).to.deep.equal(["page 0", "page 1", "page 2"]);
    expect(read).to.deep.equal([0, 1, 2]);
  });

  it("D1: ends a list that goes round in circles of any length, and never calls it whole", async () => {
    for (const size of [1, 2, 3, 7, 40]) {
      const { page, read } = listOf([1, 2, ...Array.from({ length: size }, (_, n) => 2 + ((n + 1) % size))]);
      expect(await rejectionOf(everyItem(page)), `circle of ${size}`).to.include({ code: "VENDOR_MALFORMED" });
      expect(read.length, `pages of a circle of ${size}`).to.be.at.most(size + 3);
      let circles = 0;
      await everyItem(page, () => (circles += 1));
      expect(circles).to.equal(1);
    }
  });

  it("D1: ends a list that never repeats itself and never ends", async () => {
    let pages = 0;
    let last = false;
    for await (const { circular } of everyPage(async (from: number | undefined) => ({ next: (from ?? 0) + 1 }))) {
      pages += 1;
      last = circular;
    }
    expect([pages, last]).to.deep.equal([10_000, true]);
  });

  it("D1: ends one that was kept as JSON between its pages, too", () => {
    let loop: Loop<number> = START_OF_LIST;
    let pages = 1;
    for (let next = 1; !goesInCircles(next, loop); next += 1, pages += 1) loop = further(next, loop);
    expect(pages).to.equal(10_000);
  });

  it("P1: finds the circle in a loop that was kept as JSON between any two pages", () => {
    let loop: Loop<string> = START_OF_LIST;
    let pages = 0;
    for (let next = "b"; pages < 20 && !goesInCircles(next, loop); next = next === "d" ? "b" : next === "b" ? "c" : "d", pages += 1) loop = JSON.parse(JSON.stringify(further(next, loop))) as Loop<string>;
    expect(pages).to.be.within(3, 12);
  });
});
