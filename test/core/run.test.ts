import { expect } from "chai";
import { DsrError, type DeletionResult, type ErrorCode, type ErrorFacts } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { match, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";
import { rejectionOf } from "./thrown.js";

const HOUR_MS = 3_600_000;
const fail = (code: ErrorCode, facts: ErrorFacts = {}): never => {
  throw new DsrError(code, facts);
};

describe("a run", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  beforeEach(async () => {
    vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change);
  });

  const plan = () => world.dsr.plan("acme", { ...ADA, reference: "T-1" });
  const carryOut = ({ plan: made }: DeletionResult) => world.dsr.delete(made!.id, made!.confirm);
  const resume = async ({ request }: DeletionResult) => (await world.dsr.resume(request.id)) as DeletionResult;
  const told = ({ outcome, attention }: DeletionResult) => [outcome, attention];
  const endings = async ({ request }: DeletionResult) => ofKind(await world.entries(request.id), "ended").map(({ at: _, kind: __, ...rest }) => rest);
  const inMs = (ms: number): string => new Date(world.host.clock.now() + ms).toISOString();

  describe("that the vendor does not let through", () => {
    for (const code of ["VENDOR_UNAVAILABLE", "RATE_LIMITED", "OUTCOME_UNKNOWN"] as const) {
      it(`is parked by ${code}, and says when to try again`, async () => {
        vendor.outline = () => fail(code);
        const parked = await plan();
        expect(told(parked)).to.deep.equal(["parked", { code, resumeAt: inMs(900_000) }]);
        expect(await endings(parked)).to.deep.equal([{ outcome: "parked", attention: { code, resumeAt: inMs(900_000) } }]);
      });
    }

    it("waits as long as the vendor wants where that is longer, and no shorter than it waits anyway", async () => {
      vendor.outline = () => fail("RATE_LIMITED", { retryAfterMs: 2 * HOUR_MS });
      expect((await plan()).attention?.resumeAt).to.equal(inMs(2 * HOUR_MS));
      vendor.outline = () => fail("RATE_LIMITED", { retryAfterMs: 1_000 });
      expect((await plan()).attention?.resumeAt).to.equal(inMs(900_000));
    });

    it("is left to a human after a day without any progress", async () => {
      vendor.outline = () => fail("VENDOR_UNAVAILABLE");
      const parked = await plan();
      await world.host.clock.advance(24 * HOUR_MS - 1);
      expect((await resume(parked)).outcome).to.equal("parked");
      await world.host.clock.advance(1);
      expect(told(await resume(parked))).to.deep.equal(["needs_attention", { code: "VENDOR_UNAVAILABLE" }]);
    });

    it("has a day anew after some progress", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      const { erase } = vendor;
      vendor.erase = () => fail("VENDOR_UNAVAILABLE");
      expect((await carryOut(planned)).outcome).to.equal("parked");
      await world.host.clock.advance(20 * HOUR_MS);
      vendor.erase = (target, policies) => (target.id === "P2" ? fail("VENDOR_UNAVAILABLE") : erase(target, policies));
      expect((await resume(planned)).outcome).to.equal("parked");
      await world.host.clock.advance(20 * HOUR_MS);
      expect((await resume(planned)).outcome).to.equal("parked");
      await world.host.clock.advance(4 * HOUR_MS);
      expect((await resume(planned)).outcome).to.equal("partial");
      await world.host.clock.advance(HOUR_MS);
      expect((await resume(planned)).outcome, "as long as nothing has changed").to.equal("partial");
      vendor.erase = erase;
      expect((await resume(planned)).outcome).to.equal("verified");
    });
  });

  describe("that cannot be carried out", () => {
    it("needs somebody to grant what is missing, named in the vendor's own words", async () => {
      vendor.outline = () => fail("SCOPE_MISSING", { scope: "read_messages" });
      expect(told(await plan())).to.deep.equal(["needs_attention", { code: "SCOPE_MISSING", scope: "Read messages" }]);
      vendor.outline = () => fail("SCOPE_MISSING", { scope: "unheard_of" });
      expect((await plan()).attention).to.deep.equal({ code: "SCOPE_MISSING", scope: "unheard_of" });
      vendor.outline = () => fail("PLAN_RESTRICTED");
      expect((await plan()).attention).to.deep.equal({ code: "PLAN_RESTRICTED" });
    });

    it("is noted at the connection, so that it is not tried in vain again and again", async () => {
      vendor.outline = () => fail("SCOPE_MISSING", { scope: "read_messages" });
      await plan();
      expect((await world.dsr.connection("acme")).scopes.find(({ id }) => id === "read_messages")?.status).to.equal("missing");
      vendor.outline = () => fail("AUTH_REJECTED");
      await plan();
      expect((await world.dsr.connection("acme")).status).to.equal("broken");
    });

    for (const code of ["CHOICE_INVALID", "KEEP_IMPOSSIBLE", "WRONG_WORKSPACE", "UNSUPPORTED_REQUEST"] as const) {
      it(`is refused for ${code} where nothing was deleted, and partial where something may be gone`, async () => {
        vendor.matches = [match("P1"), match("P2")];
        const planned = await plan();
        vendor.outline = () => fail(code);
        expect(told(await plan())).to.deep.equal(["refused", { code }]);
        vendor.outline = () => ({});
        const again = await plan();
        expect(again.plan?.id).to.equal(planned.plan?.id);
        const { erase } = vendor;
        vendor.erase = (target, policies) => (target.id === "P2" ? fail(code) : erase(target, policies));
        expect(told(await carryOut(again))).to.deep.equal(["partial", { code }]);
        expect((await endings(again)).at(-1)).to.deep.equal({ outcome: "partial", attention: { code }, residuals: ["BACKUPS", "ARCHIVED_PEOPLE"] });
      });
    }

    it("names what a deletion leaves in the world as soon as something may be gone, and not before", async () => {
      const planned = await plan();
      await carryOut(planned);
      expect((await endings(planned)).map(({ outcome, residuals }) => [outcome, residuals])).to.deep.equal([["planned", undefined], ["verified", ["BACKUPS", "ARCHIVED_PEOPLE"]]]);
    });
  });

  for (const code of ["INTERRUPTED", "STORAGE_FAILED", "INTEGRITY", "SEALING_KEY_INVALID", "INTERNAL"] as const) {
    it(`has no outcome where it ends by ${code}: it is thrown, and the request goes on from there`, async () => {
      vendor.outline = () => fail(code);
      expect(await rejectionOf(plan())).to.include({ code });
      const [request] = await world.dsr.requests();
      expect((await world.entries(request!.id)).map(({ kind }) => kind)).to.deep.equal(["asked", "found", "calls"]);
      vendor.outline = () => ({});
      expect((await world.dsr.resume(request!.id)).outcome).to.equal("planned");
    });
  }

  it("hides no mistake of a program behind an outcome", async () => {
    vendor.outline = () => {
      throw new TypeError("a mistake");
    };
    expect(await rejectionOf(plan())).to.include({ code: "INTERNAL" });
    const [request] = await world.dsr.requests();
    expect(ofKind(await world.entries(request!.id), "ended")).to.deep.equal([]);
  });

  it("tells what failed first where the journal cannot be written either", async () => {
    vendor.outline = () => {
      Object.assign(world.host.journal, { append: () => Promise.reject(new DsrError("REQUEST_BUSY")) });
      return fail("STORAGE_FAILED");
    };
    expect(await rejectionOf(plan())).to.include({ code: "STORAGE_FAILED" });
  });

  describe("counts its calls", () => {
    const counted = async (requestId: string) => (await world.entries(requestId)).map(({ kind, apiCalls }) => `${kind} ${apiCalls ?? "-"}`);
    beforeEach(async () => void (world = await openMemoryWorld()));

    it("once each, with what followed from them", async () => {
      world.addAda("one");
      const before = world.vendor.calls().length;
      const planned = await plan();
      const done = await carryOut(planned);
      expect(await counted(planned.request.id)).to.deep.equal(["asked -", "found 1", "planned 1", "ended -", "confirmed -", "found 1", "intent 1", "answered 1", "looked 1", "settled -", "looked 1", "ended -"]);
      expect([planned.apiCalls, done.apiCalls, world.vendor.calls().length - before]).to.deep.equal([2, 5, 7]);
    });

    it("also where it stops without an ending", async () => {
      world.addAda("one");
      const interruption = new AbortController();
      let calls = 0;
      world.between = (request, send) => {
        if (++calls === 2) interruption.abort();
        return send(request);
      };
      expect(await rejectionOf(world.dsr.plan("acme", ADA, {}, { signal: interruption.signal }))).to.include({ code: "INTERRUPTED" });
      const [request] = await world.dsr.requests();
      expect(await counted(request!.id)).to.deep.equal(["asked -", "found 1", "calls 1"]);
    });
  });
});
