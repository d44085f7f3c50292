import { expect } from "chai";
import { setMaxListeners } from "node:events";
import { isDsrError } from "../../../core/errors.js";
import { createMemoryWindow } from "../../../adapters/limits/memory-window.js";
import { createPacer, type PacerOptions } from "../../../adapters/limits/pacer.js";
import { StoreGone, type WindowStore } from "../../../adapters/limits/window.js";
import { seededRandom, VirtualClock } from "../clock/virtual-clock.js";
import { mostInAnyWindow } from "./support/arrivals.js";

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
const [LIMIT, WINDOW_MS] = [150, 10_000];

/** Processes that share one record, each of which can be made to lose it. */
function sharing(processes: number, options: Partial<PacerOptions> = {}) {
  const clock = new VirtualClock();
  const shared = createMemoryWindow();
  const sent: { readonly atMs: number; readonly by: number }[] = [];
  const told: string[] = [];
  const each = Array.from({ length: processes }, (_, by) => {
    let failure: Error | undefined;
    const store: WindowStore = {
      update: (key, change) => {
        if (failure !== undefined) throw failure;
        return shared.update(key, change);
      },
    };
    const pacer = createPacer({ key: "k", limit: LIMIT, windowMs: WINDOW_MS, store, clock, random: seededRandom(by + 1), onStoreLost: (how) => told.push(`${by} ${how}`), ...options });
    const call = async (): Promise<void> => {
      const permit = await pacer.acquire(NEVER);
      sent.push({ atMs: clock.elapsedMs, by });
      await clock.sleep(20);
      void permit.settle({ outcome: "answered" });
    };
    const busy = async (untilMs: number, atOnce = 4): Promise<void> => {
      const lane = async (): Promise<void> => {
        while (clock.elapsedMs < untilMs) await call();
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
    };
    return { call, busy, fail: (error: Error | undefined) => void (failure = error) };
  });
  const by = (process: number, fromMs = 0): number[] => sent.filter((one) => one.by === process && one.atMs >= fromMs).map(({ atMs }) => atMs);
  return { clock, each, told, by, sent, most: () => mostInAnyWindow(sent.map(({ atMs }) => atMs), WINDOW_MS) };
}

describe("a process that loses the record that all share", () => {
  it("R8: sends nothing while others may be using it, and never do all together send more than the limit", async () => {
    const { clock, each: [a, b], told, by, most } = sharing(2);
    b!.fail(new Error("permission denied"));
    const ended = await clock.drive(Promise.all([a!.busy(45_000), clock.sleep(5_000).then(() => Promise.race([b!.busy(45_000), clock.sleep(40_000)]))]));
    expect(ended).to.have.length(2);
    expect([most(), by(1)]).to.deep.equal([LIMIT, []]);
    expect(by(0).filter((atMs) => atMs >= 10_000 && atMs < 40_000).length).to.be.above(0.92 * 3 * LIMIT);
    expect(told).to.deep.equal(["1 shut_out"]);
  });

  it("R8: ends who has waited for a minute with STORAGE_FAILED, and takes part again as soon as it can", async () => {
    const { clock, each: [one], by } = sharing(1);
    one!.fail(new Error("too many clients"));
    const error = await clock.drive(one!.call()).catch((thrown: unknown) => thrown);
    expect(isDsrError(error, "STORAGE_FAILED") && error.facts).to.deep.equal({ at: "the record of the rate limit", reason: "this process cannot use it, and others may" });
    expect(clock.elapsedMs).to.be.within(59_000, 60_000);
    const waiting = one!.call();
    await clock.pass(20_000);
    one!.fail(undefined);
    const mendedMs = clock.elapsedMs;
    await clock.drive(waiting);
    expect(by(0)[0]! - mendedMs).to.be.within(0, WINDOW_MS / 2 + 500);
    // Another time is another minute.
    one!.fail(new Error("too many clients"));
    const againMs = clock.elapsedMs;
    await clock.drive(one!.call()).catch(() => undefined);
    expect(clock.elapsedMs - againMs).to.be.within(59_000, 60_000);
  });

  for (const [whose, busy] of [["all ten were at work", 10], ["one of ten slept through it, and has much to do when it is back", 9]] as const) {
    it(`R8: ten that lose it since it is gone send no more than the limit together, alone and when it is back: ${whose}`, async () => {
      const { clock, each, sent, told, most } = sharing(10);
      const at = (atMs: number): Promise<void> => clock.sleep(atMs - clock.elapsedMs);
      const work = Promise.all(each.map((one, n) => (n < busy ? one.busy(110_000) : at(51_001).then(() => one.busy(110_000, 40)))));
      const losing = each.map((one, n) => at(20_000 + 95 * n).then(() => one.fail(new StoreGone())));
      await clock.pass(51_000);
      await Promise.all(losing);
      for (const one of each) one.fail(undefined);
      await clock.drive(work);
      expect(most()).to.equal(LIMIT);
      const during = (fromMs: number, toMs: number): number[] => sent.map(({ atMs }) => atMs).filter((atMs) => atMs >= fromMs && atMs < toMs);
      expect(during(21_000, 30_000), "what was sent before may still count").to.deep.equal([]);
      expect(mostInAnyWindow(during(32_000, 51_000), WINDOW_MS)).to.be.within(busy * 14, busy * 15);
      expect(during(80_000, 110_000).length).to.be.above(0.92 * 3 * LIMIT);
      expect(told).to.have.members(each.slice(0, busy).map((_, by) => `${by} gone`));
    });
  }

  it("R8: gives what departed meanwhile numbers that take nobody else's place in the record when it is back", async () => {
    const clock = new VirtualClock();
    const shared = createMemoryWindow();
    let isGone = true;
    const losing: WindowStore = {
      update: (key, change) => {
        if (isGone) throw new StoreGone();
        return shared.update(key, change);
      },
    };
    const [one, other] = [losing, shared].map((store) => createPacer({ key: "k", limit: LIMIT, windowMs: WINDOW_MS, store, clock, random: seededRandom(1) }));
    await clock.drive(one!.acquire(NEVER));
    await clock.drive(Promise.all([other!.acquire(NEVER), other!.acquire(NEVER)]));
    isGone = false;
    await clock.pass(2_000);
    void one!.acquire(NEVER);
    expect(shared.update("k", ({ slots }) => slots.length)).to.equal(3);
  });

  it("R8: is not back, and says so once, while it can merely read the record", async () => {
    const clock = new VirtualClock();
    const shared = createMemoryWindow();
    const told: string[] = [];
    const readOnly: WindowStore = {
      update: (key, change) =>
        shared.update(key, (window, ahead) => {
          const copy = structuredClone(window);
          const result = change(copy, ahead);
          if (JSON.stringify(copy) !== JSON.stringify(window)) throw new Error("attempt to write a readonly database");
          return result;
        }),
    };
    const pacer = createPacer({ key: "k", limit: LIMIT, windowMs: WINDOW_MS, store: readOnly, clock, random: seededRandom(1), onStoreLost: (how) => told.push(how) });
    const error = await clock.drive(pacer.acquire(NEVER)).catch((thrown: unknown) => thrown);
    expect([isDsrError(error, "STORAGE_FAILED"), told]).to.deep.equal([true, ["shut_out"]]);
  });

  it("R8: stops sending alone when the record answers again, though not to this process", async () => {
    const { clock, each: [a, b], told, by, most } = sharing(2);
    for (const one of [a, b]) one!.fail(new StoreGone());
    const work = Promise.all([a!.busy(90_000), Promise.race([b!.busy(90_000), clock.sleep(89_000)])]);
    await clock.pass(40_000);
    a!.fail(undefined);
    b!.fail(new Error("permission denied"));
    await clock.drive(work);
    expect(by(1, 41_000)).to.deep.equal([]);
    expect(by(1).length).to.be.within(40, 47);
    expect(most()).to.be.at.most(LIMIT);
    expect(told).to.deep.equal(["0 gone", "1 gone", "1 shut_out"]);
  });
});
