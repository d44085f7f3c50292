import { expect } from "chai";
import fc from "fast-check";
import Database from "libsql";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDsrError } from "../../../core/errors.js";
import { createPacer } from "../../../adapters/limits/pacer.js";
import { openSqliteWindow } from "../../../adapters/limits/sqlite-window.js";
import { decodeWindow, encodeWindow } from "../../../adapters/limits/window-codec.js";
import { reserve, settle, type WindowRules } from "../../../adapters/limits/window-rules.js";
import { newWindow, type Window } from "../../../adapters/limits/window.js";
import { seededRandom, VirtualClock } from "../clock/virtual-clock.js";
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

  it("forgets what a change made of it that failed", () => {
    const store = openSqliteWindow(file);
    store.update("a", (window) => reserve(window, RULES, 1000));
    const failing = (window: Window): void => {
      reserve(window, RULES, 1001);
      throw new Error("it failed");
    };
    expect(() => store.update("a", failing)).to.throw("it failed");
    expect(store.update("a", ({ slots, nextId }) => [slots.length, nextId])).to.deep.equal([1, 2]);
    store.close();
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

  it("refuses a record that it cannot read, and leaves it as it is: another version of this program may be using it", () => {
    const unreadable = { code: "STORAGE_FAILED", facts: { reason: "it is damaged, or of another version of this program" } };
    expect(decodeWindow(Uint8Array.from([]))).to.deep.equal(newWindow());
    for (const bytes of [[1, 2, 3], Array.from({ length: 400 }, () => 7)]) expect(() => decodeWindow(Uint8Array.from(bytes))).to.throw().that.deep.include(unreadable);
    const window = newWindow();
    reserve(window, RULES, 1000);
    const damaged = encodeWindow(window);
    for (let at = 0; at < damaged.length; at += 8) expect(() => decodeWindow(Buffer.from(damaged).fill(0xff, at, at + 8)), `number ${at / 8}`).to.throw().that.deep.include(unreadable);
    // What would keep everybody waiting for longer than anything that is written.
    for (const ms of [Infinity, 1e300, 1e17]) {
      expect(() => decodeWindow(encodeWindow({ ...window, pausedUntilMs: ms }))).to.throw().that.deep.include(unreadable);
      expect(() => decodeWindow(encodeWindow({ ...window, slots: [{ id: 1, freeAtMs: ms, inFlight: false }] }))).to.throw().that.deep.include(unreadable);
    }
    const store = openSqliteWindow(file);
    store.update("k", (each) => reserve(each, RULES, 1000));
    const other = new Database(file);
    other.prepare("UPDATE window SET state = ? WHERE key = ?").run(Buffer.alloc(400, 7), "k");
    expect(() => store.update("k", () => undefined)).to.throw().that.deep.include(unreadable);
    expect(other.prepare("SELECT hex(state) AS state FROM window WHERE key = ?").get("k")).to.deep.include({ state: "07".repeat(400) });
    other.close();
    store.close();
  });

  const unusable: readonly (readonly [string, string, () => () => void])[] = [
    ["is no database", "the database file is damaged", () => (writeFileSync(file, "this is no database ".repeat(1000)), () => rmSync(file))],
    ["is in a folder that does not exist", "a file or folder cannot be read or written", () => (rmSync(directory, { recursive: true }), () => mkdirSync(directory))],
    [
      "is locked by something else",
      "another process kept the database locked for too long",
      () => {
        openSqliteWindow(file).update("k", () => undefined);
        const other = new Database(file);
        other.exec("BEGIN EXCLUSIVE");
        return () => other.close();
      },
    ],
  ];
  for (const [what, reason, spoil] of unusable) {
    it(`R8: sends nothing, says so and takes part again once it can when the file ${what}`, async function () {
      this.timeout(60_000);
      const mend = spoil();
      const store = openSqliteWindow(file);
      const clock = new VirtualClock();
      const told: string[] = [];
      const pacer = createPacer({ key: "k", limit: 150, windowMs: 10_000, store, clock, random: seededRandom(2), shutOutAfterMs: 12_000, onStoreLost: (how) => told.push(how) });
      const signal = new AbortController().signal;
      const error = await clock.drive(pacer.acquire(signal)).catch((thrown: unknown) => thrown);
      expect([isDsrError(error, "STORAGE_FAILED") && error.facts, told]).to.deep.equal([{ at: "the record of the rate limit", reason }, ["shut_out"]]);
      const waiting = pacer.acquire(signal);
      await clock.pass(1_000);
      mend();
      await clock.drive(waiting);
      expect(clock.elapsedMs).to.be.within(12_000, 19_000);
      store.close();
    });
  }
});
