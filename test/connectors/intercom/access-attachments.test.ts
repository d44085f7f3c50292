import { expect } from "chai";
import { createHash } from "node:crypto";
import type { AttachmentRecord } from "../../../connectors/intercom/sandbox/attachments.js";
import type { Transport } from "../../../adapters/http/transport.js";
import { connectedWorld, type World, type WorldOptions } from "./world.js";

const ADA = "ada@example.test";
const HALF_AN_HOUR = 1_800_000;
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A conversation of the person with these files, and what an access to it comes to. */
async function accessTo(files: (build: World["sandbox"]["build"]) => readonly AttachmentRecord[], { onWorld, ...options }: WorldOptions & { readonly onWorld?: (world: World) => void } = {}) {
  const world = await connectedWorld({ categories: "granted", ...options });
  onWorld?.(world);
  const { build } = world.sandbox;
  const conversation = build.addConversation({ contacts: [build.addContact({ email: ADA })], parts: [{ attachments: files(build) }] });
  const result = await world.access(ADA);
  const { manifest } = world.host.packageOf(result.request.id)!;
  return { world, conversation, result, attachments: manifest["attachments"] as readonly Readonly<Record<string, unknown>>[], downloads: world.sandbox.calls.records.filter(({ kind }) => kind === "file") };
}

/** Lets time pass before each file is asked for, so often. */
const late = (ms: number, times: number, clock: () => World["host"]["clock"]) => (to: Transport): Transport => {
  let left = times;
  return async (input) => {
    if (input.url.includes("/files/") && left-- > 0) clock().jump(ms);
    return to(input);
  };
};

