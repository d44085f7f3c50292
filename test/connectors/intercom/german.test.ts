import { expect } from "chai";
import { requestStatement } from "../../../adapters/packages/request-statement.js";
import { readable } from "../../../adapters/packages/package-facts.js";
import { de } from "../../../adapters/packages/texts/de.js";
import { intercom } from "../../../connectors/intercom/connector.js";
import { GERMAN } from "../../../connectors/intercom/german.js";
import type { DeletionResult, PlanChoices, PolicyValues } from "../../../core/index.js";
import { connectedWorld, type World } from "./world.js";

const JANE = "jane@example.test";
const { manifest } = intercom;

/** What a plan names as staying, beside what it could take. */
const KEPT = ["company", "call"];

describe("what a data subject reads of Intercom's texts in German", () => {
  it("is there for every text of the manifest that a package or a statement shows", () => {
    const shown = [
      ...manifest.dataCategories.map(({ holds }) => holds),
      ...manifest.residuals.map(({ text }) => text),
      ...manifest.limits.map(({ reason }) => reason),
      ...(manifest.lookupExtents ?? []).map(({ reason }) => reason),
    ];
    expect(shown.filter((text) => !Object.hasOwn(GERMAN, text))).to.deep.equal([]);
    const named = [...manifest.dataCategories.map(({ id }) => id), ...(manifest.places ?? []).map(({ category }) => category), ...manifest.limits.map(({ category }) => category), ...(manifest.lookupExtents ?? []).map(({ category }) => category)];
    expect(named.filter((id) => !Object.hasOwn(de.category.names, id))).to.deep.equal([]);
  });

  it("is there for whatever a deletion takes, and whatever it leaves", () => {
    const targets = new Set([manifest.subjectCategory, ...manifest.dataCategories.flatMap(({ deletion }) => deletion.related?.target ?? []), ...(manifest.erasurePolicies ?? []).flatMap(({ values }) => values.flatMap(({ targets: taken = [] }) => taken)), ...KEPT]);
    const named = (id: string) => [id, `${id}s`, id.replace(/y$/, "ies")].some((each) => Object.hasOwn(de.category.names, each)) || Object.hasOwn(GERMAN, readable(id));
    expect([...targets].filter((id) => !named(id))).to.deep.equal([]);
    expect([...targets]).to.include.members(["contact", "message_text", "participation", "custom_object"]);
  });

  it("says no more and no less: no text is empty, repeated or still English", () => {
    for (const [english, german] of Object.entries(GERMAN)) {
      expect(german.length, english).to.be.within(english.length / 3, english.length * 2);
      expect(german).not.to.equal(english).and.not.to.match(/\b(?:the|and|of|is|are|not|which|conversation)\b/);
    }
    expect(JSON.stringify(GERMAN)).not.to.match(/endgültig|unwiderruflich|dauerhaft gelöscht/);
  });

  /** Everything that a plan can leave, and every reason not to look. */
  const plant = ({ sandbox: { build } }: World): void => {
    const [contact, other] = [build.addContact({ email: JANE }), build.addContact({ email: "other@example.test" })];
    const ghost = { type: "user", id: "5f0000000000000000000001", name: "Jane", email: JANE } as const;
    build.addCompany("Engines", [contact]);
    build.addConversation({ contacts: [contact, other] });
    build.addConversation({ contacts: [contact], channel: "phone_call" });
    build.addConversation({ contacts: [contact, other], parts: Array.from({ length: 501 }, () => ({ from: other, body: "More." })) });
    build.addConversation({ contacts: [], source: { from: ghost } });
    build.addConversation({ contacts: [other], source: { from: ghost } });
    build.addConversation({ contacts: [], source: { from: { type: "admin", id: "7", name: "Jane", email: JANE } } });
    build.addTicket({ contacts: [contact, other] });
    build.addTicket({ contacts: [contact], category: "Tracker" });
    build.addCustomObject("Order", [contact], { buyer: { type: "contact", id: contact.id }, seller: { type: "contact", id: other.id } });
  };

  for (const erasure of [{}, { groupConversations: "detach" }, { groupConversations: "redact", metrics: "stop" }] satisfies PolicyValues[]) {
    for (const choices of [{}, { erase: "related" }, { extents: ["archived"] }] satisfies PlanChoices[]) {
      it(`is all there in the statement of a deletion: ${JSON.stringify({ ...erasure, ...choices })}`, async () => {
        const world = await connectedWorld({ categories: "granted", settings: { erasure } });
        plant(world);
        const result = await world.erase(JANE, choices);
        const reasons = [...result.plan!.kept.map(({ reason }) => reason), ...result.notCovered.map(({ reason }) => reason).filter((reason) => !reason.startsWith("not "))];
        expect(reasons.filter((reason) => !Object.hasOwn(GERMAN, reason))).to.deep.equal([]);
        const text = await statementOf(world, result);
        for (const reason of reasons) expect(text).to.contain(GERMAN[reason]!).and.not.to.contain(reason);
        for (const { category } of [...result.targets, ...result.plan!.kept]) expect(text).not.to.match(new RegExp(`^  - ${readable(category)}(?:: | \\()`, "m"));
        expect(text.split("\n").filter((line) => line.startsWith("  - ") && /\b(?:the|and|of|is|are|stays?|which)\b/.test(line))).to.deep.equal([]);
      });
    }
  }

  async function statementOf(world: World, result: DeletionResult): Promise<string> {
    const request = (await world.dsr.requests()).find(({ id }) => id === result.request.id)!;
    return requestStatement({ request, result, manifest, connection: await world.host.connections.get("acme"), language: "de", atMs: world.host.clock.now() }, {});
  }
});
