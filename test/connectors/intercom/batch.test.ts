import { expect } from "chai";
import { parseLine } from "../../../adapters/intake/batch-intake.js";
import type { BatchOptions } from "../../../adapters/inversify/dsr.js";
import { Identifier, type BatchChoices, type BatchResult, type InputLine, type LineVerdict } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { connectedWorld, forgetCalls, mutations, type World } from "./world.js";

const person = (n: number): string => `person${n}@example.test`;
const people = (from: number, to: number): readonly string[] => Array.from({ length: to - from }, (_, n) => person(from + n));

async function* asLines(world: World, addresses: readonly (string | Readonly<Record<string, string>>)[]): AsyncIterable<InputLine> {
  for (const [n, said] of addresses.entries()) yield parseLine(n + 1, typeof said === "string" ? { email: said } : said, world.host.clock.now());
}

async function dryRun(world: World, addresses: readonly (string | Readonly<Record<string, string>>)[], choices: BatchChoices = {}, options: BatchOptions = {}): Promise<BatchResult> {
  return world.dsr.batch("acme", { type: "deletion", lines: asLines(world, addresses), choices }, options);
}

const carryOut = (world: World, { plan }: BatchResult, options: BatchOptions = {}): Promise<BatchResult> => world.dsr.runBatch(plan!.id, plan!.confirm, options);
const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => ((await rejectionOf(work)) as { code?: string } | undefined)?.code;
const verdicts = ({ rows }: BatchResult): readonly LineVerdict[] => rows.map(({ verdict }) => verdict);