describe("attached files at Intercom", () => {
  it("come into the package byte for byte, of messages, openings, tickets and pictures within texts, each once", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build, links, state } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const [opening, part, ticket, inline] = ["opening", "part", "ticket", "inline"].map((name) => build.file(`${name}.txt`, "text/plain", text(`The ${name}`)));
    const picture = links.signed(inline!, world.host.clock.now()).replace("&", "&amp;");
    const conversation = build.addConversation({ contacts: [ada], source: { attachments: [opening!] }, parts: [{ attachments: [part!] }, { body: `<img src="${picture}">`, attachments: [part!] }] });
    const held = build.addTicket({ contacts: [ada], files: [ticket!] });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(result.counts).to.include({ attachments: 4 });
    const { manifest, records } = world.host.packageOf(result.request.id)!;
    const listed = manifest["attachments"] as any[];
    const expected = { opening: [conversation.id, "opening.txt"], part: [conversation.id, "part.txt"], inline: [conversation.id, undefined], ticket: [held.id, "ticket.txt"] };
    for (const [name, [record, called]] of Object.entries(expected)) {
      const found = listed.find(({ sha256: hash }) => hash === sha256(text(`The ${name}`)));
      expect(found, name).to.deep.include({ record, mediaType: "text/plain", bytes: 4 + name.length });
      expect([found.name, found.path]).to.deep.equal([called, `attachments/${listed.indexOf(found) + 1}.txt`]);
    }
    const data = records["conversations"]![0]!.data as any;
    expect(data.conversation_parts.conversation_parts.map((each: any) => each.attachments.map(({ url }: any) => url))).to.deep.equal([["[file 2]"], ["[file 2]"]]);
    expect(data.conversation_parts.conversation_parts[1].body).to.equal('<p><img src="[file 3]"></p>');
    expect(world.host.state.files.size, "staged files after the package is written").to.equal(0);
    expect(state.conversations.size).to.equal(1);
  });

  it("never carry the token, and do not count as calls of the API", async () => {
    const { world, result, downloads } = await accessTo((build) => [build.file("a.txt", "text/plain", text("a"))]);
    expect(downloads.map(({ method, status, carriedToken }) => [method, status, carriedToken])).to.deep.equal([["GET", 200, false]]);
    expect(world.sandbox.calls.records.filter(({ kind }) => kind === "api").every(({ carriedToken }) => carriedToken)).to.equal(true);
    expect(result.apiCalls).to.equal(world.sandbox.calls.records.filter(({ kind }) => kind === "api").length);
    expect(world.attempts.map(({ operation }) => operation)).to.include("GET (file)");
  });

  describe("D10: a link that has expired", () => {
    it("D10: is renewed by reading the conversation again, at most twice", async () => {
      for (const times of [1, 2]) {
        let world: World | undefined;
        const outcome = await accessTo((build) => [build.file("a.txt", "text/plain", text("a")), build.file("b.txt", "text/plain", text("b"))], {
          transport: late(HALF_AN_HOUR + 1_000, times, () => world!.host.clock),
          onWorld: (made) => (world = made),
        });
        expect(outcome.result).to.deep.include({ outcome: "complete", gaps: [] });
        expect(outcome.attachments).to.have.length(2);
        expect(outcome.downloads.map(({ status }) => status)).to.deep.equal([...Array<number>(times).fill(403), 200, 200]);
        expect(outcome.world.sandbox.calls.countByOperation()).to.include({ getConversation: 1 + times });
      }
    });

    it("D10: that ends however often it is renewed is a gap", async () => {
      const { result, attachments, downloads, conversation, world } = await accessTo((build) => [build.file("a.txt", "text/plain", text("a"))], { sandbox: { switches: { attachmentLinkLifetimeMs: 0 } } });
      expect(result.outcome).to.equal("complete_with_gaps");
      expect(result.gaps).to.deep.equal([{ category: "conversations", code: "ATTACHMENT_NOT_FETCHED", id: conversation.id, have: 0, of: 1 }]);
      expect([attachments.length, downloads.length]).to.deep.equal([0, 3]);
      expect(world.sandbox.calls.countByOperation()).to.include({ getConversation: 3 });
    });

    it("D10: of a ticket is renewed by reading the ticket, and one of a note, which no call reads by itself, is a gap", async () => {
      let world: World | undefined;
      world = await connectedWorld({ categories: "granted", transport: late(HALF_AN_HOUR + 1_000, 1, () => world!.host.clock) });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      build.addTicket({ contacts: [ada], files: [build.file("a.txt", "text/plain", text("a"))] });
      expect(await world.access(ADA)).to.deep.include({ outcome: "complete", gaps: [] });

      world = await connectedWorld({ categories: "granted", transport: late(HALF_AN_HOUR + 1_000, 1, () => world!.host.clock) });
      const bob = world.sandbox.build.addContact({ email: ADA });
      const link = world.sandbox.links.signed(world.sandbox.build.file("n.png", "image/png", text("n")), world.host.clock.now());
      world.sandbox.build.addNote(bob, `<img src="${link}">`);
      expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "notes", code: "ATTACHMENT_NOT_FETCHED", id: bob.notes[0]!.id, have: 0, of: 1 }]);
    });

    it("D10: is not renewed from another conversation than the one that holds it", async () => {
      const world: World = await connectedWorld({ categories: "granted", transport: late(HALF_AN_HOUR + 1_000, 1, () => world.host.clock) });
      const { build } = world.sandbox;
      const stranger = build.addConversation({ contacts: [build.addContact({ email: "bob@example.test" })], parts: [{ attachments: [build.file("a.txt", "text/plain", text("CANARY"))] }] });
      const { id } = build.addConversation({ contacts: [build.addContact({ email: ADA })], parts: [{ attachments: [build.file("a.txt", "text/plain", text("a"))] }] });
      world.sandbox.inject({ path: new RegExp(`^/conversations/${id}$`), after: 1, times: Infinity, fault: { kind: "wrong_object", id: stranger.id } });
      expect(await world.access(ADA)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, package: null });
    });

    it("D10: whose conversation has gone meanwhile is a gap", async () => {
      let world: World | undefined;
      const gone = (to: Transport): Transport => async (input) => {
        if (input.url.includes("/files/")) world!.sandbox.state.conversations.clear();
        return to(input);
      };
      const { result } = await accessTo((build) => [{ ...build.file("a.txt", "text/plain", text("a")), url: "https://downloads.intercomcdn.com/files/unknown/a.txt?expires=1&signature=x" }], { transport: gone, onWorld: (made) => (world = made) });
      expect(result.gaps.map(({ code }) => code)).to.deep.equal(["ATTACHMENT_NOT_FETCHED"]);
    });
  });

  it("D11: on a host outside the list is not fetched, and is a gap", async () => {
    const hosts = [
      "https://files.example.test/a.txt?signature=x",
      "https://intercom-attachments-10.com/a.txt?signature=x",
      "https://downloads.intercomcdn.com.example.test/a.txt?signature=x",
      "https://evildownloads.intercomcdn.com/a.txt?signature=x",
      "http://downloads.intercomcdn.com/a.txt?signature=x",
      "https://downloads.intercomcdn.com:8443/a.txt?signature=x",
      "https://user:secret@downloads.intercomcdn.com/a.txt?signature=x",
      "https://api.intercom.io/contacts/1?signature=x",
      "https://169.254.169.254/latest?signature=x",
      "//downloads.intercomcdn.com/a.txt",
      "file:///etc/passwd",
      "nonsense",
    ];
    const { result, attachments, world, conversation } = await accessTo((build) => [build.file("fine.txt", "text/plain", text("fine")), ...hosts.map((url) => build.file("a.txt", "text/plain", text("a"), { url }))]);
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "ATTACHMENT_HOST_REFUSED", id: conversation.id, have: 1, of: hosts.length + 1 }]);
    expect(attachments.map(({ name }) => name)).to.deep.equal(["fine.txt"]);
    expect(world.sent.filter((call) => !call.includes("/conversations") && !call.includes("/contacts") && !/\/(?:tickets|events|custom_object|segments)/.test(call))).to.deep.equal(["GET /files/" + world.sent.find((call) => call.includes("/files/"))!.split("/files/")[1]!]);
    expect(world.sandbox.calls.countByOperation()).to.include({ getConversation: 1 });
  });

  it("are told apart from the pages that an answer was drawn from: those are no files, are not fetched, and stay as they were received", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    build.addConversation({ contacts: [build.addContact({ email: ADA })] });
    const pages = ["article", "external_page", "custom_answer"].map((type, n) => ({ content_type: type, url: `https://help.acme.test/${n}`, title: `Page ${n}`, locale: "en" }));
    const ai_agent = { rating: 1, content_sources: { type: "content_source.list", total_count: 3, content_sources: pages } };
    world.sandbox.inject({ path: /^\/conversations\/\d+$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ai_agent_participated: true, ai_agent }) } });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(world.sandbox.calls.countByOperation()).to.include({ getConversation: 1 }).and.not.have.property("download");
    expect((world.host.packageOf(result.request.id)!.records["conversations"]![0]!.data as any).ai_agent).to.deep.equal(ai_agent);
  });

  it("that Intercom names and gives no link to are gaps, and are not asked for", async () => {
    const { world, result, conversation, attachments } = await accessTo((build) => [build.file("a.txt", "text/plain", text("a")), build.file("b.txt", "text/plain", text("b")), build.file("c.txt", "text/plain", text("c"))], {
      onWorld: (made) =>
        made.sandbox.inject({
          path: /^\/conversations\/\d+$/,
          times: Infinity,
          fault: { kind: "rewrite", rewrite: (body: any) => (Object.assign(body.conversation_parts.conversation_parts[0].attachments[0], { url: null }), Object.assign(body.conversation_parts.conversation_parts[0].attachments[2], { url: "" }), body) },
        }),
    });
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "ATTACHMENT_NOT_FETCHED", id: conversation.id, have: 1, of: 3 }]);
    expect(attachments.map(({ name }) => name)).to.deep.equal(["b.txt"]);
    expect((world.host.packageOf(result.request.id)!.records["conversations"]![0]!.data as any).conversation_parts.conversation_parts[0].attachments.map(({ name, url }: any) => [name, url])).to.deep.equal([["a.txt", "[file 1]"], ["b.txt", "[file 2]"], ["c.txt", "[file 3]"]]);
    expect(world.sandbox.calls.countByOperation()).to.include({ getConversation: 1, download: 1 });
  });

  it("that a text links to without a signature are fetched where they lie at Intercom's own, and are gaps where they are not given", async () => {
    let signed = "";
    // What is linked without a signature is given without one.
    const given = (to: Transport): Transport => (input) => to(input.url === signed.split("?")[0] ? { ...input, url: signed } : input);
    const world = await connectedWorld({ categories: "granted", transport: given });
    const { build, links } = world.sandbox;
    signed = links.signed(build.file("p.png", "image/png", text("A picture")), world.host.clock.now());
    const lost = "https://downloads.intercomcdn.com/i/o/1/lost.png";
    const left = 'https://help.acme.test/p.png, https://downloads.intercomcdn.com/ <a href="https://evildownloads.intercomcdn.com/p.png">';
    const conversation = build.addConversation({ contacts: [build.addContact({ email: ADA })], parts: [{ body: `<img src="${signed.split("?")[0]!}"> (see ${lost}). ${left}` }] });
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "ATTACHMENT_NOT_FETCHED", id: conversation.id, have: 1, of: 2 }]);
    const { manifest, records } = world.host.packageOf(result.request.id)!;
    expect((manifest["attachments"] as any[]).map(({ sha256: hash }) => hash)).to.deep.equal([sha256(text("A picture"))]);
    expect((records["conversations"]![0]!.data as any).conversation_parts.conversation_parts[0].body).to.equal(`<p><img src="[file 1]"> (see [file 2]). ${left}</p>`);
  });

  it("that are missing for several reasons are counted once, each beside its own reason", async () => {
    const { world, result, conversation } = await accessTo((build) => [build.file("a.txt", "text/plain", text("a")), build.file("b.txt", "text/plain", text("b")), build.file("c.txt", "text/plain", text("c")), build.file("d.txt", "text/plain", text("d"))], {
      onWorld: (made) =>
        made.sandbox.inject({
          path: /^\/conversations\/\d+$/,
          times: Infinity,
          fault: {
            kind: "rewrite",
            rewrite: (body: any) => {
              const [, b, c, d] = body.conversation_parts.conversation_parts[0].attachments;
              b.url = "https://evil.example.test/b";
              c.url = "https://evil.example.test/c";
              d.url = d.url.replace(/signature=[^&]*/, "signature=0");
              return body;
            },
          },
        }),
    });
    expect(result.counts).to.include({ attachments: 1 });
    expect(result.gaps).to.have.deep.members([
      { category: "conversations", code: "ATTACHMENT_HOST_REFUSED", id: conversation.id, have: 1, of: 3 },
      { category: "conversations", code: "ATTACHMENT_NOT_FETCHED", id: conversation.id, have: 1, of: 2 },
    ]);
    expect(world.sandbox.calls.records.filter(({ kind }) => kind === "file").map(({ status }) => status)).to.deep.equal([200, 403, 403, 403]);
  });

  it("D12: of nothing, of another type and of another size than announced are taken as they are, hashed, and said", async () => {
    const empty = await accessTo((build) => [build.file("empty.txt", "text/plain", { zeros: 0 })]);
    expect(empty.result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(empty.attachments[0]).to.deep.include({ bytes: 0, sha256: sha256(new Uint8Array()) });
    const wrong: readonly Partial<AttachmentRecord>[] = [{ announcedBytes: 5 }, { announcedBytes: 0 }, { answeredType: "text/html" }, { answeredType: "image/svg+xml", announcedBytes: 1 }];
    for (const lie of wrong) {
      const { result, attachments, conversation } = await accessTo((build) => [build.file("photo.png", "image/png", text("<script>"), lie)]);
      expect(result.gaps, JSON.stringify(lie)).to.deep.equal([{ category: "conversations", code: "ATTACHMENT_NOT_AS_DECLARED", id: conversation.id }]);
      expect(attachments[0]).to.deep.include({ bytes: 8, sha256: sha256(text("<script>")), mediaType: lie.answeredType ?? "image/png", path: lie.answeredType === undefined ? "attachments/1.png" : "attachments/1.bin" });
    }
  });

  it("takes a stream of bytes, another word for the same type, and no announcement for no contradiction", async () => {
    for (const [announced, answered] of [["application/pdf", "application/octet-stream"], ["application/pdf", "binary/octet-stream"], ["image/jpg", "image/jpeg"], ["application/x-zip", "application/zip"], ["text/plain; charset=utf-8", "text/plain"], ["", "text/plain"]] as const) {
      const { result } = await accessTo((build) => [build.file("f", announced, text("f"), { answeredType: answered })]);
      expect(result.gaps, announced).to.deep.equal([]);
    }
  });

  it("D12: of 2 GB is not read beyond the limit, and is a gap", async () => {
    const gigabytes = { zeros: 2 * 1024 ** 3 };
    const { result, attachments, world, conversation } = await accessTo((build) => [build.file("huge.bin", "application/octet-stream", gigabytes), build.file("small.txt", "text/plain", text("small"))], { downloadLimits: { maxBytes: 5_000_000 } });
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "ATTACHMENT_TOO_LARGE", id: conversation.id, have: 1, of: 2 }]);
    expect(attachments.map(({ name }) => name)).to.deep.equal(["small.txt"]);
    expect(world.sandbox.calls.countByOperation()).to.include({ download: 2 });
  });

  it("that their host fails to hand out are asked for again, and then are a gap that does not hold up the rest", async () => {
    const once = await accessTo((build) => [build.file("a.txt", "text/plain", text("a"))], { onWorld: ({ sandbox }) => sandbox.inject({ path: /^\/files\//, times: 2, fault: { kind: "status", status: 503 } }) });
    expect(once.result).to.deep.include({ outcome: "complete", gaps: [] });
    const broken = await accessTo((build) => [build.file("a.txt", "text/plain", text("a"))], { onWorld: ({ sandbox }) => sandbox.inject({ path: /^\/files\//, times: Infinity, fault: { kind: "short_body" } }) });
    expect(broken.result.gaps.map(({ code }) => code)).to.deep.equal(["ATTACHMENT_NOT_FETCHED"]);
    expect(broken.result.counts).to.include({ conversations: 1 });
  });

  it("are no gap while the vendor cannot be reached at all: the request is parked, and goes on", async () => {
    let world: World | undefined;
    let down = false;
    const outage = (to: Transport): Transport => async (input) => {
      down ||= input.url.includes("/files/");
      if (down && world !== undefined) throw new TypeError("fetch failed");
      return to(input);
    };
    world = await connectedWorld({ categories: "granted", transport: (to) => (input) => outage(to)(input) });
    const { build } = world.sandbox;
    build.addConversation({ contacts: [build.addContact({ email: ADA })], parts: [{ attachments: [build.file("a.txt", "text/plain", text("a"))] }] });
    const parked = await world.access(ADA);
    expect([parked.outcome, parked.attention?.code]).to.deep.equal(["parked", "VENDOR_UNAVAILABLE"]);
    const kept = world;
    world = undefined;
    expect(await kept.dsr.resume(parked.request.id)).to.deep.include({ outcome: "complete", gaps: [] });
  });

  it("redirects lead nowhere", async () => {
    const { result, downloads } = await accessTo((build) => [build.file("a.txt", "text/plain", text("a"))], { onWorld: ({ sandbox }) => sandbox.inject({ path: /^\/files\//, times: Infinity, fault: { kind: "redirect", to: "https://downloads.intercomcdn.com/files/x" } }) });
    expect(result.gaps.map(({ code }) => code)).to.deep.equal(["ATTACHMENT_NOT_FETCHED"]);
    expect(downloads).to.have.length(3);
  });

  it("count as many as the package holds where a note is read twice, and its file can be had the second time alone", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const { id } = build.addConversation({ contacts: [ada], parts: [{ attachments: [build.file("a.txt", "text/plain", text("a"))] }] });
    const shown = await world.sandbox.fetch(new Request(`https://api.intercom.io/conversations/${id}`, { headers: { authorization: `Bearer ${world.sandbox.token}`, "intercom-version": "2.16", accept: "application/json" } }));
    const url: string = ((await shown.json()) as any).conversation_parts.conversation_parts[0].attachments[0].url;
    world.sandbox.state.conversations.clear();
    for (const note of ["first", "second"]) build.addNote(ada, note);
    let lists = 0;
    const rewrite = (body: any) => {
      lists += 1;
      const link = lists === 1 ? url.replace(/signature=./, "signature=0") : url;
      return { ...body, data: lists === 1 ? [{ ...body.data[0], body: link }] : body.data.map((note: any, n: number) => (n === 0 ? { ...note, body: link } : note)) };
    };
    world.sandbox.inject({ path: /\/notes$/, times: Infinity, fault: { kind: "rewrite", rewrite } });
    const { counts, request } = await world.access(ADA);
    expect([lists, counts["notes"]]).to.deep.equal([2, 2]);
    expect(counts["attachments"] ?? 0).to.equal((world.host.packageOf(request.id)!.manifest["attachments"] as readonly unknown[]).length);
  });
});
