import { expect } from "chai";
import fc from "fast-check";
import Database from "libsql";
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../../adapters/clock/system-clock.js";
import { createPacer } from "../../../adapters/limits/pacer.js";
import { openSqliteWindow } from "../../../adapters/limits/sqlite-window.js";
import { decodeWindow, encodeWindow } from "../../../adapters/limits/window-codec.js";
import { reserve, settle, type WindowRules } from "../../../adapters/limits/window-rules.js";
import { newWindow, type Window } from "../../../adapters/limits/window.js";
import { seededRandom, VirtualClock } from "../clock/virtual-clock.js";
import { mostInAnyWindow } from "./support/arrivals.js";

const RULES: WindowRules = { limit: 3, windowMs: 10_000, marginMs: 20, holdMs: 35_000, jitterMs: 0 };

describe("the window that processes share", () => {
  let directory = "";
  let file = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "limits-"));
    file = join(directory, "limits.db");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("is one window for all who open the file, and one for each key", () => {
    const [one, other] = [openSqliteWindow(file), openSqliteWindow(file)];
    for (const store of [one, other, one]) expect(store.update("a", (window) => reserve(window, RULES, 1000))).to.have.property("id");
    expect(other.update("a", (window) => reserve(window, RULES, 1000))).to.include({ why: "window", waitMs: 10_000 });
    expect(other.update("b", (window) => reserve(window, RULES, 1000))).to.have.property("id");
    one.close();
    other.close();
  });

  it("is kept when the file is opened again", () => {
    const before = openSqliteWindow(file);
    before.update("a", (window) => settle(window, 1, { outcome: "answered", refused: { forMs: 4000 } }, RULES, 1000));
    before.close();
    const after = openSqliteWindow(file);
    expect(after.update("a", (window) => reserve(window, RULES, 2000))).to.include({ why: "paused", waitMs: 3000 });
    after.close();
  });

  it("is for its owner alone, with the files beside it, also where it was not before", () => {
    const modes = (): number[] => readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
    const use = (): void => {
      const store = openSqliteWindow(file);
      store.update("a", (window) => reserve(window, RULES, 1000));
      expect(readdirSync(directory)).to.have.members(["limits.db", "limits.db-wal", "limits.db-shm"]);
      expect(modes()).to.deep.equal([0o600, 0o600, 0o600]);
      store.close();
    };
    use();
    chmodSync(file, 0o644);
    use();
  });

  it("is as it was when a change fails", () => {
    const store = openSqliteWindow(file);
    const fail = (): never =>
      store.update("a", (window) => {
        reserve(window, RULES, 0);
        throw new Error("no");
      });
    expect(fail).to.throw("no");
    expect(store.update("a", (window) => window.slots.length)).to.equal(0);
    store.close();
  });

  it("begins anew after the machine has restarted, since its clock did", () => {
    const store = openSqliteWindow(file);
    for (let i = 0; i < 3; i++) store.update("a", (window) => reserve(window, RULES, 90_000_000));
    expect(store.update("a", (window) => reserve(window, RULES, 5000))).to.have.property("id");
    store.close();
  });

  it("frees the slots of a process that was killed, after the longest call and one window", () => {
    const store = openSqliteWindow(file);
    for (let i = 0; i < 3; i++) store.update("a", (window) => reserve(window, RULES, 0));
    expect(store.update("a", (window) => reserve(window, RULES, 45_019))).to.have.property("waitMs");
    expect(store.update("a", (window) => reserve(window, RULES, 45_021))).to.have.property("id");
    store.close();
  });

  it("counts a request whose answer comes after its slot was given up for dead", () => {
    const window = newWindow();
    const first = reserve(window, { ...RULES, limit: 1 }, 0);
    reserve(window, { ...RULES, limit: 1 }, 50_000);
    settle(window, "id" in first ? first.id : 0, { outcome: "answered" }, RULES, 50_100);
    expect(window.slots).to.have.length(2);
  });

  it("is written and read without loss", () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constant(Infinity), fc.constant(-Infinity));
    const slot = fc.record({ id: fc.nat(), freeAtMs: number, inFlight: fc.boolean() });
    fc.assert(
      fc.property(fc.array(slot), fc.array(number, { minLength: 13, maxLength: 13 }), (slots, numbers) => {
        const window: Window = newWindow();
        const fields = Object.keys(window).filter((field) => field !== "slots" && field !== "share");
        expect(fields).to.have.length(13);
        Object.assign(window, Object.fromEntries(fields.map((field, index) => [field, numbers[index]])), { slots });
        expect(decodeWindow(encodeWindow(window))).to.deep.equal(window);
      }),
    );
  });

  it("takes a record that it cannot read for none", () => {
    for (const bytes of [[], [1, 2, 3], Array.from({ length: 400 }, () => 7)]) expect(decodeWindow(Uint8Array.from(bytes))).to.deep.equal(newWindow());
  });

  it("R8: keeps to a tenth of the limit while the file cannot be used, and carries that over when it can", async () => {
    const clock = new VirtualClock();
    const real = openSqliteWindow(file);
    let broken = false;
    const store = { update: <T>(key: string, change: (window: Window) => T): T => (broken ? fail() : real.update(key, change)) };
    const pacer = createPacer({ key: "k", limit: 150, windowMs: 10_000, store, clock, random: seededRandom(2) });
    const departedMs: number[] = [];
    const signal = new AbortController().signal;
    const until = async (endMs: number): Promise<void> => {
      while (clock.elapsedMs < endMs) {
        const permit = await clock.drive(pacer.acquire(signal));
        departedMs.push(clock.elapsedMs);
        await clock.pass(20);
        permit.settle({ outcome: "answered" });
      }
    };
    await until(20_000);
    broken = true;
    const brokenMs = clock.elapsedMs;
    await until(80_000);
    broken = false;
    const backMs = clock.elapsedMs;
    await until(120_000);
    const share = departedMs.filter((at) => at > brokenMs && at < 80_000);
    expect(share[0]).to.be.at.least(brokenMs + 10_000);
    expect(mostInAnyWindow(share, 10_000)).to.be.within(13, 15);
    expect(mostInAnyWindow(departedMs, 10_000)).to.be.at.most(150);
    expect(departedMs.filter((at) => at > backMs + 20_000).length).to.be.above(250);
    real.close();
  });

  const unusable: readonly (readonly [string, () => () => void])[] = [
    ["is no database", () => (writeFileSync(file, "this is no database ".repeat(1000)), () => undefined)],
    ["is in a folder that does not exist", () => (rmSync(directory, { recursive: true }), () => undefined)],
    [
      "is locked by something else",
      () => {
        openSqliteWindow(file).update("k", () => undefined);
        const other = new Database(file);
        other.exec("BEGIN EXCLUSIVE");
        return () => other.close();
      },
    ],
  ];
  for (const [what, spoil] of unusable) {
    it(`R8: waits, says so and goes on slowly when the file ${what}`, async () => {
      const mend = spoil();
      const store = openSqliteWindow(file);
      const clock = new VirtualClock();
      let told = 0;
      const pacer = createPacer({ key: "k", limit: 150, windowMs: 10_000, store, clock, random: seededRandom(2), onStoreLost: () => told++ });
      await clock.drive(pacer.acquire(new AbortController().signal));
      expect([clock.elapsedMs, told]).to.deep.equal([10_000, 1]);
      mend();
      store.close();
    });
  }

  describe("between real processes, on real sockets", () => {
    const WINDOW_MS = 500;
    const LIMIT = 30;

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
      const script = fileURLToPath(new URL("./support/worker.ts", import.meta.url));
      const child = spawn(process.execPath, ["--import", "tsx", script, file, origin, String(LIMIT), String(WINDOW_MS), String(forMs)], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      child.stdout.on("data", (chunk) => (output += String(chunk)));
      const ended = new Promise<string>((resolve) => child.on("close", (code) => resolve(code === 0 ? output : `failed ${code}`)));
      return { child, ended };
    }

    it("R7: two processes together never send more than the limit in any window, use it, and share it", async function () {
      this.timeout(20_000);
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
      this.timeout(20_000);
      const server = await countingServer();
      try {
        const victim = startWorker(server.origin, 60_000);
        const survivor = startWorker(server.origin, 3500);
        while (new Set(server.arrivals.map(({ worker }) => worker)).size < 2) await systemClock.sleep(10);
        await systemClock.sleep(700);
        victim.child.kill("SIGKILL");
        await Promise.all([victim.ended, survivor.ended]);
        const times = server.arrivals.map(({ atMs }) => atMs);
        expect(mostInAnyWindow(times, WINDOW_MS)).to.be.at.most(LIMIT);
        const last = Math.max(...times);
        expect(times.filter((at) => at > last - 2 * WINDOW_MS).length).to.be.above(LIMIT);
      } finally {
        await server.close();
      }
    });
  });
});

function fail(): never {
  throw new Error("disk full");
}
