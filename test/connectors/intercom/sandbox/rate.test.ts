import { expect } from "chai";
import { DescribedSandbox } from "./described-sandbox.js";

describe("the sandbox's rate limit", () => {
  const windowOf = (now: number) => (Math.floor(now / 10_000) + 1) * 10;

  it("counts down on each answer and names the second at which the window ends", async () => {
    const intercom = new DescribedSandbox({ rateLimit: 166 });
    intercom.advance(3_210);
    const { headers } = await intercom.call("GET", "/me");
    expect(headers.get("x-ratelimit-limit")).to.equal("166");
    expect(headers.get("x-ratelimit-remaining")).to.equal("165");
    expect(headers.get("x-ratelimit-reset")).to.equal(String(windowOf(intercom.now)));
  });

  it("answers 429 without Retry-After until the window ends, and then counts anew", async () => {
    const intercom = new DescribedSandbox({ rateLimit: 3 });
    for (let call = 0; call < 3; call += 1) expect((await intercom.call("GET", "/me")).status).to.equal(200);
    const { status, body, headers } = await intercom.call("GET", "/me");
    expect(status).to.equal(429);
    expect(body.errors[0]).to.deep.equal({ code: "rate_limit_exceeded", message: "Exceeded rate limit of 3 in 10_seconds" });
    expect(headers.get("x-ratelimit-remaining")).to.equal("0");
    expect(headers.has("retry-after")).to.equal(false);
    intercom.advance(10_000);
    expect((await intercom.call("GET", "/me")).status).to.equal(200);
  });

  it("sends neither limits nor headers when it is off", async () => {
    const intercom = new DescribedSandbox({ rateLimit: "off" });
    for (let call = 0; call < 300; call += 1) expect((await intercom.call("GET", "/me")).status).to.equal(200);
    expect((await intercom.call("GET", "/me")).headers.has("x-ratelimit-limit")).to.equal(false);
  });

  it("lets another app of the workspace use up the window", async () => {
    const intercom = new DescribedSandbox({ rateLimit: 10 });
    intercom.sandbox.spendElsewhere(9);
    expect((await intercom.call("GET", "/me")).headers.get("x-ratelimit-remaining")).to.equal("0");
    expect((await intercom.call("GET", "/me")).status).to.equal(429);
  });

  it("takes a new limit in the middle of a window", async () => {
    const intercom = new DescribedSandbox({ rateLimit: 166 });
    await intercom.call("GET", "/me");
    intercom.sandbox.rate.limit = 50;
    expect((await intercom.call("GET", "/me")).headers.get("x-ratelimit-limit")).to.equal("50");
  });

  it("sees a burst across the edge of two windows, which fixed windows miss", async () => {
    const intercom = new DescribedSandbox({ rateLimit: 5 });
    intercom.now = Math.ceil(intercom.now / 10_000) * 10_000 + 9_000;
    for (let call = 0; call < 5; call += 1) expect((await intercom.call("GET", "/me")).status).to.equal(200);
    intercom.advance(1_000);
    for (let call = 0; call < 5; call += 1) expect((await intercom.call("GET", "/me")).status).to.equal(200);
    expect(intercom.sandbox.maxInSlidingWindow(10_000)).to.equal(10);
    expect(intercom.sandbox.maxInSlidingWindow(1_000)).to.equal(5);
  });

  it("leaves a call that is exactly one window older out of the sliding count", async () => {
    const intercom = new DescribedSandbox();
    for (const pauseMs of [0, 9_999, 1]) {
      intercom.advance(pauseMs);
      await intercom.call("GET", "/me");
    }
    expect(intercom.sandbox.maxInSlidingWindow(10_000)).to.equal(2);
  });

  it("logs what was called and whether it changed anything, but never a query or a body", async () => {
    const intercom = new DescribedSandbox();
    const id = await intercom.idOf("grace@example.test");
    await intercom.call("GET", `/contacts/${id}?email=grace@example.test`);
    await intercom.call("DELETE", `/contacts/${id}`);
    await intercom.call("DELETE", `/contacts/${id}`);
    expect(intercom.sandbox.calls.records.map(({ operation, status, effect }) => [operation, status, effect])).to.deep.equal([
      ["searchContacts", 200, false],
      ["getContact", 200, false],
      ["deleteContact", 200, true],
      ["deleteContact", 404, false],
    ]);
    expect(JSON.stringify(intercom.sandbox.calls.records)).to.not.contain("grace");
  });

  it("shows counts to people without a token, a log entry or a call of the limit", async () => {
    const intercom = new DescribedSandbox({ rateLimit: 1 });
    await intercom.call("GET", "/me");
    const response = await intercom.sandbox.fetch(new Request("https://api.intercom.io/_sandbox/calls"));
    expect(await response.json()).to.deep.equal({ calls: 1, operations: { identify: 1 }, effects: 0, maxInSlidingWindow: 1 });
    expect(intercom.sandbox.calls.records).to.have.lengthOf(1);
  });
});
