import { expect } from "chai";
import type { ConnectResult, ScopeReport, Selection } from "../../../core/index.js";
import { ALL_SCOPES, type ScopeId } from "../../../connectors/intercom/sandbox/scopes.js";
import type { TokenRequest } from "../../../connectors/intercom/sandbox/tokens.js";
import { rejectionOf } from "../../core/thrown.js";
import { BOTH, connectedWorld, createWorld, forgetCalls, mutations, type World, type WorldOptions } from "./world.js";

const NEEDED = ["read_users_companies", "read_single_user", "write_users_companies"] as const satisfies readonly ScopeId[];
const IMPOSSIBLE = "/contacts/000000000000000000000000";

const connect = (world: World, token: TokenRequest = {}, selection = BOTH): Promise<ConnectResult> =>
  world.dsr.connect({ connector: "intercom", name: "acme" }, selection, world.sandbox.issueToken(token));
const without = (...missing: readonly ScopeId[]) => ({ scopes: ALL_SCOPES.filter((scope) => !missing.includes(scope)) });
const statuses = ({ scopes }: ScopeReport) => Object.fromEntries(scopes.map(({ id, status }) => [id, status]));

async function expectNothingStored(world: World): Promise<void> {
  expect(await world.dsr.connections()).to.deep.equal([]);
  expect([...world.host.state.connections.keys()]).to.deep.equal([]);
}

