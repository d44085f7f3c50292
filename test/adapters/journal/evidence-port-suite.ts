import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalJson } from "../../../core/canonical-json.js";
import { faultOf } from "../../../core/evidence.js";
import { recordText, subjectText, UNLINKABLE } from "../../../core/evidence-facts.js";
import type { Host } from "../../../core/host-ports.js";
import { isSignedBy } from "../../../adapters/evidence/ed25519.js";
import { refusal } from "./refusal.js";
import { callsEntry, email, endedEntry, intentEntry, keyDestroyedEntry, lookedAgainEntry, sampleRequest } from "./samples.js";

type Part = Pick<Host, "journal" | "evidence" | "signer">;

/** What every journal writes as evidence, whatever it is made of; opened by two workers. */
export function describeEvidence(name: string, open: () => Promise<{ readonly a: Part; readonly b: Part; close(): void | Promise<void> }>): void {
  describe(`${name} keeps the port of evidence`, () => {
    let world: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
    const started = async (id: string) => {
      const { journal } = world.a;
      const request = await journal.open(sampleRequest({ id }), [email()]);
      const lease = (await journal.lease(id)) ?? expect.fail("no lease");
      return { request, lease, append: (entry: Parameters<typeof journal.append>[1]) => journal.append(lease, entry) };
    };

    it("has one record for the request and one for each entry, chained, at any moment", async () => {
      const { append } = await started("r");
      const entries = [intentEntry("1"), callsEntry(1), endedEntry("parked"), intentEntry("2"), endedEntry("verified")];
      for (const [index, entry] of [undefined, ...entries].entries()) {
        if (entry !== undefined) await append(entry);
        const { records } = await world.b.evidence.read("r");
        expect(records.map(({ fact }) => fact.kind)).to.deep.equal(["opened", ...entries.slice(0, index).map(({ kind }) => kind)]);
        expect(records.map(({ request, seq }) => [request, seq])).to.deep.equal(records.map((_, n) => ["r", n + 1]));
        expect(records.map((record, n) => faultOf(sha256, records[n - 1], record)).filter((fault) => fault !== undefined)).to.deep.equal([]);
        expect(await world.b.evidence.last("r")).to.deep.equal(records.at(-1));
        const standing = records.findLast(({ fact }) => fact.kind !== "calls");
        expect((await world.b.evidence.tips()).get("r")).to.deep.equal({ last: records.at(-1), standing });
      }
    });

    it("signs a checkpoint at each end, with the key that it names", async () => {
      const { append } = await started("r");
      for (const entry of [endedEntry("parked"), callsEntry(1), endedEntry("verified")]) await append(entry);
      const { records, checkpoints } = await world.b.evidence.read("r");
      expect(checkpoints.map(({ count, head, at, reason, request }) => [count, head, at, reason, request])).to.deep.equal([2, 4].map((count) => [count, records[count - 1]!.hash, records[count - 1]!.at, "ended", "r"]));
      const { publicKey, fingerprint } = (await world.b.signer()).key();
      for (const { signature, ...claim } of checkpoints) {
        expect(claim.key).to.equal(fingerprint);
        expect(isSignedBy(publicKey, canonicalJson(claim), signature)).to.equal(true);
        expect(isSignedBy(publicKey, canonicalJson({ ...claim, count: 9 }), signature)).to.equal(false);
      }
    });

    it("has evidence of the standing request alone where one of the same reference stands", async () => {
      const context = { ...sampleRequest().context, reference: "T-1" };
      await world.a.journal.open(sampleRequest({ id: "r1", context }), [email()]);
      await world.b.journal.open(sampleRequest({ id: "r2", context }), [email()]);
      expect([...(await world.a.evidence.tips()).keys()]).to.deep.equal(["r1"]);
    });

    it("goes on after the key is destroyed, names nobody any more, and still tells where the request stands", async () => {
      const { append, lease } = await started("r");
      for (const entry of [intentEntry("77"), endedEntry("verified"), callsEntry(1)]) await append(entry);
      const before = (await world.a.evidence.read("r")).records;
      await world.a.journal.destroyKey(lease, keyDestroyedEntry());
      await append(intentEntry("77"));
      const { records, checkpoints } = await world.b.evidence.read("r");
      expect(records.slice(0, before.length)).to.deep.equal(before);
      expect(records.slice(before.length).map(({ fact }) => fact)).to.deep.equal([{ kind: "key_destroyed" }, { kind: "intent", attempt: 1, category: "contact", record: UNLINKABLE }]);
      expect(records.map((record, n) => faultOf(sha256, records[n - 1], record)).filter((fault) => fault !== undefined)).to.deep.equal([]);
      expect(checkpoints).to.have.length(1);
      expect(await world.b.evidence.pseudonym("r", recordText("77"))).to.equal(undefined);
      await started("s");
      expect((await world.a.evidence.tips()).get("s")).to.have.nested.property("standing.fact.kind", "opened");
    });

    it("tells where a request stands by the last record that changed it", async () => {
      const { append, lease } = await started("r");
      for (const entry of [intentEntry("77"), endedEntry("verified"), lookedAgainEntry(), callsEntry(1)]) await append(entry);
      await world.a.journal.destroyKey(lease, keyDestroyedEntry());
      const tip = (await world.b.evidence.tips()).get("r");
      expect([tip?.last.fact.kind, tip?.standing.fact.kind, tip?.standing.seq]).to.deep.equal(["key_destroyed", "ended", 3]);
    });

    it("names one record and one person the same throughout a request, and otherwise in another", async () => {
      for (const id of ["r1", "r2"]) {
        const { append } = await started(id);
        for (const entry of [intentEntry("77"), intentEntry("77"), intentEntry("78")]) await append(entry);
      }
      const names = async (id: string) => (await world.b.evidence.read(id)).records.map(({ fact }) => (fact.kind === "opened" ? fact.subject : fact.kind === "intent" ? fact.record : ""));
      const [one, two] = [await names("r1"), await names("r2")];
      expect(one[1]).to.equal(one[2]);
      expect(new Set([...one, ...two]).size).to.equal(6);
      for (const each of one) expect(each).to.match(/^[0-9a-f]{32}$/);
      expect(one.slice(0, 2)).to.deep.equal([await world.b.evidence.pseudonym("r1", subjectText("subject-key")), await world.b.evidence.pseudonym("r1", recordText("77"))]);
    });

    it("keeps rehearsals, which are no requests", async () => {
      const rehearsals = [{ at: "2026-01-15T09:00:00.000Z", connector: "memory", connection: "acme" }, { at: "2026-01-16T09:00:00.000Z", connector: "memory", connection: "beta" }];
      for (const each of rehearsals) await world.a.evidence.noteRehearsal(each);
      expect(await world.b.evidence.rehearsals()).to.deep.equal(rehearsals);
      expect((await world.b.evidence.tips()).size).to.equal(0);
    });

    it("knows no evidence of a request that there is not", async () => {
      for (const ask of [world.a.evidence.read, world.a.evidence.last, (id: string) => world.a.evidence.pseudonym(id, "x")]) await refusal("REQUEST_UNKNOWN", () => ask("nobody"));
    });
  });
}
