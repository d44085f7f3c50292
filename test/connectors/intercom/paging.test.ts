import { expect } from "chai";
import { nextPage } from "../../../connectors/intercom/paging.js";
import { thrownBy } from "../../core/thrown.js";
import { connectedWorld, forgetCalls, type World } from "./world.js";

type Pages = Parameters<typeof nextPage>[0];
const next = (value: unknown) => nextPage({ next: value } as Pages);

describe("the way to the next page of a list", () => {
  for (const [what, value, expected] of [
    ["a link of Intercom's own", "https://api.intercom.io/contacts/abc/notes?page=2&per_page=50", { page: 2 }],
    ["a link of another region", "https://api.eu.intercom.io/contacts/abc/notes?page=3", { page: 3 }],
    ["D2: a link to another host", "https://evil.test/contacts/abc/notes?page=2", { page: 2 }],
    ["D2: a plain HTTP link", "http://api.intercom.io/contacts/abc/notes?page=2", { page: 2 }],
    ["D2: a link with a user and a password", "https://me:secret@api.intercom.io/?page=2", { page: 2 }],
    ["D2: a link to another port", "https://api.intercom.io:8443/?page=2", { page: 2 }],
    ["D2: a link without a scheme", "//evil.test/contacts?page=2", { page: 2 }],
    ["D2: a link with backslashes", "\\\\evil.test\\contacts?page=2", { page: 2 }],
    ["D2: a link to an address in decimal", "https://2130706433/?page=2", { page: 2 }],
    ["D2: a link to another path", "/admins?page=2", { page: 2 }],
    ["a link with a cursor", "/contacts/abc/notes?starting_after=WzAsIiJd", { starting_after: "WzAsIiJd" }],
    ["a link whose cursor is called one", "?cursor=abc", { starting_after: "abc" }],
    ["a cursor object", { page: 2, per_page: 50, starting_after: "2" }, { starting_after: "2" }],
  ] as const) {
    it(`takes from ${what} the parameter alone`, () => {
      expect(next(value)).to.deep.equal(expected);
    });
  }

  for (const value of [undefined, null, ""]) {
    it(`ends where it is ${JSON.stringify(value)}`, () => {
      expect(next(value)).to.equal(undefined);
    });
  }

  it("ends where nothing is said of pages", () => {
    expect(nextPage(undefined)).to.equal(undefined);
  });

  for (const value of [
    "https://api.intercom.io/contacts/abc/notes", "?page=", "?page=0", "?page=-1", "?page=1.5", "?page=9007199254740993", "?page=two", "?starting_after=", "?before=123", "http://[", 2, true, [], {},
    { starting_after: null }, { starting_after: "" }, { starting_after: 5 }, { page: 2 },
  ]) {
    it(`is malformed where no known parameter leads there: ${JSON.stringify(value)}`, () => {
      expect(thrownBy(() => next(value))).to.be.instanceOf(Error).and.to.include({ code: "VENDOR_MALFORMED" });
    });
  }
});