describe("connecting an Intercom account", () => {
  it("stores what was granted, and by whom, and no token in the clear of the connection", async () => {
    const world = createWorld();
    const result = await connect(world);
    expect(result.ok).to.equal(true);
    const [connection] = await world.dsr.connections();
    expect(connection).to.deep.include({
      name: "acme", connector: "intercom", region: "us", apiOrigin: "https://api.intercom.io", vendorsOwn: true, capabilities: ["access", "deletion"], status: "connected",
      categories: ["contacts", "companies", "notes", "tags", "segments", "subscriptions"], workspace: { id: "sandbox1", name: "Sandbox workspace", region: "US" },
    });
    expect(connection!.authorisedBy.role).to.equal("Admin");
    expect(connection!.scopes.map(({ id, status, basis }) => [id, status, basis])).to.deep.equal([
      ["read_users_companies", "granted", "observed"],
      ["read_single_user", "granted", "inferred"],
      ["write_users_companies", "granted", "inferred"],
    ]);
    expect(JSON.stringify(connection)).to.not.contain(world.sandbox.token);
  });

  it("reads no person and changes nothing: each probe asks for a contact that cannot be", async () => {
    const world = createWorld({ sandbox: { fixture: "small" } });
    const before = JSON.stringify([...world.sandbox.state.contacts]);
    await connect(world);
    expect(world.sent).to.deep.equal(["GET /me", world.sent[1], "POST /contacts/search", `GET ${IMPOSSIBLE}`, `DELETE ${IMPOSSIBLE}`]);
    expect(world.sent[1]).to.match(/^GET \/admins\/\d+$/);
    expect(world.searches[0]!.query).to.deep.equal({ field: "id", operator: "=", value: IMPOSSIBLE.slice("/contacts/".length) });
    expect(JSON.stringify([...world.sandbox.state.contacts])).to.equal(before);
    expect(world.sandbox.calls.records.some(({ effect }) => effect)).to.equal(false);
  });

  it("sends no mutating verb where deletion is not wanted", async () => {
    const world = createWorld();
    expect((await connect(world, without("write_users_companies"), { capabilities: ["access"], categories: [] })).ok).to.equal(true);
    expect(mutations(world)).to.deep.equal([]);
  });

  for (const missingScopeShape of ["token_unauthorized", "forbidden"] as const) {
    const options: WorldOptions = { sandbox: { switches: { missingScopeShape } } };

    for (const scope of NEEDED) {
      it(`refuses where ${scope} alone is missing (${missingScopeShape}), and stores nothing`, async () => {
        const world = createWorld(options);
        const result = await connect(world, without(scope));
        expect(result).to.include({ ok: false, code: "SCOPE_MISSING" });
        expect(statuses(result.report)).to.deep.equal({ ...Object.fromEntries(NEEDED.map((id) => [id, "granted"])), [scope]: "missing" });
        expect(result.report.scopes.find(({ id }) => id === scope)).to.include({ basis: "observed" }).and.to.have.property("fix").that.contains("Developer Hub");
        await expectNothingStored(world);
      });
    }

    it(`finds all missing scopes in one pass (${missingScopeShape})`, async () => {
      const world = createWorld(options);
      const result = await connect(world, { scopes: ["read_one_admin"] });
      expect(statuses(result.report)).to.deep.equal(Object.fromEntries(NEEDED.map((id) => [id, "missing"])));
      expect(result.report.wouldWork).to.deep.equal([]);
      await expectNothingStored(world);
    });
  }

  it("says what would work with what is granted", async () => {
    expect((await connect(createWorld(), without("write_users_companies"))).report.wouldWork).to.deep.equal(["access"]);
  });

  it("refuses a workspace whose subscription does not include the API", async () => {
    const world = createWorld();
    expect(await connect(world, { planRestricted: true })).to.include({ ok: false, code: "PLAN_RESTRICTED" });
    await expectNothingStored(world);
  });

  it("refuses a teammate who is no Admin, and names the missing scopes beside it", async () => {
    const world = createWorld();
    const result = await connect(world, { role: "Support", ...without("write_users_companies") });
    expect(result).to.include({ ok: false, code: "ROLE_INSUFFICIENT" });
    expect(result.report.account).to.deep.include({ required: "Admin", status: "insufficient" });
    expect(statuses(result.report)).to.include({ write_users_companies: "missing" });
    await expectNothingStored(world);
  });

  for (const [what, token] of [
    ["which no permission allows to be read", without("read_one_admin", "read_admins")],
    ["which was replaced by permissions set one by one", { role: null }],
  ] as const) {
    it(`connects with a role ${what}, and says that it was not tested`, async () => {
      const world = createWorld();
      const result = await connect(world, token);
      expect(result).to.include({ ok: true });
      expect(result.report.account.status).to.equal("not_testable");
      expect((await world.dsr.connection("acme")).authorisedBy.role).to.equal(null);
    });
  }

  it("takes the role from /me where Intercom tells it there", async () => {
    const world = createWorld({ sandbox: { switches: { meRole: "present" } } });
    expect(await connect(world, { role: "Owner" })).to.include({ ok: false, code: "ROLE_INSUFFICIENT" });
    expect(world.sent.filter((call) => call.startsWith("GET /admins"))).to.deep.equal([]);
  });

  it("rejects a token that is none, or was revoked, and stores nothing", async () => {
    for (const revokedTokenAnswers of ["unauthorized", "token_revoked"] as const) {
      const world = createWorld({ sandbox: { switches: { revokedTokenAnswers } } });
      expect(await rejectionOf(connect(world, { revoked: true }))).to.include({ code: "AUTH_REJECTED" });
      expect(await rejectionOf(world.dsr.connect({ connector: "intercom", name: "acme" }, BOTH, "nonsense"))).to.include({ code: "AUTH_REJECTED" });
      await expectNothingStored(world);
    }
  });

  it("takes a role that may not for a missing scope, and a deletion of nobody that answers anything but that there is nobody for no permission", async () => {
    const answers = (status: number, code: string) => ({ kind: "status", status, body: { type: "error.list", errors: [{ code, message: "no" }] } }) as const;
    const role = createWorld();
    role.sandbox.inject({ method: "DELETE", times: Infinity, fault: answers(405, "method_not_allowed") });
    expect(await connect(role)).to.deep.include({ ok: false });
    await expectNothingStored(role);
    const merged = createWorld();
    merged.sandbox.inject({ method: "DELETE", times: Infinity, fault: answers(410, "contact_merged") });
    expect(await rejectionOf(connect(merged))).to.include({ code: "VENDOR_MALFORMED" });
    await expectNothingStored(merged);
  });

  it("rejects a token that is revoked while optional permissions are tried, and does not call them untestable", async () => {
    for (const path of [/^\/conversations\/search$/, /^\/tickets\/search$/, /^\/events$/, /^\/custom_object_instances\//]) {
      const world = createWorld({ categories: "granted" });
      world.sandbox.inject({ path, times: Infinity, fault: { kind: "status", status: 401, body: { type: "error.list", errors: [{ code: "token_revoked", message: "no" }] } } });
      expect(await rejectionOf(world.connect()), String(path)).to.include({ code: "AUTH_REJECTED" });
      await expectNothingStored(world);
    }
  });

  it("misses no scope where the vendor merely fails", async () => {
    for (const [method, path] of [["POST", /search/], ["GET", /^\/contacts/], ["DELETE", /^\/contacts/], ["GET", /me/]] as const) {
      for (const fault of [{ kind: "status", status: 503 }, { kind: "html_502" }, { kind: "html_403" }, { kind: "reset_before" }] as const) {
        const world = createWorld();
        world.sandbox.inject({ method, path, times: Infinity, fault });
        expect(await rejectionOf(connect(world)), `${method} ${path} ${fault.kind}`).to.include({ code: "VENDOR_UNAVAILABLE" });
        await expectNothingStored(world);
      }
    }
  });

  it("believes no permission on an answer that it cannot read", async () => {
    for (const [method, path] of [["POST", /search/], ["GET", /^\/contacts/], ["DELETE", /^\/contacts/], ["GET", /me/]] as const) {
      for (const fault of [{ kind: "html_200" }, { kind: "empty_200" }, { kind: "cut_json" }] as const) {
        const world = createWorld();
        world.sandbox.inject({ method, path, times: Infinity, fault });
        expect(await rejectionOf(connect(world)), `${method} ${path} ${fault.kind}`).to.include({ code: "VENDOR_MALFORMED" });
        await expectNothingStored(world);
      }
    }
  });

  it("refuses an account that names no workspace", async () => {
    for (const app of [undefined, null, {}, { id_code: "" }, { id_code: 5 }]) {
      const world = createWorld();
      world.sandbox.inject({ path: /me/, fault: { kind: "rewrite", rewrite: (body) => ({ ...(body as object), app }) } });
      expect(await rejectionOf(connect(world)), JSON.stringify(app)).to.include({ code: "VENDOR_MALFORMED" });
      await expectNothingStored(world);
    }
  });

  it("takes a number for the text that it stands for, and no other value for one", async () => {
    const told = async (change: object, of: "app" | "role" = "app"): Promise<World> => {
      const world = createWorld();
      world.sandbox.inject({ path: /^\/(me|admins\/.+)$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, [of]: { ...body[of], ...change } }) } });
      return world;
    };
    const odd = await told({ name: 12345, region: null });
    expect(await connect(odd)).to.include({ ok: true });
    expect((await odd.dsr.connection("acme")).workspace).to.deep.include({ name: "12345", region: "" });
    for (const change of [{ name: {} }, { name: ["a"] }, { region: true }]) {
      const world = await told(change);
      expect(await rejectionOf(connect(world)), JSON.stringify(change)).to.include({ code: "VENDOR_MALFORMED" });
      await expectNothingStored(world);
    }
    const { report } = await connect(await told({ name: 5 }, "role"));
    expect(report.account.status, "a role that is no text is not known").to.equal("not_testable");
  });

  it("takes no second connection of a name, no unknown capability, category or region, and calls nobody for it", async () => {
    const world = await connectedWorld();
    const attempt = (name: string, selection: Selection, region?: string) =>
      rejectionOf(world.dsr.connect({ connector: "intercom", name, ...(region === undefined ? {} : { region }) }, selection, world.sandbox.token));
    expect(await attempt("acme", BOTH)).to.include({ code: "CONNECTION_EXISTS" });
    expect(await attempt("b", { ...BOTH, capabilities: [] })).to.include({ code: "UNSUPPORTED_REQUEST" });
    expect(await attempt("b", { ...BOTH, categories: ["horoscope"] })).to.include({ code: "CONFIG_INVALID" });
    expect(await attempt("b", BOTH, "mars")).to.include({ code: "CONFIG_INVALID" });
    expect(world.sent).to.deep.equal([]);
  });

  it("refuses an API address that is none, and calls nobody for it", async () => {
    const world = createWorld();
    for (const apiUrl of ["", "nonsense", "ftp://127.0.0.1", "https://user:pw@127.0.0.1", "https://127.0.0.1/base", "https://127.0.0.1/?x=1"]) {
      expect(await rejectionOf(world.dsr.connect({ connector: "intercom", name: "acme", apiUrl }, BOTH, world.sandbox.token)), apiUrl).to.include({ code: "CONFIG_INVALID" });
    }
    expect(world.sent).to.deep.equal([]);
  });

  it("marks a connection to another address as not the vendor's own", async () => {
    const world = createWorld();
    await world.dsr.connect({ connector: "intercom", name: "acme", apiUrl: "http://127.0.0.1:8080/" }, BOTH, world.sandbox.token);
    expect(await world.dsr.connection("acme")).to.include({ apiOrigin: "http://127.0.0.1:8080", vendorsOwn: false });
    expect((await world.access("nobody@example.test")).request.vendorsOwn).to.equal(false);
  });
});

