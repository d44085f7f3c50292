import { expect } from "chai";
import { createManualClock } from "../../adapters/in-memory/manual-clock.js";
import { workThrough, type BatchWork, type WorkLine } from "../../core/batch-work.js";
import { DsrError, type ErrorCode } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { LookupResult } from "../../core/ports.js";
import type { RequestState } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import type { Lookup } from "../../core/shared-lookup.js";
import { rejectionOf } from "./thrown.js";

const line = (n: number, subjectKey = `person ${n}`): WorkLine => ({ line: n, requestId: `r${n}`, subjectKey });
const lines = (count: number): readonly WorkLine[] => Array.from({ length: count }, (_, n) => line(n + 1));
const ended = (outcome: RequestState, code?: ErrorCode): RequestResult => ({ outcome, ...(code === undefined ? {} : { attention: { code } }) }) as unknown as RequestResult;
const address = (requestId: string): Identifier => Identifier.parse("email", `${requestId}@example.test`);
/** An answer that can be told from every other one. */
const answerFor = (identifier: Identifier, mark: string): LookupResult => ({ matches: [], nearMatches: [], searched: [{ identifier: identifier.reveal(), where: mark, at: "" }], notCovered: [], gaps: [], dropped: 0 }) as unknown as LookupResult;
const marksOf = (results: readonly LookupResult[]): string[] => results.flatMap(({ searched }) => searched.map(({ identifier, where }) => `${where} ${identifier}`));

const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => ((await rejectionOf(work)) as DsrError | undefined)?.code;

