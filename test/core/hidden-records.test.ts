import { expect } from "chai";
import type { DeletionResult, EraseAnswer, Target } from "../../core/index.js";
import { ADA, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

describe("a deleted record that may be where its id does not show it", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  beforeEach(async () => {
    vendor = scriptedVendor({ lookupExtents: [{ id: "archived", label: "Archive", category: "archived_people", reason: "long" }, { id: "trash", label: "Trash", category: "trash", reason: "longer" }] });
    world = await openMemoryWorld(vendor.change);
  });

  /** Nothing is shown by its id; what is somewhere is shown there. */
  const hiddenIn = (extent: string | undefined) => (target: Target) => ({ answer: target.extent !== undefined && target.extent === extent ? ("present" as const) : ("absent" as const) });
  const carryOut = async (answer: EraseAnswer["answer"], look: ScriptedVendor["look"], extents: readonly string[] = []): Promise<DeletionResult> => {
    const { plan } = await world.dsr.plan("acme", ADA, { extents });
    vendor.erase = () => ({ answer });
    vendor.look = look;
    vendor.calls.length = 0;
    return world.dsr.delete(plan!.id, plan!.confirm);
  };
  const looks = () => vendor.calls.filter((call) => call.startsWith("look"));

  it("is not believed to be gone while one of those places shows it", async () => {
    const waiting = await carryOut("accepted", hiddenIn("trash"));
    expect(waiting.outcome).to.equal("awaiting_verification");
    expect(looks().slice(0, 3)).to.deep.equal(["look person P1", "look person P1 in archived", "look person P1 in trash"]);
  });

  it("is gone where none of them does", async () => {
    const done = await carryOut("accepted", hiddenIn(undefined));
    expect([done.outcome, looks()]).to.deep.equal(["verified", ["look person P1", "look person P1 in archived", "look person P1 in trash"]]);
  });

  it("is looked for no further once a place shows it, or its own id does", async () => {
    await carryOut("not_deleted", hiddenIn("archived"));
    expect(looks()).to.deep.equal(["look person P1", "look person P1 in archived"]);
    await world.dsr.cancel((await world.dsr.requests())[0]!.id);
    const there = await carryOut("not_deleted", () => ({ answer: "present" }));
    expect([there.outcome, looks()]).to.deep.equal(["needs_attention", ["look person P1"]]);
  });

  it("is not looked for where the vendor itself said that it is deleted, or knows no such record", async () => {
    for (const answer of ["deleted", "absent"] as const) {
      const done = await carryOut(answer, hiddenIn("archived"));
      expect([done.outcome, looks()]).to.deep.equal(["verified", ["look person P1"]]);
    }
  });

  it("is looked for by what the vendor said to the last deletion, whatever it said before", async () => {
    for (const [first, second, places] of [["deleted", "accepted", ["", " in archived", " in trash"]], ["accepted", "deleted", [""]]] as const) {
      const { plan } = await world.dsr.plan("acme", ADA);
      const said = [first, second];
      vendor.erase = () => ({ answer: said.shift()! });
      vendor.look = () => ({ answer: said.length > 0 ? "present" : "absent" });
      const done = await world.dsr.delete(plan!.id, plan!.confirm, { waitForAllLooks: true });
      expect(done.outcome).to.equal("verified");
      expect(vendor.calls.slice(vendor.calls.lastIndexOf("erase person P1") + 1)).to.deep.equal(places.map((place) => `look person P1${place}`));
    }
  });

  it("is looked for in its own place alone where the plan found it there", async () => {
    vendor.matches = [];
    vendor.archived = [match("A1")];
    const done = await carryOut("accepted", hiddenIn(undefined), ["archived"]);
    expect([done.outcome, looks()]).to.deep.equal(["verified", ["look person A1 in archived"]]);
  });

  it("is looked for there only if it is the person's own: such places hold nothing else", async () => {
    vendor.outline = () => ({ targets: [message("M1"), person("P1")] });
    await carryOut("accepted", hiddenIn(undefined));
    expect(looks()[0]).to.equal("look message M1");
    expect(looks()[1]).to.equal("look person P1");
  });
});
