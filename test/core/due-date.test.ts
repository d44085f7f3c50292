import { expect } from "chai";
import fc from "fast-check";
import { computeDueAt } from "../../core/index.js";

const DAY_MS = 86_400_000;

describe("when an answer is due", () => {
  for (const [title, law, received, due] of [
    ["a month after receipt under the GDPR", "gdpr", "2026-01-15T09:30:00.000Z", "2026-02-15T09:30:00.000Z"],
    ["on the last of February after 31 January", "gdpr", "2026-01-31T23:59:59.999Z", "2026-02-28T23:59:59.999Z"],
    ["on 29 February after 31 January of a leap year", "gdpr", "2028-01-31T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ["on 28 February after 29 January", "gdpr", "2026-01-29T12:00:00.000Z", "2026-02-28T12:00:00.000Z"],
    ["on 29 February after 30 January of a leap year", "gdpr", "2028-01-30T12:00:00.000Z", "2028-02-29T12:00:00.000Z"],
    ["on 28 February of a century that is no leap year", "gdpr", "2100-01-31T12:00:00.000Z", "2100-02-28T12:00:00.000Z"],
    ["on 29 March after 29 February", "gdpr", "2028-02-29T12:00:00.000Z", "2028-03-29T12:00:00.000Z"],
    ["on 30 April after 31 March", "gdpr", "2026-03-31T12:00:00.000Z", "2026-04-30T12:00:00.000Z"],
    ["on 31 January after 31 December", "gdpr", "2025-12-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"],
    ["on 31 August after 31 July", "gdpr", "2026-07-31T12:00:00.000Z", "2026-08-31T12:00:00.000Z"],
    ["by the day in UTC, whatever zone it was written in", "gdpr", "2026-02-01T00:30:00+02:00", "2026-02-28T22:30:00.000Z"],
    ["45 days after receipt under the CCPA", "ccpa", "2026-01-01T08:00:00.000Z", "2026-02-15T08:00:00.000Z"],
    ["45 days after receipt over a leap day", "ccpa", "2028-02-01T08:00:00.000Z", "2028-03-17T08:00:00.000Z"],
  ] as const) {
    it(`is ${title}`, () => {
      expect(computeDueAt(law, received)).to.equal(due);
    });
  }

  it("P7: is counted in UTC, in whatever zone this machine stands", () => {
    const before = process.env["TZ"];
    try {
      for (const zone of ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"]) {
        process.env["TZ"] = zone;
        const due = [computeDueAt("gdpr", "2026-01-31T23:59:59.999Z"), computeDueAt("gdpr", "2026-03-29T00:30:00.000Z"), computeDueAt("ccpa", "2026-02-01T00:00:00.000Z")];
        expect(due, zone).to.deep.equal(["2026-02-28T23:59:59.999Z", "2026-04-29T00:30:00.000Z", "2026-03-18T00:00:00.000Z"]);
      }
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });

  it("is not set by any other law", () => {
    expect(computeDueAt("other", "2026-01-15T09:30:00.000Z")).to.equal(undefined);
  });

  it("is 28 to 31 days later under the GDPR, in the next month, at the same time of day", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("2000-01-01"), max: new Date("2199-12-31"), noInvalidDate: true }), (received) => {
        const due = new Date(computeDueAt("gdpr", received.toISOString())!);
        const days = (due.getTime() - received.getTime()) / DAY_MS;
        expect(days).to.be.within(28, 31).and.satisfy(Number.isInteger);
        expect(due.getUTCMonth()).to.equal((received.getUTCMonth() + 1) % 12);
      }),
    );
  });
});
