import { expect } from "chai";
import { setMaxListeners } from "node:events";
import { createMemoryWindow } from "../../../adapters/limits/memory-window.js";
import { createPacer, type PacerOptions } from "../../../adapters/limits/pacer.js";
import type { Pacer, Settlement } from "../../../adapters/limits/pacing.js";
import type { Wait } from "../../../adapters/limits/wait.js";
import { StoreGone } from "../../../adapters/limits/window.js";
import { seededRandom, VirtualClock } from "../clock/virtual-clock.js";
import { simulatedRun, VENDOR_EPOCH_MS } from "./support/simulated-vendor.js";

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
const OK: Settlement = { outcome: "answered" };

function watched(options: Partial<PacerOptions> = {}, clock = new VirtualClock()): { readonly clock: VirtualClock; readonly pacer: Pacer; readonly waits: Wait[]; call(answerMs?: number): Promise<void> } {
  const waits: Wait[] = [];
  const pacer = createPacer({ key: "k", limit: 150, windowMs: 10_000, store: createMemoryWindow(), clock, random: seededRandom(1), onWait: (wait) => waits.push(wait), ...options });
  const call = async (answerMs = 0): Promise<void> => {
    const permit = await pacer.acquire(NEVER);
    if (answerMs > 0) await clock.sleep(answerMs);
    void permit.settle(OK);
  };
  return { clock, pacer, waits, call };
}

