import { expect } from "chai";
import type { Fault } from "../../../connectors/intercom/sandbox/faults.js";
import { connectedWorld, forgetCalls, mutations, type World } from "./world.js";

const JANE = "jane@example.test";

describe("looking a person up at Intercom", () => {
  const searching = (world: World, fault: Fault, times = 1, after = 0) => world.sandbox.inject({ method: "POST", path: /search/, fault, times, after });
  const rewritten = (rewrite: (body: Answer) => unknown): Fault => ({ kind: "rewrite", rewrite: (body) => rewrite(body as Answer) });
  const leads = (world: World, count: number) => Array.from({ length: count }, () => world.sandbox.build.addContact({ email: JANE, role: "lead" }).id);
  const found = async (world: World) => (await world.plan(JANE)).matches.map(({ id }) => id);

  it("is one search over the few spellings of the address", async () => {
    const world = await connectedWorld();
    await world.plan("Jane+x@Example.test");
    expect(world.searches).to.deep.equal([
      { query: { field: "email", operator: "IN", value: ["Jane+x@Example.test", "jane+x@example.test", JANE] }, pagination: { per_page: 150 } },
    ]);
  });

  it("reads every page, and the cursor goes into the body", async () => {
    const world = await connectedWorld();
    const ids = leads(world, 400);
    expect(await found(world)).to.have.members(ids);
    expect(world.searches.map(({ pagination }) => typeof pagination.starting_after)).to.deep.equal(["undefined", "string", "string"]);
    expect(new Set(world.searches.map(({ pagination }) => pagination.starting_after)).size).to.equal(3);
    expect(world.sent).to.deep.equal(["POST /contacts/search", "POST /contacts/search", "POST /contacts/search"]);
  });

  it("finds one person in a crowd", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "crowd", crowdSize: 1000 } });
    expect((await world.plan("person500@example.test")).matches).to.have.lengthOf(1);
    expect(world.sent).to.have.lengthOf(1);
  });

  for (const switches of [{ lastPageNext: "null" }, { lastPageNext: "absent" }, { fullLastPageHasNext: true }, { fullLastPageHasNext: false }] as const) {
    it(`ends at the last page: ${JSON.stringify(switches)}`, async () => {
      const world = await connectedWorld({ sandbox: { switches } });
      const ids = leads(world, 150);
      expect(await found(world)).to.have.members(ids);
      expect(world.sent.length).to.equal("fullLastPageHasNext" in switches && switches.fullLastPageHasNext ? 2 : 1);
    });
  }

  for (const [what, inOperatorMaxValues] of [["refused", 50], ["too short", 1]] as const) {
    it(`asks for each spelling where a list of values is ${what}`, async () => {
      const world = await connectedWorld({ sandbox: { switches: { inOperator: what === "refused" ? "rejected" : "allowed", inOperatorMaxValues } } });
      const [tagged, plain] = [world.sandbox.build.addContact({ email: "jane+x@example.test" }), world.sandbox.build.addContact({ email: JANE })];
      const result = await world.plan("jane+x@example.test");
      expect(result).to.deep.include({ outcome: "planned", matches: [{ id: tagged.id, kind: "user", matchedBy: "exact" }], nearMatches: [{ id: plain.id, why: "tag" }] });
      expect(world.searches.map(({ query }) => query.operator)).to.deep.equal(["IN", "OR"]);
    });
  }

  describe("D1: a cursor that comes back", () => {
    it("D1: ends the search, and makes an access incomplete", async () => {
      const world = await connectedWorld();
      const [id] = leads(world, 1);
      searching(world, { kind: "repeated_cursor" }, Infinity);
      const result = await world.access(JANE);
      expect(result.outcome).to.equal("complete_with_gaps");
      expect(result.matches.map((match) => match.id)).to.deep.equal([id]);
      expect(result.gaps).to.deep.include({ category: "contacts", code: "PAGING", have: 1, of: 1 });
      expect(world.searches).to.have.lengthOf(2);
    });

    it("D1: warns a plan's reader that there may be more", async () => {
      const world = await connectedWorld();
      leads(world, 200);
      searching(world, { kind: "repeated_cursor" }, Infinity);
      expect((await world.plan(JANE)).plan?.warnings).to.deep.include({ code: "LOOKUP_INCOMPLETE" });
    });

    it("D1: is noticed when it comes back after others", async () => {
      const world = await connectedWorld();
      leads(world, 10);
      let page = 0;
      searching(world, rewritten((body) => ({ ...body, pages: { ...body.pages, next: { starting_after: ["WzAsIiIsMV0=", "WzAsIiIsMl0=", "WzAsIiIsM10="][page++ % 3] } } })), Infinity);
      const { gaps } = await world.access(JANE);
      expect(gaps.map(({ code }) => code)).to.include("PAGING");
      expect(world.searches).to.have.lengthOf(4);
    });

    it("D1: does not make nothing found of a search that never ended", async () => {
      const world = await connectedWorld();
      searching(world, { kind: "repeated_cursor" }, Infinity);
      const result = await world.access(JANE);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", matches: [] });
      expect(result.gaps.map(({ code }) => code)).to.deep.equal(["PAGING"]);
      expect(await world.plan(JANE)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, plan: null });
    });
  });

  it("D3: a record that stands on two pages is one match", async () => {
    const world = await connectedWorld();
    const ids = leads(world, 200);
    let repeated: Answer["data"][number];
    searching(world, rewritten((body) => ((repeated = body.data[0]!), body)));
    searching(world, rewritten((body) => ({ ...body, data: [repeated, ...body.data] })));
    expect((await found(world)).toSorted()).to.deep.equal(ids.toSorted());
  });

  it("D3, D4: a record that stands on two pages makes up for none that stands on no page, and is no match twice", async () => {
    const world = await connectedWorld();
    leads(world, 160);
    for (let reading = 0; reading < 2; reading++) {
      let repeated: Answer["data"][number];
      searching(world, rewritten((body) => ((repeated = body.data[0]!), body)));
      searching(world, rewritten((body) => ({ ...body, data: [repeated, ...body.data.slice(1)] })));
    }
    const { matches, plan } = await world.plan(JANE);
    expect(new Set(matches.map(({ id }) => id)).size).to.equal(159).and.to.equal(matches.length);
    expect(plan!.warnings.map(({ code }) => code)).to.include("LOOKUP_INCOMPLETE");
  });

  describe("D4: a list that is shorter than its own count", () => {
    const without = (number: number) => rewritten((body) => ({ ...body, data: body.data.slice(number) }));

    it("D4: is read once more, and is whole then", async () => {
      const world = await connectedWorld();
      const ids = leads(world, 3);
      searching(world, without(1));
      const result = await world.access(JANE);
      expect(result.matches.map(({ id }) => id)).to.have.members(ids);
      expect(result).to.deep.include({ outcome: "complete", gaps: [] });
      expect(world.searches).to.have.lengthOf(2);
    });

    it("D4: is a gap when it stays short", async () => {
      const world = await connectedWorld();
      leads(world, 3);
      searching(world, without(1), 2);
      const result = await world.access(JANE);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "contacts", code: "COUNT_MISMATCH", have: 2, of: 3 }] });
      expect(world.searches).to.have.lengthOf(2);
    });

    it("D4: is told beside what was deleted of it", async () => {
      const world = await connectedWorld();
      leads(world, 3);
      searching(world, without(1), 4);
      expect(await world.erase(JANE)).to.deep.include({ outcome: "verified", gaps: [{ category: "contacts", code: "COUNT_MISMATCH", have: 2, of: 3 }] });
    });

    it("D4: finds whoever stood in one of its two readings alone", async () => {
      const world = await connectedWorld();
      const ids = leads(world, 3);
      searching(world, rewritten((body) => ({ ...body, data: body.data.slice(1) })));
      searching(world, rewritten((body) => ({ ...body, data: body.data.slice(0, -1) })));
      const result = await world.access(JANE);
      expect(result.matches.map(({ id }) => id)).to.have.members(ids);
      expect(result.gaps).to.deep.equal([{ category: "contacts", code: "COUNT_MISMATCH", have: 2, of: 3 }]);
    });

    it("D4: is made up for by nobody who was in it before", async () => {
      const world = await connectedWorld();
      const [first] = leads(world, 3);
      searching(world, without(1));
      searching(world, rewritten((body) => ({ ...body, data: body.data.filter(({ id }) => id === first), total_count: 2 })));
      expect(await world.access(JANE)).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "contacts", code: "COUNT_MISMATCH", have: 1, of: 2 }] });
    });

    it("D4: is short by what an earlier page counted, too", async () => {
      const world = await connectedWorld();
      leads(world, 160);
      for (let reading = 0; reading < 2; reading++) {
        searching(world, rewritten((body) => body));
        searching(world, rewritten((body) => ({ ...body, data: body.data.slice(1), total_count: 159 })));
      }
      const { plan } = await world.plan(JANE);
      expect(plan!.warnings.map(({ code }) => code)).to.include("LOOKUP_INCOMPLETE");
      expect(world.searches).to.have.lengthOf(4);
    });

    it("D4: is no evidence of nothing", async () => {
      const world = await connectedWorld();
      leads(world, 1);
      searching(world, without(1), 4);
      const result = await world.access(JANE);
      expect(result.gaps).to.deep.equal([{ category: "contacts", code: "COUNT_MISMATCH", have: 0, of: 1 }]);
      expect(result.outcome).to.equal("complete_with_gaps");
      expect(await world.plan(JANE)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, plan: null });
      // Once the vendor shows what it counts, the same person is found.
      expect((await world.plan(JANE)).outcome).to.equal("planned");
    });
  });

  for (const [what, fault] of [
    ["D7: without its array", { kind: "missing_data_key" }],
    ["D7: with its array under another name", rewritten(({ data, ...body }) => ({ ...body, contacts: data }))],
    ["D7: with null for its array", rewritten((body) => ({ ...body, data: null }))],
    ["that is a list itself", rewritten(({ data }) => data)],
    ["that is null", rewritten(() => null)],
    ["with null for a record", rewritten((body) => ({ ...body, data: [null] }))],
    ["with text for a record", rewritten((body) => ({ ...body, data: ["jane@example.test"] }))],
    ["with a record without an id", rewritten((body) => ({ ...body, data: body.data.map(({ id: _, ...record }) => record) }))],
    ["with a record whose id is a path", rewritten((body) => ({ ...body, data: body.data.map((record) => ({ ...record, id: "../admins" })) }))],
    ["with a record whose address is a number", rewritten((body) => ({ ...body, data: body.data.map((record) => ({ ...record, email: 5 })) }))],
    ["with a record whose address is a list", rewritten((body) => ({ ...body, data: body.data.map((record) => ({ ...record, email: [JANE] })) }))],
    ["with a next page that no cursor leads to", rewritten((body) => ({ ...body, pages: { next: {} } }))],
    ["with a next page whose cursor is a number", rewritten((body) => ({ ...body, pages: { next: { starting_after: 2 } } }))],
    ["with a count that is none", rewritten((body) => ({ ...body, total_count: "many" }))],
  ] as const satisfies readonly (readonly [string, Fault])[]) {
    it(`takes an answer ${what} for malformed, and not for nothing found`, async () => {
      const world = await connectedWorld();
      leads(world, 1);
      searching(world, fault, Infinity);
      expect(await world.access(JANE)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, package: null });
      expect(await world.plan(JANE)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, plan: null });
      expect(mutations(world)).to.deep.equal([]);
    });
  }

  it("refuses a record of another workspace", async () => {
    const world = await connectedWorld();
    leads(world, 1);
    searching(world, rewritten((body) => ({ ...body, data: body.data.map((record) => ({ ...record, workspace_id: "elsewhere" })) })), Infinity);
    expect(await world.access(JANE)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" }, package: null });
  });

  it("finds nothing, and says where it looked, when, and what it did not cover", async () => {
    const world = await connectedWorld();
    const at = new Date(world.host.clock.now()).toISOString();
    const result = await world.access(JANE);
    expect(result).to.deep.include({ outcome: "nothing_found", matches: [], counts: {}, searched: [{ identifier: "email", where: "contacts/search", at }] });
    expect(result.notCovered.map(({ category }) => category)).to.include.members(["archived_contacts", "visitors", "side_conversations", "fin_voice_calls", "company_notes", "quality_reviews", "handling_events", "data_connector_results", "case_variants"]);
    expect(result.package?.counts, "a statement is all that it holds").to.deep.equal({});
  });

  it("does not see archived contacts, and says so; sees blocked ones or not, as Intercom does", async () => {
    for (const [searchShowsBlocked, outcome] of [[true, "complete"], [false, "nothing_found"]] as const) {
      const world = await connectedWorld({ sandbox: { switches: { searchShowsBlocked } } });
      world.sandbox.build.addContact({ email: JANE, status: "archived" });
      expect((await world.access(JANE)).outcome).to.equal("nothing_found");
      world.sandbox.build.addContact({ email: JANE, blocked: true });
      forgetCalls(world);
      expect((await world.access(JANE)).outcome).to.equal(outcome);
    }
  });
});

interface Answer {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly pages: Readonly<Record<string, unknown>>;
}
