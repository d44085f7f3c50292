import { expect } from "chai";
import fc from "fast-check";
import type { MemoryPackage } from "../../../adapters/in-memory/memory-state.js";
import type { AccessResult } from "../../../core/index.js";
import { operationsOf, playWith, requestIn, type Moment, type Story } from "./crashes.js";

const ADA = "ada@example.test";

const STORY: Story<AccessResult> = {
  world: { sandbox: { fixture: "small" } },
  prepare: ({ sandbox }) => {
    const ada = [...sandbox.state.contacts.values()].find(({ email, role }) => email === ADA && role === "user")!;
    for (let n = 0; n < 58; n++) sandbox.build.addNote(ada, `Note ${n}`);
  },
  act: async (world) => {
    const id = requestIn(world.host.state, "access");
    return id === undefined ? world.access(ADA) : ((await world.dsr.resume(id)) as AccessResult);
  },
};

/** A package apart from where and when its records were read. */
function contents({ records, manifest }: MemoryPackage): unknown {
  const withoutProvenance = Object.entries(records).map(([category, list]) => [category, list.map(({ id, data }) => ({ id, data }))]);
  return { records: Object.fromEntries(withoutProvenance) as unknown, counts: manifest["counts"], gaps: manifest["gaps"] };
}

/** What a result tells of the person, apart from the request and its moments. */
function told({ outcome, matches, nearMatches, counts, gaps, notCovered }: AccessResult): unknown {
  return { outcome, matches, nearMatches, counts, gaps, notCovered };
}

describe("an access request whose process is killed", function () {
  this.timeout(60_000);
  let operations: readonly string[];
  let expected: { readonly result: AccessResult; readonly package: unknown; readonly reads: number };

  before(async () => {
    operations = await operationsOf(STORY);
    const { world, result } = await playWith(STORY, []);
    expected = { result, package: contents(world.host.packageOf(result.request.id)!), reads: world.sandbox.calls.records.length };
    expect(result.counts).to.include({ contacts: 2, notes: 60, companies: 3 });
  });

  async function expectTheSame(moments: readonly Moment[]): Promise<number> {
    const { world, result, crashes } = await playWith(STORY, moments);
    const where = moments.map(({ number, side }) => `${side} ${number} ${operations[number - 1]}`).join(", ");
    expect(result.outcome, where).to.equal("complete");
    expect([...world.host.state.packages.keys()], where).to.deep.equal([result.request.id]);
    expect(contents(world.host.packageOf(result.request.id)!), where).to.deep.equal(expected.package);
    expect(told(result), where).to.deep.equal(told(expected.result));
    expect(world.host.state.pages.size, `${where}: staged pages that were left`).to.equal(0);
    expect(world.sandbox.calls.records.length, `${where}: at most one page is read again for each crash`).to.be.at.most(expected.reads + crashes);
    return crashes;
  }

  it("P1: gives the same package, whichever of its moments it was killed at", async () => {
    let crashes = 0;
    for (let number = 1; number <= operations.length; number++) {
      for (const side of ["before", "after"] as const) crashes += await expectTheSame([{ number, side }]);
    }
    expect(crashes).to.equal(2 * operations.length);
    expect(operations.filter((name) => name === "journal.append").length).to.be.greaterThan(10);
  });

  it("P3: gives the same package when it is killed two and three times", async () => {
    const moment = fc.record({ number: fc.integer({ min: 1, max: operations.length }), side: fc.constantFrom("before" as const, "after" as const) });
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 2, maxLength: 3 }), async (moments) => {
        await expectTheSame(moments);
      }),
      { numRuns: 25 },
    );
  });
});
