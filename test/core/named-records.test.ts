import { expect } from "chai";
import { Identifier, type DeletionResult } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { match, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

const BOB = Identifier.parse("email", "bob@example.test");

describe("a plan with a record that a human named", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  beforeEach(async () => {
    vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change);
  });

  const targets = ({ plan: made }: DeletionResult) => made?.targets.map(({ id }) => id);
  const planned = async ({ request }: DeletionResult) => ofKind(await world.entries(request.id), "planned").at(-1)!.plan;
  const named = async (shown: ReturnType<ScriptedVendor["byId"]>, ids = ["H1"]) => {
    vendor.byId = () => shown;
    return world.dsr.plan("acme", ADA, { also: ids.map((id) => ({ id, reason: "theirs, too" })) });
  };

  it("warns where it is of another address, and where nobody sees it", async () => {
    expect((await named(match("H1", { matchedBy: "exact" }))).plan?.warnings).to.deep.equal([]);
    expect((await named(match("H1", { matchedBy: "chosen" }))).plan?.warnings).to.deep.equal([{ code: "ANOTHER_ADDRESS", id: "H1" }]);
    const unseen = await named(undefined);
    expect([unseen.plan?.warnings, targets(unseen)]).to.deep.equal([[{ code: "NOT_SEEN", id: "H1" }], ["P1", "H1"]]);
  });

  it("asks for it once, and not at all where it was found anyway", async () => {
    expect(targets(await named(undefined, ["H1", "P1", "H1"]))).to.deep.equal(["P1", "H1"]);
    expect(vendor.calls).to.deep.equal(["find", "find H1", "outline"]);
  });

  it("remembers whose it is besides as a digest, once each, and shows that to nobody", async () => {
    const others = await planned(await named(match("H1", { matchedBy: "chosen", identifiers: [BOB, ADA.identifier, BOB] }))).then((made) => made.others);
    expect(others).to.have.length(1);
    expect(others?.[0]).to.not.contain("bob");
    expect(await planned(await named(match("H1", { matchedBy: "chosen", identifiers: [ADA.identifier] })))).to.not.have.property("others");
    const result = await named(match("H1", { matchedBy: "chosen", identifiers: [BOB] }));
    expect(Object.keys(result.plan ?? {})).to.not.include.members(["others"]).and.not.include.members(["hash"]);
  });

  it("is refused while that person is held, and no plan is made", async () => {
    await world.dsr.placeHold({ identifier: BOB, basis: "litigation" });
    const held = await named(match("H1", { matchedBy: "chosen", identifiers: [BOB] }));
    expect([held.outcome, held.attention?.code, held.plan, vendor.calls]).to.deep.equal(["refused", "HELD", null, ["find", "find H1"]]);
  });
});
