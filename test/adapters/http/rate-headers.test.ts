import { expect } from "chai";
import { readRateFacts, readRetryAfter } from "../../../adapters/http/rate-headers.js";
import { acmeError } from "./support/acme.js";
import { answer, failure, json, scriptedSeam } from "./support/scripted-seam.js";

const NOW = Date.UTC(2026, 0, 1);
const DATE = "Thu, 01 Jan 2026 05:00:00 GMT";
const NAMES = { limit: "x-limit", remaining: "x-remaining", reset: "x-reset" };

describe("Retry-After", () => {
  const read: readonly (readonly [string, number | undefined])[] = [
    ["0", 0],
    ["5", 5000],
    [" 5 ", 5000],
    ["3601", 3_600_000],
    ["999999999999999", 3_600_000],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 3_600_000],
    ["Thu, 01 Jan 2026 05:00:07 GMT", 7000],
    ["Thursday, 01-Jan-26 05:00:07 GMT", 7000],
    ["Thu Jan  1 05:00:07 2026 GMT", 7000],
    ["Thu, 01 Jan 2026 04:00:00 GMT", 0],
    ["-5", undefined],
    ["NaN", undefined],
    ["1.5", undefined],
    ["1e9", undefined],
    ["0x10", undefined],
    ["Infinity", undefined],
    ["", undefined],
    ["soon", undefined],
    ["Thu, 99 Foo 2026", undefined],
    ["9".repeat(30), undefined],
  ];
  for (const [value, expected] of read) {
    it(`T13: reads "${value.slice(0, 40)}" as ${expected === undefined ? "nothing" : `${expected} ms`}`, () => {
      expect(readRetryAfter({ "retry-after": value, date: DATE }, NOW)).to.equal(expected);
    });
  }

  it("T13: is nothing where it is absent", () => {
    expect(readRetryAfter({}, NOW)).to.equal(undefined);
  });

  it("goes by the local clock where the answer has no date", () => {
    expect(readRetryAfter({ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }, NOW)).to.equal(9000);
    expect(readRetryAfter({ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT", date: "-1" }, NOW)).to.equal(9000);
  });

  const waits: readonly (readonly [string, number, number])[] = [
    ["0", 0, 0],
    ["5", 5000, 5000],
    ["Thu, 01 Jan 2026 05:00:07 GMT", 7000, 7000],
    ["Thu, 01 Jan 2026 04:00:00 GMT", 0, 0],
    ["-5", 10_000, 11_000],
    ["NaN", 10_000, 11_000],
    ["900", 900_000, 900_000],
  ];
  for (const [value, least, most] of waits) {
    it(`T13: makes a 429 with "${value}" wait ${least} ms`, async () => {
      const seam = scriptedSeam([answer(429, acmeError("slow"), { "retry-after": value, date: DATE }), json({})]);
      await seam.get("/contacts/1");
      expect(seam.clock.elapsedMs).to.be.within(least, most);
    });
  }

  for (const value of ["901", "86400", "1000000000", "Thu, 01 Jan 2026 06:00:00 GMT"]) {
    it(`T13: ends a 429 with "${value}" as RATE_LIMITED, so that the run is parked`, async () => {
      const seam = scriptedSeam([answer(429, "", { "retry-after": value, date: DATE })]);
      const error = await failure(seam.get("/contacts/1"));
      expect(error.code).to.equal("RATE_LIMITED");
      expect(error.facts.retryAfterMs).to.be.at.least(900_000);
      expect(seam.sent).to.have.length(1);
    });
  }
});

describe("rate-limit headers", () => {
  const reset = (seconds: number): string => String(Date.UTC(2026, 0, 1, 5) / 1000 + seconds);

  it("are read by the names that the vendor gives them", () => {
    expect(readRateFacts({ "x-limit": "166", "x-remaining": "0", "x-reset": reset(4), date: DATE }, NAMES, NOW)).to.deep.equal({
      limit: 166,
      remaining: 0,
      reset: { unixSeconds: Number(reset(4)), inMs: 4000 },
    });
    expect(readRateFacts({ "x-limit": "166" }, undefined, NOW)).to.equal(undefined);
    expect(readRateFacts({}, NAMES, NOW)).to.equal(undefined);
  });

  it("R4: name a wait by the vendor's clock, whatever the local one says", () => {
    for (const localMs of [NOW - 3_600_000, NOW, NOW + 3_600_000]) {
      expect(readRateFacts({ "x-reset": reset(4), date: DATE }, NAMES, localMs)?.reset?.inMs).to.equal(4000);
    }
  });

  it("say nothing where they make no sense", () => {
    expect(readRateFacts({ "x-limit": "0", "x-remaining": "-1", "x-reset": reset(100_000), date: DATE }, NAMES, NOW)).to.deep.equal({});
    expect(readRateFacts({ "x-reset": reset(-4), date: DATE }, NAMES, NOW)?.reset?.inMs).to.equal(0);
  });
});
