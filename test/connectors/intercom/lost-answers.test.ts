import { expect } from "chai";
import { TransportError, type Transport, type TransportAnswer } from "../../../adapters/http/transport.js";
import type { Fault } from "../../../connectors/intercom/sandbox/faults.js";
import { connectedWorld, forgetCalls, mutations, type World, withoutCallIds } from "./world.js";

const JANE = "jane@example.test";
const DAY_MS = 86_400_000;

describe("answers that are lost on the way from Intercom", () => {
  const add = (world: World, more = {}) => world.sandbox.build.addContact({ email: JANE, ...more }).id;
  const isHeld = (world: World, id: string) => world.sandbox.state.contact(id, "sandbox1", world.host.clock.now()) !== undefined;
  const effects = (world: World) => world.sandbox.calls.records.filter(({ effect }) => effect).length;
  const inject = (world: World, method: string, fault: Fault, times = 1) => world.sandbox.inject({ method, fault, times });

  for (const fault of [{ kind: "reset_after_effect" }, { kind: "stall" }, { kind: "short_body" }, { kind: "cut_json" }, { kind: "empty_200" }, { kind: "html_200" }, { kind: "status", status: 500, applied: true }, { kind: "status", status: 504, applied: true }] as const satisfies readonly Fault[]) {
    it(`T3, T14: a deletion that was carried out is settled by reading and not sent again: ${JSON.stringify(fault)}`, async () => {
      const world = await connectedWorld();
      const id = add(world);
      inject(world, "DELETE", fault);
      const result = await world.erase(JANE);
      expect(result.outcome).to.equal("verified");
      expect(result.targets).to.deep.include({ category: "contact", id, outcome: "deleted", verifiedAbsentAt: result.targets[0]!.verifiedAbsentAt });
      expect(mutations(world)).to.deep.equal([`DELETE /contacts/${id}`]);
      expect(effects(world)).to.equal(1);
    });
  }

  for (const fault of [{ kind: "reset_before" }, { kind: "html_502" }, { kind: "html_403" }, { kind: "status", status: 500 }, { kind: "status", status: 503 }, { kind: "redirect", to: "https://evil.test/" }] as const satisfies readonly Fault[]) {
    it(`T3, T14: a deletion that was not carried out is sent again once it was read that it was not: ${JSON.stringify(fault)}`, async () => {
      const world = await connectedWorld();
      const id = add(world);
      inject(world, "DELETE", fault);
      expect((await world.erase(JANE)).outcome).to.equal("verified");
      expect(world.sent.slice(2)).to.deep.equal([`DELETE /contacts/${id}`, `GET /contacts/${id}`, `DELETE /contacts/${id}`, `GET /contacts/${id}`]);
      expect(effects(world)).to.equal(1);
    });
  }

  it("T3: a contact that was archived since the plan is not taken for deleted because nothing shows it after a lost answer", async () => {
    const world = await connectedWorld();
    const id = add(world);
    const planned = await world.plan(JANE);
    world.sandbox.build.archiveContact(world.sandbox.state.contacts.get(id)!);
    inject(world, "DELETE", { kind: "reset_before" });
    const result = await world.execute(planned);
    expect(isHeld(world, id)).to.equal(false);
    expect(effects(world)).to.equal(1);
    const [target] = result.targets;
    expect(target).to.deep.include({ id, outcome: "deleted" });
    const deletedAt = world.sandbox.state.contacts.get(id)!.goneAt!;
    expect(Date.parse(target!.verifiedAbsentAt!), "seen to be gone, and not merely not to be seen").to.be.at.least(deletedAt);
  });

  it("T18: 204 is taken for an acknowledgement and read back all the same", async () => {
    const world = await connectedWorld();
    const id = add(world);
    inject(world, "DELETE", { kind: "no_content_204" });
    const result = await world.erase(JANE);
    expect(result.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
    // Archived contacts do not show by their id either.
    expect(world.sent.slice(-2)).to.deep.equal([`GET /contacts/${id}`, "GET /contacts/deleted"]);
  });

  it("T18: 204 without an effect is not believed", async () => {
    const world = await connectedWorld();
    const id = add(world);
    inject(world, "DELETE", { kind: "status", status: 204, body: "" }, Infinity);
    expect((await world.erase(JANE)).outcome).to.not.equal("verified");
    expect(isHeld(world, id)).to.equal(true);
  });

  it("T2: a read whose answer is lost is repeated, with the same result", async () => {
    for (const fault of [{ kind: "reset_before" }, { kind: "reset_after_effect" }, { kind: "short_body" }, { kind: "stall" }, { kind: "html_502" }, { kind: "cut_json" }] as const satisfies readonly Fault[]) {
      const world = await connectedWorld({ sandbox: { fixture: "small" } });
      for (const path of [/search/, /^\/contacts\/[0-9a-f]{24}$/, /notes$/]) world.sandbox.inject({ path, fault });
      expect((await world.access("ada@example.test")).counts, fault.kind).to.deep.equal({ contacts: 2, companies: 3, notes: 2, tags: 12, segments: 2, subscriptions: 2 });
    }
  });

  it("a deletion whose answers are all lost is parked, and a later run reads first and finishes", async () => {
    const world = await connectedWorld();
    const id = add(world);
    inject(world, "DELETE", { kind: "status", status: 500 }, 4);
    const parked = await world.erase(JANE);
    expect(withoutCallIds(parked as never)).to.deep.include({ outcome: "parked", targets: [{ category: "contact", id, outcome: "unknown" }] });
    expect(parked.attention).to.include({ code: "OUTCOME_UNKNOWN" });
    forgetCalls(world);
    expect((await world.dsr.resume(parked.request.id)).outcome).to.equal("verified");
    expect(world.sent, "whether it is there, whose it is, and once more").to.deep.equal([`GET /contacts/${id}`, `GET /contacts/${id}`, `DELETE /contacts/${id}`, `GET /contacts/${id}`]);
  });

  it("a deletion that happened after the run had given up is noticed by the next, and not sent again", async () => {
    const world = await connectedWorld();
    const id = add(world);
    inject(world, "DELETE", { kind: "status", status: 500 }, 4);
    const parked = await world.erase(JANE);
    world.sandbox.state.contacts.get(id)!.goneAt = 0;
    forgetCalls(world);
    expect((await world.dsr.resume(parked.request.id)).outcome).to.equal("verified");
    expect([...new Set(world.sent)]).to.deep.equal([`GET /contacts/${id}`, "GET /contacts/deleted"]);
  });

  it("a contact that was archived while the answer of its deletion was lost is not taken for one that is gone", async () => {
    const world = await connectedWorld();
    const id = add(world);
    inject(world, "DELETE", { kind: "status", status: 500 }, 4);
    const parked = await world.erase(JANE);
    world.sandbox.build.archiveContact(world.sandbox.state.contacts.get(id)!);
    forgetCalls(world);
    const result = await world.dsr.resume(parked.request.id);
    expect([result.outcome, isHeld(world, id)]).to.deep.equal(["verified", false]);
    expect(world.sent.filter((call) => call.startsWith("DELETE"))).to.deep.equal([`DELETE /contacts/${id}`]);
  });

  for (const [what, erase, categories] of [["alone", "subject", []], ["alone, where everything may be read", "subject", "granted"], ["with all that is related", "related", "granted"]] as const) {
    it(`a contact that came to be somebody else's while the answer of its deletion was lost is not deleted, although another one is there still: ${what}`, async () => {
      const world = await connectedWorld({ categories });
      for (const more of [{ externalId: "1" }, { role: "lead" }] as const) add(world, more);
      const planned = await world.plan(JANE, { erase }, { reference: "T-1" });
      const [first = ""] = planned.plan!.targets.map(({ id }) => id);
      world.sandbox.inject({ method: "DELETE", path: new RegExp(first), times: 4, fault: { kind: "reset_before" } });
      expect((await world.execute(planned)).outcome).to.equal("parked");
      world.sandbox.build.changeContact(world.sandbox.state.contacts.get(first)!, { email: "stranger@example.test" });
      forgetCalls(world);
      await world.host.clock.advance(3_600_000);
      const stale = await world.dsr.resume(planned.request.id);
      expect([stale.attention, mutations(world), isHeld(world, first)]).to.deep.equal([{ code: "PLAN_STALE" }, [], true]);
    });
  }

  it("a vendor that loses every answer for a day needs attention, although it can be read all the while", async () => {
    const world = await connectedWorld();
    const id = add(world);
    inject(world, "DELETE", { kind: "status", status: 500 }, Infinity);
    let result = await world.erase(JANE);
    for (let hour = 0; hour < 25 && result.outcome === "parked"; hour++) {
      await world.host.clock.advance(3_600_000);
      result = (await world.dsr.resume(result.request.id)) as typeof result;
    }
    expect(withoutCallIds(result)).to.deep.include({ outcome: "partial", targets: [{ category: "contact", id, outcome: "unknown" }] });
    expect(result.attention).to.deep.equal({ code: "OUTCOME_UNKNOWN" });
  });

  describe("what asking again would not mend", () => {
    const failing = (fault: "tls" | "body" | "later"): { readonly on: { now: boolean }; readonly transport: (to: Transport) => Transport } => {
      const on = { now: false };
      const answer: Readonly<Record<"body" | "later", () => TransportAnswer>> = {
        body: () => ({ status: 200, headers: { "content-type": "application/json" }, body: (async function* () { for (;;) yield new Uint8Array(1024 * 1024).fill(0x20); })() }),
        later: () => ({ status: 429, headers: { "retry-after": "1000000000" }, body: (async function* () {})() }),
      };
      return { on, transport: (to) => (input) => (!on.now ? to(input) : fault === "tls" ? Promise.reject(new TransportError("tls")) : Promise.resolve(answer[fault]())) };
    };

    for (const [id, what, fault, expected] of [
      ["T12", "a certificate that is not acceptable", "tls", { outcome: "needs_attention", attention: { code: "TLS_REJECTED" } }],
      ["T10", "an answer without end", "body", { outcome: "needs_attention", attention: { code: "ANSWER_TOO_LARGE" } }],
    ] as const) {
      it(`${id}: ${what} needs attention after one call, makes no package, and leaves a deletion without effect`, async () => {
        const { on, transport } = failing(fault);
        const world = await connectedWorld({ transport });
        add(world);
        const planned = await world.plan(JANE);
        on.now = true;
        expect(await world.execute(planned)).to.deep.include(expected);
        expect(mutations(world)).to.deep.equal([]);
        on.now = false;
        expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
        on.now = true;
        expect(await world.access(JANE)).to.deep.include({ ...expected, apiCalls: 1, package: null });
      });
    }

    it("T13: a vendor that asks to wait for longer than a quarter of an hour parks the request at the first such answer", async () => {
      const { on, transport } = failing("later");
      const world = await connectedWorld({ transport });
      add(world);
      on.now = true;
      const result = await world.access(JANE);
      expect(result).to.deep.include({ outcome: "parked", apiCalls: 1, package: null });
      expect(result.attention).to.have.property("code", "RATE_LIMITED");
      on.now = false;
      expect((await world.dsr.resume(result.request.id)).outcome).to.equal("complete");
    });
  });

  describe("T1: a vendor that cannot be reached", () => {
    const cut = { off: false };
    const line = (to: Transport): Transport => (input) => (cut.off ? Promise.reject(new TransportError("unsent")) : to(input));
    beforeEach(() => {
      cut.off = false;
    });

    it("T1: parks an access request after four attempts, with when it is worth resuming", async () => {
      const world = await connectedWorld({ transport: line });
      add(world);
      cut.off = true;
      const result = await world.access(JANE);
      expect(result).to.deep.include({ outcome: "parked", apiCalls: 4, package: null, searched: [] });
      expect(result.attention).to.deep.equal({ code: "VENDOR_UNAVAILABLE", resumeAt: new Date(world.host.clock.now() + world.host.timings.parkMs).toISOString() });
    });

    for (const [what, start] of [
      ["an access request", (world: World) => world.access(JANE)],
      ["a plan", (world: World) => world.plan(JANE)],
    ] as const) {
      it(`T1: ${what} goes on when it can be reached again`, async () => {
        const world = await connectedWorld({ transport: line });
        add(world);
        cut.off = true;
        const { request } = await start(world);
        cut.off = false;
        expect((await world.dsr.resume(request.id)).outcome).to.equal(what === "a plan" ? "planned" : "complete");
      });

      it(`T1: ${what} needs attention after a day`, async () => {
        const world = await connectedWorld({ transport: line });
        cut.off = true;
        const { request } = await start(world);
        await world.host.clock.advance(DAY_MS - 600_000);
        expect((await world.dsr.resume(request.id)).outcome).to.equal("parked");
        await world.host.clock.advance(600_000);
        expect(await world.dsr.resume(request.id)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_UNAVAILABLE" } });
      });
    }

    it("T1: leaves a deletion without any effect recorded, and needs attention after a day", async () => {
      const world = await connectedWorld({ transport: line });
      const id = add(world);
      const planned = await world.plan(JANE);
      world.sandbox.inject({ path: /search/, fault: { kind: "rewrite", rewrite: (body) => ((cut.off = true), body) } });
      const parked = await world.execute(planned);
      expect(parked).to.deep.include({ outcome: "parked", targets: [{ category: "contact", id, outcome: "unknown", untouched: true }] });
      await world.host.clock.advance(DAY_MS);
      expect(await world.dsr.resume(planned.request.id)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_UNAVAILABLE" } });
      cut.off = false;
      expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
    });

    it("T1: parks the verification of a deletion, and finishes it later", async () => {
      const world = await connectedWorld({ transport: line });
      const id = add(world);
      world.sandbox.inject({ method: "DELETE", fault: { kind: "rewrite", rewrite: (body) => ((cut.off = true), body) } });
      const parked = await world.erase(JANE);
      expect(withoutCallIds(parked as never)).to.deep.include({ outcome: "parked", targets: [{ category: "contact", id, outcome: "unknown" }] });
      cut.off = false;
      forgetCalls(world);
      expect((await world.dsr.resume(parked.request.id)).outcome).to.equal("verified");
      expect(world.sent).to.deep.equal([`GET /contacts/${id}`]);
    });
  });
});
