import { expect } from "chai";
import { Identifier, type DeletionPlan, type PlanChoices, type RequestInput } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

const TICKETS = { erasurePolicies: [{ id: "tickets", label: "Tickets", values: [{ id: "keep", text: "They stay.", scopes: [] }, { id: "wipe", text: "They go.", scopes: [] }] }] };

describe("a deletion's plan", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const open = async (options: MemoryWorldOptions = {}, manifest: Parameters<typeof scriptedVendor>[0] = TICKETS) => {
    vendor = scriptedVendor(manifest);
    world = await openMemoryWorld(vendor.change, options);
  };
  beforeEach(() => open());

  const draw = async (choices: PlanChoices = {}, input: Partial<RequestInput> = {}): Promise<DeletionPlan> => {
    const { request } = await world.dsr.plan("acme", { ...ADA, ...input }, choices);
    return ofKind(await world.entries(request.id), "planned").at(-1)!.plan;
  };

  it("is called after its request and its content, and confirmed by a short code that says how many go", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const { request, plan } = await world.dsr.plan("acme", ADA);
    const { hash } = ofKind(await world.entries(request.id), "planned")[0]!.plan;
    expect([plan?.id, plan?.confirm]).to.deep.equal([`${request.id}-${hash.slice(0, 6)}`, `delete-2-${hash.slice(0, 8)}`]);
    expect(hash).to.match(/^[0-9a-f]{64}$/);
  });

  it("is good for a day", async () => {
    expect(Date.parse((await draw()).expiresAt) - world.host.clock.now()).to.equal(86_400_000);
  });

  describe("is bound to", () => {
    const first = async () => (await draw()).hash;

    it("the same content by the same code, whenever it is drawn", async () => {
      const hash = await first();
      await world.host.clock.advance(60_000);
      expect((await draw()).hash).to.equal(hash);
    });

    const changes: Readonly<Record<string, () => Promise<DeletionPlan>>> = {
      "each record that goes": async () => ((vendor.matches = [match("P1"), match("P2")]), draw()),
      "what goes, whatever its category": async () => ((vendor.outline = () => ({ targets: [message("P1")] })), draw()),
      "what is looked at afterwards": async () => ((vendor.outline = () => ({ dependents: [message("M1")] })), draw()),
      "what stays": async () => ((vendor.outline = () => ({ kept: [{ ...message("M1"), reason: "x" }] })), draw()),
      "what was chosen": () => draw({ only: ["P1"] }),
      "how the person was identified": () => draw({}, { verified: { method: "passport", at: "2026-01-14T09:00:00.000Z" } }),
      "how the host decided": async () => (await open({ settings: { erasure: { tickets: "wipe" } } }), draw()),
      "the connector's version": async () => (await open({}, { ...TICKETS, version: "1.0.1" }), draw()),
    };
    for (const [what, change] of Object.entries(changes)) {
      it(what, async () => {
        const hash = await first();
        expect((await change()).hash).to.not.equal(hash);
      });
    }

    it("the account, the connection and the person", async () => {
      const hash = await first();
      vendor.matches = [match("P1")];
      await world.dsr.connect({ connector: "memory", name: "other" }, { capabilities: ["deletion"], categories: "granted" }, world.token);
      const { request } = await world.dsr.plan("other", ADA);
      expect(ofKind(await world.entries(request.id), "planned")[0]!.plan.hash).to.not.equal(hash);
      expect((await draw({}, { identifier: Identifier.parse("email", "bob@example.test") })).hash).to.not.equal(hash);
    });
  });

  describe("estimates", () => {
    it("one search, a deletion and a look for each record, and a look at what hangs on them", async () => {
      vendor.matches = [match("P1"), match("P2")];
      expect((await draw()).estimate).to.deep.equal({ calls: 1 + 4, seconds: 1 });
      vendor.outline = () => ({ dependents: [message("M1"), message("M2"), message("M3")] });
      expect((await draw()).estimate.calls).to.equal(1 + 4 + 3);
    });

    it("the vendor's list of deletions, where there is one that can tell of anything", async () => {
      vendor.prove = () => [];
      expect((await draw()).estimate.calls, "the person's own record stands in no such list").to.equal(1 + 2);
      vendor.outline = () => ({ dependents: [message("M1")] });
      expect((await draw()).estimate.calls).to.equal(1 + 2 + 1 + 1);
      vendor.outline = () => ({ targets: [message("M1"), person("P1")] });
      expect((await draw()).estimate.calls).to.equal(1 + 4 + 1);
    });

    it("one more for each target that is made sure of, where the limit lets it come so late", async () => {
      await world.dsr.connect({ connector: "memory", name: "slow" }, { capabilities: ["deletion"], categories: "granted" }, world.token, 4);
      const windowMs = 10_000;
      vendor.matches = [match("P1")];
      const drawn = async (messages: number, afterMs: number) => {
        vendor.outline = () => ({ targets: [...Array.from({ length: messages }, (_, n) => message(`M${n}`)), person("P1")], confirmed: { targets: messages, afterMs } });
        return (await world.dsr.plan("slow", { ...ADA, reference: `${messages} ${afterMs}` }, {})).plan?.estimate.calls;
      };
      expect(await drawn(0, windowMs), "three calls").to.equal(3);
      expect(await drawn(2, windowMs), "seven calls, of which the last three belong to two targets").to.equal(7 + 2);
      expect(await drawn(9, windowMs)).to.equal(21 + 9);
      expect(await drawn(9, 3 * windowMs), "twelve fit into the time before").to.equal(21 + 5);
    });

    it("as long as it takes at the rate that the connection may use", async () => {
      await world.dsr.connect({ connector: "memory", name: "slow" }, { capabilities: ["deletion"], categories: "granted" }, world.token, 4);
      vendor.matches = [match("P1"), match("P2")];
      const { plan } = await world.dsr.plan("slow", ADA);
      expect(plan?.estimate, "4 calls in 10 seconds, and the second record may be come to later").to.deep.equal({ calls: 5 + 1, seconds: 15 });
    });

    it("as many calls as it then takes, in the search, in an extent, and for what hangs on the records", async () => {
      world = await openMemoryWorld(undefined, { scopes: ["delete_messages"] });
      world.addAda("one");
      world.vendor.hide(world.vendor.addSubject({ identifier: { value: ADA.identifier.reveal() }, kind: "prospect", text: "Canary", volume: "bare" }).id);
      const { plan } = await world.dsr.plan("acme", ADA, { extents: ["archived"], erase: "related" });
      const done = await world.dsr.delete(plan!.id, plan!.confirm);
      expect([done.outcome, done.apiCalls]).to.deep.equal(["verified", plan!.estimate.calls]);
    });
  });

  it("names what it leaves behind and whose other records are among its targets only where there is any", async () => {
    expect(await draw()).to.not.have.any.keys("residuals", "others");
    vendor.outline = () => ({ residuals: ["BACKUPS"] });
    expect((await draw()).residuals).to.deep.equal(["BACKUPS"]);
  });
});