describe("what is told of a wait for the rate limit", () => {
  it("is the wait that a 429 asks for, once", async () => {
    const { clock, pacer, waits } = watched();
    const calls = Array.from({ length: 8 }, () => pacer.acquire(NEVER));
    void (await clock.drive(calls[0] ?? Promise.reject())).settle({ outcome: "answered", refused: { forMs: 7000 } });
    for (const call of calls) call.then((permit) => permit.settle(OK)).catch(() => undefined);
    await clock.drive(Promise.all(calls));
    // Those that come after it are still held back, by the pace.
    expect(waits.filter(({ ms }) => ms > 1000)).to.have.length(1);
    expect(waits[0]).to.deep.include({ key: "k", why: "refused", limit: { requests: 150, windowMs: 10_000 } });
    expect(waits[0]?.ms).to.be.closeTo(7000, 100);
  });

  it("is each wait of a slow pace, which is this process's own", async () => {
    const { clock, waits, call } = watched({ limit: 5 });
    const all = (async () => {
      for (let i = 0; i < 4; i++) await call(10);
    })();
    await clock.drive(all);
    expect(waits.map(({ why, ms, limit }) => [why, Math.round(ms / 100) * 100, limit.requests])).to.deep.equal([["pace", 2000, 5], ["pace", 2000, 5], ["pace", 2000, 5]]);
    expect(waits.map(({ users }) => users)).to.deep.equal([1, 2, 3].map((own) => ({ own, otherProcesses: 0 })));
  });

  it("is told once a second where short waits follow each other without a break, and not before a second has gone by", async () => {
    const { clock, waits, call } = watched();
    const reading = async (calls: number, answerMs: number): Promise<void> => {
      for (let i = 0; i < calls; i++) await call(answerMs);
    };
    // Slower than the limit: nobody is held back.
    await clock.drive(reading(60, 100));
    expect(waits).to.deep.equal([]);
    const fromMs = clock.elapsedMs;
    await clock.drive(reading(60, 1));
    const seconds = (clock.elapsedMs - fromMs) / 1000;
    expect(waits.length).to.be.within(Math.floor(seconds) - 2, Math.ceil(seconds) - 1);
    expect(waits.every(({ why, ms }) => why === "pace" && ms <= 67)).to.equal(true);
    expect(waits[0]?.heldMs).to.be.within(900, 1000);
    // After a pause it is another wait, which begins anew.
    const told = waits.length;
    await clock.pass(5000);
    await clock.drive(reading(10, 1));
    expect(waits).to.have.length(told);
  });

  it("tells this process's calls from those of others on the same record", async () => {
    const clock = new VirtualClock();
    const store = createMemoryWindow();
    const [one, other] = [watched({ limit: 6, store }, clock), watched({ limit: 6, store }, clock)];
    await clock.drive(Promise.all([1, 2, 3, 4].map(() => other.call())));
    await clock.drive(Promise.all([1, 2, 3].map(() => one.call())));
    expect(one.waits.at(-1)).to.deep.include({ why: "window", limit: { requests: 6, windowMs: 10_000 }, users: { own: 2, otherProcesses: 4 } });
  });

  it("takes no place of another process for its own that has the number of one which the record did not keep", async () => {
    const clock = new VirtualClock();
    const store = createMemoryWindow();
    let isFull = true;
    const failing: PacerOptions["store"] = {
      update: (key, change) => {
        if (!isFull) return store.update(key, change);
        store.update(key, (window, ahead) => change(structuredClone(window), ahead));
        throw new Error("disk full");
      },
    };
    const [one, other] = [watched({ limit: 6, store: failing }, clock), watched({ limit: 6, store }, clock)];
    const calls = Promise.all([1, 2, 3].map(() => one.call()));
    await clock.drive(Promise.all([1, 2, 3, 4].map(() => other.call())));
    isFull = false;
    await clock.drive(calls);
    expect(one.waits.find(({ why }) => why !== "shut_out")?.users).to.deep.equal({ own: 1, otherProcesses: 4 });
  });

  it("knows its own calls also once the record is back that it could not read for a while", async () => {
    const store = createMemoryWindow();
    let isLocked = false;
    const locked: PacerOptions["store"] = {
      update: (key, change) => {
        if (isLocked) throw new Error("database is locked");
        return store.update(key, change);
      },
    };
    const { clock, waits, call } = watched({ limit: 6, store: locked });
    await clock.drive(Promise.all([call(), call()]));
    isLocked = true;
    const calls = Promise.all([call(), call()]);
    await clock.pass(3_000);
    isLocked = false;
    waits.length = 0;
    await clock.drive(calls);
    expect(waits.find(({ why }) => why !== "shut_out")?.users).to.deep.equal({ own: 3, otherProcesses: 0 });
  });

  it("tells what other apps took by the vendor's own figures, as long as those hold", async () => {
    const run = simulatedRun();
    run.vendor.othersAt = Array.from({ length: 130 }, (_, i) => VENDOR_EPOCH_MS + i);
    // The window of this home stays half empty; the vendor's is full.
    await run.clock.drive(Promise.all(Array.from({ length: 60 }, () => run.call())));
    const told = run.waits.find(({ why }) => why === "vendor");
    expect(told?.ms).to.be.within(1000, 11_000);
    expect(told?.users.otherApps).to.be.within(125, 130);
    expect(told?.users.own).to.be.within(15, 40);
    expect(run.vendor.refusedMs).to.deep.equal([]);
    run.waits.length = 0;
    run.vendor.rateHeaders = () => ({});
    await run.clock.pass(30_000);
    await run.clock.drive(Promise.all(Array.from({ length: 160 }, () => run.call())));
    expect(run.waits.length).to.be.above(5);
    for (const { users } of run.waits) expect(users).to.have.all.keys("own", "otherProcesses");
  });

  describe("while the shared record cannot be used", () => {
    function losing(options: Partial<PacerOptions> = {}) {
      const real = createMemoryWindow();
      const lost: string[] = [];
      let broken = false;
      const store: PacerOptions["store"] = {
        update: (key, change) => {
          if (broken) throw new StoreGone();
          return real.update(key, change);
        },
      };
      return { ...watched({ store, onStoreLost: () => lost.push("lost"), ...options }), lost, lose: () => void (broken = true), mend: () => void (broken = false) };
    }

    it("does not claim to know other processes, nor that the vendor refused a call", async () => {
      const { clock, waits, call, lost, lose } = losing();
      await clock.drive(call());
      lose();
      await clock.drive(Promise.all([call(), call(), call()]));
      expect(lost).to.deep.equal(["lost"]);
      expect(waits.map(({ why, limit }) => [why, limit.requests])).to.deep.equal([["unshared", 15], ["pace", 15], ["pace", 15]]);
      for (const { users } of waits) expect(users).not.to.have.property("otherProcesses");
    });

    it("says that the vendor refused a call once it did", async () => {
      const { clock, pacer, waits, call, lose } = losing();
      const before = await clock.drive(pacer.acquire(NEVER));
      lose();
      const calls = Promise.all([call(), call()]);
      await clock.pass(5_000);
      void before.settle({ outcome: "answered", refused: { forMs: 8_000 } });
      await clock.drive(calls);
      expect(waits.map(({ why }) => why)).to.deep.equal(["unshared", "refused", "pace"]);
    });

    it("keeps to the pause that the vendor asks for meanwhile also once the record is back", async () => {
      const { clock, pacer, call, lose, mend } = losing();
      lose();
      const permit = await clock.drive(pacer.acquire(NEVER));
      void permit.settle({ outcome: "answered", refused: { forMs: 600_000 } });
      const refusedAtMs = clock.elapsedMs;
      mend();
      await clock.pass(20_000);
      await clock.drive(call());
      expect(clock.elapsedMs - refusedAtMs).to.be.at.least(600_000);
    });

    it("lets whoever asks depart whatever the host's own callbacks throw", async () => {
      const failing = (): never => {
        throw new Error("the host's own");
      };
      const told: string[] = [];
      const { clock, call, lose } = losing({ onStoreLost: () => (told.push("lost"), failing()), onWait: () => (told.push("wait"), failing()) });
      await clock.drive(call());
      lose();
      await clock.drive(Promise.all([call(), call(), call()]));
      expect(told).to.include.members(["lost", "wait"]);
    });

    it("ends no run as one that the vendor holds back for too long", async () => {
      const { clock, call, lose } = losing({ parkAfterMs: 5_000 });
      lose();
      await clock.drive(call());
      expect(clock.elapsedMs).to.equal(10_000);
    });
  });
});