describe("reading the lists of a contact", () => {
  const NOTES = 120;
  const COMPANIES = 60;

  async function richWorld(options: Parameters<typeof connectedWorld>[0] = {}): Promise<{ world: World; id: string }> {
    const world = await connectedWorld(options);
    const contact = world.sandbox.build.addContact({ email: "jane@example.test" });
    for (let n = 1; n <= NOTES; n++) world.sandbox.build.addNote(contact, `Note ${n}`);
    for (let n = 1; n <= COMPANIES; n++) world.sandbox.build.addCompany(`Company ${n}`, [contact]);
    forgetCalls(world);
    return { world, id: contact.id };
  }

  const pagesOf = (world: World, list: string) => world.sent.filter((call) => call.endsWith(`/${list}`)).length;

  for (const switches of [{}, { subListNext: "cursor_object" }, { subListMaxPerPage: 150 }, { companiesKey: "companies" }] as const) {
    it(`reads each of them to its last page: ${JSON.stringify(switches)}`, async () => {
      const { world, id } = await richWorld({ sandbox: { switches } });
      const result = await world.access("jane@example.test");
      expect(result).to.deep.include({ outcome: "complete", gaps: [], counts: { contacts: 1, companies: COMPANIES, notes: NOTES, tags: 0, segments: 0, subscriptions: 0 } });
      const records = world.host.packageOf(result.request.id)!.records;
      const truth = world.sandbox.state.contacts.get(id)!;
      expect(records["notes"]!.map((record) => record.id)).to.have.members(truth.notes.map((note) => note.id));
      expect(records["companies"]!.map((record) => record.id)).to.have.members(truth.companyIds);
      expect([pagesOf(world, "notes"), pagesOf(world, "companies")]).to.deep.equal([3, 2]);
    });
  }

  it("D2: follows no link to another host, and sends the token nowhere else", async () => {
    const hosts = new Set<string>();
    const { world } = await richWorld({ transport: (to) => (input) => (hosts.add(new URL(input.url).origin), to(input)) });
    world.sandbox.inject({
      path: /notes$/,
      fault: { kind: "rewrite", rewrite: (body) => ({ ...(body as object), pages: { next: "https://user:pw@evil.test:8443/contacts/other/notes?page=2&per_page=50" } }) },
    });
    const result = await world.access("jane@example.test");
    expect(result).to.deep.include({ outcome: "complete" });
    expect(result.counts["notes"]).to.equal(NOTES);
    expect([...hosts]).to.deep.equal(["https://api.intercom.io"]);
  });

  it("D2: takes a next page that nothing leads to for malformed, and not for the end", async () => {
    const { world } = await richWorld();
    world.sandbox.inject({ path: /notes$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body) => ({ ...(body as object), pages: { next: "https://api.intercom.io/contacts/x/notes" } }) } });
    expect(await world.access("jane@example.test")).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" } });
  });

  for (const [what, pages] of [
    ["the same page for ever", ["2"]],
    ["two pages in turn", ["2", "3"]],
    ["seven pages in turn", ["2", "3", "4", "5", "6", "7", "8"]],
  ] as const) {
    it(`D1: stops at a list that names ${what}, and makes a gap of it`, async () => {
      const { world } = await richWorld();
      let page = 0;
      world.sandbox.inject({ path: /notes$/, times: Infinity, fault: { kind: "rewrite", rewrite: () => ({ type: "list", data: [{ type: "note", id: "1" }], pages: { next: `/x?page=${pages[page++ % pages.length]}` } }) } });
      const result = await world.access("jane@example.test");
      expect(result.outcome).to.equal("complete_with_gaps");
      expect(result.gaps.map(({ category, code }) => [category, code])).to.deep.include(["notes", "PAGING"]);
      expect(pagesOf(world, "notes")).to.be.lessThan(40);
    });
  }

  it("D3: puts a record that stands on two pages into the package once", async () => {
    const { world } = await richWorld();
    let last: unknown;
    const pages = (rewrite: (data: unknown[]) => unknown[]) => ({ kind: "rewrite", rewrite: (body: unknown) => ({ ...(body as object), data: rewrite((body as { data: unknown[] }).data) }) }) as const;
    world.sandbox.inject({ path: /notes$/, fault: pages((data) => ((last = data.at(-1)), data)) });
    world.sandbox.inject({ path: /notes$/, fault: pages((data) => [last, ...data]) });
    const result = await world.access("jane@example.test");
    expect(result.counts["notes"]).to.equal(NOTES);
    expect(world.host.packageOf(result.request.id)!.records["notes"]).to.have.lengthOf(NOTES);
  });

  describe("D4: a list that is shorter than the contact says", () => {
    const shortened = { kind: "rewrite", rewrite: (body: unknown) => ({ ...(body as object), data: (body as { data: unknown[] }).data.slice(1) }) } as const;

    it("D4: is read once more, and is whole then", async () => {
      const { world } = await richWorld();
      world.sandbox.inject({ path: /notes$/, fault: shortened });
      const result = await world.access("jane@example.test");
      expect(result).to.deep.include({ outcome: "complete", gaps: [] });
      expect(result.counts["notes"]).to.equal(NOTES);
      expect(pagesOf(world, "notes")).to.equal(6);
    });

    it("D4: is a gap when it stays short", async () => {
      const { world, id } = await richWorld();
      world.sandbox.inject({ path: /notes$/, times: 4, fault: shortened });
      const result = await world.access("jane@example.test");
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "notes", code: "COUNT_MISMATCH", id, have: NOTES - 1, of: NOTES }] });
      expect(pagesOf(world, "notes")).to.equal(6);
    });

    it("D4: begins that reading anew where it was interrupted, and is whole then", async () => {
      const { world } = await richWorld();
      world.sandbox.inject({ path: /notes$/, fault: shortened });
      world.sandbox.inject({ path: /notes$/, after: 4, times: 4, fault: { kind: "status", status: 500 } });
      const parked = await world.access("jane@example.test");
      expect(parked.outcome).to.equal("parked");
      const result = await world.again().dsr.resume(parked.request.id);
      expect(result).to.deep.include({ outcome: "complete", gaps: [] });
      expect("counts" in result ? result.counts["notes"] : undefined).to.equal(NOTES);
    });

    it("D4: is short of the most that any of its pages counts", async () => {
      const { world, id } = await richWorld();
      const counting = (total_count: number | undefined) => ({ path: /notes$/, fault: { kind: "rewrite", rewrite: (body: unknown) => ({ ...(body as object), total_count }) } }) as const;
      for (let reading = 0; reading < 2; reading++) for (const total of [NOTES + 1, NOTES, undefined]) world.sandbox.inject(counting(total));
      const result = await world.access("jane@example.test");
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "notes", code: "COUNT_MISMATCH", id, have: NOTES, of: NOTES + 1 }] });
    });

    it("D4: is a gap where the list is empty", async () => {
      const { world, id } = await richWorld();
      world.sandbox.inject({ path: /companies$/, times: Infinity, fault: { kind: "rewrite", rewrite: () => ({ type: "list", data: [], total_count: 0 }) } });
      const result = await world.access("jane@example.test");
      expect(result.gaps).to.deep.equal([{ category: "companies", code: "COUNT_MISMATCH", id, have: 0, of: COMPANIES }]);
      expect(result.counts["companies"]).to.equal(0);
    });
  });

  describe("D3, D4: a record that stands on two pages", () => {
    const pages = (rewrite: (data: unknown[]) => unknown[]) => ({ kind: "rewrite", rewrite: (body: unknown) => ({ ...(body as object), data: rewrite((body as { data: unknown[] }).data) }) }) as const;

    it("D3, D4: makes up for none that stands on no page", async () => {
      const { world, id } = await richWorld();
      for (let reading = 0; reading < 2; reading++) {
        let last: unknown;
        world.sandbox.inject({ path: /notes$/, fault: pages((data) => ((last = data.at(-1)), data)) });
        world.sandbox.inject({ path: /notes$/, fault: pages((data) => [last, ...data.slice(1)]) });
        world.sandbox.inject({ path: /notes$/, fault: pages((data) => data) });
      }
      const result = await world.access("jane@example.test");
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "notes", code: "COUNT_MISMATCH", id, have: NOTES - 1, of: NOTES }] });
    });
  });
});

