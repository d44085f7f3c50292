import { expect } from "chai";
import fc from "fast-check";
import { setMaxListeners } from "node:events";
import { createMemoryWindow } from "../../../adapters/limits/memory-window.js";
import { createPacer, type PacerOptions } from "../../../adapters/limits/pacer.js";
import type { Pacer, Settlement } from "../../../adapters/limits/pacing.js";
import { StoreGone, type WindowStore } from "../../../adapters/limits/window.js";
import { isDsrError } from "../../../core/errors.js";
import { seededRandom, VirtualClock } from "../clock/virtual-clock.js";
import { mostInAnyWindow } from "./support/arrivals.js";

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
const OK: Settlement = { outcome: "answered" };

function pacerOn(clock: VirtualClock, options: Partial<PacerOptions> = {}): Pacer {
  return createPacer({ key: "k", limit: 150, windowMs: 10_000, store: createMemoryWindow(), clock, random: seededRandom(1), ...options });
}

describe("the pacer", () => {
  it("lets five depart at once and then one every 67 ms", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock);
    const at: number[] = [];
    await clock.drive(Promise.all(Array.from({ length: 8 }, () => pacer.acquire(NEVER).then((permit) => (at.push(clock.elapsedMs), permit.settle(OK))))));
    expect(at).to.deep.equal([0, 0, 0, 0, 0, 67, 134, 201]);
  });

  it("spreads requests by the vendor's limit where that is lower", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock);
    void (await pacer.acquire(NEVER)).settle({ outcome: "answered", rate: { limit: 20 } });
    const at: number[] = [];
    await clock.drive(Promise.all(Array.from({ length: 5 }, () => pacer.acquire(NEVER).then((permit) => (at.push(clock.elapsedMs), permit.settle(OK))))));
    expect(at.at(-1)).to.be.within(1400, 2100);
  });

  it("serves callers in the order in which they came", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock, { limit: 20 });
    const order: number[] = [];
    await clock.drive(Promise.all(Array.from({ length: 60 }, (_, i) => pacer.acquire(NEVER).then((permit) => (order.push(i), permit.settle(OK))))));
    expect(order).to.deep.equal(Array.from({ length: 60 }, (_, i) => i));
  });

  it("lets runs take turns, each in its own order", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock, { limit: 10 });
    const [huge, small] = [new AbortController().signal, new AbortController().signal];
    const order: string[] = [];
    const acquire = (name: string, signal: AbortSignal): Promise<unknown> => pacer.acquire(signal).then((permit) => (order.push(name), permit.settle(OK)));
    const calls = [...Array.from({ length: 6 }, (_, i) => acquire(`h${i}`, huge)), ...Array.from({ length: 2 }, (_, i) => acquire(`s${i}`, small))];
    await clock.drive(Promise.all(calls));
    expect(order).to.deep.equal(["h0", "h1", "s0", "h2", "s1", "h3", "h4", "h5"]);
  });

  it("lets changes go before whatever only reads, first come, first served, and forgets those who give up", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock, { limit: 10 });
    const [one, other, gone] = [new AbortController(), new AbortController(), new AbortController()];
    const order: string[] = [];
    const acquire = (name: string, { signal }: AbortController, isChange = false): Promise<unknown> => pacer.acquire(signal, undefined, isChange).then((permit) => (order.push(name), permit.settle(OK)), () => undefined);
    const calls = [acquire("r0", one), acquire("r1", one), acquire("c1", gone, true), acquire("c2", one, true), acquire("r2", other), acquire("c3", other, true)];
    gone.abort(new Error("gone"));
    await clock.drive(Promise.all(calls));
    expect(order).to.deep.equal(["r0", "c2", "c3", "r1", "r2"]);
  });

  it("frees the place of a caller who gives up, and costs the others nothing", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock);
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const done: string[] = [];
    for (let i = 0; i < 5; i++) void (await clock.drive(pacer.acquire(NEVER))).settle(OK);
    const gone = Array.from({ length: 50 }, () => pacer.acquire(controller.signal).catch((reason: unknown) => done.push(String(reason))));
    const live = pacer.acquire(NEVER);
    controller.abort("gone");
    await Promise.all(gone);
    expect(done).to.deep.equal(Array.from({ length: 50 }, () => "gone"));
    void (await clock.drive(live)).settle(OK);
    expect(clock.elapsedMs).to.equal(67);
    expect(clock.pendingTimers).to.equal(0);
    expect(await pacer.acquire(controller.signal).catch((reason: unknown) => reason)).to.equal("gone");
  });

  it("leaves no timer when the last who waited has given up", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock, { limit: 1 });
    const controller = new AbortController();
    await pacer.acquire(NEVER);
    const waiting = pacer.acquire(controller.signal).catch(() => undefined);
    controller.abort();
    await waiting;
    expect(clock.pendingTimers).to.equal(0);
  });

  it("uses at least 92 % of the limit when it is asked for more, at usual latencies", async () => {
    for (const latencyMs of [20, 200, 600]) {
      const clock = new VirtualClock();
      const pacer = pacerOn(clock);
      const departedMs: number[] = [];
      const worker = async (): Promise<void> => {
        while (clock.elapsedMs < 60_000) {
          const permit = await pacer.acquire(NEVER);
          departedMs.push(clock.elapsedMs);
          await clock.sleep(latencyMs);
          void permit.settle(OK);
        }
      };
      await clock.drive(Promise.all(Array.from({ length: 16 }, worker)));
      expect(departedMs.length / 900, `${latencyMs} ms`).to.be.at.least(0.92);
      expect(mostInAnyWindow(departedMs, 10_000)).to.be.at.most(150);
    }
  });

  it("lets one caller find out whether the vendor takes requests again", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock);
    void (await pacer.acquire(NEVER)).settle({ outcome: "answered", refused: { forMs: 1000 } });
    const at: number[] = [];
    const call = async (): Promise<void> => {
      const permit = await pacer.acquire(NEVER);
      at.push(clock.elapsedMs);
      await clock.sleep(500);
      void permit.settle(OK);
    };
    await clock.drive(Promise.all([call(), call(), call()]));
    expect(at).to.deep.equal([1000, 1500, 1500]);
  });

  it("lets the next caller find out when the first never learnt", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock);
    void (await pacer.acquire(NEVER)).settle({ outcome: "answered", refused: { forMs: 1000 } });
    const first = await clock.drive(pacer.acquire(NEVER));
    const second = pacer.acquire(NEVER);
    void first.settle({ outcome: "lost" });
    await clock.drive(second);
    expect(clock.elapsedMs).to.equal(1000);
  });

  it("refuses every caller when the vendor asks for too long a wait, and asks again within the hour", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock);
    const held = await (await pacer.acquire(NEVER)).settle({ outcome: "answered", refused: { forMs: 31 * 365 * 86_400_000 } });
    expect(held?.forMs).to.equal(3_600_000);
    for (let i = 0; i < 3; i++) {
      const error = await clock.drive(pacer.acquire(NEVER)).catch((reason: unknown) => reason);
      expect(isDsrError(error, "RATE_LIMITED") && error.facts.retryAfterMs).to.equal(3_600_000);
    }
    await clock.pass(3_599_000);
    await clock.drive(pacer.acquire(NEVER));
  });

  it("gives back the slot of a request that was never sent", async () => {
    const clock = new VirtualClock();
    const pacer = pacerOn(clock, { limit: 1 });
    for (let i = 0; i < 3; i++) void (await clock.drive(pacer.acquire(NEVER))).settle({ outcome: "unsent" });
    expect(clock.elapsedMs).to.be.below(20_100);
    void (await clock.drive(pacer.acquire(NEVER))).settle(OK);
    const before = clock.elapsedMs;
    await clock.drive(pacer.acquire(NEVER));
    expect(clock.elapsedMs - before).to.be.at.least(10_000);
  });

  it("gives back the slot of whoever has gone while a store that is not near was asked for it", async () => {
    const clock = new VirtualClock();
    const near = createMemoryWindow();
    const store: WindowStore = { update: async (key, change) => (await clock.sleep(50), near.update(key, change)) };
    const pacer = pacerOn(clock, { limit: 1, store });
    const leaving = new AbortController();
    const gone = pacer.acquire(leaving.signal).catch(() => "gone");
    leaving.abort();
    expect(await clock.drive(gone)).to.equal("gone");
    // The store answers while nobody waits.
    await clock.drive(clock.sleep(200));
    await clock.drive(pacer.acquire(NEVER));
    expect(clock.elapsedMs).to.be.below(1000);
  });

  it("goes by the store's time, however far that is from its own: no slot is free early, and no pause ends early", async () => {
    for (const ahead of [{ leastMs: 60_000, mostMs: 60_050 }, { leastMs: -60_050, mostMs: -60_000 }]) {
      const clock = new VirtualClock();
      const near = createMemoryWindow();
      const store: WindowStore = { update: (key, change) => near.update(key, (window) => change(window, ahead)) };
      const [one, other] = [pacerOn(clock, { limit: 1, store }), pacerOn(clock, { limit: 1, store })];
      void (await one.acquire(NEVER)).settle(OK);
      const next = await clock.drive(other.acquire(NEVER));
      expect(clock.elapsedMs).to.equal(10_070);
      expect(await next.settle({ outcome: "answered", refused: { forMs: 15_000 } })).to.deep.equal({ forMs: 15_000, sinceMs: clock.monotonicMs() });
      await clock.drive(one.acquire(NEVER));
      expect(clock.elapsedMs).to.equal(25_120);
    }
  });

  it("R8: keeps to a part of the limit while the store is lost that is safe for twice as many processes as it knew of, and for ten at least", async () => {
    for (const [sharers, most] of [[3, 15], [5, 15], [15, 5], [undefined, 15]] as const) {
      const clock = new VirtualClock();
      const store: WindowStore = { update: () => Promise.reject(new StoreGone()), ...(sharers === undefined ? {} : { sharers: () => sharers }) };
      const pacer = pacerOn(clock, { store });
      const at: number[] = [];
      await clock.drive(Promise.all(Array.from({ length: 2 * most }, () => pacer.acquire(NEVER).then((permit) => (at.push(clock.elapsedMs), permit.settle(OK))))));
      expect(mostInAnyWindow(at, 10_000), `${sharers}`).to.equal(most);
    }
  });
});

