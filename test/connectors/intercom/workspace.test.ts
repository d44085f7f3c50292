import { expect } from "chai";
import type { Workspace } from "../../../connectors/intercom/sandbox/records.js";
import { Identifier, type DeletionResult } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { BOTH, connectedWorld, createWorld, forgetCalls, mutations, type World } from "./world.js";

const ELSEWHERE: Workspace = { id: "elsewhere", name: "Somebody else's", region: "US" };
const JANE = "jane@example.test";
const HOUR_MS = 3_600_000;

/** What stands for a person in these tests: any call but those about the account itself. */
const aboutPeople = ({ sent }: World) => sent.filter((call) => !/^GET \/(me|admins\/\d+)$/.test(call));

describe("I12: a token of another workspace", () => {
  let world: World;
  beforeEach(async () => {
    world = await connectedWorld();
    world.sandbox.build.addContact({ email: JANE });
  });

  /** Puts the wrong token where the right one was, as a mix-up of two homes would. */
  async function mixUp(): Promise<void> {
    await world.host.connections.put(await world.dsr.connection("acme"), world.sandbox.issueToken({ workspace: ELSEWHERE }));
  }

  it("I12: is refused when reconnecting, before any read of people, and the old one stays", async () => {
    const error = await rejectionOf(world.dsr.reconnect("acme", world.sandbox.issueToken({ workspace: ELSEWHERE })));
    expect(error).to.include({ code: "WRONG_WORKSPACE" });
    expect(world.sent).to.deep.equal(["GET /me"]);
    expect(await world.host.connections.credential("acme")).to.equal(world.sandbox.token);
    expect((await world.access(JANE)).outcome).to.equal("complete");
  });

  it("I12: is refused when checking, before any read of people", async () => {
    await mixUp();
    expect(await rejectionOf(world.dsr.check("acme"))).to.include({ code: "WRONG_WORKSPACE" });
    expect(aboutPeople(world)).to.deep.equal([]);
  });

  for (const [what, run] of [
    ["access", (w: World) => w.access(JANE)],
    ["a plan", (w: World) => w.plan(JANE)],
  ] as const) {
    it(`I12: refuses ${what} once the last check has expired, before any read of people`, async () => {
      await mixUp();
      await world.host.clock.advance(HOUR_MS);
      expect(await run(world)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" }, searched: [] });
      expect(world.sent).to.deep.equal(["GET /me"]);
    });
  }

  it("I12: refuses a confirmed deletion, and nothing is deleted", async () => {
    const planned = await world.plan(JANE);
    await mixUp();
    await world.host.clock.advance(HOUR_MS);
    expect(await world.execute(planned)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" } });
    expect(mutations(world)).to.deep.equal([]);
  });

  it("I12: is not even believed in the hour after the last check: a record of another workspace is no match", async () => {
    await mixUp();
    world.sandbox.build.addContact({ email: JANE, workspaceId: ELSEWHERE.id });
    expect(await world.access(JANE)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" }, package: null });
    expect(await world.plan(JANE)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" }, plan: null });
  });

  it("I12: whose connection took over the name of a former one is no answer for that one's requests, nor the account of their statements", async () => {
    const input = { reference: "T-1" };
    const [access, deletion] = [await world.access(JANE, input), await world.erase(JANE, {}, input)];
    await world.dsr.disconnect("acme");
    const forgotten = await world.dsr.statement(access.request.id);
    await world.connect(world.sandbox.issueToken({ workspace: ELSEWHERE }));
    forgetCalls(world);
    for (const again of [() => world.access(JANE, input), () => world.plan(JANE, {}, input)]) expect(await rejectionOf(again())).to.include({ code: "IDEMPOTENCY_CONFLICT" }).and.nested.include({ "facts.at": "reference" });
    expect(world.sent).to.deep.equal([]);
    const statements = [forgotten, await world.dsr.statement(access.request.id), await world.dsr.statement(deletion.request.id)];
    for (const statement of statements) expect(statement).to.contain(`System: Intercom, ${world.sandbox.workspace.id} (${world.sandbox.workspace.region})`).and.not.to.contain(ELSEWHERE.name).and.not.to.contain("Company:");
    const fresh = await world.access(JANE, { reference: "T-2" });
    expect(await world.dsr.statement(fresh.request.id)).to.contain(`System: Intercom, ${ELSEWHERE.name} (US)`);
  });

  it("the workspace is asked for once an hour, and not by each request", async () => {
    await world.access(JANE);
    await world.access(JANE);
    expect(world.sent.filter((call) => call === "GET /me")).to.have.lengthOf(0);
    await world.host.clock.advance(HOUR_MS);
    await world.access(JANE);
    await world.access(JANE);
    expect(world.sent.filter((call) => call === "GET /me")).to.have.lengthOf(1);
  });

  it("the workspace is asked for where the clock was set back before the last check", async () => {
    world.host.clock.jump(-86_400_000);
    await world.access(JANE);
    expect(world.sent[0]).to.equal("GET /me");
  });
});

describe("a connection's name that leads to another account by now", () => {
  const input = { reference: "T-1" };
  let world: World;
  let contactId: string;
  let foreign: string;
  let calls: { readonly call: string; readonly token: string }[];
  /** Taken once, after the first deletion was answered. */
  let meanwhile: (() => Promise<void>) | undefined;

  beforeEach(async () => {
    calls = [];
    meanwhile = undefined;
    world = await connectedWorld({
      transport: (to) => async (sending) => {
        calls.push({ call: `${sending.method} ${new URL(sending.url).pathname}`, token: (sending.headers["authorization"] ?? "").replace("Bearer ", "") });
        const answer = await to(sending);
        const act = sending.method === "DELETE" ? meanwhile : undefined;
        if (act !== undefined) {
          meanwhile = undefined;
          await act();
        }
        return answer;
      },
    });
    contactId = world.sandbox.build.addContact({ email: JANE }).id;
    foreign = world.sandbox.issueToken({ workspace: ELSEWHERE });
  });

  /** Another process connects another account, whatever is under way. */
  const takeOver = async (): Promise<void> => {
    const other = world.again();
    await other.dsr.disconnect("acme", { abandon: true });
    await other.connect(foreign);
  };
  const inTheOther = () => calls.filter(({ call, token }) => token === foreign && call.includes(contactId));
  const outcomes = ({ targets }: DeletionResult) => targets.map(({ outcome }) => outcome);

  it("I12: carries out no plan that was made in the former one", async () => {
    const planned = await world.plan(JANE, {}, input);
    const hold = await world.dsr.placeHold({ identifier: Identifier.parse("email", JANE), basis: "litigation" });
    expect(await world.execute(planned)).to.deep.include({ outcome: "refused" });
    await world.dsr.disconnect("acme");
    await world.connect(foreign);
    await world.dsr.releaseHold(hold.id);
    forgetCalls(world);
    expect(await world.execute(planned)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" } });
    expect(world.sent).to.deep.equal([]);
    await world.dsr.disconnect("acme");
    await world.connect();
    expect(outcomes(await world.execute(planned))).to.deep.equal(["deleted"]);
  });

  it("I12: neither looks nor deletes there for a run that began in the former one, and tells nothing as gone", async () => {
    for (const fault of [{ kind: "acknowledged_without_effect" }, { kind: "retry_after", value: "5" }] as const) {
      const planned = await world.plan(JANE);
      world.sandbox.inject({ method: "DELETE", path: new RegExp(contactId), times: 1, fault });
      meanwhile = takeOver;
      const result = await world.execute(planned);
      expect([result.outcome, result.attention?.code, outcomes(result)], fault.kind).to.deep.equal(fault.kind === "retry_after" ? ["cancelled", undefined, ["not_deleted"]] : ["partial", "CONNECTION_UNKNOWN", ["unknown"]]);
      expect(inTheOther()).to.deep.equal([]);
      await world.dsr.disconnect("acme", { abandon: true });
      await world.connect();
    }
  });

  it("I12: settles nothing there of what was begun in the former one, and goes on once the name leads back", async () => {
    const planned = await world.plan(JANE);
    world.sandbox.inject({ method: "DELETE", path: new RegExp(contactId), times: 1, fault: { kind: "acknowledged_without_effect" } });
    meanwhile = takeOver;
    await world.execute(planned);
    const there = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect([there.outcome, there.attention, outcomes(there)]).to.deep.equal(["partial", { code: "WRONG_WORKSPACE" }, ["unknown"]]);
    expect(inTheOther()).to.deep.equal([]);
    await world.host.connections.remove("acme");
    await world.connect();
    world.sandbox.state.contacts.delete(contactId);
    expect(outcomes((await world.dsr.resume(planned.request.id)) as DeletionResult)).to.deep.equal(["deleted"]);
  });

  it("I12: reads nothing there for an access request that was begun in the former one", async () => {
    const interrupted = new AbortController();
    const { staging } = world.host;
    Object.assign(world.host, { staging: { ...staging, put: async (...page: Parameters<typeof staging.put>) => (await staging.put(...page), interrupted.abort()) } });
    await rejectionOf(world.access(JANE, input, { signal: interrupted.signal }));
    const [{ id } = { id: "" }] = await world.dsr.requests();
    await world.host.connections.remove("acme");
    await world.connect(foreign);
    forgetCalls(world);
    expect(await world.dsr.resume(id)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" } });
    expect(world.sent).to.deep.equal([]);
  });
});

describe("the region of an account", () => {
  const EU = { sandbox: { workspace: { region: "EU" } } } as const;
  const connect = (world: World, region?: string, name = "acme") => world.dsr.connect({ connector: "intercom", name, ...(region === undefined ? {} : { region }) }, BOTH, world.sandbox.token);
  const origins: string[] = [];
  const watched = (options: Parameters<typeof createWorld>[0] = {}) => {
    origins.length = 0;
    return createWorld({ ...options, transport: (to) => (input) => (origins.push(new URL(input.url).origin), to(input)) });
  };

  it("is found out, and everything after the first question goes to its own address", async () => {
    const world = watched(EU);
    expect(await connect(world)).to.include({ ok: true });
    expect(await world.dsr.connection("acme")).to.include({ region: "eu", apiOrigin: "https://api.eu.intercom.io", vendorsOwn: true });
    expect(new Set(origins.slice(0, 2))).to.deep.equal(new Set(["https://api.intercom.io"]));
    expect(new Set(origins.slice(2))).to.deep.equal(new Set(["https://api.eu.intercom.io"]));
    origins.length = 0;
    await world.access(JANE);
    expect(new Set(origins)).to.deep.equal(new Set(["https://api.eu.intercom.io"]));
  });

  it("is taken as named where it is the account's own", async () => {
    const world = watched(EU);
    expect(await connect(world, "eu")).to.include({ ok: true });
    expect(new Set(origins)).to.deep.equal(new Set(["https://api.eu.intercom.io"]));
  });

  it("is refused where another one was named, and nothing is stored", async () => {
    const world = watched(EU);
    expect(await rejectionOf(connect(world, "us"))).to.include({ code: "REGION_MISMATCH" });
    expect(await world.dsr.connections()).to.deep.equal([]);
    expect(new Set(origins)).to.deep.equal(new Set(["https://api.intercom.io"]));
  });

  for (const [foreignRegionTokenRejected, code] of [[true, "AUTH_REJECTED"], [false, "REGION_MISMATCH"]] as const) {
    it(`is refused where the named region's own address is asked, which ${foreignRegionTokenRejected ? "rejects" : "knows"} the token`, async () => {
      const world = watched({ sandbox: { switches: { foreignRegionTokenRejected } } });
      expect(await rejectionOf(connect(world, "eu"))).to.include({ code });
      expect(await world.dsr.connections()).to.deep.equal([]);
    });
  }

  it("of an account that names one nobody knows is the default's", async () => {
    const world = watched();
    world.sandbox.inject({ path: /me/, fault: { kind: "rewrite", rewrite: (body) => ({ ...(body as object), app: { ...(body as { app: object }).app, region: "MARS" } }) } });
    expect(await connect(world)).to.include({ ok: true });
    expect(await world.dsr.connection("acme")).to.include({ region: "us" });
  });
});
