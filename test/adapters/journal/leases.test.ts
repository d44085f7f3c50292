import { expect } from "chai";
import { createLeases, type Leases } from "../../../adapters/journal/leases.js";
import type { Database } from "../../../adapters/journal/database.js";
import { isAlive, thisProcess } from "../../../adapters/journal/process-identity.js";
import { openSqliteDatabase } from "../../../adapters/journal/sqlite-database.js";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { killChildren, startChild } from "./child-process.js";
import { callsEntry, email, sampleRequest } from "./samples.js";
import { temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("whether a process still lives", () => {
  it("is told alike by processes of other time zones, where only ps says when one began", () => {
    const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
    const { TZ: before } = process.env;
    Object.defineProperty(process, "platform", { ...platform, value: "darwin" });
    try {
      process.env["TZ"] = "UTC";
      const holder = thisProcess();
      process.env["TZ"] = "Asia/Tokyo";
      expect([thisProcess().startedAt, isAlive(holder)]).to.deep.equal([holder.startedAt, true]);
      expect(holder.startedAt).not.to.equal("");
    } finally {
      Object.defineProperty(process, "platform", platform);
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });
});

describe("leases over processes", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });

  it("takes over from a killed process at once, and not from a living one", async () => {
    const child = await startChild();
    await child.run("open", home.directory);
    await child.run("createRequest", "r");
    expect(await child.run("lease", "r")).to.equal(true);
    const { journal } = await home.open();
    expect(await journal.lease("r")).to.equal(undefined);
    await child.kill();
    const lease = await journal.lease("r");
    await journal.append(lease!, callsEntry(1));
    expect(await journal.entries("r")).to.deep.equal([callsEntry(1)]);
  });

  it("P6: of two processes that take one run, one gets it; a stopped one that wakes up writes nothing", async () => {
    const [first, second] = await Promise.all([startChild(), startChild()]);
    await first.run("open", home.directory, 800);
    await first.run("createRequest", "r");
    await second.run("open", home.directory, 800);
    expect(await Promise.all([first.run("lease", "r"), second.run("lease", "r")])).to.have.members([true, false]);
    const holder = (await first.run("isLost", "r").catch(() => undefined)) === false ? first : second;
    const waiter = holder === first ? second : first;
    await holder.run("append", "r", 1);
    // Longer than the lease's time: it is renewed as long as the holder runs.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await waiter.run("lease", "r")).to.equal(false);
    holder.process.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await waiter.run("lease", "r")).to.equal(true);
    await waiter.run("append", "r", 2);
    holder.process.kill("SIGCONT");
    const answer = await holder.run("append", "r", 3).then(
      () => "written",
      (error: Error) => error.message,
    );
    expect(answer).to.equal("REQUEST_BUSY");
    expect(await holder.run("isLost", "r")).to.equal(true);
    const { journal } = await home.open();
    expect(await journal.entries("r")).to.deep.equal([callsEntry(1), callsEntry(2)]);
  });

  it("tells a holder that lost its lease without its having to ask", async () => {
    const [a, b] = [await home.open({ leaseTtlMs: 60 }), await home.open()];
    await a.journal.open(sampleRequest({ id: "r" }), [email()]);
    const lease = await a.journal.lease("r");
    const lost = new Promise((resolve) => lease!.lost.addEventListener("abort", resolve));
    home.clock.nowMs += 61;
    expect(await b.journal.lease("r")).not.to.equal(undefined);
    await lost;
  });

  it("gives up all leases when a home is closed", async () => {
    const [a, b] = [await home.open(), await home.open()];
    await a.journal.open(sampleRequest({ id: "r" }), [email()]);
    await a.journal.lease("r");
    await a.close();
    expect(await b.journal.lease("r")).not.to.equal(undefined);
  });

  it("does not keep a process running", async () => {
    const child = await startChild();
    await child.run("open", home.directory);
    await child.run("createRequest", "r");
    await child.run("lease", "r");
    const ended = new Promise((resolve) => child.process.once("exit", resolve));
    child.process.disconnect();
    expect(await ended).to.equal(0);
  });

  describe("in the table", () => {
    let database: Database;
    let leases: Leases;
    beforeEach(async () => {
      database = await openSqliteDatabase({ path: join(home.directory, "dsr.db"), busyTimeoutMs: 1_000 });
    });
    afterEach(() => database.close());
    const leasesOf = (owner: Partial<ReturnType<typeof thisProcess>>) => createLeases({ database, clock: home.clock, ttlMs: 30_000, owner: { ...thisProcess(), ...owner } });

    it("takes over from a process of the same id that started at another time", async () => {
      const before = leasesOf({ startedAt: "before the last restart" });
      expect(await before.acquire("r")).not.to.equal(undefined);
      const after = leasesOf({});
      expect(await after.acquire("r")).not.to.equal(undefined);
      await after.close();
    });

    it("waits for another machine's lease to run out, whatever the process id", async () => {
      const there = leasesOf({ machine: "elsewhere", pid: 999_999_999 });
      const here = leasesOf({});
      expect(await there.acquire("r")).not.to.equal(undefined);
      home.clock.nowMs += 29_999;
      expect(await here.acquire("r")).to.equal(undefined);
      home.clock.nowMs += 1;
      expect(await here.acquire("r")).not.to.equal(undefined);
      for (const each of [there, here]) await each.close();
    });

    it("waits no longer than a lease lasts for another machine's holder that has died when the clock is set back by a day, and takes nothing from one that lives", async () => {
      const there = leasesOf({ machine: "elsewhere", pid: 999_999_999 });
      const here = leasesOf({});
      const lease = await there.acquire("r");
      home.clock.nowMs -= 86_400_000;
      expect(await here.acquire("r")).to.equal(undefined);
      await there.check(lease!);
      home.clock.nowMs += 29_999;
      expect(await here.acquire("r")).to.equal(undefined);
      home.clock.nowMs += 1;
      expect(await here.acquire("r")).not.to.equal(undefined);
      for (const each of [there, here]) await each.close();
    });

    it("counts a lease from when the store was asked, however long that took to answer: taken so, and renewed so", async () => {
      const ttlMs = 30;
      for (const slow of [1, 2]) {
        const startMs = home.clock.nowMs;
        let asked = 0;
        const away = new Promise<void>((resolve) => {
          const sharedNow = async (): Promise<number> => {
            const nowMs = home.clock.nowMs;
            asked += 1;
            if (asked === slow) home.clock.nowMs += ttlMs / 2;
            if (asked <= slow) return nowMs;
            home.clock.nowMs = startMs + ttlMs;
            setImmediate(resolve);
            throw new Error("away");
          };
          leases = createLeases({ database, clock: home.clock, ttlMs, sharedNow });
        });
        const lease = await leases.acquire(`r${slow}`);
        await away;
        expect(lease!.lost.aborted, `${slow}`).to.equal(true);
        await leases.close();
      }
    });

    it("draws a higher fence number each time, over releases and takeovers", async () => {
      const fence = async () => (await database.get<{ fence: number }>("SELECT fence FROM leases WHERE request_id = 'r'"))?.fence;
      const leases = leasesOf({});
      for (const expected of [1, 2, 3]) {
        const lease = await leases.acquire("r");
        expect(await fence()).to.equal(expected);
        if (expected !== 2) await lease!.release();
        else home.clock.nowMs += 30_000;
      }
      expect(await fence()).to.equal(3);
      await leases.close();
    });
  });

  it("knows itself to be alive, a dead or recycled process id to be dead, and another machine to be unknown", async () => {
    const child = await startChild();
    const self = thisProcess();
    expect(isAlive(self)).to.equal(true);
    expect(isAlive({ ...self, startedAt: "another" })).to.equal(false);
    expect(isAlive({ ...self, pid: 999_999_999 })).to.equal(false);
    expect(isAlive({ ...self, machine: "elsewhere" })).to.equal(undefined);
    const pid = child.process.pid ?? expect.fail("no pid");
    expect(isAlive({ ...self, pid, startedAt: "" })).to.equal(true);
    await child.kill();
    expect(isAlive({ ...self, pid, startedAt: "" })).to.equal(false);
  });

  it("takes a process that has ended for dead, though its parent has not asked for it yet", async () => {
    // A shell starts a process that soon ends, and becomes a program that never asks.
    const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 30"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const zombie = { ...thisProcess(), pid: Number(line.toString()), startedAt: "" };
      for (let tries = 0; tries < 200 && isAlive(zombie) === true; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(process.kill(zombie.pid, 0), "the process id is still taken").to.equal(true);
      expect(isAlive(zombie)).to.equal(false);
    } finally {
      parent.kill("SIGKILL");
    }
  });
});
