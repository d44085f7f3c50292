import { expect } from "chai";
import { compareFound } from "../../core/compare-found.js";
import { Identifier } from "../../core/identifier.js";

interface Row {
  readonly id: string;
  readonly email: string;
}

const compare = (asked: readonly string[], rows: readonly Row[]) =>
  compareFound(asked.map((each) => Identifier.parse("email", each)), rows, {
    emailOf: ({ email }) => email,
    idOf: ({ id }) => id,
    toMatch: ({ id }, matchedBy) => ({ id, kind: "person", matchedBy, primary: true, holds: {} }),
  });

describe("comparing what a vendor returned", () => {
  it("tells matches, near matches and strangers apart, for each address by itself and in their order", () => {
    const rows = [{ id: "1", email: "Ada@example.test" }, { id: "2", email: "bob@example.test" }, { id: "3", email: "ada+news@example.test" }, { id: "4", email: "" }];
    const [ada, bob, nobody] = compare(["ada@example.test", "bob@example.test", "eve@example.test"], rows);
    expect(ada!.matches.map(({ id, matchedBy }) => [id, matchedBy])).to.deep.equal([["1", "case_insensitive"]]);
    expect(ada!.nearMatches).to.deep.equal([{ id: "3", why: "tag" }]);
    expect(bob!.matches.map(({ id, matchedBy }) => [id, matchedBy])).to.deep.equal([["2", "exact"]]);
    expect([nobody!.matches, nobody!.nearMatches]).to.deep.equal([[], []]);
  });

  it("I8: counts for everybody whom the record belongs to nobody who was asked for", () => {
    const rows = [{ id: "1", email: "stranger@example.test" }, { id: "2", email: "bob@example.test" }];
    expect(compare(["ada@example.test", "bob@example.test"], rows).map(({ dropped }) => dropped)).to.deep.equal([1, 1]);
  });

  it("asks nothing of what matches nobody", () => {
    expect(compare([], [{ id: "1", email: "a@example.test" }])).to.deep.equal([]);
  });
});
