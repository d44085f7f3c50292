import { expect } from "chai";
import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { CollectedPage, Connector } from "../../core/ports.js";
import type { AccessResult } from "../../core/results.js";
import { ADA, ofKind, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { match, scriptedVendor } from "./scripted-vendor.js";
import { rejectionOf } from "./thrown.js";

const DOWN = () => Promise.resolve(new Response("", { status: 503 }));

describe("an access request", () => {
  let world: MemoryWorld;

  beforeEach(async () => {
    world = await openMemoryWorld();
  });

  const asked = async (id: string) => ofKind(await world.entries(id), "asked").map(({ at: _, kind: __, apiCalls: ___, ...what }) => what);
  /** Reads until the vendor is gone, and is parked. */
  const parked = async (after: number, options: Parameters<MemoryWorld["dsr"]["access"]>[2] = {}) => {
    let calls = 0;
    world.between = (request, send) => (request.url.includes("/people/P") && ++calls > after ? DOWN() : send(request));
    const result = await world.dsr.access("acme", ADA, options);
    expect(result.outcome).to.equal("parked");
    world.between = (request, send) => send(request);
    return result.request.id;
  };

  describe("where its package goes", () => {
    it("is the host's own place when nobody says, and nothing is noted", async () => {
      world.addAda();
      const { request } = await world.dsr.access("acme", ADA);
      expect(await asked(request.id)).to.deep.equal([]);
      expect(Object.keys(world.written[0] ?? {}).sort()).to.deep.equal(["connection", "manifest", "request", "seenAt", "summary"]);
      expect(world.prepared).to.deep.equal([[undefined, undefined], [undefined, undefined]]);
    });

    it("is what is asked for, noted before anything is read, folder and recipient each by itself", async () => {
      world.addAda();
      const folder = await world.dsr.access("acme", { ...ADA, reference: "A" }, { directory: "/there" });
      const sealed = await world.dsr.access("acme", { ...ADA, reference: "B" }, { recipient: "age1x" });
      expect(await asked(folder.request.id)).to.deep.equal([{ directory: "/there" }]);
      expect(await asked(sealed.request.id)).to.deep.equal([{ recipient: "age1x" }]);
      expect(world.written.map(({ directory, recipient }) => [directory, recipient])).to.deep.equal([["/there", undefined], [undefined, "age1x"]]);
    });

    it("stays what was asked for in whatever goes on with it, and is made sure of once more", async () => {
      world.addAda();
      const id = await parked(0, { directory: "/there", recipient: "age1x" });
      world = world.restart();
      await world.dsr.resume(id);
      expect(world.prepared).to.deep.equal([["/there", "age1x"]]);
      expect(world.written.map(({ directory, recipient }) => [directory, recipient])).to.deep.equal([["/there", "age1x"]]);
      expect(await asked(id)).to.deep.equal([{ directory: "/there", recipient: "age1x" }]);
    });

    it("is what a host does otherwise only where nobody has asked, and stays that, too", async () => {
      world.addAda();
      const [asked, plain] = [await parked(0, { directory: "/there", recipient: "age1x" }), await parked(0, { directory: "/there" })];
      const begun = await parked(0, { defaults: { directory: "/mine", recipient: "age1z" } });
      world = world.restart();
      for (const id of [asked, plain, begun]) await world.dsr.resume(id, { defaults: { directory: "/other", recipient: "age1y" } });
      expect(world.prepared).to.deep.equal([["/there", "age1x"], ["/there", "age1y"], ["/mine", "age1z"]]);
      expect(world.written.map(({ directory, recipient }) => [directory, recipient])).to.deep.equal(world.prepared);
    });

    it("is known as soon as there is a request, whatever becomes of the process that was asked", async () => {
      world.addAda();
      world.host.journal.lease = () => Promise.reject(new DsrError("INTERRUPTED"));
      expect(await rejectionOf(world.dsr.access("acme", { ...ADA, reference: "A" }, { directory: "/there", recipient: "age1x", extents: ["archived"] }))).to.include({ code: "INTERRUPTED" });
      world = world.restart();
      const [request] = await world.dsr.requests({ reference: "A" });
      expect(await asked(request!.id)).to.deep.equal([{ choices: { extents: ["archived"] }, directory: "/there", recipient: "age1x" }]);
      await world.dsr.resume(request!.id);
      expect(await asked(request!.id)).to.have.length(1);
      expect(world.written.map(({ directory, recipient }) => [directory, recipient])).to.deep.equal([["/there", "age1x"]]);
    });

    it("is another one where that is asked for before it was written", async () => {
      world.addAda();
      const id = await parked(0, { directory: "/there" });
      world = world.restart();
      await world.dsr.resume(id, { directory: "/elsewhere" });
      expect(world.prepared).to.deep.equal([["/elsewhere", undefined]]);
      expect(world.written.map(({ directory }) => directory)).to.deep.equal(["/elsewhere"]);
    });
  });

  describe("where it looks", () => {
    const archived = ["archived"];

    it("is noted where it is asked for, and once however it is asked again", async () => {
      world.vendor.hide(world.addAda());
      const id = await parked(0, { extents: archived });
      expect(await asked(id)).to.deep.equal([{ choices: { extents: archived } }]);
      await world.dsr.resume(id);
      expect(await asked(id)).to.deep.equal([{ choices: { extents: archived } }]);
      // Who is archived is not shown by id: a record that cannot be read is a gap.
      expect((await world.dsr.result(id)).outcome).to.equal("complete_with_gaps");
    });

    it("is another request's where that one has ended, whichever looks further", async () => {
      world.addAda();
      const near = await world.dsr.access("acme", { ...ADA, reference: "near" });
      const far = await world.dsr.access("acme", { ...ADA, reference: "far" }, { extents: archived });
      for (const [reference, extents] of [["near", archived], ["far", []]] as const) expect(await rejectionOf(world.dsr.access("acme", { ...ADA, reference }, { extents })), reference).to.include({ code: "IDEMPOTENCY_CONFLICT" });
      for (const [ended, extents] of [[near, []], [far, archived]] as const) {
        const { reference = "" } = (await world.dsr.requests({})).find(({ id }) => id === ended.request.id)!.context;
        expect((await world.dsr.access("acme", { ...ADA, reference }, { extents })).request.id, reference).to.equal(ended.request.id);
        expect((await world.dsr.access("acme", { ...ADA, reference })).request.id, reference).to.equal(ended.request.id);
      }
    });

    it("is asked for anew where somebody wants less, and what was found elsewhere is looked for again", async () => {
      world.vendor.hide(world.addAda());
      const id = await parked(0, { extents: archived });
      const { outcome } = await world.dsr.resume(id, { extents: [] });
      expect(await asked(id)).to.deep.equal([{ choices: { extents: archived } }, { choices: { extents: [] } }]);
      expect(outcome).to.equal("nothing_found");
    });
  });

  describe("that is gone on with", () => {
    it("is not looked up again by the same version, and reads no page twice", async () => {
      world.addAda("paged");
      const id = await parked(2);
      world = world.restart();
      const before = world.vendor.calls().length;
      expect((await world.dsr.resume(id)).outcome).to.equal("complete");
      const paths = world.vendor.calls().slice(before).map(({ path }) => path);
      expect(paths).to.not.include("/people/search");
      expect(ofKind(await world.entries(id), "found")).to.have.length(1);
      expect(ofKind(await world.entries(id), "page").map(({ number }) => number)).to.deep.equal([1, 2, 3, 4, 5, 6, 7].slice(0, ofKind(await world.entries(id), "page").length));
    });

    it("begins anew where the list of who works for the account may not be read any more, as is found out when it goes on", async () => {
      world = await openMemoryWorld(undefined, { scopes: ["read_team"] });
      world.addAda("paged");
      const id = await parked(2);
      await world.host.clock.advance(world.host.timings.accountTtlMs);
      world.between = (request, send) => (request.url.endsWith("/team") ? Promise.resolve(Response.json({ error: { code: "scope_missing" } }, { status: 403 })) : send(request));
      const result = await world.dsr.resume(id);
      expect([result.outcome, result.notCovered.filter(({ category }) => category === "teammates").map(({ reason }) => reason)]).to.deep.equal(["complete", ["not granted"]]);
      expect(ofKind(await world.entries(id), "found")).to.have.length(2);
    });

    it("begins anew with another version, which may read differently", async () => {
      world.addAda("paged");
      const id = await parked(2);
      world = world.restart("2.0.0");
      const result = await world.dsr.resume(id);
      expect(result.outcome).to.equal("complete");
      const entries = await world.entries(id);
      expect(ofKind(entries, "found")).to.have.length(2);
      expect(ofKind(entries, "page").filter(({ number }) => number === 1)).to.have.length(2);
      expect("counts" in result && result.counts).to.include({ person: 1, order: 5, message: 5 });
    });

    for (const [what, then, now] of [["less", ["person", "order", "message"], ["person", "order"]], ["more", ["person", "order"], ["person", "order", "message"]]] as const) {
      it(`begins anew where the connection covers ${what} by now, and names what is left out`, async () => {
        const covering = async (categories: readonly string[]) => {
          const connection = (await world.host.connections.get("acme"))!;
          await world.host.connections.put({ ...connection, categories: [...categories] });
        };
        world.addAda("paged");
        await covering(then);
        const id = await parked(2);
        await covering(now);
        const result = await world.dsr.resume(id);
        expect(result.outcome).to.equal("complete");
        expect("counts" in result && Object.keys(result.counts).sort()).to.deep.equal([...now].sort());
        expect(result.notCovered.some(({ category }) => category === "message")).to.equal(what === "less");
        expect(ofKind(await world.entries(id), "found")).to.have.length(2);
      });
    }

    it("counts as 0 what it looked for and did not find, and tells each search once", async () => {
      world.addAda("bare");
      const { request, counts, outcome } = await world.dsr.access("acme", ADA);
      expect(outcome).to.equal("complete");
      expect(counts).to.deep.equal({ person: 1, order: 0, message: 0 });
      expect(ofKind(await world.entries(request.id), "packaged")[0]?.receipt.counts).to.deep.equal({ person: 1, order: 0, message: 0 });
    });
  });

  it("that finds nobody reads nothing more, counts nothing, and is packaged all the same", async () => {
    const { request, outcome, counts } = await world.dsr.access("acme", ADA);
    expect(outcome).to.equal("nothing_found");
    expect(counts).to.deep.equal({});
    expect(ofKind(await world.entries(request.id), "page")).to.deep.equal([]);
    expect(world.written).to.have.length(1);
  });

  it("that finds only what hangs on no record of the person's is complete with it", async () => {
    const vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change);
    vendor.matches = [];
    vendor.beside = { loose: [{ category: "message", id: "M1", as: "author", matchedBy: "exact" }] };
    const { outcome, loose } = await world.dsr.access("acme", ADA);
    expect([outcome, loose.map(({ id }) => id)]).to.deep.equal(["complete", ["M1"]]);
  });

  it("that finds nobody is as of the last search, in whatever order they are told", async () => {
    const vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change);
    vendor.matches = [];
    vendor.beside = { searched: [10, 12, 11].map((hour) => ({ identifier: "email", where: `place ${hour}`, at: `2026-01-15T${hour}:00:00.000Z` })) };
    await world.dsr.access("acme", ADA);
    expect(world.written.map(({ seenAt }) => seenAt)).to.deep.equal(["2026-01-15T12:00:00.000Z"]);
  });

  describe("of which the vendor tells by and by", () => {
    const provenance = { endpoint: "GET /people/{id}", apiVersion: "1", at: "2026-01-15T09:00:00.000Z" };
    const made = (category: string, id: string, lines?: number) => ({ category, id, data: { id }, provenance, ...(lines === undefined ? {} : { contains: { lines } }) });
    const at = (where: string) => ({ identifier: "email", where, at: provenance.at });
    /** The page that crosses from one run to the next is told twice, as after a kill. */
    const PAGES: readonly CollectedPage[] = [
      { records: [made("person", "1")], gaps: [], announced: { person: 1, order: 3 }, searched: [at("people/search"), at("orders")], checkpoint: "1" },
      { records: [made("order", "1", 2), made("order", "2", 3)], gaps: [], searched: [at("orders"), at("elsewhere")], checkpoint: "2" },
      { records: [made("order", "2", 3), made("order", "3")], gaps: [], unreadable: ["message"], searched: [at("elsewhere")], checkpoint: "3" },
    ];
    const collecting = (pages: readonly CollectedPage[]) => (usual: Connector): Connector => ({
      ...usual,
      executor: (context) => ({
        ...usual.executor(context),
        collect: async function* ({ checkpoint }) {
          yield* pages.slice(checkpoint === undefined ? 0 : Number(checkpoint));
        },
      }),
    });

    it("keeps with each page what it is the first to tell", async () => {
      world = await openMemoryWorld(collecting(PAGES));
      world.addAda();
      const { request } = await world.dsr.access("acme", ADA);
      const pages = ofKind(await world.entries(request.id), "page").map(({ announced, searched, unreadable, counts }) => ({ announced, searched: searched?.map(({ where }) => where), unreadable: unreadable?.map(({ category, reason }) => [category, reason]), counts }));
      expect(pages).to.deep.equal([
        { announced: { person: 1, order: 3 }, searched: ["people/search", "orders"], unreadable: undefined, counts: { person: 1 } },
        { announced: undefined, searched: ["elsewhere"], unreadable: undefined, counts: { order: 2 } },
        { announced: undefined, searched: undefined, unreadable: [["message", "not readable here"]], counts: { order: 1 } },
      ]);
      for (const page of ofKind(await world.entries(request.id), "page").slice(1)) expect(page).to.not.have.property("announced");
    });

    it("counts a record and what it holds once, beside one of another category with its id, and calls nothing 0 that could not be read", async () => {
      world = await openMemoryWorld(collecting([{ ...PAGES[0]!, records: [made("person", "1", 4)] }, ...PAGES.slice(1)]));
      world.addAda();
      const result = await world.dsr.access("acme", ADA);
      expect(result.counts).to.deep.equal({ person: 1, order: 3, lines: 9 });
      expect(result.notCovered.map(({ category }) => category)).to.include("message");
      expect(world.written[0]?.summary.notCovered.map(({ category }) => category)).to.include("message");
      expect(world.written[0]?.summary.searched.map(({ where }) => where)).to.deep.equal(["people/search", "people/search", "orders", "elsewhere"]);
    });

    it("counts nothing 0 that could not be asked for, which is no gap", async () => {
      const reason = "nobody knows of what kind they are";
      world = await openMemoryWorld(collecting([{ ...PAGES[0]!, notAsked: [{ category: "message", reason }] }]));
      world.addAda();
      const result = await world.dsr.access("acme", ADA);
      expect([result.outcome, result.counts]).to.deep.equal(["complete", { person: 1, order: 0 }]);
      expect(result.notCovered).to.deep.include({ category: "message", reason });
    });

    it("looks for the files of a record that comes again no second time, though another category has a record of that id beside it", async () => {
      const lost = (category: string) => ({ category, recordId: "1", id: "f", place: "f", url: "" });
      world = await openMemoryWorld(collecting([
        { records: [made("person", "1")], gaps: [], files: [lost("person")], checkpoint: "1" },
        { records: [made("person", "1"), made("order", "1")], gaps: [], files: [lost("person"), lost("order")], checkpoint: "2" },
      ]));
      world.addAda();
      const { gaps } = await world.dsr.access("acme", ADA);
      expect(gaps.map(({ category, code, id }) => `${category} ${code} ${id}`)).to.deep.equal(["person ATTACHMENT_NOT_FETCHED 1", "order ATTACHMENT_NOT_FETCHED 1"]);
    });

    it("notes a page once it is kept, and not before, however long that takes", async () => {
      world = await openMemoryWorld(collecting(PAGES));
      world.addAda();
      const { staging } = world.host;
      const { put } = staging;
      const noted: number[] = [];
      staging.put = async (requestId, number, page) => {
        await new Promise((resolve) => setImmediate(resolve));
        noted.push(ofKind(await world.entries(requestId), "page").length);
        return put(requestId, number, page);
      };
      expect((await world.dsr.access("acme", ADA)).outcome).to.equal("complete");
      expect(noted).to.deep.equal([0, 1, 2]);
    });

    it("notes no page that could not be kept, and reads it again", async () => {
      world = await openMemoryWorld(collecting(PAGES));
      world.addAda();
      const { staging } = world.host;
      const { put } = staging;
      staging.put = (requestId, number, page) => (number === 2 ? Promise.reject(new DsrError("STORAGE_FAILED")) : put(requestId, number, page));
      expect(await rejectionOf(world.dsr.access("acme", ADA))).to.include({ code: "STORAGE_FAILED" });
      const [request] = await world.dsr.requests({});
      expect(ofKind(await world.entries(request!.id), "page").map(({ number }) => number)).to.deep.equal([1]);
      staging.put = put;
      expect((await world.dsr.resume(request!.id)) as AccessResult).to.deep.include({ outcome: "complete", counts: { person: 1, order: 3, lines: 5 } });
    });

    it("calls no match the person's whose record turned out to be somebody else's, in the package by no id either", async () => {
      const pages: CollectedPage[] = [];
      world = await openMemoryWorld(collecting(pages));
      const id = world.addAda();
      pages.push({ ...PAGES[0]!, records: [made("order", "1")], gaps: [{ category: "person", code: "NOT_THE_PERSONS", id }, { category: "order", code: "PAGING", id: "1" }], strangers: [id] });
      const result = await world.dsr.access("acme", ADA);
      expect([result.outcome, result.matches, result.counts]).to.deep.equal(["complete_with_gaps", [], { person: 0, order: 1 }]);
      expect(result.gaps.map((gap) => gap.id)).to.deep.equal([id, "1"]);
      expect(result.notCovered).to.deep.include({ category: "message", reason: "nothing leads there" });
      const { matches, gaps, notCovered } = world.written[0]!.summary;
      expect([matches, gaps.map((gap) => gap.id), notCovered]).to.deep.equal([[], [undefined, "1"], result.notCovered]);
      expect(JSON.stringify(world.host.packageOf(result.request.id)!.manifest)).to.contain("NOT_THE_PERSONS").and.not.to.contain(id);
    });

    it("does not begin anew for a record that turned out to be somebody else's before it was interrupted", async () => {
      let isAway = true;
      const pages: readonly CollectedPage[] = [{ ...PAGES[0]!, records: [], strangers: ["P1"] }, PAGES[1]!];
      const vendor = scriptedVendor();
      vendor.byId = (id) => match(id, { matchedBy: "chosen", identifiers: [Identifier.parse("email", "bob@example.test")] });
      world = await openMemoryWorld((usual) => {
        const changed = vendor.change(usual);
        return {
          ...changed,
          executor: (context) => ({
            ...changed.executor(context),
            collect: async function* ({ checkpoint }) {
              if (checkpoint === undefined) yield pages[0]!;
              if (isAway) throw new DsrError("VENDOR_UNAVAILABLE");
              yield pages[1]!;
            },
          }),
        };
      });
      const { request, outcome } = await world.dsr.access("acme", ADA);
      expect(outcome).to.equal("parked");
      isAway = false;
      await world.host.clock.advance(3_600_000);
      expect((await world.dsr.resume(request.id)) as AccessResult).to.deep.include({ matches: [] });
      expect(ofKind(await world.entries(request.id), "found")).to.have.length(1);
      expect(ofKind(await world.entries(request.id), "page")).to.have.length(2);
    });

    it("is refused before anything of a page is kept where the connector calls something by more than a plain word", async () => {
      const [first] = PAGES;
      const taken = (rule: string) => ({ ...made("person", "1"), redactions: [{ rule, count: 1 }] });
      for (const word of ["participant", "note-2", "A".repeat(40)]) {
        world = await openMemoryWorld(collecting([{ ...first!, records: [taken(word)] }]));
        world.addAda();
        expect((await world.dsr.access("acme", ADA)).outcome, word).to.equal("complete");
      }
      for (const odd of ["", "ada@example.test", "two words", "a\u0301", "a/b", "line\n", "A".repeat(41)]) {
        for (const page of [{ ...first!, records: [taken(odd)] }, { ...first!, gaps: [{ category: "order", code: odd }] }, { ...first!, records: [{ ...made("person", "1"), contains: { [odd]: 1 } }] }]) {
          world = await openMemoryWorld(collecting([page]));
          world.addAda();
          const error = await rejectionOf(world.dsr.access("acme", ADA));
          expect(error, odd).to.include({ code: "INTERNAL" });
          expect(JSON.stringify((error as DsrError).facts)).to.not.contain("ada@");
          const [request] = await world.dsr.requests({});
          expect(ofKind(await world.entries(request!.id), "page")).to.deep.equal([]);
        }
      }
    });

    it("is refused where the connector's search calls a gap by more than a plain word", async () => {
      world = await openMemoryWorld((usual) => ({
        ...usual,
        lookup: (context) => ({ ...usual.lookup(context), find: async (asked) => (await usual.lookup(context).find(asked)).map((result) => ({ ...result, gaps: [{ category: "person", code: "of ada@example.test" }] })) }),
      }));
      world.addAda();
      expect(await rejectionOf(world.dsr.access("acme", ADA))).to.include({ code: "INTERNAL" });
    });

    it("has gaps where a page has some, and says so in the package", async () => {
      const gap = { category: "order", code: "COUNT_MISMATCH", have: 2, of: 3 } as const;
      world = await openMemoryWorld(collecting([{ ...PAGES[0]!, gaps: [gap] }]));
      world.addAda();
      const result = await world.dsr.access("acme", ADA);
      expect([result.outcome, result.gaps]).to.deep.equal(["complete_with_gaps", [gap]]);
      expect(world.written[0]?.summary.gaps).to.deep.equal([gap]);
    });
  });

  it("whose pages were taken away is read anew", async () => {
    world = await openMemoryWorld();
    world.addAda("paged");
    let orders = 0;
    world.between = (request, send) => (request.url.includes("/orders") && ++orders > 1 ? Promise.resolve(new Response("", { status: 503 })) : send(request));
    const parked = await world.dsr.access("acme", ADA);
    expect([parked.outcome, ofKind(await world.entries(parked.request.id), "page").length > 0]).to.deep.equal(["parked", true]);
    await world.host.staging.drop(parked.request.id);
    world.between = (request, send) => send(request);
    const done = (await world.dsr.resume(parked.request.id)) as AccessResult;
    expect(done.outcome).to.equal("complete");
    const whole = await openMemoryWorld();
    whole.addAda("paged");
    expect(done.counts).to.deep.equal((await whole.dsr.access("acme", ADA)).counts);
  });

  it("that is written already is not said to be for somebody's key who asks for that only now", async () => {
    world = await openMemoryWorld();
    world.addAda("one");
    const input = { ...ADA, reference: "A-1" };
    const append = world.host.journal.append;
    let isBroken = true;
    world.host.journal.append = (lease, entry) => (isBroken && entry.kind === "ended" ? Promise.reject(new DsrError("STORAGE_FAILED")) : append(lease, entry));
    expect(await rejectionOf(world.dsr.access("acme", input))).to.include({ code: "STORAGE_FAILED" });
    isBroken = false;
    expect(await rejectionOf(world.dsr.access("acme", input, { recipient: "age1other" }))).to.include({ code: "IDEMPOTENCY_CONFLICT" });
    const done = await world.dsr.access("acme", input);
    expect([done.outcome, world.written.map(({ recipient }) => recipient)]).to.deep.equal(["complete", [undefined]]);
  });

  it("that was sealed for a key is answered so after its package and its key are gone, too", async () => {
    world = await openMemoryWorld();
    world.addAda("one");
    const input = { ...ADA, reference: "A-1" };
    for (const options of [{ recipient: "age1own" }, { defaults: { recipient: "age1own" } }]) expect((await world.dsr.access("acme", input, options)).outcome).to.equal("complete");
    await world.host.clock.advance(8 * 86_400_000);
    await world.dsr.upkeep();
    for (const options of [{ recipient: "age1own" }, { defaults: { recipient: "age1own" } }]) {
      const { outcome, keyDestroyedAt } = await world.dsr.access("acme", input, options);
      expect([outcome, keyDestroyedAt === null]).to.deep.equal(["complete", false]);
    }
  });

  it("that is cancelled stops before its next page, and leaves none", async () => {
    world.addAda("paged");
    let id = "";
    let calls = 0;
    world.between = async (request, send) => {
      if (request.url.includes("/people/P") && ++calls === 3) await world.dsr.cancel(id);
      return send(request);
    };
    const result = await world.dsr.access("acme", ADA, { onOpened: (opened) => (id = opened) });
    expect(result.outcome).to.equal("cancelled");
    expect(world.written).to.deep.equal([]);
    expect(await world.host.staging.list()).to.deep.equal([]);
  });

  it("leaves no pages once it has ended, and those of one that goes on", async () => {
    world.addAda("paged");
    const id = await parked(2);
    expect(await world.host.staging.list()).to.deep.equal([id]);
    await world.dsr.resume(id);
    expect(await world.host.staging.list()).to.deep.equal([]);
  });
});
