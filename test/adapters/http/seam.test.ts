import { expect } from "chai";
import createClient from "openapi-fetch";
import { inspect } from "node:util";
import { TransportError, type TransportFault } from "../../../adapters/http/transport.js";
import type { Pacer } from "../../../adapters/limits/pacing.js";
import { DsrError } from "../../../core/errors.js";
import type { VendorProtocol } from "../../../core/vendor-protocol.js";
import { VirtualClock } from "../clock/virtual-clock.js";
import { acme, acmeError } from "./support/acme.js";
import { answer, failure, json, ORIGIN, scriptedSeam, TOKEN, type Step } from "./support/scripted-seam.js";

const broken = (fault: TransportFault): Step => () => Promise.reject(new TransportError(fault));
const stalled: Step = () => new Promise(() => undefined);

describe("the seam: what may be called", () => {
  const refused: readonly (readonly [string, string, string])[] = [
    ["another origin", "GET", "https://api.other.example/contacts/1"],
    ["plain HTTP on the same host", "GET", "http://api.acme.example/contacts/1"],
    ["another port", "GET", `${ORIGIN}:8443/contacts/1`],
    ["a longer host name", "GET", "https://api.acme.example.evil.example/contacts/1"],
    ["a subdomain", "GET", "https://x.api.acme.example/contacts/1"],
    ["an unknown path", "GET", `${ORIGIN}/companies/1`],
    ["an unknown method", "PUT", `${ORIGIN}/contacts/1`],
    ["an empty id", "DELETE", `${ORIGIN}/contacts/`],
    ["a missing id", "DELETE", `${ORIGIN}/contacts`],
    ["an empty id in the middle", "GET", `${ORIGIN}/contacts//notes/1`],
    ["a trailing slash", "GET", `${ORIGIN}/contacts/1/`],
    ["dots for an id", "DELETE", `${ORIGIN}/contacts/..`],
    ["encoded dots for an id", "DELETE", `${ORIGIN}/contacts/%2e%2e`],
    ["a way out by dots", "GET", `${ORIGIN}/contacts/1/../../companies/1`],
    ["an encoded slash", "DELETE", `${ORIGIN}/contacts/1%2Fnotes`],
    ["an encoded backslash", "DELETE", `${ORIGIN}/contacts/1%5Cnotes`],
    ["a backslash", "DELETE", `${ORIGIN}/contacts/1\\notes`],
    ["an encoded NUL", "DELETE", `${ORIGIN}/contacts/1%00`],
    ["a template's dot read as any character", "GET", `${ORIGIN}/v1x0/me`],
    ["a known path behind another", "GET", `${ORIGIN}/evil/contacts/1`],
    ["an id of several segments", "GET", `${ORIGIN}/contacts/1/2`],
  ];
  for (const [what, method, url] of refused) {
    it(`refuses ${what} without sending anything`, async () => {
      const seam = scriptedSeam([]);
      const error = await failure(seam.clock.drive(seam.fetch(new Request(url, { method }))));
      expect(error.code).to.equal("HOST_REFUSED");
      expect(seam.sent).to.have.length(0);
    });
  }

  it("sends ids that are encoded, and queries, as they are", async () => {
    const seam = scriptedSeam([json({})]);
    await seam.get("/contacts/a%20b%3Fc?x=1&y=%2F#part");
    expect(seam.sent[0]?.url).to.equal(`${ORIGIN}/contacts/a%20b%3Fc?x=1&y=%2F`);
  });

  it("takes a fixed path for itself and not for an id", async () => {
    const seam = scriptedSeam([json({})]);
    await seam.get("/contacts/deleted");
    expect(seam.calls[0]?.operation).to.equal("GET /contacts/deleted");
  });
});