describe("the work on many requests", () => {
  let worked: string[];
  let told: string[];
  let outages: boolean[];
  let lookups: string[][];
  let left: string[];
  let helds: number[];
  let extents: string[][];

  beforeEach(() => {
    [worked, told, outages, lookups, extents, left, helds] = [[], [], [], [], [], [], []];
  });

  const lookup: Lookup = {
    find: async (all) => {
      lookups.push(all.map((each) => each.reveal()));
      return all.map((each) => answerFor(each, `search ${lookups.length}`));
    },
    findIn: async (extent, all) => {
      extents.push([extent, ...all.map((each) => each.reveal())]);
      return all.map((each) => answerFor(each, `${extent} ${extents.length}`));
    },
  };
  const batch = (work: BatchWork["work"], more: Partial<BatchWork> = {}): BatchWork => ({
    clock: createManualClock({ auto: true }),
    signal: new AbortController().signal,
    atOnce: 4,
    patienceMs: 900_000,
    probe: async () => undefined,
    identifiers: async (requestId) => [address(requestId)],
    lookup,
    work: async (each, own) => {
      worked.push(each.requestId);
      return work(each, own);
    },
    leave: async ({ requestId }) => (left.push(requestId), ended("running")),
    onHeld: (count) => void helds.push(count),
    onLine: ({ requestId }, result) => void told.push(`${requestId} ${result?.outcome}`),
    onOutage: (waiting) => void outages.push(waiting),
    ...more,
  });
  const done = async (): Promise<RequestResult> => ended("verified");

  it("comes to each line once, and tells of it", async () => {
    expect(await workThrough(lines(9), batch(done))).to.equal(undefined);
    expect([...worked].sort()).to.deep.equal(lines(9).map(({ requestId }) => requestId));
    expect(told).to.have.length(9);
    expect(outages).to.deep.equal([]);
    expect(await workThrough([], batch(done))).to.equal(undefined);
  });

  it("works on as many at once as it may, and on those of one person one after the other, in their order", async () => {
    let [running, most] = [0, 0];
    const byPerson = new Map<string, string[]>();
    const slow = async ({ subjectKey, requestId }: WorkLine): Promise<RequestResult> => {
      most = Math.max(most, (running += 1));
      byPerson.set(subjectKey, [...(byPerson.get(subjectKey) ?? []), `+${requestId}`]);
      await new Promise((resolve) => setTimeout(resolve, 2));
      byPerson.get(subjectKey)?.push(`-${requestId}`);
      running -= 1;
      return ended("verified");
    };
    await workThrough([line(1, "ada"), line(2, "bob"), line(3, "ada"), line(4, "eve"), line(5, "kim"), line(6, "ada")], batch(slow, { atOnce: 3 }));
    expect(most).to.equal(3);
    expect(byPerson.get("ada")).to.deep.equal(["+r1", "-r1", "+r3", "-r3", "+r6", "-r6"]);
  });

  it("looks 50 people up by one call, each line's first question is answered from it, and the next by the vendor", async () => {
    const asks: string[][] = [];
    const ask = async ({ requestId }: WorkLine, own: Lookup): Promise<RequestResult> => {
      const first = marksOf(await own.find([address(requestId)]));
      const second = marksOf(await own.find([address(requestId)]));
      asks.push([requestId, ...first, ...second]);
      return ended("verified");
    };
    await workThrough(lines(60), batch(ask, { atOnce: 1 }));
    expect(lookups.filter((each) => each.length > 1).map((each) => each.length)).to.deep.equal([50, 10]);
    expect(lookups[0]?.slice(0, 2)).to.deep.equal(["r1@example.test", "r2@example.test"]);
    expect(asks[0]).to.deep.equal(["r1", "search 1 r1@example.test", "search 2 r1@example.test"]);
    expect(asks[49]?.[1]).to.equal("search 1 r50@example.test");
    expect(asks[50]?.[1]).to.match(/^search \d+ r51@example\.test$/).and.not.contain("search 1 ");
    for (const [requestId, ...marks] of asks) for (const mark of marks) expect(mark).to.contain(` ${requestId}@example.test`);
  });

  it("goes on where nothing can be told of a line, and looks nobody up whose address cannot be read", async () => {
    const identifiers = async (requestId: string): Promise<readonly Identifier[]> => (requestId === "r2" ? [] : [address(requestId)]);
    const own: string[] = [];
    const work = async ({ requestId }: WorkLine, { find }: Lookup): Promise<RequestResult | undefined> => {
      own.push(...marksOf(await find([address(requestId)])));
      return requestId === "r2" ? undefined : ended("complete");
    };
    expect(await workThrough(lines(3), batch(work, { identifiers, atOnce: 1 }))).to.equal(undefined);
    expect(told).to.deep.equal(["r1 complete", "r2 undefined", "r3 complete"]);
    expect(own, "it asks by itself").to.deep.equal(["search 1 r1@example.test", "search 2 r2@example.test", "search 1 r3@example.test"]);
  });

  it("gives each of several identifiers of one request its own answer", async () => {
    const two = async (requestId: string): Promise<readonly Identifier[]> => (requestId === "r1" ? [address("r1"), address("r1b")] : [address(requestId)]);
    const answers: string[][] = [];
    await workThrough(lines(2), batch(async ({ requestId }, own) => (answers.push(marksOf(await own.find(await two(requestId)))), ended("verified")), { atOnce: 1, identifiers: two }));
    expect(answers).to.deep.equal([["search 1 r1@example.test", "search 1 r1b@example.test"], ["search 1 r2@example.test"]]);
  });

  it("looks whoever is come to late up anew, with those who follow, and believes no answer that got old while it waited", async () => {
    const clock = createManualClock();
    const found: string[] = [];
    const work = async ({ requestId }: WorkLine, own: Lookup): Promise<RequestResult> => {
      if (requestId === "r5") clock.jump(11_000);
      found.push(...marksOf(await own.find([address(requestId)])));
      clock.jump(6_000);
      return ended("verified");
    };
    await workThrough(lines(6), batch(work, { atOnce: 1, clock }));
    expect(lookups.map((each) => each.map((one) => one.slice(0, 2)).join(" "))).to.deep.equal(["r1 r2 r3 r4 r5 r6", "r3 r4 r5 r6", "r5 r6", "r5", "r6"]);
    expect(found.map((each) => each.slice(7))).to.deep.equal(["1 r1@example.test", "1 r2@example.test", "2 r3@example.test", "2 r4@example.test", "4 r5@example.test", "5 r6@example.test"]);
  });

  it("looks a second line of one person up anew, since the first may have changed what is there", async () => {
    const answers: string[] = [];
    await workThrough([line(1, "ada"), line(2, "ada")], batch(async ({ requestId }, own) => (answers.push(...marksOf(await own.find([address(requestId)]))), ended("verified"))));
    expect(answers).to.deep.equal(["search 1 r1@example.test", "search 2 r2@example.test"]);
    expect(lookups).to.deep.equal([["r1@example.test"], ["r2@example.test"]]);
  });

  it("reads an extent once for all, answers each line once from it, and has none where the vendor has none", async () => {
    const answers: string[][] = [];
    const ask = async ({ requestId }: WorkLine, own: Lookup): Promise<RequestResult> => {
      const once = marksOf((await own.findIn?.("archived", [address(requestId)])) ?? []);
      answers.push([...once, ...marksOf((await own.findIn?.("archived", [address(requestId)])) ?? [])]);
      return ended("verified");
    };
    await workThrough(lines(2), batch(ask, { atOnce: 1 }));
    expect(extents).to.deep.equal([["archived", "r1@example.test", "r2@example.test"], ["archived", "r1@example.test"], ["archived", "r2@example.test"]]);
    expect(answers).to.deep.equal([["archived 1 r1@example.test", "archived 2 r1@example.test"], ["archived 1 r2@example.test", "archived 3 r2@example.test"]]);
    let offered = true;
    await workThrough(lines(1), batch(async (_, own) => ((offered = "findIn" in own), ended("verified")), { lookup: { find: lookup.find } }));
    expect(offered).to.equal(false);
  });

  for (const code of ["AUTH_REJECTED", "SCOPE_MISSING", "ROLE_INSUFFICIENT", "PLAN_RESTRICTED", "WRONG_WORKSPACE", "UNSUPPORTED_REQUEST", "TLS_REJECTED", "HOST_REFUSED"] as const) {
    it(`stops at ${code}, which the next line would meet, too`, async () => {
      const asOutcome = await workThrough(lines(5), batch(async () => ended("needs_attention", code), { atOnce: 1 }));
      expect([asOutcome, worked, told]).to.deep.equal([{ code }, ["r1"], ["r1 needs_attention"]]);
      worked = [];
      const thrown = await workThrough(lines(5), batch(() => Promise.reject(new DsrError(code)), { atOnce: 1 }));
      expect([thrown, worked]).to.deep.equal([{ code }, ["r1"]]);
      expect(outages).to.deep.equal([]);
    });
  }

  it("lets nothing that is one line's own stop another", async () => {
    const own = async ({ requestId }: WorkLine): Promise<RequestResult> => (requestId === "r2" ? ended("needs_attention", "AMBIGUOUS_SUBJECT") : ended("verified"));
    expect(await workThrough(lines(3), batch(own, { atOnce: 1 }))).to.equal(undefined);
    expect(told).to.deep.equal(["r1 verified", "r2 needs_attention", "r3 verified"]);
  });

  it("begins nothing new while the vendor does not answer, probes it, and goes on by itself", async () => {
    let [down, probes] = [false, 0];
    const work = async ({ requestId }: WorkLine): Promise<RequestResult> => {
      if (requestId === "r2" && probes === 0) down = true;
      return down ? ended("parked", "VENDOR_UNAVAILABLE") : ended("verified");
    };
    const probe = async (): Promise<void> => {
      probes += 1;
      if (probes < 3) throw new DsrError("VENDOR_UNAVAILABLE");
      down = false;
    };
    const clock = createManualClock({ auto: true });
    const began = clock.now();
    expect(await workThrough(lines(4), batch(work, { atOnce: 1, probe, clock }))).to.equal(undefined);
    expect(worked).to.deep.equal(["r1", "r2", "r2", "r3", "r4"]);
    expect(told).to.deep.equal(["r1 verified", "r2 verified", "r3 verified", "r4 verified"]);
    expect(outages).to.deep.equal([true, false]);
    expect(clock.now() - began, "5 s, then twice as long each time").to.equal(5_000 + 10_000 + 20_000);
  });

  it("waits as long as the vendor says, and never longer than a minute between two probes", async () => {
    const sleeps: number[] = [];
    const clock = createManualClock({ auto: true });
    const counting = { now: () => clock.now(), sleep: (ms: number, signal?: AbortSignal) => (sleeps.push(ms), clock.sleep(ms, signal)) };
    let probes = 0;
    let failed = false;
    const work = async (): Promise<RequestResult> => {
      if (failed) return ended("verified");
      failed = true;
      throw new DsrError("RATE_LIMITED", { retryAfterMs: 25_000 });
    };
    const probe = async (): Promise<void> => {
      if (++probes < 4) throw new DsrError("RATE_LIMITED");
    };
    expect(await workThrough(lines(1), batch(work, { clock: counting, probe }))).to.equal(undefined);
    expect(sleeps).to.deep.equal([25_000, 50_000, 60_000, 60_000]);
  });

  it("gives up when its patience is at its end, counted over all waits, and says why", async () => {
    const never = batch(async () => ended("parked", "RATE_LIMITED"), { patienceMs: 12_000, probe: () => Promise.reject(new DsrError("VENDOR_UNAVAILABLE")) });
    expect(await workThrough(lines(3), never)).to.deep.equal({ code: "RATE_LIMITED" });
    const sleeps: number[] = [];
    const clock = createManualClock({ auto: true });
    const counting = { now: () => clock.now(), sleep: (ms: number, signal?: AbortSignal) => (sleeps.push(ms), clock.sleep(ms, signal)) };
    await workThrough(lines(1), batch(async () => ended("parked", "VENDOR_UNAVAILABLE"), { patienceMs: 6_000, clock: counting }));
    expect(sleeps, "what was waited before is not waited again").to.deep.equal([5_000, 1_000]);
    expect(await workThrough(lines(1), batch(async () => ended("parked", "VENDOR_UNAVAILABLE"), { patienceMs: 0 }))).to.deep.equal({ code: "VENDOR_UNAVAILABLE" });
  });

  it("does not wait without end for a vendor that answers every probe and no lookup", async () => {
    const clock = createManualClock({ auto: true });
    const deaf: Lookup = { find: () => Promise.reject(new DsrError("VENDOR_UNAVAILABLE")) };
    const interrupted = new AbortController();
    void clock.sleep(3_600_000).then(() => interrupted.abort());
    expect(await workThrough(lines(60), batch(done, { lookup: deaf, clock, patienceMs: 60_000, signal: interrupted.signal }))).to.deep.equal({ code: "VENDOR_UNAVAILABLE" });
    expect([worked, clock.monotonicMs()]).to.deep.equal([[], 60_000]);
  });

  it("goes on where the vendor answers lookups again, though its last probe that was to be waited for was answered", async () => {
    let asked = 0;
    const late: Lookup = { find: (all) => (asked++ === 0 ? Promise.reject(new DsrError("VENDOR_UNAVAILABLE")) : lookup.find(all)) };
    expect(await workThrough(lines(3), batch(done, { lookup: late, patienceMs: 5_000 }))).to.equal(undefined);
    expect(worked).to.have.length(3);
  });

  it("leaves a line to its own request that fails three times while the vendor answers others", async () => {
    const work = async ({ requestId }: WorkLine): Promise<RequestResult> => (requestId === "r1" ? ended("parked", "VENDOR_UNAVAILABLE") : ended("verified"));
    expect(await workThrough(lines(3), batch(work, { atOnce: 1 }))).to.equal(undefined);
    expect(worked.filter((id) => id === "r1")).to.have.length(3);
    expect(told).to.have.members(["r1 parked", "r2 verified", "r3 verified"]);
  });

  it("takes nonsense for an outage where a probe meets it, too, and begins nothing new until it is over", async () => {
    let [from, probes] = [false, 0];
    const work = async ({ requestId }: WorkLine): Promise<RequestResult> => {
      if (requestId === "r2" && probes === 0) from = true;
      return from ? ended("partial", "VENDOR_MALFORMED") : ended("verified");
    };
    const probe = async (): Promise<void> => {
      probes += 1;
      if (probes < 3) throw new DsrError("VENDOR_MALFORMED");
      from = false;
    };
    expect(await workThrough(lines(4), batch(work, { atOnce: 1, probe }))).to.equal(undefined);
    expect(worked).to.deep.equal(["r1", "r2", "r2", "r3", "r4"]);
    expect([told.every((each) => each.endsWith("verified")), outages]).to.deep.equal([true, [true, false]]);
    const never = batch(async () => ended("partial", "VENDOR_MALFORMED"), { patienceMs: 12_000, probe: () => Promise.reject(new DsrError("VENDOR_MALFORMED")) });
    expect(await workThrough(lines(30), never)).to.deep.equal({ code: "VENDOR_MALFORMED" });
  });

  it("takes nonsense for an outage where several in a row meet it, and for one person's own where others are answered", async () => {
    const own = async ({ requestId }: WorkLine): Promise<RequestResult> => (requestId === "r2" || requestId === "r3" ? ended("needs_attention", "VENDOR_MALFORMED") : ended("verified"));
    expect(await workThrough(lines(5), batch(own, { atOnce: 1 }))).to.equal(undefined);
    expect([worked, outages]).to.deep.equal([["r1", "r2", "r3", "r4", "r5"], []]);
    const everyOther = async ({ line: n }: WorkLine): Promise<RequestResult> => (n % 2 === 0 ? ended("needs_attention", "VENDOR_MALFORMED") : ended("verified"));
    expect([await workThrough(lines(9), batch(everyOther, { atOnce: 1 })), outages]).to.deep.equal([undefined, []]);
    worked = [];
    expect(await workThrough(lines(100), batch(async () => ended("partial", "VENDOR_MALFORMED"), { atOnce: 1, patienceMs: 6_000 }))).to.deep.equal({ code: "VENDOR_MALFORMED" });
    expect(worked.length).to.be.below(10);
  });

  it("divides a lookup that is refused until whom it is refused for stands alone, who is then told by its own", async () => {
    const refusing = (...refused: readonly string[]): Lookup => ({
      find: async (all) => {
        lookups.push(all.map((each) => each.reveal()));
        if (all.some((each) => refused.includes(each.reveal()))) throw new DsrError("VENDOR_REJECTED");
        return all.map((each) => answerFor(each, "search"));
      },
    });
    const work = async ({ requestId }: WorkLine, own: Lookup): Promise<RequestResult> =>
      own.find([address(requestId)]).then((found) => (expect(marksOf(found)).to.deep.equal([`search ${requestId}@example.test`]), ended("verified")), () => ended("needs_attention", "VENDOR_REJECTED"));
    expect(await workThrough(lines(60), batch(work, { atOnce: 1, lookup: refusing("r7@example.test") }))).to.equal(undefined);
    expect(told.filter((each) => !each.endsWith("verified"))).to.deep.equal(["r7 needs_attention"]);
    expect([told.length, lookups.length < 20]).to.deep.equal([60, true]);
    lookups = [];
    await workThrough(lines(50), batch(work, { atOnce: 1, lookup: refusing(...lines(50).map(({ requestId }) => `${requestId}@example.test`)) }));
    expect(lookups.length, "of whom both halves are refused each asks").to.equal(3 + 50);
  });

  it("tells of a line that is parked for a reason of its own at once", async () => {
    expect(await workThrough(lines(2), batch(async () => ended("parked", "OUTCOME_UNKNOWN"), { atOnce: 1 }))).to.equal(undefined);
    expect(told).to.deep.equal(["r1 parked", "r2 parked"]);
    expect(await workThrough(lines(1), batch(async () => ended("parked")))).to.equal(undefined);
    expect(await workThrough(lines(1), batch(async () => ended("needs_attention", "VENDOR_UNAVAILABLE")))).to.equal(undefined);
    expect(outages).to.deep.equal([]);
  });

  it("ends when it is interrupted, between lines and while it waits, and throws what breaks this program's own store", async () => {
    const interruption = new AbortController();
    const work = async ({ requestId }: WorkLine): Promise<RequestResult> => {
      if (requestId === "r2") interruption.abort();
      return ended("verified");
    };
    expect(await codeOf(workThrough(lines(4), batch(work, { atOnce: 1, signal: interruption.signal })))).to.equal("INTERRUPTED");
    expect(worked).to.deep.equal(["r1", "r2"]);
    const whileWaiting = { now: () => 0, sleep: () => Promise.reject(new Error("aborted")) };
    expect(await codeOf(workThrough(lines(1), batch(async () => ended("parked", "RATE_LIMITED"), { clock: whileWaiting })))).to.equal("INTERRUPTED");
    worked = [];
    expect(await codeOf(workThrough(lines(4), batch(() => Promise.reject(new DsrError("STORAGE_FAILED")), { atOnce: 1 })))).to.equal("STORAGE_FAILED");
    expect(worked).to.deep.equal(["r1"]);
    expect(await codeOf(workThrough(lines(1), batch(async () => ended("parked", "RATE_LIMITED"), { probe: () => Promise.reject(new DsrError("STORAGE_FAILED")) })))).to.equal("STORAGE_FAILED");
    expect(await workThrough(lines(1), batch(async () => ended("parked", "RATE_LIMITED"), { probe: () => Promise.reject(new DsrError("AUTH_REJECTED")) }))).to.deep.equal({ code: "AUTH_REJECTED" });
  });

  describe("of which another process holds some", () => {
    const busy = (): never => {
      throw new DsrError("REQUEST_BUSY");
    };

    it("goes on with the others, comes back every few seconds until it is free, and asks the vendor about nobody meanwhile", async () => {
      const clock = createManualClock({ auto: true });
      const began = clock.now();
      const work = async ({ requestId }: WorkLine): Promise<RequestResult> => (requestId === "r1" && clock.now() < began + 31_000 ? busy() : ended("verified"));
      expect(await workThrough(lines(3), batch(work, { atOnce: 1, clock }))).to.equal(undefined);
      expect(told).to.deep.equal(["r2 verified", "r3 verified", "r1 verified"]);
      expect([clock.now() - began, worked.filter((id) => id === "r1").length, left]).to.deep.equal([33_000, 12, []]);
      expect(helds, "told when nothing else is left to do").to.deep.equal(Array.from({ length: 22 }, (_, n) => (n + 1) % 2));
      expect([lookups.length, outages]).to.deep.equal([1, []]);
    });

    it("comes back to it while others are worked on, too, and believes no lookup that is from before", async () => {
      const clock = createManualClock();
      const found: string[] = [];
      const work = async ({ requestId }: WorkLine, own: Lookup): Promise<RequestResult> => {
        if (requestId === "r1" && worked.length === 1) busy();
        found.push(...marksOf(await own.find([address(requestId)])));
        clock.jump(2_000);
        return ended("verified");
      };
      expect(await workThrough(lines(5), batch(work, { atOnce: 1, clock }))).to.equal(undefined);
      expect(worked).to.deep.equal(["r1", "r2", "r3", "r1", "r4", "r5"]);
      expect(found[2]).to.equal("search 2 r1@example.test");
    });

    it("leaves what is still held when patience is at its end, together with what was waited for the vendor", async () => {
      const clock = createManualClock({ auto: true });
      const work = async ({ requestId }: WorkLine): Promise<RequestResult> => (requestId === "r2" ? busy() : ended("verified"));
      expect(await workThrough(lines(3), batch(work, { clock, patienceMs: 10_000 }))).to.equal(undefined);
      expect([clock.monotonicMs(), left, told.at(-1)]).to.deep.equal([10_000, ["r2"], "r2 running"]);
      worked = [];
      expect(await workThrough(lines(3), batch(work, { patienceMs: 0 }))).to.equal(undefined);
      expect([worked.length, left]).to.deep.equal([3, ["r2", "r2"]]);
      let down = true;
      const later = createManualClock({ auto: true });
      const outage = async (line: WorkLine): Promise<RequestResult> => (line.requestId === "r1" && down ? ((down = false), ended("parked", "VENDOR_UNAVAILABLE")) : work(line));
      expect(await workThrough(lines(3), batch(outage, { clock: later, patienceMs: 10_000 }))).to.equal(undefined);
      expect([later.monotonicMs(), left.length]).to.deep.equal([10_000, 3]);
    });

    it("works on those of one person one after the other when it comes back to them", async () => {
      let running = 0;
      const work = async (): Promise<RequestResult> => {
        if (worked.length <= 2) busy();
        expect((running += 1)).to.equal(1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running -= 1;
        return ended("verified");
      };
      expect(await workThrough([line(1, "ada"), line(2, "ada")], batch(work))).to.equal(undefined);
      expect(worked).to.deep.equal(["r1", "r2", "r1", "r2"]);
    });

    it("does not wait without end for a vendor that answers probes alone, though one is held", async () => {
      const clock = createManualClock({ auto: true });
      const work = async ({ requestId }: WorkLine): Promise<RequestResult> => (requestId === "r1" ? busy() : Promise.reject(new DsrError("VENDOR_UNAVAILABLE")));
      const interrupted = new AbortController();
      void clock.sleep(3_600_000).then(() => interrupted.abort());
      expect(await workThrough(lines(9), batch(work, { clock, patienceMs: 60_000, signal: interrupted.signal }))).to.deep.equal({ code: "VENDOR_UNAVAILABLE" });
      expect(clock.monotonicMs()).to.equal(60_000);
    });

    it("ends at once when it is interrupted while it waits", async () => {
      const interruption = new AbortController();
      const clock = createManualClock();
      const working = codeOf(workThrough(lines(1), batch(async () => busy(), { clock, signal: interruption.signal })));
      while (clock.sleepers() === 0) await new Promise((resolve) => setImmediate(resolve));
      interruption.abort();
      expect([await working, worked.length]).to.deep.equal(["INTERRUPTED", 1]);
    });
  });
});
