import { expect } from "chai";
import { DsrError, type DeletionResult, type ErrorCode, type LooseRecord, type Match, type PlanChoices } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

const DAY_MS = 86_400_000;
const fail = (code: ErrorCode): never => {
  throw new DsrError(code);
};

describe("a later look for a person who was deleted", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const open = async (options: MemoryWorldOptions = {}) => {
    vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change, options);
  };
  beforeEach(() => open());

  /** Deletes, and lets a day pass. */
  const deleted = async (choices: PlanChoices = {}): Promise<DeletionResult> => {
    const { plan } = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, choices);
    const done = await world.dsr.delete(plan!.id, plan!.confirm);
    expect(done.outcome).to.equal("verified");
    await world.host.clock.advance(DAY_MS);
    vendor.calls.length = 0;
    return done;
  };
  const look = async () => (await world.dsr.upkeep()).tended.map(({ done, failed }) => [...done, ...(failed === undefined ? [] : [`${failed.what} ${failed.code}`])].join(" "));
  const looked = async ({ request }: DeletionResult) => ofKind(await world.entries(request.id), "looked_again").map(({ at: _, kind: __, apiCalls: ___, ...rest }) => rest);
  const failures = async ({ request }: DeletionResult) => ofKind(await world.entries(request.id), "look_failed").map(({ at: _, kind: __, apiCalls: ___, ...rest }) => rest);
  const result = async ({ request }: DeletionResult) => (await world.dsr.result(request.id)) as DeletionResult;
  /** A record that the search shows though it is gone, or again. */
  const shows = (...of: readonly Match[]): void => {
    vendor.gone.clear();
    vendor.matches = of;
  };

  it("asks the search alone, notes where, and deletes nothing", async () => {
    const done = await deleted();
    expect(await look()).to.deep.equal(["looked_again"]);
    expect(vendor.calls).to.deep.equal(["find"]);
    expect(await looked(done)).to.deep.equal([{ searched: [{ identifier: "email", where: "search", at: "2026-01-15T09:00:00.000Z" }], gaps: [], shown: [] }]);
    expect((await result(done)).outcome).to.equal("verified");
  });

  it("says of a search that was not whole that nobody was seen, not that nobody is there, and looks once more", async () => {
    const done = await deleted();
    vendor.beside = { gaps: [{ category: "person", code: "PAGING" }] };
    expect(await look()).to.deep.equal(["looked_in_part"]);
    expect((await looked(done))[0]?.gaps).to.deep.equal([{ category: "person", code: "PAGING" }]);
    expect(await world.dsr.statement(done.request.id)).to.contain("and was not seen; the system handed out less than it counts").and.not.to.contain("and was not there");
    vendor.beside = {};
    await world.host.clock.advance(DAY_MS / 24);
    expect(await look()).to.deep.equal(["looked_again"]);
    expect((await result(done)).laterLooks.map(({ outcome }) => outcome)).to.deep.equal(["incomplete", "absent"]);
  });

  describe("of whom there is a record without one of their own", () => {
    const carrying = (category: string, id: string, ...hangsOn: readonly string[]) => ({ category, id, as: "author", matchedBy: "exact", hangsOn }) as const;
    const showing = (...loose: readonly ReturnType<typeof carrying>[]) => {
      vendor.beside = { loose };
    };

    it("takes it for a return where it is there by its id, or cannot be read by it", async () => {
      for (const [category, calls, answer] of [["message", ["find", "look message M7"], "present"], ["order", ["find"], "unknown"]] as const) {
        await open();
        const done = await deleted();
        showing(carrying(category, "M7", "P8"));
        expect(await look()).to.deep.equal(["reappeared"]);
        expect([vendor.calls, (await looked(done))[0]?.shown]).to.deep.equal([calls, [{ id: "M7", kind: category, answer }]]);
        expect((await result(done)).attention).to.deep.equal({ code: "REAPPEARED" });
      }
    });

    it("takes one that was deleted, and is not there, for the index's lag", async () => {
      await open({ scopes: ["delete_messages"] });
      vendor.matches = [];
      showing(carrying("message", "M1"));
      vendor.outline = () => ({ targets: [message("M1")] });
      const done = await deleted({ erase: "related" });
      expect(await look()).to.deep.equal(["looked_again"]);
      expect((await looked(done))[0]?.shown).to.deep.equal([{ id: "M1", kind: "message", answer: "absent" }]);
    });

    it("takes one for a return that an earlier plan had deleted", async () => {
      const { erase } = vendor;
      vendor.beside = { loose: [carrying("message", "M7")] };
      vendor.outline = (matches, _, loose) => ({ targets: [...loose.map(({ id }) => message(id)), ...matches.map(({ id }) => person(id))] });
      vendor.erase = (target, policies) => (target.id === "P1" ? { answer: "not_deleted" } : erase(target, policies));
      const { plan } = await world.dsr.plan("acme", { ...ADA, reference: "T-1" });
      expect(await world.dsr.delete(plan!.id, plan!.confirm)).to.include({ outcome: "partial" });
      Object.assign(vendor, { erase, beside: {} });
      const done = await deleted();
      expect(done.targets.map(({ id }) => id)).to.deep.equal(["M7", "P1"]);
      vendor.gone.delete("M7");
      vendor.beside = { loose: [carrying("message", "M7")] };
      expect(await look()).to.deep.equal(["reappeared"]);
    });

    it("takes none for a return that was known before, hangs on what was kept, or was not looked for then", async () => {
      vendor.outline = () => ({ dependents: [message("M1")], kept: [{ ...message("M2"), reason: "others have a part in it" }, { category: "person", id: "P2", reason: "another person" }] });
      vendor.look = ({ id }) => ({ answer: id === "M1" || vendor.gone.has(id) ? "absent" : "present" });
      const done = await deleted();
      showing(carrying("message", "M1"), carrying("message", "M2"), carrying("message", "M3", "P2"), carrying("elsewhere", "M4"));
      expect(await look()).to.deep.equal(["looked_again"]);
      expect([vendor.calls, (await looked(done))[0]?.shown]).to.deep.equal([["find"], []]);
    });
  });

  it("takes who is shown and not there for the index's lag", async () => {
    const done = await deleted();
    shows(match("P1"));
    vendor.look = () => ({ answer: "absent" });
    expect(await look()).to.deep.equal(["looked_again"]);
    expect(vendor.calls).to.deep.equal(["find", "look person P1"]);
    expect((await looked(done))[0]?.shown).to.deep.equal([{ id: "P1", kind: "prospect", answer: "absent" }]);
    expect((await result(done)).outcome).to.equal("verified");
  });

  it("leaves who is there again to a human, says so once, and deletes nothing", async () => {
    const done = await deleted();
    expect(await look()).to.deep.equal(["looked_again"]);
    await world.host.clock.advance(6 * DAY_MS);
    shows(match("P7"));
    expect(await look()).to.deep.equal(["reappeared"]);
    const after = await result(done);
    expect([after.outcome, after.attention, vendor.gone.size]).to.deep.equal(["needs_attention", { code: "REAPPEARED" }, 0]);
    expect((await looked(done)).at(-1)?.shown).to.deep.equal([{ id: "P7", kind: "prospect", answer: "present" }]);
    expect(ofKind(await world.entries(done.request.id), "ended").at(-1)).to.deep.include({ outcome: "needs_attention", residuals: ["BACKUPS", "ARCHIVED_PEOPLE"] });
    await world.host.clock.advance(30 * DAY_MS);
    expect(await look()).to.deep.equal([]);
  });

  it("says what was seen and not said, where the process ended in between, without looking anew", async () => {
    const done = await deleted();
    shows(match("P1"));
    const { append } = world.host.journal;
    Object.assign(world.host.journal, { append: async (...args: Parameters<typeof append>) => (await append(...args), args[1].kind === "looked_again" && world.host.crash()) });
    await look().catch(() => undefined);
    world = world.restart();
    vendor.calls.length = 0;
    expect(await look()).to.deep.equal(["reappeared"]);
    expect([vendor.calls, (await looked(done)).length, (await result(done)).attention]).to.deep.equal([[], 1, { code: "REAPPEARED" }]);
  });

  describe("does not take for a return", () => {
    it("whom a human decided to keep, who is not even read", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const done = await deleted({ exclude: [{ id: "P2", reason: "another person" }] });
      expect(await look()).to.deep.equal(["looked_again"]);
      expect([vendor.calls, (await looked(done))[0]?.shown]).to.deep.equal([["find"], []]);
      await world.host.clock.advance(6 * DAY_MS);
      shows(match("P2"), match("P7"));
      expect(await look(), "but for another one").to.deep.equal(["reappeared"]);
    });

    it("who was to stay, and does not say that nobody was there", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const spared = await deleted({ exclude: [{ id: "P2", reason: "another person" }] });
      await look();
      expect((await result(spared)).laterLooks[0]).to.include({ outcome: "absent", besides: true });
      expect(await world.dsr.statement(spared.request.id)).to.contain("and nothing was there besides what was not to be deleted.").and.not.to.contain("and was not there");
    });

    describe("what an earlier plan kept, and an index shows late", () => {
      /** P2, or M2 without a record of the person's, is kept by a plan of which P1 is refused; the next one is shown neither. */
      const keptBefore = async (choices: PlanChoices): Promise<DeletionResult> => {
        const { erase } = vendor;
        vendor.erase = () => ({ answer: "not_deleted" });
        const { plan } = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, choices);
        await world.dsr.delete(plan!.id, plan!.confirm);
        vendor.erase = erase;
        vendor.matches = [match("P1")];
        vendor.beside = {};
        return deleted();
      };

      it("be it one of the person's own", async () => {
        vendor.matches = [match("P1"), match("P2")];
        const done = await keptBefore({ exclude: [{ id: "P2", reason: "another person" }] });
        vendor.matches = [match("P2")];
        expect(await look()).to.deep.equal(["looked_again"]);
        expect((await result(done)).laterLooks[0]).to.include({ outcome: "absent", besides: true });
        await world.host.clock.advance(6 * DAY_MS);
        shows(match("P1"), match("P2"));
        expect(await look(), "who is back beside it").to.deep.equal(["reappeared"]);
      });

      it("or one without a record of theirs", async () => {
        const loose = (hangsOn: readonly string[] = []): LooseRecord => ({ category: "message", id: "M2", as: "author", matchedBy: "exact", hangsOn });
        vendor.outline = (matches) => (matches.length > 0 && vendor.beside.loose !== undefined ? { kept: [{ ...message("M2"), reason: "others have a part in it" }] } : {});
        vendor.beside = { loose: [loose()] };
        const done = await keptBefore({});
        vendor.beside = { loose: [loose()] };
        expect(await look()).to.deep.equal(["looked_again"]);
        expect((await result(done)).laterLooks[0]).to.include({ outcome: "absent", besides: true });
      });

      it("unless it was deleted since, and is there again", async () => {
        vendor.matches = [match("P1"), match("P2")];
        const { erase } = vendor;
        vendor.erase = () => ({ answer: "not_deleted" });
        const { plan } = await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { exclude: [{ id: "P2", reason: "another person" }] });
        await world.dsr.delete(plan!.id, plan!.confirm);
        vendor.erase = erase;
        await deleted();
        shows(match("P2"));
        expect(await look()).to.deep.equal(["reappeared"]);
      });
    });

    it("a record that became part of one that was kept, or of one that was dealt with", async () => {
      vendor.matches = [match("P1"), match("P2"), match("P3")];
      const done = await deleted({ exclude: [{ id: "P2", reason: "another person" }] });
      for (const into of ["P2", "P1"]) {
        shows(match("P5"));
        vendor.look = () => ({ answer: "merged", into });
        await look();
        await world.host.clock.advance(6 * DAY_MS);
      }
      expect((await result(done)).laterLooks.map(({ outcome, shown }) => [outcome, shown])).to.deep.equal([["absent", []], ["absent", []]]);
    });

    it("a record that became part of one that an earlier plan dealt with", async () => {
      vendor.matches = [match("P1"), match("P2")];
      const { erase } = vendor;
      vendor.erase = (target, policies) => (target.id === "P2" ? { answer: "not_deleted" } : erase(target, policies));
      const { plan } = await world.dsr.plan("acme", { ...ADA, reference: "T-1" });
      expect(await world.dsr.delete(plan!.id, plan!.confirm)).to.include({ outcome: "partial" });
      vendor.erase = erase;
      const done = await deleted();
      expect(done.targets.map(({ id }) => id)).to.deep.equal(["P1", "P2"]);
      shows(match("P5"));
      vendor.look = () => ({ answer: "merged", into: "P1" });
      expect(await look()).to.deep.equal(["looked_again"]);
      expect((await result(done)).laterLooks[0], "nobody was to stay").to.not.have.property("besides");
    });
  });

  it("takes a record that became part of an unknown one for a return", async () => {
    for (const into of ["P9", undefined]) {
      await open();
      const done = await deleted();
      shows(match("P5"));
      vendor.look = () => ({ answer: "merged", ...(into === undefined ? {} : { into }) });
      expect(await look()).to.deep.equal(["reappeared"]);
      expect((await looked(done))[0]?.shown).to.deep.equal([{ id: "P5", kind: "prospect", answer: "merged" }]);
    }
  });

  it("looks where the plan looked, at what is shown only there, too", async () => {
    vendor.archived = [match("A1")];
    const done = await deleted({ extents: ["archived"] });
    vendor.gone.delete("A1");
    expect(await look()).to.deep.equal(["reappeared"]);
    expect(vendor.calls).to.deep.equal(["find", "find in archived", "look person A1 in archived"]);
    expect((await looked(done))[0]?.searched.map(({ where }) => where)).to.deep.equal(["search", "archived"]);
  });

  it("looks where a later plan was to look that found nobody any more, too", async () => {
    vendor.erase = () => ({ answer: "not_deleted" });
    const { plan } = await world.dsr.plan("acme", { ...ADA, reference: "T-1" });
    await world.dsr.delete(plan!.id, plan!.confirm);
    vendor.gone.add("P1");
    expect(await world.dsr.plan("acme", { ...ADA, reference: "T-1" }, { extents: ["archived"] })).to.include({ outcome: "verified" });
    await world.host.clock.advance(DAY_MS);
    vendor.archived = [match("A1")];
    expect(await look()).to.deep.equal(["reappeared"]);
  });

  describe("looks once more at what hung on the records", () => {
    beforeEach(() => {
      vendor.outline = () => ({ dependents: [message("M1"), message("M2"), message("M3")], kept: [{ ...message("M3"), reason: "others have a part in it" }] });
      vendor.look = ({ id }) => ({ answer: id === "M1" || vendor.gone.has(id) ? "absent" : "present" });
    });

    it("and was there still, and was not to stay", async () => {
      const done = await deleted();
      vendor.gone.add("M2");
      await look();
      expect(vendor.calls).to.deep.equal(["find", "look message M2"]);
      expect((await looked(done))[0]?.followed).to.deep.equal([{ target: message("M2"), look: { answer: "absent" } }]);
      expect((await result(done)).dependents?.map(({ id, state }) => `${id} ${state}`)).to.deep.equal(["M1 absent", "M2 absent", "M3 present"]);
    });

    for (const code of ["SCOPE_MISSING", "ROLE_INSUFFICIENT"] as const) {
      it(`and has looked for the person all the same where that is turned away by ${code}`, async () => {
        const done = await deleted();
        vendor.look = () => fail(code);
        expect(await look()).to.deep.equal(["looked_again"]);
        expect((await looked(done))[0]).to.not.have.property("followed");
      });
    }

    it("and has not looked where the vendor does not answer", async () => {
      const done = await deleted();
      vendor.look = () => fail("VENDOR_UNAVAILABLE");
      expect(await look()).to.deep.equal(["look VENDOR_UNAVAILABLE"]);
      expect(await looked(done)).to.deep.equal([]);
    });
  });

  describe("that cannot be taken", () => {
    const dueAt = async (done: DeletionResult) => (await result(done)).toCome[0]?.at;

    it("is due as before, and told once for as long as nothing else keeps it", async () => {
      const done = await deleted();
      const due = await dueAt(done);
      vendor.matches = [];
      vendor.beside = { get gaps() { return fail("VENDOR_UNAVAILABLE"); } };
      for (let n = 0; n < 3; n++) {
        expect(await look()).to.deep.equal(["look VENDOR_UNAVAILABLE"]);
        await world.host.clock.advance(900_000);
      }
      expect([await failures(done), await dueAt(done)]).to.deep.equal([[{ dueAt: due, code: "VENDOR_UNAVAILABLE" }], due]);
      vendor.beside = { get gaps() { return fail("SCOPE_MISSING"); } };
      await look();
      vendor.beside = {};
      await world.host.clock.advance(900_000);
      expect([(await failures(done)).map(({ code }) => code), await look()]).to.deep.equal([["VENDOR_UNAVAILABLE", "SCOPE_MISSING"], ["looked_again"]]);
    });

    it("counts the calls that it took each time", async () => {
      const done = await deleted();
      world.between = () => Promise.resolve(new Response("", { status: 400 }));
      await look();
      await world.host.clock.advance(900_000);
      await look();
      const entries = ofKind(await world.entries(done.request.id), "look_failed");
      expect(entries.map(({ apiCalls }) => apiCalls)).to.deep.equal([1, 1]);
    });

    it("is not taken at another account that has the connection's name now", async () => {
      const done = await deleted();
      const connection = await world.dsr.connection("acme");
      await world.host.connections.put({ ...connection, workspace: { ...connection.workspace, id: "another" }, checkedAt: new Date(world.host.clock.now()).toISOString() });
      expect(await look()).to.deep.equal(["look WRONG_WORKSPACE"]);
      expect([vendor.calls, (await failures(done)).map(({ code }) => code)]).to.deep.equal([[], ["WRONG_WORKSPACE"]]);
    });

    it("is given up, and said to be missed, after its time", async () => {
      const done = await deleted();
      world.between = () => Promise.resolve(new Response("", { status: 400 }));
      await world.host.clock.advance(40 * DAY_MS);
      expect(await look()).to.deep.equal(["look_missed key_destroyed"]);
      expect((await result(done)).laterLooks.map(({ outcome }) => outcome)).to.deep.equal(["missed"]);
    });

    it("leaves no failure where it was interrupted", async () => {
      const done = await deleted();
      const interruption = new AbortController();
      shows(match("P1"), match("P2"));
      vendor.look = () => (interruption.abort(), { answer: "absent" });
      await world.dsr.upkeep({ signal: interruption.signal }).catch(() => undefined);
      expect([vendor.calls, await failures(done), await looked(done)]).to.deep.equal([["find", "look person P1"], [], []]);
      expect((await world.entries(done.request.id)).at(-1)).to.include({ kind: "calls", apiCalls: 1 });
    });
  });
});
