import { expect } from "chai";
import { DsrError, type Connection } from "../../core/index.js";
import { ADA, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { scriptedVendor, type ScriptedVendor } from "./scripted-vendor.js";

const HOUR_MS = 3_600_000;

describe("the account that a request is about", () => {
  let vendor: ScriptedVendor;
  let world: MemoryWorld;
  let accounts: number;
  beforeEach(async () => {
    vendor = scriptedVendor();
    world = await openMemoryWorld(vendor.change, { scopes: ["read_team"] });
    accounts = 0;
    world.between = (request, send) => {
      if (request.url.endsWith("/account")) accounts += 1;
      return send(request);
    };
  });

  const plan = () => world.dsr.plan("acme", { ...ADA, reference: "T-1" });
  const stored = (): Promise<Connection> => world.dsr.connection("acme");

  it("is asked for when the last answer is an hour old, and not before", async () => {
    await world.host.clock.advance(HOUR_MS - 1);
    await plan();
    expect(accounts).to.equal(0);
    await world.host.clock.advance(1);
    await plan();
    await plan();
    expect([accounts, (await stored()).checkedAt]).to.deep.equal([1, new Date(world.host.clock.now()).toISOString()]);
  });

  it("is asked for where the clock was set back: nobody knows how old the answer is", async () => {
    world.host.clock.jump(-1);
    await plan();
    expect(accounts).to.equal(1);
  });

  it("that is another one than was connected is not looked at: nobody is searched there", async () => {
    await world.host.clock.advance(HOUR_MS);
    const connection = await stored();
    await world.host.connections.put({ ...connection, workspace: { ...connection.workspace, id: "another" } });
    const refused = await plan();
    expect([refused.outcome, refused.attention, vendor.calls]).to.deep.equal(["refused", { code: "WRONG_WORKSPACE" }, []]);
    expect((await stored()).checkedAt, "nothing was learnt").to.equal(connection.checkedAt);
  });

  it("whose token was rejected before is not asked at all", async () => {
    await world.host.connections.put({ ...(await stored()), status: "broken" });
    const waiting = await plan();
    expect([waiting.outcome, waiting.attention, vendor.calls, accounts]).to.deep.equal(["needs_attention", { code: "AUTH_REJECTED" }, [], 0]);
  });

  it("tells who works there as of now: who came is known, and who left is not", async () => {
    expect((await plan()).teammate).to.equal(false);
    world.vendor.employ({ value: ADA.identifier.reveal() });
    expect((await plan()).teammate).to.equal(false);
    await world.host.clock.advance(HOUR_MS);
    expect((await plan()).teammate).to.equal(true);
    // The list may not be read any more: nobody is known from it then.
    await world.host.connections.put({ ...(await stored()), scopes: [] });
    await world.host.clock.advance(HOUR_MS);
    await plan();
    expect(await stored()).to.not.have.any.keys("teammates", "colleagues");
  });

  describe("while it is asked for", () => {
    const meanwhile = async (act: () => Promise<unknown>): Promise<void> => {
      await world.host.clock.advance(HOUR_MS);
      world.between = async (request, send) => {
        const answer = await send(request);
        if (request.url.endsWith("/account")) await act();
        return answer;
      };
      await plan().catch(() => undefined);
    };

    it("may be disconnected, and does not come back by that", async () => {
      // Without a list of teammates it is the last thing that is asked for.
      world = await openMemoryWorld(vendor.change);
      await meanwhile(() => world.host.connections.remove("acme"));
      expect(await world.host.connections.list()).to.deep.equal([]);
    });

    it("may be found broken, or with less than before, and stays so: only what was asked for is noted", async () => {
      const before = await stored();
      const less: Partial<Connection> = { status: "broken", capabilities: ["deletion"], categories: [], rate: 5, scopes: before.scopes.map((each) => ({ ...each, status: "missing" })), account: { ...before.account, status: "insufficient" } };
      await meanwhile(() => world.host.connections.change("acme", (now) => ({ ...now, ...less })));
      expect(await stored()).to.deep.equal({ ...before, ...less, authorisedBy: (await stored()).authorisedBy, checkedAt: new Date(world.host.clock.now()).toISOString() });
    });

    it("may be given another token, of which nothing is noted that was found with the former one", async () => {
      let renewed: Connection | undefined;
      await meanwhile(async () => {
        renewed = await world.host.connections.change("acme", ({ teammates: _, ...now }) => ({ ...now, renewedAt: new Date(world.host.clock.now()).toISOString() }));
      });
      expect(renewed).not.to.equal(undefined);
      expect(await stored()).to.deep.equal(renewed);
    });
  });

  it("is left as it was where it cannot be asked", async () => {
    const before = await stored();
    await world.host.clock.advance(HOUR_MS);
    world.between = () => Promise.reject(new DsrError("VENDOR_UNAVAILABLE"));
    expect((await plan()).outcome).to.equal("parked");
    expect(await stored()).to.deep.equal(before);
    expect(vendor.calls).to.deep.equal([]);
  });
});
