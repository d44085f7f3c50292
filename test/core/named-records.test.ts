import { expect } from "chai";
import { Identifier, type DeletionResult, type EraseAnswer, type LookAnswer } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type Change, type MemoryWorld } from "./memory-world.js";
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
    expect(Object.keys(result.plan ?? {})).to.not.include.members(["others"]);
  });

  it("is refused while that person is held, and no plan is made", async () => {
    await world.dsr.placeHold({ identifier: BOB, basis: "litigation" });
    const held = await named(match("H1", { matchedBy: "chosen", identifiers: [BOB] }));
    expect([held.outcome, held.attention?.code, held.plan, vendor.calls]).to.deep.equal(["refused", "HELD", null, ["find", "find H1"]]);
  });

  describe("is carried out with a record that the vendor shows neither before nor after it says that it is deleted", () => {
    const inArchive = { lookupExtents: [{ id: "archived", label: "Archive", category: "archived_people", reason: "long" }] };
    const hidden = async (shown: ReturnType<ScriptedVendor["byId"]>, manifest: Parameters<typeof scriptedVendor>[0], answers: readonly EraseAnswer["answer"][], look: ScriptedVendor["look"], options: { readonly waitForAllLooks?: boolean } = {}) => {
      vendor = scriptedVendor(manifest);
      vendor.matches = [];
      world = await openMemoryWorld((usual) => vendor.change(manifest === undefined ? withoutPlaces(usual) : usual));
      const { plan } = await named(shown);
      const said = [...answers];
      vendor.erase = () => ({ answer: said.shift()! });
      vendor.look = look;
      vendor.calls.length = 0;
      const done = await world.dsr.delete(plan!.id, plan!.confirm, options);
      return { done, plan: plan!, asked: vendor.calls.filter((call) => !call.startsWith("find") && call !== "outline") };
    };
    const withoutPlaces: Change = (usual) => {
      const { lookupExtents: _, residuals, ...manifest } = usual.manifest;
      return { ...usual, manifest: { ...manifest, residuals: residuals.filter(({ extent }) => extent === undefined) } };
    };
    const nowhere = (): LookAnswer => ({ answer: "absent" });

    it("V2: which proves nothing: it is told once more, and is gone where the vendor knows it no more", async () => {
      const { done, plan, asked } = await hidden(undefined, {}, ["deleted", "absent"], nowhere);
      expect(asked).to.deep.equal(["erase person H1", "look person H1", "erase person H1", "look person H1"]);
      expect([done.outcome, done.targets[0]?.outcome]).to.deep.equal(["verified", "deleted"]);
      expect(plan.estimate.calls, "a search, two deletions, whose it is before and a look after each").to.equal(7);
      const looks = ofKind(await world.entries(done.request.id), "looked");
      expect(looks.map(({ look }) => look.answer)).to.deep.equal(["unknown", "absent"]);
      expect(done.targets[0]?.verifiedAbsentAt).to.equal(looks[1]!.at);
    });

    it("V2: and is looked for where it may be once the vendor has said the same again", async () => {
      const inArchiveOnly: ScriptedVendor["look"] = ({ extent }) => ({ answer: extent === undefined ? "absent" : "present" });
      expect((await hidden(undefined, inArchive, ["deleted", "deleted"], inArchiveOnly)).done.outcome, "while its list may be behind").to.equal("awaiting_verification");
      const there = await hidden(undefined, inArchive, ["deleted", "deleted"], inArchiveOnly, { waitForAllLooks: true });
      expect(there.done).to.deep.include({ outcome: "needs_attention", attention: { code: "STILL_PRESENT" } });
      expect(there.done.targets.map(({ outcome, verifiedAbsentAt }) => [outcome, verifiedAbsentAt])).to.deep.equal([["not_deleted", undefined]]);
      const gone = await hidden(undefined, inArchive, ["deleted", "deleted"], nowhere);
      expect([gone.done.outcome, gone.asked.slice(-3)]).to.deep.equal(["verified", ["erase person H1", "look person H1", "look person H1 in archived"]]);
    });

    it("V2: and stays open where there is nowhere to look", async () => {
      for (const answer of ["deleted", "accepted"] as const) {
        const { done } = await hidden(undefined, undefined, [answer, answer], nowhere);
        expect([done.outcome, done.targets.map(({ outcome, verifiedAbsentAt }) => [outcome, verifiedAbsentAt])], answer).to.deep.equal(["awaiting_verification", [["unknown", undefined]]]);
      }
    });

    it("V2: unless it was there until it was deleted: then its absence is believed at once", async () => {
      const looks: LookAnswer[] = [{ answer: "present" }, { answer: "absent" }];
      const { done, plan, asked } = await hidden(match("H1"), {}, ["deleted"], () => looks.shift()!);
      expect([done.outcome, asked]).to.deep.equal(["verified", ["look person H1", "erase person H1", "look person H1"]]);
      expect(plan.estimate.calls, "a search, whose it is, a look, a deletion and a look").to.equal(5);
    });

    it("V2: and not where it was shown for the plan, and was not any more when it was to be deleted", async () => {
      const { done, asked } = await hidden(match("H1"), {}, ["deleted", "absent"], nowhere);
      expect([done.outcome, asked]).to.deep.equal(["verified", ["look person H1", "erase person H1", "look person H1", "erase person H1", "look person H1"]]);
    });

    it("is merged into another person's since it was shown: the plan is stale", async () => {
      const { done, asked } = await hidden(match("H1"), {}, ["deleted"], () => ({ answer: "merged", into: "X1" }));
      expect(done).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
      expect(asked).to.deep.equal(["look person H1"]);
    });
  });
});