describe("R7: the sliding window", () => {
  /** What the network does with one request. */
  const call = fc.record({ process: fc.nat(2), pauseMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(3000)), outMs: fc.nat(2500), backMs: fc.nat(2500), fate: fc.nat(19) });

  async function arrivals(calls: readonly { readonly process: number; readonly pauseMs: number; readonly outMs: number; readonly backMs: number; readonly fate: number }[], limit: number, store: WindowStore, clock: VirtualClock): Promise<number[]> {
    const pacers = [0, 1, 2].map(() => createPacer({ key: "k", limit, windowMs: 10_000, store, clock, random: seededRandom(9) }));
    const arrivedMs: number[] = [];
    const one = async ({ process, outMs, backMs, fate }: (typeof calls)[number]): Promise<void> => {
      const permit = await (pacers[process] as Pacer).acquire(NEVER);
      if (fate === 0) return void permit.settle({ outcome: "unsent" });
      await clock.sleep(outMs);
      arrivedMs.push(clock.elapsedMs);
      await clock.sleep(backMs);
      // One in twenty is never settled, as if its process had been killed.
      if (fate !== 1) void permit.settle({ outcome: fate === 2 ? "lost" : "answered" });
    };
    const all: Promise<void>[] = [];
    for (const each of calls) {
      if (each.pauseMs > 0) await clock.pass(each.pauseMs);
      all.push(one(each));
    }
    await clock.drive(Promise.all(all));
    return arrivedMs;
  }

  it("R7: never lets more than the limit arrive in any window, whatever the network and the processes do", async function () {
    this.timeout(30_000);
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 20, maxLength: 90 }), fc.integer({ min: 1, max: 15 }), async (calls, limit) => {
        const clock = new VirtualClock();
        const arrivedMs = await arrivals(calls, limit, createMemoryWindow(), clock);
        expect(arrivedMs.length).to.equal(calls.filter(({ fate }) => fate !== 0).length);
        expect(mostInAnyWindow(arrivedMs, 10_000)).to.be.at.most(limit);
      }),
      { numRuns: 60, seed: 20_260_101 },
    );
  });

  it("R7: is full, and no more than full, when three processes ask for all they can get", async () => {
    const clock = new VirtualClock();
    const random = seededRandom(4);
    const calls = Array.from({ length: 900 }, (_, i) => ({ process: i % 3, pauseMs: 0, outMs: random.fraction() * 150, backMs: random.fraction() * 150, fate: 9 }));
    const arrivedMs = await arrivals(calls, 150, createMemoryWindow(), clock);
    expect(mostInAnyWindow(arrivedMs, 10_000)).to.be.within(145, 150);
    expect(900 / (Math.max(...arrivedMs) / 10_000) / 150).to.be.at.least(0.92);
  });
});
