import { expect } from "chai";
import { ALL_SCOPES } from "../../../connectors/intercom/sandbox/scopes.js";
import { connectedWorld, createWorld, forgetCalls } from "./world.js";

const ADA = "ada@example.test";

describe("phone calls at Intercom", () => {
  it("asks about calls twenty conversations at a time, and only about those that show one", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 45; n++) build.addPhoneCall(build.addConversation({ contacts: [ada], channel: "phone_call" }), ada, [{ speaker: "user", text: `Call ${n}.` }]);
    for (let n = 0; n < 30; n++) build.addConversation({ contacts: [ada] });
    expect((await world.access(ADA)).counts).to.include({ calls: 45, conversations: 75 });
    expect(world.sandbox.calls.countByOperation()).to.include({ searchCalls: 3 });
  });

  it("reads calls through their conversations where these are not covered themselves", async () => {
    const world = await connectedWorld({ categories: ["calls"] });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    build.addPhoneCall(build.addConversation({ contacts: [ada], channel: "phone_call" }), ada, [{ speaker: "user", text: "Hello." }]);
    const result = await world.access(ADA);
    expect(result.counts).to.include({ calls: 1 }).and.not.have.any.keys("conversations");
    expect(world.host.packageOf(result.request.id)!.records).to.not.have.property("conversations");
  });

  it("I8: takes no call of a conversation that it did not ask about", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    build.addPhoneCall(build.addConversation({ contacts: [ada], channel: "phone_call" }), ada, [{ speaker: "user", text: "Mine." }]);
    world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: [...body.data, { ...body.data[0], id: "999", conversation_id: "998", contact_id: null }] }) } });
    expect((await world.access(ADA)).counts).to.include({ calls: 1 });
  });

  it("finds calls wherever a conversation shows one: in what it came from, its channels, or a part", async () => {
    const signs: readonly ((body: any) => object)[] = [
      ({ source }) => ({ source: { ...source, type: "phone_switch" } }),
      ({ source }) => ({ source: { ...source, delivered_as: "voice" } }),
      () => ({ channel: { initial: "call_in", current: "messenger" } }),
      () => ({ channel: { initial: "messenger", current: "Voice" } }),
      () => ({ conversation_parts: { type: "conversation_part.list", conversation_parts: [{ type: "conversation_part", id: "1", part_type: "conversation_call_started", body: null }], total_count: 1 } }),
    ];
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (const sign of [...signs, () => ({})]) {
      const conversation = build.addConversation({ contacts: [ada] });
      build.addPhoneCall(conversation, ada, [{ speaker: "user", text: "Hello." }]);
      world.sandbox.inject({ path: new RegExp(`^/conversations/${conversation.id}$`), fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ...sign(body) }) } });
    }
    expect((await world.access(ADA)).counts).to.include({ calls: signs.length });
  });

  it("takes the name of whoever took the call out of what is said, where teammates may be read, and asks who that is once", async () => {
    for (const scopes of [ALL_SCOPES, ALL_SCOPES.filter((scope) => scope !== "read_admins")]) {
      const world = createWorld({ categories: "granted" });
      await world.connect(world.sandbox.issueToken({ scopes }));
      const { build, state } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      const conversation = build.addConversation({ contacts: [ada], channel: "phone_call" });
      const { adminId } = build.addPhoneCall(conversation, ada, []);
      const { name } = state.admins.get(adminId)!;
      for (let n = 0; n < 21; n++) build.addPhoneCall(build.addConversation({ contacts: [ada], channel: "phone_call" }), ada, [{ speaker: "agent", text: `This is ${name} speaking.` }]);
      forgetCalls(world);
      const { request, redactions } = await world.access(ADA);
      const calls = JSON.stringify(world.host.packageOf(request.id)!.records["calls"]);
      const known = scopes === ALL_SCOPES;
      expect(calls.includes(name), "the name").to.equal(!known);
      expect(calls.includes("This is teammate 1 speaking.")).to.equal(known);
      expect(redactions.some(({ rule }) => rule === "name_in_text")).to.equal(known);
      expect(world.sent.filter((call) => call === "GET /admins")).to.have.lengthOf(known ? 1 : 0);
    }
  });

  it("withholds what was said in a call of which nobody is told to have made it, in a conversation that others take part in, and counts that", async () => {
    for (const otherPeople of ["withhold", "include"] as const) {
      const world = await connectedWorld({ categories: "granted", settings: { otherPeople } });
      const { build } = world.sandbox;
      const [ada, greta] = [build.addContact({ email: ADA }), build.addContact({ email: "greta@example.test" })];
      const [shared, own] = [[ada, greta], [ada]].map((contacts) => build.addPhoneCall(build.addConversation({ contacts, channel: "phone_call" }), ada, [{ speaker: "user", text: "CANARY" }]));
      world.sandbox.inject({ path: /^\/calls\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((call: any) => ({ ...call, contact_id: null })) }) } });
      const { request, redactions, gaps } = await world.access(ADA);
      expect(gaps, "a transcript that is withheld did come along").to.deep.equal([]);
      const records = new Map(world.host.packageOf(request.id)!.records["calls"]!.map(({ id, data }) => [id, data as any]));
      const withheld = otherPeople === "withhold";
      expect(JSON.stringify(records.get(shared!.id)).includes("CANARY"), otherPeople).to.equal(!withheld);
      expect(records.get(shared!.id).phone === "+15550199").to.equal(!withheld);
      expect(JSON.stringify(records.get(own!.id))).to.contain("CANARY").and.to.contain("+15550199");
      expect(redactions.find(({ rule }) => rule === "participant_text")?.count).to.equal(withheld ? 1 : undefined);
    }
  });

  it("takes who wrote in a conversation for somebody who may have made its calls, also where they take part no longer", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, greta] = [build.addContact({ email: ADA }), build.addContact({ email: "greta@example.test" })];
    const conversation = build.addConversation({ contacts: [ada], parts: [{ from: greta, body: "Hello." }], channel: "phone_call" });
    const [hers, nobodys] = [build.addPhoneCall(conversation, greta, [{ speaker: "user", text: "CANARY" }]), build.addPhoneCall(conversation, ada, [{ speaker: "user", text: "CANARY" }])];
    world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((call: any) => (call.id === nobodys!.id ? { ...call, contact_id: null } : call)) }) } });
    const { request, counts, gaps } = await world.access(ADA);
    expect([counts["calls"], gaps]).to.deep.equal([2, []]);
    const records = JSON.stringify(world.host.packageOf(request.id)!.records["calls"]);
    expect(records).to.contain(hers!.id).and.not.to.contain("CANARY").and.not.to.contain(greta!.id);
  });

  it("takes a call, and what was written, under the id of a contact that was merged into the person's for the person's own", async () => {
    for (const isTold of [true, false]) {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const [ada, lead] = [build.addContact({ email: ADA }), build.addContact({ email: "old@example.test", role: "lead" })];
      const conversation = build.addConversation({ contacts: [ada], parts: [{ from: lead, body: "Hello." }], channel: "phone_call" });
      build.addPhoneCall(conversation, lead, [{ speaker: "user", text: "CANARY" }]);
      build.mergeContact(lead, ada);
      world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((call: any) => ({ ...call, contact_id: isTold ? lead.id : null })) }) } });
      const { request, counts, gaps } = await world.access(ADA);
      expect([counts["calls"], gaps], `told: ${isTold}`).to.deep.equal([1, []]);
      expect(JSON.stringify(world.host.packageOf(request.id)!.records["calls"]), `told: ${isTold}`).to.contain("CANARY").and.to.contain("+15550199");
    }
  });

  it("withholds and counts nothing of such a call where neither a number nor words came along", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, greta] = [build.addContact({ email: ADA }), build.addContact({ email: "greta@example.test" })];
    build.addPhoneCall(build.addConversation({ contacts: [ada, greta], channel: "phone_call" }), ada, []);
    world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((call: any) => ({ ...call, contact_id: null, phone: null, transcript: [] })) }) } });
    const { request, redactions } = await world.access(ADA);
    const [call] = world.host.packageOf(request.id)!.records["calls"]!;
    expect(call!.data).to.deep.include({ phone: null, transcript: [] });
    expect(redactions.filter(({ rule }) => rule === "participant_text")).to.deep.equal([]);
  });

  it("tells of another participant's call only that there was one and when, and counts it; where other people are included it stands as it is", async () => {
    for (const otherPeople of ["withhold", "include"] as const) {
      const world = await connectedWorld({ categories: "granted", settings: { otherPeople } });
      const { build } = world.sandbox;
      const [ada, greta] = [build.addContact({ email: ADA }), build.addContact({ email: "greta@example.test", phone: "+15550177" })];
      const conversation = build.addConversation({ contacts: [ada, greta], channel: "phone_call" });
      const [own, hers, silent] = [build.addPhoneCall(conversation, ada, [{ speaker: "user", text: "Mine." }]), build.addPhoneCall(conversation, greta, [{ speaker: "user", text: "CANARY" }]), build.addPhoneCall(conversation, greta, [])];
      world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((call: any) => (call.id === silent.id ? { ...call, transcript: [], transcript_status: "pending" } : call)) }) } });
      const { request, redactions, counts, gaps } = await world.access(ADA);
      const records = new Map(world.host.packageOf(request.id)!.records["calls"]!.map((each) => [each.id, each]));
      const withheld = otherPeople === "withhold";
      expect(counts, otherPeople).to.include({ calls: 3 });
      expect(JSON.stringify(records.get(own!.id))).to.contain("Mine.");
      const another = records.get(hers!.id)!;
      for (const told of ["CANARY", greta!.id, "+15550177"]) expect(JSON.stringify(another).includes(told), `${otherPeople} ${told}`).to.equal(!withheld);
      expect(another.data).to.include({ type: "call", id: hers!.id, conversation_id: hers!.conversationId }).and.to.have.property("initiated_at");
      if (withheld) expect(another.redactions).to.deep.equal([{ rule: "participant_text", count: 1 }]);
      expect(redactions.find(({ rule }) => rule === "participant_text")?.count).to.equal(withheld ? 2 : undefined);
      expect(gaps, "what was said in it is not the person's to be told").to.deep.equal(withheld ? [] : [{ category: "calls", code: "TRANSCRIPT_NOT_READ", id: silent!.id }]);
    }
  });

  it("says of such a call, too, that a transcript was promised that did not come along", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, greta] = [build.addContact({ email: ADA }), build.addContact({ email: "greta@example.test" })];
    const { id } = build.addPhoneCall(build.addConversation({ contacts: [ada, greta], channel: "phone_call" }), ada, []);
    world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((call: any) => ({ ...call, contact_id: null, transcript: [], transcript_status: "pending" })) }) } });
    expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "calls", code: "TRANSCRIPT_NOT_READ", id }]);
  });

  it("names a call under the id of a contact that is gone, whoever else takes part in the conversation or is included, and leaves it out", async () => {
    for (const otherPeople of ["withhold", "include"] as const) {
      const world = await connectedWorld({ categories: "granted", settings: { otherPeople } });
      const { build } = world.sandbox;
      const [ada, greta] = [build.addContact({ email: ADA }), build.addContact({ email: "greta@example.test" })];
      const calls = [[ada], [ada, greta]].map((contacts) => build.addPhoneCall(build.addConversation({ contacts, channel: "phone_call" }), ada, [{ speaker: "user", text: "Hello." }]));
      world.sandbox.inject({ path: /^\/calls\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((call: any) => ({ ...call, contact_id: "5f0000000000000000000009" })) }) } });
      const { counts, gaps } = await world.access(ADA);
      expect(counts["calls"], otherPeople).to.equal(0);
      expect(gaps, otherPeople).to.have.deep.members(calls.map(({ conversationId }) => ({ category: "calls", code: "CALLER_NOT_KNOWN", id: conversationId, have: 0, of: 1 })));
    }
  });

  it("says of a call that a transcript was promised that did not come along", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const conversation = build.addConversation({ contacts: [ada], channel: "phone_call" });
    const ids = [0, 1, 2].map(() => build.addPhoneCall(conversation, ada, [{ speaker: "user", text: "Hello." }]).id);
    const [empty, missing] = ids;
    const rewrite = (body: any) => ({ ...body, data: body.data.map(({ transcript, ...call }: any) => (call.id === empty ? { ...call, transcript: [] } : call.id === missing ? call : { ...call, transcript })) });
    world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite } });
    const result = await world.access(ADA);
    expect(result.gaps).to.have.deep.members([empty, missing].map((id) => ({ category: "calls", code: "TRANSCRIPT_NOT_READ", id })));
    expect(result.counts).to.include({ calls: 3 });
  });

  it("says the same of what Fin heard, and of a transcript that is to come or failed, and nothing of a call of which there is none", async () => {
    const link = "https://api.intercom.io/calls/124/transcript";
    const said = [{ fin_transcription_url: link, transcript_status: "completed" }, { transcript_status: "pending" }, { transcript_status: "failed" }, { transcript_status: "completed" }, { fin_transcription_url: link }];
    const silent = [{}, { transcript_status: null, fin_transcription_url: null }, { transcript_status: "" }, { transcript_status: "not_available" }, { transcript_status: "completed", transcript: [{ text: "Hello." }] }];
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const conversation = build.addConversation({ contacts: [ada], channel: "phone_call" });
    const told = new Map([...said, ...silent].map((each) => [build.addPhoneCall(conversation, ada, []).id, each]));
    const rewrite = (body: any) => ({ ...body, data: body.data.map(({ transcript_status: _, ...call }: any) => ({ ...call, transcription_url: null, ...told.get(call.id) })) });
    world.sandbox.inject({ path: /^\/calls\/search$/, fault: { kind: "rewrite", rewrite } });
    const { gaps } = await world.access(ADA);
    expect(gaps).to.have.deep.members([...told.keys()].slice(0, said.length).map((id) => ({ category: "calls", code: "TRANSCRIPT_NOT_READ", id })));
  });

  it("makes no gap of calls that Intercom does not hand out for now: it waits for them", async () => {
    const world = await connectedWorld({ categories: "granted", sandbox: { fixture: "small" } });
    world.sandbox.inject({ path: /^\/calls\/search$/, times: Infinity, fault: { kind: "status", status: 500 } });
    const { outcome, attention, gaps } = await world.access(ADA);
    expect([outcome, attention?.code, gaps]).to.deep.equal(["parked", "VENDOR_UNAVAILABLE", []]);
  });

  it("a refusal of calls alone is a gap, since no permission is known that would help", async () => {
    const world = await connectedWorld({ categories: "granted", sandbox: { fixture: "small" } });
    const body = { type: "error.list", errors: [{ code: "token_unauthorized", message: "no" }] };
    world.sandbox.inject({ path: /^\/calls\/search$/, times: 9, fault: { kind: "status", status: 401, body } });
    const result = await world.access(ADA);
    expect(result.outcome).to.equal("complete_with_gaps");
    expect(result.gaps).to.deep.include({ category: "calls", code: "NOT_PERMITTED" });
    expect(result.counts).to.include({ calls: 0, conversations: 5 });
  });

  it("takes a refusal of calls for the missing permission where conversations are refused by now as well", async () => {
    const world = await connectedWorld({ categories: "granted", sandbox: { fixture: "small" } });
    const refusal = { kind: "status", status: 401, body: { type: "error.list", errors: [{ code: "token_unauthorized", message: "no" }] } } as const;
    world.sandbox.inject({ path: /^\/calls\/search$/, times: Infinity, fault: refusal });
    world.sandbox.inject({ path: /^\/conversations\/search$/, after: 1, times: Infinity, fault: refusal });
    const { outcome, attention, package: made } = await world.access(ADA);
    expect([outcome, attention?.code, attention?.scope, made]).to.deep.equal(["needs_attention", "SCOPE_MISSING", "Read conversations", null]);
  });
});
