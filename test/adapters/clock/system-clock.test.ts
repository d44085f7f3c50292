import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { systemClock, systemRandom } from "../../../adapters/clock/system-clock.js";

describe("the system's clock", () => {
  it("sleeps for at least as long as asked", async () => {
    for (const ms of [0, 0.4, 1, 7.5, 20]) {
      const startedMs = systemClock.monotonicMs();
      await systemClock.sleep(ms);
      // Timers count in whole milliseconds of the event loop's own clock.
      expect(systemClock.monotonicMs() - startedMs).to.be.at.least(ms - 1);
    }
  });

  it("ends a sleep with the signal's reason as soon as it aborts", async () => {
    const controller = new AbortController();
    const startedMs = systemClock.monotonicMs();
    const asleep = systemClock.sleep(60_000, controller.signal);
    setTimeout(() => controller.abort("enough"), 5);
    const reason = await asleep.catch((error: unknown) => error);
    expect(reason).to.equal("enough");
    expect(systemClock.monotonicMs() - startedMs).to.be.below(5000);
    expect(await systemClock.sleep(1, controller.signal).catch((error: unknown) => error)).to.equal("enough");
  });

  it("does not take a month for no time at all", async () => {
    const controller = new AbortController();
    let woke = false;
    const asleep = systemClock.sleep(31 * 86_400_000, controller.signal).then(
      () => (woke = true),
      () => undefined,
    );
    await systemClock.sleep(20);
    controller.abort();
    await asleep;
    expect(woke).to.equal(false);
  });

  it("counts monotonic time alike in all processes of the machine", () => {
    const before = systemClock.monotonicMs();
    const script = "const [s, n] = process.hrtime(); console.log(s * 1000 + n / 1e6)";
    const there = Number(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
    expect(there).to.be.within(before, systemClock.monotonicMs());
  });
});

describe("the system's randomness", () => {
  it("makes ids of lower-case letters and digits that do not repeat", () => {
    const ids = Array.from({ length: 1000 }, () => systemRandom.id());
    for (const id of ids) expect(id).to.match(/^[a-z0-9]{16,}$/);
    expect(new Set(ids).size).to.equal(1000);
    expect(new Set(ids.join("")).size).to.equal(32);
  });

  it("makes fractions from 0 to below 1", () => {
    for (let i = 0; i < 1000; i++) expect(systemRandom.fraction()).to.be.within(0, 0.9999999999999999);
  });
});
