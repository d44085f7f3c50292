import { expect } from "chai";
import { Identifier } from "../../../core/index.js";
import { connectedWorld, mutations, type World } from "./world.js";
import { thrownBy } from "../../core/thrown.js";

describe("whose contacts an address finds at Intercom", () => {
  let world: World;
  const add = (email: string | null, more: Parameters<World["sandbox"]["build"]["addContact"]>[0] = {}) => world.sandbox.build.addContact({ email, ...more });
  const packaged = (id: string) => world.host.packageOf(id)!.records;

  beforeEach(async () => {
    world = await connectedWorld();
  });

  describe("I1: two users of one address", () => {
    it("I1: are both in an access package, apart, each with its own lists", async () => {
      const castor = add("twins@example.test", { name: "Castor", externalId: "1" });
      const pollux = add("twins@example.test", { name: "Pollux", externalId: "2" });
      world.sandbox.build.addNote(castor, "Tames horses.");
      world.sandbox.build.addNote(pollux, "Boxes.");
      const result = await world.access("twins@example.test");
      expect(result).to.deep.include({ outcome: "complete", matches: [castor, pollux].map(({ id }) => ({ id, kind: "user", matchedBy: "exact" })).sort(byId(result.matches)) });
      const records = packaged(result.request.id);
      expect(records["contacts"]!.map(({ id }) => id)).to.have.members([castor.id, pollux.id]);
      expect(records["notes"]!.map(({ data }) => data)).to.have.lengthOf(2);
      expect(new Set(records["notes"]!.map(({ data }) => (data as { contact: { id: string } }).contact.id))).to.deep.equal(new Set([castor.id, pollux.id]));
    });

    it("I1: are not deleted without a human's choice", async () => {
      const [castor, pollux] = [add("twins@example.test", { externalId: "1" }), add("twins@example.test", { externalId: "2" })];
      const planned = await world.plan("twins@example.test");
      expect(planned).to.deep.include({ outcome: "needs_attention", attention: { code: "AMBIGUOUS_SUBJECT" }, plan: null });
      expect(planned.matches.map(({ id }) => id)).to.have.members([castor.id, pollux.id]);
      expect(mutations(world)).to.deep.equal([]);
    });

    it("I1: are two people, too, where Intercom calls one of them something that nobody knows", async () => {
      for (const externalId of ["1", "2"]) add("twins@example.test", { externalId });
      world.sandbox.inject({ path: /search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((each: object, n: number) => (n === 0 ? { ...each, role: "member" } : each)) }) } });
      expect(await world.plan("twins@example.test")).to.deep.include({ outcome: "needs_attention", attention: { code: "AMBIGUOUS_SUBJECT" }, plan: null });
    });

    it("I1: are resolved by --only, and the other one stays", async () => {
      const [castor, pollux] = [add("twins@example.test", { externalId: "1" }), add("twins@example.test", { externalId: "2" })];
      const planned = await world.plan("twins@example.test", { only: [castor.id] });
      expect(planned.plan?.targets).to.deep.equal([{ category: "contact", id: castor.id }]);
      expect(planned.plan?.kept).to.deep.include({ category: "contact", id: pollux.id, reason: "not chosen" });
      const result = await world.execute(planned);
      expect(result.outcome).to.equal("verified");
      expect(mutations(world)).to.deep.equal([`DELETE /contacts/${castor.id}`]);
      expect(world.sandbox.state.contacts.get(pollux.id)?.goneAt).to.equal(null);
    });

    it("I1: are both deleted where the human chose both", async () => {
      const ids = [add("twins@example.test", { externalId: "1" }).id, add("twins@example.test", { externalId: "2" }).id];
      expect((await world.erase("twins@example.test", { only: ids })).targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted", "deleted"]);
    });

    it("I1: are resolved by --exclude, whose reason is kept", async () => {
      const [castor, pollux] = [add("twins@example.test", { externalId: "1" }), add("twins@example.test", { externalId: "2" })];
      const planned = await world.plan("twins@example.test", { exclude: [{ id: pollux.id, reason: "a brother" }] });
      expect(planned.plan?.targets).to.deep.equal([{ category: "contact", id: castor.id }]);
      expect(planned.plan?.kept).to.deep.include({ category: "contact", id: pollux.id, reason: "a brother" });
    });

    it("I1: cannot be resolved by an id that was not found, nor by leaving nothing", async () => {
      const [castor, pollux] = [add("twins@example.test", { externalId: "1" }), add("twins@example.test", { externalId: "2" })];
      const stranger = add("stranger@example.test");
      for (const choices of [{ only: [stranger.id] }, { exclude: [{ id: stranger.id, reason: "x" }] }, { exclude: [castor, pollux].map(({ id }) => ({ id, reason: "x" })) }]) {
        expect(await world.plan("twins@example.test", choices)).to.deep.include({ outcome: "refused", attention: { code: "CHOICE_INVALID" }, plan: null });
      }
    });
  });

  it("I2: a user and leads of one address are one person, each listed with its role", async () => {
    const user = add("ada@example.test", { externalId: "1" });
    const leads = [add("ada@example.test", { role: "lead" }), add("ada@example.test", { role: "lead" })];
    const planned = await world.plan("ada@example.test");
    expect(planned.outcome).to.equal("planned");
    expect(Object.fromEntries(planned.matches.map(({ id, kind }) => [id, kind]))).to.deep.equal({ [user.id]: "user", [leads[0]!.id]: "lead", [leads[1]!.id]: "lead" });
    expect((await world.execute(planned)).targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted", "deleted", "deleted"]);
  });

  it("I2: leads alone are not ambiguous", async () => {
    add("ada@example.test", { role: "lead" });
    add("ada@example.test", { role: "lead" });
    expect((await world.plan("ada@example.test")).plan?.targets).to.have.lengthOf(2);
  });

  it("I4: a tag and dots are near, listed, and left alone", async () => {
    const [plain, tagged] = [add("jane@example.test"), add("jane+x@example.test")];
    const found = await world.access("jane+x@example.test");
    expect(found).to.deep.include({ matches: [{ id: tagged.id, kind: "user", matchedBy: "exact" }], nearMatches: [{ id: plain.id, why: "tag" }] });
    expect(packaged(found.request.id)["contacts"]!.map(({ id }) => id)).to.deep.equal([tagged.id]);
    await world.erase("jane+x@example.test");
    expect(world.sandbox.state.contacts.get(plain.id)?.goneAt).to.equal(null);
  });

  for (const [what, asked, held] of [
    ["a Kelvin sign", "kim@example.test", "\u212Aim@example.test"],
    ["a k for a Kelvin sign", "\u212Aim@example.test", "kim@example.test"],
    ["a full-width letter", "jane@example.test", "\uFF4Aane@example.test"],
    ["a dotless i", "jim@example.test", "j\u0131m@example.test"],
    ["a long s", "sam@example.test", "\u017Fam@example.test"],
  ] as const) {
    it(`I5: ${what} never matches, even where the vendor returns it`, async () => {
      const { id } = add(held);
      world.sandbox.inject({ path: /search/, fault: { kind: "rewrite", rewrite: () => searchAnswer([{ type: "contact", id, workspace_id: "sandbox1", role: "user", email: held }]) } });
      const result = await world.access(asked);
      expect(result).to.deep.include({ outcome: "nothing_found", matches: [], nearMatches: [{ id, why: "spelling" }] });
      expect(world.sent).to.deep.equal(["POST /contacts/search"]);
    });
  }

  it("I5: a decomposed address matches the composed one", async () => {
    const { id } = add("zo\u00E9@example.test");
    expect((await world.access("zoe\u0301@example.test")).matches).to.deep.equal([{ id, kind: "user", matchedBy: "exact" }]);
  });

  it("I6: a domain matches in both of its forms", async () => {
    const ids = [add("jane@b\u00FCcher.test", { externalId: "1" }).id, add("jane@xn--bcher-kva.test", { role: "lead" }).id];
    for (const asked of ["jane@b\u00FCcher.test", "jane@xn--bcher-kva.test"]) {
      const { matches } = await world.access(asked);
      expect(matches.map(({ id }) => id)).to.have.members(ids);
      expect(matches.map(({ matchedBy }) => matchedBy)).to.deep.equal(["exact", "exact"]);
    }
  });

  it("I7: a malformed address makes no call and opens no request", async () => {
    for (const raw of ["", "*", "jane@example.test\r\n", { email: "x" }, `${"a".repeat(250)}@example.test`]) {
      expect(thrownBy(() => Identifier.parse("email", raw))).to.include({ code: "IDENTIFIER_INVALID" });
    }
    expect(world.sent).to.deep.equal([]);
    expect(await world.dsr.requests()).to.deep.equal([]);
  });

  describe("I8: a vendor that returns somebody else", () => {
    const someoneElse = () => world.sandbox.inject({ path: /search/, times: Infinity, fault: { kind: "wrong_email" } });

    it("I8: is not believed on access: the record is dropped and counted", async () => {
      add("jane@example.test");
      someoneElse();
      const result = await world.access("jane@example.test");
      expect(result).to.deep.include({ outcome: "nothing_found", matches: [], nearMatches: [] });
      const entries = await world.host.journal.entries(result.request.id);
      expect(entries.find((entry) => entry.kind === "found")).to.have.nested.property("finding.dropped", 1);
      expect(world.sent).to.deep.equal(["POST /contacts/search"]);
    });

    it("I8: proves nothing about letter case", async () => {
      add("jane@example.test");
      someoneElse();
      expect((await world.access("jane@example.test")).notCovered.map(({ category }) => category)).to.include("case_variants");
    });

    it("I8: is not believed on deletion", async () => {
      add("jane@example.test");
      someoneElse();
      expect((await world.plan("jane@example.test")).outcome).to.equal("nothing_found");
      expect(mutations(world)).to.deep.equal([]);
    });

    it("I8: is dropped beside the right ones", async () => {
      const jane = add("jane@example.test");
      add("jane@example.test", { role: "lead" });
      world.sandbox.inject({ path: /search/, fault: { kind: "wrong_email" } });
      const { matches } = await world.plan("jane@example.test");
      expect(matches).to.have.lengthOf(1);
      expect([jane.id]).to.not.include.members(matches.filter(({ kind }) => kind === "lead").map(({ id }) => id));
    });

    it("I8: a record without an address is dropped, too", async () => {
      const { id } = add(null, { externalId: "1" });
      world.sandbox.inject({ path: /search/, fault: { kind: "rewrite", rewrite: () => searchAnswer([{ type: "contact", id, workspace_id: "sandbox1", role: "user", email: null }]) } });
      expect((await world.access("jane@example.test")).outcome).to.equal("nothing_found");
    });
  });

  it("I10: an address that was changed after planning makes the plan stale, and nothing is deleted", async () => {
    const jane = add("jane@example.test");
    const planned = await world.plan("jane@example.test");
    world.sandbox.build.changeContact(jane, { email: "joe@example.test" });
    const result = await world.execute(planned);
    expect(result).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
    expect(mutations(world)).to.deep.equal([]);
  });

  it("I10: a record that came after planning makes the plan stale, and nothing is deleted", async () => {
    add("jane@example.test");
    const planned = await world.plan("jane@example.test");
    add("jane@example.test", { role: "lead" });
    expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
    expect(mutations(world)).to.deep.equal([]);
  });

  it("I10: a stale plan can be planned anew under the same reference, and then goes through", async () => {
    const jane = add("jane@example.test");
    const planned = await world.plan("jane@example.test", {}, { reference: "T-1" });
    const lead = add("jane@example.test", { role: "lead" });
    await world.execute(planned);
    const resumed = await world.dsr.resume(planned.request.id);
    expect(resumed, "a resume leaves the choice to the human").to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
    const result = await world.erase("jane@example.test", {}, { reference: "T-1" });
    expect(result.request.id).to.equal(planned.request.id);
    expect(result.targets.map(({ id, outcome }) => [id, outcome])).to.have.deep.members([[jane.id, "deleted"], [lead.id, "deleted"]]);
  });
});

function searchAnswer(data: readonly object[]): object {
  return { type: "list", data, total_count: data.length, pages: { type: "pages", page: 1, per_page: 150, total_pages: 1 } };
}

/** Sorts as the result did, whose order is the vendor's. */
function byId(order: readonly { readonly id: string }[]) {
  const place = (id: string) => order.findIndex((match) => match.id === id);
  return (a: { readonly id: string }, b: { readonly id: string }) => place(a.id) - place(b.id);
}
