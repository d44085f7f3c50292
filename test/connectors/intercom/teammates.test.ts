import { expect } from "chai";
import { ALL_SCOPES, type ScopeId } from "../../../connectors/intercom/sandbox/scopes.js";
import { intercom } from "../../../connectors/intercom/index.js";
import { lackOf } from "../../../adapters/inversify/waiting-requests.js";
import { createManualClock } from "../../../adapters/in-memory/manual-clock.js";
import { DsrError, type ConnectorContext } from "../../../core/index.js";
import { connectedWorld, createWorld, forgetCalls, mutations, type World } from "./world.js";

const HOUR_MS = 3_600_000;
/** The sandbox's own token is this teammate's. */
const WHO_AUTHORISED = "teammate1@example.test";
const COLLEAGUE = "colleague@example.test";
const TARGET = { connector: "intercom", name: "acme" };

describe("I11: the subject is a teammate", () => {
  const add = (world: World, email: string) => world.sandbox.build.addContact({ email }).id;
  const employ = ({ sandbox }: World, email = COLLEAGUE) => sandbox.state.admins.set("7", { id: "7", workspace: sandbox.workspace, name: "Colleague", email, role: null, emailVerified: true });
  const without = (...missing: readonly ScopeId[]) => ALL_SCOPES.filter((scope) => !missing.includes(scope));
  const left = ({ notCovered }: { readonly notCovered: readonly { readonly category: string }[] }) => notCovered.filter(({ category }) => category === "teammates");

  it("I11: who authorised is known without a call, in any letter case, and left to a human", async () => {
    const world = await connectedWorld();
    const id = add(world, WHO_AUTHORISED);
    const planned = await world.plan("Teammate1@Example.test");
    expect(planned).to.deep.include({ outcome: "needs_attention", attention: { code: "AMBIGUOUS_SUBJECT" }, plan: null, teammate: true });
    expect(world.sent).to.deep.equal(["POST /contacts/search"]);
    expect(mutations(world)).to.deep.equal([]);
    expect((await world.plan(WHO_AUTHORISED, { exclude: [{ id, reason: "not" }] })).outcome).to.equal("refused");
    const result = await world.erase(WHO_AUTHORISED, { only: [id] });
    expect(result.targets).to.deep.include({ category: "contact", id, outcome: "deleted", verifiedAbsentAt: result.targets[0]!.verifiedAbsentAt });
  });

  it("I11: their access request is labelled, and carried out", async () => {
    const world = await connectedWorld();
    add(world, WHO_AUTHORISED);
    expect(await world.access(WHO_AUTHORISED)).to.include({ outcome: "complete", teammate: true });
    expect(await world.access("nobody@example.test")).to.include({ outcome: "nothing_found", teammate: false });
  });

  it("I11: no address of who authorised is kept, only a keyed digest of it", async () => {
    const world = await connectedWorld();
    const connection = await world.dsr.connection("acme");
    expect(connection.authorisedBy.subjectKey).to.match(/^[0-9a-f]{16,}$/);
    for (const { connection: stored } of world.host.state.connections.values()) expect(stored).to.not.contain("teammate1");
    expect(JSON.stringify((await world.dsr.check("acme")).account)).to.not.contain("teammate1");
  });

  it("I11: an address of who authorised that was changed is noticed with the next look at the account", async () => {
    const world = await connectedWorld();
    add(world, COLLEAGUE);
    const [admin] = world.sandbox.state.admins.values();
    Object.assign(admin!, { email: COLLEAGUE });
    expect((await world.plan(COLLEAGUE)).outcome).to.equal("planned");
    await world.host.clock.advance(HOUR_MS);
    expect((await world.plan(COLLEAGUE)).attention).to.deep.equal({ code: "AMBIGUOUS_SUBJECT" });
  });

  it("I11: an account that names no address, or none that is one, is compared with nobody", async () => {
    for (const email of [undefined, null, 5, "", "no address"]) {
      const world = createWorld();
      world.sandbox.inject({ path: /^\/me$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, email }) } });
      await world.connect();
      expect((await world.dsr.connection("acme")).authorisedBy, String(email)).to.not.have.property("subjectKey");
    }
  });

  describe("where Read admins is granted", () => {
    /** Connected with somebody working there already. */
    async function staffed(address: string): Promise<World> {
      const world = createWorld({ categories: "granted" });
      employ(world, address);
      await world.connect();
      forgetCalls(world);
      return world;
    }

    it("I11: every teammate is known without a call, and left to a human", async () => {
      const world = await staffed("Colleague@Example.test");
      const id = add(world, COLLEAGUE);
      const planned = await world.plan(COLLEAGUE);
      expect(planned).to.deep.include({ outcome: "needs_attention", attention: { code: "AMBIGUOUS_SUBJECT" }, teammate: true });
      expect(left(planned)).to.deep.equal([]);
      expect(await world.access(COLLEAGUE)).to.include({ outcome: "complete", teammate: true });
      expect(world.sent).to.not.include("GET /admins");
      expect((await world.erase(COLLEAGUE, { only: [id] })).outcome).to.equal("verified");
    });

    it("I11: one who is found only as the author of conversations is left to a human, who names those that go", async () => {
      const world = await staffed(COLLEAGUE);
      const from = { type: "user", id: "5f0000000000000000000001", name: "C", email: COLLEAGUE } as const;
      const [named, other] = [1, 2].map(() => world.sandbox.build.addConversation({ contacts: [], source: { from } }).id);
      const planned = await world.plan(COLLEAGUE, { erase: "related" });
      expect(planned).to.deep.include({ outcome: "needs_attention", attention: { code: "AMBIGUOUS_SUBJECT" }, plan: null, teammate: true });
      expect((await world.plan(COLLEAGUE)).attention, "of contacts there are none").to.deep.equal({ code: "NOTHING_TO_DELETE" });
      expect((await world.plan(COLLEAGUE, { erase: "related", only: ["999"] })).outcome).to.equal("refused");
      const result = await world.erase(COLLEAGUE, { erase: "related", only: [named!] });
      expect([result.outcome, result.targets.map(({ id, outcome }) => `${id} ${outcome}`)]).to.deep.equal(["verified", [`${named} deleted`]]);
      expect(result.plan!.kept).to.deep.equal([{ category: "conversation", id: other, reason: "not chosen" }]);
      expect([...world.sandbox.state.conversations.keys()]).to.include(other);
    });

    it("I11: one who came to work for the account after conversations of theirs were planned makes the plan stale", async () => {
      const world = await connectedWorld({ categories: "granted" });
      const from = { type: "user", id: "5f0000000000000000000001", name: "C", email: COLLEAGUE } as const;
      world.sandbox.build.addConversation({ contacts: [], source: { from } });
      const planned = await world.plan(COLLEAGUE, { erase: "related" });
      employ(world);
      await world.host.clock.advance(HOUR_MS);
      expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
    });

    it("I11: nobody else is taken for one", async () => {
      const world = await staffed("colleague+x@example.test");
      add(world, COLLEAGUE);
      expect(await world.erase(COLLEAGUE)).to.include({ outcome: "verified", teammate: false });
    });

    it("I11: somebody who became one after the plan makes it stale, once the account was read anew", async () => {
      const world = await connectedWorld({ categories: "granted" });
      add(world, COLLEAGUE);
      const planned = await world.plan(COLLEAGUE);
      employ(world);
      await world.host.clock.advance(HOUR_MS);
      expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
      expect(mutations(world).filter((call) => call.startsWith("DELETE"))).to.deep.equal([]);
      expect(world.sent.filter((call) => call === "GET /admins")).to.have.lengthOf(1);
    });

    it("I11: who has left is a person like any other, once the account was checked", async () => {
      const world = await staffed(COLLEAGUE);
      add(world, COLLEAGUE);
      world.sandbox.state.admins.delete("7");
      await world.dsr.check("acme");
      expect((await world.plan(COLLEAGUE)).outcome).to.equal("planned");
    });

    it("I11: a list that makes no sense is no list of nobody, and keeps nobody from connecting", async () => {
      for (const body of [{}, { admins: null }, { admins: [{ email: 5 }] }, []]) {
        const world = await connectedWorld({ categories: "granted" });
        const spoilt = { path: /^\/admins$/, times: Infinity, fault: { kind: "status", status: 200, body } } as const;
        add(world, COLLEAGUE);
        world.sandbox.inject(spoilt);
        await world.host.clock.advance(HOUR_MS);
        expect(await world.plan(COLLEAGUE), JSON.stringify(body)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" } });
        const fresh = createWorld({ categories: "granted" });
        fresh.sandbox.inject(spoilt);
        await fresh.connect();
        add(fresh, COLLEAGUE);
        expect(left(await fresh.plan(COLLEAGUE))).to.deep.equal([{ category: "teammates", scope: "Read admins", reason: "not proven" }]);
      }
    });

    it("I11: withdrawn, it is not covered any more, and requests go on without", async () => {
      const world = await staffed(COLLEAGUE);
      add(world, COLLEAGUE);
      world.sandbox.withdrawScope(world.sandbox.token, "read_admins");
      await world.host.clock.advance(HOUR_MS);
      const notGranted = [{ category: "teammates", scope: "Read admins", reason: "not granted" }];
      for (const told of [await world.plan(COLLEAGUE), await world.access(COLLEAGUE), await world.plan(COLLEAGUE)]) {
        expect([told.outcome, told.attention, left(told)]).to.deep.equal([told.request.type === "access" ? "complete" : "planned", undefined, notGranted]);
      }
      expect(await world.dsr.connection("acme")).to.not.have.property("teammates");
    });

    it("I11: withdrawn while calls are read, it is named, and what stopped for it before goes on by itself", async () => {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const person = build.addContact({ email: "ada@example.test" });
      build.addPhoneCall(build.addConversation({ contacts: [person], channel: "phone_call" }), person, [{ speaker: "Ada", text: "Hello" }]);
      world.sandbox.withdrawScope(world.sandbox.token, "read_admins");
      const told = await world.access("ada@example.test");
      expect(world.sent).to.include("GET /admins");
      expect([told.outcome, left(told)]).to.deep.equal(["complete", [{ category: "teammates", scope: "Read admins", reason: "not readable here" }]]);

      const connection = await world.dsr.connection("acme");
      const lacking = { ...connection, scopes: connection.scopes.map((scope) => (scope.id === "read_admins" ? { ...scope, status: "missing" as const } : scope)) };
      const attention = { code: "SCOPE_MISSING", scope: "Read admins" } as const;
      expect([lackOf(lacking, attention, told.request), lackOf({ ...lacking, selected: ["teammates"] }, attention, told.request)]).to.deep.equal([undefined, "SCOPE_MISSING"]);
    });

    it("I11: withdrawn where it was selected by name, it stops what needs it", async () => {
      const world = createWorld({ categories: ["teammates"] });
      await world.connect();
      add(world, COLLEAGUE);
      world.sandbox.withdrawScope(world.sandbox.token, "read_admins");
      await world.host.clock.advance(HOUR_MS);
      expect((await world.plan(COLLEAGUE)).attention).to.deep.equal({ code: "SCOPE_MISSING", scope: "Read admins" });
    });

    it("I11: connecting and checking read the list once, which also shows that it may be read", async () => {
      const world = createWorld({ categories: "granted" });
      await world.connect();
      const lists = () => world.sent.filter((call) => call === "GET /admins").length;
      expect(lists()).to.equal(1);
      await world.dsr.check("acme");
      expect(lists()).to.equal(2);
    });

    it("I11: no address of a teammate is kept", async () => {
      const world = await staffed(COLLEAGUE);
      for (const { connection } of world.host.state.connections.values()) expect(connection).to.not.match(/colleague@|teammate1/i);
      expect((await world.dsr.connection("acme")).teammates).to.have.lengthOf(2);
    });
  });

  it("I11: where it is not granted, results say that teammates were not compared", async () => {
    const world = createWorld();
    const result = await world.dsr.connect(TARGET, { capabilities: ["access", "deletion"], categories: "granted" }, world.sandbox.issueToken({ scopes: without("read_admins") }));
    expect([result.ok, left(result.report)]).to.deep.equal([true, [{ category: "teammates", scope: "Read admins", reason: "not granted" }]]);
    forgetCalls(world);
    add(world, COLLEAGUE);
    employ(world);
    const planned = await world.plan(COLLEAGUE);
    expect([planned.outcome, left(planned).length]).to.deep.equal(["planned", 1]);
    expect(world.sent).to.not.include("GET /admins");
  });

  describe("the list of teammates", () => {
    /** The ports of one connection, and whoever it is told to list; undefined where it cannot be read. */
    const listing = () => {
      const clock = createManualClock();
      const list: { of: readonly string[] | undefined } = { of: [] };
      const fetch = (): Promise<Response> => (list.of === undefined ? Promise.reject(new DsrError("VENDOR_UNAVAILABLE")) : Promise.resolve(Response.json({ admins: list.of.map((email) => ({ email })) })));
      const context: ConnectorContext = { fetch, clock, signal: new AbortController().signal, apiOrigin: "https://api.intercom.io", appOrigin: "https://app.intercom.com", workspaceId: "sandbox1", categories: [] };
      const auth = intercom.auth(context);
      return { list, probe: () => auth.probe("read_admins"), told: async () => (await auth.teammates!()).map(({ identifier }) => identifier?.reveal()) };
    };

    it("is the one that told whether it may be read, and after that another one", async () => {
      const { list, probe, told } = listing();
      list.of = [COLLEAGUE];
      await probe();
      list.of = [WHO_AUTHORISED];
      expect(await told()).to.deep.equal([COLLEAGUE]);
      expect(await told()).to.deep.equal([WHO_AUTHORISED]);
    });

    it("is no earlier one where it could not be read since", async () => {
      const { list, probe, told } = listing();
      list.of = [COLLEAGUE];
      await probe();
      list.of = undefined;
      expect((await probe()).status).to.equal("not_testable");
      list.of = [WHO_AUTHORISED];
      expect(await told()).to.deep.equal([WHO_AUTHORISED]);
    });
  });
});
