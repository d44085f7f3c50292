import { expect } from "chai";
import { findByEmail } from "../../core/find-by-email.js";
import { Identifier } from "../../core/identifier.js";

interface Row {
  readonly id: string;
  readonly email: string;
}

const AT = Date.UTC(2026, 0, 15);
const find = (asked: readonly string[], pages: readonly (readonly Row[])[], nextOf = (page: number): string | undefined => (page + 1 < pages.length ? String(page + 1) : undefined)) => {
  const read: (string | undefined)[] = [];
  const found = findByEmail({ clock: { now: () => AT } }, asked.map((each) => Identifier.parse("email", each)), {
    where: "people/search",
    category: "person",
    page: async (cursor) => {
      read.push(cursor);
      return { items: pages[Number(cursor ?? 0)] ?? [], next: nextOf(Number(cursor ?? 0)) };
    },
    emailOf: ({ email }) => email,
    idOf: ({ id }) => id,
    toMatch: ({ id }, matchedBy) => ({ id, kind: "person", matchedBy, primary: true, holds: {} }),
  });
  return found.then((results) => ({ results, read }));
};

describe("finding people by their address", () => {
  it("reads every page, says where and when, and tells each address its own", async () => {
    const { results, read } = await find(["ada@example.test", "bob@example.test"], [[{ id: "1", email: "ada@example.test" }], [{ id: "2", email: "bob@example.test" }, { id: "3", email: "eve@example.test" }]]);
    expect(read).to.deep.equal([undefined, "1"]);
    expect(results.map(({ matches, dropped }) => [matches.map(({ id }) => id), dropped])).to.deep.equal([[["1"], 1], [["2"], 1]]);
    for (const { searched, gaps } of results) expect([searched, gaps]).to.deep.equal([[{ identifier: "email", where: "people/search", at: "2026-01-15T00:00:00.000Z" }], []]);
  });

  it("asks nobody where nobody is asked for", async () => {
    expect(await find([], [[]])).to.deep.equal({ results: [], read: [] });
  });

  it("shows a gap where the pages go round in circles", async () => {
    const { results } = await find(["ada@example.test"], [[{ id: "1", email: "ada@example.test" }], []], () => "1");
    expect(results[0]!.gaps).to.deep.equal([{ category: "person", code: "PAGING" }]);
  });
});
