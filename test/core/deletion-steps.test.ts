import { expect } from "chai";
import { DsrError, Identifier, type DeletionResult, type ErrorCode, type JournalEntry, type LookAnswer, type PlanChoices } from "../../core/index.js";
import { waitingRequests } from "../../adapters/inversify/waiting-requests.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";
import { rejectionOf } from "./thrown.js";

const fail = (code: ErrorCode, facts = {}): never => {
  throw new DsrError(code, facts);
};

describe("carrying out a plan, record by record", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const open = async (options: MemoryWorldOptions = {}, manifest: Parameters<typeof scriptedVendor>[0] = {}) => {
    vendor = scriptedVendor(manifest);
    world = await openMemoryWorld(vendor.change, options);
  };
  beforeEach(() => open());

  const plan = async (choices: PlanChoices = {}): Promise<DeletionResult> => {
    const planned = await world.dsr.plan("acme", ADA, choices);
    vendor.calls.length = 0;
    return planned;
  };
  const carryOut = ({ plan: made }: DeletionResult, options = {}) => world.dsr.delete(made!.id, made!.confirm, options);
  /** Sent, and never answered; nor can anybody look. */
  const loseEveryAnswer = (planned: DeletionResult) => {
    vendor.erase = () => fail("OUTCOME_UNKNOWN");
    vendor.look = () => fail("VENDOR_UNAVAILABLE");
    return carryOut(planned);
  };
  const resume = async ({ request }: DeletionResult) => (await world.dsr.resume(request.id)) as DeletionResult;
  const outcomes = ({ targets }: DeletionResult) => targets.map(({ id, outcome, untouched = false }) => `${id} ${outcome}${untouched ? ", untouched" : ""}`);
  const steps = async ({ request }: DeletionResult) => (await world.entries(request.id)).flatMap((entry) => ("target" in entry ? [step(entry)] : []));
  const step = (entry: Extract<JournalEntry, { target: unknown }>): string => {
    const what = entry.kind === "answered" ? entry.answer.answer : entry.kind === "looked" ? entry.look.answer : entry.kind === "settled" ? entry.outcome : entry.attempt;
    return `${entry.kind} ${entry.target.id} ${what}`;
  };
  const erasures = (): readonly string[] => vendor.calls.filter((call) => call.startsWith("erase"));

  describe("ends", () => {
    it("verified, once each record is deleted or was gone already, and not before it was looked for", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase } = vendor;
      const planned = await plan();
      vendor.erase = (target, policies) => (target.id === "P2" ? (vendor.gone.add("P2"), { answer: "absent" }) : erase(target, policies));
      const done = await carryOut(planned);
      expect([done.outcome, outcomes(done), done.attention]).to.deep.equal(["verified", ["P1 deleted", "P2 already_absent"], undefined]);
      expect(await steps(planned)).to.deep.equal(["intent P1 1", "answered P1 deleted", "looked P1 absent", "settled P1 deleted", "intent P2 1", "answered P2 absent", "looked P2 absent", "settled P2 already_absent"]);
    });

    it("with each record settled of which something was announced, also where the plan holds no longer by then", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      vendor.erase = ({ id }) => (vendor.gone.add(id), fail("OUTCOME_UNKNOWN"));
      const { look } = vendor;
      vendor.look = () => fail("VENDOR_UNAVAILABLE");
      expect((await carryOut(planned)).outcome).to.equal("parked");
      vendor.look = look;
      vendor.matches = [match("P2"), match("P3")];
      const stale = await resume(planned);
      expect([stale.outcome, stale.attention, outcomes(stale)]).to.deep.equal(["partial", { code: "PLAN_STALE" }, ["P1 deleted", "P2 unknown, untouched"]]);
      expect(erasures()).to.deep.equal(["erase person P1"]);
    });

    it("awaiting verification while a record is still shown, and says when it is looked at next", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      const beganMs = world.host.clock.now();
      vendor.look = () => ({ answer: "present" });
      const waiting = await carryOut(planned);
      const resumeAt = new Date(beganMs + 120_000).toISOString();
      expect([waiting.outcome, waiting.attention, outcomes(waiting)]).to.deep.equal(["awaiting_verification", { code: "AWAITING_VERIFICATION", resumeAt }, ["P1 unknown", "P2 unknown"]]);
      expect(vendor.calls.filter((call) => call === "look person P1"), "at once, after 5 s and after 30 s").to.have.length(3);
      vendor.look = () => ({ answer: "absent" });
      expect((await resume(planned)).outcome).to.equal("awaiting_verification");
      await world.host.clock.advance(Date.parse(resumeAt) - world.host.clock.now());
      expect((await resume(planned)).outcome).to.equal("verified");
      expect(erasures()).to.have.length(2);
    });

    it("needing attention where the vendor said twice that it deleted and still shows the record", async () => {
      const planned = await plan();
      vendor.look = () => ({ answer: "present" });
      const lives = await carryOut(planned, { waitForAllLooks: true });
      expect([lives.outcome, lives.attention, outcomes(lives)]).to.deep.equal(["needs_attention", { code: "STILL_PRESENT" }, ["P1 not_deleted"]]);
      expect([erasures().length, vendor.calls.filter((call) => call.startsWith("look")).length], "five looks, and two after the second deletion").to.deep.equal([2, 7]);
    });

    it("awaiting verification until the earliest of several looks, each as long after its own deletion as it should be", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      vendor.erase = () => (world.host.clock.jump(2_000), { answer: "deleted" });
      vendor.look = () => ({ answer: "present" });
      const { attention } = await carryOut(planned);
      const entries = await world.entries(planned.request.id);
      const [first] = ofKind(entries, "answered").map(({ at }) => Date.parse(at));
      const looks = ofKind(entries, "looked").filter(({ target }) => target.id === "P1").map(({ at }) => Date.parse(at) - first!);
      expect([looks, attention?.resumeAt]).to.deep.equal([[0, 5_000, 30_000], new Date(first! + 120_000).toISOString()]);
    });

    it("needing attention where the vendor took one deletion and turned the other down, by what it still shows", async () => {
      const planned = await plan();
      const said = ["accepted", "not_deleted"] as const;
      vendor.erase = () => ({ answer: said[erasures().length - 1]! });
      vendor.look = () => ({ answer: "present" });
      const lives = await carryOut(planned, { waitForAllLooks: true });
      expect([lives.outcome, lives.attention, erasures().length]).to.deep.equal(["needs_attention", { code: "STILL_PRESENT" }, 2]);
    });

    it("needing attention where the vendor says that it does not delete", async () => {
      const planned = await plan();
      vendor.erase = () => ({ answer: "not_deleted" });
      const kept = await carryOut(planned);
      expect([kept.outcome, kept.attention, outcomes(kept), erasures().length]).to.deep.equal(["needs_attention", { code: "NOT_DELETED" }, ["P1 not_deleted"], 1]);
    });

    it("partial where one record went and another stays, for the reason of that one", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase } = vendor;
      for (const [answer, code] of [["not_deleted", "NOT_DELETED"], ["accepted", "STILL_PRESENT"]] as const) {
        vendor.gone.clear();
        const planned = await plan();
        vendor.erase = (target, policies) => (target.id === "P2" ? { answer } : erase(target, policies));
        const partial = await carryOut(planned, { waitForAllLooks: true });
        expect([partial.outcome, partial.attention, outcomes(partial)]).to.deep.equal(["partial", { code }, ["P1 deleted", "P2 not_deleted"]]);
      }
    });
  });

  describe("whose answer was lost", () => {
    it("is read instead of sent again, and is deleted where it is gone", async () => {
      const planned = await plan();
      vendor.erase = ({ id }) => (vendor.gone.add(id), fail("OUTCOME_UNKNOWN"));
      const done = await carryOut(planned);
      expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted"]]);
      expect(await steps(planned)).to.deep.equal(["intent P1 1", "looked P1 absent", "settled P1 deleted"]);
    });

    it("is deleted again where it is there, and parked after four lost answers", async () => {
      const planned = await plan();
      vendor.erase = () => fail("OUTCOME_UNKNOWN");
      const parked = await carryOut(planned);
      expect([parked.outcome, parked.attention?.code, outcomes(parked), erasures().length]).to.deep.equal(["parked", "OUTCOME_UNKNOWN", ["P1 unknown"], 4]);
      expect(ofKind(await world.entries(planned.request.id), "ended").at(-1)?.residuals, "it may be gone").to.deep.equal(["BACKUPS", "ARCHIVED_PEOPLE"]);
    });

    it("keeps no other one from being deleted, and is told at the end", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      const { erase } = vendor;
      vendor.erase = (target, policies) => (target.id === "P1" ? fail("OUTCOME_UNKNOWN") : erase(target, policies));
      const parked = await carryOut(planned);
      expect([parked.outcome, parked.attention?.code, outcomes(parked), erasures().length]).to.deep.equal(["parked", "OUTCOME_UNKNOWN", ["P1 unknown", "P2 deleted"], 5]);
    });

    it("keeps the person's own record, for a day, where it hangs on that: then that goes, and may take it along", async () => {
      vendor.outline = () => ({ targets: [message("M1"), message("M2"), person("P1")] });
      const planned = await plan();
      const { erase } = vendor;
      vendor.erase = (target, policies) => (target.id === "M1" ? fail("OUTCOME_UNKNOWN") : erase(target, policies));
      let parked = await carryOut(planned);
      expect([parked.outcome, outcomes(parked)]).to.deep.equal(["parked", ["M1 unknown", "M2 deleted", "P1 unknown, untouched"]]);
      for (let hours = 0; hours < 26 && outcomes(parked)[2] !== "P1 deleted"; hours++) {
        expect(outcomes(parked)).to.deep.equal(["M1 unknown", "M2 deleted", "P1 unknown, untouched"]);
        await world.host.clock.advance(3_600_000);
        parked = await resume(planned);
      }
      expect([parked.outcome, parked.attention?.code, outcomes(parked)]).to.deep.equal(["parked", "OUTCOME_UNKNOWN", ["M1 unknown", "M2 deleted", "P1 deleted"]]);
      vendor.gone.add("M1");
      const done = await resume(planned);
      expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["M1 deleted", "M2 deleted", "P1 deleted"]]);
    });
  });

  describe("that the vendor turns away", () => {
    for (const code of ["SCOPE_MISSING", "ROLE_INSUFFICIENT", "VENDOR_REJECTED", "AUTH_REJECTED"] as const) {
      it(`with ${code} was surely not carried out, which is noted`, async () => {
        const planned = await plan();
        vendor.erase = () => fail(code, { scope: "delete_people" });
        const turned = await carryOut(planned);
        expect([turned.outcome, turned.attention?.code, outcomes(turned)]).to.deep.equal(["needs_attention", code, ["P1 unknown, untouched"]]);
        expect(ofKind(await world.entries(planned.request.id), "declined").map(({ at: _, ...rest }) => rest)).to.deep.equal([{ kind: "declined", target: person("P1"), attempt: 1, code }]);
      });
    }

    it("is announced with the same number when it is sent anew", async () => {
      const { erase } = vendor;
      const planned = await plan();
      vendor.erase = () => fail("RATE_LIMITED", { retryAfterMs: 3_600_000 });
      const parked = await carryOut(planned);
      expect(parked.attention).to.deep.equal({ code: "RATE_LIMITED", resumeAt: new Date(world.host.clock.now() + 3_600_000).toISOString() });
      vendor.erase = erase;
      expect((await resume(planned)).outcome).to.equal("verified");
      expect((await steps(planned)).filter((each) => each.startsWith("intent"))).to.deep.equal(["intent P1 1", "intent P1 1"]);
    });

    it("for a while is waited for, however often, as long as deletions go through in between, and no longer than a run waits", async () => {
      const retryAfterMs = 0.6 * world.host.timings.parkMs;
      vendor.byId = match;
      const { erase } = vendor;
      for (const [turnedAway, expected] of [[["P1", "P2"], "verified"], [["P1", "P1"], "parked"]] as const) {
        vendor.gone.clear();
        vendor.matches = [match("P1"), match("P2")];
        const planned = await plan();
        const left: string[] = [...turnedAway];
        vendor.erase = (target, policies) => (left[0] === target.id ? (left.shift(), fail("RATE_LIMITED", { retryAfterMs })) : erase(target, policies));
        expect([(await carryOut(planned)).outcome, left], turnedAway.join()).to.deep.equal([expected, []]);
      }
    });

    it("in words that nobody understands may have been carried out, and is partial", async () => {
      const planned = await plan();
      vendor.erase = () => fail("VENDOR_MALFORMED");
      const open = await carryOut(planned);
      expect([open.outcome, open.attention, outcomes(open)]).to.deep.equal(["partial", { code: "VENDOR_MALFORMED" }, ["P1 unknown"]]);
      expect(await steps(planned)).to.deep.equal(["intent P1 1"]);
    });
  });

  it("deletes in the way that the host decided when it was planned, whatever it decides since", async () => {
    const erasurePolicies = [{ id: "tickets", label: "Tickets", values: [{ id: "keep", text: "They stay.", scopes: [] }, { id: "wipe", text: "They go.", scopes: [] }] }];
    await open({ settings: { erasure: { tickets: "wipe" } } }, { erasurePolicies });
    const planned = await plan();
    const given: unknown[] = [];
    vendor.erase = ({ id }, policies) => (given.push(policies), vendor.gone.add(id), { answer: "deleted" });
    await carryOut(planned);
    expect(given).to.deep.equal([{ tickets: "wipe" }]);
  });

  it("is not deleted once more where it carries another address by now, whether its answer was lost or it was acknowledged", async () => {
    for (const wasLost of [true, false]) {
      await open();
      const planned = await plan();
      vendor.erase = () => (wasLost ? fail("OUTCOME_UNKNOWN") : { answer: "deleted" });
      vendor.byId = () => match("P1", { matchedBy: "chosen", identifiers: [Identifier.parse("email", "bob@example.test")] });
      vendor.look = () => (wasLost ? fail("VENDOR_UNAVAILABLE") : { answer: "present" });
      let stale = await carryOut(planned);
      vendor.look = () => ({ answer: "present" });
      for (let looks = 0; looks < 3 && stale.attention?.code !== "PLAN_STALE"; looks++) {
        await world.host.clock.advance(600_000);
        stale = await resume(planned);
      }
      expect([stale.attention, erasures()]).to.deep.equal([{ code: "PLAN_STALE" }, ["erase person P1"]]);
      expect([stale.outcome, ...outcomes(stale)], "it may go yet").to.deep.equal(["partial", "P1 unknown"]);
    }
  });

  it("is not deleted once more either where its answer was lost and another one was not tried yet, of which alone it is asked again", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    await loseEveryAnswer(planned);
    vendor.byId = (id) => match(id, id === "P1" ? { matchedBy: "chosen", identifiers: [Identifier.parse("email", "bob@example.test")] } : {});
    vendor.matches = [match("P2")];
    vendor.look = () => ({ answer: "present" });
    const stale = await resume(planned);
    expect([stale.attention, outcomes(stale)]).to.deep.equal([{ code: "PLAN_STALE" }, ["P1 unknown", "P2 unknown, untouched"]]);
    expect(erasures()).to.deep.equal(["erase person P1"]);
  });

  describe("that a long deletion comes to later", () => {
    const comeToLate = async (look: LookAnswer) => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      vendor.erase = ({ id }) => (world.host.clock.jump(60_000), vendor.gone.add(id), { answer: "deleted" });
      const { look: usual } = vendor;
      vendor.look = (target) => (target.id === "P2" && !vendor.gone.has("P2") ? look : usual(target));
      return carryOut(planned);
    };

    it("is not deleted where it carries another address by then, or became part of another record", async () => {
      for (const [byId, look] of [[match("P2", { matchedBy: "chosen" }), { answer: "present" }], [undefined, { answer: "merged", into: "Q" }]] as const) {
        await open();
        vendor.byId = () => byId;
        const stopped = await comeToLate(look);
        expect([stopped.outcome, stopped.attention, outcomes(stopped)]).to.deep.equal(["partial", { code: "PLAN_STALE" }, ["P1 deleted", "P2 unknown, untouched"]]);
        expect(erasures()).to.deep.equal(["erase person P1"]);
      }
    });

    it("is asked about once more where looking whose they all are took long itself, however soon it is come to then", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      vendor.outline = () => (world.host.clock.jump(9_000), {});
      vendor.erase = ({ id }) => (world.host.clock.jump(2_000), vendor.gone.add(id), { answer: "deleted" });
      vendor.byId = (id) => match(id, { matchedBy: "chosen", identifiers: [Identifier.parse("email", "bob@example.test")] });
      const stopped = await carryOut(planned);
      expect([stopped.attention, erasures()]).to.deep.equal([{ code: "PLAN_STALE" }, ["erase person P1"]]);
    });

    it("is deleted where it is theirs still, goes along with another one of theirs, or is not shown any more, which is noted before", async () => {
      const gone = ["answered P2 deleted", "looked P2 absent", "settled P2 deleted"];
      for (const [byId, look, expected] of [
        [match("P2"), { answer: "present" }, ["intent P2 1", ...gone]],
        [undefined, { answer: "merged", into: "P1" }, ["intent P2 1", ...gone]],
        [undefined, { answer: "absent" }, ["looked P2 absent", "intent P2 1", "answered P2 deleted", "looked P2 unknown", "intent P2 2", ...gone]],
      ] as const) {
        await open();
        vendor.byId = () => byId;
        const done = await comeToLate(look);
        expect([done.outcome, outcomes(done)]).to.deep.equal(["verified", ["P1 deleted", "P2 deleted"]]);
        expect((await steps(done)).filter((each) => each.includes("P2"))).to.deep.equal(expected);
      }
    });
  });

  describe("is stopped by a human", () => {
    it("before anything is deleted", async () => {
      const planned = await plan();
      await world.dsr.confirm(planned.plan!.id, planned.plan!.confirm);
      await world.dsr.cancel(planned.request.id);
      expect(await carryOut(planned)).to.include({ outcome: "cancelled" });
      expect([vendor.calls, outcomes(await resume(planned))]).to.deep.equal([[], ["P1 not_deleted, untouched"]]);
    });

    it("after an answer was lost: the record is looked at before the request ends, as far as the vendor answers", async () => {
      for (const [what, goneAfter] of [["gone", 0], ["still there", Infinity], ["there for a while, as it takes effect late, or shows late", 300]] as const) {
        await open();
        const planned = await plan();
        await loseEveryAnswer(planned);
        const sentMs = world.host.clock.now();
        vendor.look = () => ({ answer: world.host.clock.now() - sentMs >= goneAfter * 1000 ? "absent" : "present" });
        let ended = (await world.dsr.cancel(planned.request.id)) as DeletionResult;
        const waited = [];
        for (; ended.outcome === "awaiting_verification"; ended = await resume(planned)) {
          waited.push(outcomes(ended).join());
          await world.host.clock.advance(Date.parse(ended.attention!.resumeAt!) - world.host.clock.now());
        }
        const told = goneAfter === Infinity ? "P1 not_deleted" : "P1 deleted";
        expect([ended.outcome, outcomes(ended)], what).to.deep.equal(["cancelled", [told]]);
        expect(waited, what).to.deep.equal(Array(goneAfter === 0 ? 0 : 4).fill("P1 unknown"));
        expect((await steps(planned)).at(-1), what).to.equal(`settled ${told}`);
        expect(erasures(), what).to.have.lengthOf(1);
      }
    });

    it("after an answer was lost and while nobody answers: ends once that can be looked at, and deletes nothing more", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      await loseEveryAnswer(planned);
      for (const again of [world.dsr.cancel(planned.request.id), world.dsr.cancel(planned.request.id), resume(planned)]) {
        const waiting = (await again) as DeletionResult;
        expect([waiting.outcome, outcomes(waiting)]).to.deep.equal(["parked", ["P1 unknown", "P2 unknown, untouched"]]);
      }
      vendor.look = () => ({ answer: "present" });
      expect(await resume(planned)).to.include({ outcome: "awaiting_verification" });
      for (let looks = 0; looks < 3; looks++) {
        await world.host.clock.advance(600_000);
        await resume(planned);
      }
      await world.host.clock.advance(600_000);
      const ended = await resume(planned);
      expect([ended.outcome, outcomes(ended)]).to.deep.equal(["cancelled", ["P1 not_deleted", "P2 not_deleted, untouched"]]);
      expect(erasures()).to.deep.equal(["erase person P1"]);
    });

    it("while a record that the vendor said it deleted is still shown: it is looked at as often as ever, and not deleted once more", async () => {
      for (const goes of [true, false]) {
        await open();
        vendor.matches = [match("P1"), match("P2")];
        const planned = await plan();
        vendor.look = () => ({ answer: "present" });
        let worker: Promise<unknown> = Promise.resolve();
        vendor.erase = () => ((worker = world.dsr.cancel(planned.request.id)), { answer: "deleted" });
        const waiting = await carryOut(planned);
        await worker;
        expect([waiting.outcome, waiting.attention?.code, outcomes(waiting)]).to.deep.equal(["awaiting_verification", "AWAITING_VERIFICATION", ["P1 unknown", "P2 unknown, untouched"]]);
        for (let looks = 0; looks < 8; looks++) {
          await world.host.clock.advance(600_000);
          if (goes && looks === 1) vendor.look = ({ id }) => ({ answer: id === "P1" ? "absent" : "present" });
          await resume(planned);
        }
        const ended = await resume(planned);
        expect([ended.outcome, outcomes(ended)]).to.deep.equal(["cancelled", [goes ? "P1 deleted" : "P1 not_deleted", "P2 not_deleted, untouched"]]);
        expect(ended.residuals.map(({ code }) => code)).to.deep.equal(goes ? ["BACKUPS", "ARCHIVED_PEOPLE"] : []);
        expect(erasures()).to.deep.equal(["erase person P1"]);
      }
    });

    it("while the vendor takes too long to answer: somebody looks again later, by themselves", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const planned = await plan();
      await loseEveryAnswer(planned);
      vendor.look = () => fail("INTERRUPTED");
      expect(await world.dsr.cancel(planned.request.id)).to.deep.include({ outcome: "parked", attention: { code: "VENDOR_UNAVAILABLE", resumeAt: new Date(world.host.clock.now() + world.host.timings.parkMs).toISOString() } });
      expect((await waitingRequests(world.dsr)).map(({ goesOn }) => goesOn)).to.deep.equal([true]);
    });

    it("with what the vendor shows neither way unknown: it is called deleted as little as not deleted", async () => {
      for (const answered of [true, false]) {
        await open();
        vendor.look = ({ id }) => (id === "P1" && !vendor.gone.has("P1") ? { answer: "present" } : { answer: "absent" });
        const planned = await plan({ also: [{ id: "P9", reason: "archived" }] });
        vendor.erase = ({ id }) => (vendor.gone.add(id), id === "P1" ? { answer: "deleted" } : answered ? (world.dsr.cancel(planned.request.id).catch(() => undefined), { answer: "deleted" }) : fail("OUTCOME_UNKNOWN"));
        if (!answered) vendor.look = ({ id }) => (id === "P9" && vendor.gone.has("P9") ? fail("VENDOR_UNAVAILABLE") : { answer: vendor.gone.has(id) || id === "P9" ? "absent" : "present" });
        await carryOut(planned);
        vendor.look = () => ({ answer: "absent" });
        await world.dsr.cancel(planned.request.id);
        const ended = (await world.dsr.result(planned.request.id)) as DeletionResult;
        expect([ended.outcome, outcomes(ended)], String(answered)).to.deep.equal(["cancelled", ["P1 deleted", "P9 unknown"]]);
        expect(erasures()).to.have.members(["erase person P1", "erase person P9"]);
      }
    });

    it("while it is asked whose a record is, before that is deleted once more: nothing is announced any more", async () => {
      const planned = await plan();
      await loseEveryAnswer(planned);
      vendor.look = () => ({ answer: "present" });
      let cancelled: Promise<unknown> | undefined;
      vendor.byId = () => ((cancelled ??= world.dsr.cancel(planned.request.id)), match("P1"));
      const slow = world.dsr.resume(planned.request.id);
      const ended = (await slow) as DeletionResult;
      await cancelled;
      expect([ended.outcome, outcomes(ended), erasures()]).to.deep.equal(["awaiting_verification", ["P1 unknown"], ["erase person P1"]]);
    });

    it("for good, where its connection is given up: what is not known then stays so", async () => {
      const planned = await plan();
      await loseEveryAnswer(planned);
      await world.dsr.disconnect("acme", { abandon: true });
      const ended = (await world.dsr.result(planned.request.id)) as DeletionResult;
      expect([ended.outcome, outcomes(ended)]).to.deep.equal(["cancelled", ["P1 unknown"]]);
    });

    it("after an answer was lost: does not end as if the record could not be looked at where something else broke", async () => {
      const planned = await plan();
      await loseEveryAnswer(planned);
      vendor.look = () => {
        throw new TypeError("broken");
      };
      const error = await world.dsr.cancel(planned.request.id).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error);
      expect((await world.dsr.result(planned.request.id)).outcome).to.equal("parked");
    });

    it("too late, where everything has gone by then: it ends as what it came to", async () => {
      const planned = await plan();
      let cancelled: Promise<unknown> | undefined;
      vendor.look = () => ((cancelled ??= world.dsr.cancel(planned.request.id)), { answer: "absent" });
      const done = await carryOut(planned);
      await cancelled;
      expect([done.outcome, outcomes(done), (await world.dsr.result(planned.request.id)).outcome]).to.deep.equal(["verified", ["P1 deleted"], "verified"]);
    });

    it("while something waits for its look: what was not looked at is named once nobody will, and not before", async () => {
      vendor.outline = () => ({ dependents: [message("M1")] });
      const planned = await plan();
      let worker: Promise<unknown> | undefined;
      vendor.look = () => ({ answer: "present" });
      vendor.erase = () => ((worker = world.dsr.cancel(planned.request.id)), { answer: "deleted" });
      expect(await carryOut(planned)).to.include({ outcome: "awaiting_verification" });
      await worker;
      vendor.look = () => ({ answer: "absent" });
      await world.host.clock.advance(600_000);
      expect(await resume(planned)).to.include({ outcome: "cancelled" });
      const told = ofKind(await world.entries(planned.request.id), "ended").map(({ outcome, residuals = [] }) => [outcome, residuals.includes("NOT_LOOKED_AT")]);
      expect(told).to.deep.equal([["planned", false], ["awaiting_verification", false], ["cancelled", true]]);
    });

    it("between two records: what was sent is still looked at, and nothing more is sent", async () => {
      vendor.matches = [match("P1"), match("P2")];
      vendor.outline = () => ({ dependents: [message("M1")] });
      const planned = await plan();
      let cancelled: Promise<unknown> | undefined;
      vendor.erase = ({ id }) => (vendor.gone.add(id), (cancelled = world.dsr.cancel(planned.request.id)), { answer: "deleted" });
      const stopped = await carryOut(planned);
      await cancelled;
      expect([stopped.outcome, outcomes(stopped)]).to.deep.equal(["cancelled", ["P1 deleted", "P2 not_deleted, untouched"]]);
      expect(erasures()).to.deep.equal(["erase person P1"]);
      expect(stopped.residuals.map(({ code, id }) => `${code} ${id ?? ""}`)).to.deep.equal(["BACKUPS ", "ARCHIVED_PEOPLE ", "NOT_LOOKED_AT M1"]);
      expect(ofKind(await world.entries(planned.request.id), "ended").at(-1)).to.deep.include({ outcome: "cancelled", residuals: ["BACKUPS", "ARCHIVED_PEOPLE", "NOT_LOOKED_AT"] });
    });
  });

  it("is interrupted while it waits for a look, and goes on with it later without deleting again", async () => {
    const planned = await plan();
    const interruption = new AbortController();
    vendor.look = () => (interruption.abort(), { answer: "present" });
    expect(await rejectionOf(carryOut(planned, { signal: interruption.signal }))).to.include({ code: "INTERRUPTED" });
    expect((await world.entries(planned.request.id)).at(-1)?.kind).to.equal("calls");
    vendor.look = () => ({ answer: "absent" });
    expect((await resume(planned)).outcome).to.equal("verified");
    expect(erasures()).to.have.length(1);
  });

  it("deletes nothing more once the request is another process's", async () => {
    vendor.matches = [match("P1"), match("P2")];
    const planned = await plan();
    vendor.look = () => (world.host.expireLease(planned.request.id), { answer: "absent" });
    expect(await rejectionOf(carryOut(planned))).to.include({ code: "REQUEST_BUSY" });
    expect(erasures()).to.have.length(1);
  });
});
