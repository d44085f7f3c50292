import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ADA, startWorld, type World } from "./support/world.js";

describe("dsr worker", function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    await world.connect();
  });
  afterEach(() => world.end());

  /** Runs a worker until `what` is so. */
  const whileWorking = async (what: () => Promise<boolean>, words: readonly string[] = []) => {
    const stop = new AbortController();
    const ended = world.dsr(["worker", ...words], { signal: stop.signal });
    while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    return ended;
  };
  const planned = async (): Promise<{ id: string; confirm: string; request: string }> => {
    const { plan, request } = (await world.dsr(["plan", ADA, "--json"])).json;
    return { ...plan, request: request.id };
  };
  const isVerified = (id: string) => async (): Promise<boolean> => (await world.dsr(["requests", "show", id, "--json"])).json.outcome === "verified";

  it("carries out what was confirmed with --queue, says so, and ends with 0 when it is told to stop", async () => {
    const { id, confirm, request } = await planned();
    const queued = await world.dsr(["delete", "--plan", id, "--confirm", confirm, "--queue"]);
    expect([queued.exit, world.mutations()]).to.deep.equal([0, []]);
    expect(queued.out).to.contain(`Request ${request} is confirmed`).and.to.contain("dsr worker");
    const worker = await whileWorking(isVerified(request));
    expect([worker.exit, worker.out]).to.deep.equal([0, `${request}  deletion  acme  verified\n`]);
  });

  it("carries out each line of a batch that was confirmed with --queue, which is well until then", async () => {
    const file = join(world.home, "people.csv");
    writeFileSync(file, `email\n${ADA}\nnobody@example.test\n`);
    const batch = (await world.dsr(["batch", file, "--type", "deletion", "--dry-run", "--json"])).json;
    const words = ["batch", "--plan", batch.plan.id, "--confirm", batch.plan.confirm, "--queue"];
    const queued = await world.dsr(words);
    expect([queued.exit, world.mutations()]).to.deep.equal([0, []]);
    expect(queued.out).to.contain("confirmed, and left to workers").and.to.contain("`dsr worker` carries it out").and.not.to.contain("dsr resume");
    expect((await world.dsr([...words, "--json"])).json.outcome).to.equal("queued");
    const [{ request }] = batch.rows;
    const worker = await whileWorking(isVerified(request));
    expect(worker.out).to.equal(`${request}  deletion  acme  verified\n`);
    const finished = await world.dsr([...words, "--json"]);
    expect([finished.exit, finished.json.outcome]).to.deep.equal([0, "finished"]);
  });

  it("tells scripts as one object at its end, and of each request on standard error", async () => {
    const { id, confirm, request } = await planned();
    expect((await world.dsr(["delete", "--plan", id, "--confirm", confirm, "--queue", "--json"])).json.outcome).to.equal("running");
    const worker = await whileWorking(isVerified(request), ["--json", "--verbose"]);
    expect(worker.json).to.deep.equal({ worked: 1, failed: 0 });
    expect(worker.err).to.contain(JSON.stringify({ worked: { request: { id: request }, outcome: "verified" } }));
  });

  it("tells scripts as well what it finds after the end of others", async () => {
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ looksSeconds: [0, 0.1], laterLooksHours: [0] }));
    const { id, confirm, request } = await planned();
    await world.dsr(["delete", "--plan", id, "--confirm", confirm]);
    world.sandbox.build.addContact({ email: ADA });
    const reappeared = async () => (await world.dsr(["requests", "show", request, "--json"])).json.attention?.code === "REAPPEARED";
    const worker = await whileWorking(reappeared, ["--json"]);
    const told = worker.err.trim().split("\n").map((line) => JSON.parse(line));
    expect(told.map(({ upkeep }) => upkeep?.tended.map((each: any) => [each.request.id, each.done]))).to.deep.equal([[[request, ["reappeared"]]]]);
  });

  it("refuses a queue without a plan, with a wrong code, and with --wait", async () => {
    const { id, confirm } = await planned();
    for (const words of [["delete", ADA, "--queue"], ["delete", "--plan", id, "--confirm", confirm, "--queue", "--wait"], ["batch", "people.csv", "--type", "access", "--queue"], ["worker", "--at-once", "0"]]) {
      expect((await world.dsr([...words, "--json"])).error.code, words.join(" ")).to.equal("USAGE");
    }
    expect((await world.dsr(["delete", "--plan", id, "--confirm", "WRONG", "--queue", "--json"])).error.code).to.equal("CONFIRMATION_REFUSED");
    expect(world.mutations()).to.deep.equal([]);
  });
});
