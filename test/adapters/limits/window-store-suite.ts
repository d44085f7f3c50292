import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock, systemRandom } from "../../../adapters/clock/system-clock.js";
import { createPacer } from "../../../adapters/limits/pacer.js";
import { reserve, settle, type Reservation, type WindowRules } from "../../../adapters/limits/window-rules.js";
import type { Ahead, WindowStore } from "../../../adapters/limits/window.js";
import { compiled } from "../../support/compiled.js";
import { seededRandom } from "../clock/virtual-clock.js";
import { mostInAnyWindow } from "./support/arrivals.js";

/** A store that several processes share, opened twice. */
export interface SharedWindows {
  readonly a: WindowStore;
  readonly b: WindowStore;
  /** How `support/worker.ts` finds it. */
  readonly place: string;
  close(): Promise<void>;
}

const RULES: WindowRules = { limit: 3, windowMs: 10_000, marginMs: 20, holdMs: 35_000, jitterMs: 0 };

const now = ({ leastMs }: Ahead): number => systemClock.monotonicMs() + leastMs;
const take = async (store: WindowStore, key = "a", afterMs = 0): Promise<Reservation> => store.update(key, (window, ahead) => reserve(window, RULES, now(ahead) + afterMs));
const taken = async (store: WindowStore, key = "a"): Promise<number> => store.update(key, (window) => window.slots.length);

