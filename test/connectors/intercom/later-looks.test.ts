import { expect } from "chai";
import type { DeletionResult, JournalEntry, PlanChoices } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { connectedWorld, forgetCalls, mutations, type World, type WorldOptions } from "./world.js";

const JANE = "jane@example.test";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("looking again for a person who was deleted", () => {
  let world: World;
  let request: string;
  const deleted = async (options?: WorldOptions, choices?: PlanChoices): Promise<DeletionResult> => {
    world = await connectedWorld(options);
    add();
    const result = await world.erase(JANE, choices, { reference: "T-1" });
    request = result.request.id;
    expect(result.outcome).to.equal("verified");
    forgetCalls(world);
    return result;
  };
  const add = (more = {}): string => world.sandbox.build.addContact({ email: JANE, ...more }).id;
  const pass = (ms: number) => world.host.clock.advance(ms);
  const show = async () => (await world.dsr.result(request)) as DeletionResult;
  const kinds = async () => (await world.host.journal.entries(request)).map(({ kind }) => kind);
  const done = async () => (await world.dsr.upkeep()).tended.map((each) => [...each.done, ...(each.failed === undefined ? [] : [`${each.failed.what}: ${each.failed.code}`])].join(" "));
  const at = (ms: number) => new Date(ms).toISOString();

  it("V5: says beforehand when: after a day and after a week, and that address and ids are destroyed then", async () => {
    const ended = (await deleted(), (await world.host.journal.entries(request)).at(-1)!.at);
    const from = Date.parse(ended);
    expect((await show()).toCome).to.deep.equal([{ what: "look", at: at(from + DAY) }, { what: "look", at: at(from + 7 * DAY) }, { what: "key", at: at(from + 7 * DAY) }]);
  });

  it("V5: sends nothing before its time, and one search at each", async () => {
    await deleted();
    await pass(DAY - MINUTE);
    expect(await done()).to.deep.equal([]);
    expect(world.sent).to.deep.equal([]);
    await pass(MINUTE);
    expect(await done()).to.deep.equal(["looked_again"]);
    expect(world.sent.filter((call) => !/^GET \/(me|admins)/.test(call))).to.deep.equal(["POST /contacts/search"]);
    expect(await done()).to.deep.equal([]);
    await pass(6 * DAY);
    expect(await done()).to.deep.equal(["looked_again key_destroyed"]);
    expect((await show()).laterLooks.map(({ outcome }) => outcome)).to.deep.equal(["absent", "absent"]);
    expect(await show()).to.include({ outcome: "verified" });
    expect(await done()).to.deep.equal([]);
  });

  it("V5: somebody who is no contact and begins a conversation from the address is REAPPEARED; what was there before the deletion is not", async () => {
    const ghost = { type: "user", id: "5f0000000000000000000001", name: "Jane", email: JANE } as const;
    world = await connectedWorld({ categories: "granted" });
    add();
    world.sandbox.build.addConversation({ contacts: [], source: { from: ghost } });
    request = (await world.erase(JANE)).request.id;
    await pass(DAY);
    expect(await done()).to.deep.equal(["looked_again"]);
    const { id } = world.sandbox.build.addConversation({ contacts: [], source: { from: ghost } });
    await pass(6 * DAY);
    forgetCalls(world);
    expect(await done()).to.deep.equal(["reappeared"]);
    expect((await show()).laterLooks.at(-1)).to.deep.include({ outcome: "back", shown: [{ id, kind: "conversations", answer: "present" }] });
    expect(mutations(world)).to.deep.equal([]);
  });

  it("V5: a person whom a synchronisation created anew is REAPPEARED; nothing is deleted by itself", async () => {
    await deleted();
    const back = add();
    await pass(DAY);
    const seenAt = world.host.clock.now();
    expect(await done()).to.deep.equal(["reappeared"]);
    const result = await show();
    expect(result).to.deep.include({ outcome: "needs_attention", attention: { code: "REAPPEARED" }, toCome: [] });
    expect(result.laterLooks).to.deep.equal([{ at: at(seenAt), outcome: "back", shown: [{ id: back, kind: "user", answer: "present" }], gaps: [] }]);
    expect(result.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
    expect(result.residuals).not.to.be.empty;
    expect(mutations(world)).to.deep.equal([]);
    const facts = (await world.dsr.evidence(request)).records.map(({ fact }) => fact);
    expect(facts.at(-2)).to.deep.include({ kind: "looked_again" }).and.have.nested.property("shown[0].answer", "present");
    expect(facts.at(-1)).to.deep.include({ kind: "ended", outcome: "needs_attention", why: "REAPPEARED" });
    // It goes on saying so, and goes on doing nothing.
    await pass(30 * DAY);
    expect(await done()).to.deep.equal([]);
    expect((await world.dsr.resume(request)).attention).to.deep.equal({ code: "REAPPEARED" });
    expect(mutations(world)).to.deep.equal([]);
  });

  it("V5: is found at the second look too", async () => {
    await deleted();
    await pass(DAY);
    await world.dsr.upkeep();
    add({ role: "lead" });
    await pass(6 * DAY);
    expect(await done()).to.deep.equal(["reappeared"]);
    expect((await show()).laterLooks.map(({ outcome }) => outcome)).to.deep.equal(["absent", "back"]);
    expect((await world.host.journal.identifiers(request)).length).to.equal(1);
  });

  it("V5: its old plan deletes nothing more; a new one of the same request does, and is looked after anew", async () => {
    const before = await deleted({ timings: { planTtlMs: 30 * DAY } });
    const back = add();
    await pass(DAY);
    await world.dsr.upkeep();
    expect(await rejectionOf(world.execute(before))).to.include({ code: "PLAN_STALE" });
    expect(mutations(world)).to.deep.equal([]);
    const planned = await world.plan(JANE, undefined, { reference: "T-1" });
    expect(planned.request.id).to.equal(request);
    expect(planned.plan!.targets.map(({ id }) => id)).to.deep.equal([back]);
    expect(await world.execute(planned)).to.include({ outcome: "verified" });
    await pass(DAY);
    expect(await done()).to.deep.equal(["looked_again"]);
    await pass(6 * DAY);
    expect(await done()).to.deep.equal(["looked_again key_destroyed"]);
  });

  it("V5: who came back and went again by the time of a new plan is as deleted as before", async () => {
    await deleted();
    const back = add();
    await pass(DAY);
    await world.dsr.upkeep();
    world.sandbox.state.deleteContact(world.sandbox.state.contacts.get(back)!, world.host.clock.now());
    await pass(MINUTE);
    expect(await world.plan(JANE, undefined, { reference: "T-1" })).to.include({ outcome: "verified" });
    expect((await show()).toCome.map(({ what }) => what)).to.deep.equal(["look", "look", "key"]);
  });

  it("V5: a record that a human kept has not come back", async () => {
    world = await connectedWorld();
    const kept = add();
    add({ role: "lead" });
    const { request: own } = await world.erase(JANE, { exclude: [{ id: kept, reason: "another person" }] });
    request = own.id;
    await pass(DAY);
    expect(await done()).to.deep.equal(["looked_again"]);
    expect((await show()).laterLooks[0]).to.deep.include({ outcome: "absent", shown: [] });
  });

  it("V5: is looked for where the plan looked, and an archived record that came back is seen there", async () => {
    await deleted(undefined, { extents: ["archived"] });
    await pass(DAY);
    expect(await done()).to.deep.equal(["looked_again"]);
    expect(world.sent.filter((call) => call === "GET /contacts/deleted")).to.have.lengthOf(1);
    const back = add({ status: "archived" });
    await pass(6 * DAY);
    expect(await done()).to.deep.equal(["reappeared"]);
    const result = await show();
    expect(result.laterLooks.at(-1)!.shown).to.deep.equal([{ id: back, kind: "archived", answer: "present" }]);
    expect(result.residuals.map(({ code }) => code)).to.not.include("ARCHIVED_CONTACTS");
  });

  it("V3: what an index still shows and reads 404 by its id has not come back; the lag is noted and looked at 15 minutes later", async () => {
    await deleted({ sandbox: { indexLagMs: { delete: DAY + 10 * MINUTE } } });
    await pass(DAY);
    expect(await done()).to.deep.equal(["looked_again"]);
    const [look] = (await show()).laterLooks;
    expect(look).to.deep.include({ outcome: "absent" });
    expect(look!.shown.map(({ answer }) => answer)).to.deep.equal(["absent"]);
    expect((await show()).toCome[0]).to.deep.equal({ what: "look", at: at(Date.parse(look!.at) + 15 * MINUTE) });
    await pass(15 * MINUTE);
    expect(await done()).to.deep.equal(["looked_again"]);
    expect((await show()).laterLooks[1]).to.deep.include({ outcome: "absent", shown: [] });
    expect((await show()).toCome).to.have.length(2);
  });

  it("V3: an index that never catches up is looked at once more for each time, and no oftener", async () => {
    await deleted({ sandbox: { indexLagMs: { delete: 365 * DAY } } });
    for (let n = 0; n < 30 * 24 * 4; n++) {
      await pass(15 * MINUTE);
      await world.dsr.upkeep();
    }
    expect(world.sent.filter((call) => call === "POST /contacts/search")).to.have.length(4);
    const { laterLooks, outcome, keyDestroyedAt } = await show();
    expect(laterLooks.map((look) => look.outcome)).to.deep.equal(["absent", "absent", "absent", "absent"]);
    expect(outcome).to.equal("verified");
    expect(keyDestroyedAt).not.to.equal(null);
  });

  it("V3: a deletion whose search had shown who was gone already looks again after 15 minutes", async () => {
    await deleted({ sandbox: { indexLagMs: { delete: 10 * MINUTE } } });
    const second = await world.erase(JANE);
    expect(second.targets.map(({ outcome }) => outcome)).to.deep.equal(["already_absent"]);
    request = second.request.id;
    const ended = Date.parse((await world.host.journal.entries(request)).at(-1)!.at);
    expect((await show()).toCome.map((chore) => Date.parse(chore.at) - ended)).to.deep.equal([15 * MINUTE, DAY, 7 * DAY, 7 * DAY]);
    await pass(15 * MINUTE);
    expect(await done()).to.deep.equal(["looked_again"]);
    expect((await show()).laterLooks[0]).to.deep.include({ shown: [] });
  });

  it("one look counts for every time that has passed where nobody came for weeks", async () => {
    await deleted();
    await pass(20 * DAY);
    expect(await done()).to.deep.equal(["looked_again key_destroyed"]);
    expect(world.sent.filter((call) => call === "POST /contacts/search")).to.have.length(1);
  });

  it("T1: a vendor that is down at the time is asked again later, and the look is not dropped", async () => {
    await deleted();
    await pass(DAY);
    world.sandbox.inject({ method: "POST", path: /search$/, times: 4, fault: { kind: "status", status: 503 } });
    const outage = await done();
    expect(outage).to.deep.equal(["look: VENDOR_UNAVAILABLE"]);
    expect((await show()).toCome[0]).to.deep.include({ what: "look" });
    expect(await show()).to.include({ outcome: "verified" });
    // Not at once: an outage must not fill the journal.
    const asked = world.sent.length;
    expect(await done()).to.deep.equal(["look: VENDOR_UNAVAILABLE"]);
    expect(world.sent).to.have.length(asked);
    expect((await kinds()).slice(-2)).to.deep.equal(["ended", "look_failed"]);
    add();
    await pass(15 * MINUTE);
    expect(await done()).to.deep.equal(["reappeared"]);
  });

  it("P13: a token that was revoked is told each time, and the look is taken once the connection is renewed", async () => {
    await deleted();
    world.sandbox.revokeToken(world.sandbox.token);
    await pass(DAY);
    expect(await done()).to.deep.equal(["look: AUTH_REJECTED"]);
    expect(await done()).to.deep.equal(["look: AUTH_REJECTED"]);
    expect((await world.dsr.connection("acme")).status).to.equal("broken");
    expect(await rejectionOf(world.dsr.resume(request))).to.include({ code: "AUTH_REJECTED" });
    expect((await kinds()).filter((kind) => kind === "look_failed")).to.have.length(1);
    await world.dsr.reconnect("acme", world.sandbox.issueToken());
    expect(await done()).to.deep.equal(["looked_again"]);
  });

  it("is recorded as missed, and why, where it could not be taken for a month; only then is the key destroyed", async () => {
    await deleted();
    world.sandbox.revokeToken(world.sandbox.token);
    await pass(30 * DAY);
    expect(await done()).to.deep.equal(["look: AUTH_REJECTED"]);
    await pass(DAY);
    expect(await done()).to.deep.equal(["look_missed key_destroyed"]);
    const { laterLooks } = await show();
    expect(laterLooks.map(({ outcome, code }) => [outcome, code])).to.deep.equal([["missed", "AUTH_REJECTED"]]);
    expect((await world.dsr.evidence(request)).records.map(({ fact }) => fact).find(({ kind }) => kind === "look_missed")).to.deep.include({ why: "AUTH_REJECTED" });
  });

  it("is recorded as missed at once where the connection was removed, and not taken in another account of its name", async () => {
    await deleted();
    await world.dsr.disconnect("acme");
    await pass(DAY);
    expect(await done()).to.deep.equal(["look_missed"]);
    await world.connect();
    const { workspace, ...connection } = await world.dsr.connection("acme");
    await world.host.connections.put({ ...connection, workspace: { ...workspace, id: "another" } }, world.sandbox.token);
    await pass(6 * DAY);
    expect(await done()).to.deep.equal(["look: WRONG_WORKSPACE"]);
  });

  it("P2: is taken once, and said, whichever of its moments the process was killed at", async () => {
    const LASTING = /\.(append|lease|release|destroyKey|put)$/;
    const steps: string[] = [];
    const story = async (): Promise<void> => {
      await deleted();
      add();
      await pass(DAY);
    };
    await story();
    await world.again({ watch: { before: (name) => void steps.push(name) } }).dsr.upkeep();
    const count = steps.filter((name) => LASTING.test(name)).length;
    expect(count).to.be.greaterThan(3);
    for (let number = 1; number <= count; number++) {
      for (const side of ["before", "after"] as const) {
        await story();
        let seen = 0;
        const dying = world.again({ watch: { [side]: (name: string) => (LASTING.test(name) && ++seen === number ? dying.host.crash() : undefined) } });
        await dying.dsr.upkeep().catch(() => undefined);
        dying.host.crash();
        await world.dsr.upkeep();
        expect(await kinds(), `${side} ${number}`).to.satisfy((all: readonly JournalEntry["kind"][]) => all.slice(-2).join() === "looked_again,ended" && all.filter((kind) => kind === "looked_again").length === 1);
        expect((await show()).attention, `${side} ${number}`).to.deep.equal({ code: "REAPPEARED" });
        expect(mutations(world)).to.deep.equal([]);
      }
    }
  });

  it("P11: a cancelled look-out ends the request for good, and says what is gone", async () => {
    await deleted();
    add();
    await pass(DAY);
    await world.dsr.upkeep();
    const result = (await world.dsr.cancel(request)) as DeletionResult;
    expect(result).to.include({ outcome: "cancelled" });
    expect(result.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
    expect(result.toCome.map(({ what }) => what)).to.deep.equal(["key"]);
    await pass(7 * DAY);
    expect(await done()).to.deep.equal(["key_destroyed"]);
  });

  it("is done for one request by resuming it", async () => {
    await deleted();
    await pass(DAY);
    expect(((await world.dsr.resume(request)) as DeletionResult).laterLooks).to.have.length(1);
  });
});
