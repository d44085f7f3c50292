import { expect } from "chai";
import { readFileSync } from "node:fs";
import { RULES } from "../../contracts/index.js";

describe("RULES.md", () => {
  it("lists every rule of the contract, in its order and in its words, and no others", () => {
    const document = readFileSync(new URL("../../contracts/RULES.md", import.meta.url), "utf8");
    expect(document.split("\n").filter((line) => line.startsWith("- **"))).to.deep.equal(RULES.map(({ id, text }) => `- **${id}** ${text}`));
  });
});
