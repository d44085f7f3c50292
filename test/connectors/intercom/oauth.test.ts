import { expect } from "chai";
import { intercom } from "../../../connectors/intercom/connector.js";
import type { Connector } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { BOTH, createWorld, forgetCalls, type World, type WorldOptions } from "./world.js";

const TARGET = { connector: "intercom", name: "acme" };
const RETURN = "https://app.example.test/callback";

describe("authorising at Intercom", () => {
  const appOf = ({ sandbox }: World) => ({ clientId: sandbox.app.clientId, clientSecret: sandbox.app.clientSecret });
  const begin = (world: World, target: Parameters<World["dsr"]["beginAuthorisation"]>[0] = TARGET) => world.dsr.beginAuthorisation(target, appOf(world), RETURN);
  const complete = (world: World, callback: string, target: Parameters<World["dsr"]["completeAuthorisation"]>[0] = TARGET) => world.dsr.completeAuthorisation(target, appOf(world), callback, RETURN);

  /** What the admin's browser does: opens the page, decides, and is sent back. */
  async function decide(world: World, page: string, decision: "authorise" | "deny" = "authorise"): Promise<string> {
    const url = new URL(page);
    url.searchParams.set("decision", decision);
    const answer = await world.sandbox.fetch(new Request(url));
    return answer.headers.get("location") ?? "";
  }

  async function authorised(world: World, target?: Parameters<typeof begin>[1]): Promise<string> {
    return decide(world, await begin(world, target));
  }

  it("sends the admin to Intercom's own page, with a state and no secret and no scope", async () => {
    const url = new URL(await begin(createWorld()));
    expect(`${url.origin}${url.pathname}`).to.equal("https://app.intercom.com/oauth");
    expect([...url.searchParams.keys()].sort()).to.deep.equal(["client_id", "redirect_uri", "state"]);
    expect(url.searchParams.get("state")).to.match(/^[a-z0-9]{20,}$/);
    expect(url.href).to.not.contain("secret");
  });

  it("sends the admin to the page of the region that was named", async () => {
    const world = createWorld();
    for (const [region, origin] of [["us", "https://app.intercom.com"], ["eu", "https://app.eu.intercom.com"], ["au", "https://app.au.intercom.com"]] as const) {
      expect(new URL(await begin(world, { ...TARGET, region })).origin).to.equal(origin);
    }
    expect(await rejectionOf(begin(world, { ...TARGET, region: "mars" }))).to.include({ code: "CONFIG_INVALID" });
  });

  it("exchanges the code for a token that connects", async () => {
    const world = createWorld();
    const token = await complete(world, await authorised(world));
    expect(world.sent).to.deep.equal(["POST /auth/eagle/token"]);
    expect(world.sandbox.calls.records.find(({ operation }) => operation === "exchangeCode")).to.include({ carriedToken: false, status: 200 });
    expect(await world.dsr.connect(TARGET, BOTH, token)).to.include({ ok: true });
  });

  it("takes the token from either name that Intercom gives it, and from no other", async () => {
    for (const [answer, expected] of [[{ access_token: "one" }, "one"], [{ token: "one" }, "one"], [{ refresh_token: "one" }, undefined], [{ token: 1 }, undefined]] as const) {
      const world = createWorld();
      const callback = await authorised(world);
      world.sandbox.inject({ path: /eagle\/token$/, fault: { kind: "rewrite", rewrite: () => ({ token_type: "Bearer", ...answer }) } });
      if (expected === undefined) expect(await rejectionOf(complete(world, callback)), JSON.stringify(answer)).to.include({ code: "VENDOR_MALFORMED" });
      else expect(await complete(world, callback)).to.equal(expected);
    }
  });

  it("exchanges the code as it came back, whatever letters it is of", async () => {
    const bodies: string[] = [];
    const world = createWorld({ transport: (to) => (input) => (bodies.push(input.body ?? ""), to(input)) });
    const callback = (await authorised(world)).replace(/code=[^&]*/, "code=ab+cd/e==");
    expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_DENIED" });
    expect(new URLSearchParams(bodies[0]).get("code")).to.equal("ab+cd/e==");
  });

  it("says that the code was refused, whatever Intercom calls that", async () => {
    for (const [status, code] of [[401, "unauthorized"], [403, "forbidden"], [403, "api_plan_restricted"], [400, "parameter_invalid"], [404, "not_found"]] as const) {
      const world = createWorld();
      const callback = await authorised(world);
      world.sandbox.inject({ path: /eagle/, fault: { kind: "status", status, body: { type: "error.list", errors: [{ code, message: "no" }] } } });
      expect(await rejectionOf(complete(world, callback)), `${status} ${code}`).to.include({ code: "OAUTH_DENIED" });
    }
  });

  it("S9: refuses the authorisation page's own address, and uses up no state for it", async () => {
    const world = createWorld();
    const page = await begin(world);
    expect(await rejectionOf(complete(world, page))).to.include({ code: "OAUTH_STATE_INVALID" });
    expect(world.sent).to.deep.equal([]);
    expect(await complete(world, await decide(world, page))).to.be.a("string");
  });

  it("keeps the secret and the code out of every URL", async () => {
    const urls: string[] = [];
    const world = createWorld({ transport: (to) => (input) => (urls.push(input.url), to(input)) });
    await complete(world, await authorised(world));
    expect(urls).to.deep.equal(["https://api.intercom.io/auth/eagle/token"]);
  });

  it("S9: uses a state once", async () => {
    const world = createWorld();
    const callback = await authorised(world);
    await complete(world, callback);
    forgetCalls(world);
    expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_STATE_INVALID" });
    expect(world.sent).to.deep.equal([]);
  });

  it("S9: uses a state up where the exchange failed, so that neither it nor the code is tried twice", async () => {
    const world = createWorld();
    const callback = await authorised(world);
    world.sandbox.inject({ path: /eagle/, fault: { kind: "reset_before" } });
    expect(await rejectionOf(complete(world, callback))).to.include({ code: "VENDOR_UNAVAILABLE" });
    expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_STATE_INVALID" });
  });

  for (const [what, callbackOf] of [
    ["no state", (page: URL) => (page.searchParams.delete("state"), page)],
    ["an empty state", (page: URL) => (page.searchParams.set("state", ""), page)],
    ["a state that was never issued", (page: URL) => (page.searchParams.set("state", "abcdefghijabcdefghij"), page)],
    ["a state in the wrong case", (page: URL) => (page.searchParams.set("state", page.searchParams.get("state")!.toUpperCase()), page)],
  ] as const) {
    it(`S9: refuses an address with ${what}, and asks for no token`, async () => {
      const world = createWorld();
      const callback = callbackOf(new URL(await authorised(world))).href;
      expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_STATE_INVALID" });
      expect(world.sent).to.deep.equal([]);
    });
  }

  it("S9: refuses what is no address, and asks for no token", async () => {
    for (const text of ["", "nonsense", "code=abc&state=def", "javascript:alert(1)"]) {
      const world = createWorld();
      expect(await rejectionOf(complete(world, text)), text).to.have.property("code").that.is.oneOf(["OAUTH_STATE_INVALID", "REQUEST_INVALID"]);
      expect(world.sent).to.deep.equal([]);
    }
  });

  for (const [what, target] of [
    ["another connection", { ...TARGET, name: "other" }],
    ["another region", { ...TARGET, region: "eu" }],
    ["another address of the API", { ...TARGET, apiUrl: "https://proxy.example.test" }],
  ] as const) {
    it(`S9: refuses a state that was issued for ${what}, and it is used up`, async () => {
      const world = createWorld();
      const callback = await authorised(world);
      expect(await rejectionOf(complete(world, callback, target))).to.include({ code: "OAUTH_STATE_INVALID" });
      expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_STATE_INVALID" });
      expect(world.sent).to.deep.equal([]);
    });
  }

  for (const [what, redirectUri] of [["another place to come back to", "https://elsewhere.example.test/callback"], ["no place to come back to", undefined]] as const) {
    it(`S9: refuses a state with ${what} than it was issued for, and it is used up`, async () => {
      const world = createWorld();
      const callback = await authorised(world);
      expect(await rejectionOf(world.dsr.completeAuthorisation(TARGET, appOf(world), callback, redirectUri))).to.include({ code: "OAUTH_STATE_INVALID" });
      expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_STATE_INVALID" });
      expect(world.sent).to.deep.equal([]);
    });
  }

  it("S9: refuses a state that was issued for another region, behind the same address of the API as well", async () => {
    const world = createWorld();
    const proxied = { ...TARGET, apiUrl: "https://proxy.example.test" };
    const callback = await authorised(world, { ...proxied, region: "us" });
    expect(await rejectionOf(complete(world, callback, { ...proxied, region: "eu" }))).to.include({ code: "OAUTH_STATE_INVALID" });
    expect(world.sent).to.deep.equal([]);
  });

  it("S9: refuses a state that was issued for another connector, and it is used up", async () => {
    const twin: Connector = { ...intercom, manifest: { ...intercom.manifest, id: "twin" } };
    const world = createWorld();
    const callback = await authorised(world);
    const target = { ...TARGET, connector: "twin" };
    expect(await rejectionOf(complete(world.again({ connector: twin }), callback, target))).to.include({ code: "OAUTH_STATE_INVALID" });
    expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_STATE_INVALID" });
    expect(world.sent).to.deep.equal([]);
  });

  it("S9: refuses a state that has expired", async () => {
    const world = createWorld();
    const callback = await authorised(world);
    await world.host.clock.advance(world.host.timings.oauthStateTtlMs);
    expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_STATE_INVALID" });
  });

  it("S9: reports that the admin refused, and asks for no token", async () => {
    const world = createWorld();
    const callback = await decide(world, await begin(world), "deny");
    expect(callback).to.contain("error=access_denied");
    expect(await rejectionOf(complete(world, callback))).to.include({ code: "OAUTH_DENIED" });
    expect(world.sent).to.deep.equal([]);
  });

  it("S9: refuses an address without a code", async () => {
    const world = createWorld();
    const callback = new URL(await authorised(world));
    callback.searchParams.set("code", "");
    expect(await rejectionOf(complete(world, callback.href))).to.include({ code: "OAUTH_DENIED" });
  });

  for (const [region, vendorId] of [["us", "US"], ["eu", "EU"], ["au", "AU"]] as const) {
    it(`exchanges the code of a page in ${region} where tokens are given out for sure`, async () => {
      const urls: string[] = [];
      const world = createWorld({ sandbox: { workspace: { region: vendorId }, switches: { grantsAt: "first_region" } }, transport: (to) => (input) => (urls.push(input.url), to(input)) });
      const target = { ...TARGET, region };
      const token = await complete(world, await decide(world, await begin(world, target)), target);
      expect(urls).to.deep.equal(["https://api.intercom.io/auth/eagle/token"]);
      expect(await world.dsr.connect(target, BOTH, token)).to.include({ ok: true });
    });
  }

  for (const wrongCodeAnswers of ["unauthorized", "token_not_found"] as const) {
    it(`S9: reports a wrong code as refused, whatever it is called: ${wrongCodeAnswers}`, async () => {
      const world = createWorld({ sandbox: { switches: { wrongCodeAnswers } } });
      const callback = new URL(await authorised(world));
      callback.searchParams.set("code", "made-up");
      expect(await rejectionOf(complete(world, callback.href))).to.include({ code: "OAUTH_DENIED" });
    });
  }

  it("S9: reports a code that is wrong, was used or has expired as refused", async () => {
    const world = createWorld();
    const used = await authorised(world);
    await complete(world, used);
    const again = new URL(await authorised(world));
    again.searchParams.set("code", new URL(used).searchParams.get("code")!);
    expect(await rejectionOf(complete(world, again.href))).to.include({ code: "OAUTH_DENIED" });
    expect(await rejectionOf(world.dsr.completeAuthorisation(TARGET, { ...appOf(world), clientSecret: "wrong" }, await authorised(world), RETURN))).to.include({ code: "OAUTH_DENIED" });
    // How such an answer looks is not documented.
    world.sandbox.inject({ path: /token$/, fault: { kind: "status", status: 401, body: { message: "Unauthorized Code" } } });
    expect(await rejectionOf(complete(world, await authorised(world)))).to.include({ code: "OAUTH_DENIED" });
  });

  it("tells a refusal from a vendor that fails or makes no sense", async () => {
    for (const [fault, code] of [
      [{ kind: "status", status: 500 }, "VENDOR_UNAVAILABLE"],
      [{ kind: "reset_after_effect" }, "VENDOR_UNAVAILABLE"],
      [{ kind: "html_200" }, "VENDOR_UNAVAILABLE"],
      [{ kind: "rewrite", rewrite: () => ({ token_type: "Bearer" }) }, "VENDOR_MALFORMED"],
      [{ kind: "rewrite", rewrite: () => ({ token: 5 }) }, "VENDOR_MALFORMED"],
      [{ kind: "rewrite", rewrite: () => null }, "VENDOR_MALFORMED"],
    ] as const) {
      const world = createWorld();
      const callback = await authorised(world);
      world.sandbox.inject({ path: /eagle/, fault });
      expect(await rejectionOf(complete(world, callback)), JSON.stringify(fault)).to.include({ code });
    }
  });

  it("connects with what the app may do, and no more", async () => {
    const world = createWorld({ sandbox: { app: { scopes: ["read_users_companies", "read_single_user"] } } });
    const token = await complete(world, await authorised(world));
    expect(await world.dsr.connect(TARGET, BOTH, token)).to.include({ ok: false, code: "SCOPE_MISSING" });
    expect(await world.dsr.connect(TARGET, { ...BOTH, capabilities: ["access"] }, token)).to.include({ ok: true });
  });
});