/** What every store of windows has to be that processes share. */
export function describeWindowStore(name: string, open: () => Promise<SharedWindows>): void {
  describe(`${name}: the window that processes share`, () => {
    let windows: SharedWindows;
    beforeEach(async () => {
      windows = await open();
    });
    afterEach(() => windows.close());

    it("is one window for all who open it, and one for each key", async () => {
      const { a, b } = windows;
      for (const store of [a, b, a]) expect(await take(store)).to.have.property("id");
      expect(await take(b)).to.include({ why: "window", waitMs: 10_000 });
      expect(await take(b, "b")).to.have.property("id");
    });

    it("gives each of many who ask at once a place of its own", async () => {
      const asked = await Promise.all(Array.from({ length: 40 }, async (_, n) => (n % 2 === 0 ? windows.a : windows.b).update("a", (window, ahead) => reserve(window, { ...RULES, limit: 30 }, now(ahead)))));
      const ids = asked.flatMap((each) => ("id" in each ? [each.id] : []));
      expect([ids.length, new Set(ids).size]).to.deep.equal([30, 30]);
    });

    it("tells the others of a 429", async () => {
      const { a, b } = windows;
      await a.update("a", (window, ahead) => settle(window, 1, { outcome: "answered", refused: { forMs: 4000 } }, RULES, now(ahead)));
      const refused = await take(b);
      expect(refused).to.include({ why: "paused" });
      expect("waitMs" in refused && refused.waitMs).to.be.within(2_000, 4_000);
    });

    it("is as it was when a change fails, and does what was asked for beside it", async () => {
      const fail = async (): Promise<number> =>
        windows.a.update("a", (window, ahead) => {
          reserve(window, RULES, now(ahead));
          throw new Error("no");
        });
      const [failed, beside] = await Promise.all([fail().catch((error: unknown) => (error as Error).message), take(windows.a)]);
      expect(failed).to.equal("no");
      expect(beside).to.have.property("id");
      expect(await taken(windows.b)).to.equal(1);
    });

    it("frees the slots of a process that was killed, after the longest call and one window", async () => {
      for (let i = 0; i < 3; i++) await take(windows.a);
      expect(await take(windows.b, "a", 44_000)).to.have.property("waitMs");
      expect(await take(windows.b, "a", 45_030)).to.have.property("id");
    });

    it("writes what may wait a little by itself, and before it is closed", async () => {
      const { a, b } = windows;
      for (let i = 0; i < 3; i++) await take(a);
      const settleOne = (id: number) => a.update("a", (window, ahead) => settle(window, id, { outcome: "unsent" }, RULES, now(ahead)), "soon");
      await settleOne(1);
      expect(await taken(b)).to.equal(2);
      void settleOne(2);
      await windows.close();
      windows = await open();
    });

    describe("between real processes, on real sockets", () => {
      const WINDOW_MS = 500;
      const LIMIT = 30;
      /** As the workers have it. */
      const HOLD_MS = 1500;

      /** Counts arrivals by the machine's own clock, answers after a random while. */
      async function countingServer(): Promise<{ readonly origin: string; readonly arrivals: { readonly atMs: number; readonly worker: string }[]; close(): Promise<void> }> {
        const arrivals: { atMs: number; worker: string }[] = [];
        const random = seededRandom(11);
        const server = createServer((request, response) => {
          arrivals.push({ atMs: systemClock.monotonicMs(), worker: String(request.headers["x-worker"]) });
          setTimeout(() => response.setHeader("content-type", "application/json").end("{}"), random.fraction() * 20);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const close = (): Promise<void> =>
          new Promise((resolve) => {
            server.closeAllConnections();
            server.close(() => resolve());
          });
        return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrivals, close };
      }

      function startWorker(origin: string, forMs: number): { readonly child: ChildProcess; readonly ended: Promise<string> } {
        const child = spawn(process.execPath, [compiled("test/adapters/limits/support/worker.ts"), windows.place, origin, String(LIMIT), String(WINDOW_MS), String(forMs)], { stdio: ["ignore", "pipe", "inherit"] });
        let output = "";
        child.stdout.on("data", (chunk) => (output += String(chunk)));
        const ended = new Promise<string>((resolve) => child.on("close", (code) => resolve(code === 0 ? output : `failed ${code}`)));
        return { child, ended };
      }

      it("R7: two processes of eight runs each together never send more than the limit in any window, use it, and share it", async function () {
        this.timeout(30_000);
        const server = await countingServer();
        try {
          const workers = [startWorker(server.origin, 4000), startWorker(server.origin, 4000)];
          const counts = await Promise.all(workers.map(({ ended }) => ended));
          expect(counts.map(Number).reduce((a, b) => a + b, 0)).to.equal(server.arrivals.length);
          const times = server.arrivals.map(({ atMs }) => atMs);
          expect(mostInAnyWindow(times, WINDOW_MS)).to.be.at.most(LIMIT);
          const spanMs = Math.max(...times) - Math.min(...times);
          // How much of the limit is used is measured in virtual time; here a window of half a second shares a busy machine.
          expect(times.length / (spanMs / WINDOW_MS) / LIMIT).to.be.above(0.7);
          // While both were at work, neither was shut out.
          const names = [...new Set(server.arrivals.map(({ worker }) => worker))];
          const began = names.map((name) => server.arrivals.findIndex(({ worker }) => worker === name));
          const ended = names.map((name) => server.arrivals.map(({ worker }) => worker).lastIndexOf(name));
          const together = server.arrivals.slice(Math.max(...began), Math.min(...ended));
          for (const name of names) expect(together.filter(({ worker }) => worker === name).length / together.length).to.be.above(0.25);
        } finally {
          await server.close();
        }
      });

      it("R7: goes on within the limit when one of the processes is killed", async function () {
        this.timeout(30_000);
        const server = await countingServer();
        try {
          const victim = startWorker(server.origin, 60_000);
          const survivor = startWorker(server.origin, 6000);
          while (new Set(server.arrivals.map(({ worker }) => worker)).size < 2) await systemClock.sleep(10);
          await systemClock.sleep(700);
          victim.child.kill("SIGKILL");
          const killedMs = systemClock.monotonicMs();
          await Promise.all([victim.ended, survivor.ended]);
          const times = server.arrivals.map(({ atMs }) => atMs);
          expect(mostInAnyWindow(times, WINDOW_MS)).to.be.at.most(LIMIT);
          // What the killed one had under way is free again after the longest call and one window.
          const after = times.filter((at) => at > killedMs + HOLD_MS + WINDOW_MS);
          expect(mostInAnyWindow(after, WINDOW_MS), "the whole limit, for the one that is left").to.be.above(0.9 * LIMIT);
        } finally {
          await server.close();
        }
      });
    });

    it("R1: a 429 that one pacer hears holds back the other's callers", async () => {
      const pacers = [windows.a, windows.b].map((store) => createPacer({ key: "p", limit: 30, windowMs: 500, store, clock: systemClock, random: systemRandom, holdMs: 1500 }));
      const signal = new AbortController().signal;
      const permit = await pacers[0]!.acquire(signal);
      const hold = await permit.settle({ outcome: "answered", refused: { forMs: 800 } });
      expect(hold?.forMs).to.be.within(1, 800);
      const sinceMs = systemClock.monotonicMs();
      expect(sinceMs - (hold?.sinceMs ?? 0)).to.be.within(-50, 1_000);
      const next = await pacers[1]!.acquire(signal);
      expect(systemClock.monotonicMs() - sinceMs).to.be.above(500);
      await next.settle({ outcome: "answered" });
    });
  });
}