describe("the seam: what is sent", () => {
  it("adds the token, the vendor's headers and the operation's own, in place of the connector's", async () => {
    const seam = scriptedSeam([json({})]);
    const request = new Request(`${ORIGIN}/contacts/1/notes/2`, { headers: { authorization: "Bearer mine", "acme-version": "1", "x-own": "kept" } });
    await seam.clock.drive(seam.fetch(request));
    expect(seam.sent[0]?.headers).to.include({ authorization: `Bearer ${TOKEN}`, "acme-version": "preview", accept: "application/json", "x-own": "kept" });
  });

  it("carries the token where the vendor wants it, and in no other header", async () => {
    const protocol: VendorProtocol = { ...acme, tokenHeader: { name: "x-api-key" } };
    const seam = scriptedSeam([json({})], { protocol });
    await seam.clock.drive(seam.fetch(new Request(`${ORIGIN}/contacts/1`, { headers: { "X-API-Key": "mine" } })));
    const headers = seam.sent[0]?.headers ?? {};
    expect(headers).to.include({ "x-api-key": TOKEN });
    expect(Object.entries(headers).filter(([, value]) => /mine|canary-token/.test(value))).to.deep.equal([["x-api-key", TOKEN]]);
    const other = scriptedSeam([json({})], { protocol: { ...acme, tokenHeader: { name: "authorization", before: "Token token=" } } });
    await other.get("/contacts/1");
    expect(other.sent[0]?.headers).to.include({ authorization: `Token token=${TOKEN}` });
    const without = scriptedSeam([json({})], { protocol, credential: () => undefined });
    await without.clock.drive(without.fetch(new Request(`${ORIGIN}/contacts/1`, { headers: { "X-API-Key": "mine" } })));
    expect(without.sent[0]?.headers).not.to.have.property("x-api-key");
  });

  it("keeps the token from an operation that carries its own secret", async () => {
    const seam = scriptedSeam([json({})]);
    await seam.clock.drive(seam.fetch(new Request(`${ORIGIN}/oauth/token`, { method: "POST", body: "code=1" })));
    expect(JSON.stringify(seam.sent)).not.to.contain(TOKEN);
  });

  it("sends no authorization while there is no credential, not even the connector's own", async () => {
    const seam = scriptedSeam([json({})], { credential: () => undefined });
    await seam.clock.drive(seam.fetch(new Request(`${ORIGIN}/contacts/1`, { headers: { authorization: "Bearer mine" } })));
    expect(seam.sent[0]?.headers).not.to.have.property("authorization");
  });

  it("asks for the credential at every attempt, and sends nothing when that fails", async () => {
    let asked = 0;
    const seam = scriptedSeam([answer(500), json({})], { credential: () => Promise.resolve(`t${++asked}`) });
    await seam.get("/contacts/1");
    expect(seam.sent.map((input) => input.headers["authorization"])).to.deep.equal(["Bearer t1", "Bearer t2"]);
    const without = scriptedSeam([], { credential: () => Promise.reject(new DsrError("CONNECTION_UNKNOWN")) });
    expect((await failure(without.get("/contacts/1"))).code).to.equal("CONNECTION_UNKNOWN");
  });

  it("sends the same body at every attempt", async () => {
    const seam = scriptedSeam([answer(503), json({})]);
    await seam.clock.drive(seam.fetch(new Request(`${ORIGIN}/contacts/search`, { method: "POST", body: '{"q":"ä"}' })));
    expect(seam.sent.map((input) => input.body)).to.deep.equal(['{"q":"ä"}', '{"q":"ä"}']);
  });
});

