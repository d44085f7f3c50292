import { expect } from "chai";
import type { CollectedPage, Connector, FoundFile, Gap } from "../../core/index.js";
import { ADA, openMemoryWorld, type MemoryWorld } from "./memory-world.js";

const HOST = "https://files.memory.example";
const file = (id: string, more: Partial<FoundFile> = {}): FoundFile => ({ category: "person", recordId: "P", id, place: `p/${id}`, url: `${HOST}/${id}`, ...more });
const text = (body: string, type?: string) => new Response(body, { headers: type === undefined ? {} : { "content-type": type } });

describe("the files of an access request's records", () => {
  let world: MemoryWorld;
  /** What each link gives, by its path, and how often it was asked for. */
  let links: Record<string, () => Response | Promise<Response>>;
  let fetched: string[];
  let files: readonly FoundFile[];
  let renewed: readonly (readonly FoundFile[])[];
  let renewals: string[];
  const provenance = { endpoint: "GET /people/{id}", apiVersion: "1", at: "2026-01-15T09:00:00.000Z" };

  const connector = (usual: Connector): Connector => ({
    ...usual,
    executor: (context) => ({
      ...usual.executor(context),
      collect: async function* ({ checkpoint }): AsyncIterable<CollectedPage> {
        if (checkpoint === undefined) yield { records: [{ category: "person", id: "P", data: {}, provenance }], gaps: [], ...(files.length === 0 ? {} : { files }), checkpoint: "1" };
      },
      renewFiles: async ({ category, recordId }) => {
        renewals.push(`${category} ${recordId}`);
        return renewed[renewals.length - 1] ?? [];
      },
    }),
  });

  beforeEach(async () => {
    [links, fetched, files, renewed, renewals] = [{}, [], [], [], []];
    world = await openMemoryWorld(connector);
    world.addAda("bare");
    world.between = (request, send) => {
      if (!request.url.startsWith(HOST)) return send(request);
      expect(request.headers.get("authorization"), "no credential goes there").to.equal(null);
      const { pathname } = new URL(request.url);
      fetched.push(pathname);
      return Promise.resolve(links[pathname]?.() ?? new Response("", { status: 403 }));
    };
  });

  const read = async (...of: readonly FoundFile[]) => {
    files = of;
    const result = await world.dsr.access("acme", ADA);
    return { ...result, attachments: world.host.packageOf(result.request.id)?.manifest["attachments"] as readonly { readonly bytes: number }[] };
  };
  const gapsOf = (gaps: readonly Gap[]) => gaps.map(({ code, have, of }) => (have === undefined ? code : `${code} ${have}/${of}`));

  it("are fetched one after the other, each once, without the token", async () => {
    links = { "/1": () => text("one", "text/plain"), "/2": () => text("two", "text/plain") };
    const { outcome, gaps, attachments } = await read(file("1"), file("2"));
    expect([outcome, gaps, fetched, attachments.map(({ bytes }) => bytes)]).to.deep.equal(["complete", [], ["/1", "/2"], [3, 3]]);
    for (const each of attachments) expect(each).to.not.have.property("name");
  });

  it("leave no link in what is staged", async () => {
    links = { "/1": () => text("one") };
    files = [file("1"), file("2")];
    const staged = async () => JSON.stringify([...(world.host.state.pages.get((await world.dsr.requests())[0]!.id) ?? [])]);
    const { write } = world.host.packages;
    let seen = "";
    Object.assign(world.host.packages, { write: async (...args: Parameters<typeof write>) => ((seen = await staged()), write(...args)) });
    await world.dsr.access("acme", ADA);
    expect([seen.includes(HOST), seen.includes("sha256")]).to.deep.equal([false, true]);
  });

  it("are no matter where a page has none", async () => {
    const { outcome, attachments } = await read();
    expect([outcome, attachments, fetched]).to.deep.equal(["complete", [], []]);
  });

  describe("are a gap", () => {
    it("where they lie at a host that the connector does not name, which is not called", async () => {
      const { outcome, gaps } = await read(file("1", { url: "https://elsewhere.example/1" }));
      expect([outcome, gapsOf(gaps), fetched, renewals]).to.deep.equal(["complete_with_gaps", ["ATTACHMENT_HOST_REFUSED 0/1"], [], []]);
    });

    it("where they are too large, and they are not asked for anew", async () => {
      links = { "/1": () => new Response("x", { headers: { "content-length": String(10 ** 12) } }) };
      const { gaps } = await read(file("1"));
      expect([gapsOf(gaps), fetched, renewals]).to.deep.equal([["ATTACHMENT_TOO_LARGE 0/1"], ["/1"], []]);
    });

    it("where the vendor gives no link, and nothing is called", async () => {
      const { gaps } = await read(file("1", { url: "" }));
      expect([gapsOf(gaps), fetched, renewals]).to.deep.equal([["ATTACHMENT_NOT_FETCHED 0/1"], [], []]);
    });

    it("one for each record and reason, which counts what the record has and should have", async () => {
      links = { "/1": () => text("one"), "/5": () => text("five") };
      const { gaps } = await read(file("1"), file("2", { url: "" }), file("3", { url: "" }), file("4", { url: "https://elsewhere.example/4" }), file("5", { recordId: "Q" }), file("6", { recordId: "Q", url: "" }), file("7", { category: "message", url: "" }));
      expect(gaps).to.deep.equal([
        { category: "person", code: "ATTACHMENT_NOT_FETCHED", id: "P", have: 1, of: 3 },
        { category: "person", code: "ATTACHMENT_HOST_REFUSED", id: "P", have: 1, of: 2 },
        { category: "person", code: "ATTACHMENT_NOT_FETCHED", id: "Q", have: 1, of: 2 },
        { category: "message", code: "ATTACHMENT_NOT_FETCHED", id: "P", have: 0, of: 1 },
      ]);
    });
  });

  describe("whose links have ended", () => {
    it("are fetched by the links that the record tells now, its other files, too", async () => {
      links = { "/new-1": () => text("one"), "/new-2": () => text("two") };
      renewed = [[file("1", { url: `${HOST}/new-1` }), file("2", { url: `${HOST}/new-2` })]];
      const { outcome } = await read(file("1"), file("2"));
      expect([outcome, fetched, renewals]).to.deep.equal(["complete", ["/1", "/new-1", "/new-2"], ["person P"]]);
    });

    it("are given up where the record has the file no more", async () => {
      renewed = [[file("2", { url: `${HOST}/new-2` })]];
      const { gaps } = await read(file("1"));
      expect([gapsOf(gaps), fetched, renewals.length]).to.deep.equal([["ATTACHMENT_NOT_FETCHED 0/1"], ["/1"], 1]);
    });

    it("are given up where the connector cannot read a record again", async () => {
      world = await openMemoryWorld((usual) => {
        const { executor, ...rest } = connector(usual);
        return { ...rest, executor: (context) => ({ ...executor(context), renewFiles: undefined as never }) };
      });
      world.addAda("bare");
      world.between = (request, send) => (request.url.startsWith(HOST) ? Promise.resolve(new Response("", { status: 403 })) : send(request));
      expect(gapsOf((await read(file("1"))).gaps)).to.deep.equal(["ATTACHMENT_NOT_FETCHED 0/1"]);
    });

    it("are given up after two new ones that give nothing either", async () => {
      renewed = [1, 2, 3].map((n) => [file("1", { url: `${HOST}/new-${n}` })]);
      const { gaps } = await read(file("1"));
      expect([gapsOf(gaps), fetched]).to.deep.equal([["ATTACHMENT_NOT_FETCHED 0/1"], ["/1", "/new-1", "/new-2"]]);
    });
  });

  describe("are held against what the record says of them", () => {
    const matters: readonly (readonly [what: string, file: Partial<FoundFile>, answer: string | undefined, type: string | undefined, fits: boolean])[] = [
      ["the same type and size", { bytes: 3, mediaType: "image/png" }, "image/png", "image/png", true],
      ["another size", { bytes: 4 }, "image/png", "image/png", false],
      ["another type", { mediaType: "image/png" }, "text/html", "text/html", false],
      ["the same type, otherwise written", { mediaType: "Image/JPG; q=1" }, "image/jpeg", "image/jpeg", true],
      ["the same type, in its older name", { mediaType: "application/x-zip" }, "application/zip", "application/zip", true],
      ["a type where the host knows none", { mediaType: "image/PNG" }, "application/octet-stream", "image/png", true],
      ["a type where the host tells none", { mediaType: "image/png" }, undefined, "image/png", true],
      ["a type where the host calls it binary", { mediaType: "image/png" }, "binary/octet-stream", "image/png", true],
      ["no type in particular", { mediaType: "application/octet-stream" }, "image/png", "image/png", true],
      ["the same type, with a blank", { mediaType: "image/png ; q=1" }, "image/png", "image/png", true],
      ["a type that is not binary, though it looks so", { mediaType: "image/png" }, "application/octet-streams", "application/octet-streams", false],
      ["another one that looks so", { mediaType: "image/png" }, "xapplication/octet-stream", "xapplication/octet-stream", false],
      ["a type of its own, though it looks like another", { mediaType: "image/jpgx" }, "image/jpegx", "image/jpegx", false],
      ["nothing, and nor does the host", {}, undefined, undefined, true],
      ["nothing", {}, "image/png", "image/png", true],
      ["nothing, as the host", {}, "application/octet-stream", "application/octet-stream", true],
    ];
    for (const [what, found, answer, type, fits] of matters) {
      it(`${what}: ${fits ? "they fit" : "they do not fit, are kept, and are a gap"}`, async () => {
        links = { "/1": () => new Response(Buffer.from("abc"), { headers: answer === undefined ? {} : { "content-type": answer } }) };
        files = [file("1", { ...found, name: "picture" })];
        const { request, gaps } = await world.dsr.access("acme", ADA);
        const [kept] = world.host.packageOf(request.id)?.manifest["attachments"] as [Record<string, unknown>];
        expect([gapsOf(gaps), kept["mediaType"], kept["name"]]).to.deep.equal([fits ? [] : ["ATTACHMENT_NOT_AS_DECLARED"], type, "picture"]);
      });
    }
  });

  it("are not fetched again by a run that comes after a kill", async () => {
    links = { "/1": () => text("one"), "/2": () => (world.host.crash(), text("two")) };
    files = [file("1"), file("2")];
    const id = await new Promise<string>((opened) => void world.dsr.access("acme", ADA, { onOpened: opened }).catch(() => undefined)).then(async (opened) => (await new Promise((resolve) => setTimeout(resolve, 5)), opened));
    const before = world.between;
    world = world.restart();
    world.between = before;
    links = { "/2": () => text("two") };
    fetched.length = 0;
    expect((await world.dsr.resume(id)).outcome).to.equal("complete");
    expect(fetched).to.deep.equal(["/2"]);
  });

  it("are not begun once the request is cancelled", async () => {
    let id = "";
    links = { "/1": async () => (await world.dsr.cancel(id), text("one")), "/2": () => text("two") };
    files = [file("1"), file("2")];
    expect((await world.dsr.access("acme", ADA, { onOpened: (opened) => (id = opened) })).outcome).to.equal("cancelled");
    expect(fetched).to.deep.equal(["/1"]);
  });
});
