import { expect } from "chai";
import { ADA, filesBelow, startWorld, type World } from "./support/world.js";

describe("dsr hold", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    await world.connect();
  });
  afterEach(() => world.end());

  const add = (...words: readonly string[]) => world.dsr(["hold", "add", ...words, "--json"]);

  it("I13: refuses a held person with 10 and the basis, leaves access alone, and lets the deletion happen once it is released", async () => {
    const { exit, json } = await add(ADA, "--basis", "litigation 7 of 2026");
    expect(exit).to.equal(0);
    expect(json.hold).to.include({ state: "standing", basis: "litigation 7 of 2026" });
    const refused = await world.dsr(["plan", ADA, "--ref", "T-1", "--json"]);
    expect([refused.exit, refused.json.outcome, refused.json.attention.code]).to.deep.equal([10, "refused", "HELD"]);
    expect(refused.json.attention.holds).to.deep.equal([{ id: json.hold.id, basis: "litigation 7 of 2026" }]);
    expect(refused.json.apiCalls).to.equal(0);
    const human = await world.dsr(["requests", "show", refused.json.request.id]);
    expect(human.out).to.contain("refused").and.contain(`hold  ${json.hold.id}: litigation 7 of 2026`);
    expect((await world.dsr(["evidence", "show", refused.json.request.id])).out).to.contain("ended: refused, HELD").and.contain("litigation 7 of 2026");
    expect((await world.dsr(["access", ADA, "--json"])).json.outcome).to.match(/^complete/);
    expect((await world.dsr(["hold", "release", json.hold.id])).exit).to.equal(0);
    const { plan } = (await world.dsr(["plan", ADA, "--ref", "T-1", "--json"])).json;
    expect((await world.dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm])).exit).to.equal(0);
  });

  it("I13: refuses a deletion that was planned before, and sends nothing", async () => {
    const { plan } = (await world.dsr(["plan", ADA, "--json"])).json;
    expect((await world.dsr(["hold", "add", "-", "--basis", "litigation 7"], { input: `${ADA}\n` })).exit).to.equal(0);
    const { exit, json } = await world.dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--json"]);
    expect([exit, json.outcome, json.attention.code]).to.deep.equal([10, "refused", "HELD"]);
    expect(world.mutations()).to.deep.equal([]);
  });

  it("lists holds without whom they are on, and keeps no address anywhere", async () => {
    expect((await world.dsr(["hold", "list"])).out).to.equal("No holds.\n");
    await add(ADA, "--basis", "tax audit", "--until", "2190-12-31");
    const listed = (await world.dsr(["hold", "list", "--json"])).json.holds;
    expect(listed).to.have.length(1);
    expect(listed[0]).to.have.all.keys("id", "basis", "until", "placedAt", "state");
    // To the end of that day where it ends last.
    expect(listed[0].until).to.equal("2191-01-01T12:00:00.000Z");
    const { out } = await world.dsr(["hold", "list"]);
    expect(out).to.equal(`${listed[0].id}  standing  until 2191-01-01T12:00:00.000Z  tax audit\n`);
    expect((await add("bob@example.test", "--basis", "for good", "--until", "2199-12-31")).json.hold.until).to.equal("2199-12-31T23:59:59.999Z");
    for (const { path, bytes } of filesBelow(world.home)) expect(bytes.includes(ADA), path).to.equal(false);
  });

  it("refuses what is no address, no basis, no date or no hold with 2, and repeats nothing of it", async () => {
    for (const words of [["ada", "--basis", "x"], [ADA], [ADA, "--basis", ""], [ADA, "--basis", `case of ${ADA}`], [ADA, "--basis", "x", "--until", "2020-01-01"], [ADA, "--basis", "x", "--until", "soon"]]) {
      const { exit, err } = await world.dsr(["hold", "add", ...words]);
      expect([exit, err.includes(ADA)], words.join(" ")).to.deep.equal([2, false]);
    }
    const unknown = await world.dsr(["hold", "release", "nobody", "--json"]);
    expect([unknown.exit, unknown.error.code]).to.deep.equal([2, "REQUEST_INVALID"]);
    expect((await world.dsr(["hold", "list", "--json"])).json.holds).to.deep.equal([]);
  });
});
