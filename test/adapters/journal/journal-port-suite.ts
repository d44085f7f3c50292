import { expect } from "chai";
import type { RequestJournal } from "../../../core/host-ports.js";
import type { JournalEntry } from "../../../core/journal.js";
import { callsEntry, CANARY_ADDRESS, email, endedEntry, intentEntry, keyDestroyedEntry, lookedAgainEntry, sampleRequest, withReference } from "./samples.js";
import { refusal } from "./refusal.js";

/** One journal, opened by two workers. */
export interface JournalWorld {
  readonly a: RequestJournal;
  readonly b: RequestJournal;
  /** Lets the lease's time run out without its holder having given it up. */
  expire(requestId: string): void | Promise<void>;
  close(): void | Promise<void>;
}

/** What every journal must keep, whatever it is made of. */
export function describeJournal(name: string, open: () => Promise<JournalWorld>): void {
  describe(`${name} keeps the journal port`, () => {
    let world: JournalWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    const opened = async (changes = {}) => world.a.open(sampleRequest(changes), [email()]);
    const leased = async (requestId: string, journal = world.a) => (await journal.lease(requestId)) ?? expect.fail("the lease was not given");

    describe("requests", () => {
      it("returns a stored request to every worker as it was given", async () => {
        const request = withReference("T-1");
        expect(await world.a.open(request, [email()])).to.deep.equal(request);
        expect(await world.b.find(request.id)).to.deep.equal(request);
      });

      it("knows no request that was not stored", async () => {
        expect(await world.a.find("nobody")).to.equal(undefined);
        for (const ask of [world.a.entries, world.a.identifiers, world.a.lease, world.a.requestCancel, world.a.cancelRequested]) await refusal("REQUEST_UNKNOWN", () => ask("nobody"));
      });

      it("returns the request that stands under the same connection, type and reference", async () => {
        const first = await world.a.open(withReference("T-1"), [email()]);
        const second = await world.b.open(withReference("T-1", { openedAt: "2026-02-01T00:00:00.000Z" }), [email("other@example.com")]);
        expect(second).to.deep.equal(first);
        expect((await world.a.identifiers(first.id)).map((each) => each.reveal())).to.deep.equal([CANARY_ADDRESS]);
      });

      it("returns the standing request in its present state", async () => {
        const first = await world.a.open(withReference("T-1"), [email()]);
        await world.a.append(await leased(first.id), endedEntry("complete"));
        expect((await world.b.open(withReference("T-1"), [email()])).state).to.equal("complete");
      });

      it("keeps requests apart that differ in connection or type, or have no reference", async () => {
        const all = [withReference("T-1"), withReference("T-1", { connection: "beta" }), withReference("T-1", { type: "deletion" }), withReference("T-2"), sampleRequest(), sampleRequest()];
        for (const request of all) expect((await world.a.open(request, [email()])).id).to.equal(request.id);
        expect(await world.b.list({})).to.have.length(all.length);
      });

      it("begins a request with what was asked for, and leaves one that stands as it is", async () => {
        const asked = { at: "2026-01-01T00:00:00.000Z", kind: "asked", directory: "/there" } as const;
        const { id } = await world.a.open(withReference("T-1"), [email()], asked);
        expect(await world.b.entries(id)).to.deep.equal([asked]);
        await world.b.open(withReference("T-1"), [email()], { ...asked, directory: "/elsewhere" });
        expect(await world.b.entries(id)).to.deep.equal([asked]);
        await world.b.append(await leased(id, world.b), callsEntry(1));
        expect(await world.a.entries(id)).to.have.length(2);
      });

      it("refuses an id that is taken", async () => {
        const request = await opened();
        await refusal("INTERNAL", () => world.b.open(request, [email()]));
      });

      it("gives back every identifier, in order and exactly", async () => {
        const addresses = [CANARY_ADDRESS, "jürgen@bücher.example", "O'Hara+x@example.com"];
        const request = await world.a.open(sampleRequest(), addresses.map(email));
        const found = await world.b.identifiers(request.id);
        expect(found.map((each) => each.reveal())).to.deep.equal(addresses.map((address) => address.normalize("NFC")));
        expect(found.map((each) => each.category)).to.deep.equal(["email", "email", "email"]);
      });

      it("lists by each part of a filter and by all of them, oldest first", async () => {
        const late = await world.a.open(withReference("T-1", { openedAt: "2026-03-01T00:00:00.000Z" }), [email()]);
        const early = await world.a.open(sampleRequest({ openedAt: "2026-01-01T00:00:00.000Z", connection: "beta", subjectKey: "other" }), [email()]);
        const ended = await world.a.open(sampleRequest({ openedAt: "2026-02-01T00:00:00.000Z", type: "deletion" }), [email()]);
        await world.a.append(await leased(ended.id), endedEntry("verified"));
        const ids = async (filter: Parameters<RequestJournal["list"]>[0]) => (await world.b.list(filter)).map(({ id }) => id);
        expect(await ids({})).to.deep.equal([early.id, ended.id, late.id]);
        expect(await ids({ connection: "beta" })).to.deep.equal([early.id]);
        expect(await ids({ type: "deletion" })).to.deep.equal([ended.id]);
        expect(await ids({ state: "verified" })).to.deep.equal([ended.id]);
        expect(await ids({ reference: "T-1" })).to.deep.equal([late.id]);
        expect(await ids({ subjectKey: "other" })).to.deep.equal([early.id]);
        expect(await ids({ open: true })).to.deep.equal([early.id, late.id]);
        expect(await ids({ open: false })).to.deep.equal([ended.id]);
        expect(await ids({ open: true, connection: "acme", type: "access" })).to.deep.equal([late.id]);
        expect(await ids({ open: true, connection: "beta", type: "deletion" })).to.deep.equal([]);
      });
    });

    describe("entries", () => {
      it("keeps them in order and exactly, whatever characters they hold", async () => {
        const request = await opened();
        const lease = await leased(request.id);
        const hard = "\u0000 \ud800 \u202e \u2028 'quote\" __proto__ ".repeat(50);
        const entries: JournalEntry[] = [callsEntry(1), intentEntry(hard), { at: "x", kind: "page", number: 1, checkpoint: hard, counts: JSON.parse('{"__proto__":1,"contacts":2}'), gaps: [] }, callsEntry(2)];
        for (const entry of entries) await world.a.append(lease, entry);
        expect(JSON.stringify(await world.b.entries(request.id))).to.equal(JSON.stringify((await world.a.entries(request.id))));
        expect(await world.b.entries(request.id)).to.deep.equal(entries);
      });

      it("has none for a new request", async () => {
        const { id } = await opened();
        expect(await world.a.entries(id)).to.deep.equal([]);
        expect(await world.a.fold(id, () => "some", "none")).to.equal("none");
      });

      it("folds as many as there are in their order, and after the key was destroyed those that are left", async () => {
        const request = await opened();
        const lease = await leased(request.id);
        const many = Array.from({ length: 1_001 }, (_, n) => callsEntry(n + 1));
        for (const entry of many) await world.a.append(lease, entry);
        const folded = () => world.b.fold<readonly JournalEntry[]>(request.id, (before, entry) => [...before, entry], []);
        expect(await folded()).to.deep.equal(many);
        await world.a.append(lease, endedEntry("verified"));
        await world.a.destroyKey(lease, keyDestroyedEntry());
        await world.a.append(lease, callsEntry(1));
        expect(await folded()).to.deep.equal(await world.b.entries(request.id));
        expect((await folded()).map(({ kind }) => kind)).to.deep.equal(["key_destroyed", "calls"]);
        await refusal("REQUEST_UNKNOWN", () => world.a.fold("nobody", () => 0, 0));
      }).timeout(60_000);

      it("lets the request's state follow what happened", async () => {
        const request = await opened({ type: "deletion" });
        const lease = await leased(request.id);
        const stateAfter = async (entry: JournalEntry) => {
          await world.a.append(lease, entry);
          return (await world.b.find(request.id))?.state;
        };
        const plan = { id: "p", confirm: "c", hash: "h", expiresAt: "x", targets: [], kept: [], unseen: [], warnings: [], estimate: { calls: 0, seconds: 0 }, choices: {} };
        expect(await stateAfter({ at: "x", kind: "planned", plan } as JournalEntry)).to.equal("planned");
        expect(await stateAfter(callsEntry(1))).to.equal("planned");
        expect(await stateAfter(intentEntry("1"))).to.equal("running");
        expect(await stateAfter(endedEntry("parked"))).to.equal("parked");
        expect(await stateAfter(callsEntry(2))).to.equal("parked");
        expect(await stateAfter(intentEntry("2"))).to.equal("running");
        expect(await stateAfter(endedEntry("verified"))).to.equal("verified");
        for (const aside of [lookedAgainEntry(), { at: "x", kind: "turned_away", code: "ACCESS_FIRST" }, { at: "x", kind: "pages_dropped" }, { at: "x", kind: "package_removed", removal: { folder: "deleted" } }] as const) {
          expect(await stateAfter(aside), aside.kind).to.equal("verified");
        }
      });
    });

    describe("destroying a request's key", () => {
      const ended = async (changes = {}) => {
        const request = await world.a.open(withReference("T-1", changes), [email()]);
        const lease = await leased(request.id);
        for (const entry of [intentEntry("77"), endedEntry("verified"), lookedAgainEntry()]) await world.a.append(lease, entry);
        return { request, lease };
      };

      it("leaves the request, its state and the entry that says what remains, and nothing from before", async () => {
        const { request, lease } = await ended();
        await world.a.destroyKey(lease, keyDestroyedEntry());
        expect(await world.b.find(request.id)).to.deep.equal({ ...request, state: "verified" });
        expect(await world.b.entries(request.id)).to.deep.equal([JSON.parse(JSON.stringify(keyDestroyedEntry()))]);
        await refusal("REQUEST_INVALID", () => world.b.identifiers(request.id));
        expect(await world.b.purge()).to.equal(true);
      });

      it("lets entries follow, and the chain be read as before", async () => {
        const { request, lease } = await ended();
        await world.a.destroyKey(lease, keyDestroyedEntry());
        await world.a.append(lease, callsEntry(1));
        expect((await world.b.entries(request.id)).map(({ kind }) => kind)).to.deep.equal(["key_destroyed", "calls"]);
        expect((await world.b.find(request.id))?.state).to.equal("verified");
      });

      it("P10: still finds the request by its reference", async () => {
        const { request, lease } = await ended();
        await world.a.destroyKey(lease, keyDestroyedEntry());
        expect(await world.b.open(withReference("T-1"), [email()])).to.deep.equal({ ...request, state: "verified" });
        expect(await world.b.list({})).to.have.length(1);
      });

      it("happens once, and under the lease alone", async () => {
        const { request, lease } = await ended();
        await refusal("REQUEST_BUSY", () => world.a.destroyKey({ ...lease }, keyDestroyedEntry()));
        expect(await world.a.identifiers(request.id)).to.have.length(1);
        await world.a.destroyKey(lease, keyDestroyedEntry());
        await refusal("REQUEST_INVALID", () => world.a.destroyKey(lease, keyDestroyedEntry()));
        await lease.release();
        await refusal("REQUEST_BUSY", () => world.a.destroyKey(lease, keyDestroyedEntry()));
        expect(await world.b.entries(request.id)).to.have.length(1);
      });

      it("is of one request, and takes it out of the list of those that have a key", async () => {
        const { request, lease } = await ended();
        const other = await opened();
        await world.a.destroyKey(lease, keyDestroyedEntry());
        const ids = async (filter: Parameters<RequestJournal["list"]>[0]) => (await world.b.list(filter)).map(({ id }) => id);
        expect([await ids({ keyDestroyed: true }), await ids({ keyDestroyed: false })]).to.deep.equal([[request.id], [other.id]]);
        expect(await ids({ keyDestroyed: false, open: false })).to.deep.equal([]);
        expect((await world.b.identifiers(other.id))[0]?.reveal()).to.equal(CANARY_ADDRESS);
      });
    });

    describe("leases", () => {
      it("gives a request to one worker at a time", async () => {
        const request = await opened();
        const lease = await leased(request.id);
        expect(await world.b.lease(request.id)).to.equal(undefined);
        expect(await world.a.lease(request.id)).to.equal(undefined);
        await lease.release();
        const next = await leased(request.id, world.b);
        expect(await world.a.lease(request.id)).to.equal(undefined);
        await next.release();
      });

      it("gives different requests to different workers", async () => {
        const [one, two] = [await opened(), await opened()];
        const leases = [await leased(one.id), await leased(two.id, world.b)];
        await world.a.append(leases[0]!, callsEntry(1));
        await world.b.append(leases[1]!, callsEntry(2));
        expect(await world.b.entries(one.id)).to.deep.equal([callsEntry(1)]);
        expect(await world.a.entries(two.id)).to.deep.equal([callsEntry(2)]);
      });

      it("writes nothing for a lease that was released, twice or by another name", async () => {
        const request = await opened();
        const lease = await leased(request.id);
        await lease.release();
        await lease.release();
        await refusal("REQUEST_BUSY", () => world.a.append(lease, callsEntry(1)));
        await refusal("REQUEST_BUSY", () => world.a.append({ ...lease }, callsEntry(1)));
        expect(await world.b.entries(request.id)).to.deep.equal([]);
      });

      it("does not take a lease from its next holder when the first releases late", async () => {
        const request = await opened();
        const first = await leased(request.id);
        await world.expire(request.id);
        const second = await leased(request.id, world.b);
        await first.release();
        await world.b.append(second, callsEntry(1));
        expect(await world.a.lease(request.id)).to.equal(undefined);
      });

      it("P6: refuses a worker whose lease has passed to another, and tells it so", async () => {
        const request = await opened();
        const first = await leased(request.id);
        await world.a.append(first, callsEntry(1));
        await world.expire(request.id);
        const second = await leased(request.id, world.b);
        await world.b.append(second, callsEntry(2));
        await refusal("REQUEST_BUSY", () => world.a.append(first, endedEntry("complete")));
        expect(first.lost.aborted).to.equal(true);
        expect(second.lost.aborted).to.equal(false);
        expect(await world.a.entries(request.id)).to.deep.equal([callsEntry(1), callsEntry(2)]);
        expect((await world.a.find(request.id))?.state).to.equal("running");
      });

      it("P6: refuses the old lease of the same worker too", async () => {
        const request = await opened();
        const first = await leased(request.id);
        await world.expire(request.id);
        const second = await leased(request.id);
        await refusal("REQUEST_BUSY", () => world.a.append(first, callsEntry(1)));
        await world.a.append(second, callsEntry(2));
        expect(await world.a.entries(request.id)).to.deep.equal([callsEntry(2)]);
      });
    });

    describe("cancelling", () => {
      it("needs no lease and is seen by the worker that holds it", async () => {
        const request = await opened();
        const lease = await leased(request.id);
        expect(await world.a.cancelRequested(request.id)).to.equal(false);
        expect(await world.b.requestCancel(request.id)).to.equal(true);
        expect(await world.a.cancelRequested(request.id)).to.equal(true);
        await world.a.append(lease, callsEntry(1));
        expect(await world.a.cancelRequested(request.id)).to.equal(true);
      });

      it("is refused for a request that has ended, and not for one that waits for a human", async () => {
        const [ended, waiting] = [await opened(), await opened()];
        await world.a.append(await leased(ended.id), endedEntry("complete"));
        await world.a.append(await leased(waiting.id), endedEntry("needs_attention"));
        expect(await world.b.requestCancel(ended.id)).to.equal(false);
        expect(await world.b.cancelRequested(ended.id)).to.equal(false);
        expect(await world.b.requestCancel(waiting.id)).to.equal(true);
      });

      it("is forgotten once the request has ended, whichever way, and not before", async () => {
        const request = await opened();
        const lease = await leased(request.id);
        await world.b.requestCancel(request.id);
        await world.a.append(lease, endedEntry("parked"));
        expect(await world.a.cancelRequested(request.id)).to.equal(true);
        await world.a.append(lease, endedEntry("verified"));
        expect(await world.b.cancelRequested(request.id)).to.equal(false);
      });
    });
  });
}
