import { expect } from "chai";
import { createMemoryConnector } from "../../connectors/memory/connector.js";
import { DsrError, type DeletionResult, type ErrorCode, type Manifest, type PlanChoices } from "../../core/index.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from "./memory-world.js";
import { match, message, person, scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";
import { rejectionOf } from "./thrown.js";

const fail = (code: ErrorCode): never => {
  throw new DsrError(code);
};

describe("what hung on a deleted person's records", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  const open = async (options: MemoryWorldOptions = {}, manifest: Parameters<typeof scriptedVendor>[0] = {}) => {
    vendor = scriptedVendor(manifest);
    world = await openMemoryWorld(vendor.change, options);
    vendor.outline = () => ({ dependents: [message("M1"), message("M2")] });
  };
  beforeEach(() => open());

  const carryOut = async (options = {}, choices: PlanChoices = {}): Promise<DeletionResult> => {
    const { plan } = await world.dsr.plan("acme", ADA, choices);
    vendor.calls.length = 0;
    return world.dsr.delete(plan!.id, plan!.confirm, options);
  };
  const seen = ({ dependents = [] }: DeletionResult) => dependents.map(({ id, state }) => `${id} ${state}`);
  const calls = (...kinds: readonly string[]) => vendor.calls.filter((call) => kinds.some((kind) => call.startsWith(kind)));

  it("is looked at once each, after the records are gone, and decides nothing about the outcome", async () => {
    vendor.look = ({ id }) => ({ answer: id === "M2" ? "present" : "absent" });
    const done = await carryOut();
    expect([done.outcome, seen(done)]).to.deep.equal(["verified", ["M1 absent", "M2 present"]]);
    expect(calls("erase", "look")).to.deep.equal(["erase person P1", "look person P1", "look message M1", "look message M2"]);
    expect(done.residuals.filter(({ id }) => id !== undefined).map(({ code, id }) => `${code} ${id}`)).to.deep.equal(["STILL_READABLE M2"]);
  });

  it("is not looked at while a record of the person is open, and then once that is settled", async () => {
    vendor.matches = [match("P0"), match("P1")];
    vendor.look = ({ id }) => ({ answer: id === "P0" ? "absent" : "present" });
    const waiting = await carryOut();
    expect([waiting.outcome, seen(waiting), calls("look message")]).to.deep.equal(["awaiting_verification", ["M1 unknown", "M2 unknown"], []]);
    vendor.look = () => ({ answer: "absent" });
    await world.host.clock.advance(120_000);
    expect(seen((await world.dsr.resume(waiting.request.id)) as DeletionResult)).to.deep.equal(["M1 absent", "M2 absent"]);
  });

  it("is looked at where one of the person's records went and another stays", async () => {
    vendor.matches = [match("P0"), match("P1")];
    vendor.erase = ({ id }) => (id === "P0" ? { answer: "not_deleted" } : (vendor.gone.add(id), { answer: "deleted" }));
    const partial = await carryOut();
    expect([partial.outcome, seen(partial)]).to.deep.equal(["partial", ["M1 present", "M2 present"]]);
  });

  it("is not looked at where nothing of the person's went", async () => {
    vendor.erase = () => ({ answer: "not_deleted" });
    expect(seen(await carryOut())).to.deep.equal(["M1 unknown", "M2 unknown"]);
  });

  describe("with a target that the vendor declined to delete", () => {
    const related: PlanChoices = { erase: "related" };
    const told = ({ outcome, attention, targets }: DeletionResult) => [outcome, attention?.code, targets.map((each) => `${each.id} ${each.outcome}${each.verifiedAbsentAt === undefined ? "" : ", seen"}`)];
    beforeEach(async () => {
      await open({ scopes: ["delete_messages"] });
      vendor.outline = () => ({ targets: [message("M1"), person("P1")] });
      vendor.erase = ({ id }) => (id === "M1" ? { answer: "not_deleted" } : (vendor.gone.add(id), { answer: "deleted" }));
    });
    const goesWith = () => void (vendor.look = ({ id }) => ({ answer: vendor.gone.has(id) || vendor.gone.has("P1") ? "absent" : "present" }));

    it("sees that it went along with the person's own record", async () => {
      goesWith();
      const done = await carryOut({}, related);
      expect(told(done)).to.deep.equal(["verified", undefined, ["M1 deleted, seen", "P1 deleted, seen"]]);
      expect(calls("erase", "look")).to.deep.equal(["erase message M1", "look message M1", "erase person P1", "look person P1", "look message M1"]);
      const entries = ofKind(await world.entries(done.request.id), "settled");
      expect(entries.map(({ target, outcome }) => `${target.id} ${outcome}`)).to.deep.equal(["M1 not_deleted", "P1 deleted", "M1 deleted"]);
    });

    it("leaves it not deleted where it is still there, and looks once more in each later run", async () => {
      const partial = await carryOut({}, related);
      expect(told(partial)).to.deep.equal(["partial", "NOT_DELETED", ["M1 not_deleted", "P1 deleted, seen"]]);
      expect(calls("look message")).to.have.length(2);
      expect(told((await world.dsr.resume(partial.request.id)) as DeletionResult)).to.deep.equal(told(partial));
      expect(calls("look message")).to.have.length(3);
      goesWith();
      expect(told((await world.dsr.resume(partial.request.id)) as DeletionResult)).to.deep.equal(["verified", undefined, ["M1 deleted, seen", "P1 deleted, seen"]]);
      expect(calls("erase")).to.have.length(2);
    });

    it("does not look at it again where nothing of the person's own went", async () => {
      vendor.outline = () => ({ targets: [message("M1"), message("M2"), person("P1")] });
      vendor.erase = ({ id }) => (id === "M2" ? (vendor.gone.add(id), { answer: "deleted" }) : { answer: "not_deleted" });
      const partial = await carryOut({}, related);
      expect([partial.outcome, calls("look message M1")]).to.deep.equal(["partial", ["look message M1"]]);
    });

    it("sees it after a crash between the look and what it tells", async () => {
      goesWith();
      const { append } = world.host.journal;
      world.host.journal.append = (lease, entry) => (entry.kind === "settled" && entry.target.id === "M1" && entry.outcome === "deleted" ? fail("STORAGE_FAILED") : append.call(world.host.journal, lease, entry));
      await rejectionOf(carryOut({}, related));
      world.host.journal.append = append;
      const [request] = await world.dsr.requests();
      expect(told((await world.dsr.resume(request!.id)) as DeletionResult)[0]).to.equal("verified");
    });
  });

  describe("by a run that stays for all looks", () => {
    const timesOf = async ({ request }: DeletionResult, id: string) => {
      const looks = ofKind(await world.entries(request.id), "looked").filter(({ target }) => target.id === id);
      const began = Date.parse(ofKind(await world.entries(request.id), "settled").at(-1)!.at);
      return looks.map(({ at }) => (Date.parse(at) - began) / 1000);
    };

    it("is looked at until it is gone, as far apart as the looks at a record, since the vendor takes its time", async () => {
      let looks = 0;
      vendor.look = ({ id }) => ({ answer: id === "M2" || (id === "M1" && ++looks < 3) ? "present" : "absent" });
      const done = await carryOut({ waitForAllLooks: true });
      expect([done.outcome, seen(done)]).to.deep.equal(["verified", ["M1 absent", "M2 present"]]);
      expect([await timesOf(done, "M1"), await timesOf(done, "M2")]).to.deep.equal([[0, 5, 30], [0, 5, 30, 120, 600]]);
    });

    it("is looked at once where it does not go along with the person, and where it is to stay", async () => {
      const ticket: Manifest["dataCategories"][number] = { id: "ticket", label: "Tickets", holds: "Questions.", scope: "read_messages", coverage: "optional", deletion: { how: "detached", text: "Stay.", related: { target: "ticket", scope: "delete_messages", text: "Go." } } };
      await open({}, { dataCategories: [...createMemoryConnector().manifest.dataCategories, ticket] });
      const kept = [message("M1"), { category: "order", id: "M2" }, message("M9")].map((each) => ({ ...each, reason: "others have a part in it" }));
      vendor.outline = () => ({ dependents: [message("M1"), message("M2"), { category: "ticket", id: "T1" }, { category: "note", id: "N1" }], kept });
      vendor.look = ({ category }) => ({ answer: category === "person" ? "absent" : "present" });
      await carryOut({ waitForAllLooks: true });
      expect(calls("look message", "look ticket", "look note")).to.deep.equal(["look message M1", "look message M2", "look ticket T1", "look note N1", ...Array.from({ length: 4 }, () => "look message M2")]);
    });

    it("is looked at at once even where a record's first look waits, and then as far apart as those", async () => {
      await open({ timings: { looksMs: [2_000, 5_000] } });
      vendor.look = ({ category }) => ({ answer: category === "person" ? "absent" : "present" });
      const done = await carryOut({ waitForAllLooks: true });
      expect([await timesOf(done, "M1"), await timesOf(done, "M2")]).to.deep.equal([[0, 3], [0, 3]]);
    });

    it("is looked at at once where the clock was set back meanwhile", async () => {
      vendor.outline = () => ({ dependents: [message("M1")] });
      vendor.look = ({ id }) => {
        if (id === "M1") world.host.clock.jump(-3_600_000);
        return { answer: id === "M1" ? "present" : "absent" };
      };
      await carryOut({ waitForAllLooks: true });
      expect(calls("look message")).to.have.length(5);
      expect(world.host.clock.monotonicMs(), "the first look is noted by the new time, so that the second waits its 5 s").to.equal(5_000);
    });

    it("is left alone once the run is interrupted, and looked at later", async () => {
      const interruption = new AbortController();
      vendor.look = ({ id }) => (id === "M1" && interruption.abort(), { answer: id === "P1" ? "absent" : "present" });
      const { plan, request } = await world.dsr.plan("acme", ADA);
      expect(await rejectionOf(world.dsr.delete(plan!.id, plan!.confirm, { signal: interruption.signal, waitForAllLooks: true }))).to.include({ code: "INTERRUPTED" });
      expect(calls("look message")).to.deep.equal(["look message M1"]);
      expect(seen((await world.dsr.resume(request.id)) as DeletionResult)).to.deep.equal(["M1 present", "M2 present"]);
      expect(calls("look message")).to.deep.equal(["look message M1", "look message M2"]);
    });
  });

  describe("in the vendor's own record of deletions", () => {
    const LISTED = "2026-01-15T09:00:01.000Z";

    it("is looked up once, where it is gone, with related records and without the person's", async () => {
      vendor.outline = () => ({ targets: [message("M0"), person("P1")], dependents: [message("M1"), message("M2")] });
      vendor.look = ({ id }) => ({ answer: id === "M2" ? "present" : "absent" });
      vendor.prove = (targets) => targets.filter(({ id }) => id === "M1").map((each) => ({ ...each, listedAt: LISTED }));
      const done = await carryOut();
      expect(vendor.calls.at(-1)).to.equal("prove message M0, message M1");
      expect(done.dependents?.map(({ id, listedAt }) => [id, listedAt])).to.deep.equal([["M1", LISTED], ["M2", undefined]]);
      expect(ofKind(await world.entries(done.request.id), "proved").map(({ at: _, ...rest }) => rest)).to.deep.equal([{ kind: "proved", proofs: [{ ...message("M1"), listedAt: LISTED }] }]);
    });

    it("is not looked up where a related record stays, nor a second time where it was named before", async () => {
      vendor.outline = () => ({ targets: [message("M0"), person("P1")], dependents: [message("M1"), message("M2")] });
      vendor.erase = ({ id }) => (id === "M0" ? { answer: "not_deleted" } : (vendor.gone.add(id), { answer: "deleted" }));
      vendor.look = ({ id }) => ({ answer: id === "M0" ? "present" : "absent" });
      vendor.prove = () => [{ ...message("M1"), listedAt: LISTED }, { category: "order", id: "M2" }];
      const partial = await carryOut();
      expect([partial.outcome, calls("prove")]).to.deep.equal(["partial", ["prove message M1, message M2"]]);
      await world.dsr.resume(partial.request.id);
      expect(calls("prove")).to.deep.equal(["prove message M1, message M2", "prove message M2"]);
    });

    it("is looked up by what was decided when it was planned", async () => {
      const tickets = { id: "tickets", label: "Tickets", values: [{ id: "keep", text: "They stay.", scopes: [] }, { id: "wipe", text: "They go.", scopes: [] }] };
      await open({ settings: { erasure: { tickets: "wipe" } } }, { erasurePolicies: [tickets] });
      const given: unknown[] = [];
      vendor.look = () => ({ answer: "absent" });
      vendor.prove = (_, policies) => (given.push(policies), []);
      await carryOut();
      expect(given).to.deep.equal([{ tickets: "wipe" }]);
    });

    it("names what it says was left behind", async () => {
      vendor.look = () => ({ answer: "absent" });
      vendor.prove = () => [{ ...message("M1"), residual: "BACKUPS" }];
      const done = await carryOut();
      expect(done.residuals.flatMap(({ code, id }) => (id === undefined ? [] : [`${code} ${id}`]))).to.deep.equal(["BACKUPS M1"]);
    });

    it("is not looked up where nothing of that kind went, and leaves no note where it says nothing", async () => {
      vendor.prove = () => [];
      vendor.look = ({ category }) => ({ answer: category === "message" ? "present" : "absent" });
      const stays = await carryOut();
      expect([stays.outcome, calls("prove")]).to.deep.equal(["verified", []]);
      vendor.gone.clear();
      vendor.look = () => ({ answer: "absent" });
      const silent = await carryOut();
      expect([calls("prove").length, ofKind(await world.entries(silent.request.id), "proved")]).to.deep.equal([1, []]);
    });

    it("takes nothing away from what was seen where it cannot be read, which is noted", async () => {
      vendor.look = () => ({ answer: "absent" });
      vendor.prove = () => fail("SCOPE_MISSING");
      const done = await carryOut();
      expect([done.outcome, seen(done)]).to.deep.equal(["verified", ["M1 absent", "M2 absent"]]);
      expect(ofKind(await world.entries(done.request.id), "proved").map(({ at: _, ...rest }) => rest)).to.deep.equal([{ kind: "proved", proofs: [], code: "SCOPE_MISSING" }]);
    });

    it("is looked up by a later run where the first was interrupted, and not again once it was read", async () => {
      vendor.matches = [match("P1")];
      vendor.look = () => ({ answer: "absent" });
      vendor.prove = () => fail("INTERRUPTED");
      const { plan, request } = await world.dsr.plan("acme", ADA);
      expect(await rejectionOf(world.dsr.delete(plan!.id, plan!.confirm))).to.include({ code: "INTERRUPTED" });
      vendor.prove = () => [{ ...message("M1"), listedAt: LISTED }];
      vendor.calls.length = 0;
      expect((await world.dsr.resume(request.id)).outcome).to.equal("verified");
      expect(vendor.calls).to.deep.equal(["prove message M1, message M2"]);
    });
  });
});
