import { expect } from "chai";
import { createManualClock } from "../../../adapters/in-memory/manual-clock.js";

describe("the manual clock", () => {
  it("stands still until it is told to move", async () => {
    const clock = createManualClock({ startAtMs: 1_000 });
    let woke = false;
    void clock.sleep(10).then(() => (woke = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([clock.now(), clock.monotonicMs(), woke, clock.sleepers()]).to.deep.equal([1_000, 0, false, 1]);
    await clock.advance(9);
    expect(woke).to.equal(false);
    await clock.advance(1);
    expect([clock.now(), clock.monotonicMs(), woke, clock.sleepers()]).to.deep.equal([1_010, 10, true, 0]);
  });

  for (const auto of [false, true]) {
    it(`wakes sleepers in the order of their times and shows each its own${auto ? ", going by itself" : ""}`, async () => {
      const clock = createManualClock({ startAtMs: 0, auto });
      const woke: [string, number][] = [];
      const sleep = async (name: string, ...ms: number[]): Promise<void> => {
        for (const each of ms) {
          await clock.sleep(each);
          woke.push([name, clock.now()]);
        }
      };
      const all = Promise.all([sleep("long", 100), sleep("often", 30, 30, 30), sleep("none", 0), sleep("same", 30)]);
      if (!auto) await clock.advance(100);
      await all;
      expect(woke).to.deep.equal([["none", 0], ["often", 30], ["same", 30], ["often", 60], ["often", 90], ["long", 100]]);
    });
  }

  it("lets go of a sleeper whose signal aborts, before or while it sleeps", async () => {
    const clock = createManualClock();
    const reason = new Error("stop");
    const controller = new AbortController();
    const sleeping = clock.sleep(1_000, controller.signal);
    controller.abort(reason);
    for (const promise of [sleeping, clock.sleep(1, controller.signal)]) expect(await promise.catch((error: unknown) => error)).to.equal(reason);
    expect(clock.sleepers()).to.equal(0);
  });

  it("jumps the wall clock without letting time pass", async () => {
    const clock = createManualClock({ startAtMs: 0 });
    let woke = false;
    void clock.sleep(10).then(() => (woke = true));
    clock.jump(86_400_000);
    await clock.advance(0);
    expect([clock.now(), clock.monotonicMs(), woke]).to.deep.equal([86_400_000, 0, false]);
    clock.jump(-2 * 86_400_000);
    await clock.advance(10);
    expect([clock.now(), clock.monotonicMs(), woke]).to.deep.equal([-86_400_000 + 10, 10, true]);
  });

  it("refuses a negative or meaningless sleep", async () => {
    for (const ms of [-1, Number.NaN]) expect(await createManualClock({ auto: true }).sleep(ms).catch((error: unknown) => error)).to.be.instanceOf(RangeError);
  });
});