describe("what a list of a contact counts itself", () => {
  const JANE = "jane@example.test";
  const LISTS = ["companies", "notes", "tags", "segments", "subscriptions"] as const;

  async function worldWithLists(): Promise<{ world: World; id: string }> {
    const world = await connectedWorld();
    const { build } = world.sandbox;
    const jane = build.addContact({ email: JANE });
    for (const name of ["A", "B", "C"]) {
      build.addCompany(name, [jane]);
      build.addNote(jane, name);
      build.addTag(jane, name);
      build.addSegment(jane, name);
      build.addSubscription(jane, name);
    }
    forgetCalls(world);
    return { world, id: jane.id };
  }

  const counting = (list: string, total: unknown, times = Infinity) => ({ path: new RegExp(`^/contacts/[^/]+/${list}$`), times, fault: { kind: "rewrite", rewrite: (body: unknown) => ({ ...(body as object), total_count: total }) } }) as const;
  const embedding = (counts: Readonly<Record<string, number>>, times = Infinity) =>
    ({ method: "GET", path: /^\/contacts\/[^/]+$/, times, fault: { kind: "rewrite", rewrite: (body: unknown) => ({ ...(body as object), ...Object.fromEntries(Object.entries(counts).map(([key, total_count]) => [key, { type: "list", data: [], total_count }])) }) } }) as const;

  for (const list of LISTS) {
    it(`D4: of ${list} is a gap with both numbers where fewer came, after one more reading`, async () => {
      const { world, id } = await worldWithLists();
      world.sandbox.inject(counting(list, 7));
      const result = await world.access(JANE);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: list, code: "COUNT_MISMATCH", id, have: 3, of: 7 }] });
      expect(world.sent.filter((call) => call.endsWith(`/${list}`))).to.have.lengthOf(2);
    });

    it(`D4: of ${list} is no gap where it was wrong the first time alone`, async () => {
      const { world } = await worldWithLists();
      world.sandbox.inject(counting(list, 7, 1));
      expect(await world.access(JANE)).to.deep.include({ outcome: "complete", gaps: [] });
    });

    it(`D4: of ${list} is nothing that anything can be said of where it is no number`, async () => {
      const { world } = await worldWithLists();
      world.sandbox.inject(counting(list, "many"));
      expect(await world.access(JANE)).to.deep.include({ outcome: "complete", gaps: [] });
    });
  }

  for (const [list, embedded] of [
    ["companies", { companies: 2 }],
    ["notes", { notes: 2 }],
    ["tags", { tags: 2 }],
    ["subscriptions", { opted_in_subscription_types: 1, opted_out_subscription_types: 1 }],
  ] as const) {
    it(`D4: of ${list}, and is more than the contact counts, is a gap where the contact goes on counting fewer`, async () => {
      const { world, id } = await worldWithLists();
      world.sandbox.inject(embedding(embedded));
      world.sandbox.inject(counting(list, 3));
      expect(await world.access(JANE)).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: list, code: "COUNTS_DIFFER", id, have: 3, of: 3 }] });
    });

    it(`D4: of ${list}, and is more than the contact counted, is no gap where the contact counts the same now`, async () => {
      const { world } = await worldWithLists();
      world.sandbox.inject(embedding(embedded, 1));
      expect(await world.access(JANE)).to.deep.include({ outcome: "complete", gaps: [] });
    });
  }

  it("D4: and is more than came, and more than the contact counts, is a gap with the larger number", async () => {
    const { world, id } = await worldWithLists();
    world.sandbox.inject(embedding({ notes: 2 }));
    world.sandbox.inject(counting("notes", 5));
    expect((await world.access(JANE)).gaps).to.deep.equal([{ category: "notes", code: "COUNT_MISMATCH", id, have: 3, of: 5 }]);
  });

  it("D4: is a gap where the contact counts more by now than the list held", async () => {
    const { world, id } = await worldWithLists();
    world.sandbox.inject(embedding({ tags: 2 }, 1));
    world.sandbox.inject(embedding({ tags: 4 }));
    expect((await world.access(JANE)).gaps).to.deep.equal([{ category: "tags", code: "COUNT_MISMATCH", id, have: 3, of: 4 }]);
  });
});