describe("checking a connected account", () => {
  it("notices a permission that was withdrawn, and one that was given back", async () => {
    const world = await connectedWorld();
    world.sandbox.withdrawScope(world.sandbox.token, "read_single_user");
    expect(await world.dsr.check("acme")).to.include({ code: "SCOPE_MISSING" });
    expect((await world.dsr.connection("acme")).scopes.find(({ id }) => id === "read_single_user")?.status).to.equal("missing");
    world.sandbox.grantScope(world.sandbox.token, "read_single_user");
    expect(await world.dsr.check("acme")).to.include({ code: undefined });
  });

  it("rehearses with a made-up lead, which is gone afterwards", async () => {
    const world = await connectedWorld();
    const report = await world.dsr.rehearse("acme");
    expect(report).to.deep.include({ ok: true, leftBehind: false, steps: ["create", "access", "delete", "look"].map((step) => ({ step, ok: true })) });
    expect(world.sandbox.state.contact(report.id, "sandbox1", world.host.clock.now())).to.equal(undefined);
    expect(world.sent.filter((call) => call.startsWith("POST"))).to.deep.equal(["POST /contacts"]);
  });

  it("leaves nothing behind where the rehearsal's first step is refused, and says so", async () => {
    const world = await connectedWorld();
    world.sandbox.withdrawScope(world.sandbox.token, "write_users_companies");
    forgetCalls(world);
    expect(await world.dsr.rehearse("acme")).to.deep.equal({ ok: false, id: "", leftBehind: false, steps: [{ step: "create", ok: false, code: "SCOPE_MISSING" }] });
    world.sandbox.grantScope(world.sandbox.token, "write_users_companies");
    world.sandbox.inject({ method: "POST", path: /contacts$/, fault: { kind: "reset_after_effect" } });
    expect(await world.dsr.rehearse("acme")).to.deep.equal({ ok: false, id: "", leftBehind: true, steps: [{ step: "create", ok: false, code: "OUTCOME_UNKNOWN" }] });
  });
});
