import { expect } from "chai";
import type { Fault } from "../../../../connectors/intercom/sandbox/faults.js";
import type { RunningSandbox } from "../../../../connectors/intercom/sandbox/server.js";
import { startIntercomSandbox } from "../../../../connectors/intercom/sandbox/server.js";

const SHORT_MS = 150;

describe("the sandbox's faults on a real socket", () => {
  let running: RunningSandbox;
  let id: string;

  beforeEach(async () => {
    running = await startIntercomSandbox({ rateLimit: "off" });
    id = running.sandbox.build.addContact({ email: "victim@example.test" }).id;
  });
  afterEach(() => running.close());

  const send = (method: string, path: string, body?: unknown) => fetch(running.url + path, {
    method,
    redirect: "manual",
    headers: { authorization: `Bearer ${running.firstLine.token}`, "intercom-version": "2.16" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(5_000),
  });
  const faulty = (fault: Fault, method = "GET", path = `/contacts/${id}`, body?: unknown) => {
    running.sandbox.inject({ fault });
    return send(method, path, body);
  };
  const search = (fault: Fault, pagination?: unknown) =>
    faulty(fault, "POST", "/contacts/search", { query: { field: "email", operator: "=", value: "ada@example.test" }, pagination });
  const exists = async () => (await send("GET", `/contacts/${id}`)).status === 200;
  const failure = async (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error as Error & { cause?: { code?: string } });

  it("closes the socket before anything happened", async () => {
    const error = await failure(faulty({ kind: "reset_before" }, "DELETE"));
    expect(error?.cause?.code).to.equal("UND_ERR_SOCKET");
    expect(await exists()).to.equal(true);
    expect(running.sandbox.calls.records[0]).to.include({ status: 0, effect: false, operation: "deleteContact" });
  });

  it("closes the socket after the deletion was carried out", async () => {
    const error = await failure(faulty({ kind: "reset_after_effect" }, "DELETE"));
    expect(error?.cause?.code).to.equal("UND_ERR_SOCKET");
    expect(await exists()).to.equal(false);
    expect(running.sandbox.calls.records[0]).to.include({ status: 0, effect: true });
  });

  it("sends headers and then falls silent", async () => {
    const response = await faulty({ kind: "stall" });
    expect(response.status).to.equal(200);
    const silent = new Promise((resolve) => setTimeout(() => resolve("silent"), SHORT_MS));
    expect(await Promise.race([response.text(), silent])).to.equal("silent");
  });

  it("drips the body byte by byte, and is whole in the end", async () => {
    running.sandbox.inject({ fault: { kind: "rewrite", rewrite: () => ({ ok: 1 }) }, after: 1 });
    const reader = (await faulty({ kind: "drip", everyMs: 20 })).body!.getReader();
    expect((await reader.read()).value).to.have.lengthOf(1);
    await reader.cancel();
    running.sandbox.clearFaults();
    const whole = await faulty({ kind: "drip", everyMs: 1 }, "GET", "/nowhere");
    expect(await whole.json()).to.have.property("errors");
  });

  it("ends the body before its announced length", async () => {
    const response = await faulty({ kind: "short_body" });
    expect(await failure(response.text())).to.be.instanceOf(TypeError);
  });

  it("cuts the JSON but frames it well", async () => {
    const text = await (await faulty({ kind: "cut_json" })).text();
    expect(text).to.match(/^\{"type":"contact"/);
    expect(() => JSON.parse(text) as unknown).to.throw(SyntaxError);
  });

  it("answers 200 with nothing, or with a page for people", async () => {
    expect(await (await faulty({ kind: "empty_200" })).text()).to.equal("");
    const page = await faulty({ kind: "html_200" });
    expect(page.status).to.equal(200);
    expect(page.headers.get("content-type")).to.match(/html/);
  });

  it("answers as gateways and load balancers do, without any header of Intercom", async () => {
    for (const [kind, status] of [["html_502", 502], ["html_403", 403]] as const) {
      const response = await faulty({ kind }, "DELETE");
      expect(response.status).to.equal(status);
      expect(response.headers.get("content-type")).to.match(/html/);
      expect(response.headers.has("x-request-id")).to.equal(false);
    }
    expect(await exists()).to.equal(true);
  });

  it("answers 500 before the effect or after it", async () => {
    expect((await faulty({ kind: "status", status: 500 }, "DELETE")).status).to.equal(500);
    expect(await exists()).to.equal(true);
    expect((await faulty({ kind: "status", status: 500, applied: true }, "DELETE")).status).to.equal(500);
    expect(await exists()).to.equal(false);
  });

  it("answers any status with any body and headers", async () => {
    const response = await faulty({ kind: "status", status: 418, body: { teapot: true }, headers: { "x-tea": "green" } });
    expect(response.status).to.equal(418);
    expect(response.headers.get("x-tea")).to.equal("green");
    expect(await response.json()).to.deep.equal({ teapot: true });
  });

  it("answers 429 with rate headers or without", async () => {
    running.sandbox.rate.limit = 83;
    const withHeaders = await faulty({ kind: "status", status: 429 });
    expect(withHeaders.headers.get("x-ratelimit-limit")).to.equal("83");
    expect(await withHeaders.json()).to.have.nested.property("errors[0].code", "rate_limit_exceeded");
    expect((await faulty({ kind: "status", status: 429, rateHeaders: false })).headers.has("x-ratelimit-limit")).to.equal(false);
  });

  it("sends any Retry-After along", async () => {
    for (const value of ["0", "-5", "NaN", "Wed, 21 Oct 2015 07:28:00 GMT"]) {
      const response = await faulty({ kind: "retry_after", value });
      expect([response.status, response.headers.get("retry-after")]).to.deep.equal([429, value]);
    }
  });

  it("overrides rate headers and turns the clock of its Date header", async () => {
    const response = await faulty({ kind: "rate_headers", limit: "50", remaining: "x", reset: "0" });
    expect(["limit", "remaining", "reset"].map((name) => response.headers.get(`x-ratelimit-${name}`))).to.deep.equal(["50", "x", "0"]);
    const skewed = await faulty({ kind: "date_skew", skewMs: 3_600_000 });
    expect(Date.parse(skewed.headers.get("date")!) - Date.now()).to.be.within(3_590_000, 3_610_000);
  });

  it("sends the caller elsewhere", async () => {
    const response = await faulty({ kind: "redirect", to: "https://elsewhere.example.test/x", status: 307 }, "DELETE");
    expect([response.status, response.headers.get("location")]).to.deep.equal([307, "https://elsewhere.example.test/x"]);
    expect(await exists()).to.equal(true);
  });

  it("says deleted false, or deleted true, without deleting", async () => {
    expect(await (await faulty({ kind: "deleted_false" }, "DELETE")).json()).to.include({ deleted: false });
    expect(await exists()).to.equal(true);
    expect(await (await faulty({ kind: "acknowledged_without_effect" }, "DELETE")).json()).to.include({ deleted: true });
    expect(await exists()).to.equal(true);
    expect(running.sandbox.calls.records.some(({ effect }) => effect)).to.equal(false);
  });

  it("keeps a deleted contact readable for a while", async () => {
    expect(await (await faulty({ kind: "still_readable_for", durationMs: SHORT_MS }, "DELETE")).json()).to.include({ deleted: true });
    expect(await exists()).to.equal(true);
    await new Promise((resolve) => setTimeout(resolve, SHORT_MS));
    expect(await exists()).to.equal(false);
  });

  it("acknowledges a deletion with 204 and no body", async () => {
    const response = await faulty({ kind: "no_content_204" }, "DELETE");
    expect([response.status, await response.text()]).to.deep.equal([204, ""]);
    expect(await exists()).to.equal(false);
  });

  it("answers with the wrong person, the wrong object, or no list at all", async () => {
    expect(await (await search({ kind: "wrong_email" })).json()).to.have.nested.property("data[0].email", "someone.else@example.test");
    expect(await (await faulty({ kind: "wrong_object", id: "42" })).json()).to.have.property("id", "42");
    expect(await (await search({ kind: "missing_data_key" })).json()).to.not.have.property("data");
  });

  it("names the same cursor for ever", async () => {
    const first = (await (await search({ kind: "repeated_cursor" })).json()) as { pages: { next: { starting_after: string } } };
    const { starting_after } = first.pages.next;
    const second = await search({ kind: "repeated_cursor" }, { starting_after });
    expect(second.status).to.equal(200);
    expect(await second.json()).to.have.nested.property("pages.next.starting_after", starting_after);
  });

  it("sends more than anyone should read, plain or compressed, with the truth at the end", async () => {
    const bytes = 8 * 1_048_576;
    for (const kind of ["huge_body", "gzip_bomb"] as const) {
      const text = await (await faulty({ kind, bytes })).text();
      expect(text.length).to.be.greaterThan(bytes);
      expect(JSON.parse(text)).to.include({ id });
    }
  });

  it("stops sending when nobody reads any more", async () => {
    const before = process.memoryUsage().rss;
    for (const kind of ["huge_body", "gzip_bomb"] as const) {
      const reader = (await faulty({ kind, bytes: 1_073_741_824 })).body!.getReader();
      for (let read = 0; read < 20_000_000; ) read += (await reader.read()).value!.byteLength;
      await reader.cancel();
    }
    expect((await send("GET", "/me")).status).to.equal(200);
    expect(process.memoryUsage().rss - before).to.be.lessThan(200 * 1_048_576);
  });

  it("takes a path that begins with two slashes for a path", async () => {
    expect((await fetch(`${running.url}//elsewhere.example.test/me`)).status).to.equal(401);
    expect(running.sandbox.calls.records.at(-1)!.path).to.equal("//elsewhere.example.test/me");
  });

  it("nests JSON deeper than parsers like", async () => {
    const text = await (await faulty({ kind: "deep_json", depth: 10_000 })).text();
    expect(text).to.have.lengthOf(60_001);
  });

  it("fits a fault to a method and a path, lets some requests pass, and stops after its times", async () => {
    running.sandbox.inject({ method: "GET", path: /^\/contacts\//, after: 1, times: 2, fault: { kind: "status", status: 503 } });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await send("GET", `/contacts/${id}`)).status);
    expect((await send("GET", "/me")).status).to.equal(200);
    expect(statuses).to.deep.equal([200, 503, 503, 200]);
  });

  it("closes idle connections without a word, and everything when it ends", async () => {
    const other = await startIntercomSandbox({ keepAliveMs: 1 });
    for (let call = 0; call < 3; call += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect((await fetch(`${other.url}/me`)).status).to.equal(401);
    }
    other.sandbox.inject({ fault: { kind: "stall" } });
    const pending = failure((await fetch(`${other.url}/me`)).text());
    await other.close();
    expect(await pending).to.be.instanceOf(TypeError);
  });
});
