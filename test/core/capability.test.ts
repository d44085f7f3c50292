import { expect } from "chai";
import { waitingRequests } from "../../adapters/inversify/waiting-requests.js";
import { DsrError, type DeletionResult, type RequestType } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

const DAY_MS = 86_400_000;
const UNSUPPORTED = { code: "UNSUPPORTED_REQUEST" } as const;

describe("a connection that is not for what a request asks any more", () => {
  let world: MemoryWorld;
  const offers = (...capabilities: readonly RequestType[]) => world.host.connections.change("acme", (now) => ({ ...now, capabilities }));
  const lacks = async () => (await waitingRequests(world.dsr)).map((each) => [each.goesOn, each.lacks]);

  describe("deletes nothing", () => {
    let vendor: ScriptedVendor;
    beforeEach(async () => {
      vendor = scriptedVendor();
      world = await openMemoryWorld(vendor.change);
      vendor.matches = [match("P1"), match("P2")];
    });

    const plan = async (): Promise<DeletionResult> => {
      const planned = await world.dsr.plan("acme", ADA);
      vendor.calls.length = 0;
      return planned;
    };
    const carryOut = ({ plan: made }: DeletionResult) => world.dsr.delete(made!.id, made!.confirm);
    const resume = async ({ request }: DeletionResult) => (await world.dsr.resume(request.id)) as DeletionResult;
    const told = ({ outcome, attention, targets }: DeletionResult) => [outcome, attention, targets.map(({ id, outcome: became, untouched }) => `${id} ${untouched === true ? "untouched" : became}`)];
    /** While P1 is deleted. */
    const takenAwayMeanwhile = (erase: ScriptedVendor["erase"]): void => {
      vendor.erase = (target, policies) => {
        void offers("access");
        return erase(target, policies);
      };
    };

    it("and asks about nobody for a plan that was confirmed; given back, the request goes on", async () => {
      const planned = await plan();
      await offers("access");
      expect(told(await carryOut(planned))).to.deep.equal(["needs_attention", UNSUPPORTED, ["P1 untouched", "P2 untouched"]]);
      expect([vendor.calls, await lacks()]).to.deep.equal([[], [[false, "UNSUPPORTED_REQUEST"]]]);
      await offers("access", "deletion");
      expect(await lacks()).to.deep.equal([[true, undefined]]);
      expect(told(await resume(planned))).to.deep.equal(["verified", undefined, ["P1 deleted", "P2 deleted"]]);
    });

    it("more, once it was taken away in the middle of it, and sees what was deleted gone", async () => {
      const planned = await plan();
      const { erase } = vendor;
      takenAwayMeanwhile(erase);
      expect(told(await carryOut(planned))).to.deep.equal(["partial", UNSUPPORTED, ["P1 deleted", "P2 untouched"]]);
      expect(vendor.calls.filter((call) => call.includes("P2") && !call.startsWith("find"))).to.deep.equal([]);
      vendor.erase = erase;
      await offers("deletion");
      expect((await resume(planned)).outcome).to.equal("verified");
    });

    it("more, and looks at what was deleted for as long as that may take", async () => {
      const planned = await plan();
      takenAwayMeanwhile(() => ({ answer: "deleted" }));
      const waiting = await carryOut(planned);
      expect([waiting.outcome, waiting.attention?.code]).to.deep.equal(["awaiting_verification", "AWAITING_VERIFICATION"]);
      vendor.gone.add("P1");
      await world.host.clock.advance(DAY_MS);
      expect(told(await resume(planned))).to.deep.equal(["partial", UNSUPPORTED, ["P1 deleted", "P2 untouched"]]);
      expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal(["erase person P1"]);
    });

    it("where it was taken away while it was asked whose the record is", async () => {
      vendor.confirm = () => undefined;
      vendor.outline = (matches, { erase }) => (erase === "related" ? { targets: [message("m1"), ...matches.map(({ id }) => person(id))] } : {});
      world = await openMemoryWorld(vendor.change, { scopes: ["delete_messages"] });
      const planned = await world.dsr.plan("acme", ADA, { erase: "related" });
      vendor.confirm = () => void offers("access");
      vendor.calls.length = 0;
      expect(told(await carryOut(planned))).to.deep.equal(["needs_attention", UNSUPPORTED, ["m1 untouched", "P1 untouched", "P2 untouched"]]);
      expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal([]);
    });

    it("anew, and looks all the same at what an earlier plan deleted", async () => {
      vendor.erase = ({ id }) => {
        if (id === "P2") throw new DsrError("VENDOR_UNAVAILABLE");
        return { answer: "deleted" };
      };
      const asked = { ...ADA, reference: "T-1" };
      const planned = await world.dsr.plan("acme", asked);
      await carryOut(planned);
      vendor.matches = [match("P1"), match("P2"), match("P3")];
      expect((await resume(planned)).attention?.code).to.equal("PLAN_STALE");
      await world.host.connections.change("acme", (now) => ({ ...now, checkedAt: "2020-01-01T00:00:00.000Z" }));
      world.between = () => Promise.reject(new DsrError("VENDOR_UNAVAILABLE"));
      expect((await world.dsr.plan("acme", asked)).outcome).to.equal("parked");
      world.between = (request, send) => send(request);
      await offers("access");
      expect((await resume(planned)).outcome).to.equal("awaiting_verification");
      vendor.gone.add("P1");
      await world.host.clock.advance(DAY_MS);
      expect(told(await resume(planned)).slice(0, 2)).to.deep.equal(["partial", UNSUPPORTED]);
      expect((await resume(planned)).targets.find(({ id }) => id === "P1")?.outcome).to.equal("deleted");
    });

    it("a second time where no answer told of the first, and nothing is claimed of it until it may", async () => {
      const planned = await plan();
      const { erase } = vendor;
      takenAwayMeanwhile(() => {
        throw new DsrError("OUTCOME_UNKNOWN");
      });
      expect(told(await carryOut(planned))).to.deep.equal(["partial", UNSUPPORTED, ["P1 unknown", "P2 untouched"]]);
      vendor.erase = erase;
      await offers("deletion");
      expect((await resume(planned)).outcome).to.equal("verified");
      expect(vendor.calls.filter((call) => call.startsWith("erase"))).to.deep.equal(["erase person P1", "erase person P1", "erase person P2"]);
    });

    it("and looks again for whom it deleted before", async () => {
      const planned = await plan();
      expect((await carryOut(planned)).outcome).to.equal("verified");
      await offers("access");
      await world.host.clock.advance(DAY_MS);
      await world.dsr.upkeep();
      expect(ofKind(await world.entries(planned.request.id), "looked_again")).to.have.lengthOf(1);
    });

    it("and plans nothing that was asked for before", async () => {
      world.between = () => Promise.reject(new DsrError("VENDOR_UNAVAILABLE"));
      await world.host.clock.advance(DAY_MS);
      const parked = await world.dsr.plan("acme", ADA);
      expect(parked.outcome).to.equal("parked");
      await offers("access");
      world.between = (request, send) => send(request);
      expect(told(await resume(parked))).to.deep.equal(["needs_attention", UNSUPPORTED, []]);
      expect(vendor.calls).to.deep.equal([]);
    });
  });

  describe("reads nothing more", () => {
    let sent: string[];
    beforeEach(async () => {
      world = await openMemoryWorld();
      world.addAda("paged");
      sent = [];
    });

    /** Takes access away, or breaks, once so many calls were sent. */
    const after = (calls: number, act: () => Promise<Response | undefined>): void => {
      world.between = async (request, send) => {
        sent.push(request.url);
        return (sent.length > calls ? await act() : undefined) ?? send(request);
      };
    };
    const packages = () => world.written.length;

    it("for a request that was begun, and packages nothing; given back, the request goes on", async () => {
      after(2, () => Promise.resolve(new Response("", { status: 503 })));
      const { request, outcome } = await world.dsr.access("acme", ADA);
      expect(outcome).to.equal("parked");
      await offers("deletion");
      sent = [];
      const stopped = await world.dsr.resume(request.id);
      expect([stopped.outcome, stopped.attention, sent, packages(), await lacks()]).to.deep.equal(["needs_attention", UNSUPPORTED, [], 0, [[false, "UNSUPPORTED_REQUEST"]]]);
      await offers("access");
      after(Infinity, () => Promise.resolve(undefined));
      expect([(await world.dsr.resume(request.id)).outcome, packages()]).to.deep.equal(["complete", 1]);
    });

    it("than what is under way when it is taken away", async () => {
      after(2, async () => void (await offers("deletion")));
      const stopped = await world.dsr.access("acme", ADA);
      expect([stopped.outcome, stopped.attention, packages()]).to.deep.equal(["needs_attention", UNSUPPORTED, 0]);
      const begun = sent.length;
      await offers("access");
      after(Infinity, () => Promise.resolve(undefined));
      expect((await world.dsr.resume(stopped.request.id)).outcome).to.equal("complete");
      expect(sent.length, "there was more to read").to.be.greaterThan(begun + 1);
    });

    it("and packages nothing that nobody was found for when it was taken away", async () => {
      world = await openMemoryWorld();
      after(0, async () => void (await offers("deletion")));
      const stopped = await world.dsr.access("acme", ADA);
      expect([stopped.outcome, stopped.attention, packages()]).to.deep.equal(["needs_attention", UNSUPPORTED, 0]);
    });

    it("but tells of a package that was written before", async () => {
      after(Infinity, () => Promise.resolve(undefined));
      const { request } = await world.dsr.access("acme", ADA);
      await offers("deletion");
      expect((await world.dsr.result(request.id)).outcome).to.equal("complete");
    });
  });
});