describe("the seam: what is repeated", () => {
  const again: readonly (readonly [string, Step, number, string])[] = [
    ["a connection that is refused", broken("unsent"), 4, "VENDOR_UNAVAILABLE"],
    ["a connection that breaks", broken("lost"), 4, "VENDOR_UNAVAILABLE"],
    ["an answer that is no HTTP", broken("garbled"), 3, "VENDOR_MALFORMED"],
    ["a certificate that is refused", broken("tls"), 1, "TLS_REJECTED"],
    ["a private host", broken("host_refused"), 1, "HOST_REFUSED"],
    ["an answer that never comes", stalled, 4, "VENDOR_UNAVAILABLE"],
    ["500", answer(500, acmeError("oops")), 4, "VENDOR_UNAVAILABLE"],
    ["503 with a page", answer(503, "<html>"), 4, "VENDOR_UNAVAILABLE"],
    ["408", answer(408), 4, "VENDOR_UNAVAILABLE"],
    ["a table's own transient fault", answer(403, "<html>"), 4, "VENDOR_UNAVAILABLE"],
    ["cut JSON", answer(200, '{"data":[{"a'), 3, "VENDOR_MALFORMED"],
    ["nothing at all", answer(200), 3, "VENDOR_MALFORMED"],
    ["204, which says nothing of what was asked", answer(204), 3, "VENDOR_MALFORMED"],
    ["a page", answer(200, "<!doctype html>"), 3, "VENDOR_MALFORMED"],
    ["bytes that are no UTF-8", answer(200, [Buffer.from([0x22, 0xff, 0x22])]), 3, "VENDOR_MALFORMED"],
    ["a bare 404", answer(404), 3, "VENDOR_MALFORMED"],
    ["a page as 404", answer(404, "<html>not found</html>"), 3, "VENDOR_MALFORMED"],
    ["another service's 404", answer(404, '{"message":"no such route"}'), 3, "VENDOR_MALFORMED"],
    ["a redirect", answer(302, "", { location: `${ORIGIN}/contacts/2` }), 1, "VENDOR_MALFORMED"],
    ["401", answer(401, acmeError("unauthorized")), 1, "AUTH_REJECTED"],
    ["400", answer(400, acmeError("bad")), 1, "VENDOR_REJECTED"],
    ["403 that no rule names", answer(403, acmeError("other")), 1, "VENDOR_REJECTED"],
  ];
  for (const [what, step, attempts, code] of again) {
    it(`sends a read ${attempts === 1 ? "once" : `${attempts} times`} on ${what}: ${code}`, async () => {
      const seam = scriptedSeam([step]);
      const error = await failure(seam.get("/contacts/1"));
      expect(error.code).to.equal(code);
      expect(seam.sent).to.have.length(attempts);
      expect(seam.clock.pendingTimers).to.equal(0);
    });
  }

  const once: readonly (readonly [string, Step, string])[] = [
    ["a connection that breaks", broken("lost"), "OUTCOME_UNKNOWN"],
    ["an answer that is no HTTP", broken("garbled"), "OUTCOME_UNKNOWN"],
    ["an answer that never comes", stalled, "OUTCOME_UNKNOWN"],
    ["500", answer(500, acmeError("oops")), "OUTCOME_UNKNOWN"],
    ["408", answer(408), "OUTCOME_UNKNOWN"],
    ["a table's own transient fault", answer(403, "<html>"), "OUTCOME_UNKNOWN"],
    ["a redirect", answer(303, "", { location: "/" }), "OUTCOME_UNKNOWN"],
    ["an acknowledgement that is cut", answer(200, '{"deleted":tr'), "OUTCOME_UNKNOWN"],
    ["200 with nothing", answer(200), "OUTCOME_UNKNOWN"],
    ["a bare 404", answer(404), "OUTCOME_UNKNOWN"],
    ["a page as 404", answer(404, "<html>"), "OUTCOME_UNKNOWN"],
    ["an answer that is too large", answer(200, [Buffer.alloc(65), Buffer.alloc(65)]), "OUTCOME_UNKNOWN"],
    ["400", answer(400, acmeError("bad")), "VENDOR_REJECTED"],
    ["401", answer(401), "AUTH_REJECTED"],
    ["a certificate that is refused", broken("tls"), "TLS_REJECTED"],
  ];
  for (const [what, step, code] of once) {
    it(`sends a mutation once on ${what}: ${code}`, async () => {
      const seam = scriptedSeam([step], { limit: { maxBytes: 100 } });
      expect((await failure(seam.delete("/contacts/1"))).code).to.equal(code);
      expect(seam.sent).to.have.length(1);
    });
  }

  it("sends a mutation again where nothing was sent, and only then", async () => {
    const seam = scriptedSeam([broken("unsent"), broken("unsent"), broken("unsent"), json({ deleted: true })]);
    expect(await (await seam.delete("/contacts/1")).json()).to.deep.equal({ deleted: true });
    const never = scriptedSeam([broken("unsent")]);
    expect((await failure(never.delete("/contacts/1"))).code).to.equal("VENDOR_UNAVAILABLE");
    expect(never.sent).to.have.length(4);
  });

  it("sends a mutation again after a 429, which says that it was not carried out", async () => {
    const seam = scriptedSeam([answer(429), json({ deleted: true })]);
    expect((await seam.delete("/contacts/1")).status).to.equal(200);
    expect(seam.sent).to.have.length(2);
  });

  it("repeats a read at once after the first broken connection, and waits longer from then on", async () => {
    const at: number[] = [];
    const seam = scriptedSeam([() => (at.push(seam.clock.elapsedMs), Promise.reject(new TransportError("lost")))], { random: { id: () => "a", fraction: () => 1 } });
    await failure(seam.get("/contacts/1"));
    expect(at).to.deep.equal([0, 0, 1000, 3000]);
  });

  it("waits a random part of an exponential backoff, and no longer than its most", async () => {
    for (const [fraction, expected] of [[0, [0, 0, 0, 0, 0, 0]], [0.5, [0, 250, 750, 1750, 3750, 7750]], [0.999, [0, 500, 1499, 3497, 7493, 15485]]] as const) {
      const at: number[] = [];
      const seam = scriptedSeam([() => (at.push(Math.round(seam.clock.elapsedMs)), answer(500)({} as never))], { limit: { attempts: 6 }, random: { id: () => "a", fraction: () => fraction } });
      await failure(seam.get("/contacts/1"));
      at.forEach((ms, index) => expect(ms).to.be.closeTo(expected[index] ?? NaN, 3));
    }
  });

  it("waits as long as a 503 asks for, or gives up when that is too long", async () => {
    const seam = scriptedSeam([answer(503, "", { "retry-after": "60" }), json({})]);
    await seam.get("/contacts/1");
    expect(seam.clock.elapsedMs).to.equal(60_000);
    const long = scriptedSeam([answer(503, "", { "retry-after": "3600" })]);
    const error = await failure(long.get("/contacts/1"));
    expect([error.code, error.facts.retryAfterMs, long.sent.length]).to.deep.equal(["VENDOR_UNAVAILABLE", 3_600_000, 1]);
  });

  it("counts what cannot be read apart from what cannot be reached", async () => {
    const seam = scriptedSeam([answer(500), answer(200, "{"), answer(200, "{"), json({ ok: true })]);
    expect(await (await seam.get("/contacts/1")).json()).to.deep.equal({ ok: true });
    const mixed = scriptedSeam([answer(500), answer(200, "{"), answer(200, "{"), answer(200, "{")]);
    expect((await failure(mixed.get("/contacts/1"))).code).to.equal("VENDOR_MALFORMED");
    expect(mixed.sent).to.have.length(4);
  });

  it("does not count 429s as failures", async () => {
    const seam = scriptedSeam([answer(500), answer(429), answer(429), answer(500), answer(429), answer(500), json({ ok: true })]);
    expect((await seam.get("/contacts/1")).status).to.equal(200);
    expect(seam.calls.map((call) => call.status)).to.deep.equal([500, 429, 429, 500, 429, 500, 200]);
  });
});

