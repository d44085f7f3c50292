import { expect } from "chai";
import { Identifier, type PlanChoices } from "../../core/index.js";
import { openAccountableWorld, type AccountableWorld } from "../adapters/evidence/support/accountable-world.js";
import { rejectionOf } from "./thrown.js";

const EVE = "eve.canary@example.test";
const eve = (): Identifier => Identifier.parse("email", EVE);
const ARCHIVED: PlanChoices = { extents: ["archived"] };

describe("looking a person up", () => {
  let world: AccountableWorld;
  beforeEach(async () => {
    world = await openAccountableWorld();
  });
  afterEach(() => world.end());

  const add = (kind = "customer") => world.vendor.addSubject({ identifier: { value: EVE }, kind, text: "Eve", volume: "bare" }).id;
  const plan = (choices: PlanChoices = {}, reference = "T-1") => world.dsr.plan("acme", { identifier: eve(), reference }, choices);
  const carryOut = ({ plan: made }: Awaited<ReturnType<typeof plan>>) => world.dsr.delete(made!.id, made!.confirm);
  const facts = async (requestId: string) => (await world.dsr.evidence(requestId)).records.map(({ fact }) => fact);
  const paths = (): readonly string[] => world.vendor.calls().map(({ method, path }) => `${method} ${path}`);
  /** Connects anew as somebody who may read who works there. */
  const mayReadTheTeam = () => world.dsr.reconnect("acme", world.vendor.issueToken({ scopes: ["read_people", "read_orders", "read_messages", "read_team", "delete_people"] }));

  describe("in an extent", () => {
    it("is refused where the connector declares no such extent, and opens no request", async () => {
      const calls = paths().length;
      expect(await rejectionOf(plan({ extents: ["attic"] }))).to.include({ code: "UNSUPPORTED_REQUEST" });
      expect(await rejectionOf(world.dsr.access("acme", { identifier: eve() }, { extents: ["attic"] }))).to.include({ code: "UNSUPPORTED_REQUEST" });
      for (const wrong of ["archived", [5], ["ARCHIVED!"]]) expect(await rejectionOf(plan({ extents: wrong } as unknown as PlanChoices)), JSON.stringify(wrong)).to.include({ code: "REQUEST_INVALID" });
      expect(await world.dsr.requests()).to.deep.equal([]);
      expect(paths()).to.have.lengthOf(calls);
    });

    it("is done only where it is asked for, and said to be left out where it is not", async () => {
      world.vendor.hide(add());
      const plain = await plan();
      expect(plain).to.deep.include({ outcome: "nothing_found", matches: [] });
      expect(plain.notCovered).to.deep.include({ category: "archived_people", reason: "the vendor's search does not show them, and its list of them is long" });
      expect(paths()).not.to.include("GET /people/archived");
    });

    it("finds targets that are marked, and verifies them there, with one deletion each", async () => {
      const [hidden, live] = [add(), add("prospect")];
      world.vendor.hide(hidden);
      const planned = await plan(ARCHIVED);
      expect(planned.plan!.targets).to.have.deep.members([{ category: "person", id: live }, { category: "person", id: hidden, extent: "archived" }]);
      expect(planned.notCovered.map(({ category }) => category)).not.to.include("archived_people");
      const before = paths().length;
      const done = await carryOut(planned);
      expect([done.outcome, done.targets.map(({ outcome }) => outcome)]).to.deep.equal(["verified", ["deleted", "deleted"]]);
      expect(done.residuals.map(({ code }) => code)).to.deep.equal(["BACKUPS"]);
      expect([world.vendor.isHeld(hidden), world.vendor.isHeld(live)]).to.deep.equal([false, false]);
      expect(paths().slice(before).filter((call) => call === `DELETE /people/${hidden}`)).to.have.lengthOf(1);
      expect(done.apiCalls).to.equal(planned.plan!.estimate.calls);
    });

    it("is part of what a human approves, and of the evidence", async () => {
      add();
      const [plain, wide] = [await plan({}, "T-1"), await plan(ARCHIVED, "T-2")];
      expect(plain.plan!.targets).to.deep.equal(wide.plan!.targets);
      expect(plain.plan!.confirm).not.to.equal(wide.plan!.confirm);
      const told = await facts(wide.request.id);
      expect(told.find(({ kind }) => kind === "asked")).to.deep.include({ choices: { extents: ["archived"] } });
      expect(told.find(({ kind }) => kind === "found")).to.deep.include({ extents: ["archived"] });
      expect((await facts(plain.request.id)).find(({ kind }) => kind === "found")).not.to.have.property("extents");
      expect((await carryOut(plain)).residuals.map(({ code }) => code)).to.include("ARCHIVED_PEOPLE");
    });

    it("makes a plan stale where a record came to stand there since", async () => {
      add();
      const planned = await plan(ARCHIVED);
      world.vendor.hide(add("prospect"));
      expect(await carryOut(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
      expect(world.deletions()).to.equal(0);
    });

    it("is done by an access request that asks for it, which says that the record cannot be read", async () => {
      const [hidden] = [add()];
      world.vendor.hide(hidden);
      const input = { identifier: eve() };
      expect((await world.dsr.access("acme", input)).outcome).to.equal("nothing_found");
      const wide = await world.dsr.access("acme", input, ARCHIVED);
      expect(wide).to.deep.include({ matches: [{ id: hidden, kind: "customer", matchedBy: "exact" }] });
      expect(wide.outcome).to.equal("complete_with_gaps");
    });
  });

  describe("who works for the account", () => {
    it("says that nobody was compared where the list may not be read", async () => {
      add();
      world.vendor.employ({ value: EVE });
      const planned = await plan();
      expect(planned).to.deep.include({ outcome: "planned", teammate: false });
      expect(planned.notCovered).to.deep.include({ category: "teammates", scope: "Read the team", reason: "not granted" });
      expect((await facts(planned.request.id)).find(({ kind }) => kind === "found")).not.to.have.property("teammate");
    });

    it("I11: leaves the choice to a human, whose way out is --only", async () => {
      const id = add();
      world.vendor.employ({ value: EVE.toUpperCase() });
      await mayReadTheTeam();
      const planned = await plan();
      expect(planned).to.deep.include({ outcome: "needs_attention", attention: { code: "AMBIGUOUS_SUBJECT" }, plan: null, teammate: true });
      expect(planned.notCovered.map(({ category }) => category)).not.to.include("teammates");
      expect((await plan({ exclude: [{ id, reason: "no" }] })).outcome).to.equal("refused");
      const chosen = await plan({ only: [id] });
      expect(chosen.outcome).to.equal("planned");
      expect((await carryOut(chosen)).outcome).to.equal("verified");
      expect((await facts(chosen.request.id)).find(({ kind }) => kind === "found")).to.deep.include({ teammate: true });
    });

    it("I11: stops a plan whose person has come to work there since it was approved", async () => {
      await mayReadTheTeam();
      add();
      const planned = await plan();
      world.vendor.employ({ value: EVE });
      await world.clock.advance(world.host.timings.accountTtlMs);
      expect(await carryOut(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
      expect(world.deletions()).to.equal(0);
    });

    it("I11: costs no request a call, and keeps no address", async () => {
      world.vendor.employ({ value: EVE });
      await mayReadTheTeam();
      add();
      const calls = paths().length;
      await plan();
      expect(paths().slice(calls)).to.deep.equal(["POST /people/search"]);
      expect(JSON.stringify(await world.dsr.connections()).toLowerCase()).to.not.contain("eve.canary");
    });
  });
});
