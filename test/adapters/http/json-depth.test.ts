import { expect } from "chai";
import fc from "fast-check";
import { nestsDeeperThan } from "../../../adapters/http/json-depth.js";

describe("the depth of JSON text", () => {
  it("is that of the value", () => {
    const depthOf = (value: unknown): number => (typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8, noUnicodeString: false }), (value) => {
        const depth = depthOf(value);
        for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
          expect(nestsDeeperThan(text, depth)).to.equal(false);
          if (depth > 0) expect(nestsDeeperThan(text, depth - 1)).to.equal(true);
        }
      }),
      { seed: 1 },
    );
  });

  it("does not count brackets in strings, however their quotes are escaped", () => {
    for (const inside of ["[[[[", '"[[[[', "\\", '\\"[[', '\\\\"{{{', "]]]]"]) {
      expect(nestsDeeperThan(JSON.stringify({ [inside]: [inside] }), 2)).to.equal(false);
      expect(nestsDeeperThan(JSON.stringify({ [inside]: [inside, []] }), 2)).to.equal(true);
    }
  });

  it("is found in one pass through a long text", () => {
    for (const text of ["[".repeat(5_000_000), `"${"\\".repeat(5_000_000)}`, `${'"a",'.repeat(1_000_000)}`]) {
      const startedMs = performance.now();
      nestsDeeperThan(text, 10_000_000);
      expect(performance.now() - startedMs).to.be.below(1000);
    }
  });
});
