import { expect } from "chai";
import type { DeletionResult, RequestInput } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { connectedWorld, mutations, type World } from "./world.js";

const JANE = "jane@example.test";
const SAME: Partial<RequestInput> = { reference: "TICKET-1" };
const HOUR_MS = 3_600_000;

describe("a request that another process or a human gets hold of in between", () => {
  let world: World;
  let contactId: string;
  let planned: DeletionResult;
  beforeEach(async () => {
    world = await connectedWorld();
    contactId = world.sandbox.build.addContact({ email: JANE, role: "lead" }).id;
    planned = await world.plan(JANE, {}, SAME);
  });

  const kinds = async () => (await world.host.journal.entries(planned.request.id)).map(({ kind }) => kind);
  const isThere = (id: string) => world.sandbox.state.contact(id, "sandbox1", world.host.clock.now())?.status === "live";

  /** The process is suspended as it takes its next lease, for as long as that takes. */
  function suspend(meanwhile: () => Promise<unknown>): void {
    const { lease } = world.host.journal;
    let isFirst = true;
    world.host.journal.lease = async (requestId) => {
      if (isFirst) {
        isFirst = false;
        await meanwhile();
      }
      return lease(requestId);
    };
  }

  it("carries out no plan that took the place of the confirmed one meanwhile, and that nobody confirmed", async () => {
    world.sandbox.inject({ path: /search$/, times: Infinity, fault: { kind: "html_502" } });
    expect((await world.execute(planned)).outcome).to.equal("parked");
    world.sandbox.clearFaults();
    const other = world.again();
    const newerId = world.sandbox.build.addContact({ email: JANE, role: "user" }).id;
    suspend(async () => {
      expect((await other.dsr.resume(planned.request.id)).attention?.code).to.equal("PLAN_STALE");
      expect((await other.plan(JANE, {}, SAME)).outcome).to.equal("planned");
    });
    const result = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect([result.outcome, mutations(world), isThere(contactId), isThere(newerId)]).to.deep.equal(["planned", [], true, true]);
  });

  it("does not plan over what was confirmed meanwhile", async () => {
    const other = world.again();
    suspend(async () => other.dsr.confirm(planned.plan!.id, planned.plan!.confirm));
    expect((await world.plan(JANE, {}, SAME)).plan?.id).to.equal(planned.plan!.id);
    expect((await kinds()).at(-1)).to.equal("confirmed");
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
  });

  it("tells what came of it meanwhile only whoever has the plan's code", async () => {
    const other = world.again();
    suspend(async () => other.execute(planned));
    expect(await rejectionOf(world.dsr.delete(planned.plan!.id, "delete-1-00000000"))).to.include({ code: "CONFIRMATION_REFUSED" });
    expect((await world.execute(planned)).outcome).to.equal("verified");
  });

  it("does not begin anew what was refused meanwhile", async () => {
    const address = "john@example.test";
    world.sandbox.build.addContact({ email: address });
    world.sandbox.inject({ path: /search$/, times: Infinity, fault: { kind: "html_502" } });
    const { request } = await world.plan(address);
    world.sandbox.clearFaults();
    const other = world.again();
    await world.dsr.placeHold({ identifier: (await world.host.journal.identifiers(request.id))[0]!, basis: "litigation" });
    suspend(async () => expect((await other.dsr.resume(request.id)).outcome).to.equal("refused"));
    const entries = (await world.host.journal.entries(request.id)).length;
    expect((await world.dsr.resume(request.id)).outcome).to.equal("refused");
    expect((await world.host.journal.entries(request.id)).filter(({ kind }) => kind === "asked").length, `${entries} entries before`).to.equal(2);
  });

  for (const [what, stop] of [
    ["parked", async () => world.sandbox.inject({ path: /search$/, times: Infinity, fault: { kind: "html_502" } })],
    ["killed", async () => void (dying = world.again({ watch: { after: (operation) => operation === "journal.append" && dying.host.crash() } }))],
  ] as const) {
    it(`makes the plan that was asked for after another one was carried out, though it was ${what} the first time`, async () => {
      world.sandbox.inject({ method: "DELETE", times: Infinity, fault: { kind: "deleted_false" } });
      expect((await world.execute(planned)).outcome).to.equal("needs_attention");
      world.sandbox.clearFaults();
      await stop();
      if (what === "killed") expect(await rejectionOf(dying.plan(JANE, {}, SAME))).to.include({ code: "INTERRUPTED" });
      else expect((await world.plan(JANE, {}, SAME)).outcome).to.equal("parked");
      world.sandbox.clearFaults();
      await world.host.clock.advance(HOUR_MS);
      const again = what === "killed" ? await world.plan(JANE, {}, SAME) : ((await world.dsr.resume(planned.request.id)) as DeletionResult);
      expect(again.outcome).to.equal("planned");
      expect((await world.execute(again)).outcome).to.equal("verified");
    });
  }
  let dying: World;

  describe("by a cancel", () => {
    /** As soon as the vendor is asked for what the pattern matches, once. */
    const whenAsked = (method: string, path: RegExp, act: () => Promise<unknown>) => {
      let acted = false;
      world.sandbox.inject({
        method,
        path,
        times: Infinity,
        fault: {
          kind: "rewrite",
          rewrite: (body) => {
            if (!acted) void act();
            acted = true;
            return body;
          },
        },
      });
    };

    it("ends as cancelled where its worker would have stopped for another reason", async () => {
      world.sandbox.build.addContact({ email: JANE, role: "user" });
      whenAsked("POST", /search$/, () => world.host.journal.requestCancel(planned.request.id));
      const result = await world.execute(planned);
      expect([result.outcome, mutations(world)]).to.deep.equal(["cancelled", []]);
    });

    it("that comes too late is forgotten: who comes back is planned for anew", async () => {
      whenAsked("GET", /\/contacts\/\w/, () => world.host.journal.requestCancel(planned.request.id));
      expect((await world.execute(planned)).outcome).to.equal("verified");
      world.sandbox.clearFaults();
      world.sandbox.build.addContact({ email: JANE });
      await world.host.clock.advance(25 * HOUR_MS);
      await world.dsr.upkeep();
      expect((await world.dsr.result(planned.request.id)).attention?.code).to.equal("REAPPEARED");
      expect((await world.plan(JANE, {}, SAME)).outcome).to.equal("planned");
    });
  });
});
