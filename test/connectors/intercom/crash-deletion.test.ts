import { expect } from "chai";
import fc from "fast-check";
import type { DeletionResult } from "../../../core/index.js";
import { operationsOf, playWith, requestIn, type Moment, type Story } from "./crashes.js";

const JANE = "jane@example.test";
const PEOPLE = 3;

/** Plans, confirms as a human does who reads the plan's code, and goes on until it is over. */
const STORY: Story<DeletionResult> = {
  prepare: ({ sandbox }) => {
    for (let n = 0; n < PEOPLE; n++) sandbox.build.addContact({ email: JANE, role: n === 0 ? "user" : "lead" });
    sandbox.build.addContact({ email: "stranger@example.test" });
  },
  act: async (world) => {
    const id = requestIn(world.host.state, "deletion");
    const planned = id === undefined ? await world.plan(JANE) : ((await world.dsr.resume(id)) as DeletionResult);
    if (planned.outcome !== "planned") return planned;
    return world.execute(planned);
  },
};

describe("a deletion whose process is killed", function () {
  this.timeout(60_000);
  let operations: readonly string[];
  before(async () => {
    operations = await operationsOf(STORY);
  });

  async function expectTheSame(story: Story<DeletionResult>, moments: readonly Moment[]): Promise<number> {
    const { world, result, crashes } = await playWith(story, moments);
    const where = moments.map(({ number, side }) => `${side} ${number} ${operations[number - 1]}`).join(", ");
    const records = world.sandbox.calls.records.filter(({ operation }) => operation === "deleteContact");
    const effects = records.filter(({ effect }) => effect).map(({ path }) => path);
    expect(result.outcome, where).to.equal("verified");
    expect(result.targets.map(({ outcome }) => outcome), where).to.deep.equal(Array.from({ length: PEOPLE }, () => "deleted"));
    expect(result.targets.every(({ verifiedAbsentAt }) => verifiedAbsentAt !== undefined), where).to.equal(true);
    expect(effects, `${where}: each contact is deleted once`).to.have.lengthOf(PEOPLE);
    expect(new Set(effects).size, where).to.equal(PEOPLE);
    expect(records.length, `${where}: nothing that was deleted is deleted again`).to.equal(PEOPLE);
    expect([...world.sandbox.state.contacts.values()].filter(({ goneAt }) => goneAt === null).map(({ email }) => email), where).to.deep.equal(["stranger@example.test"]);
    await expectAnnounced(world.host.journal.entries(result.request.id), where);
    return crashes;
  }

  it("P2: deletes each contact once, and says so, whichever of its moments it was killed at", async () => {
    let crashes = 0;
    for (let number = 1; number <= operations.length; number++) {
      for (const side of ["before", "after"] as const) crashes += await expectTheSame(STORY, [{ number, side }]);
    }
    expect(crashes).to.equal(2 * operations.length);
    expect(operations.filter((name) => name === "journal.append").length).to.be.greaterThan(4 + 4 * PEOPLE);
  });

  it("P3: deletes each contact once when it is killed two and three times", async () => {
    const moment = fc.record({ number: fc.integer({ min: 1, max: operations.length }), side: fc.constantFrom("before" as const, "after" as const) });
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 2, maxLength: 3 }), async (moments) => {
        await expectTheSame(STORY, moments);
      }),
      { numRuns: 25 },
    );
  });

  it("P2: deletes an archived contact that a human named once, although it cannot be read", async () => {
    let archived = "";
    const story: Story<DeletionResult> = {
      prepare: ({ sandbox }) => void (archived = sandbox.build.addContact({ email: JANE, status: "archived" }).id),
      act: async (world) => {
        const id = requestIn(world.host.state, "deletion");
        const choices = { also: [{ id: archived, reason: "found in an export" }] };
        const resumed = id === undefined ? undefined : ((await world.dsr.resume(id)) as DeletionResult);
        const planned = resumed === undefined || resumed.outcome === "nothing_found" ? await world.plan(JANE, choices) : resumed;
        return planned.outcome === "planned" ? world.execute(planned) : planned;
      },
    };
    const names = await operationsOf(story);
    for (let number = 1; number <= names.length; number++) {
      const { world, result } = await playWith(story, [{ number, side: "after" }]);
      expect(result.outcome, `after ${number} ${names[number - 1]}`).to.equal("verified");
      expect(result.targets.map(({ outcome }) => outcome), `after ${number} ${names[number - 1]}`).to.deep.equal(["deleted"]);
      expect(world.sandbox.calls.records.filter(({ effect }) => effect)).to.have.lengthOf(1);
    }
  });

  it("P2, T3: deletes each contact once where an answer is lost besides", async () => {
    const story: Story<DeletionResult> = { ...STORY, prepare: (world) => (STORY.prepare(world), world.sandbox.inject({ method: "DELETE", after: 1, fault: { kind: "reset_after_effect" } })) };
    for (let number = 1; number <= operations.length; number++) await expectTheSame(story, [{ number, side: "after" }]);
  });
});

