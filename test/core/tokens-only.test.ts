import { expect } from "chai";
import { TOKENS_ONLY } from "../../core/tokens-only.js";
import { rejectionOf, thrownBy } from "./thrown.js";

describe("a vendor without OAuth", () => {
  it("sends nobody to a page and exchanges no code, and says why", async () => {
    const refused = { code: "UNSUPPORTED_REQUEST", facts: { at: "auth", reason: "the vendor offers access tokens only" } };
    expect(thrownBy(() => TOKENS_ONLY.authoriseUrl({ clientId: "c", state: "s" }))).to.deep.include(refused);
    expect(await rejectionOf(TOKENS_ONLY.exchangeCode({ clientId: "c", clientSecret: "x", code: "y" }))).to.deep.include(refused);
  });
});