describe("the seam: 429", () => {
  it("waits until the window that the vendor names has ended, by the vendor's own clock", async () => {
    const headers = { date: "Thu, 01 Jan 2026 05:00:00 GMT", "x-ratelimit-reset": String(Date.UTC(2026, 0, 1, 5, 0, 4) / 1000) };
    const seam = scriptedSeam([answer(429, acmeError("rate_limited"), headers), json({})]);
    await seam.get("/contacts/1");
    expect(seam.clock.elapsedMs).to.equal(4000);
  });

  it("waits for the later of the two where a window's end and a wait are named", async () => {
    for (const [reset, wait] of [[4, 7], [7, 4]] as const) {
      const headers = { date: "Thu, 01 Jan 2026 05:00:00 GMT", "x-ratelimit-reset": String(Date.UTC(2026, 0, 1, 5, 0, reset) / 1000), "retry-after": String(wait) };
      const seam = scriptedSeam([answer(429, acmeError("rate_limited"), headers), json({})]);
      await seam.get("/contacts/1");
      expect(seam.clock.elapsedMs).to.equal(7000);
    }
  });

  it("holds back every caller of the pacer", async () => {
    const seam = scriptedSeam([answer(429, "", { "retry-after": "4" }), json({})]);
    const first = seam.fetch(new Request(`${ORIGIN}/contacts/1`));
    await seam.clock.pass(1);
    await seam.get("/contacts/2");
    expect(seam.clock.elapsedMs).to.equal(4000);
    await first;
  });

  it("takes a 403 that the vendor's table calls a limit for one", async () => {
    const seam = scriptedSeam([answer(403, acmeError("slow_down"), { "retry-after": "7" }), json({})]);
    await seam.delete("/contacts/1");
    expect(seam.clock.elapsedMs).to.equal(7000);
  });

  it("ends with RATE_LIMITED when the vendor asks for more than a quarter of an hour", async () => {
    const seam = scriptedSeam([answer(429, "", { "retry-after": "901" })]);
    const error = await failure(seam.get("/contacts/1"));
    expect([error.code, error.facts.retryAfterMs, error.facts.vendorStatus]).to.deep.equal(["RATE_LIMITED", 901_000, 429]);
    expect(seam.clock.elapsedMs).to.equal(0);
  });

  it("sends no change that had to wait for longer than it may be wanted: for the vendor, or for its turn", async () => {
    for (const [wait, isSent] of [["15", true], ["16", false]] as const) {
      const seam = scriptedSeam([answer(429, "", { "retry-after": wait }), json({ deleted: true })]);
      const [code, retryAfterMs] = await seam.delete("/contacts/1").then(() => [], ({ code, facts }: DsrError) => [code, facts.retryAfterMs]);
      expect([code, retryAfterMs, seam.sent.length], wait).to.deep.equal(isSent ? [undefined, undefined, 2] : ["RATE_LIMITED", 16_000, 1]);
      expect((await scriptedSeam([answer(429, "", { "retry-after": wait }), json({})]).get("/contacts/1")).status).to.equal(200);
    }
    for (const [waitMs, outcomes] of [[15_000, ["answered"]], [15_001, ["unsent"]]] as const) {
      const settled: string[] = [];
      const clock = new VirtualClock();
      const pacer: Pacer = { acquire: async () => (await clock.sleep(waitMs), { settle: ({ outcome }) => void settled.push(outcome) }) };
      const seam = scriptedSeam([json({ deleted: true })], { clock, pacer });
      const code = await clock.drive(seam.fetch(new Request(`${ORIGIN}/contacts/1`, { method: "DELETE" })).then(() => undefined, (error: DsrError) => error.code));
      expect([code, settled], String(waitMs)).to.deep.equal([outcomes[0] === "answered" ? undefined : "RATE_LIMITED", outcomes]);
    }
  });

  it("says of a change that it could not send for longer than it may be wanted that the vendor cannot be reached, and not that it asks to wait", async () => {
    const seam = scriptedSeam([() => seam.clock.sleep(10_000).then(() => Promise.reject(new TransportError("unsent")))]);
    const { code, facts } = await failure(seam.delete("/contacts/1"));
    expect([code, facts, seam.sent.length]).to.deep.equal(["VENDOR_UNAVAILABLE", {}, 2]);
  });

  it("says the same of one that it could send again only when it may not be wanted any more", async () => {
    const seam = scriptedSeam([() => seam.clock.sleep(14_900).then(() => Promise.reject(new TransportError("unsent")))], { random: { fraction: () => 0.5, id: () => "" } });
    const { code, facts } = await failure(seam.delete("/contacts/1"));
    expect([code, facts, seam.sent.length, seam.clock.elapsedMs]).to.deep.equal(["VENDOR_UNAVAILABLE", {}, 1, 14_900]);
  });

  it("gives its place back where there is no credential to be had", async () => {
    const settled: string[] = [];
    const pacer: Pacer = { acquire: () => Promise.resolve({ settle: ({ outcome }) => void settled.push(outcome) }) };
    const seam = scriptedSeam([], { pacer, credential: () => Promise.reject(new DsrError("CONNECTION_UNKNOWN")) });
    expect((await failure(seam.get("/contacts/1"))).code).to.equal("CONNECTION_UNKNOWN");
    expect([settled, seam.sent]).to.deep.equal([["unsent"], []]);
  });

  it("ends with RATE_LIMITED when it has gone on for a quarter of an hour", async () => {
    const seam = scriptedSeam([answer(429)]);
    const error = await failure(seam.get("/contacts/1"));
    expect(error.code).to.equal("RATE_LIMITED");
    expect(seam.clock.elapsedMs).to.be.within(880_000, 900_000);
    expect(seam.sent).to.have.length(91);
  });

  it("counts a quarter of an hour from when the vendor began to refuse", async () => {
    const seam = scriptedSeam([answer(503, "", { "retry-after": "600" }), answer(429, "", { "retry-after": "600" }), json({})]);
    await seam.get("/contacts/1");
    expect(seam.clock.elapsedMs).to.equal(1_200_000);
  });

  it("believes the status when the rest of the answer breaks off", async () => {
    const cut: Step = () => ({ status: 429, headers: { "retry-after": "3" }, body: failing() });
    const seam = scriptedSeam([cut, json({ deleted: true })]);
    await seam.delete("/contacts/1");
    expect(seam.clock.elapsedMs).to.equal(3000);
  });
});

