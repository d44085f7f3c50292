import { expect } from "chai";
import type { Fault } from "../../../connectors/intercom/sandbox/faults.js";
import { connectedWorld, mutations, type World } from "./world.js";

const ADA = "ada@example.test";

describe("an access request at Intercom", () => {
  const packaged = (world: World, id: string) => world.host.packageOf(id)!;
  const rewritten = (rewrite: (body: Record<string, unknown>) => unknown): Fault => ({ kind: "rewrite", rewrite: (body) => rewrite(body as Record<string, unknown>) });

  it("puts everything that a contact holds into the package, as Intercom holds it", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small" } });
    const result = await world.access(ADA);
    const held = [...world.sandbox.state.contacts.values()].filter((contact) => contact.email === ADA);
    const sum = (count: (contact: (typeof held)[number]) => number) => held.reduce((all, contact) => all + count(contact), 0);
    const truth = {
      contacts: held.length,
      companies: new Set(held.flatMap(({ companyIds }) => companyIds)).size,
      notes: sum(({ notes }) => notes.length),
      tags: sum(({ tags }) => tags.length),
      segments: sum(({ segments }) => segments.length),
      subscriptions: sum(({ subscriptions }) => subscriptions.length),
    };
    expect(result).to.deep.include({ outcome: "complete", counts: truth, gaps: [] });
    expect(truth).to.deep.equal({ contacts: 2, companies: 3, notes: 2, tags: 12, segments: 2, subscriptions: 2 });
    const { records } = packaged(world, result.request.id);
    expect(Object.fromEntries(Object.entries(records).map(([category, list]) => [category, list.length]))).to.deep.equal(truth);
    expect(records["contacts"]!.find(({ data }) => (data as { role: string }).role === "user")!.data).to.deep.include({ email: ADA, phone: "+15550100", external_id: "crm-1" });
    expect(mutations(world)).to.deep.equal([]);
  });

  it("tells of each record where it came from, without a value", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small" } });
    const { records } = packaged(world, (await world.access(ADA)).request.id);
    for (const [category, list] of Object.entries(records)) {
      for (const { provenance } of list) {
        expect(provenance).to.include({ apiVersion: "2.16", endpoint: category === "contacts" ? "GET /contacts/{contact_id}" : `GET /contacts/{contact_id}/${category}` });
        expect(provenance.vendorRequestId).to.match(/^[0-9a-f-]{36}$/);
      }
    }
  });

  it("pins the API's version on every call", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small" } });
    await world.access(ADA);
    expect(new Set(world.sandbox.calls.records.map(({ version }) => version))).to.deep.equal(new Set(["2.16"]));
  });

  it("makes no call for a list that the contact counts as empty", async () => {
    const world = await connectedWorld();
    const { id } = world.sandbox.build.addContact({ email: ADA });
    const result = await world.access(ADA);
    expect(world.sent).to.deep.equal(["POST /contacts/search", `GET /contacts/${id}`, `GET /contacts/${id}/segments`]);
    expect(result).to.deep.include({ apiCalls: 3, counts: { contacts: 1, companies: 0, notes: 0, tags: 0, segments: 0, subscriptions: 0 } });
  });

  it("reads a list of which the contact does not say how long it is", async () => {
    const world = await connectedWorld();
    const contact = world.sandbox.build.addContact({ email: ADA, extra: { notes: undefined, tags: null, companies: { type: "list", data: [] } } });
    world.sandbox.build.addNote(contact, "Found all the same.");
    expect((await world.access(ADA)).counts).to.include({ notes: 1 });
    expect(world.sent.map((call) => call.split("/").at(-1))).to.include.members(["notes", "tags", "companies"]);
  });

  it("reads the subscriptions of whoever only agreed to some, or only declined some", async () => {
    for (const consent of ["opt_in", "opt_out"] as const) {
      const world = await connectedWorld();
      world.sandbox.build.addSubscription(world.sandbox.build.addContact({ email: ADA }), "News", consent);
      expect((await world.access(ADA)).counts, consent).to.include({ subscriptions: 1 });
    }
  });

  it("reads a contact whole, and never the ten embedded entries", async () => {
    const world = await connectedWorld();
    const contact = world.sandbox.build.addContact({ email: ADA });
    for (let n = 1; n <= 25; n++) world.sandbox.build.addTag(contact, `tag ${n}`);
    expect((await world.access(ADA)).counts).to.include({ tags: 25 });
  });

  it("a company of two contacts is one record, a tag of two is two", async () => {
    const world = await connectedWorld();
    const contacts = [world.sandbox.build.addContact({ email: ADA }), world.sandbox.build.addContact({ email: ADA, role: "lead" })];
    world.sandbox.build.addCompany("Engines", contacts);
    world.sandbox.build.addTag(contacts[0]!, "vip");
    contacts[1]!.tags.push(contacts[0]!.tags[0]!);
    const result = await world.access(ADA);
    expect(result.counts).to.include({ contacts: 2, companies: 1, tags: 2 });
  });

  it("the package is not made of what was not asked for", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small" } });
    const text = JSON.stringify(packaged(world, (await world.access(ADA)).request.id));
    for (const stranger of ["Byron", "Menken", "Grace", "Castor", "ada+news@"]) expect(text).to.not.contain(stranger);
  });

  it("the result and the package say what was not covered", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small" } });
    const result = await world.access(ADA);
    const categories = ["conversations", "tickets", "events", "calls", "custom_objects", "archived_contacts", "visitors"];
    expect(result.notCovered.map(({ category }) => category)).to.include.members(categories);
    expect(JSON.stringify(packaged(world, result.request.id).manifest["summary"])).to.contain("archived_contacts");
  });

  describe("D17: a contact that vanishes during the run", () => {
    const vanishing = async (after: RegExp) => {
      const world = await connectedWorld();
      const contact = world.sandbox.build.addContact({ email: ADA });
      world.sandbox.build.addTag(contact, "vip");
      world.sandbox.inject({ path: after, fault: rewritten((body) => ((contact.goneAt = 0), body)) });
      return { result: await world.access(ADA), id: contact.id };
    };

    // Of a contact that cannot be read nothing says that its lists were empty.
    const goneWithLists = (id: string) => ["contacts", "companies", "notes", "tags", "segments", "subscriptions"].map((category) => ({ category, code: "CHANGED_DURING_RUN", id }));

    it("D17: between search and reading is a gap for it and for each of its lists, and no error", async () => {
      const { result, id } = await vanishing(/search$/);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: goneWithLists(id) });
      expect(result.counts).to.include({ contacts: 0, notes: 0 });
    });

    it("D17: between reading and a list of it is a gap and no error", async () => {
      const { result, id } = await vanishing(/^\/contacts\/[0-9a-f]{24}$/);
      expect(result.outcome).to.equal("complete_with_gaps");
      // Of a contact that is gone nothing says that its other lists were empty.
      expect(result.gaps).to.deep.equal(["tags", "segments"].map((category) => ({ category, code: "CHANGED_DURING_RUN", id })));
      expect(result.counts).to.include({ contacts: 1, tags: 0 });
    });

    it("D17: by being merged is a gap and no error", async () => {
      const world = await connectedWorld({ sandbox: { seed: 7 } });
      const [lead, user] = [world.sandbox.build.addContact({ email: ADA, role: "lead" }), world.sandbox.build.addContact({ email: "other@example.test" })];
      world.sandbox.inject({ path: /search/, fault: rewritten((body) => (world.sandbox.build.mergeContact(lead, user), body)) });
      expect((await world.access(ADA)).gaps).to.deep.equal(goneWithLists(lead.id));
    });
  });

  for (const [what, path, fault] of [
    ["a contact of another id", /^\/contacts\/[0-9a-f]{24}$/, { kind: "wrong_object" }],
    ["null for a contact", /^\/contacts\/[0-9a-f]{24}$/, rewritten(() => null)],
    ["text for a contact", /^\/contacts\/[0-9a-f]{24}$/, rewritten(() => "contact")],
    ["D7: a list without its array", /tags$/, { kind: "missing_data_key" }],
    ["D7: companies without their array", /companies$/, { kind: "missing_data_key" }],
    ["null for companies", /companies$/, rewritten(() => null)],
    ["null for a list", /notes$/, rewritten(() => null)],
    ["null for a record of a list", /notes$/, rewritten((body) => ({ ...body, data: [null] }))],
    ["a record without an id", /segments$/, rewritten((body) => ({ ...body, data: [{ type: "segment", name: "x" }] }))],
    ["T8: nothing", /tags$/, { kind: "empty_200" }],
    ["T9: a page for people", /tags$/, { kind: "html_200" }],
    ["T7: half of an answer", /tags$/, { kind: "cut_json" }],
    ["D15: an answer nested too deep", /tags$/, { kind: "deep_json", depth: 10_000 }],
    ["T18: 204 for a list", /tags$/, { kind: "no_content_204" }],
  ] as const satisfies readonly (readonly [string, RegExp, Fault])[]) {
    it(`takes ${what} for malformed, and makes no package`, async () => {
      const world = await connectedWorld({ sandbox: { fixture: "small" } });
      world.sandbox.inject({ path, times: Infinity, fault });
      expect(await world.access(ADA)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, package: null });
    });

    it(`goes on when ${what} was answered once`, async () => {
      const world = await connectedWorld({ sandbox: { fixture: "small" } });
      world.sandbox.inject({ path, fault });
      const first = await world.access(ADA);
      const result = first.outcome === "complete" ? first : await world.dsr.resume(first.request.id);
      expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    });
  }

  it("refuses a contact of another workspace", async () => {
    const world = await connectedWorld();
    world.sandbox.build.addContact({ email: ADA });
    world.sandbox.inject({ path: /^\/contacts\/[0-9a-f]{24}$/, fault: rewritten((body) => ({ ...body, workspace_id: "elsewhere" })) });
    expect(await world.access(ADA)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" }, package: null });
  });

  describe("data as it comes", () => {
    it("D13: keys that are names of the language are kept as data", async () => {
      const world = await connectedWorld();
      world.sandbox.build.addContact({ email: ADA });
      const text = '{"__proto__":{"polluted":true},"constructor":"c","toString":"t","prototype":1,"hasOwnProperty":null}';
      world.sandbox.inject({ path: /^\/contacts\/[0-9a-f]{24}$/, fault: rewritten((body) => ({ ...body, custom_attributes: JSON.parse(text) as unknown })) });
      const result = await world.access(ADA);
      const [contact] = packaged(world, result.request.id).records["contacts"]!;
      expect(JSON.stringify((contact!.data as { custom_attributes: unknown }).custom_attributes)).to.equal(text);
      expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
      expect(Object.keys(Object.prototype)).to.deep.equal([]);
    });

    it("D5, D6: values and fields that nobody described are kept as received", async () => {
      const world = await connectedWorld();
      const extra = { seats: "3", last_seen_at: -1, signed_up_at: 1_700_000_000_000, none: null, nested: { list: [0, "", false] }, new_field: { type: "new" }, "A Field (2)": "kept", neuesFeld: "kept", big: "9007199254740993" };
      world.sandbox.build.addContact({ email: ADA, extra });
      const [contact] = packaged(world, (await world.access(ADA)).request.id).records["contacts"]!;
      expect(contact!.data).to.deep.include(extra);
    });

    it("D5: numbers beyond what a number here can hold are kept to the last digit", async () => {
      const world = await connectedWorld({
        transport: (to) => async (input) => {
          const { body, ...head } = await to(input);
          const pieces: Uint8Array[] = [];
          for await (const piece of body) pieces.push(piece);
          const text = Buffer.concat(pieces).toString("utf8").replaceAll('"BIG"', "9007199254740993");
          return { ...head, headers: { ...head.headers, "content-length": String(Buffer.byteLength(text)) }, body: (async function* () { yield Buffer.from(text); })() };
        },
      });
      world.sandbox.build.addContact({ email: ADA, extra: { custom_attributes: { order: "BIG", orders: ["BIG", 7] } } });
      const [contact] = packaged(world, (await world.access(ADA)).request.id).records["contacts"]!;
      expect(contact!.data).to.deep.include({ custom_attributes: { order: "9007199254740993", orders: ["9007199254740993", 7] } });
    });

    it("D14: text of any kind is kept as received", async () => {
      const world = await connectedWorld();
      const extra = { name: "zoe\u0301 \u202Eexe.txt \u0000 \u{1F600}", custom_attributes: { line: "x".repeat(1_000_000) } };
      world.sandbox.build.addContact({ email: ADA, extra });
      const [contact] = packaged(world, (await world.access(ADA)).request.id).records["contacts"]!;
      expect(contact!.data).to.deep.include(extra);
    });
  });
});
