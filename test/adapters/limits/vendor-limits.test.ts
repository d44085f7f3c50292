import { expect } from "chai";
import { isDsrError } from "../../../core/errors.js";
import { mostInAnyWindow } from "./support/arrivals.js";
import { simulatedRun, VENDOR_EPOCH_MS, type SimulatedRun } from "./support/simulated-vendor.js";

const many = (run: SimulatedRun, count: number): Promise<number[]> => Promise.all(Array.from({ length: count }, () => run.call()));

describe("the pace, by what the vendor says", () => {
  it("R1: answers a 429 with one wait for all, and meets no second one in that window", async () => {
    const run = simulatedRun();
    run.vendor.limit = 20;
    // Only the refusals name a reset: nothing is known before the first.
    run.vendor.rateHeaders = (all, refused) => (refused ? { "x-ratelimit-reset": all["x-ratelimit-reset"] ?? "" } : {});
    await run.clock.pass(6000);
    await run.clock.drive(many(run, 40));
    const [first = 0] = run.vendor.refusedMs;
    // Those that were under way when the first was refused could not know.
    for (const at of run.vendor.refusedMs) expect(at - first).to.be.below(101);
    const resumed = run.vendor.arrivalsMs.filter((at) => at > first + 101);
    expect(resumed[0]).to.be.within(10_000, 11_100);
    expect(run.vendor.arrivalsMs.filter((at) => at > first + 101 && at < 10_000)).to.have.length(0);
  });

  it("R2: waits a whole window and a little more after a 429 without headers", async () => {
    const run = simulatedRun();
    run.vendor.rateHeaders = () => ({});
    run.vendor.limit = 10;
    await run.clock.drive(many(run, 12));
    const [refused = 0] = run.vendor.refusedMs;
    const next = run.vendor.arrivalsMs.find((at) => at > refused + 200) ?? 0;
    expect(next - refused).to.be.within(10_000, 11_200);
    expect(run.vendor.refusedMs).to.have.length(2);
  });

  it("R3: asks once per window while there are only 429s, parks after a quarter of an hour, and goes on by itself", async () => {
    const run = simulatedRun();
    run.vendor.refuseAll = true;
    run.vendor.rateHeaders = () => ({});
    const parked = await run.clock.drive(Promise.allSettled(Array.from({ length: 20 }, () => run.call())));
    for (const result of parked) expect(result.status === "rejected" && isDsrError(result.reason, "RATE_LIMITED") && result.reason.facts.retryAfterMs).to.be.within(10_000, 11_000);
    expect(run.clock.elapsedMs).to.be.within(880_000, 920_000);
    const probes = run.vendor.refusedMs.filter((at) => at > 1000);
    expect(mostInAnyWindow(probes, 10_000)).to.equal(1);
    run.vendor.refuseAll = false;
    await run.clock.pass(11_000);
    const startedMs = run.clock.elapsedMs;
    expect(await run.clock.drive(run.call())).to.equal(200);
    expect(run.clock.elapsedMs - startedMs).to.be.below(11_000);
  });

  for (const hours of [-1, 1]) {
    it(`R4: errs by a second at most when the local clock is off by ${hours} h, or jumps while it waits`, async () => {
      for (const startMs of [0, 400, 999]) {
        const run = simulatedRun();
        run.clock.epochMs = VENDOR_EPOCH_MS + hours * 3_600_000;
        await run.clock.pass(5000 + startMs);
        run.vendor.refuseAll = true;
        const call = run.call();
        await run.clock.pass(200);
        run.vendor.refuseAll = false;
        run.clock.epochMs -= hours * 7_200_000;
        expect(await run.clock.drive(call)).to.equal(200);
        // The window ends at 10 s of the vendor's clock.
        expect(run.vendor.arrivalsMs.at(-1)).to.be.within(10_000, 11_100);
      }
    });
  }

  it("R5: follows what is left while another app uses up the window, and causes no 429 itself", async () => {
    const run = simulatedRun();
    // The other app takes 5 requests every 200 ms, up to 130 a window: 36 are left for this one.
    for (let window = 0; window < 8; window++) {
      for (let i = 0; i < 130; i++) run.vendor.othersAt.push(VENDOR_EPOCH_MS + window * 10_000 + Math.floor(i / 5) * 200);
    }
    const latencies = [40, 100, 250, 90, 400];
    run.vendor.latencyMs = () => latencies[run.vendor.arrivalsMs.length % latencies.length] ?? 100;
    await run.clock.drive(many(run, 200));
    expect(run.vendor.refusedMs).to.deep.equal([]);
    // 36 fit into a window; a wait until its end may be a second long.
    expect(run.clock.elapsedMs).to.be.below(66_000);
  });

  it("R5: starts nothing while all that is left is under way already", async () => {
    const run = simulatedRun();
    run.vendor.limit = 8;
    run.vendor.latencyMs = () => 3000;
    await run.clock.drive(run.call());
    await run.clock.drive(many(run, 20));
    expect(run.vendor.refusedMs).to.deep.equal([]);
  });

  it("R6: follows a limit that drops from 166 to 50, within one window", async () => {
    const run = simulatedRun();
    const calls = many(run, 600);
    await run.clock.pass(14_000);
    run.vendor.limit = 50;
    await run.clock.drive(calls);
    const after = run.vendor.arrivalsMs.filter((at) => at >= 24_000);
    expect(after.length).to.be.above(200);
    expect(mostInAnyWindow(after, 10_000)).to.be.within(46, 50);
    // The vendor had let more through in that window than the new limit; nothing was sent on top.
    expect(run.vendor.refusedMs.filter((at) => at > 14_200)).to.deep.equal([]);
  });

  it("R6: takes up the old pace when the limit is raised again", async () => {
    const run = simulatedRun();
    run.vendor.limit = 50;
    const calls = many(run, 500);
    await run.clock.pass(15_000);
    run.vendor.limit = 166;
    await run.clock.drive(calls);
    expect(mostInAnyWindow(run.vendor.arrivalsMs, 10_000)).to.be.within(140, 150);
  });

  it("R9: lets a small run through beside a huge one, in at most twice its time alone and a second", async () => {
    const alone = simulatedRun();
    const sequence = async (run: SimulatedRun, calls: number): Promise<number> => {
      const fetch = run.seam();
      const startedMs = run.clock.elapsedMs;
      for (let i = 0; i < calls; i++) await run.call(fetch);
      return run.clock.elapsedMs - startedMs;
    };
    const aloneMs = await alone.clock.drive(sequence(alone, 30));
    const run = simulatedRun();
    const huge = run.seam();
    const others = Promise.all(Array.from({ length: 600 }, () => run.call(huge)));
    await run.clock.pass(20_000);
    const besideMs = await run.clock.drive(sequence(run, 30));
    expect(besideMs).to.be.at.most(2 * aloneMs + 1000);
    await run.clock.drive(others);
  });

  it("R9: gives twenty small runs beside a huge one their share, each in at most as many times its time alone as there are runs, and a second", async () => {
    const sequence = async (run: SimulatedRun, calls: number): Promise<number> => {
      const fetch = run.seam();
      const startedMs = run.clock.elapsedMs;
      for (let i = 0; i < calls; i++) await run.call(fetch);
      return run.clock.elapsedMs - startedMs;
    };
    const alone = simulatedRun();
    const aloneMs = await alone.clock.drive(sequence(alone, 30));
    const run = simulatedRun();
    const huge = run.seam();
    const others = Promise.all(Array.from({ length: 1500 }, () => run.call(huge)));
    await run.clock.pass(20_000);
    const small = await run.clock.drive(Promise.all(Array.from({ length: 20 }, () => sequence(run, 30))));
    expect(Math.max(...small)).to.be.at.most(22 * aloneMs + 1000);
    // The huge one has not ended meanwhile, and gets on.
    expect(run.vendor.arrivalsMs.length).to.be.within(20 * 30 + 300, 20 * 30 + 1499);
    expect(run.vendor.refusedMs).to.deep.equal([]);
    await run.clock.drive(others);
  });

  it("R10: makes 1,020 requests in 75 s, without one 429", async () => {
    const run = simulatedRun();
    await run.clock.drive(many(run, 1020));
    expect(run.clock.elapsedMs).to.be.at.most(75_000);
    expect(run.vendor.refusedMs).to.deep.equal([]);
    expect(mostInAnyWindow(run.vendor.arrivalsMs, 10_000)).to.be.at.most(150);
  });

  it("takes headers that make no sense for none", async () => {
    for (const bad of ["", "-1", "NaN", "1e3", "99999999999999", "tomorrow"]) {
      const run = simulatedRun();
      run.vendor.rateHeaders = () => ({ "x-ratelimit-limit": bad, "x-ratelimit-remaining": bad, "x-ratelimit-reset": bad });
      await run.clock.drive(many(run, 100));
      expect(run.clock.elapsedMs, bad).to.be.below(8000);
    }
  });
});
