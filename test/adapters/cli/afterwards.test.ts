import { expect } from "chai";
import { existsSync } from "node:fs";
import sinon from "sinon";
import { ADA, filesBelow, startWorld, type World } from "./support/world.js";

const DAY = 86_400_000;

describe("what the command line does after a request has ended", function () {
  // Each of them runs the command line several times, and waits for times to pass.
  this.timeout(30_000);
  let world: World;
  const start = async (settings: object = {}) => {
    world = await startWorld({ settings: { looksSeconds: [0, 0.1, 0.2, 0.3], ...settings } });
    await world.connect();
  };
  afterEach(async () => {
    sinon.restore();
    await world.end();
  });

  /** Lets the time of day go on by itself from a later moment. */
  const pass = (ms: number) => void sinon.useFakeTimers({ now: Date.now() + ms, toFake: ["Date"], shouldAdvanceTime: true });
  const erase = async () => {
    const { plan } = (await world.dsr(["plan", ADA, "--ref", "T-1", "--json"])).json;
    return (await world.dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--json"])).json;
  };
  const show = async (id: string) => (await world.dsr(["requests", "show", id, "--json"])).json;

  it("V5: says when a deleted person is looked for again, and needs attention when they are back", async () => {
    await start({ laterLooksHours: [0, 24] });
    const done = await erase();
    expect(done).to.include({ outcome: "verified", keyDestroyedAt: null });
    expect(done.toCome.map(({ what }: { what: string }) => what)).to.deep.equal(["look", "look", "key"]);
    expect((await world.dsr(["requests", "show", done.request.id])).out).to.match(/to come {2}from \d{4}-.*the person is looked for again .*resume --all/);
    const { id } = world.sandbox.build.addContact({ email: ADA });
    const before = world.mutations().length;
    const { exit, out } = await world.dsr(["resume", "--all"]);
    expect([exit, out.trim()]).to.deep.equal([1, `${done.request.id}  deletion  acme  the person is there again [REAPPEARED]`]);
    const after = await show(done.request.id);
    expect(after).to.deep.include({ outcome: "needs_attention", toCome: [] });
    expect(after.attention.code).to.equal("REAPPEARED");
    expect(after.laterLooks).to.have.length(1);
    expect(after.laterLooks[0]).to.deep.include({ outcome: "back", shown: [{ id, kind: "user", answer: "present" }] });
    const told = (await world.dsr(["requests", "show", done.request.id])).out;
    expect(told).to.contain("needs attention").and.to.match(/looked again .*there again/).and.to.contain(id);
    expect((await world.dsr(["evidence", "show", done.request.id])).out).to.contain("looked for the person again: 1 there again");
    expect(world.mutations()).to.have.length(before);
    const again = await world.dsr(["resume", "--all"]);
    expect([again.exit, again.out]).to.satisfy(([code, text]: [number, string]) => code === 0 && text.includes("REAPPEARED") && text.includes("waits for a decision"));
  });

  it("V5: makes address and ids unreadable after the last look, everywhere in the home; what was done can still be read", async () => {
    await start({ laterLooksHours: [0] });
    const done = await erase();
    const ids: readonly string[] = done.targets.map(({ id }: { id: string }) => id);
    const { exit, out } = await world.dsr(["resume", "--all"]);
    expect([exit, out.trim()]).to.deep.equal([0, `${done.request.id}  deletion  acme  looked for the person again: nothing is back; made the address and the vendor's ids unreadable`]);
    for (const { path, bytes } of filesBelow(world.home)) for (const text of [ADA, ...ids]) expect(bytes.includes(text), `${text} in ${path}`).to.equal(false);
    const after = await show(done.request.id);
    expect(after).to.deep.include({ outcome: "verified", residuals: done.residuals });
    expect(after.keyDestroyedAt).to.match(/^\d{4}-/);
    expect(after.targets.map(({ outcome }: { outcome: string }) => outcome)).to.deep.equal(done.targets.map(({ outcome }: { outcome: string }) => outcome));
    const told = (await world.dsr(["requests", "show", done.request.id])).out;
    expect(told).to.contain("deleted, and seen to be gone").and.to.contain("unreadable since").and.to.contain("ids here are the evidence's pseudonyms");
    for (const id of ids) expect(told).not.to.contain(id);
    expect((await world.dsr(["requests", "--ref", "T-1", "--json"])).json.requests).to.have.length(1);
    expect((await world.dsr(["evidence", "show", done.request.id])).out).to.contain("made the address and the vendor's ids unreadable");
    const [quiet] = [await world.dsr(["resume", "--all"])];
    expect([quiet.exit, quiet.out.trim()]).to.deep.equal([0, "Nothing waits."]);
  });

  it("T1: says that it could not look, exits with the reason's code, and looks the next time", async () => {
    await start({ laterLooksHours: [0] });
    const done = await erase();
    world.sandbox.inject({ method: "POST", path: /search$/, times: 4, fault: { kind: "status", status: 503 } });
    const down = await world.dsr(["resume", "--all", "--json"]);
    expect(down.exit).to.equal(8);
    expect(down.json.upkeep.tended).to.deep.equal([{ request: { id: done.request.id }, done: [], failed: { what: "look", code: "VENDOR_UNAVAILABLE" } }]);
    expect((await show(done.request.id)).toCome[0].what).to.equal("look");
    pass(DAY);
    expect((await world.dsr(["resume", "--all", "--json"])).json.upkeep.tended[0].done).to.deep.equal(["looked_again", "key_destroyed"]);
  });

  it("removes an access package whose time is over, shows it as expired, and says so", async () => {
    await start();
    const done = (await world.dsr(["access", ADA, "--json"])).json;
    expect(done.package).to.deep.include({ state: "kept", seenAt: null });
    expect([existsSync(done.package.path), existsSync(done.package.zip.path)]).to.deep.equal([true, true]);
    pass(5 * DAY + 60_000);
    expect((await world.dsr(["requests", "show", done.request.id])).out).to.match(/expired {2}its time was over/);
    const { exit, out } = await world.dsr(["resume", "--all"]);
    expect([exit, out.trim()]).to.deep.equal([0, `${done.request.id}  access  acme  the package's time was over: it is removed; made the address and the vendor's ids unreadable`]);
    expect([existsSync(done.package.path), existsSync(done.package.zip.path)]).to.deep.equal([false, false]);
    const after = await show(done.request.id);
    expect(after.package).to.include({ state: "deleted", sha256: done.package.sha256 });
    expect(after).to.deep.include({ outcome: done.outcome, counts: done.counts });
    expect((await world.dsr(["requests", "show", done.request.id])).out).to.match(/expired {2}removed, and seen to be gone \d{4}-/);
    expect((await world.dsr(["evidence", "show", done.request.id])).out).to.contain("removed the access package, whose time was over: it is not there any more");
  });
});
