import { expect } from "chai";
import fc from "fast-check";
import Database from "libsql";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPacer } from "../../../adapters/limits/pacer.js";
import { openSqliteWindow } from "../../../adapters/limits/sqlite-window.js";
import { decodeWindow, encodeWindow } from "../../../adapters/limits/window-codec.js";
import { reserve, settle, type WindowRules } from "../../../adapters/limits/window-rules.js";
import { newWindow, type Change, type Window, type WindowStore } from "../../../adapters/limits/window.js";
import { seededRandom, VirtualClock } from "../clock/virtual-clock.js";
import { mostInAnyWindow } from "./support/arrivals.js";
import { describeWindowStore } from "./window-store-suite.js";

const RULES: WindowRules = { limit: 3, windowMs: 10_000, marginMs: 20, holdMs: 35_000, jitterMs: 0 };

describeWindowStore("a SQLite file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "limits-"));
  const place = join(directory, "limits.db");
  const [a, b] = [openSqliteWindow(place), openSqliteWindow(place)];
  const close = async (): Promise<void> => {
    for (const each of [a, b]) each.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { a, b, place, close };
});

describe("the file of the window that processes share", () => {
  let directory = "";
  let file = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "limits-"));
    file = join(directory, "limits.db");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

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

  it("begins anew after the machine has restarted, since its clock did", () => {
    const store = openSqliteWindow(file);
    for (let i = 0; i < 3; i++) store.update("a", (window) => reserve(window, RULES, 90_000_000));
    expect(store.update("a", (window) => reserve(window, RULES, 5000))).to.have.property("id");
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
        Object.assign(window, Object.fromEntries(fields.map((field, index) => [field, numbers[index]])));
        const lasting = (ms: number): number => Math.min(ms, window.writtenAtMs + 86_400_000);
        window.pausedUntilMs = lasting(window.pausedUntilMs);
        window.slots.push(...slots.map((each) => ({ ...each, freeAtMs: lasting(each.freeAtMs) })));
        expect(decodeWindow(encodeWindow(window))).to.deep.equal(window);
      }),
    );
  });

  it("takes a record that it cannot read for none", () => {
    for (const bytes of [[], [1, 2, 3], Array.from({ length: 400 }, () => 7)]) expect(decodeWindow(Uint8Array.from(bytes))).to.deep.equal(newWindow());
    const window = newWindow();
    reserve(window, RULES, 1000);
    const damaged = encodeWindow(window);
    for (let at = 8; at < damaged.length; at += 8) expect(decodeWindow(Buffer.from(damaged).fill(0xff, at, at + 8)), `number ${at / 8}`).to.deep.equal(newWindow());
    // What would keep everybody waiting for longer than anything that is written.
    for (const ms of [Infinity, 1e300, 1e17]) {
      expect(decodeWindow(encodeWindow({ ...window, pausedUntilMs: ms }))).to.deep.equal(newWindow());
      expect(decodeWindow(encodeWindow({ ...window, slots: [{ id: 1, freeAtMs: ms, inFlight: false }] }))).to.deep.equal(newWindow());
    }
  });

  it("R8: keeps to a tenth of the limit while the file cannot be used, and carries that over when it can", async () => {
    const clock = new VirtualClock();
    const real = openSqliteWindow(file);
    let broken = false;
    const store: WindowStore = { update: <T>(key: string, change: Change<T>): T => (broken ? fail() : real.update(key, change)) };
    const pacer = createPacer({ key: "k", limit: 150, windowMs: 10_000, store, clock, random: seededRandom(2) });
    const departedMs: number[] = [];
    const signal = new AbortController().signal;
    const until = async (endMs: number): Promise<void> => {
      while (clock.elapsedMs < endMs) {
        const permit = await clock.drive(pacer.acquire(signal));
        departedMs.push(clock.elapsedMs);
        await clock.pass(20);
        void permit.settle({ outcome: "answered" });
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

});

function fail(): never {
  throw new Error("disk full");
}
