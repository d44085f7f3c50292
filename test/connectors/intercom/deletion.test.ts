import { expect } from "chai";
import { intercom } from "../../../connectors/intercom/connector.js";
import { Identifier } from "../../../core/index.js";
import type { Fault } from "../../../connectors/intercom/sandbox/faults.js";
import { rejectionOf } from "../../core/thrown.js";
import { connectedWorld, forgetCalls, mutations, type World, withoutCallIds } from "./world.js";

const JANE = "jane@example.test";

describe("a deletion at Intercom", () => {
  let world: World;
  beforeEach(async () => {
    world = await connectedWorld();
  });
  const add = (more: Parameters<World["sandbox"]["build"]["addContact"]>[0] = {}) => world.sandbox.build.addContact({ email: JANE, ...more }).id;
  const isHeld = (id: string) => world.sandbox.state.contact(id, "sandbox1", world.host.clock.now()) !== undefined;
  const deleting = (fault: Fault, times = 1) => world.sandbox.inject({ method: "DELETE", fault, times });
  const outcomes = (result: Awaited<ReturnType<World["erase"]>>) => result.targets.map(({ outcome }) => outcome);

  it("deletes what the plan names, reads it back by id, and says when it was gone", async () => {
    const id = add();
    const result = await world.erase(JANE);
    const verifiedAbsentAt = new Date(world.host.clock.now()).toISOString();
    expect(result).to.deep.include({ outcome: "verified", targets: [{ category: "contact", id, outcome: "deleted", verifiedAbsentAt }] });
    expect(result).to.not.have.property("attention");
    expect(isHeld(id)).to.equal(false);
    expect(world.sent).to.deep.equal(["POST /contacts/search", "POST /contacts/search", `DELETE /contacts/${id}`, `GET /contacts/${id}`]);
  });

  it("V10: a plan makes no mutating call, and is exactly what is executed", async () => {
    const ids = [add({ externalId: "1" }), add({ role: "lead" }), add({ role: "lead" })];
    world.sandbox.build.addContact({ email: "stranger@example.test" });
    const before = JSON.stringify([...world.sandbox.state.contacts]);
    const planned = await world.plan(JANE);
    expect(mutations(world)).to.deep.equal([]);
    expect(JSON.stringify([...world.sandbox.state.contacts])).to.equal(before);
    expect(planned.plan!.targets.map(({ id }) => id)).to.have.members(ids);
    expect(planned).to.deep.include({ outcome: "planned", targets: [], residuals: [] });
    const result = await world.execute(planned);
    expect(mutations(world)).to.have.members(planned.plan!.targets.map(({ id }) => `DELETE /contacts/${id}`)).and.to.have.lengthOf(3);
    expect(result.targets.map(({ category, id }) => ({ category, id }))).to.deep.equal(planned.plan!.targets);
  });

  it("V10: the same plan is drawn as long as nothing has changed, but for its request", async () => {
    add();
    const [one, two] = [await world.plan(JANE), await world.plan(JANE)];
    expect({ ...one.plan, id: "", expiresAt: "" }).to.deep.equal({ ...two.plan, id: "", expiresAt: "" });
  });

  it("a plan names what stays, what was not seen, and what is lost with the contact", async () => {
    const contact = world.sandbox.build.addContact({ email: JANE });
    world.sandbox.build.addCompany("Engines", [contact]);
    world.sandbox.build.addSubscription(contact, "News", "opt_out");
    const { plan } = await world.plan(JANE);
    expect(plan!.kept.map(({ category }) => category)).to.deep.equal(["company"]);
    expect(plan!.unseen.map(({ category }) => category)).to.include.members(["conversations", "tickets"]);
    expect(plan!.warnings).to.deep.equal([{ code: "OPT_OUT_FORGOTTEN", id: contact.id }]);
    expect(plan!.confirm).to.match(/^delete-1-[0-9a-f]{8}$/);
  });

  it("a plan is executed with its own code only, and by nobody before that", async () => {
    add();
    const planned = await world.plan(JANE);
    for (const code of ["", "delete-1-00000000", planned.plan!.confirm.toUpperCase(), `${planned.plan!.confirm} `]) {
      expect(await world.dsr.delete(planned.plan!.id, code).catch((error: unknown) => error)).to.include({ code: "CONFIRMATION_REFUSED" });
    }
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("planned");
    expect(mutations(world)).to.deep.equal([]);
  });

  it("a plan that has expired is not executed", async () => {
    add();
    const planned = await world.plan(JANE);
    await world.host.clock.advance(world.host.timings.planTtlMs);
    expect(await world.execute(planned).catch((error: unknown) => error)).to.include({ code: "PLAN_STALE" });
    expect(mutations(world)).to.deep.equal([]);
  });

  it("V1: 200 with `deleted: false` is no success", async () => {
    const id = add();
    deleting({ kind: "deleted_false" });
    expect(withoutCallIds(await world.erase(JANE))).to.deep.include({ outcome: "needs_attention", attention: { code: "NOT_DELETED" }, targets: [{ category: "contact", id, outcome: "not_deleted" }], residuals: [] });
    expect(isHeld(id)).to.equal(true);
  });

  it("V1: one of two makes the deletion partial", async () => {
    add({ externalId: "1" });
    add({ role: "lead" });
    deleting({ kind: "deleted_false" });
    const result = await world.erase(JANE);
    expect(result).to.deep.include({ outcome: "partial", attention: { code: "NOT_DELETED" } });
    expect(outcomes(result)).to.have.members(["not_deleted", "deleted"]);
  });

  for (const [what, body, outcome, target] of [
    ["about another contact", { type: "contact", id: "0".repeat(24), deleted: true }, "parked", "unknown"],
    ["about no contact", { type: "contact", deleted: true }, "parked", "unknown"],
    ["of null", null, "parked", "unknown"],
    ["that says so in text", { type: "contact", id: "own", deleted: "true" }, "needs_attention", "not_deleted"],
    ["without a word", { type: "contact", id: "own" }, "needs_attention", "not_deleted"],
  ] as const) {
    it(`V1: an answer ${what} is no success`, async () => {
      const id = add();
      deleting({ kind: "status", status: 200, body: body !== null && "id" in body && body.id === "own" ? { ...body, id } : body }, Infinity);
      const result = await world.erase(JANE);
      expect(result.outcome).to.equal(outcome);
      expect(outcomes(result)).to.deep.equal([target]);
      expect(isHeld(id)).to.equal(true);
    });
  }

  it("V3: a contact that a search still shows is verified by its id", async () => {
    world = await connectedWorld({ sandbox: { indexLagMs: { delete: 3_600_000 } } });
    add();
    expect((await world.erase(JANE)).outcome).to.equal("verified");
    expect((await world.plan(JANE)).matches).to.have.lengthOf(1);
  });

  it("V3: a second run that still finds it calls nothing deleted twice", async () => {
    world = await connectedWorld({ sandbox: { indexLagMs: { delete: 3_600_000 } } });
    add();
    await world.erase(JANE);
    forgetCalls(world);
    const again = await world.erase(JANE);
    expect(again.outcome).to.equal("verified");
    expect(outcomes(again)).to.deep.equal(["already_absent"]);
    expect(world.sandbox.calls.records.some(({ effect }) => effect)).to.equal(false);
    await world.host.clock.advance(3_600_000);
    expect((await world.plan(JANE)).outcome).to.equal("nothing_found");
  });

  for (const missingContactWording of ["Contact Not Found", "User Not Found"] as const) {
    it(`V4: a contact that somebody else deleted meanwhile was absent already ("${missingContactWording}")`, async () => {
      world = await connectedWorld({ sandbox: { switches: { missingContactWording } } });
      const id = add();
      const planned = await world.plan(JANE);
      world.sandbox.state.contacts.get(id)!.goneAt = 0;
      const result = await world.execute(planned);
      expect(result.outcome).to.equal("verified");
      expect(outcomes(result)).to.deep.equal(["already_absent"]);
      expect(result.targets[0]).to.have.property("verifiedAbsentAt");
    });
  }

  it("V4: nothing at all is found of a person who is not there", async () => {
    expect(await world.plan("nobody@example.test")).to.deep.include({ outcome: "nothing_found", plan: null, targets: [] });
  });

  it("V12: neither the result nor what is left behind says that something was destroyed for good", async () => {
    add();
    const result = await world.erase(JANE);
    expect(JSON.stringify(result)).to.not.match(/permanent|irrevocabl|irreversibl|for good/i);
    expect(result.residuals.map(({ code }) => code)).to.include.members(["RECOVERY_WINDOW", "RATINGS_KEPT", "REPORTING_KEPT", "ARCHIVED_CONTACTS", "RECREATION"]);
    expect(result.residuals.find(({ code }) => code === "RECOVERY_WINDOW")!.text).to.contain("7 days");
  });

  it("V12: nor does anything that the connector says of itself", () => {
    expect(JSON.stringify(intercom.manifest)).to.not.match(/permanent|irrevocabl|irreversibl|for good/i);
  });

  it("V12: what is left behind is not listed where nothing was deleted", async () => {
    add();
    deleting({ kind: "deleted_false" });
    expect((await world.erase(JANE)).residuals).to.deep.equal([]);
  });

  describe("of a record that a human named", () => {
    const ALSO = (id: string) => ({ also: [{ id, reason: "found in an export" }] });

    it("I13: refuses a record of somebody else who is held, as the plan is made and before it is carried out", async () => {
      const world = await connectedWorld();
      world.sandbox.build.addContact({ email: JANE });
      const held = world.sandbox.build.addContact({ email: "held@example.test" });
      const hold = () => world.dsr.placeHold({ identifier: Identifier.parse("email", "Held@example.test"), basis: "litigation" });
      const planned = await world.plan(JANE, ALSO(held.id), { reference: "T-1" });
      await hold();
      expect(await world.execute(planned)).to.deep.include({ outcome: "refused" });
      expect((await world.plan(JANE, ALSO(held.id), { reference: "T-2" })).attention?.code).to.equal("HELD");
      expect(mutations(world)).to.deep.equal([]);
    });

    it("deletes an archived contact that no search shows", async () => {
      const id = add({ status: "archived" });
      expect((await world.plan(JANE)).outcome).to.equal("nothing_found");
      const planned = await world.plan(JANE, ALSO(id));
      expect(planned.plan).to.deep.include({ targets: [{ category: "contact", id }], choices: ALSO(id) });
      const result = await world.execute(planned);
      expect(result.outcome).to.equal("verified");
      expect(outcomes(result)).to.deep.equal(["deleted"]);
      expect(isHeld(id)).to.equal(false);
    });

    it("V2: does not take an archived contact for deleted that Intercom says it deleted, twice, and still lists", async () => {
      const id = add({ status: "archived" });
      const planned = await world.plan(JANE, ALSO(id));
      deleting({ kind: "status", status: 200, body: { type: "contact", id, external_id: null, deleted: true } }, Infinity);
      const result = await world.dsr.delete(planned.plan!.id, planned.plan!.confirm, { waitForAllLooks: true });
      expect(result).to.deep.include({ outcome: "needs_attention", attention: { code: "STILL_PRESENT" } });
      expect(result.targets.map(({ outcome, verifiedAbsentAt }) => [outcome, verifiedAbsentAt])).to.deep.equal([["not_deleted", undefined]]);
      expect(isHeld(id)).to.equal(true);
    });

    it("T3: does not take an archived contact for deleted because it cannot be read", async () => {
      const id = add({ status: "archived" });
      const planned = await world.plan(JANE, ALSO(id));
      deleting({ kind: "reset_before" });
      expect(outcomes(await world.execute(planned))).to.deep.equal(["deleted"]);
      expect(mutations(world)).to.deep.equal([`DELETE /contacts/${id}`, `DELETE /contacts/${id}`]);
      expect(isHeld(id)).to.equal(false);
    });

    it("finds an id that is nobody's absent already", async () => {
      const result = await world.erase(JANE, ALSO("a".repeat(24)));
      expect(outcomes(result)).to.deep.equal(["already_absent"]);
    });

    it("counts a record that was named twice once", async () => {
      const archived = add({ status: "archived" });
      expect((await world.plan(JANE, { also: [...ALSO(archived).also, ...ALSO(archived).also] })).plan!.targets).to.deep.equal([{ category: "contact", id: archived }]);
      const id = add();
      expect((await world.plan(JANE, ALSO(id))).plan!.targets).to.deep.equal([{ category: "contact", id }]);
    });

    it("refuses an id that cannot be one, and calls nobody with it", async () => {
      add();
      for (const id of ["../admins", "a/b", "", "x".repeat(200), "%2e%2e"]) {
        const refused = await world.plan(JANE, ALSO(id)).then(({ attention, plan }) => ({ code: attention?.code, plan }), (error: unknown) => ({ code: (error as { code: string }).code, plan: null }));
        expect(refused.code, id).to.be.oneOf(["CHOICE_INVALID", "REQUEST_INVALID"]);
        expect(refused.plan).to.equal(null);
      }
      expect(world.sent.filter((call) => call !== "POST /contacts/search")).to.deep.equal([]);
    });

    it("the connector takes an id that cannot be one for the choice's fault, and not for Intercom's", async () => {
      const fetch = (): Promise<Response> => Promise.reject(new Error("called"));
      const origin = "https://api.intercom.io";
      const lookup = intercom.lookup({ fetch, clock: world.host.clock, signal: new AbortController().signal, apiOrigin: origin, appOrigin: origin, categories: [], workspaceId: "sandbox1" });
      for (const id of ["../admins", "a/b", "", "x".repeat(200), "%2e%2e"]) expect(await rejectionOf(lookup.findById(id)), id).to.include({ code: "CHOICE_INVALID" });
    });
  });
});
