import { expect } from "chai";
import type { MemoryPackage } from "../../../adapters/in-memory/memory-state.js";
import type { AccessResult } from "../../../core/index.js";
import { operationsOf, playWith, requestIn, type Story } from "./crashes.js";
import { connectedWorld, type World } from "./world.js";

const ADA = "ada@example.test";

const STORY: Story<AccessResult> = {
  world: { categories: "granted", sandbox: { fixture: "small" } },
  prepare: ({ sandbox: { build, state } }) => {
    const ada = [...state.contacts.values()].find(({ email, role }) => email === ADA && role === "user")!;
    for (let n = 0; n < 120; n++) build.addEvent(ada, "clicked", build.daysAgo(5), { n });
    for (let n = 0; n < 3; n++) build.addConversation({ contacts: [ada], source: { body: `Conversation ${n}` } });
  },
  act: async (world) => {
    const id = requestIn(world.host.state, "access");
    return id === undefined ? world.access(ADA) : ((await world.dsr.resume(id)) as AccessResult);
  },
};

const contents = ({ records, manifest }: MemoryPackage): unknown => [manifest["attachments"], ...Object.entries(records).map(([category, list]) => [category, list.map(({ id, data, redactions }) => ({ id, data, redactions }))])];
const countOf = ({ sandbox }: World, kind: "api" | "file"): number => sandbox.calls.records.filter((call) => call.kind === kind).length;

describe("an access request to more than contacts whose process is killed", () => {
  it("P1: gives the same package, whichever of its moments it was killed at, reads at most a page again, and no file that was staged", async () => {
    const operations = await operationsOf(STORY);
    const clean = await playWith(STORY, []);
    const expected = contents(clean.world.host.packageOf(clean.result.request.id)!);
    const admins = clean.world.sandbox.calls.records.filter(({ path }) => path === "/admins").length;
    const [reads, files] = [countOf(clean.world, "api"), countOf(clean.world, "file")];
    expect(clean.result.counts).to.include({ conversations: 8, tickets: 2, events: 124, calls: 1, custom_objects: 1, attachments: 2 });
    expect(operations.filter((name) => name.endsWith("putFile"))).to.have.length(2);
    for (let number = 1; number <= operations.length; number++) {
      for (const side of ["before", "after"] as const) {
        const { world, result, crashes } = await playWith(STORY, [{ number, side }]);
        const where = `${side} ${number} ${operations[number - 1]}`;
        expect(crashes, where).to.equal(1);
        expect(contents(world.host.packageOf(result.request.id)!), where).to.deep.equal(expected);
        expect([result.outcome, result.counts, result.gaps], where).to.deep.equal([clean.result.outcome, clean.result.counts, clean.result.gaps]);
        // The page of calls is read together with who took them.
        expect(countOf(world, "api"), where).to.be.at.most(reads + (world.sandbox.calls.records.filter(({ path }) => path === "/admins").length > admins ? 2 : 1));
        expect(countOf(world, "file"), where).to.be.at.most(files + (side === "before" && operations[number - 1]!.endsWith("putFile") ? 1 : 0));
        expect(world.host.state.files.size, where).to.equal(0);
      }
    }
  }).timeout(120_000);

  it("keeps neither an address nor a text in its checkpoints, and none grows with the person", async () => {
    const world = await connectedWorld({ categories: "granted", sandbox: { fixture: "small" } });
    STORY.prepare(world);
    const { build } = world.sandbox;
    const [ada] = [...world.sandbox.state.contacts.values()];
    for (let n = 0; n < 400; n++) build.addConversation({ contacts: [ada!], source: { body: `CANARY ${n}` } });
    for (let n = 0; n < 400; n++) build.addTicket({ contacts: [ada!], title: `CANARY ${n}` });
    const result = await world.access(ADA);
    const pages = (await world.host.journal.entries(result.request.id)).flatMap((entry) => (entry.kind === "page" ? [entry.checkpoint] : []));
    expect(result.counts["conversations"]).to.equal(408);
    expect(result.counts["tickets"]).to.be.greaterThan(400);
    expect(pages.length).to.be.greaterThan(800);
    for (const checkpoint of pages) expect(checkpoint).to.not.match(/@|CANARY|Ada|Lovelace/);
    expect(Math.max(...pages.map(({ length }) => length))).to.be.below(4_000);
  }).timeout(60_000);
});