describe("a related deletion whose process is killed", function () {
  this.timeout(60_000);
  /** What is the person's alone, and what is not: a group from which the person is taken out, and a ticket that stays. */
  const TARGETS = ["participation", "conversation", "conversation", "ticket", "custom_object", "contact"];
  const story: Story<DeletionResult> = {
    world: { categories: "granted", settings: { erasure: { groupConversations: "detach", metrics: "stop" } } },
    prepare: ({ sandbox: { build } }) => {
      const contact = build.addContact({ email: JANE });
      const other = build.addContact({ email: "stranger@example.test" });
      for (let n = 0; n < 2; n++) build.addConversation({ contacts: [contact] });
      build.addConversation({ contacts: [contact, other] });
      build.addTicket({ contacts: [contact] });
      build.addTicket({ contacts: [contact, other] });
      build.addCustomObject("Order", [contact]);
    },
    // What is asked for again with the same reference is the same request: one that was killed before it knew what was chosen is told once more.
    act: async (world) => {
      const planned = await world.plan(JANE, { erase: "related" }, { reference: "T-1" });
      return planned.outcome === "planned" ? world.execute(planned) : ((await world.dsr.resume(planned.request.id)) as DeletionResult);
    },
  };

  async function expectTheSame(moments: readonly Moment[], where: string): Promise<void> {
    const { world, result } = await playWith(story, moments);
    const effects = world.sandbox.calls.records.filter(({ effect }) => effect).map(({ method, path }) => `${method} ${path}`);
    expect(result.outcome, where).to.equal("verified");
    expect(result.targets.map(({ category }) => category), where).to.deep.equal(TARGETS);
    expect(result.targets.map(({ outcome }) => outcome), where).to.deep.equal(TARGETS.map(() => "deleted"));
    expect(new Set(effects).size, `${where}: one effect each`).to.equal(TARGETS.length).and.to.equal(effects.length);
    expect(effects.at(-1), `${where}: the contact goes last`).to.match(/^DELETE \/contacts\//);
    expect(result.dependents!.map(({ category, state }) => [category, state]), where).to.have.deep.members([["conversation", "present"], ["ticket", "present"]]);
    const { conversations, tickets, customObjects, reporting } = world.sandbox.state;
    expect([conversations.size, tickets.size, customObjects.size, reporting.size], where).to.deep.equal([1, 1, 0, 0]);
    await expectAnnounced(world.host.journal.entries(result.request.id), where);
  }

  it("P2: deletes each record once, and says so, whichever of its moments it was killed at", async () => {
    const operations = await operationsOf(story);
    for (let number = 1; number <= operations.length; number++) {
      for (const side of ["before", "after"] as const) await expectTheSame([{ number, side }], `${side} ${number} ${operations[number - 1]}`);
    }
    expect(operations.filter((name) => name === "journal.append").length).to.be.greaterThan(4 + 4 * TARGETS.length);
  });

  it("P3: deletes each record once when it is killed two and three times", async () => {
    const { length } = await operationsOf(story);
    const moment = fc.record({ number: fc.integer({ min: 1, max: length }), side: fc.constantFrom("before" as const, "after" as const) });
    await fc.assert(fc.asyncProperty(fc.array(moment, { minLength: 2, maxLength: 3 }), (moments) => expectTheSame(moments, JSON.stringify(moments))), { numRuns: 15 });
  });

  it("P2, V6: reports what hung on the contacts all the same, whichever of its moments a deletion of these alone was killed at", async () => {
    const alone: Story<DeletionResult> = {
      ...story,
      act: async (world) => {
        const id = requestIn(world.host.state, "deletion");
        const planned = id === undefined ? await world.plan(JANE) : ((await world.dsr.resume(id)) as DeletionResult);
        return planned.outcome === "planned" ? world.execute(planned) : planned;
      },
    };
    const operations = await operationsOf(alone);
    for (let number = 1; number <= operations.length; number++) {
      const { world, result } = await playWith(alone, [{ number, side: "after" }]);
      expect(result.outcome, `after ${number}`).to.equal("verified");
      expect(result.dependents!.map(({ state }) => state), `after ${number}`).to.deep.equal(Array.from({ length: 6 }, () => "present"));
      expect(world.sandbox.calls.records.filter(({ effect }) => effect)).to.have.lengthOf(1);
    }
  });
});

/** Every answer and every look that followed one was announced before. */
async function expectAnnounced(journal: Promise<readonly { readonly kind: string; readonly target?: { readonly id: string } }[]>, where: string): Promise<void> {
  const announced = new Set<string>();
  for (const { kind, target } of await journal) {
    if (kind === "intent") announced.add(target!.id);
    if (kind === "answered" || kind === "settled") expect(announced.has(target!.id), `${where}: announced before it was done`).to.equal(true);
  }
}