describe("the seam: what an answer is taken for", () => {
  const mapped: readonly (readonly [number, string, string, string | undefined])[] = [
    [401, acmeError("no_scope"), "SCOPE_MISSING", "read_contacts"],
    [403, acmeError("forbidden"), "SCOPE_MISSING", "read_contacts"],
    [402, acmeError("plan"), "PLAN_RESTRICTED", undefined],
    [402, "<html>", "PLAN_RESTRICTED", undefined],
    [401, acmeError("unheard_of"), "AUTH_REJECTED", undefined],
    [409, acmeError("conflict"), "VENDOR_REJECTED", undefined],
    [418, "", "VENDOR_REJECTED", undefined],
    [422, acmeError("Jane <jane@acme.example>"), "VENDOR_REJECTED", undefined],
  ];
  for (const [status, body, code, scope] of mapped) {
    it(`takes ${status} with ${body === "" ? "nothing" : body} for ${code}`, async () => {
      const error = await failure(scriptedSeam([answer(status, body)]).get("/contacts/1"));
      expect(error.code).to.equal(code);
      expect(error.facts.scope).to.equal(scope);
      expect(error.facts.vendorStatus).to.equal(status);
    });
  }

  it("T15: judges a status and a code that nobody knows by their class, and shows the code", async () => {
    for (const [status, code] of [[499, "VENDOR_REJECTED"], [451, "VENDOR_REJECTED"], [599, "VENDOR_UNAVAILABLE"], [520, "VENDOR_UNAVAILABLE"]] as const) {
      const error = await failure(scriptedSeam([answer(status, acmeError("brand_new_code"))]).get("/v1.0/me"));
      expect([error.code, error.facts.vendorStatus, error.facts.vendorCode]).to.deep.equal([code, status, "brand_new_code"]);
    }
  });

  it("hands on an error answer that the operation expects, in the vendor's own shape", async () => {
    const seam = scriptedSeam([answer(404, acmeError("not_found"), { "x-request-id": "req-1", link: "<x>" })]);
    const response = await seam.delete("/contacts/1");
    expect([response.status, response.ok, await response.json()]).to.deep.equal([404, false, { error: { code: "not_found" } }]);
    expect([response.headers.get("link"), response.headers.get("x-request-id")]).to.deep.equal(["<x>", "req-1"]);
  });

  it("carries the vendor's request id and code only where they look like ones", async () => {
    const good = await failure(scriptedSeam([answer(400, acmeError("bad_thing"), { "x-request-id": "a.B:c-1_2" })]).get("/v1.0/me"));
    expect(good.facts).to.deep.equal({ vendorStatus: 400, vendorCode: "bad_thing", vendorRequestId: "a.B:c-1_2" });
    const odd = await failure(scriptedSeam([answer(400, acmeError("Bad thing"), { "x-request-id": "jane@acme.example" })]).get("/v1.0/me"));
    expect(odd.facts).to.deep.equal({ vendorStatus: 400 });
  });

  it("T18: takes 204, or 202, on a deletion for an acknowledgement", async () => {
    for (const status of [204, 202]) {
      const response = await scriptedSeam([answer(status)]).delete("/contacts/1");
      expect([response.status, response.ok, await response.text(), response.body]).to.deep.equal([status, true, "", null]);
    }
  });

  it("D5: hands on every number that a number here cannot hold as the text that was received, and every other one as a number", async () => {
    const received = '{"id": 9007199254740993, "list":[-12345678901234567890,9007199254740991,-9007199254740991,1e400,1.5,1e3,0.1000000000000000055],"text":"9007199254740993 \\" 9007199254740993","9007199254740993":{"deep":18446744073709551615}}';
    const response = await scriptedSeam([answer(200, received)]).get("/contacts/1");
    const value = { id: "9007199254740993", list: ["-12345678901234567890", 9007199254740991, -9007199254740991, "1e400", 1.5, 1000, 0.1], text: '9007199254740993 " 9007199254740993', "9007199254740993": { deep: "18446744073709551615" } };
    expect(await response.json()).to.deep.equal(value);
    expect(JSON.parse(await response.text())).to.deep.equal(value);
    for (const broken of ["{9007199254740993:1}", "09007199254740993", '{"a":9007199254740993', "9007199254740993x", "--9007199254740993"]) expect((await failure(scriptedSeam([answer(200, broken)]).get("/contacts/1"))).code, broken).to.equal("VENDOR_MALFORMED");
  });

  it("D15: refuses JSON that nests deeper than 500, and takes what nests 500 deep", async () => {
    const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect((await scriptedSeam([answer(200, nested(500))]).get("/contacts/1")).status).to.equal(200);
    for (const depth of [501, 10_000, 1_000_000]) {
      expect((await failure(scriptedSeam([answer(200, nested(depth))]).get("/contacts/1"))).code).to.equal("VENDOR_MALFORMED");
    }
  });

  it("T10: stops reading as soon as an answer is too large", async () => {
    let read = 0;
    let closed = false;
    async function* endless(): AsyncIterable<Uint8Array> {
      try {
        for (;;) {
          read += 1024;
          yield Buffer.alloc(1024);
        }
      } finally {
        closed = true;
      }
    }
    const seam = scriptedSeam([() => ({ status: 200, headers: {}, body: endless() })], { limit: { maxBytes: 10_240 } });
    expect((await failure(seam.get("/contacts/1"))).code).to.equal("ANSWER_TOO_LARGE");
    expect([read, closed, seam.sent.length]).to.deep.equal([11_264, true, 1]);
  });

  it("reads characters that are cut between two chunks, and skips a byte order mark", async () => {
    const bytes = Buffer.from('\ufeff{"name":"Zoë 😀"}');
    const parts = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await (await scriptedSeam([answer(200, parts)]).get("/contacts/1")).json()).to.deep.equal({ name: "Zoë 😀" });
  });

  it("hands openapi-fetch the value that was parsed already", async () => {
    const seam = scriptedSeam([json({ id: "1" }, { "content-encoding": "gzip", "content-length": "3" })]);
    const client = createClient<{ "/contacts/{id}": { get: { parameters: { path: { id: string } }; responses: { 200: { content: { "application/json": object } } } } } }>({ baseUrl: ORIGIN, fetch: seam.fetch });
    const parse = JSON.parse;
    let parsed = 0;
    JSON.parse = (...input: Parameters<typeof parse>) => (parsed++, parse(...input));
    try {
      const { data, response } = await client.GET("/contacts/{id}", { params: { path: { id: "1" } } });
      expect(data).to.deep.equal({ id: "1" });
      expect(parsed).to.equal(1);
      expect(response.headers.get("content-encoding")).to.equal(null);
    } finally {
      JSON.parse = parse;
    }
  });

  it("gives an answer that can be read in every way, and again", async () => {
    const response = await scriptedSeam([json({ name: "ä" })]).get("/contacts/1");
    const text = '{"name":"ä"}';
    expect(await response.text()).to.equal(text);
    expect(await response.clone().text()).to.equal(text);
    expect(Buffer.from(await response.arrayBuffer()).toString()).to.equal(text);
    expect(await (await response.blob()).text()).to.equal(text);
    expect(await new Response(response.body).text()).to.equal(text);
    expect(await response.json()).to.deep.equal({ name: "ä" });
  });
});

