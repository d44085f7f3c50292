import { expect } from "chai";
import type { RunningSandbox } from "../../../../connectors/intercom/sandbox/server.js";
import { startIntercomSandbox } from "../../../../connectors/intercom/sandbox/server.js";
import { described } from "./described-sandbox.js";

describe("the sandbox's OAuth pages", () => {
  let running: RunningSandbox;
  const now = { value: Date.UTC(2026, 10, 23) };

  before(async () => {
    running = await startIntercomSandbox({ clock: { now: () => now.value }, app: { scopes: ["read_users_companies", "read_single_user"] } });
  });
  after(() => running.close());

  const consentUrl = (fields: Record<string, string>) =>
    `${running.url}/oauth?${new URLSearchParams({ client_id: running.firstLine.clientId, state: "s t&te", redirect_uri: "https://app.example.test/callback?x=1", ...fields })}`;
  const consent = (fields: Record<string, string> = {}) => fetch(consentUrl(fields), { redirect: "manual" });
  const exchange = (fields: Record<string, string>, form = true) => fetch(`${running.url}/auth/eagle/token`, {
    method: "POST",
    ...(form ? { body: new URLSearchParams(fields) } : { body: JSON.stringify(fields), headers: { "content-type": "application/json" } }),
  });
  const secrets = () => ({ client_id: running.firstLine.clientId, client_secret: running.firstLine.clientSecret });
  const newCode = async () => {
    const location = (await consent({ decision: "authorise" })).headers.get("location")!;
    return /[?&]code=([^&]*)/.exec(location)![1]!;
  };

  it("lists what the app may do and offers to authorise or deny", async () => {
    const response = await consent();
    const page = await response.text();
    expect(response.headers.get("content-type")).to.match(/^text\/html/);
    expect(page).to.contain("Read and list users and companies").and.contain("Authorise").and.contain("Deny");
    expect(page).to.not.contain("Write users and companies");
    expect(page).to.contain('value="s t&#38;te"');
  });

  it("sends the code, ending in an equals sign, and the state back to the address", async () => {
    const response = await consent({ decision: "authorise" });
    expect(response.status).to.equal(302);
    const location = response.headers.get("location")!;
    expect(location).to.match(/^https:\/\/app\.example\.test\/callback\?x=1&code=[A-Za-z0-9]+=+&state=/);
    expect(new URL(location).searchParams.get("state")).to.equal("s t&te");
  });

  it("accepts the decision of the page's form, too", async () => {
    const form = new URLSearchParams({ client_id: running.firstLine.clientId, redirect_uri: "http://127.0.0.1:9/callback", state: "x", decision: "deny" });
    const response = await fetch(`${running.url}/oauth`, { method: "POST", body: form, redirect: "manual" });
    expect(response.headers.get("location")).to.equal("http://127.0.0.1:9/callback?error=access_denied&state=x");
  });

  it("redirects to HTTPS or loopback addresses only, and only for an app it knows", async () => {
    for (const redirect_uri of ["http://app.example.test/", "javascript:alert(1)", "nonsense"]) {
      expect((await consent({ redirect_uri })).status).to.equal(400);
    }
    expect((await consent({ client_id: "somebody else" })).status).to.equal(404);
    expect((await consent({ redirect_uri: "http://localhost:1234/callback" })).status).to.equal(200);
  });

  it("redirects to registered addresses only, where some are registered", async () => {
    const strict = await startIntercomSandbox({ app: { redirectUris: ["https://app.example.test/a"] } });
    const ask = (redirect: string) => fetch(`${strict.url}/oauth?client_id=${strict.firstLine.clientId}&decision=authorise${redirect}`, { redirect: "manual" });
    expect((await ask("")).headers.get("location")).to.match(/^https:\/\/app\.example\.test\/a\?code=/);
    expect((await ask("&redirect_uri=https%3A%2F%2Fapp.example.test%2Fb")).status).to.equal(400);
    await strict.close();
  });

  it("exchanges a code once, as a form or as JSON, for a token with the app's permissions", async () => {
    for (const form of [true, false]) {
      const code = await newCode();
      const { status, body } = await described("POST", "/auth/eagle/token", await exchange({ code, ...secrets() }, form));
      expect(status).to.equal(200);
      expect(body).to.have.all.keys("token_type", "token", "access_token");
      expect(body.token).to.equal(body.access_token);
      const headers = { authorization: `Bearer ${body.token}` };
      expect((await fetch(`${running.url}/me`, { headers })).status).to.equal(200);
      expect((await fetch(`${running.url}/contacts`, { method: "POST", headers, body: "{}" })).status).to.equal(401);
      const again = await described("POST", "/auth/eagle/token", await exchange({ code, ...secrets() }, form));
      expect(again.status).to.equal(401);
      expect(again.body.errors[0].message).to.equal("Unauthorized Code");
    }
  });

  it("refuses a code that lost its equals sign, a wrong secret, and a code that is too old", async () => {
    const code = await newCode();
    expect((await exchange({ code: code.replace(/=+$/, ""), ...secrets() })).status).to.equal(401);
    expect((await exchange({ code, ...secrets(), client_secret: "wrong" })).status).to.equal(401);
    now.value += 600_000;
    expect((await exchange({ code, ...secrets() })).status).to.equal(401);
    expect((await exchange({})).status).to.equal(401);
  });

  it("withdraws a token", async () => {
    const token = running.sandbox.issueToken();
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${running.url}/auth/uninstall`, { method: "POST", headers, body: "{}" });
    expect((await described("POST", "/auth/uninstall", response)).status).to.equal(200);
    expect((await fetch(`${running.url}/me`, { headers })).status).to.equal(401);
    expect((await fetch(`${running.url}/auth/uninstall`, { method: "POST", headers })).status).to.equal(401);
  });
});
