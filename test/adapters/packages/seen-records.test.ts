import { expect } from "chai";
import { createSeenRecords } from "../../../adapters/packages/seen-records.js";

describe("the memory of written records", () => {
  it("knows each record from its first naming on, through all its growing", () => {
    const seen = createSeenRecords();
    const COUNT = 60_000;
    const named = () => Array.from({ length: COUNT }, (_, n) => seen.add("contacts", String(n)));
    expect(named().every((isNew) => isNew)).to.equal(true);
    expect(named().some((isNew) => isNew)).to.equal(false);
    expect(seen.add("contacts", String(COUNT))).to.equal(true);
  });

  it("tells category from id, and ids that only differ in what UTF-8 cannot say", () => {
    const seen = createSeenRecords();
    for (const [category, id] of [["a", "b"], ["a", "\nb"], ["ab", ""], ["a", ""], ["a", "\ud800"], ["a", "\ud801"], ["a", "\ufffd"], ["a", "\u6362z"], ["abc", "z"]] as const) expect(seen.add(category, id), JSON.stringify([category, id])).to.equal(true);
  });
});
