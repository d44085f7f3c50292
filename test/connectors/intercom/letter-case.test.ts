import { expect } from "chai";
import { connectedWorld, type World } from "./world.js";

const CASE_VARIANTS = "case_variants";

describe("letter case in Intercom's search", () => {
  const notCovered = (result: { readonly notCovered: readonly { readonly category: string }[] }) => result.notCovered.map(({ category }) => category);
  const matched = (result: { readonly matches: readonly { readonly id: string; readonly matchedBy: string }[] }) => Object.fromEntries(result.matches.map(({ id, matchedBy }) => [id, matchedBy]));

  describe("I3: where it does not tell upper from lower case", () => {
    let world: World;
    beforeEach(async () => {
      world = await connectedWorld({ sandbox: { switches: { emailSearch: "case_insensitive" } } });
    });

    it("I3: another case is a match that says so, and proves that no case is left out", async () => {
      const { id } = world.sandbox.build.addContact({ email: "Jane.Doe@Example.test" });
      const result = await world.access("jane.doe@example.test");
      expect(matched(result)).to.deep.equal({ [id]: "case_insensitive" });
      expect(notCovered(result)).to.not.include(CASE_VARIANTS);
    });

    it("I3: both cases are found, each labelled", async () => {
      const lower = world.sandbox.build.addContact({ email: "jane@example.test", externalId: "1" });
      const upper = world.sandbox.build.addContact({ email: "JANE@example.test", role: "lead" });
      expect(matched(await world.access("Jane@example.test"))).to.deep.equal({ [lower.id]: "case_insensitive", [upper.id]: "case_insensitive" });
      expect(matched(await world.access("JANE@example.test"))).to.deep.equal({ [lower.id]: "case_insensitive", [upper.id]: "exact" });
    });

    it("I3: an answer without another case proves nothing, which is said", async () => {
      world.sandbox.build.addContact({ email: "jane@example.test" });
      expect(notCovered(await world.access("jane@example.test"))).to.include(CASE_VARIANTS);
      expect(notCovered(await world.access("nobody@example.test"))).to.include(CASE_VARIANTS);
    });

    it("I3: another case is deleted with the rest", async () => {
      world.sandbox.build.addContact({ email: "JANE@example.test" });
      expect((await world.erase("jane@example.test")).outcome).to.equal("verified");
    });
  });

  describe("I3: where it tells upper from lower case", () => {
    let world: World;
    beforeEach(async () => {
      world = await connectedWorld({ sandbox: { switches: { emailSearch: "case_sensitive" } } });
    });

    it("I3: the address is looked for as given and in lower case, and what else there may be is not covered", async () => {
      const lower = world.sandbox.build.addContact({ email: "jane@example.test", externalId: "1" });
      const given = world.sandbox.build.addContact({ email: "Jane@Example.test", role: "lead" });
      world.sandbox.build.addContact({ email: "JANE@example.test", role: "lead" });
      const result = await world.access("Jane@Example.test");
      expect(matched(result)).to.deep.equal({ [lower.id]: "case_insensitive", [given.id]: "exact" });
      expect(notCovered(result)).to.include(CASE_VARIANTS);
    });

    it("I3: nothing found does not hide that other cases were not looked for", async () => {
      world.sandbox.build.addContact({ email: "JANE@example.test" });
      const result = await world.access("jane@example.test");
      expect(result.outcome).to.equal("nothing_found");
      expect(notCovered(result)).to.include(CASE_VARIANTS);
      expect(result.searched).to.deep.equal([{ identifier: "email", where: "contacts/search", at: new Date(world.host.clock.now()).toISOString() }]);
    });
  });

  it("I3: a plan and a deletion say what was not covered, too", async () => {
    const world = await connectedWorld({ sandbox: { switches: { emailSearch: "case_sensitive" } } });
    world.sandbox.build.addContact({ email: "jane@example.test" });
    const planned = await world.plan("jane@example.test");
    expect(notCovered(planned)).to.include(CASE_VARIANTS);
    expect(notCovered(await world.execute(planned))).to.include(CASE_VARIANTS);
  });
});