describe("the seam: being interrupted", () => {
  it("sends nothing once the signal has aborted", async () => {
    const seam = scriptedSeam([]);
    seam.controller.abort();
    expect((await failure(seam.get("/contacts/1"))).code).to.equal("INTERRUPTED");
  });

  it("sends nothing when the signal aborts while the credential is fetched", async () => {
    for (const method of ["get", "delete"] as const) {
      const seam = scriptedSeam([], { credential: () => (seam.controller.abort(), Promise.resolve(TOKEN)) });
      expect((await failure(seam[method]("/contacts/1"))).code).to.equal("INTERRUPTED");
      expect(seam.calls).to.have.length(0);
    }
  });

  it("ends a wait for a limit and a wait for a repetition at once", async () => {
    for (const step of [answer(429, "", { "retry-after": "100" }), answer(503, "", { "retry-after": "100" })]) {
      const seam = scriptedSeam([step]);
      const call = failure(seam.fetch(new Request(`${ORIGIN}/contacts/1`)));
      await seam.clock.pass(1000);
      seam.controller.abort("canary reason");
      expect((await call).code).to.equal("INTERRUPTED");
      expect(seam.clock.pendingTimers).to.equal(0);
    }
  });

  it("ends a read under way with INTERRUPTED, and a mutation under way with OUTCOME_UNKNOWN", async () => {
    for (const [method, code] of [["GET", "INTERRUPTED"], ["DELETE", "OUTCOME_UNKNOWN"]] as const) {
      const seam = scriptedSeam([stalled]);
      const call = failure(seam.fetch(new Request(`${ORIGIN}/contacts/1`, { method })));
      await seam.clock.pass(1000);
      seam.controller.abort();
      expect((await call).code).to.equal(code);
      expect(seam.sent[0]?.signal.aborted).to.equal(true);
      expect(seam.clock.pendingTimers).to.equal(0);
    }
  });

  it("tells the pacer of a request that was given up under way, since it may still arrive", async () => {
    const settled: string[] = [];
    const pacer: Pacer = { acquire: () => Promise.resolve({ settle: ({ outcome }) => void settled.push(outcome) }) };
    const interrupted = scriptedSeam([stalled], { pacer });
    const call = failure(interrupted.fetch(new Request(`${ORIGIN}/contacts/1`)));
    await interrupted.clock.pass(1000);
    interrupted.controller.abort();
    await call;
    await failure(scriptedSeam([stalled], { pacer, limit: { attempts: 1 } }).get("/contacts/1"));
    await failure(scriptedSeam([broken("lost")], { pacer, limit: { attempts: 1 } }).get("/contacts/1"));
    expect(settled).to.deep.equal(["given_up", "given_up", "lost"]);
  });

  it("leaves no listener on the signal and no timer behind", async () => {
    const seam = scriptedSeam([answer(500), answer(429), json({})]);
    const { signal } = seam.controller;
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...input: Parameters<typeof add>) => (listeners++, add(...input));
    signal.removeEventListener = (...input: Parameters<typeof remove>) => (listeners--, remove(...input));
    await seam.get("/contacts/1");
    // A wait that ran out has removed its own.
    expect(listeners).to.be.at.most(0);
    expect(seam.clock.pendingTimers).to.equal(0);
  });
});

