import { expect } from "chai";
import { createMemoryHost } from "../../adapters/in-memory/memory-host.js";
import { clearAway, destroyKey, dropPages, removePackage, type Host, type JournalEntry, type Lease, type PackagePlaces, type PackageRemoval, type PackageReceipt, type PrivacyRequest } from "../../core/index.js";
import { email, sampleRequest } from "../adapters/journal/samples.js";
import { ended, found } from "./journal-entries.js";
import { ofKind } from "./memory-world.js";

const DAY_MS = 86_400_000;
const RECEIPT: PackageReceipt = { path: "/p/r1", sha256: "aa", counts: {}, expiresAt: "2026-01-20T09:00:00.000Z" };

describe("what is kept of a request", () => {
  let memory: ReturnType<typeof createMemoryHost>;
  let host: Host;
  let request: PrivacyRequest;
  let lease: Lease;
  /** What removing a package comes to, one answer after the other, and where it was looked for. */
  let removals: PackageRemoval[];
  let places: PackagePlaces[];

  const open = async (type: PrivacyRequest["type"] = "access") => {
    memory = createMemoryHost();
    [removals, places] = [[], []];
    host = { ...memory, packages: { ...memory.packages, remove: async (where) => (places.push(where), removals.shift() ?? {}) } };
    request = await host.journal.open(sampleRequest({ id: "r1", type, openedAt: new Date(host.clock.now()).toISOString() }), [email()]);
    lease = (await host.journal.lease("r1"))!;
  };
  beforeEach(() => open());

  const add = (entry: JournalEntry) => host.journal.append(lease, { ...entry, at: new Date(host.clock.now()).toISOString() });
  const packaged: JournalEntry = { at: "", kind: "packaged", receipt: RECEIPT };
  const keeping = () => ({ host, request, lease });
  const entries = () => host.journal.entries("r1");
  const stage = () => host.staging.put("r1", 1, { records: [], gaps: [], checkpoint: "1" });
  const page: JournalEntry = { at: "", kind: "page", number: 1, checkpoint: "1", counts: {}, gaps: [] };

  describe("a package", () => {
    const removed = async () => ofKind(await entries(), "package_removed").map(({ removal }) => removal);
    const remove = async (...of: readonly PackageRemoval[]) => {
      removals.push(...of);
      for (const _ of of) await removePackage(keeping());
      return removed();
    };

    it("is looked for wherever it was ever asked for, and what became of it is noted with its time", async () => {
      await add({ at: "", kind: "asked", directory: "/a" });
      await add({ at: "", kind: "asked", directory: "/b" });
      await add(packaged);
      await memory.clock.advance(5 * DAY_MS);
      expect(await remove({ folder: "deleted", file: "deleted" })).to.deep.equal([{ folder: "deleted", file: "deleted" }]);
      expect(places).to.deep.equal([{ requestId: "r1", connection: request.connection, directories: ["/a", "/b"], receipt: RECEIPT }]);
      expect((await entries()).at(-1)?.at).to.equal(new Date(memory.clock.now()).toISOString());
    });

    it("that cannot be removed is tried again at every occasion, and told once", async () => {
      await add(packaged);
      expect(await remove({ folder: "not_deleted" }, { folder: "not_deleted" })).to.deep.equal([{ folder: "not_deleted" }]);
      expect(places).to.have.length(2);
      expect((await remove({ folder: "deleted" })).at(-1)).to.deep.equal({ folder: "deleted" });
    });

    it("of which one part went at the first try is not missing that part at the second", async () => {
      await add(packaged);
      expect(await remove({ folder: "deleted", file: "not_deleted" }, { folder: "not_found", file: "deleted" })).to.deep.equal([{ folder: "deleted", file: "not_deleted" }, { folder: "deleted", file: "deleted" }]);
      await open();
      await add(packaged);
      expect(await remove({ folder: "not_deleted", file: "deleted" }, { folder: "not_found", file: "not_found" })).to.deep.equal([{ folder: "not_deleted", file: "deleted" }, { folder: "not_found", file: "deleted" }]);
    });

    it("that is there again after it was deleted is not called deleted", async () => {
      await add(packaged);
      expect((await remove({ folder: "deleted", file: "not_deleted" }, { folder: "not_deleted", file: "deleted" })).at(-1)).to.deep.equal({ folder: "not_deleted", file: "deleted" });
    });

    it("that was never there is missing, and no part is named that was not made", async () => {
      await add(packaged);
      const [missing] = await remove({ folder: "not_found" });
      expect(missing).to.deep.equal({ folder: "not_found" });
    });
  });

  describe("the key", () => {
    it("is destroyed once pages are dropped: nothing of the person can be read any more", async () => {
      await add(found());
      await add(page);
      await stage();
      await add(ended("cancelled"));
      expect(await destroyKey(keeping())).to.equal(true);
      expect(await host.staging.list()).to.deep.equal([]);
      const all = await entries();
      expect(all.map(({ kind, at }) => [kind, at])).to.deep.equal([["key_destroyed", new Date(memory.clock.now()).toISOString()]]);
      expect(JSON.stringify(all)).to.not.contain('"t1"');
    });

    it("stays while a part of an unfinished package lies about", async () => {
      await stage();
      await add(ended("cancelled"));
      removals.push({ folder: "not_deleted" });
      expect(await destroyKey(keeping())).to.equal(false);
      expect([(await entries()).at(-1)?.kind, await host.staging.list()]).to.deep.equal(["ended", []]);
      expect(places).to.deep.equal([{ requestId: "r1", connection: request.connection, directories: [] }]);
      expect(await destroyKey(keeping())).to.equal(true);
    });
  });

  describe("once it has ended", () => {
    it("pages go, and a package that was not finished, but not one that was", async () => {
      await stage();
      expect([await clearAway(keeping()), await host.staging.list(), places.length]).to.deep.equal([true, [], 1]);
      await add(packaged);
      await stage();
      removals.push({ folder: "not_deleted" });
      expect([await clearAway(keeping()), await host.staging.list(), places.length]).to.deep.equal([true, [], 1]);
    });

    it("nothing lies about of a deletion, and nothing is looked for", async () => {
      await open("deletion");
      await stage();
      expect([await clearAway(keeping()), await host.staging.list(), places]).to.deep.equal([true, ["r1"], []]);
    });
  });

  describe("pages", () => {
    const dropped = async () => [await dropPages(keeping()), await host.staging.list(), ofKind(await entries(), "pages_dropped").length] as const;
    const read = async () => {
      await add(found());
      await add(page);
      await stage();
    };

    it("are kept for five days after the last thing that was done, and then dropped, which is noted", async () => {
      await memory.clock.advance(3 * DAY_MS);
      await read();
      await memory.clock.advance(5 * DAY_MS - 1);
      expect(await dropped()).to.deep.equal([false, ["r1"], 0]);
      await memory.clock.advance(1);
      expect(await dropped()).to.deep.equal([true, [], 1]);
      expect((await entries()).at(-1)).to.deep.equal({ at: new Date(memory.clock.now()).toISOString(), kind: "pages_dropped" });
    });

    it("are kept five days from when the request was opened where nothing was done", async () => {
      await stage();
      await memory.clock.advance(5 * DAY_MS - 1);
      expect(await dropped()).to.deep.equal([false, ["r1"], 0]);
      await memory.clock.advance(1);
      expect(await dropped(), "none was read, so that nobody will miss any").to.deep.equal([true, [], 0]);
    });

    it("are dropped without delay where that was noted and not done: the process ended in between", async () => {
      await read();
      await add({ at: "", kind: "pages_dropped" });
      expect(await dropped()).to.deep.equal([true, [], 1]);
    });

    it("go with what an interrupted run left of a package, wherever it was asked for, and wait until that can be removed", async () => {
      await read();
      await add({ at: "", kind: "asked", directory: "/a" });
      await memory.clock.advance(5 * DAY_MS - 1);
      expect([await dropped(), places]).to.deep.equal([[false, ["r1"], 0], []]);
      await memory.clock.advance(1);
      removals.push({ folder: "not_deleted" }, { folder: "deleted" });
      expect(await dropped()).to.deep.equal([false, ["r1"], 1]);
      expect(await dropped()).to.deep.equal([true, [], 1]);
      expect(places).to.deep.equal(Array(2).fill({ requestId: "r1", connection: request.connection, directories: ["/a"] }));
    });

    it("go without a package that is finished: that is kept as long as was said", async () => {
      await read();
      await add(packaged);
      await memory.clock.advance(5 * DAY_MS);
      expect([await dropped(), places]).to.deep.equal([[true, [], 1], []]);
    });

    it("go at once where the request has ended, and wait where it is parked", async () => {
      await read();
      await add(ended("parked"));
      expect(await dropped()).to.deep.equal([false, ["r1"], 0]);
      await add(ended("cancelled"));
      removals.push({ folder: "not_deleted" });
      expect(await dropped(), "whatever is left of a package").to.deep.equal([true, [], 0]);
    });
  });
});