describe("many deletions at once at Intercom", () => {
  let world: World;
  beforeEach(async () => {
    world = await connectedWorld();
  });
  const add = (...addresses: readonly string[]) => addresses.map((email) => world.sandbox.build.addContact({ email }));

  it("are planned line by line, without changing anything, and what a human has to decide about is told apart", async () => {
    add(person(1), person(2), person(2), person(3));
    world.sandbox.build.addContact({ email: person(1), role: "lead" });
    await world.dsr.placeHold({ identifier: Identifier.parse("email", person(3)), basis: "litigation" });
    const result = await dryRun(world, [person(1), "nobody@example.test", person(2), person(3), "no address", { email: person(1), ref: "x@example.test" }]);
    expect(verdicts(result)).to.deep.equal(["delete", "nothing", "choose", "held", "invalid", "invalid"]);
    expect(result.rows.map(({ line, code }) => [line, code])).to.deep.equal([[1, null], [2, null], [3, "AMBIGUOUS_SUBJECT"], [4, "HELD"], [5, "IDENTIFIER_INVALID"], [6, "REQUEST_INVALID"]]);
    expect(result.rows[5]).to.include({ reference: null, at: "ref" });
    expect(result.totals).to.deep.include({ lines: 6, people: 4, records: 2 });
    expect(result.plan!.confirm).to.match(/^delete-2-[0-9a-f]{8}$/);
    expect([result.outcome, mutations(world)]).to.deep.equal(["planned", []]);
    expect(JSON.stringify(result)).not.to.contain("@");
  });

  it("I8: report what the lookup returned of nobody who was asked for", async () => {
    add(...people(0, 60));
    const [stranger] = add("stranger@example.test");
    const strange = { type: "contact", id: stranger!.id, workspace_id: stranger!.workspaceId, role: "user", email: stranger!.email };
    world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: [...body.data, strange], total_count: body.total_count + 1 }) } });
    const planned = await dryRun(world, people(0, 60));
    expect([planned.totals.records, ...planned.rows.map(({ dropped }) => dropped)]).to.deep.equal([60, ...people(0, 60).map(() => 1)]);
    expect((await carryOut(world, planned)).totals.outcomes).to.deep.equal({ verified: 60 });
    expect(mutations(world).join()).not.to.contain(stranger!.id);
  });

  it("are carried out as they were planned: those of the plan, and nobody else", async () => {
    const contacts = add(...people(0, 60), "choose@example.test", "choose@example.test");
    const planned = await dryRun(world, [...people(0, 60), "choose@example.test", "not an address"]);
    const result = await carryOut(world, planned);
    expect(result.totals.outcomes).to.deep.equal({ verified: 60, needs_attention: 1 });
    expect(result).to.include({ outcome: "finished" });
    expect(result.rows.slice(0, 60).map(({ deleted, open }) => [deleted, open])).to.deep.equal(people(0, 60).map(() => [1, 0]));
    expect([...mutations(world)].sort()).to.deep.equal(contacts.slice(0, 60).map(({ id }) => `DELETE /contacts/${id}`).sort());
    expect(result.rows[60]).to.include({ verdict: "choose", deleted: 0 });
    forgetCalls(world);
    expect((await carryOut(world, planned)).totals.outcomes).to.deep.equal(result.totals.outcomes);
    expect(world.sent, "again").to.deep.equal([]);
  });

  it("cost at most 2.1 calls for each contact that is found, with the look at it, and 0.1 for each person who is not", async () => {
    add(...people(0, 100));
    const found = await carryOut(world, await dryRun(world, people(0, 100)));
    expect(found.totals.outcomes).to.deep.equal({ verified: 100 });
    expect(world.sent.length / 100).to.be.at.most(2.1);
    expect(found.apiCalls).to.equal(world.sent.length);
    forgetCalls(world);
    const absent = await dryRun(world, people(1000, 1100));
    expect(absent.totals.outcomes).to.deep.equal({ nothing_found: 100 });
    expect(absent.plan).to.equal(null);
    expect(world.sent.length / 100).to.be.at.most(0.1);
  });

  it("skip a person who has changed since, and never touch more than was planned", async () => {
    const [first, second] = add(person(1), person(2));
    const planned = await dryRun(world, [person(1), person(2)]);
    world.sandbox.build.addContact({ email: person(1), role: "lead" });
    const result = await carryOut(world, planned);
    expect(result.rows.map(({ outcome, code, verdict }) => [outcome, code, verdict])).to.deep.equal([["needs_attention", "PLAN_STALE", "attention"], ["verified", null, "done"]]);
    expect(mutations(world)).to.deep.equal([`DELETE /contacts/${second!.id}`]).and.not.to.contain(first!.id);
  });

  it("are planned anew by the next dry run where somebody has changed since, or the plan has expired", async () => {
    add(person(1));
    const input = [{ email: person(1), ref: "T-1" }];
    const planned = await dryRun(world, input);
    const lead = world.sandbox.build.addContact({ email: person(1), role: "lead" });
    await carryOut(world, planned);
    const anew = await dryRun(world, input);
    expect([anew.outcome, anew.totals.records, verdicts(anew)]).to.deep.equal(["planned", 2, ["delete"]]);
    await world.host.clock.advance(2 * 86_400_000);
    const later = await dryRun(world, input);
    expect([later.totals.records, later.plan!.id === anew.plan!.id]).to.deep.equal([2, false]);
    expect(mutations(world)).to.deep.equal([]);
    expect((await carryOut(world, later)).totals.outcomes).to.deep.equal({ verified: 1 });
    expect(mutations(world)).to.contain(`DELETE /contacts/${lead.id}`);
  });

  it("are never begun by a dry run, though somebody has confirmed the same person's plan", async () => {
    add(person(1), person(2));
    const input = [{ email: person(1), ref: "T-1" }, { email: person(2), ref: "T-2" }];
    const { plan, request } = await world.plan(person(1), {}, { reference: "T-1" });
    await world.dsr.confirm(plan!.id, plan!.confirm);
    const parked = await world.plan(person(2), {}, { reference: "T-2" });
    world.sandbox.inject({ method: "DELETE", times: 8, fault: { kind: "status", status: 503 } });
    expect((await world.execute(parked)).outcome).to.equal("parked");
    world.sandbox.clearFaults();
    forgetCalls(world);
    const result = await dryRun(world, input);
    expect([mutations(world), result.plan]).to.deep.equal([[], null]);
    expect((await world.dsr.result(request.id)).outcome).to.equal("running");
    expect((await world.dsr.resume(request.id)).outcome, "it still goes on by itself").to.equal("verified");
  });

  it("skip a line that was planned anew by hand, and leave its new plan alone", async () => {
    const [, second] = add(person(1), person(2));
    const planned = await dryRun(world, [{ email: person(1), ref: "T-1" }, person(2)]);
    world.sandbox.build.addContact({ email: person(1), role: "lead" });
    const anew = await world.plan(person(1), {}, { reference: "T-1" });
    const result = await carryOut(world, planned);
    expect(result.rows.map(({ outcome, code, verdict }) => [outcome, code, verdict])).to.deep.equal([["planned", "PLAN_STALE", "attention"], ["verified", null, "done"]]);
    expect(mutations(world)).to.deep.equal([`DELETE /contacts/${second!.id}`]);
    expect(await world.execute(anew)).to.include({ outcome: "verified" });
  });

  it("delete nobody whose line was refused for a hold, and who was planned anew by hand since, unless that plan is confirmed", async () => {
    for (const queue of [true, false]) {
      world = await connectedWorld();
      add(person(1));
      const planned = await dryRun(world, [{ email: person(1), ref: "T-1" }]);
      const hold = await world.dsr.placeHold({ identifier: Identifier.parse("email", person(1)), basis: "litigation" });
      expect(verdicts(await carryOut(world, planned))).to.deep.equal(["held"]);
      await world.dsr.releaseHold(hold.id);
      const anew = await world.plan(person(1), {}, { reference: "T-1" });
      const result = queue ? await carryOut(world, planned, { queue }) : await world.dsr.resumeBatch(planned.batch.id);
      expect(result.rows.map(({ outcome, code, verdict }) => [outcome, code, verdict])).to.deep.equal([["planned", "PLAN_STALE", "attention"]]);
      expect(mutations(world)).to.deep.equal([]);
      expect(await world.execute(anew)).to.include({ outcome: "verified" });
      expect(verdicts(await world.dsr.batchResult(planned.batch.id))).to.deep.equal(["done"]);
    }
  });

  it("ask about everybody anew where the same input comes again after its end, and go on with it before", async () => {
    const input = () => ({ type: "deletion" as const, lines: asLines(world, [person(1)]), inputHash: "a".repeat(64) });
    const nobody = await world.dsr.batch("acme", input());
    add(person(1));
    const found = await world.dsr.batch("acme", input());
    expect([nobody.totals.records, found.totals.records, nobody.batch.id === found.batch.id]).to.deep.equal([0, 1, false]);
    await carryOut(world, found);
    const after = await world.dsr.batch("acme", input());
    expect(after.batch.id).not.to.equal(found.batch.id);
  });

  it("want exactly the plan's code, while it holds", async () => {
    add(person(1));
    const { plan } = await dryRun(world, [person(1)]);
    expect(await codeOf(world.dsr.runBatch(plan!.id, "delete-1-00000000"))).to.equal("CONFIRMATION_REFUSED");
    expect(await codeOf(world.dsr.runBatch("nobatch-123456", plan!.confirm))).to.equal("PLAN_UNKNOWN");
    await world.host.clock.advance(world.host.timings.planTtlMs);
    expect(await codeOf(world.dsr.runBatch(plan!.id, plan!.confirm))).to.equal("PLAN_STALE");
    expect(mutations(world)).to.deep.equal([]);
  });

  for (const queue of [false, true]) {
    it(`are gone on with as confirmed where they were confirmed in time, however late that is${queue ? ", by workers" : ""}`, async () => {
      add(person(1), person(2));
      const planned = await dryRun(world, [person(1), person(2)]);
      world.sandbox.inject({ times: Infinity, fault: { kind: "status", status: 503 } });
      expect(await carryOut(world, planned, { patienceMs: 1 })).to.deep.include({ outcome: "stopped", stopped: { code: "VENDOR_UNAVAILABLE" } });
      world.sandbox.clearFaults();
      await world.host.clock.advance(world.host.timings.planTtlMs);
      const later = queue ? await carryOut(world, planned, { queue }) : await world.dsr.resumeBatch(planned.batch.id);
      expect(later.rows.map(({ outcome, code }) => [outcome, code])).to.deep.equal(Array.from({ length: 2 }, () => [queue ? "running" : "verified", null]));
    });
  }

  it("show no plan any more that has expired and of which nothing is left", async () => {
    const [contact] = add(person(1));
    const { batch, plan } = await dryRun(world, [person(1)]);
    await world.sandbox.fetch(new Request(`https://api.intercom.io/contacts/${contact!.id}`, { method: "DELETE", headers: { authorization: `Bearer ${world.sandbox.token}`, "intercom-version": "2.16" } }));
    await world.host.clock.advance(world.host.timings.planTtlMs);
    const again = await world.dsr.resumeBatch(batch.id);
    expect([again.outcome, again.plan, verdicts(again)]).to.deep.equal(["planned", null, ["nothing"]]);
    expect((await world.host.batches.find(batch.id))?.endedAt).not.to.equal(undefined);
    expect(await codeOf(world.dsr.runBatch(plan!.id, plan!.confirm))).to.equal("PLAN_UNKNOWN");
  });

  it("can be read after their connection is gone, and look nobody up in another account that has its name", async () => {
    add(person(1), person(2));
    const planned = await dryRun(world, [person(1), person(2)]);
    const told = await world.dsr.batchResult(planned.batch.id);
    await world.host.connections.remove("acme");
    expect(await world.dsr.batchResult(planned.batch.id)).to.deep.equal(told);
    await world.connect(world.sandbox.issueToken({ workspace: { id: "elsewhere", name: "Somebody else's", region: "US" } }));
    forgetCalls(world);
    expect(await codeOf(carryOut(world, planned))).to.equal("WRONG_WORKSPACE");
    expect(world.sent).to.deep.equal([]);
  });

  it("delete a person of two lines once, and each line's request tells what it saw", async () => {
    const [contact] = add(person(1));
    const planned = await dryRun(world, [{ email: person(1), ref: "A" }, { email: person(1), ref: "B" }, { email: person(1), ref: "A" }]);
    expect(planned.plan!.confirm, "the code counts a record once").to.match(/^delete-1-/);
    const result = await carryOut(world, planned);
    expect(result.rows.map(({ reference, outcome, deleted, alreadyAbsent }) => [reference, outcome, deleted, alreadyAbsent])).to.deep.equal([["A", "verified", 1, 0], ["B", "verified", 0, 1], ["A", "verified", 0, 0]]);
    expect(result.totals).to.deep.include({ lines: 3, people: 1, records: 1 });
    expect(mutations(world).filter((call) => call === `DELETE /contacts/${contact!.id}`).length).to.be.at.most(2);
  });

  it("read the list of archived contacts once for all of them, where that is asked for", async () => {
    for (const email of people(0, 55)) world.sandbox.build.addContact({ email, status: "archived" });
    add(...people(55, 60));
    const planned = await dryRun(world, people(0, 60), { extents: ["archived"] });
    expect(planned.totals).to.deep.include({ records: 60 });
    const lists = world.sent.filter((call) => call === "GET /contacts/deleted").length;
    expect(lists).to.be.greaterThan(0).and.at.most(2);
    expect((await carryOut(world, planned)).totals.outcomes).to.deep.equal({ verified: 60 });
  });

  describe("while the vendor does not answer", () => {
    const down = (world: World, fails: () => boolean): void => {
      const fetch = world.sandbox.fetch.bind(world.sandbox);
      (world.sandbox as { fetch: typeof fetch }).fetch = async (request) => (fails() ? new Response("", { status: 503 }) : fetch(request));
    };

    it("begin nothing new, probe, and go on by themselves", async () => {
      add(...people(0, 40));
      const planned = await dryRun(world, people(0, 40));
      let sent = 0;
      let failing = 0;
      const fromMs = world.host.clock.now();
      down(world, () => (sent += 1) > 30 && world.host.clock.now() < fromMs + 240_000 && (failing += 1) > 0);
      const told: boolean[] = [];
      const result = await carryOut(world, planned, { onProgress: ({ waiting }) => told.push(waiting) });
      expect(result.totals.outcomes).to.deep.equal({ verified: 40 });
      expect(told).to.include(true);
      // Whoever was at work when it began tries a few times; afterwards it is probed alone.
      expect(failing).to.be.greaterThan(0).and.below(150);
      expect(new Set(mutations(world)).size).to.equal(40);
    });

    it("stop when patience is at its end, and say what is done, what waits and what was never sent; a later run goes on", async () => {
      add(...people(0, 40));
      const planned = await dryRun(world, people(0, 40));
      let sent = 0;
      let up = false;
      down(world, () => !up && (sent += 1) > 30);
      const result = await carryOut(world, planned, { patienceMs: 60_000 });
      expect(result).to.deep.include({ outcome: "stopped", stopped: { code: "VENDOR_UNAVAILABLE" } });
      const { done, waiting, not_begun: never } = result.totals.verdicts;
      expect(done + waiting + never).to.equal(40);
      expect([done > 0, waiting > 0, never > 0]).to.deep.equal([true, true, true]);
      up = true;
      const later = await world.dsr.resumeBatch(result.batch.id);
      expect(later.totals.outcomes).to.deep.equal({ verified: 40 });
      expect(new Set(mutations(world)).size).to.equal(40);
    });

    it("are not held up by one person whose calls alone fail", async () => {
      const contacts = add(...people(0, 10));
      const planned = await dryRun(world, people(0, 10));
      const fetch = world.sandbox.fetch.bind(world.sandbox);
      (world.sandbox as { fetch: typeof fetch }).fetch = async (request) => (request.url.endsWith(contacts[4]!.id) ? new Response("", { status: 500 }) : fetch(request));
      const result = await carryOut(world, planned);
      expect(result.totals.outcomes).to.deep.equal({ verified: 9, parked: 1 });
      expect(result).to.include({ outcome: "waiting" });
      expect(result.rows[4]).to.include({ verdict: "waiting", outcome: "parked" });
    });

    it("stop at once where the token is rejected: the next line would fail alike", async () => {
      add(...people(0, 40));
      const planned = await dryRun(world, people(0, 40));
      world.sandbox.revokeToken(world.sandbox.token);
      forgetCalls(world);
      const result = await carryOut(world, planned);
      expect(result).to.deep.include({ outcome: "stopped", stopped: { code: "AUTH_REJECTED" } });
      expect(world.sent.length).to.be.below(20);
      expect(mutations(world)).to.deep.equal([]);
    });
  });

  describe("after what stopped them", () => {
    const from = (world: World, call: number, answer: () => Response): (() => void) => {
      const fetch = world.sandbox.fetch.bind(world.sandbox);
      let [sent, over] = [0, false];
      (world.sandbox as { fetch: typeof fetch }).fetch = async (request) => (!over && (sent += 1) > call ? answer() : fetch(request));
      return () => (over = true);
    };
    it("go on after a page of somebody else's came in the middle: those that were under way tried it, and no other was begun", async () => {
      add(...people(0, 60));
      const planned = await dryRun(world, people(0, 60));
      const mend = from(world, 30, () => new Response("<html></html>", { headers: { "content-type": "text/html" } }));
      const stopped = await carryOut(world, planned, { patienceMs: 60_000 });
      expect([stopped.outcome, stopped.stopped?.code]).to.deep.equal(["stopped", "VENDOR_MALFORMED"]);
      const { done, waiting, not_begun: never } = stopped.totals.verdicts;
      expect([done + waiting + never, waiting <= 16, never > 10]).to.deep.equal([60, true, true]);
      mend();
      expect((await world.dsr.resumeBatch(stopped.batch.id)).totals.outcomes).to.deep.equal({ verified: 60 });
    });

    it("are planned, all but the one for whom the vendor refuses the search", async () => {
      add(...people(0, 60));
      const fetch = world.sandbox.fetch.bind(world.sandbox);
      (world.sandbox as { fetch: typeof fetch }).fetch = async (request) => ((await request.clone().text()).includes(`"${person(7)}"`) ? refused(400, "parameter_invalid") : fetch(request));
      const planned = await dryRun(world, people(0, 60));
      expect(planned.totals.verdicts).to.include({ delete: 59, attention: 1 });
      expect(planned.rows[7]).to.include({ code: "VENDOR_REJECTED", verdict: "attention" });
      expect(world.sent.length).to.be.below(40);
    });

    const refused = (status: number, code: string): Response => Response.json({ type: "error.list", request_id: "r1", errors: [{ code, message: "" }] }, { status });

    for (const [code, answer] of [["AUTH_REJECTED", () => refused(401, "unauthorized")], ["SCOPE_MISSING", () => refused(401, "token_unauthorized")], ["ROLE_INSUFFICIENT", () => refused(405, "method_not_allowed")]] as const) {
      it(`go on with every line once ${code} is mended, and repeat nothing (P13)`, async () => {
        add(...people(0, 40));
        const planned = await dryRun(world, people(0, 40));
        const mend = from(world, 30, answer);
        const stopped = await carryOut(world, planned);
        const { done, waiting, not_begun: never } = stopped.totals.verdicts;
        expect([stopped.outcome, done > 0, waiting > 0, never > 0, done + waiting + never]).to.deep.equal(["stopped", true, true, true, 40]);
        mend();
        await world.dsr.reconnect("acme", world.sandbox.issueToken());
        forgetCalls(world);
        const later = await world.dsr.resumeBatch(stopped.batch.id);
        expect([later.outcome, later.totals.outcomes]).to.deep.equal(["finished", { verified: 40 }]);
        expect(mutations(world).length).to.be.within(never, 40 - done);
      });
    }
  });

  it("are gone on with by another process after a crash at any moment: nobody is lost, and nobody is deleted twice", async () => {
    for (const at of [1, 3, 7, 20, 45, 70, 100, 140, 170, 200, 230, 260, 290]) {
      const first = await connectedWorld();
      const addresses = people(0, 12);
      const contacts = addresses.map((email) => first.sandbox.build.addContact({ email }));
      let acts = 0;
      const dying: World = first.again({ watch: { before: () => void ((acts += 1) === at && dying.host.crash()) } });
      const input = (w: World) => ({ type: "deletion" as const, lines: asLines(w, addresses), inputHash: "0".repeat(64) });
      const planned = await dying.dsr.batch("acme", input(dying)).catch(() => undefined);
      if (planned?.plan != null) await carryOut(dying, planned).catch(() => undefined);
      const after = first.again();
      const [standing] = await after.dsr.batches();
      const replanned = standing?.plan === undefined ? (await after.dsr.batch("acme", input(after))).plan : standing.plan;
      const result = await after.dsr.runBatch(replanned!.id, replanned!.confirm);
      expect(result.totals.outcomes, `crash at ${at}`).to.deep.equal({ verified: 12 });
      expect((await after.dsr.requests()).length, `crash at ${at}`).to.equal(12);
      const sent = first.sandbox.calls.records.filter(({ method, path }) => method === "DELETE" && path.startsWith("/contacts/")).map(({ path }) => path);
      expect([...sent].sort(), `crash at ${at}`).to.deep.equal(contacts.map(({ id }) => `/contacts/${id}`).sort());
    }
  });
});

