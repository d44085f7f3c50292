import { expect } from "chai";
import type { RateFacts, Settlement } from "../../../adapters/limits/pacing.js";
import { effectiveLimit, reserve, settle, takeOver, type WindowRules } from "../../../adapters/limits/window-rules.js";
import { newWindow, type Window } from "../../../adapters/limits/window.js";

const RULES: WindowRules = { limit: 150, windowMs: 10_000, marginMs: 20, holdMs: 35_000, jitterMs: 500 };

function take(window: Window, nowMs: number, rules = RULES): number {
  const reservation = reserve(window, rules, nowMs);
  if (!("id" in reservation)) throw new Error(`has to wait: ${reservation.why}`);
  return reservation.id;
}

const heard = (remaining: number, inMs: number, unixSeconds = 100): Settlement => ({ outcome: "answered", rate: { remaining, reset: { unixSeconds, inMs } } });
const heardOf166 = (remaining: number, inMs: number): Settlement => ({ outcome: "answered", rate: { limit: 166, remaining, reset: { unixSeconds: 100, inMs } } });
const refused = (forMs?: number, rate?: RateFacts): Settlement => ({ outcome: "answered", refused: { forMs }, ...(rate && { rate }) });

describe("the rules of the window", () => {
  it("hold a slot for one window after the answer, and a tenth longer where none came", () => {
    for (const [outcome, freeMs] of [["answered", 11_020], ["lost", 12_020]] as const) {
      const window = newWindow();
      const rules = { ...RULES, limit: 1 };
      settle(window, take(window, 0, rules), { outcome }, rules, 1000);
      expect(reserve(window, rules, freeMs - 1)).to.include({ why: "window", waitMs: 1 });
      take(window, freeMs, rules);
    }
  });

  it("hold the slot of a request that was given up for as long as it may still be under way, and one window more", () => {
    for (const givenUpMs of [1000, 34_500]) {
      const window = newWindow();
      const rules = { ...RULES, limit: 1 };
      settle(window, take(window, 0, rules), { outcome: "given_up" }, rules, givenUpMs);
      const freeMs = Math.max(35_000, givenUpMs + 1000) + 10_020;
      expect(reserve(window, rules, freeMs - 1)).to.include({ why: "window", waitMs: 1 });
      take(window, freeMs, rules);
    }
  });

  it("name the earliest moment at which a slot can be free", () => {
    const window = newWindow();
    const rules = { ...RULES, limit: 2 };
    settle(window, take(window, 0, rules), { outcome: "answered" }, rules, 100);
    take(window, 0, rules);
    // The other one is under way: it takes a window more, whenever it is answered.
    expect(reserve(window, rules, 500)).to.include({ waitMs: 9620 });
    expect(reserve(window, { ...rules, limit: 1 }, 500)).to.include({ waitMs: 10_000 });
  });

  describe("on what the vendor has left", () => {
    it("count what is under way as taken, until its answer tells", () => {
      const window = newWindow();
      const first = take(window, 0);
      take(window, 0);
      take(window, 0);
      settle(window, first, heard(2, 5000), RULES, 100);
      expect(reserve(window, RULES, 100)).to.include({ why: "vendor", waitMs: 100 });
      settle(window, 2, heard(2, 4900), RULES, 200);
      take(window, 200);
    });

    it("wait until the vendor's window ends, and no longer", () => {
      const window = newWindow();
      settle(window, take(window, 0), heard(0, 5000), RULES, 100);
      expect(reserve(window, RULES, 5099)).to.include({ why: "vendor", waitMs: 1 });
      take(window, 5100);
    });

    it("believe the least that was said of one window, in whatever order it was said", () => {
      const window = newWindow();
      const [a, b] = [take(window, 0), take(window, 0)];
      settle(window, a, heard(0, 5000), RULES, 100);
      settle(window, b, heard(9, 5000), RULES, 110);
      expect(reserve(window, RULES, 120)).to.include({ why: "vendor" });
    });

    it("forget a window when the next one is heard of, and do not go back", () => {
      const window = newWindow();
      const [a, b] = [take(window, 0), take(window, 0)];
      settle(window, a, heard(0, 10_000, 110), RULES, 100);
      settle(window, b, heard(150, 100, 100), RULES, 110);
      expect(reserve(window, RULES, 120)).to.include({ why: "vendor" });
      settle(window, take(window, 10_200), heard(165, 9900, 120), RULES, 10_300);
      take(window, 10_300);
    });

    it("count requests whose answer did not say what was left after them", () => {
      for (const settlement of [{ outcome: "lost" }, { outcome: "answered" }] as const) {
        const window = newWindow();
        settle(window, take(window, 0), heard(2, 9000), RULES, 10);
        for (let i = 0; i < 2; i++) settle(window, take(window, 20), settlement, RULES, 30);
        expect(reserve(window, RULES, 40)).to.include({ why: "vendor" });
      }
    });

    it("leave room for what other apps may take meanwhile, by what they took so far", () => {
      const window = newWindow();
      settle(window, take(window, 0), heardOf166(100, 9000), RULES, 0);
      settle(window, take(window, 4000), heardOf166(13, 5000), RULES, 4000);
      // 151 of 166 went to others in 4 s: the tenth that is set aside is more than the 13 that are left.
      expect(reserve(window, RULES, 4000)).to.include({ why: "vendor" });
      const alone = newWindow();
      for (let i = 0; i < 153; i++) settle(alone, take(alone, i, { ...RULES, limit: 1000 }), heardOf166(165 - i, 9000), RULES, i);
      take(alone, 200, { ...RULES, limit: 1000 });
    });
  });

  describe("on a lower limit that the vendor tells", () => {
    const lowered = (limit: number): Settlement => ({ outcome: "answered", rate: { limit } });
    const withWindow: Settlement = { outcome: "answered", rate: { limit: 2, remaining: 1, reset: { unixSeconds: 100, inMs: 10_000 } } };

    it("hold to it for a minute after it was last heard, and let it lapse when answers tell none", () => {
      for (const [told, heldMs] of [[lowered(2), 60_000], [withWindow, 70_000]] as const) {
        const window = newWindow();
        settle(window, take(window, 0), told, RULES, 0);
        settle(window, take(window, heldMs), { outcome: "answered" }, RULES, heldMs);
        expect(effectiveLimit(window, RULES)).to.equal(2);
        settle(window, take(window, heldMs + 20_000), { outcome: "answered" }, RULES, heldMs + 20_000);
        expect(effectiveLimit(window, RULES)).to.equal(150);
      }
    });

    it("keep it as long as it is told, and where no answer came", () => {
      const window = newWindow();
      for (const atMs of [0, 50_000, 100_000]) settle(window, take(window, atMs), lowered(2), RULES, atMs);
      settle(window, take(window, 150_000), { outcome: "answered" }, RULES, 150_000);
      settle(window, take(window, 900_000), { outcome: "lost" }, RULES, 900_000);
      expect(effectiveLimit(window, RULES)).to.equal(2);
    });
  });

  describe("on 429", () => {
    it("wait as asked after the first, and a window at least when the next follows at once", () => {
      const window = newWindow();
      expect(settle(window, take(window, 0), refused(0), RULES, 10)).to.equal(undefined);
      expect(settle(window, take(window, 20), refused(0), RULES, 30)).to.deep.equal({ forMs: 10_000, sinceMs: 10 });
      expect(settle(window, take(window, 10_030), refused(12_000), RULES, 10_040)).to.deep.equal({ forMs: 12_000, sinceMs: 10 });
      expect(settle(window, take(window, 22_040), { outcome: "answered" }, RULES, 22_050)).to.equal(undefined);
      expect(settle(window, take(window, 22_060), refused(0), RULES, 22_070)).to.equal(undefined);
    });

    it("wait a window and a little more where nothing is named", () => {
      const window = newWindow();
      expect(settle(window, take(window, 0), refused(), RULES, 10)).to.deep.equal({ forMs: 10_500, sinceMs: 10 });
    });

    it("take those that were under way together for one, and the longest wait of them", () => {
      const window = newWindow();
      const [a, b, c] = [take(window, 0), take(window, 0), take(window, 0)];
      settle(window, a, refused(2000), RULES, 100);
      settle(window, b, refused(4000), RULES, 110);
      expect(settle(window, c, refused(1000), RULES, 120)).to.deep.equal({ forMs: 3990, sinceMs: 100 });
      expect(window.refusals).to.equal(1);
    });

    it("do not take an answer to an earlier request for the end of it", () => {
      const window = newWindow();
      const [a, b] = [take(window, 0), take(window, 0)];
      settle(window, a, refused(1000), RULES, 100);
      settle(window, b, { outcome: "answered" }, RULES, 110);
      const probe = take(window, 1100);
      expect(reserve(window, RULES, 1100)).to.include({ why: "probe" });
      settle(window, probe, { outcome: "answered" }, RULES, 1200);
      take(window, 1200);
      take(window, 1200);
    });
  });

  it("take a pause and what departed over from a record of another time, in their own", () => {
    for (const behindMs of [5000, -5000, 0]) {
      const [window, other] = [newWindow(), newWindow()];
      const rules = { ...RULES, limit: 1 };
      settle(other, take(other, 0, rules), refused(4000), rules, 100);
      takeOver(window, other, behindMs);
      expect(reserve(window, rules, 200 + behindMs), `${behindMs}`).to.deep.include({ why: "paused", waitMs: 3900, refusedSinceMs: 100 + behindMs });
      expect(reserve(window, rules, 4100 + behindMs), `${behindMs}`).to.deep.include({ why: "window", waitMs: 6020 });
      take(window, 10_120 + behindMs, rules);
    }
  });

  it("take over that the vendor refuses since the earlier of two times, and no refusal where there was none", () => {
    const refusing = (sinceMs: number): Window => {
      const window = newWindow();
      settle(window, take(window, 0), refused(60_000), RULES, sinceMs);
      return window;
    };
    for (const [own, other, sinceMs] of [[refusing(100), refusing(300), 100], [refusing(300), refusing(100), 100], [newWindow(), refusing(300), 300], [refusing(300), newWindow(), 300]] as const) {
      takeOver(own, other, 0);
      expect(reserve(own, RULES, 1000)).to.deep.include({ why: "paused", refusedSinceMs: sinceMs });
    }
  });
});