describe("ending a grant at Intercom", () => {
  const open = async (options: WorldOptions = {}) => {
    const world = createWorld(options);
    await world.connect();
    forgetCalls(world);
    return world;
  };
  const works = async (world: World) => (await world.sandbox.fetch(new Request("https://api.intercom.io/me", { headers: { authorization: `Bearer ${world.sandbox.token}`, accept: "application/json" } }))).status === 200;

  for (const uninstallAnswers of ["empty_200", "json_200", "no_content_204"] as const) {
    it(`revokes the token before the connection is removed, however Intercom says so: ${uninstallAnswers}`, async () => {
      const world = await open({ sandbox: { switches: { uninstallAnswers } } });
      await world.dsr.disconnect("acme", { revoke: true });
      expect(await works(world)).to.equal(false);
      expect(await world.dsr.connections()).to.deep.equal([]);
      expect(world.sent[0]).to.equal("POST /auth/uninstall");
    });
  }

  for (const grantsAt of ["first_region", "every_region"] as const) {
    it(`revokes the token of an account in Europe where Intercom takes it: ${grantsAt}`, async () => {
      const urls: string[] = [];
      const world = await open({ sandbox: { workspace: { region: "EU" }, switches: { grantsAt, uninstallAnswers: "json_200" } }, transport: (to) => (input) => (urls.push(input.url), to(input)) });
      urls.length = 0;
      await world.dsr.disconnect("acme", { revoke: true });
      expect(await works(world)).to.equal(false);
      expect(await world.dsr.connections()).to.deep.equal([]);
      const own = "https://api.eu.intercom.io";
      expect(urls).to.deep.equal(grantsAt === "every_region" ? [`${own}/auth/uninstall`, `${own}/me`] : [`${own}/auth/uninstall`, "https://api.intercom.io/auth/uninstall", `${own}/me`]);
    });
  }

  it("keeps the connection where no region takes the token back, and calls nothing revoked", async () => {
    const world = await open({ sandbox: { workspace: { region: "EU" }, switches: { grantsAt: "first_region" } } });
    // A token that the first region calls unknown may be as good as ever in its own.
    world.sandbox.inject({ path: /uninstall/, fault: { kind: "status", status: 404, body: { type: "error.list", errors: [{ code: "not_found", message: "" }] } } });
    world.sandbox.inject({ path: /uninstall/, fault: { kind: "status", status: 401, body: { type: "error.list", errors: [{ code: "unauthorized", message: "" }] } } });
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "OUTCOME_UNKNOWN" });
    expect(await works(world)).to.equal(true);
    expect(await world.dsr.connections()).to.have.lengthOf(1);
  });

  it("asks no other region where a call is refused at an address that was named", async () => {
    const world = createWorld();
    await world.dsr.connect({ connector: "intercom", name: "acme", apiUrl: "https://proxy.example.test" }, BOTH, world.sandbox.token);
    forgetCalls(world);
    world.sandbox.inject({ path: /uninstall/, fault: { kind: "status", status: 404, body: { type: "error.list", errors: [{ code: "not_found", message: "" }] } } });
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "VENDOR_REJECTED" });
    expect(world.sent).to.deep.equal(["POST /auth/uninstall"]);
  });

  it("settles a lost answer by asking whose token it is", async () => {
    const world = await open();
    world.sandbox.inject({ path: /uninstall/, fault: { kind: "reset_after_effect" } });
    await world.dsr.disconnect("acme", { revoke: true });
    expect(world.sent).to.deep.equal(["POST /auth/uninstall", "GET /me"]);
    expect(await world.dsr.connections()).to.deep.equal([]);
  });

  it("keeps the connection where the token still works", async () => {
    const world = await open();
    world.sandbox.inject({ path: /uninstall/, fault: { kind: "reset_before" } });
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "OUTCOME_UNKNOWN" });
    expect(await works(world)).to.equal(true);
    expect(await world.dsr.connections()).to.have.lengthOf(1);
  });

  it("calls no grant ended whose token still works, whatever Intercom answered", async () => {
    const world = await open();
    world.sandbox.inject({ path: /uninstall/, fault: { kind: "status", status: 200, body: {} } });
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "OUTCOME_UNKNOWN" });
    expect(await world.dsr.connections()).to.have.lengthOf(1);
    await world.dsr.disconnect("acme", { revoke: true });
    expect([await works(world), await world.dsr.connections()]).to.deep.equal([false, []]);
  });

  it("calls none ended where the region that gave it says so, and the token still works", async () => {
    const world = await open({ sandbox: { workspace: { region: "EU" }, switches: { grantsAt: "first_region" } } });
    world.sandbox.inject({ path: /uninstall/, after: 1, fault: { kind: "status", status: 200, body: {} } });
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "OUTCOME_UNKNOWN" });
    expect(await works(world)).to.equal(true);
  });

  it("has nothing left to revoke where the token is dead already", async () => {
    const world = await open();
    world.sandbox.revokeToken(world.sandbox.token);
    await world.dsr.disconnect("acme", { revoke: true });
    expect(await world.dsr.connections()).to.deep.equal([]);
  });

  it("leaves the token alone where it is only forgotten here", async () => {
    const world = await open();
    await world.dsr.disconnect("acme");
    expect(world.sent).to.deep.equal([]);
    expect(await works(world)).to.equal(true);
  });
});
