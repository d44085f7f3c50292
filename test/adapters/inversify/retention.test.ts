import { expect } from "chai";
import Libsql from "libsql";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { verifyEvidence } from "../../../adapters/evidence/verify-evidence.js";
import { verifyPopulation } from "../../../adapters/evidence/verify-population.js";
import { Identifier } from "../../../core/identifier.js";
import type { AccessResult, DeletionResult } from "../../../core/results.js";
import { rejectionOf } from "../../core/thrown.js";
import { ada, ADA, addAda, openAccountableWorld, type AccountableOptions, type AccountableWorld } from "../evidence/support/accountable-world.js";
import { filesBelow } from "../journal/temporary-home.js";

const DAY = 86_400_000;

/** Operations of the upkeep after which the disk is another one, and the one that begins it. */
const LASTING = /\.(append|destroyKey|drop|lease|purge|remove)$/;

describe("what is kept after a request has ended", () => {
  let world: AccountableWorld;
  let elsewhere: string;
  const open = async (options: AccountableOptions = {}) => {
    world = await openAccountableWorld({ files: true, ...options });
    addAda(world);
  };
  beforeEach(async () => {
    elsewhere = mkdtempSync(join(tmpdir(), "dsr-elsewhere-"));
    await open();
  });
  afterEach(async () => {
    await world.end();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  const access = async (directory?: string) => (await world.dsr.access("acme", { identifier: ada(), reference: "T-1" }, directory === undefined ? {} : { directory })) as AccessResult;
  const show = async ({ request }: AccessResult) => (await world.dsr.result(request.id)) as AccessResult;
  const done = async () => (await world.dsr.upkeep()).tended.map((each) => [...each.done, ...(each.failed === undefined ? [] : [`${each.failed.what}: ${each.failed.code}`])].join(" "));
  const facts = async (id: string) => (await world.dsr.evidence(id)).records.map(({ fact }) => fact);
  const namesIn = (place: string) => (existsSync(place) ? readdirSync(place) : []);

  describe("an access package", () => {
    it("is removed when its time is over, folder and ZIP, and is seen to be gone; the key goes with it", async () => {
      const result = await access();
      const { path, zip, expiresAt } = result.package!;
      expect(result.package).to.include({ state: "kept" });
      expect(result.toCome).to.deep.equal([{ what: "package", at: expiresAt }, { what: "key", at: expiresAt }]);
      await world.clock.advance(5 * DAY - 1);
      expect(await done()).to.deep.equal([]);
      expect([existsSync(path), existsSync(zip!.path)]).to.deep.equal([true, true]);
      await world.clock.advance(1);
      expect(await done()).to.deep.equal(["package_deleted key_destroyed"]);
      expect(namesIn(join(world.directory, "packages"))).to.deep.equal([]);
      expect(namesIn(join(world.directory, "staging"))).to.deep.equal([]);
      const after = await show(result);
      expect(after).to.include({ outcome: result.outcome, keyDestroyedAt: new Date(world.clock.now()).toISOString() });
      expect(after.package).to.deep.equal({ ...result.package, path: basename(path), zip: { ...zip, path: basename(zip!.path) }, state: "deleted", seenAt: new Date(world.clock.now()).toISOString() });
      expect((await facts(result.request.id)).slice(-2)).to.deep.equal([{ kind: "package_removed", folder: "deleted", file: "deleted" }, { kind: "key_destroyed" }]);
      expect(await done()).to.deep.equal([]);
    });

    it("is removed from the folder that was asked for", async () => {
      const result = await access(elsewhere);
      writeFileSync(join(elsewhere, "mine.txt"), "mine");
      await world.clock.advance(5 * DAY);
      expect(await done()).to.deep.equal(["package_deleted key_destroyed"]);
      expect(namesIn(elsewhere)).to.deep.equal(["mine.txt"]);
      expect((await show(result)).package).to.include({ state: "deleted" });
      expect(filesBelow(world.directory).some(({ bytes }) => bytes.includes(elsewhere))).to.equal(false);
    });

    it("that was moved with its home folder is found there, and said to be deleted", async () => {
      const there = join(elsewhere, "packages");
      const { path, zip } = (await access(there)).package!;
      mkdirSync(join(world.directory, "packages"), { recursive: true });
      for (const each of [path, zip!.path]) renameSync(each, join(world.directory, "packages", basename(each)));
      await world.clock.advance(5 * DAY);
      expect(await done()).to.deep.equal(["package_deleted key_destroyed"]);
      expect([namesIn(there), namesIn(join(world.directory, "packages"))]).to.deep.equal([[], []]);
    });

    it("that was moved is said to be missing, not deleted", async () => {
      const result = await access(elsewhere);
      renameSync(result.package!.path, join(elsewhere, "moved"));
      await world.clock.advance(5 * DAY);
      expect(await done()).to.deep.equal(["package_missing key_destroyed"]);
      expect((await show(result)).package).to.include({ state: "not_found" });
      expect((await facts(result.request.id)).at(-2)).to.deep.equal({ kind: "package_removed", folder: "not_found", file: "deleted" });
      expect(namesIn(elsewhere)).to.deep.equal(["moved"]);
    });

    it("that cannot be removed is said to be there still, told once, and tried again; the key waits for it", async () => {
      const result = await access(elsewhere);
      const { path } = result.package!;
      // A link stands where the folder was: what it leads to is not followed, and nothing is claimed.
      renameSync(path, join(elsewhere, "moved"));
      symlinkSync(join(elsewhere, "moved"), path);
      await world.clock.advance(5 * DAY);
      for (let n = 0; n < 3; n++) expect(await done()).to.deep.equal(["package: STORAGE_FAILED"]);
      expect((await show(result)).package).to.include({ state: "not_deleted" });
      expect((await facts(result.request.id)).filter(({ kind }) => kind === "package_removed")).to.deep.equal([{ kind: "package_removed", folder: "not_deleted", file: "deleted" }]);
      expect(readdirSync(join(elsewhere, "moved"))).not.to.be.empty;
      expect((await show(result)).toCome.map(({ what }) => what)).to.deep.equal(["package", "key"]);
      rmSync(path);
      renameSync(join(elsewhere, "moved"), path);
      expect(await done()).to.deep.equal(["package_deleted key_destroyed"]);
    });

    it("goes where its request was begun, whatever folder the process that goes on works in", async () => {
      const before = process.cwd();
      const controller = new AbortController();
      let id = "";
      process.chdir(elsewhere);
      const place = join(process.cwd(), "out");
      const begun = world.dsr.access("acme", { identifier: ada(), reference: "T-1" }, {
        directory: "./out",
        signal: controller.signal,
        onOpened: (requestId) => {
          id = requestId;
          controller.abort();
        },
      });
      expect(await rejectionOf(begun)).to.have.property("code", "INTERRUPTED");
      process.chdir(before);
      const result = (await world.dsr.resume(id)) as AccessResult;
      expect(dirname(result.package!.path)).to.equal(place);
    });

    it("for one recipient is one file, and is removed as such", async () => {
      const { generateIdentity, identityToRecipient } = await import("age-encryption");
      const recipient = await identityToRecipient(await generateIdentity());
      const result = (await world.dsr.access("acme", { identifier: ada(), reference: "T-1" }, { directory: elsewhere, recipient })) as AccessResult;
      expect(readdirSync(elsewhere)).to.deep.equal([basename(result.package!.path)]);
      await world.clock.advance(5 * DAY);
      expect(await done()).to.deep.equal(["package_deleted key_destroyed"]);
      expect(readdirSync(elsewhere)).to.deep.equal([]);
      expect((await facts(result.request.id)).at(-2)).to.deep.equal({ kind: "package_removed", file: "deleted" });
      expect((await show(result)).package).to.include({ state: "deleted" });
    });

    it("P1: leaves nothing of itself, whichever moment the process was killed at, and is never said to be gone while it is there", async () => {
      const operations: string[] = [];
      await world.end();
      await open({ watch: (name) => void (LASTING.test(name) && operations.push(name)) });
      await access(elsewhere);
      const before = operations.length;
      await world.clock.advance(5 * DAY);
      await world.dsr.upkeep();
      const count = operations.length - before;
      expect(count).to.be.at.least(6);
      for (let number = 1; number <= count; number++) {
        await world.end();
        let seen = Number.NEGATIVE_INFINITY;
        await open({ watch: (name, dying) => (LASTING.test(name) && ++seen === number ? dying.die() : undefined) });
        const result = await access(elsewhere);
        await world.clock.advance(5 * DAY);
        seen = 0;
        await Promise.race([world.dsr.upkeep(), new Promise((resolve) => setTimeout(resolve, 40))]);
        seen = Number.NEGATIVE_INFINITY;
        world = await world.restart();
        await world.dsr.upkeep();
        expect(namesIn(elsewhere), `killed before ${number}`).to.deep.equal([]);
        expect((await show(result)).keyDestroyedAt, `killed before ${number}`).not.to.equal(null);
        expect((await facts(result.request.id)).filter(({ kind }) => kind === "key_destroyed")).to.have.length(1);
      }
    }).timeout(60_000);
  });

  describe("pages that were read and not packaged", () => {
    const staged = () => namesIn(join(world.directory, "staging"));
    /** An access request that stops in its midst: the vendor lets nothing more be read. */
    const stopped = async () => {
      world.between = async (request, send) => (/messages$/.test(new URL(request.url).pathname) ? new Response("{}", { status: 500 }) : send(request));
      const result = await access();
      expect(result.outcome).to.equal("parked");
      expect(staged()).to.deep.equal([result.request.id]);
      return result;
    };

    it("are dropped when their request is cancelled", async () => {
      const { request } = await stopped();
      expect((await world.dsr.cancel(request.id)).outcome).to.equal("cancelled");
      expect(staged()).to.deep.equal([]);
    });

    it("are dropped with the drafts of a package, when a crash kept a cancelled request from being cleared away", async () => {
      const { request } = await stopped();
      const draft = join(world.directory, "packages", `.${request.id}-acme.0123456789ab.unfinished`);
      await world.dsr.cancel(request.id);
      mkdirSync(draft, { recursive: true });
      writeFileSync(join(draft, "contacts.json"), ADA);
      mkdirSync(join(world.directory, "staging", request.id), { recursive: true });
      expect(await done()).to.deep.equal(["pages_dropped"]);
      expect(staged()).to.deep.equal([]);
      await world.clock.advance(7 * DAY);
      expect(await done()).to.deep.equal(["key_destroyed"]);
      expect(namesIn(join(world.directory, "packages"))).to.deep.equal([]);
    });

    it("are dropped when nobody went on for five days; who goes on then reads anew, and nothing is missing", async () => {
      const { request } = await stopped();
      await world.clock.advance(5 * DAY - 1);
      expect(await done()).to.deep.equal([]);
      expect(staged()).to.deep.equal([request.id]);
      await world.clock.advance(60_000);
      expect(await done()).to.deep.equal(["pages_dropped"]);
      expect(staged()).to.deep.equal([]);
      expect((await world.dsr.result(request.id)).outcome).to.equal("parked");
      expect(await done()).to.deep.equal([]);
      world.between = (each, send) => send(each);
      const result = (await world.dsr.resume(request.id)) as AccessResult;
      expect(result).to.include({ outcome: "complete" });
      expect(result.counts).to.deep.include({ person: 3, order: 3, message: 3 });
    });

    it("are dropped with what an interrupted run left of the package, its draft and all of it that nothing was noted of", async () => {
      const { request } = await stopped();
      const left = [`.${request.id}-acme.0123456789ab.unfinished`, `${request.id}-acme`].map((name) => join(world.directory, "packages", name));
      for (const folder of left) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "contacts.json"), ADA);
      }
      writeFileSync(`${left[1]}.zip`, ADA);
      await world.clock.advance(5 * DAY - 1);
      await done();
      expect(namesIn(join(world.directory, "packages"))).to.have.length(3);
      await world.clock.advance(60_000);
      expect(await done()).to.deep.equal(["pages_dropped"]);
      expect([staged(), namesIn(join(world.directory, "packages"))]).to.deep.equal([[], []]);
      expect((await world.dsr.result(request.id)).outcome).to.equal("parked");
    });

    it("are left alone while somebody works on their request", async () => {
      const { request } = await stopped();
      await world.clock.advance(6 * DAY);
      const lease = await world.host.journal.lease(request.id);
      expect(await done()).to.deep.equal([]);
      expect(staged()).to.deep.equal([request.id]);
      await lease!.release();
    });

    it("of a request that the store in use does not know, which another one may, are dropped when nobody touched them for five days", async () => {
      const [folder, files] = [join(world.directory, "staging", "stranger"), join(world.directory, "staging", "stranger", "files")];
      mkdirSync(files, { recursive: true });
      const touch = (place: string, days: number) => utimesSync(place, ...([1, 2].map(() => new Date(world.clock.now() - days * DAY)) as [Date, Date]));
      touch(files, 4.9);
      touch(folder, 6);
      expect(await done()).to.deep.equal([]);
      expect(staged()).to.deep.equal(["stranger"]);
      touch(files, 5);
      expect(await done()).to.deep.equal([]);
      expect(staged()).to.deep.equal([]);
    });
  });

  describe("the key of the address and the vendor's ids", () => {
    const destroyed = async (id: string) => (await world.dsr.result(id)).keyDestroyedAt !== null;
    /** When it goes, in days after now. */
    const goes = async (id: string) => {
      const { toCome } = await world.dsr.result(id);
      return Math.round((Date.parse(toCome.at(-1)!.at) - world.clock.now()) / DAY);
    };

    it("goes a week after an end that leaves nothing to do: nothing found, refused, cancelled", async () => {
      const hold = await world.dsr.placeHold({ identifier: ada(), basis: "litigation" });
      const refused = (await world.dsr.plan("acme", { identifier: ada(), reference: "T-9" })).request.id;
      await world.dsr.releaseHold(hold.id);
      const cancelled = (await world.dsr.cancel((await world.dsr.plan("acme", { identifier: ada() })).request.id)).request.id;
      const nobody = (await world.dsr.plan("acme", { identifier: Identifier.parse("email", "nobody@example.test") })).request.id;
      for (const id of [refused, cancelled, nobody]) expect(await goes(id), id).to.equal(7);
      await world.clock.advance(7 * DAY - 60_000);
      expect(await done()).to.deep.equal([]);
      await world.clock.advance(60_000);
      expect(await done()).to.deep.equal(["key_destroyed", "key_destroyed", "key_destroyed"]);
      expect([(await world.dsr.result(refused)).outcome, (await world.dsr.result(refused)).attention?.code]).to.deep.equal(["refused", "HELD"]);
      // Whom it was about is not known any more, so it cannot go on.
      expect(await rejectionOf(world.dsr.plan("acme", { identifier: ada(), reference: "T-9" }))).to.include({ code: "REQUEST_INVALID" });
    });

    it("stays as long as a request is open", async () => {
      const planned = await world.dsr.plan("acme", { identifier: ada() });
      await world.clock.advance(365 * DAY);
      expect(await done()).to.deep.equal([]);
      expect(await destroyed(planned.request.id)).to.equal(false);
    });

    it("leaves of a deletion what it came to, and none of the address and the ids, in any file of the home", async () => {
      const planned = await world.dsr.plan("acme", { identifier: ada(), reference: "T-2" }, { exclude: [{ id: "P4x", reason: "another household" }] });
      const before = (await world.dsr.delete(planned.plan!.id, planned.plan!.confirm)) as DeletionResult;
      world.vendor.settleIndex();
      await world.clock.advance(DAY);
      expect(await done()).to.deep.equal(["looked_again"]);
      await world.clock.advance(6 * DAY);
      expect(await done()).to.deep.equal(["looked_again key_destroyed"]);
      const { id } = before.request;
      const after = (await world.dsr.result(id)) as DeletionResult;
      expect(after).to.deep.include({ request: before.request, outcome: "verified", residuals: before.residuals, searched: before.searched, notCovered: before.notCovered, dropped: 0, toCome: [] });
      expect(after.targets.map(({ id: _, ...rest }) => rest)).to.deep.equal(before.targets.map(({ id: _, ...rest }) => rest));
      expect(after.plan).to.include({ id: before.plan!.id, confirm: before.plan!.confirm });
      expect(after.laterLooks.map(({ outcome }) => outcome)).to.deep.equal(["absent", "absent"]);
      // Ids are those of the evidence, and no more the vendor's.
      const planFact = (await facts(id)).find((fact) => fact.kind === "planned");
      expect(planFact?.kind === "planned" && planFact.targets.map(({ record }) => record)).to.deep.equal(after.targets.map((target) => target.id));
      expect(JSON.stringify(after)).to.not.match(/"P\d+x"/);
      expect(JSON.stringify(after)).to.not.contain(ADA);
      for (const { path, bytes } of filesBelow(world.directory)) for (const text of [ADA, "ada.canary", "CANARY_text"]) expect(bytes.includes(text), `${text} in ${path}`).to.equal(false);
    });

    it("P10: leaves the same reference the same request, and another input a conflict", async () => {
      const result = await access();
      await world.clock.advance(5 * DAY);
      await world.dsr.upkeep();
      const again = await access();
      expect([again.request.id, again.outcome]).to.deep.equal([result.request.id, result.outcome]);
      expect(await rejectionOf(world.dsr.access("acme", { identifier: ada(), reference: "T-1", operator: "somebody else" }))).to.include({ code: "IDEMPOTENCY_CONFLICT" });
      const other = Identifier.parse("email", "other@example.test");
      expect(await rejectionOf(world.dsr.access("acme", { identifier: other, reference: "T-1" }))).to.include({ code: "IDEMPOTENCY_CONFLICT" });
    });

    it("P10: leaves a confirmed plan the same deletion, whoever confirms it again", async () => {
      const planned = await world.dsr.plan("acme", { identifier: ada() });
      await world.dsr.delete(planned.plan!.id, planned.plan!.confirm);
      await world.clock.advance(7 * DAY);
      world.vendor.settleIndex();
      await world.dsr.upkeep();
      const deletions = world.deletions();
      expect(await world.dsr.delete(planned.plan!.id, planned.plan!.confirm)).to.include({ outcome: "verified" });
      expect(await rejectionOf(world.dsr.delete(planned.plan!.id, "delete-9-wrong"))).to.include({ code: "CONFIRMATION_REFUSED" });
      expect(world.deletions()).to.equal(deletions);
    });

    it("leaves the evidence verifiable, what was exported before and what is exported after, and the population the same", async () => {
      const result = await access();
      const { id } = result.request;
      const { fingerprint: key } = await world.dsr.evidenceKey();
      const [old, rowBefore] = [await world.dsr.exportEvidence(id), (await world.dsr.evidenceList()).requests];
      await world.clock.advance(5 * DAY);
      await world.dsr.upkeep();
      const fresh = await world.dsr.exportEvidence(id);
      expect(verifyEvidence(old.text, { key }).outcome).to.equal("verified");
      expect(verifyEvidence(fresh.text, { key }).outcome).to.equal("verified");
      expect(verifyEvidence(fresh.text, { key, checkpoint: `${JSON.stringify(old.checkpoint, Object.keys(old.checkpoint).sort())}\n` }).outcome).to.equal("verified");
      const population = await world.dsr.evidenceList({ by: "finished" });
      expect(verifyPopulation(population, { key }).outcome).to.equal("verified");
      expect(population.requests.map(({ evidence: _, ...row }) => row)).to.deep.equal(rowBefore.map(({ evidence: _, ...row }) => row));
    });

    it("P2: goes once, whichever moment of its destruction the process was killed at", async () => {
      const operations: string[] = [];
      const prepare = async () => {
        const planned = await world.dsr.plan("acme", { identifier: ada() });
        await world.dsr.delete(planned.plan!.id, planned.plan!.confirm);
        world.vendor.settleIndex();
        await world.clock.advance(7 * DAY);
        return planned.request.id;
      };
      await world.end();
      await open({ watch: (name) => void (LASTING.test(name) && operations.push(name)) });
      await prepare();
      const before = operations.length;
      await world.dsr.upkeep();
      const count = operations.length - before;
      for (let number = 1; number <= count; number++) {
        await world.end();
        let seen = Number.NEGATIVE_INFINITY;
        await open({ watch: (name, dying) => (LASTING.test(name) && ++seen === number ? dying.die() : undefined) });
        const id = await prepare();
        seen = 0;
        await Promise.race([world.dsr.upkeep(), new Promise((resolve) => setTimeout(resolve, 40))]);
        seen = Number.NEGATIVE_INFINITY;
        world = await world.restart();
        await world.dsr.upkeep();
        const result = (await world.dsr.result(id)) as DeletionResult;
        expect([result.outcome, result.keyDestroyedAt === null, result.laterLooks.length], `killed before ${number} ${operations[before + number - 1]}`).to.deep.equal(["verified", false, 1]);
        expect((await facts(id)).filter(({ kind }) => kind === "key_destroyed")).to.have.length(1);
      }
    }).timeout(60_000);
  });

  it("P14: one request whose journal was altered keeps nothing from the others, and is told", async () => {
    const [first, second] = [await access(), await world.dsr.access("acme", { identifier: ada() })];
    const database = new Libsql(join(world.directory, "dsr.db"), { timeout: 5_000 });
    database.exec(`DELETE FROM entries WHERE request_id = '${first.request.id}' AND seq = 2`);
    database.close();
    await world.clock.advance(5 * DAY);
    expect(await done()).to.have.members(["journal: INTEGRITY", "package_deleted key_destroyed"]);
    expect((await world.dsr.result(second.request.id)).keyDestroyedAt).not.to.equal(null);
  });

  it("stops between two requests when it is interrupted", async () => {
    await access();
    await world.clock.advance(5 * DAY);
    const stopping = new AbortController();
    stopping.abort();
    expect(await rejectionOf(world.dsr.upkeep({ signal: stopping.signal }))).to.include({ code: "INTERRUPTED" });
    expect(await done()).to.deep.equal(["package_deleted key_destroyed"]);
  });

  it("is not held where nothing is due yet, so that whoever confirms a plan in that moment is not told that somebody works on it", async () => {
    let held = 0;
    await world.end();
    await open({ watch: (name) => void (name === "journal.lease" && held++) });
    await world.dsr.plan("acme", { identifier: ada() });
    await access();
    held = 0;
    await world.dsr.upkeep();
    expect(held).to.equal(0);
    await world.clock.advance(5 * DAY);
    await world.dsr.upkeep();
    expect(held).to.equal(1);
  });
});