describe("the seam: what it tells", () => {
  it("reports every attempt by its template, without a value", async () => {
    const seam = scriptedSeam([answer(500, "", { "x-request-id": "r1" }), broken("lost"), json({})]);
    await seam.get("/contacts/canary-id?q=canary-query");
    expect(seam.calls.map(({ operation, attempt, status }) => [operation, attempt, status])).to.deep.equal([
      ["GET /contacts/{contact_id}", 1, 500],
      ["GET /contacts/{contact_id}", 2, undefined],
      ["GET /contacts/{contact_id}", 3, 200],
    ]);
    expect(seam.calls[0]?.vendorRequestId).to.equal("r1");
    expect(JSON.stringify(seam.calls)).not.to.contain("canary");
  });

  it("S5: lets no token, address or body into an error", async () => {
    const leaks: readonly Step[] = [
      answer(200, "canary-body {"),
      answer(404, '{"message":"canary-body"}'),
      answer(400, '{"error":{"code":"canary body"}}'),
      answer(400, acmeError("x"), { "x-request-id": "canary body" }),
      answer(302, "", { location: "https://canary-body.example" }),
      () => Promise.reject(Object.assign(new Error("canary-body"), { cause: new Error("canary-body"), code: "canary-body" })),
      () => Promise.reject("canary-body"),
      () => ({ status: 200, headers: {}, body: failing() }),
      stalled,
    ];
    for (const step of leaks) {
      for (const method of ["GET", "DELETE"]) {
        const seam = scriptedSeam([step]);
        const error = await failure(seam.clock.drive(seam.fetch(new Request(`${ORIGIN}/contacts/canary-id`, { method }))));
        const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error) + String(error.stack);
        expect(shown).not.to.match(/canary/);
        expect(error).not.to.have.property("cause");
      }
    }
  });
});

async function* failing(): AsyncIterable<Uint8Array> {
  throw new Error("canary-body");
}
