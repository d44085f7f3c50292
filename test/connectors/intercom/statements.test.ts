import { expect } from "chai";
import type { PlanChoices } from "../../../core/index.js";
import { connectedWorld, type World } from "./world.js";

const ADA = "ada@example.test";

/** What may be told to the person must be true of what was done and of what is there. */
describe("the statement of a request at Intercom", () => {
  const statement = async ({ dsr }: World, requestId: string, language = "en"): Promise<readonly string[]> => (await dsr.statement(requestId, { language })).split("\n");
  /** What stands under a heading. */
  const under = (lines: readonly string[], heading: string): readonly string[] => {
    const from = lines.findIndex((line) => line.endsWith(`. ${heading}`)) + 2;
    const length = lines.slice(from).indexOf("");
    return lines.slice(from, length === -1 ? undefined : from + length);
  };

  describe("of what a deletion leaves", () => {
    let world: World;
    beforeEach(async () => {
      world = await connectedWorld();
      world.sandbox.build.addContact({ email: ADA });
    });
    const remains = async (requestId: string): Promise<readonly (readonly string[])[]> => [under(await statement(world, requestId), "What remains, and for how long"), under(await statement(world, requestId, "de"), "Was bleibt und wie lange")];

    it("names a contact whose deletion was acknowledged and that is there still", async () => {
      world.sandbox.inject({ method: "DELETE", path: /contacts/, times: Infinity, fault: { kind: "acknowledged_without_effect" } });
      const { request, plan } = await world.plan(ADA);
      const left = await world.dsr.delete(plan!.id, plan!.confirm, { waitForAllLooks: true });
      expect([left.outcome, left.attention?.code]).to.deep.equal(["needs_attention", "STILL_PRESENT"]);
      expect(await remains(request.id)).to.deep.equal([["  - Contact: 1 record. They were not deleted."], ["  - Kontakte: 1 Datensatz. Sie wurden nicht gelöscht."]]);
    });

    it("names a contact that was not come to: the token was revoked, the request was cancelled", async () => {
      const { request, plan } = await world.plan(ADA);
      await world.dsr.confirm(plan!.id, plan!.confirm);
      world.sandbox.inject({ method: "DELETE", times: 1, fault: { kind: "status", status: 401, body: { type: "error.list", errors: [{ code: "token_revoked", message: "x" }] } } });
      expect((await world.dsr.resume(request.id)).outcome).to.equal("needs_attention");
      const untouched = [["  - Contact: 1 record. Nothing was done about them."], ["  - Kontakte: 1 Datensatz. Mit ihnen ist nichts geschehen."]];
      expect(await remains(request.id)).to.deep.equal(untouched);
      expect((await world.dsr.cancel(request.id)).outcome).to.equal("cancelled");
      expect(await remains(request.id)).to.deep.equal(untouched);
    });
  });

  it("does not say that nobody was there of whom a contact was left out of the deletion, and is there", async () => {
    const world = await connectedWorld();
    world.sandbox.build.addContact({ email: ADA });
    const lead = world.sandbox.build.addContact({ email: ADA, role: "lead" });
    const looked = async (choices: PlanChoices) => {
      const { request } = await world.erase(ADA, choices);
      await world.host.clock.advance(86_400_000);
      await world.dsr.upkeep();
      return (await statement(world, request.id)).filter((line) => line.includes("looked for again"));
    };
    expect((await looked({ exclude: [{ id: lead.id, reason: "an open case" }] })).join("\n")).to.match(/nothing was there besides what was not to be deleted\.$/);
    expect((await looked({})).join("\n")).to.match(/and was not there\.$/);
  });

  it("says of a person who was not searched yet that nobody knows what is there, in an access and in a deletion", async () => {
    for (const type of ["access", "plan"] as const) {
      const world = await connectedWorld();
      world.sandbox.build.addContact({ email: ADA });
      world.sandbox.inject({ path: /contacts\/search/, times: Infinity, fault: { kind: "status", status: 503 } });
      const { outcome, request } = await world[type](ADA);
      expect(outcome).to.equal("parked");
      expect(under(await statement(world, request.id), "What was found")).to.deep.equal(["Whether the system holds anything of the person is not known."]);
      expect(under(await statement(world, request.id, "de"), "Was nicht angesehen wurde")).to.deep.equal(["Es wurde kein Bereich angesehen."]);
    }
  });

  it("forgets what was read for a person who is to be looked for elsewhere, too", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const ada = world.sandbox.build.addContact({ email: ADA });
    world.sandbox.build.addNote(ada, "a note");
    world.sandbox.inject({ path: /conversations\/search/, times: Infinity, fault: { kind: "status", status: 503 } });
    const { counts, request } = await world.access(ADA);
    expect(counts).to.include({ contacts: 1, notes: 1 });
    world.sandbox.inject({ path: /contacts\/search/, times: Infinity, fault: { kind: "status", status: 503 } });
    await world.dsr.resume(request.id, { extents: ["archived"] });
    expect(under(await statement(world, request.id), "What was found")).to.deep.equal(["Whether the system holds anything of the person is not known."]);
  });

  it("counts what was read before there is a package as read, and not as what there is", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const ada = world.sandbox.build.addContact({ email: ADA });
    for (const text of ["one", "two", "three"]) world.sandbox.build.addNote(ada, text);
    world.sandbox.inject({ path: /\/notes$/, times: 1, fault: { kind: "rewrite", rewrite: (body) => ({ ...(body as object), data: (body as { readonly data: readonly unknown[] }).data.slice(0, 2) }) } });
    world.sandbox.inject({ path: /tickets\/search/, times: Infinity, fault: { kind: "status", status: 503 } });
    const { outcome, counts, request } = await world.access(ADA);
    expect([outcome, counts["notes"]]).to.deep.equal(["parked", 3]);
    expect(under(await statement(world, request.id), "What was found")).to.include("There is no package: counted is what was read, and there may be more.");
  });

  it("does not call unread what was read, and not missing what is somebody else's", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const ada = world.sandbox.build.addContact({ email: ADA });
    world.sandbox.build.addConversation({ contacts: [ada], parts: [{ body: "x", attachments: [world.sandbox.build.file("a.txt", "text/plain", { zeros: 10 }, { announcedBytes: 11 })] }] });
    world.sandbox.build.addEvent(ada, "clicked", world.sandbox.build.daysAgo(2), {});
    world.sandbox.inject({ path: /\/events/, times: Infinity, fault: { kind: "rewrite", rewrite: (body) => withEventOfAnother(body as EventList) } });
    const { gaps, request } = await world.access(ADA);
    expect(gaps.map(({ code }) => code)).to.have.members(["ATTACHMENT_NOT_AS_DECLARED", "NOT_THE_PERSONS"]);
    const text = (await statement(world, request.id)).join("\n");
    expect(text).to.contain("Not all that was found could be read, or something about it is doubtful.").and.to.contain("0 of 1 are included. (NOT_THE_PERSONS)").and.not.to.contain("missing");
  });
});

interface EventList {
  readonly type: string;
  readonly events?: readonly object[];
}

function withEventOfAnother(list: EventList): object {
  return list.events === undefined ? list : { ...list, events: [...list.events, { type: "event", id: "zz", event_name: "clicked", created_at: 1, intercom_user_id: "somebody" }] };
}
