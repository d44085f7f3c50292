import { expect } from "chai";
import { createManualClock, type ManualClock } from "../../adapters/in-memory/manual-clock.js";
import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { LookupResult } from "../../core/ports.js";
import { gatherLookups, lookUpTogether, type Lookup } from "../../core/shared-lookup.js";
import { rejectionOf } from "./thrown.js";

const address = (name: string): Identifier => Identifier.parse("email", `${name}@example.test`);
const answerFor = (identifier: Identifier, by: string): LookupResult => ({ matches: [], nearMatches: [], searched: [{ identifier: identifier.reveal(), where: by, at: "" }], notCovered: [], gaps: [], dropped: 0 });
const marksOf = (results: readonly LookupResult[]): string[] => results.flatMap(({ searched }) => searched.map(({ identifier, where }) => `${identifier} by ${where}`));

describe("requests that are begun together", () => {
  let asked: string[];
  let clock: ManualClock;
  let people: Map<string, readonly Identifier[]>;
  let broken: ReadonlySet<string>;

  beforeEach(() => {
    asked = [];
    broken = new Set();
    clock = createManualClock();
    people = new Map(["ada", "bob", "eve"].map((name) => [name, [address(name)]]));
  });
  const own = (name: string): Lookup => ({
    find: async (all) => {
      asked.push(`${name}: ${all.map((each) => each.reveal().split("@")[0]).join()}`);
      await Promise.resolve();
      if (broken.has(name)) throw new DsrError("VENDOR_UNAVAILABLE");
      return all.map((each) => answerFor(each, name));
    },
    findIn: async (extent, all) => {
      asked.push(`${name} in ${extent}: ${all.map((each) => each.reveal().split("@")[0]).join()}`);
      return all.map((each) => answerFor(each, `${name} in ${extent}`));
    },
  });
  const gathered = () => {
    const lookups = gatherLookups(async () => people, clock);
    return async (name: string) => marksOf(await lookups(name, own(name)).find([address(name)]));
  };

  it("ask once for all of them, and each has the answer for its own person", async () => {
    const find = gathered();
    expect(await Promise.all(["ada", "bob", "eve"].map(find))).to.deep.equal([["ada@example.test by ada"], ["bob@example.test by ada"], ["eve@example.test by ada"]]);
    expect(asked).to.deep.equal(["ada: ada,bob,eve"]);
  });

  it("read an extent once for all of them, too, and each other one by itself", async () => {
    const lookups = gatherLookups(async () => people, clock);
    const findIn = async (name: string, extent: string) => marksOf((await lookups(name, own(name)).findIn?.(extent, [address(name)])) ?? []);
    expect(await Promise.all([findIn("bob", "archived"), findIn("ada", "archived"), findIn("eve", "blocked")])).to.deep.equal([["bob@example.test by bob in archived"], ["ada@example.test by bob in archived"], ["eve@example.test by eve in blocked"]]);
    expect(await findIn("ada", "archived")).to.deep.equal(["ada@example.test by ada in archived"]);
    expect(asked).to.deep.equal(["bob in archived: ada,bob,eve", "eve in blocked: ada,bob,eve", "ada in archived: ada"]);
    const { find } = own("ada");
    expect(lookups("ada", { find }), "where the vendor has none").not.to.have.property("findIn");
  });

  it("ask anew each time after the first", async () => {
    const find = gathered();
    await Promise.all(["ada", "bob"].map(find));
    expect([await find("ada"), await find("bob")]).to.deep.equal([["ada@example.test by ada"], ["bob@example.test by bob"]]);
    expect(asked).to.deep.equal(["ada: ada,bob,eve", "ada: ada", "bob: bob"]);
  });

  it("take no answer for what is shown now that is older than ten seconds", async () => {
    const find = gathered();
    await find("ada");
    await clock.advance(10_000);
    expect(await find("bob")).to.deep.equal(["bob@example.test by ada"]);
    await clock.advance(1);
    expect(await find("eve")).to.deep.equal(["eve@example.test by eve"]);
  });

  it("count that age from when it was asked, however long the answer took", async () => {
    const slow = own("ada");
    const lookups = gatherLookups(async () => people, clock);
    const asking = lookups("ada", { find: async (all) => (await clock.advance(10_001), slow.find(all)) }).find([address("ada")]);
    expect(marksOf(await asking)).to.deep.equal(["ada@example.test by ada"]);
    expect(marksOf(await lookups("bob", own("bob")).find([address("bob")]))).to.deep.equal(["bob@example.test by bob"]);
  });

  it("ask for themselves where they are not among those who were asked for, or nobody knows their address any more", async () => {
    people.delete("bob");
    people.set("eve", []);
    people.set("kim", [address("kim")]);
    const find = gathered();
    expect(await Promise.all(["ada", "bob", "eve"].map(find))).to.deep.equal([["ada@example.test by ada"], ["bob@example.test by bob"], ["eve@example.test by eve"]]);
    expect(asked).to.deep.equal(["ada: ada,kim", "bob: bob", "eve: eve"]);
  });

  it("ask for themselves where they are alone", async () => {
    people = new Map([["ada", [address("ada")]]]);
    expect(await gathered()("ada")).to.deep.equal(["ada@example.test by ada"]);
    expect(asked).to.deep.equal(["ada: ada"]);
  });

  it("ask for themselves where the one that asked for all was refused, which alone is told so", async () => {
    broken = new Set(["ada"]);
    const find = gathered();
    const told = await Promise.all(["ada", "bob", "eve"].map((name) => find(name).catch(({ code }: DsrError) => code)));
    expect(told).to.deep.equal(["VENDOR_UNAVAILABLE", ["bob@example.test by bob"], ["eve@example.test by eve"]]);
  });

  it("take an answer for fewer than were asked for as none", async () => {
    const error = await rejectionOf(lookUpTogether(people, async (all) => all.slice(1).map((each) => answerFor(each, "short"))));
    expect(error).to.include({ code: "INTERNAL" });
  });

  it("are given every answer of a person with several addresses", async () => {
    people.set("bob", [address("bob"), address("bobby")]);
    const answers = await lookUpTogether(people, async (all) => all.map((each) => answerFor(each, "one")));
    expect([...answers].map(([name, results]) => [name, marksOf(results)])).to.deep.equal([
      ["ada", ["ada@example.test by one"]],
      ["bob", ["bob@example.test by one", "bobby@example.test by one"]],
      ["eve", ["eve@example.test by one"]],
    ]);
  });
});