describe("many access requests at once at Intercom", () => {
  it("are carried out, each into a package of its own", async () => {
    const world = await connectedWorld();
    for (const email of people(0, 55)) world.sandbox.build.addContact({ email });
    const result = await world.dsr.batch("acme", { type: "access", lines: asLines(world, [...people(0, 55), "nobody@example.test", "bad"]) });
    expect(result.totals.outcomes).to.deep.equal({ complete: 55, nothing_found: 1 });
    expect(result).to.include({ outcome: "finished", plan: null });
    expect(result.rows.map(({ verdict }) => verdict).slice(54)).to.deep.equal(["done", "nothing", "invalid"]);
    expect(world.host.packageOf(result.rows[0]!.requestId!)!.records["contacts"]).to.have.length(1);
    // 56 people are looked up by 2 calls; a contact without lists is read by 2.
    expect(world.sent.length).to.equal(2 + 55 * 2);
  });

  it("are refused as a whole where the account was not connected for them, and no line is read", async () => {
    const world = await connectedWorld();
    const lines = { [Symbol.asyncIterator]: (): never => expect.fail("a line was read") };
    expect(await codeOf(world.dsr.batch("acme", { type: "access", lines, choices: { extents: ["nowhere"] } }))).to.equal("UNSUPPORTED_REQUEST");
    expect(await codeOf(world.dsr.batch("nobody", { type: "access", lines }))).to.equal("CONNECTION_UNKNOWN");
    expect(await codeOf(world.dsr.batch("acme", { type: "portability" as never, lines }))).to.equal("REQUEST_INVALID");
    expect(await world.dsr.batches()).to.deep.equal([]);
  });
});
