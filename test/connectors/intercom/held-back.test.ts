import { expect } from "chai";
import { Identifier, type DeletionResult } from "../../../core/index.js";
import { connectedWorld, mutations, type World } from "./world.js";

const JANE = "jane@example.test";
const RELATED = { erase: "related" } as const;

describe("a deletion that Intercom holds back for minutes", () => {
  let world: World;
  let contactId: string;
  let conversationId: string;
  let otherId: string;
  /** Taken while it is waited for. */
  let meanwhile: () => unknown;

  beforeEach(async () => {
    meanwhile = () => undefined;
    world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [contact, other] = [build.addContact({ email: JANE, externalId: "1" }), build.addContact({ email: "other@example.test" })];
    [contactId, otherId, conversationId] = [contact.id, other.id, build.addConversation({ contacts: [contact] }).id];
  });

  const heldBack = (path: string): void => {
    world.sandbox.inject({ method: "DELETE", path: new RegExp(`^${path}$`), times: 1, fault: { kind: "retry_after", value: "300" } });
    const { clock } = world.host;
    const sleep = clock.sleep.bind(clock);
    Object.assign(clock, {
      sleep: async (ms: number, signal?: AbortSignal) => {
        if (ms > 60_000) await meanwhile();
        return sleep(ms, signal);
      },
    });
  };
  const outcomes = ({ targets }: DeletionResult) => targets.map(({ category, outcome }) => `${category} ${outcome}`);
  const kinds = async ({ request }: DeletionResult) => (await world.host.journal.entries(request.id)).flatMap((entry) => ("target" in entry && entry.target.id === contactId ? [entry.kind] : []));

  it("is announced anew and sent once it may be, where nothing has changed", async () => {
    const planned = await world.plan(JANE);
    heldBack(`/contacts/${contactId}`);
    const done = await world.execute(planned);
    expect([done.outcome, outcomes(done), mutations(world)]).to.deep.equal(["verified", ["contact deleted"], Array(2).fill(`DELETE /contacts/${contactId}`)]);
    expect(await kinds(done)).to.deep.equal(["intent", "declined", "intent", "answered", "looked", "settled"]);
  });

  it("is not sent to a conversation that somebody joined meanwhile", async () => {
    const planned = await world.plan(JANE, RELATED);
    heldBack(`/conversations/${conversationId}`);
    meanwhile = () => world.sandbox.state.conversations.get(conversationId)!.contactIds.push(otherId);
    const stale = await world.execute(planned);
    expect([stale.outcome, stale.attention]).to.deep.equal(["needs_attention", { code: "PLAN_STALE" }]);
    expect([mutations(world), world.sandbox.state.conversations.has(conversationId)]).to.deep.equal([[`DELETE /conversations/${conversationId}`], true]);
  });

  it("is not sent to a contact that carries another address by now", async () => {
    const planned = await world.plan(JANE);
    heldBack(`/contacts/${contactId}`);
    meanwhile = () => Object.assign(world.sandbox.state.contacts.get(contactId)!, { email: "other@example.test" });
    expect((await world.execute(planned)).attention).to.deep.equal({ code: "PLAN_STALE" });
    expect(mutations(world)).to.have.lengthOf(1);
  });

  it("is not sent once somebody holds the person, or cancels", async () => {
    for (const [act, ended, told] of [
      [() => world.dsr.placeHold({ identifier: Identifier.parse("email", JANE), basis: "litigation" }), "refused", []],
      [async (id: string) => world.dsr.cancel(id), "cancelled", ["contact not_deleted"]],
    ] as const) {
      const planned = await world.plan(JANE);
      world.sent.length = 0;
      heldBack(`/contacts/${contactId}`);
      let acted: Promise<unknown> | undefined;
      meanwhile = () => (acted ??= act(planned.request.id));
      const done = await world.execute(planned);
      await acted;
      expect([done.outcome, outcomes(done), mutations(world)]).to.deep.equal([ended, told, [`DELETE /contacts/${contactId}`]]);
      for (const { id } of await world.dsr.holds()) await world.dsr.releaseHold(id);
    }
  });

  it("waits no longer than any run does", async () => {
    const planned = await world.plan(JANE);
    world.sandbox.inject({ method: "DELETE", times: 4, fault: { kind: "retry_after", value: "300" } });
    const startedMs = world.host.clock.now();
    const parked = await world.execute(planned);
    expect([parked.outcome, parked.attention?.code, outcomes(parked)]).to.deep.equal(["parked", "RATE_LIMITED", ["contact unknown"]]);
    expect([mutations(world).length, world.host.clock.now() - startedMs]).to.deep.equal([4, 900_000]);
    expect(await world.dsr.resume(planned.request.id)).to.include({ outcome: "verified" });
  });
});
