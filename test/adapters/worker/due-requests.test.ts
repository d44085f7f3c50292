import { expect } from "chai";
import { createManualClock, type ManualClock } from "../../../adapters/in-memory/manual-clock.js";
import { createDueRequests } from "../../../adapters/worker/due-requests.js";
import type { ErrorCode } from "../../../core/errors.js";
import type { RequestState } from "../../../core/request.js";

const HOUR = 3_600_000;
type Sources = Parameters<typeof createDueRequests>[0];

/** One open deletion, as a worker finds it. */
function waiting(clock: ManualClock, state: RequestState, attention: { readonly code: ErrorCode; readonly resumeAt?: string }) {
  let reads = 0;
  const request = { id: "r1", type: "deletion", state, connection: "acme" };
  const sources = {
    connections: async () => [{ name: "acme", status: "connected", capabilities: ["deletion"], scopes: [], account: { status: "ok" } }],
    requests: async () => [request],
    result: async () => {
      reads += 1;
      return { request, outcome: state, attention };
    },
  } as unknown as Sources;
  const due = createDueRequests(sources, clock);
  return { isDue: async (): Promise<boolean> => (await due()).get("everywhere")?.includes("r1") === true, reads: () => reads };
}

describe("what a worker goes on with when the clock is set", () => {
  const parkedFor = (clock: ManualClock, ms: number) => waiting(clock, "parked", { code: "VENDOR_UNAVAILABLE", resumeAt: new Date(clock.now() + ms).toISOString() });

  for (const [what, jumpMs] of [["back by a day", -24 * HOUR], ["back by an hour", -HOUR], ["not at all", 0]] as const) {
    it(`a parked request, as soon as its time has passed: the clock was set ${what}`, async () => {
      const clock = createManualClock();
      const { isDue, reads } = parkedFor(clock, 900_000);
      expect(await isDue()).to.equal(false);
      clock.jump(jumpMs);
      await clock.advance(899_999);
      expect([await isDue(), reads()]).to.deep.equal([false, 1]);
      await clock.advance(1);
      expect(await isDue()).to.equal(true);
    });
  }

  it("a parked request at once where the clock says that its time has come: it was set forward", async () => {
    const clock = createManualClock();
    const { isDue } = parkedFor(clock, 900_000);
    expect(await isDue()).to.equal(false);
    clock.jump(HOUR);
    expect(await isDue()).to.equal(true);
  });

  it("one that was left alone for a minute, after that minute: the clock was set back by a day", async () => {
    const clock = createManualClock();
    const { isDue, reads } = waiting(clock, "needs_attention", { code: "PLAN_STALE" });
    expect(await isDue()).to.equal(false);
    clock.jump(-24 * HOUR);
    await clock.advance(60_000);
    expect([await isDue(), reads()]).to.deep.equal([false, 2]);
  });

  it("one that was tried, once in a quarter of an hour: the clock was set forward by a day", async () => {
    const clock = createManualClock();
    const { isDue } = waiting(clock, "needs_attention", { code: "AUTH_REJECTED" });
    expect(await isDue()).to.equal(true);
    clock.jump(24 * HOUR);
    expect(await isDue()).to.equal(false);
    await clock.advance(900_000);
    expect(await isDue()).to.equal(true);
  });
});
