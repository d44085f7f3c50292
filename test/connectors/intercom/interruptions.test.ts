import { expect } from "chai";
import { intercom } from "../../../connectors/intercom/connector.js";
import type { DeletionResult } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { CONTACT_SCOPES, connectedWorld, forgetCalls, mutations, type World } from "./world.js";

const JANE = "jane@example.test";
const NEWER = { ...intercom, manifest: { ...intercom.manifest, version: "0.2.0" } };

describe("requests at Intercom that are interrupted", () => {
  let world: World;
  let ids: string[];
  beforeEach(async () => {
    world = await connectedWorld();
    ids = Array.from({ length: 5 }, (_, n) => world.sandbox.build.addContact({ email: JANE, role: n === 0 ? "user" : "lead" }).id);
  });

  /** Does something as soon as so many deletions were answered. */
  const afterDeletions = (count: number, act: () => void) =>
    world.sandbox.inject({ method: "DELETE", after: count - 1, fault: { kind: "rewrite", rewrite: (body) => (act(), body) } });
  const deletedAtVendor = () => world.sandbox.calls.records.filter(({ effect, operation }) => effect && operation === "deleteContact").map(({ path }) => path.split("/").at(-1)!);
  const tally = ({ targets }: DeletionResult) =>
    targets.reduce<Record<string, number>>((sum, { outcome, untouched = false }) => {
      const what = untouched ? `${outcome}, untouched` : outcome;
      return { ...sum, [what]: (sum[what] ?? 0) + 1 };
    }, {});

  /** The fourth deletion is refused: three are gone, two are not. */
  async function loseRightAfterThree(): Promise<DeletionResult> {
    afterDeletions(3, () => world.sandbox.withdrawScope(world.sandbox.token, "write_users_companies"));
    return world.erase(JANE);
  }

  it("V11: a permission that is lost after three of five makes the deletion partial, with the exact list", async () => {
    const result = await loseRightAfterThree();
    expect(result).to.deep.include({ outcome: "partial", attention: { code: "SCOPE_MISSING", scope: "Write users and companies" } });
    expect(tally(result)).to.deep.equal({ deleted: 3, "unknown, untouched": 2 });
    expect(result.targets.filter(({ outcome }) => outcome === "deleted").map(({ id }) => id)).to.have.members(deletedAtVendor());
    expect(result.targets.map(({ id }) => id)).to.have.members(ids);
  });

  it("V11: the same plan goes on once the permission is given back, and repeats nothing", async () => {
    const { request } = await loseRightAfterThree();
    expect(((await world.dsr.resume(request.id)) as DeletionResult).outcome, "still without").to.equal("partial");
    world.sandbox.grantScope(world.sandbox.token, "write_users_companies");
    const result = (await world.dsr.resume(request.id)) as DeletionResult;
    expect(result).to.deep.include({ outcome: "verified" });
    expect(tally(result)).to.deep.equal({ deleted: 5 });
    expect(deletedAtVendor()).to.have.members(ids).and.to.have.lengthOf(5);
  });

  it("V11: a permission that is missing from the start leaves everything untouched, and nothing partial", async () => {
    const planned = await world.plan(JANE);
    world.sandbox.withdrawScope(world.sandbox.token, "write_users_companies");
    const result = await world.execute(planned);
    expect(result).to.deep.include({ outcome: "needs_attention", attention: { code: "SCOPE_MISSING", scope: "Write users and companies" } });
    expect(tally(result)).to.deep.equal({ "unknown, untouched": 5 });
  });

  it("P11: a deletion that is cancelled stops before its next effect, and its result lists what is gone", async () => {
    const planned = await world.plan(JANE);
    afterDeletions(2, () => void world.host.journal.requestCancel(planned.request.id));
    const result = await world.execute(planned);
    expect(result.outcome).to.equal("cancelled");
    expect(tally(result)).to.deep.include({ "not_deleted, untouched": 3 });
    expect(result.targets.filter(({ outcome }) => outcome !== "not_deleted").map(({ id }) => id)).to.have.members(deletedAtVendor()).and.to.have.lengthOf(2);
    expect(result.residuals).to.not.deep.equal([]);
    forgetCalls(world);
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("cancelled");
    expect((await world.execute(planned)).outcome).to.equal("cancelled");
    expect(world.sent).to.deep.equal([]);
  });

  it("P1: a second plan that was killed or parked is made when the request is resumed, and the first one does not stand in its way", async () => {
    const reference = { reference: "TICKET-1" };
    const first = await world.plan(JANE, {}, reference);
    const dying = world.again({ watch: { after: (operation) => operation === "journal.append" && dying.host.crash() } });
    expect(await rejectionOf(dying.plan(JANE, { only: ids.slice(0, 1) }, reference))).to.include({ code: "INTERRUPTED" });
    const killed = (await world.again().dsr.resume(first.request.id)) as DeletionResult;
    expect(killed.outcome).to.equal("planned");
    expect(killed.plan?.targets.map(({ id }) => id)).to.deep.equal(ids.slice(0, 1));

    world.sandbox.inject({ times: Infinity, fault: { kind: "reset_before" } });
    expect((await world.plan(JANE, { only: ids.slice(0, 2) }, reference)).outcome).to.equal("parked");
    world.sandbox.clearFaults();
    const parked = (await world.dsr.resume(first.request.id)) as DeletionResult;
    expect(parked.outcome).to.equal("planned");
    expect(parked.plan?.targets.map(({ id }) => id)).to.deep.equal(ids.slice(0, 2));
  });

  it("P11: a plan that nobody executes is cancelled at once", async () => {
    const planned = await world.plan(JANE);
    expect((await world.dsr.cancel(planned.request.id)).outcome).to.equal("cancelled");
    expect((await world.execute(planned)).outcome).to.equal("cancelled");
    expect(mutations(world)).to.deep.equal([]);
  });

  it("P8: a deletion that is interrupted starts no further effect, and goes on where it stopped", async () => {
    const planned = await world.plan(JANE);
    const stop = new AbortController();
    afterDeletions(2, () => stop.abort());
    expect(await rejectionOf(world.dsr.delete(planned.plan!.id, planned.plan!.confirm, { signal: stop.signal }))).to.include({ code: "INTERRUPTED" });
    expect(mutations(world)).to.have.lengthOf(2);
    const stopped = (await world.dsr.result(planned.request.id)) as DeletionResult;
    expect(tally(stopped), "what was never sent has not failed").to.include({ "unknown, untouched": 3 }).and.not.to.include.keys("not_deleted");
    const result = (await world.dsr.resume(planned.request.id)) as DeletionResult;
    expect(tally(result)).to.deep.equal({ deleted: 5 });
    expect(deletedAtVendor()).to.have.members(ids).and.to.have.lengthOf(5);
  });

  it("P8: a deletion that is interrupted between two effects does not even announce the next one", async () => {
    const planned = await world.plan(JANE);
    const { id } = planned.request;
    const stop = new AbortController();
    const stopOnceSettled = (operation: string): void => {
      if (operation === "journal.append" && world.host.state.requests.get(id)!.entries.at(-1)!.includes('"settled"')) stop.abort();
    };
    const worker = world.again({ watch: { after: stopOnceSettled } });
    expect(await rejectionOf(worker.dsr.delete(planned.plan!.id, planned.plan!.confirm, { signal: stop.signal }))).to.include({ code: "INTERRUPTED" });
    expect((await world.host.journal.entries(id)).filter(({ kind }) => kind === "intent")).to.have.lengthOf(1);
  });

  it("P6: a deletion that waits for the rate limit is not sent once another process has the request", async () => {
    let refused = (): void => undefined;
    const paused = await connectedWorld({
      transport: (to) => async (input) => {
        const answer = await to(input);
        if (answer.status === 429) refused();
        return answer;
      },
    });
    paused.sandbox.build.addContact({ email: JANE });
    const planned = await paused.plan(JANE);
    paused.sandbox.inject({ method: "DELETE", fault: { kind: "retry_after", value: "60" } });
    const other = paused.again();
    const elsewhere = new Promise<DeletionResult>((resolve, reject) => {
      refused = () => {
        paused.host.expireLease(planned.request.id);
        other.dsr.resume(planned.request.id).then((result) => resolve(result as DeletionResult), reject);
      };
    });
    expect(await rejectionOf(paused.execute(planned))).to.include({ code: "REQUEST_BUSY" });
    expect((await elsewhere).outcome).to.equal("verified");
    expect([mutations(paused).length, mutations(other).length], "the one that was refused, and the other process's").to.deep.equal([1, 1]);
  });

  it("P12: another version of the connector does not go on with a plan, and a human plans anew", async () => {
    const partial = await loseRightAfterThree();
    world.sandbox.grantScope(world.sandbox.token, "write_users_companies");
    const newer = world.again({ connector: NEWER });
    const refused = (await newer.dsr.resume(partial.request.id)) as DeletionResult;
    expect(refused).to.deep.include({ outcome: "partial", attention: { code: "PLAN_STALE" } });
    expect(tally(refused)).to.deep.equal({ deleted: 3, "unknown, untouched": 2 });
    expect(mutations(newer)).to.deep.equal([]);
    expect((await newer.erase(JANE)).outcome).to.equal("verified");
    expect(deletedAtVendor()).to.have.members(ids).and.to.have.lengthOf(5);
  });

  it("P12: another version of the connector takes no confirmation of an older plan", async () => {
    const planned = await world.plan(JANE);
    const newer = world.again({ connector: NEWER });
    expect(await rejectionOf(newer.execute(planned))).to.include({ code: "PLAN_STALE" });
    expect(newer.sent).to.deep.equal([]);
  });

  it("P12: another version of the connector finishes what the older one has sent", async () => {
    world.sandbox.inject({ method: "DELETE", times: 5, fault: { kind: "still_readable_for", durationMs: 60_000 } });
    const { request } = await world.erase(JANE);
    await world.host.clock.advance(300_000);
    const newer = world.again({ connector: NEWER });
    expect((await newer.dsr.resume(request.id)).outcome).to.equal("verified");
    expect(mutations(newer)).to.deep.equal([]);
  });

  it("P12: another version of the connector reads for an access request anew, and the package names it", async () => {
    world.sandbox.inject({ path: /segments$/, after: 2, times: 4, fault: { kind: "status", status: 503 } });
    const { request, outcome } = await world.access(JANE);
    expect(outcome).to.equal("parked");
    const newer = world.again({ connector: NEWER });
    expect((await newer.dsr.resume(request.id)).outcome).to.equal("complete");
    expect(newer.sent[0]).to.equal("POST /contacts/search");
    const { records, manifest } = newer.host.packageOf(request.id)!;
    expect(records["contacts"]!.map(({ id }) => id)).to.have.members(ids);
    expect(manifest["connection"]).to.include({ connectorVersion: "0.2.0" });
  });

  describe("P13: a token that is revoked in mid-run", () => {
    const revoke = () => world.sandbox.revokeToken(world.sandbox.token);

    for (const what of ["deletion", "access"] as const) {
      it(`P13: stops the ${what}, and breaks the connection until it is renewed`, async () => {
        if (what === "deletion") afterDeletions(3, revoke);
        else world.sandbox.inject({ path: /segments$/, after: 2, fault: { kind: "rewrite", rewrite: (body) => (revoke(), body) } });
        const stopped = what === "deletion" ? await world.erase(JANE) : await world.access(JANE);
        expect(stopped).to.deep.include({ outcome: what === "deletion" ? "partial" : "needs_attention", attention: { code: "AUTH_REJECTED" } });
        expect(await world.dsr.connection("acme")).to.include({ status: "broken" });
        forgetCalls(world);
        expect((await world.access("other@example.test")).attention).to.deep.equal({ code: "AUTH_REJECTED" });
        expect(world.sent, "a broken connection is not called").to.deep.equal([]);
      });
    }

    for (const fault of [{ kind: "cut_json" }, { kind: "status", status: 401, body: { message: "Unauthorized" } }] as const) {
      it(`P13: is not what a 401 says that is cut or somebody else's: ${fault.kind}`, async () => {
        if (fault.kind === "cut_json") revoke();
        world.sandbox.inject({ path: /search$/, fault, times: 3 });
        expect((await world.access(JANE)).attention).to.deep.equal({ code: "VENDOR_MALFORMED" });
        expect(await world.dsr.connection("acme")).to.include({ status: "connected" });
      });
    }

    it("P13: lets the deletion go on after reconnecting, and repeats nothing", async () => {
      afterDeletions(3, revoke);
      const { request } = await world.erase(JANE);
      expect((await world.dsr.reconnect("acme", world.sandbox.issueToken({ scopes: CONTACT_SCOPES }))).ok).to.equal(true);
      const result = (await world.dsr.resume(request.id)) as DeletionResult;
      expect(tally(result)).to.deep.equal({ deleted: 5 });
      expect(deletedAtVendor()).to.have.members(ids).and.to.have.lengthOf(5);
    });

    it("P13: lets the access go on after reconnecting, and reads no page twice", async () => {
      world.sandbox.inject({ path: /segments$/, after: 2, fault: { kind: "rewrite", rewrite: (body) => (revoke(), body) } });
      const { request } = await world.access(JANE);
      await world.dsr.reconnect("acme", world.sandbox.issueToken({ scopes: CONTACT_SCOPES }));
      const result = await world.dsr.resume(request.id);
      expect(result).to.deep.include({ outcome: "complete", gaps: [] });
      const reads = world.sandbox.calls.records.filter(({ status, path }) => status === 200 && /^\/contacts\/(?!0{24})[0-9a-f]{24}/.test(path)).map(({ path }) => path);
      expect(new Set(reads).size).to.equal(reads.length).and.to.equal(10);
    });
  });

  it("an access that is gone on with begins anew where a contact carries another address by now: nothing of theirs is in the package", async () => {
    for (const moved of [false, true]) {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const contact = build.addContact({ email: JANE, name: "Jane Doe" });
      build.addConversation({ contacts: [contact], source: { body: "MINE" } });
      world.sandbox.inject({ path: /^\/conversations\/search$/, times: 4, fault: { kind: "status", status: 503 } });
      const parked = await world.access(JANE);
      expect(parked.outcome).to.equal("parked");
      if (moved) {
        build.changeContact(contact, { email: "zoe@example.test", name: "CANARY" });
        build.addConversation({ contacts: [contact], source: { body: "CANARY" } });
      }
      await world.host.clock.advance(60_000);
      const again = world.again();
      const done = await again.dsr.resume(parked.request.id);
      expect("matches" in done && done.matches.length, "what the address itself began is theirs all the same").to.equal(moved ? 0 : 1);
      expect(done.outcome === "complete").to.equal(!moved);
      expect(JSON.stringify(again.host.packageOf(done.request.id)!.records)).not.to.contain("CANARY");
      if (!moved) expect(again.sent.filter((call) => call === `GET /contacts/${contact.id}`), "asked once, and not read again").to.have.lengthOf(1);
    }
  });

  it("an access is gone on with where it stopped also while the search shows a contact that is known to be somebody else's", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [jane, zoe] = [build.addContact({ email: JANE }), build.addContact({ email: "zoe@example.test" })];
    build.addConversation({ contacts: [jane] });
    const lagging = (body: any) => (body.data.length === 0 ? body : { ...body, data: [...body.data, { ...body.data[0], id: zoe.id }], total_count: body.total_count + 1 });
    world.sandbox.inject({ path: /^\/contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: lagging } });
    world.sandbox.inject({ path: /^\/conversations\/search$/, times: 4, fault: { kind: "status", status: 503 } });
    const parked = await world.access(JANE);
    expect(parked.outcome).to.equal("parked");
    await world.host.clock.advance(60_000);
    const again = world.again();
    const done = await again.dsr.resume(parked.request.id);
    expect([done.outcome, "counts" in done && done.counts["conversations"]]).to.deep.equal(["complete_with_gaps", 1]);
    expect(again.sent.filter((call) => call === "POST /contacts/search")).to.deep.equal([]);
  });

  it("a deletion waits for an access request of the same person, whatever its spelling", async () => {
    world.sandbox.inject({ path: /search/, times: 4, fault: { kind: "status", status: 503 } });
    const access = await world.access("JANE@example.test");
    expect(access.outcome).to.equal("parked");
    const planned = await world.plan(JANE);
    expect(await rejectionOf(world.execute(planned))).to.include({ code: "ACCESS_FIRST" });
    expect(mutations(world)).to.deep.equal([]);
    expect((await world.dsr.resume(access.request.id)).outcome).to.equal("complete");
    expect((await world.execute(planned)).outcome).to.equal("verified");
  });

  it("an access while a deletion of the same person is carried out is not called complete, and one of another person is", async () => {
    const world = await connectedWorld();
    for (const email of [JANE, JANE, "other@example.test"]) world.sandbox.build.addContact({ email, role: "lead" });
    const planned = await world.plan(JANE);
    expect((await world.access(JANE)).gaps, "only planned").to.deep.equal([]);
    world.sandbox.inject({ method: "DELETE", times: Infinity, fault: { kind: "status", status: 503 } });
    expect((await world.execute(planned)).outcome).to.equal("parked");
    const result = await world.access(JANE, { reference: "meanwhile" });
    expect([result.outcome, result.gaps]).to.deep.equal(["complete_with_gaps", [{ category: "contacts", code: "DELETION_UNDER_WAY" }]]);
    expect((await world.access("other@example.test")).gaps).to.deep.equal([]);
  });

  it("a deletion does not wait for a cancelled access request, nor for another person's", async () => {
    world.sandbox.inject({ path: /search/, times: 8, fault: { kind: "status", status: 503 } });
    const own = await world.access(JANE);
    await world.access("other@example.test");
    await world.dsr.cancel(own.request.id);
    expect((await world.erase(JANE)).outcome).to.equal("verified");
  });
});
