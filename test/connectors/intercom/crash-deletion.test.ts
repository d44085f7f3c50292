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

/** Every answer and every look that followed one was announced before. */
async function expectAnnounced(journal: Promise<readonly { readonly kind: string; readonly target?: { readonly id: string } }[]>, where: string): Promise<void> {
  const announced = new Set<string>();
  for (const { kind, target } of await journal) {
    if (kind === "intent") announced.add(target!.id);
    if (kind === "answered" || kind === "settled") expect(announced.has(target!.id), `${where}: announced before it was done`).to.equal(true);
  }
}
