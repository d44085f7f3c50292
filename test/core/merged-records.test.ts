import { expect } from "chai";
import { DsrError, type DeletionResult } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { match, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

describe("a deleted record that became part of another, which is no absence", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  beforeEach(async () => {
    vendor = scriptedVendor();
    vendor.matches = [match("P1"), match("P2")];
    world = await openMemoryWorld(vendor.change);
  });

  const plan = () => world.dsr.plan("acme", ADA);
  const carryOut = ({ plan: made }: DeletionResult) => world.dsr.delete(made!.id, made!.confirm);
  const outcomes = ({ targets }: DeletionResult) => targets.map(({ id, outcome }) => `${id} ${outcome}`);

  it("is taken for gone once that one is", async () => {
    const planned = await plan();
    vendor.look = ({ id }) => (vendor.gone.has("P2") && id === "P2" ? { answer: "absent" } : { answer: "merged", into: "P2" });
    const done = await carryOut(planned);
    expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted"]]);
    expect(ofKind(await world.entries(planned.request.id), "settled").map(({ target }) => target.id)).to.deep.equal(["P2", "P1"]);
  });

  it("is not deleted where that one stays", async () => {
    const planned = await plan();
    vendor.look = ({ id }) => (id === "P1" ? { answer: "merged", into: "P2" } : { answer: "present" });
    vendor.erase = ({ id }) => ({ answer: id === "P1" ? "deleted" : "not_deleted" });
    const stays = await carryOut(planned);
    expect([stays.outcome, stays.attention, outcomes(stays)]).to.deep.equal(["needs_attention", { code: "STILL_PRESENT" }, ["P1 not_deleted", "P2 not_deleted"]]);
  });

  it("is not deleted where the two are said to be part of each other", async () => {
    const planned = await plan();
    vendor.look = ({ id }) => ({ answer: "merged", into: id === "P1" ? "P2" : "P1" });
    const stale = await carryOut(planned);
    expect([stale.outcome, stale.attention, outcomes(stale)]).to.deep.equal(["needs_attention", { code: "PLAN_STALE" }, ["P1 not_deleted", "P2 not_deleted"]]);
  });

  it("is not deleted where the deletion was cancelled before that one was come to", async () => {
    const planned = await plan();
    vendor.look = ({ id }) => (id === "P1" ? { answer: "merged", into: "P2" } : { answer: "present" });
    vendor.erase = () => {
      void world.host.journal.requestCancel(planned.request.id);
      throw new DsrError("OUTCOME_UNKNOWN");
    };
    const cancelled = await carryOut(planned);
    expect([cancelled.outcome, outcomes(cancelled)]).to.deep.equal(["cancelled", ["P1 not_deleted", "P2 not_deleted"]]);
  });

  it("is open while that one is waited for", async () => {
    const planned = await plan();
    vendor.look = ({ id }) => (id === "P1" ? { answer: "merged", into: "P2" } : { answer: "present" });
    const waiting = await carryOut(planned);
    expect([waiting.outcome, outcomes(waiting)]).to.deep.equal(["awaiting_verification", ["P1 unknown", "P2 unknown"]]);
  });

  it("makes the plan stale where nobody planned to delete that one", async () => {
    vendor.matches = [match("P1")];
    const planned = await plan();
    vendor.look = () => ({ answer: "merged", into: "P9" });
    const merged = await carryOut(planned);
    expect([merged.outcome, merged.attention, outcomes(merged)]).to.deep.equal(["needs_attention", { code: "PLAN_STALE" }, ["P1 not_deleted"]]);
  });

  it("leaves the reason to a record that the vendor kept, where there is one", async () => {
    const planned = await plan();
    vendor.erase = () => ({ answer: "not_deleted" });
    vendor.look = ({ id }) => (id === "P1" ? { answer: "merged", into: "P9" } : { answer: "present" });
    expect((await carryOut(planned)).attention).to.deep.equal({ code: "NOT_DELETED" });
  });
});
