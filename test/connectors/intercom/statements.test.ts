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
});
