import { expect } from "chai";
import type { ScopeId } from "../../../../connectors/intercom/sandbox/scopes.js";
import { ALL_SCOPES } from "../../../../connectors/intercom/sandbox/scopes.js";
import { DescribedSandbox } from "./described-sandbox.js";

const NOBODY = "/contacts/ffffffffffffffffffffffff";
const SEARCH = { query: { field: "email", operator: "=", value: "grace@example.test" } };

describe("the sandbox's door", () => {
  it("refuses a missing, an unknown and a revoked token without rate headers", async () => {
    const intercom = new DescribedSandbox();
    const revoked = intercom.sandbox.issueToken({ revoked: true });
    for (const token of [null, "bm9ib2R5", revoked]) {
      const { status, body, headers } = await intercom.call("GET", "/me", undefined, { token });
      expect(status).to.equal(401);
      expect(body.errors[0]).to.deep.equal({ code: "unauthorized", message: "Access Token Invalid" });
      expect(headers.has("x-ratelimit-limit")).to.equal(false);
      expect(headers.has("x-request-id")).to.equal(true);
    }
  });

  it("lets a token die in the middle of a run", async () => {
    const intercom = new DescribedSandbox();
    const token = intercom.sandbox.issueToken();
    expect((await intercom.call("GET", "/me", undefined, { token })).status).to.equal(200);
    intercom.sandbox.revokeToken(token);
    expect((await intercom.call("GET", "/me", undefined, { token })).status).to.equal(401);
  });

  it("tells whose token it is and which workspace it belongs to", async () => {
    const intercom = new DescribedSandbox({ workspace: { region: "EU", name: "Acme" } });
    const { body } = await intercom.call("GET", "/me");
    expect(body.app).to.include({ id_code: "sandbox1", name: "Acme", region: "EU" });
    expect(body).to.not.have.property("role");
    const { body: unverified } = await intercom.call("GET", "/me", undefined, { token: intercom.sandbox.issueToken({ emailVerified: false }) });
    expect(unverified.email_verified).to.equal(false);
  });

  it("names the teammate's role at the teammate, if there is one", async () => {
    const intercom = new DescribedSandbox();
    const roleOf = async (role: string | null) => {
      const token = intercom.sandbox.issueToken({ role });
      const { body } = await intercom.call("GET", "/me", undefined, { token });
      return (await intercom.call("GET", `/admins/${body.id}`, undefined, { token })).body.role?.name;
    };
    expect(await roleOf("Admin")).to.equal("Admin");
    expect(await roleOf("Support")).to.equal("Support");
    expect(await roleOf(null)).to.equal(undefined);
    expect((await intercom.call("GET", "/admins/1")).body.errors[0].code).to.equal("admin_not_found");
  });

  it("shows no role before 2.16, and one at /me in Preview", async () => {
    const intercom = new DescribedSandbox();
    const { body } = await intercom.call("GET", "/me", undefined, { version: "Preview" });
    expect(body.role.name).to.equal("Admin");
    expect((await intercom.call("GET", `/admins/${body.id}`, undefined, { version: "2.15" })).body).to.not.have.property("role");
  });

  it("refuses versions that do not exist", async () => {
    const intercom = new DescribedSandbox();
    for (const version of ["2.17", "3.0", "latest", ""]) {
      const { status, body } = await intercom.call("GET", "/me", undefined, { version });
      expect(status).to.equal(400);
      expect(body.errors[0].code).to.equal("intercom_version_invalid");
    }
    expect((await intercom.call("GET", "/me", undefined, { version: null })).status).to.equal(200);
  });

  it("answers in the app's own version when the header is missing", async () => {
    const intercom = new DescribedSandbox();
    const lead = [...intercom.sandbox.state.contacts.values()].find(({ status }) => status === "merged")!;
    expect((await intercom.call("GET", `/contacts/${lead.id}`, undefined, { version: null })).status).to.equal(404);
  });

  it("refuses a caller that does not accept JSON, a body that is not JSON, and paths it does not know", async () => {
    const intercom = new DescribedSandbox();
    expect((await intercom.call("GET", "/me", undefined, { headers: { accept: "image/png" } })).status).to.equal(406);
    expect((await intercom.call("GET", "/nowhere")).status).to.equal(404);
    expect((await intercom.call("DELETE", "/me")).status).to.equal(404);
    const request = new Request("https://api.intercom.io/contacts/search", {
      method: "POST",
      body: "{",
      headers: { authorization: `Bearer ${intercom.sandbox.token}`, "intercom-version": "2.16" },
    });
    expect((await intercom.sandbox.fetch(request)).status).to.equal(400);
  });

  it("refuses everything but /me to a workspace without the plan", async () => {
    const intercom = new DescribedSandbox();
    const token = intercom.sandbox.issueToken({ planRestricted: true });
    expect((await intercom.call("GET", "/me", undefined, { token })).status).to.equal(200);
    const { status, body } = await intercom.call("POST", "/contacts/search", SEARCH, { token });
    expect(status).to.equal(403);
    expect(body.errors[0].code).to.equal("api_plan_restricted");
  });

  const needs: [string, string, unknown, ScopeId][] = [
    ["POST", "/contacts/search", SEARCH, "read_users_companies"],
    ["GET", NOBODY, undefined, "read_single_user"],
    ["GET", `${NOBODY}/notes`, undefined, "read_single_user"],
    ["GET", `${NOBODY}/tags`, undefined, "read_single_user"],
    ["GET", `${NOBODY}/companies`, undefined, "read_single_user"],
    ["GET", `${NOBODY}/segments`, undefined, "read_single_user"],
    ["GET", `${NOBODY}/subscriptions`, undefined, "read_single_user"],
    ["DELETE", NOBODY, undefined, "write_users_companies"],
    ["POST", "/contacts", { role: "lead" }, "write_users_companies"],
  ];

  for (const [method, path, body, scope] of needs) {
    it(`needs ${scope} for ${method} ${path}, and nothing else`, async () => {
      const intercom = new DescribedSandbox();
      const without = intercom.sandbox.issueToken({ scopes: ALL_SCOPES.filter((other) => other !== scope) });
      const refused = await intercom.call(method, path, body, { token: without });
      expect(refused.status).to.equal(401);
      expect(refused.body.errors[0]).to.deep.equal({ code: "token_unauthorized", message: "Not authorized to access resource" });
      expect(refused.headers.has("x-ratelimit-limit")).to.equal(true);
      const enough = intercom.sandbox.issueToken({ scopes: [scope] });
      expect((await intercom.call(method, path, body, { token: enough })).status).to.be.oneOf([200, 404]);
    });
  }

  it("takes a permission away in the middle of a run, and gives it back", async () => {
    const intercom = new DescribedSandbox();
    const token = intercom.sandbox.issueToken();
    intercom.sandbox.withdrawScope(token, "read_users_companies");
    expect((await intercom.call("POST", "/contacts/search", SEARCH, { token })).status).to.equal(401);
    intercom.sandbox.grantScope(token, "read_users_companies");
    expect((await intercom.call("POST", "/contacts/search", SEARCH, { token })).status).to.equal(200);
  });
});
