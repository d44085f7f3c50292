import { expect } from "chai";
import { disclosed, DOUBTFUL, NOTE_WITHHELD, withoutOthers, WITHHELD } from "../../../connectors/intercom/other-people.js";
import type { AccessResult } from "../../../core/index.js";
import type { Person } from "../../../connectors/intercom/people-in-record.js";
import { withoutFileLinks } from "../../../connectors/intercom/attachments.js";
import { connectedWorld, createWorld, forgetCalls, type World, type WorldOptions } from "./world.js";

const ADA = "ada@example.test";

describe("other people in what is read at Intercom", () => {
  const packageText = (world: Awaited<ReturnType<typeof connectedWorld>>, id: string) => JSON.stringify(world.host.packageOf(id)!);

  it("another participant's name, address, id and words stand nowhere in the package", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA, name: "Ada Lovelace" });
    const babbage = build.addContact({ email: "babbage@example.test", name: "Charles Babbage", externalId: "crm-babbage" });
    build.addConversation({
      contacts: [ada, babbage],
      channel: "email",
      source: { body: "Charles Babbage and I have a plan. Write to Babbage@Example.test or ask Charles.", emailHeaders: [{ type: "from", email: ADA }, { type: "cc", email: "mary@example.test" }] },
      parts: [
        { from: babbage, body: "CANARY-WORDS", attachments: [build.file("CANARY-FILE.txt", "text/plain", { zeros: 10 })], emailHeaders: [{ type: "from", email: "babbage@example.test" }] },
        { body: "Thank you. Mary is mary@example.test." },
        { from: null, body: "CANARY-OF-NOBODY" },
      ],
      rating: { rating: 2, remark: "CANARY-REMARK", by: babbage },
      recipients: ["help@example.test", ADA],
    });
    const result = await world.access(ADA);
    const text = packageText(world, result.request.id);
    for (const canary of ["Babbage", "babbage", "Charles", "CANARY", "mary@", "help@", "crm-babbage", babbage.id]) expect(text, canary).not.to.contain(canary);
    for (const own of ["and I have a plan", "Thank you", ADA, "Ada Lovelace"]) expect(text, own).to.contain(own);
    const [record] = world.host.packageOf(result.request.id)!.records["conversations"]!;
    const data = record!.data as any;
    expect(data.contacts.contacts.map(({ id }: any) => id)).to.deep.equal([ada.id, "participant 1"]);
    expect(data.conversation_parts.conversation_parts.map((part: any) => part.body)).to.deep.equal([WITHHELD, "<p>Thank you. Mary is [address].</p>", DOUBTFUL]);
    expect(data.conversation_parts.conversation_parts[0].author).to.deep.equal({ type: "user", id: "participant 1", name: "participant 1" });
    expect(Object.fromEntries(record!.redactions!.map(({ rule, count }) => [rule, count]))).to.include({ participant_text: 3, participant: 3, address: 2 });
  });

  it("a teammate is a label, in authors, assignments, signatures, notes and tags", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build, state } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const [teammate] = [...state.admins.values()];
    build.addConversation({ contacts: [ada], parts: [{ from: "teammate", body: `Regards, ${teammate!.name}, ${teammate!.email.toUpperCase()}` }, { body: `Thanks, ${teammate!.name}!` }] });
    build.addNote(ada, "Wants a refund.");
    build.addTag(ada, "vip");
    const result = await world.access(ADA);
    const { records } = world.host.packageOf(result.request.id)!;
    const text = JSON.stringify(records);
    for (const canary of [teammate!.name, teammate!.email, teammate!.email.toUpperCase(), teammate!.id]) expect(text, canary).not.to.contain(canary);
    const parts = (records["conversations"]![0]!.data as any).conversation_parts.conversation_parts;
    expect(parts.map((part: any) => part.body)).to.deep.equal(["<p>Regards, teammate 1, teammate 1</p>", "<p>Thanks, teammate 1!</p>"]);
    expect(parts[0].author).to.deep.equal({ type: "admin", id: "teammate 1", name: "teammate 1" });
    expect((records["notes"]![0]!.data as any).author).to.deep.equal({ type: "admin", id: "teammate 1", name: "teammate 1" });
    expect(records["tags"]![0]!.redactions).to.deep.equal([{ rule: "teammate", count: 1 }]);
  });

  it("a teammate has one label in all records, also where another process reads on, and no name or address of theirs is kept for that", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const [carla, max] = [{ type: "admin" as const, id: "71", name: "Carla Jones", email: "carla@staff.example.test" }, { type: "admin" as const, id: "72", name: "Max Berg", email: "max@staff.example.test" }];
    build.addConversation({ contacts: [ada], parts: [{ from: carla, body: "I am Carla." }, { from: max, body: "I am Max." }], createdAt: Date.parse("2026-01-02") });
    const last = build.addConversation({ contacts: [ada], parts: [{ from: max, body: "Max again." }], createdAt: Date.parse("2026-01-03") });
    world.sandbox.inject({ path: new RegExp(`^/conversations/${last.id}$`), times: 4, fault: { kind: "status", status: 500 } });
    const { request } = await world.access(ADA);
    expect(JSON.stringify((await world.host.journal.entries(request.id)).map((entry) => ("checkpoint" in entry ? entry.checkpoint : "")))).to.not.match(/carla|max/i);
    const resumed = world.again();
    await resumed.dsr.resume(request.id);
    const parts = resumed.host.packageOf(request.id)!.records["conversations"]!.flatMap(({ data }: any) => data.conversation_parts.conversation_parts);
    expect(parts.map(({ author, body }: any) => [author.name, body])).to.deep.equal([["teammate 1", "<p>I am teammate 1.</p>"], ["teammate 2", "<p>I am teammate 2.</p>"], ["teammate 2", "<p>teammate 2 again.</p>"]]);
  });

  it("teammates have labels that are theirs alone and the same in all records, however many they are, and a checkpoint does not grow with them", () => {
    const staffMarks: string[] = [];
    const team = Array.from({ length: 500 }, (_, n) => ({ author: { type: "admin", id: String(n + 1) }, body: null }));
    const labels = () => (withoutOthers(team, { contactIds: new Set(), isOwnAddress: () => false, staffMarks }).data as typeof team).map(({ author }) => author.id);
    const first = labels();
    expect([new Set(first).size, staffMarks.length, first[49]]).to.deep.equal([500, 50, "teammate 50"]);
    expect(labels()).to.deep.equal(first);
  });

  describe("a teammate who is merely mentioned", () => {
    const employed = async (options: WorldOptions = {}) => {
      const world = createWorld({ categories: "granted", ...options });
      const { state, workspace } = world.sandbox;
      for (const [id, name] of [["71", "Carla van Jones"], ["72", "Max"], ["73", "Jo O\u2019Neil (Support)"], ["74", "Dr. Lena Gro\u00df"], ["75", "Acme GmbH"], ["78", "Customer Support"], ["79", "Chris Sales"], ["81", "Tina Roth - Acme"], ["82", "Berg, Uwe, PhD"], ["83", "Miss Piggy"], ["76", "Anna Schmidt"], ["77", "Anna Schmidt"]] as const) state.admins.set(id, { id, workspace, name, email: `${name.split(" ")[0]!.toLowerCase()}@staff.example.test`, role: null, emailVerified: true });
      await world.connect();
      forgetCalls(world);
      return world;
    };
    const bodies = (world: World, id: string) => (world.host.packageOf(id)!.records["conversations"]![0]!.data as any).conversation_parts.conversation_parts.map(({ body }: any) => body);

    it("is a label by the whole name and by the address, wherever that stands, at the price of no call", async () => {
      const world = await employed();
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA, name: "Ada Lovelace", customAttributes: { manager: "Carla van Jones" } });
      build.addNote(ada, "Ask Carla van Jones.");
      build.addConversation({ contacts: [ada], parts: [
        { from: "teammate", body: "I asked Carla van Jones (carla@staff.example.test); it is Carla van Jones's case. Carla van Jones." },
        { from: ada, body: "Meeting\u2013Carla van Jones\u2014at 10\u2013Carla van Jones. Is CARLA VAN JONES there? My son Max says: <b>Carla van</b>&nbsp;Jones. I am Ada Lovelace, not Carla Van-Jones." },
        { from: "teammate", body: "See carla_van_jones.pdf and Carla_van_Jones.pdf" },
      ] });
      const result = await world.access(ADA);
      expect(world.sent).to.not.include("GET /admins");
      const text = packageText(world, result.request.id);
      for (const canary of ["Carla van Jones", "Carla_van", "CARLA", "carla@"]) expect(text, canary).not.to.contain(canary);
      expect(bodies(world, result.request.id)).to.deep.equal([
        "<p>I asked teammate 2 (teammate 2); it is teammate 2's case. teammate 2.</p>",
        "<p>Meeting\u2013teammate 2\u2014at 10\u2013teammate 2. Is teammate 2 there? My son Max says: <b>teammate 2</b>. I am Ada Lovelace, not Carla Van-Jones.</p>",
        "<p>See carla_van_jones.pdf and teammate 2.pdf</p>",
      ]);
    });

    it("is not taken for somebody else who stands in the record and shares a word, nor for one of two who are called the same", async () => {
      const world = await employed();
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA, name: "Ada Lovelace" });
      build.addCompany("Acme GmbH", [ada]);
      const carla = { type: "admin" as const, id: "80", name: "Carla Weber", email: "weber@staff.example.test" };
      build.addConversation({ contacts: [ada], parts: [
        { from: carla, body: "Ask Carla van Jones, or Jo O\u2019Neil, Jo O'Neil, Lena Gross, LENA GROSS." },
        { from: ada, body: "I asked Carla, of Acme GmbH. Your Customer Support said: Chris Sales, Tina Roth, Uwe Berg or Miss Piggy." },
        { from: { type: "admin", id: "77", name: null, email: null }, body: "It was Anna Schmidt." },
      ] });
      const { request } = await world.access(ADA);
      expect(bodies(world, request.id)).to.deep.equal(["<p>Ask teammate 3, or teammate 4, teammate 4, teammate 5, teammate 5.</p>", "<p>I asked teammate 1, of Acme GmbH. Your Customer Support said: teammate 6, teammate 7, teammate 8 or teammate 9.</p>", "<p>It was teammate 10.</p>"]);
      expect(packageText(world, request.id)).to.contain('"name":"Acme GmbH"');
    });

    it("is not taken for whom the record itself calls so", () => {
      const record = { contacts: { contacts: [{ type: "user", id: "own" }, { type: "user", id: "c1", name: "Carla van Jones" }] }, source: { author: { type: "user", id: "own" }, body: "I asked Carla van Jones, and Max Berg." } };
      const told = disclosed(record, { contactIds: new Set(["own"]), isOwnAddress: () => false, teammate: (named) => (/^(?:Carla van Jones|Max Berg)$/.test(named) ? "71" : undefined) });
      expect((told.data as typeof record).source.body).to.equal("I asked participant 1, and teammate 1.");
    });

    it("is asked about a bounded number of times, whatever a text holds", () => {
      const asked = new Set<string>();
      const body = Array.from({ length: 30_000 }, (_, n) => `A${n.toString(36)} B${n.toString(36)}`).join(" ");
      disclosed({ author: { type: "user", id: "own" }, body }, { contactIds: new Set(["own"]), isOwnAddress: () => false, teammate: (named) => void asked.add(named) });
      expect(asked.size).to.be.within(10_000, 50_000);
    });

    it("is not the person who is called the same, where the person's address says so", async () => {
      const world = await employed();
      const address = "Carla.van_Jones@example.test";
      const carla = world.sandbox.build.addContact({ email: address, name: null, customAttributes: { other: `_${address}`, full_name: "Carla van Jones", login: "Carla_van_Jones" } });
      world.sandbox.build.addNote(carla, "Carla van Jones called.");
      const { data, redactions = [] } = world.host.packageOf((await world.access(address)).request.id)!.records["contacts"]![0]!;
      expect(data).to.deep.include({ email: address, custom_attributes: { other: `_${address}`, full_name: "Carla van Jones", login: "Carla_van_Jones" } });
      expect(redactions.map(({ rule }) => rule)).not.to.include("name_in_text");
    });

    it("stays out where the list was readable before or after a stop only: what was read is read anew, and the result says whether teammates are covered", async () => {
      const world = await employed();
      const { build, token } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      build.addConversation({ contacts: [ada], parts: [{ from: ada, body: "Ask Carla van Jones." }] });
      const stopped = async () => {
        world.sandbox.inject({ path: /^\/conversations\/\d+$/, times: 4, fault: { kind: "status", status: 500 } });
        return (await world.access(ADA, { reference: `at ${world.host.clock.now()}` })).request.id;
      };
      const goneOn = async (id: string) => {
        await world.host.clock.advance(7_200_000);
        const { notCovered } = (await world.dsr.resume(id)) as AccessResult;
        return [notCovered.some(({ category }) => category === "teammates"), bodies(world, id)[0]];
      };
      const first = await stopped();
      world.sandbox.withdrawScope(token, "read_admins");
      expect(await goneOn(first)).to.deep.equal([true, "<p>Ask Carla van Jones.</p>"]);
      const second = await stopped();
      world.sandbox.grantScope(token, "read_admins");
      await world.dsr.check("acme");
      expect(await goneOn(second)).to.deep.equal([false, "<p>Ask teammate 1.</p>"]);
    });

    it("is known to a connection of a version that kept no names before anything is read", async () => {
      const world = await employed();
      await world.host.connections.change("acme", ({ colleagues: _, ...before }) => before);
      const ada = world.sandbox.build.addContact({ email: ADA });
      world.sandbox.build.addConversation({ contacts: [ada], parts: [{ from: ada, body: "Ask Carla van Jones." }] });
      expect(bodies(world, (await world.access(ADA)).request.id)).to.deep.equal(["<p>Ask teammate 1.</p>"]);
    });

    it("stays where their list may not be read, and where the host includes other people", async () => {
      for (const world of [await employed({ categories: ["conversations"], sandbox: {} }), await employed({ settings: { otherPeople: "include" } })]) {
        const { build } = world.sandbox;
        const ada = build.addContact({ email: ADA });
        build.addConversation({ contacts: [ada], parts: [{ from: ada, body: "Ask Carla van Jones." }] });
        expect(bodies(world, (await world.access(ADA)).request.id)).to.deep.equal(["<p>Ask Carla van Jones.</p>"]);
      }
    });

    it("is a label in what a part tells of an event, too", () => {
      const record = { type: "conversation", id: "1", conversation_parts: { conversation_parts: [{ type: "conversation_part", id: "2", author: { type: "bot", id: "9" }, body: null, event_details: { action: "Sent to Carla van Jones", note: "To carla@staff.example.test." } }] } };
      const told = disclosed(record, { contactIds: new Set(), isOwnAddress: () => false, teammate: (named) => (/^carla/i.test(named) ? "71" : undefined) });
      expect((told.data as typeof record).conversation_parts.conversation_parts[0]!.event_details).to.deep.equal({ action: "Sent to teammate 1", note: "To teammate 1." });
      expect(told.redactions).to.deep.include({ rule: "name_in_text", count: 2 });
    });

    it("is the person, where it is, and stays", async () => {
      const world = await employed();
      const { build } = world.sandbox;
      const ada = build.addContact({ email: "carla@staff.example.test", name: "Carla van Jones" });
      build.addConversation({ contacts: [ada], parts: [{ from: "teammate", body: "Dear Carla van Jones, carla@staff.example.test" }] });
      expect(bodies(world, (await world.access("carla@staff.example.test")).request.id)).to.deep.equal(["<p>Dear Carla van Jones, carla@staff.example.test</p>"]);
    });
  });

  it("what a merged lead of the person wrote is the person's own", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    // Whatever else is read after the contact that tells of the merge.
    build.addContact({ email: ADA, role: "lead", createdAt: 1_000 });
    const [lead, ada] = [build.addContact({ role: "lead", email: null, name: "Visitor" }), build.addContact({ email: ADA })];
    build.addContact({ email: ADA, role: "lead" });
    const conversation = build.addConversation({ contacts: [lead], source: { body: "Asked before I had an account." } });
    build.mergeContact(lead, ada);
    conversation.contactIds = [ada.id];
    world.sandbox.state.conversationIndex.refresh(conversation.id);
    const result = await world.access(ADA);
    expect(packageText(world, result.request.id)).to.contain("Asked before I had an account.");
    // As much is known to a process that goes on after the contact was read.
    world.sandbox.inject({ path: new RegExp(`^/conversations/${conversation.id}$`), times: 4, fault: { kind: "status", status: 500 } });
    const parked = await world.access(ADA, { reference: "again" });
    expect(parked.outcome).to.equal("parked");
    const resumed = world.again();
    await resumed.dsr.resume(parked.request.id);
    expect(packageText(resumed, parked.request.id)).to.contain("Asked before I had an account.");
  });

  it("who once began something from the person's address, and carries another one by now, is somebody else in every thread, in whatever order these are read", async () => {
    for (const [takesPart, month] of [[true, "2026-01"], [true, "2025-11"], [false, "2026-01"], [false, "2025-11"]] as const) {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const [ada, bob] = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test", name: "Bob Miller" })];
      build.addConversation({ contacts: takesPart ? [ada, bob] : [ada], source: { from: { type: "user", id: bob.id, name: "Bob Miller", email: ADA }, body: "Begun" }, createdAt: Date.parse(`${month}-01`) });
      build.addConversation({ contacts: [ada, bob], source: { from: ada, body: "Hello" }, parts: [{ from: bob, body: "Secret" }], createdAt: Date.parse("2025-12-15") });
      expect(packageText(world, (await world.access(ADA)).request.id), `${String(takesPart)} ${month}`).to.contain("Hello").and.not.to.match(/Secret|bob@/);
    }
  });

  it("under the id of a contact that is gone the person is known in what their address began, and nobody is elsewhere; it is asked for once", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, gone] = [build.addContact({ email: ADA }), build.addContact({ email: ADA })];
    for (const n of [1, 2]) build.addConversation({ contacts: [ada, gone], source: { from: gone, body: `Begun ${n}` }, parts: [{ from: gone, body: `Mine ${n}` }] });
    build.addConversation({ contacts: [ada, gone], source: { from: ada, body: "Hello" }, parts: [{ from: { type: "user", id: gone.id, name: null, email: "bob@example.test" }, body: "Secret" }] });
    gone.goneAt = 0;
    world.sandbox.inject({ path: /contacts\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.filter(({ id }: any) => id === ada.id), total_count: 1 }) } });
    const text = packageText(world, (await world.access(ADA)).request.id);
    for (const own of ["Begun 1", "Mine 1", "Begun 2", "Mine 2", "Hello"]) expect(text).to.contain(own);
    expect(text).to.not.contain("Secret");
    expect(world.sent.filter((call) => call === `GET /contacts/${gone.id}`)).to.have.lengthOf(1);
  });

  it("somebody of an address that only resembles the person's is somebody else", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, near] = [build.addContact({ email: ADA }), build.addContact({ email: "ada+x@example.test" })];
    build.addConversation({ contacts: [ada, near], parts: [{ from: near, body: "CANARY" }] });
    expect(packageText(world, (await world.access(ADA)).request.id)).not.to.contain("CANARY");
  });

  it("of another participant's call only that there was one is told", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, babbage] = [build.addContact({ email: ADA }), build.addContact({ email: "babbage@example.test" })];
    const conversation = build.addConversation({ contacts: [ada, babbage], channel: "phone_call" });
    build.addPhoneCall(conversation, ada, [{ speaker: "Ada Lovelace", text: "Mine." }]);
    build.addPhoneCall(conversation, babbage, [{ speaker: "Charles Babbage", text: "CANARY" }]);
    const result = await world.access(ADA);
    expect(result.counts).to.include({ calls: 2 });
    expect(packageText(world, result.request.id)).to.contain("Mine.").and.not.to.contain("CANARY").and.not.to.contain(babbage.id);
  });

  it("a file is named with its type and size, and its link stands nowhere", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const conversation = build.addConversation({ contacts: [ada], parts: [{ attachments: [build.file("plan.pdf", "application/pdf", { zeros: 77 }), build.file("b.png", "image/png", { zeros: 1 })] }] });
    const result = await world.access(ADA);
    const text = packageText(world, result.request.id);
    expect(text).to.contain('"name":"plan.pdf","url":"[file 1]","content_type":"application/pdf","filesize":77').and.not.to.match(/signature=|intercomcdn/);
    expect(world.host.packageOf(result.request.id)!.manifest["attachments"]).to.have.length(2);
    expect(JSON.stringify([world.host.state.requests.get(result.request.id)!.entries, result])).not.to.match(/signature=|intercomcdn/);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(conversation.parts[0]!.attachments).to.have.length(2);
  });

  it("what another participant attached is withheld with what they wrote, and not fetched", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, babbage] = [build.addContact({ email: ADA }), build.addContact({ email: "babbage@example.test" })];
    build.addConversation({ contacts: [ada, babbage], parts: [{ from: babbage, attachments: [build.file("his.txt", "text/plain", { zeros: 3 })] }, { attachments: [build.file("hers.txt", "text/plain", { zeros: 4 })] }] });
    const result = await world.access(ADA);
    expect(result.counts).to.include({ attachments: 1 });
    expect(world.sandbox.calls.countByOperation()).to.include({ download: 1 });
    expect(packageText(world, result.request.id)).to.contain("hers.txt").and.not.to.contain("his.txt");
  });

  it("a file of what is withheld is not handed out to whoever writes its mark, whatever mark that is", async () => {
    const marks = [1, 2, 3].flatMap((id) => [`[file ${id}]`, ...[0, 1, 2].map((n) => `[file${n}x${id}]`)]).join(" ");
    const world = await connectedWorld({ categories: "granted", settings: { notes: "withhold" } });
    const { build } = world.sandbox;
    const [ada, bob] = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test", name: "Bob" })];
    const file = (name: string) => build.file(name, "text/plain", { zeros: 5 });
    const note = { from: "teammate", kind: "note", partType: "note", body: "Among us", attachments: [file("note.txt")] } as const;
    build.addConversation({ contacts: [ada, bob], source: { body: marks, attachments: [file("own.txt")] }, parts: [{ from: bob, body: "Mine", attachments: [file("bob.txt")] }, note] });
    build.addNote(ada, marks);
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    const { manifest, records } = world.host.packageOf(result.request.id)!;
    expect((manifest["attachments"] as any[]).map(({ name }) => name)).to.deep.equal(["own.txt"]);
    expect((records["conversations"]![0]!.data as any).source.body, "what was written stays").to.equal(`<p>${marks}</p>`);
  });

  it("a file stays whatever somebody else is called", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const contacts = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test", name: "file" }), build.addContact({ email: "eve@example.test", name: "file0x1 12" })];
    build.addConversation({ contacts, source: { attachments: [build.file("own.txt", "text/plain", { zeros: 5 })] }, parts: [{ from: contacts[1]! }, { from: contacts[2]! }] });
    const result = await world.access(ADA);
    const { manifest, records } = world.host.packageOf(result.request.id)!;
    expect(manifest["attachments"]).to.have.length(1);
    expect((records["conversations"]![0]!.data as any).source.attachments[0].url).to.equal("[file 1]");
  });

  it("a file that is named after another participant carries the redacted name wherever it is named", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, renee] = [build.addContact({ email: ADA }), build.addContact({ email: "renee@example.test", name: "Renée O'Neil" })];
    const file = () => build.file("Renée O'Neil CV.pdf", "application/pdf", { zeros: 5 });
    build.addConversation({ contacts: [ada, renee], source: { attachments: [file()] }, parts: [{ from: renee }, { attachments: [file()] }] });
    build.addTicket({ contacts: [ada, renee], parts: [{ from: renee }, { attachments: [file()] }] });
    const result = await world.access(ADA);
    const { manifest } = world.host.packageOf(result.request.id)!;
    expect((manifest["attachments"] as any[]).map(({ name }) => name)).to.deep.equal(Array(3).fill("participant 1 CV.pdf"));
    expect(packageText(world, result.request.id)).to.contain('"name":"participant 1 CV.pdf"').and.not.to.match(/Ren|Neil/);
  });

  it("a signed link inside a text is taken out, and is the file that it leads to", () => {
    const link = "https://downloads.intercomcdn.com/i/o/1/a.png?expires=1&amp;signature=abc";
    const { data, files } = withoutFileLinks({ body: `<img src="${link}"> and <a href="${link}">see</a> https://docs.example.test/?q=1` });
    expect(data).to.deep.equal({ body: '<img src="[file 1]"> and <a href="[file 1]">see</a> https://docs.example.test/?q=1' });
    expect(files).to.deep.equal([{ id: "1", place: "https://downloads.intercomcdn.com/i/o/1/a.png", url: "https://downloads.intercomcdn.com/i/o/1/a.png?expires=1&signature=abc" }]);
    for (const secret of ["signature", "sig", "expires", "X-Amz-Signature"]) {
      for (const host of ["uploads.intercomusercontent.com", "intercom-attachments-10.com", "api.intercom.io"]) {
        const [url, other] = [`https://${host}/a?x=1&${secret}=abc`, `https://${host}.example.test/a?x=1&${secret}=abc`];
        expect(withoutFileLinks({ body: `(${url}.), ${other}` }), url).to.deep.equal({ data: { body: `([file 1].), ${other}` }, files: [{ id: "1", place: `https://${host}/a`, url }] });
      }
    }
  });

  it("a link that leads elsewhere than to Intercom stays as it was written, whatever its query says", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const url = "https://shop.example.test/offer?item=7&expires=2026-02-01";
    const ada = build.addContact({ email: ADA, customAttributes: { offer: url } });
    build.addConversation({ contacts: [ada], source: { body: `See ${url}&signature=x, it is broken` } });
    build.addEvent(ada, "viewed", build.daysAgo(2), { url });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    const { contacts, conversations, events } = world.host.packageOf(result.request.id)!.records as any;
    expect(contacts[0].data.custom_attributes).to.deep.equal({ offer: url });
    expect(conversations[0].data.source.body).to.equal(`<p>See ${url}&signature=x, it is broken</p>`);
    expect(events[0].data.metadata).to.deep.equal({ url });
  });

  it("a file is known by what is told of it: that it was uploaded, its size, its type, or where it lies", () => {
    const url = "https://downloads.intercomcdn.com/a";
    for (const file of [{ type: "upload", url }, { name: "a", url, filesize: 3 }, { url, content_type: "image/png" }]) expect(withoutFileLinks(file).data, JSON.stringify(file)).to.deep.equal({ ...file, url: "[file 1]" });
    expect(withoutFileLinks({ url: "https://help.example.test/a", title: "A page" }).files).to.deep.equal([]);
    expect(withoutFileLinks({ url, title: "At the place of files" }).files).to.deep.equal([{ id: "1", place: url, url }]);
  });

  describe("in a record", () => {
    const ada: Person = { contactIds: new Set(["own"]), isOwnAddress: (address) => address.toLowerCase() === ADA };
    const message = (author: unknown, body: string) => ({ author, body });

    it("is told apart by id and by address", () => {
      const { data } = withoutOthers([message({ type: "user", id: "own" }, "a"), message({ type: "lead", id: "old", email: ADA.toUpperCase() }, "b"), message({ type: "user", id: "x" }, "c")], ada);
      expect((data as any[]).map(({ body }) => body)).to.deep.equal(["a", "b", WITHHELD]);
    });

    it("what somebody else sent without a word, a file, is withheld visibly", () => {
      const parts = [message({ type: "user", id: "own" }, "a"), { author: { type: "user", id: "x" }, body: null, attachments: [{ type: "upload", name: "x.pdf", url: "https://x.test/x" }] }, { author: { type: "user", id: "x" }, body: null, attachments: [] }];
      const { data, redactions } = withoutOthers(parts, ada);
      expect((data as any[]).map(({ body, attachments }) => [body, attachments])).to.deep.equal([["a", undefined], [WITHHELD, undefined], [null, undefined]]);
      expect(redactions).to.deep.include({ rule: "participant_text", count: 2 });
    });

    it("what somebody else set or attached in a part without a body is withheld and counted as what they wrote, and what the person or a teammate set stays", () => {
      const part = (type: "conversation_part" | "ticket_part", author: unknown, more: object) => ({ type, part_type: "ticket_attribute_updated_by_user", author, ...more });
      const set = (label: string) => ({ updated_attribute_data: { attribute: { label: "Employer" }, value: { id: label, label } } });
      const otto = { type: "user", id: "otto" };
      const file = { attachments: [{ type: "upload", name: "CANARY.pdf", url: "https://x.example.test/x" }] };
      const thread = (...parts: object[]) => ({ type: "ticket", contacts: { contacts: [{ type: "user", id: "own" }, otto] }, ticket_parts: { ticket_parts: parts } });
      const others = [part("ticket_part", otto, set("CANARY")), part("ticket_part", otto, file), part("conversation_part", otto, { event_details: { value: { name: "CANARY" } } }), part("ticket_part", null, file), { type: "conversation_part", part_type: "comment", body: "CANARY" }];
      const { data, redactions } = withoutOthers(thread(...others), ada);
      expect(JSON.stringify(data)).not.to.contain("CANARY");
      expect((data as any).ticket_parts.ticket_parts.map(({ body }: any) => body)).to.deep.equal([WITHHELD, WITHHELD, WITHHELD, DOUBTFUL, DOUBTFUL]);
      expect(redactions).to.deep.include({ rule: "participant_text", count: 5 });
      // Where there was nothing to withhold, nothing is said to be.
      expect((withoutOthers(thread(part("ticket_part", otto, { ticket_state: "resolved" })), ada).data as any).ticket_parts.ticket_parts[0]).to.have.all.keys("type", "part_type", "author");

      const theirs = [part("ticket_part", { type: "user", id: "own" }, set("MINE")), part("ticket_part", { type: "admin", id: "7" }, set("STAFF"))];
      const shown = JSON.stringify(withoutOthers(thread(...theirs), ada).data);
      expect(shown).to.contain('"label":"MINE"').and.to.contain('"label":"STAFF"').and.not.to.contain(WITHHELD);
    });

    it("a note in a part without a body is one, and its files are withheld with it", () => {
      const note = { type: "conversation_part", part_type: "note", author: { type: "admin", id: "1" }, attachments: [{ type: "upload", name: "CANARY" }] };
      const { data, redactions } = disclosed({ list: [note, { ...note, attachments: [] }] }, ada, { otherPeople: "include", notes: "withhold" });
      expect(JSON.stringify(data)).not.to.contain("CANARY");
      expect(redactions).to.deep.equal([{ rule: "note", count: 1 }]);
    });

    it("whoever else speaks in a transcript is a label, also where they are spoken of, and what they said stays", () => {
      const call = {
        type: "call",
        contact_id: "own",
        transcript: [
          { speaker: "contact", name: "Ada Lovelace", text: "Hello Heinrich M\u00fcller" },
          { speaker: "admin", name: "Heinrich M\u00fcller", text: "Hello Ada, I am Heinrich" },
          { role: "agent", speaker_name: "Grace Hopper", text: "And Grace" },
          { speaker: "Speaker 3", name: "Carol Crane", text: "Hm" },
        ],
        custom: [{ role: "agent", name: "kept" }],
      };
      const { data, redactions } = withoutOthers(call, ada);
      expect((data as any).transcript).to.deep.equal([
        { speaker: "contact", name: "Ada Lovelace", text: "Hello teammate 1" },
        { speaker: "admin", name: "teammate 1", text: "Hello Ada, I am teammate 1" },
        { role: "agent", speaker_name: "teammate 2", text: "And teammate 2" },
        { speaker: "Speaker 3", name: "speaker 1", text: "Hm" },
      ]);
      expect((data as any).custom).to.deep.equal(call.custom);
      expect(redactions).to.have.deep.members([{ rule: "teammate", count: 2 }, { rule: "speaker", count: 1 }, { rule: "name_in_text", count: 3 }]);
    });

    it("whoever is told as the speaker is taken out of what is said, too, unless a role tells that it is the person", () => {
      const transcript = [{ speaker: "Greta Schmidt", text: "hier Greta" }, { speaker: "Ada Lovelace", role: "contact", text: "Greta, hier Ada" }, { speaker: "Ada Strong", role: "agent", text: "Ada Strong" }, { speaker: "Speaker 4", text: "Hm" }];
      const { data, redactions } = withoutOthers({ transcript }, ada);
      expect((data as any).transcript).to.deep.equal([
        { speaker: "speaker 1", text: "hier speaker 1" },
        { speaker: "Ada Lovelace", role: "contact", text: "speaker 1, hier Ada" },
        { speaker: "teammate 1", role: "agent", text: "teammate 1" },
        { speaker: "Speaker 4", text: "Hm" },
      ]);
      expect(redactions).to.have.deep.members([{ rule: "teammate", count: 1 }, { rule: "speaker", count: 1 }, { rule: "name_in_text", count: 3 }]);
    });

    it("a person who is a teammate, too, keeps their own address, and a teammate's is a label", () => {
      const author = (id: string, email: string) => ({ type: "admin", id, name: "Staff", email });
      const record = { source: message({ type: "user", id: "own", name: "Ada Lovelace", email: ADA }, `${ADA} and greta@example.test`), authors: [author("7", ADA), author("8", "greta@example.test")] };
      const { data, redactions } = withoutOthers(record, ada);
      expect((data as any).source).to.deep.equal(message({ type: "user", id: "own", name: "Ada Lovelace", email: ADA }, `${ADA} and teammate 2`));
      expect(redactions).to.have.deep.members([{ rule: "teammate", count: 2 }, { rule: "name_in_text", count: 1 }]);
    });

    it("whoever is named by an id alone is the label of that teammate, and nobody is nobody", () => {
      const { data, redactions } = withoutOthers({ author: { type: "admin", id: "7", name: "Grace" }, created_by_id: 7, updated_by_id: "7", admin_assignee_id: 8, teammate_ids: [7, 0], closed_by_id: "" }, ada);
      expect(data).to.deep.equal({ author: { type: "admin", id: "teammate 1", name: "teammate 1" }, created_by_id: "teammate 1", updated_by_id: "teammate 1", admin_assignee_id: "teammate 2", teammate_ids: ["teammate 1", 0], closed_by_id: "" });
      expect(redactions).to.deep.equal([{ rule: "teammate", count: 5 }]);
    });

    it("what an operator or a bot wrote is the workspace's, and stays; of a bot's name no single word is taken out of texts", () => {
      const { data } = withoutOthers([message({ type: "operator", id: "o", name: "Operator" }, "a"), message({ type: "bot", id: "b", name: "Answer Bot" }, "The Answer is here, says Answer Bot")], ada);
      expect(data).to.deep.equal([message({ type: "operator", id: "teammate 1", name: "teammate 1" }, "a"), message({ type: "bot", id: "bot 1", name: "bot 1" }, "The Answer is here, says bot 1")]);
    });

    it("what nobody knows who wrote is withheld in what is shared, whether its author is null or has no more a name, and an empty body is none", () => {
      const nobody = { type: "user", id: null, name: null, email: null };
      const { data } = withoutOthers([message({ type: "user", id: "own" }, "a"), message({ type: "user", id: "x" }, "b"), message(null, "c"), message(nobody, "d"), { author: null, body: null }], ada);
      expect((data as any[]).map(({ body }) => body)).to.deep.equal(["a", WITHHELD, DOUBTFUL, DOUBTFUL, null]);
    });

    it("whoever else stands in the headers of an email goes, in any of them and in either shape, is counted, and is taken out of texts", () => {
      const own = { type: "to", email: ADA };
      const headers = [own, { type: "bcc", email: "bcc@example.test" }, { type: "cc", email: "cc@example.test" }, { type: "from", email_address: "from@example.test" }];
      const { data, redactions } = withoutOthers({ email_message_metadata: { email_address_headers: headers }, reply_to: "reply@example.test", body: "bcc@example.test, cc@example.test, from@example.test and reply@example.test" }, ada);
      expect(data).to.deep.equal({ email_message_metadata: { email_address_headers: [own] }, reply_to: null, body: "[address], [address], [address] and [address]" });
      expect(redactions).to.have.deep.members([{ rule: "address", count: 4 }, { rule: "name_in_text", count: 4 }]);
      expect(withoutOthers({ reply_to: ADA }, ada)).to.deep.equal({ data: { reply_to: ADA }, redactions: [] });
    });

    it("of a header's text that is no plain list the person's own addresses stay, and each other one is counted", () => {
      for (const [cc, left, others] of [
        [`${ADA} bob@example.test`, ADA, 1],
        [`${ADA}\nbob@example.test`, ADA, 1],
        [`bob@example.test (Bob Jones), ${ADA}`, ADA, 1],
        ["Team: bob@example.test, carl@example.test;", null, 2],
        ["undisclosed-recipients:;, bob@example.test", null, 1],
        ['bob@example.test, "Doe, Jane"', null, 1],
        ["nobody", "nobody", 0],
      ] as const) expect(withoutOthers({ cc }, ada), cc).to.deep.equal({ data: { cc: left }, redactions: others === 0 ? [] : [{ rule: "address", count: others }] });
    });

    it("whoever else an email was sent to, or is answered to, goes in every shape of it, with their name in what was written", () => {
      const [carl, own] = [{ email: "carl@example.test", name: "Carl Copyman" }, { email: ADA, name: "Ada" }];
      for (const source of [
        { reply_to: [carl, own] },
        { reply_to: carl, recipients: [own] },
        { recipients: { to: [own], cc: [carl] } },
        { recipients: ["Carl Copyman <carl@example.test>", `Ada <${ADA}>`] },
        { cc: "carl@example.test", from: own, recipients: [{ type: "to", email: "carl@example.test", name: "Carl Copyman" }] },
      ]) {
        const { data, redactions } = withoutOthers({ type: "conversation", source: { ...source, body: "Carl Copyman, carl@example.test" }, external_references: [{ id: "carl@example.test" }] }, ada);
        const text = JSON.stringify(data);
        expect(text, JSON.stringify(source)).to.contain(ADA).and.to.not.match(/carl/i);
        expect(redactions.map(({ rule }) => rule)).to.include.members(["address", "name_in_text"]);
      }
      // A company's name in a header takes no word out of what was written, and an attribute of the person's is none.
      const kept = { type: "conversation", source: { reply_to: [{ email: "help@example.test", name: "Acme Support" }], body: "Your support is slow." }, custom_attributes: { migrated_from: "ada.old@example.test" } };
      const { data } = withoutOthers(kept, ada);
      expect(data).to.deep.equal({ ...kept, source: { reply_to: [], body: "Your support is slow." } });
    });

    it("whoever else stands in a header's text beside others goes, each counted, and the person stays", () => {
      const own = `Ada <${ADA}>`;
      const { data, redactions } = withoutOthers({ cc: `Copyman, Carl <carl@example.test>, ${own}; dora@example.test`, bcc: "carl@example.test,dora@example.test", recipients: [`${own}, Dora <dora@example.test>`], reply_to: `Ada, or carl@example.test`, body: "dora@example.test" }, ada);
      expect(data).to.deep.equal({ cc: own, bcc: null, recipients: [own], reply_to: null, body: "[address]" });
      expect(redactions).to.deep.include({ rule: "address", count: 6 });
    });

    it("the person in a transcript is not hidden, whatever the role is called", () => {
      const record = { transcript: ["user", "lead", "contact", "customer", "caller"].map((speaker) => ({ speaker, name: "Ada Lovelace", text: "Hello" })) };
      expect(withoutOthers(record, ada)).to.deep.equal({ data: record, redactions: [] });
    });

    it("a note is one whatever else its part did, is counted where it said something, and no other part is", () => {
      const types = ["note", "note_and_reopen", "assign_and_note", "comment", "notebook"];
      const parts = [...types.map((part_type) => ({ part_type, author: { type: "admin", id: "1" }, body: "x" })), { type: "note", author: null, body: "" }];
      const { data, redactions } = disclosed(parts, ada, { otherPeople: "include", notes: "withhold" });
      expect((data as any[]).map(({ body }) => body)).to.deep.equal([NOTE_WITHHELD, NOTE_WITHHELD, NOTE_WITHHELD, "x", "x", NOTE_WITHHELD]);
      expect(redactions).to.deep.equal([{ rule: "note", count: 3 }]);
    });

    it("a deleted author is shown as such where nobody else takes part", () => {
      const record = [message({ type: "user", id: "own" }, "a"), message(null, "b"), message({ type: "user", id: null, name: null, email: null }, "c")];
      expect(withoutOthers(record, ada)).to.deep.equal({ data: record, redactions: [] });
    });

    it("an author of a kind that nobody knows yet is somebody else", () => {
      const { data } = withoutOthers([message({ type: "hologram", id: "h", name: "Holly Gram" }, "Holly speaking")], ada);
      expect(JSON.stringify(data)).not.to.match(/Holly|"h"/);
    });

    it("only whole words go, none of the person's own name, and no markup", () => {
      const people = [{ type: "user", id: "own", name: "Ann Lee" }, { type: "admin", id: 1, name: "Ann Strong" }, { type: "bot", id: 2, name: "Fin" }];
      const { data } = withoutOthers({ people, body: "<strong>Ann</strong>, Annabel: Finally Fin and Strong &amp; strong. ANN STRONG" }, ada);
      expect((data as any).body).to.equal("<strong>Ann</strong>, Annabel: Finally bot 1 and teammate 1 &amp; strong. teammate 1");
    });

    it("a name goes as HTML writes it, too, and with characters that mean something in a pattern", () => {
      const { data } = withoutOthers({ by: { type: "admin", id: "1", name: "Miles O'Brien (Ops)" }, body: "Miles O&#39;Brien (Ops)" }, ada);
      expect((data as any).body).to.equal("teammate 1");
    });

    it("leaves the record that it was given alone, and all that is nobody's as it was", () => {
      const record = JSON.parse('{"__proto__":{"a":1},"custom_attributes":{"constructor":"c","list":[1,null,"x"]},"admin_assignee_id":0,"team_assignee_id":7}') as unknown;
      const before = JSON.stringify(record);
      expect(JSON.stringify(withoutOthers(record, ada).data)).to.equal(before);
      expect(JSON.stringify(record)).to.equal(before);
    });
  });
});
