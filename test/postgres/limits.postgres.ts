import { expect } from "chai";
import { systemClock, systemRandom } from "../../adapters/clock/system-clock.js";
import { isDsrError } from "../../core/errors.js";
import { createPacer } from "../../adapters/limits/pacer.js";
import type { Pacer } from "../../adapters/limits/pacing.js";
import { reserve, settle, type Reservation, type WindowRules } from "../../adapters/limits/window-rules.js";
import { DatabaseUrl } from "../../adapters/postgres/database-url.js";
import { openPostgresDatabase } from "../../adapters/postgres/postgres-database.js";
import { openPostgresWindow, type PostgresWindow } from "../../adapters/postgres/postgres-window.js";
import { describeWindowStore } from "../adapters/limits/window-store-suite.js";
import { mostInAnyWindow } from "../adapters/limits/support/arrivals.js";
import { startPostgres, type PostgresServer } from "./server.js";

const RULES: WindowRules = { limit: 3, windowMs: 10_000, marginMs: 20, holdMs: 35_000, jitterMs: 0 };

describe("the limit in PostgreSQL", function () {
  this.timeout(60_000);
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.end());

  const opened: PostgresWindow[] = [];
  const open = (): PostgresWindow => {
    const window = openPostgresWindow({ url: server.url, clock: systemClock });
    opened.push(window);
    return window;
  };
  const emptied = async (): Promise<void> => {
    await server.empty();
    await (await openPostgresDatabase({ url: server.url, patienceMs: 0 })).close();
  };
  const closed = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  };
  const take = (store: PostgresWindow): Promise<Reservation> => store.update("a", (window, { leastMs }) => reserve(window, RULES, systemClock.monotonicMs() + leastMs));

  describeWindowStore("a row of PostgreSQL", async () => {
    await emptied();
    return { a: open(), b: open(), place: server.url.withPassword(), close: closed };
  });

  describe("the row of PostgreSQL", () => {
    beforeEach(emptied);
    afterEach(closed);

    it("is kept when all have closed it, with what waited to be written", async () => {
      const before = open();
      await take(before);
      void before.update("a", (window, { mostMs }) => settle(window, 1, { outcome: "unsent" }, RULES, systemClock.monotonicMs() + mostMs), "soon");
      await before.close();
      expect(await open().update("a", ({ nextId, slots }) => [nextId, slots.length])).to.deep.equal([2, 0]);
    });

    it("R4: frees no slot early where the server's clock is set forward", async () => {
      const store = open();
      for (let n = 0; n < 3; n++) await take(store);
      await server.alter("UPDATE rate_windows SET ahead_ms = ahead_ms + 3600000");
      expect(await take(store)).to.include({ why: "window" });
      // Who comes afterwards goes by what was found.
      await store.update("a", (window) => void (window.heard += 1));
      expect(await take(open())).to.include({ why: "window" });
    });

    it("R4: keeps nobody waiting for longer where the server's clock is set back", async () => {
      const store = open();
      const frees = (window: { slots: { freeAtMs: number }[] }, { leastMs }: { leastMs: number }): number => (window.slots[0]?.freeAtMs ?? 0) - leastMs - systemClock.monotonicMs();
      await take(store);
      await server.alter("UPDATE rate_windows SET ahead_ms = ahead_ms - 3600000");
      for (const each of [store, open()]) expect(await each.update("a", frees)).to.be.within(40_000, 45_021);
    });

    it("R4: lets those go on who find all places taken when the server's clock is set back", async () => {
      const rules: WindowRules = { limit: 1, windowMs: 300, marginMs: 0, holdMs: 0, jitterMs: 0 };
      const stores = [open(), open()];
      const takeFrom = (store: PostgresWindow) => store.update("a", (window, { leastMs }) => reserve(window, rules, systemClock.monotonicMs() + leastMs));
      expect(await takeFrom(stores[0]!)).to.include({ id: 1 });
      await server.alter("UPDATE rate_windows SET ahead_ms = ahead_ms - 86400000");
      const sinceMs = systemClock.monotonicMs();
      let taken = false;
      while (!taken && systemClock.monotonicMs() - sinceMs < 5_000) {
        for (const store of stores) taken ||= "id" in (await takeFrom(store));
        await systemClock.sleep(50);
      }
      expect(taken).to.equal(true);
    });

    it("does not write over the record of another version of this program", async () => {
      const store = open();
      await take(store);
      await server.alter("UPDATE rate_windows SET state = decode(repeat('07', 400), 'hex')");
      expect(await take(store).catch((error: unknown) => String(error))).to.contain("STORAGE_FAILED");
    });

    it("knows how many processes use it", async () => {
      const stores = [open(), open(), open()];
      for (const store of stores) await take(store);
      while (stores[2]!.sharers?.() !== 3) await systemClock.sleep(20);
    });

    const callUntil = (endMs: number, pacer: Pacer, departedMs: number[]): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 4 }, async () => {
          while (systemClock.monotonicMs() < endMs) {
            const permit = await pacer.acquire(new AbortController().signal);
            departedMs.push(systemClock.monotonicMs());
            await systemClock.sleep(5);
            void permit.settle({ outcome: "answered" });
          }
        }),
      );

    /** Somebody who may read everything and write to all but this table; what the server or the way to it makes of them is another's to say. */
    const strangers: Readonly<Record<string, { readonly url: (address: URL) => void; readonly reason: string }>> = {
      "may not write": { url: (address) => ((address.username = "reader"), (address.password = "reader")), reason: "this user may not write to the database" },
      "is refused at its login": { url: (address) => (address.password = "CANARY-wrong"), reason: "the database refuses this user or password" },
      "finds no more room": { url: (address) => ((address.username = "crowded"), (address.password = "crowded")), reason: "the database takes no more connections" },
      "cannot find the server by its name": { url: (address) => (address.hostname = "none.invalid"), reason: "the database cannot be reached" },
    };
    for (const [what, { url, reason }] of Object.entries(strangers)) {
      it(`R8: who alone ${what} sends nothing beside those who use the whole limit, and ends with STORAGE_FAILED`, async () => {
        for (const name of ["reader", "crowded"]) await server.alter(`DROP ROLE IF EXISTS ${name}`);
        await server.alter("CREATE ROLE reader LOGIN PASSWORD 'reader' IN ROLE pg_read_all_data");
        await server.alter("CREATE ROLE crowded LOGIN PASSWORD 'crowded' CONNECTION LIMIT 0");
        await server.alter("GRANT USAGE ON SCHEMA dsr_connect TO reader");
        await server.alter("GRANT INSERT ON ALL TABLES IN SCHEMA dsr_connect TO reader");
        const [windowMs, limit] = [1_000, 30];
        const address = new URL(server.url.withPassword());
        url(address);
        const shutOut = openPostgresWindow({ url: DatabaseUrl.parse(address.href), clock: systemClock });
        opened.push(shutOut);
        const told: string[] = [];
        const options = { key: "k", limit, windowMs, clock: systemClock, random: systemRandom, holdMs: 2_000, shutOutAfterMs: 4_000, onStoreLost: (how: string) => told.push(how) };
        const [departedMs, alone]: number[][] = [[], []];
        const endMs = systemClock.monotonicMs() + 6_000;
        const [, ended] = await Promise.all([
          callUntil(endMs, createPacer({ ...options, store: open() }), departedMs!),
          callUntil(endMs, createPacer({ ...options, store: shutOut }), alone!).catch((error: unknown) => error),
        ]);
        expect([isDsrError(ended, "STORAGE_FAILED") && ended.facts, told, alone]).to.deep.equal([{ at: "the record of the rate limit", reason }, ["shut_out"], []]);
        expect(mostInAnyWindow(departedMs!, windowMs)).to.be.at.most(limit);
        expect(departedMs!.length).to.be.above(0.7 * 6 * limit);
        await server.alter("DROP OWNED BY reader");
      });
    }

    it("R8: fails closed to a small part of the limit while the server is away, and carries that over when it is back", async () => {
      const [windowMs, limit] = [1_000, 30];
      const told: number[] = [];
      const pacers = [open(), open()].map((store) => createPacer({ key: "k", limit, windowMs, store, clock: systemClock, random: systemRandom, holdMs: 2_000, onStoreLost: (how) => void (how === "gone" && told.push(systemClock.monotonicMs())) }));
      const departedMs: number[] = [];
      const until = (endMs: number): Promise<unknown> => Promise.all(pacers.map((pacer) => callUntil(endMs, pacer, departedMs)));
      await until(systemClock.monotonicMs() + 2_000);
      await server.stop();
      const goneMs = systemClock.monotonicMs();
      await until(goneMs + 5_000);
      await server.start();
      const backMs = systemClock.monotonicMs();
      // Within a window both have tried again.
      await until(backMs + 3_500);
      expect(told).to.have.length(2);
      const alone = departedMs.filter((at) => at > Math.max(...told) && at < backMs);
      expect(Math.min(...alone)).to.be.at.least(Math.min(...told) + windowMs);
      expect(mostInAnyWindow(alone, windowMs)).to.be.within(1, 2 * 3);
      expect(mostInAnyWindow(departedMs, windowMs)).to.be.at.most(limit);
      expect(departedMs.filter((at) => at > backMs + 1_500).length).to.be.above(1.5 * limit);
    });

    it("is patient with a server that is restarted at once: nobody loses the limit", async () => {
      let told = 0;
      const pacer = createPacer({ key: "k", limit: 150, windowMs: 10_000, store: open(), clock: systemClock, random: systemRandom, onStoreLost: () => told++ });
      const signal = new AbortController().signal;
      void (await pacer.acquire(signal)).settle({ outcome: "answered" });
      const stopping = server.stop();
      const waiting = systemClock.sleep(100).then(() => pacer.acquire(signal));
      await stopping;
      await server.start();
      void (await waiting).settle({ outcome: "answered" });
      expect(told).to.equal(0);
    });
  });
});
