import { expect } from "chai";
import { createMemoryHost } from "../../../adapters/in-memory/memory-host.js";
import { createSeededRandom } from "../../../adapters/in-memory/seeded-random.js";
import { refusal } from "../journal/refusal.js";
import { callsEntry, email, sampleConnection, sampleRequest } from "../journal/samples.js";
import { HARD_VALUES, noFiles, sampleHeader, samplePage, sampleRecord, stream } from "../packages/samples.js";

describe("the in-memory host", () => {
  it("leaves to the next process what was durable, and frees the leases of a crashed one", async () => {
    const first = createMemoryHost();
    await first.journal.open(sampleRequest({ id: "r" }), [email()]);
    await first.connections.put(sampleConnection(), "token");
    await first.staging.put("r", 1, samplePage([]));
    const lease = await first.journal.lease("r");
    await first.journal.append(lease!, callsEntry(1));
    const second = createMemoryHost({ state: first.state, clock: first.clock });
    expect(await second.journal.lease("r")).to.equal(undefined);
    first.crash();
    const next = await second.journal.lease("r");
    await second.journal.append(next!, callsEntry(2));
    expect(await second.journal.entries("r")).to.deep.equal([callsEntry(1), callsEntry(2)]);
    expect(await second.connections.credential("acme")).to.equal("token");
    await second.staging.read("r", 1)[Symbol.asyncIterator]().next();
  });

  it("lets a crashed process do nothing more, whatever it still tries", async () => {
    const host = createMemoryHost();
    const request = await host.journal.open(sampleRequest(), [email()]);
    const lease = await host.journal.lease(request.id);
    host.crash();
    const attempts = [
      () => host.journal.append(lease!, callsEntry(1)),
      () => host.journal.find(request.id),
      () => lease!.release(),
      () => host.connections.put(sampleConnection(), "token"),
      () => host.connections.change("acme", (now) => now),
      () => host.staging.put("r", 1, samplePage([])),
      () => host.packages.write(sampleHeader(), stream(), noFiles),
      () => host.oauthStates.issue("s", "b", 1),
    ];
    for (const attempt of attempts) await refusal("INTERRUPTED", attempt);
    const next = createMemoryHost({ state: host.state });
    expect(await next.journal.entries(request.id)).to.deep.equal([]);
    expect(await next.connections.list()).to.deep.equal([]);
    expect(next.packageOf("r1")).to.equal(undefined);
  });

  it("lets a crashed process hear nothing more, whatever becomes of its leases", async () => {
    const host = createMemoryHost();
    const next = createMemoryHost({ state: host.state });
    const request = await host.journal.open(sampleRequest(), [email()]);
    const lease = await host.journal.lease(request.id);
    host.crash();
    next.expireLease(request.id);
    await next.journal.lease(request.id);
    expect(lease!.lost.aborted).to.equal(false);
  });

  it("can be crashed, or made to fail, on either side of any operation", async () => {
    for (const [moment, entries] of [["before", []], ["after", [callsEntry(1)]]] as const) {
      const host = createMemoryHost({ watch: { [moment]: (operation: string) => (operation === "journal.append" ? host.crash() : undefined) } });
      const request = await host.journal.open(sampleRequest(), [email()]);
      const lease = await host.journal.lease(request.id);
      await refusal("INTERRUPTED", () => host.journal.append(lease!, callsEntry(1)));
      expect(await createMemoryHost({ state: host.state }).journal.entries(request.id), moment).to.deep.equal(entries);
    }
  });

  it("shares nothing by reference between writers and readers", async () => {
    const host = createMemoryHost();
    const connection = { ...sampleConnection(), categories: ["contacts"] };
    await host.connections.put(connection, "token");
    connection.categories.push("notes");
    const found = (await host.connections.get("acme"))?.categories as string[];
    expect(found).to.deep.equal(["contacts"]);
    found.push("tags");
    expect((await host.connections.get("acme"))?.categories).to.deep.equal(["contacts"]);
  });

  it("keeps a package as objects: records once and exactly, with counts, gaps and expiry", async () => {
    const host = createMemoryHost();
    const gap = { category: "notes", code: "GONE" };
    const hard = HARD_VALUES.map((value, index) => sampleRecord("notes", String(index), value));
    const receipt = await host.packages.write(sampleHeader(), stream(samplePage([sampleRecord("contacts", "1"), ...hard]), samplePage([sampleRecord("contacts", "1", "again")], [gap])), noFiles);
    expect(receipt.counts).to.deep.equal({ contacts: 1, notes: HARD_VALUES.length });
    expect(Date.parse(receipt.expiresAt) - host.clock.now()).to.equal(5 * 86_400_000);
    const kept = host.packageOf("r1");
    expect(JSON.stringify(kept?.records)).to.equal(JSON.stringify({ contacts: [sampleRecord("contacts", "1")], notes: hard }));
    expect(kept?.manifest).to.deep.include({ gaps: [gap], counts: receipt.counts, summary: sampleHeader().summary });
    await refusal("INTERNAL", () => host.packages.write(sampleHeader(), stream(samplePage([sampleRecord("../x", "1")])), noFiles));
  });

  it("is the same again for the same seed, and makes no id twice", () => {
    const ids = (seed: number) => Array.from({ length: 1_000 }, createSeededRandom(seed).id);
    expect(ids(1)).to.deep.equal(ids(1));
    expect(new Set([...ids(1), ...ids(2)]).size).to.equal(2_000);
    for (const id of ids(3)) expect(id).to.match(/^[a-z0-9]{20}$/);
    const random = createSeededRandom(4);
    const fractions = Array.from({ length: 1_000 }, () => random.fraction());
    expect(Math.min(...fractions)).to.be.within(0, 0.05);
    expect(Math.max(...fractions)).to.be.within(0.95, 1).and.not.equal(1);
    const host = createMemoryHost();
    expect(createMemoryHost({ state: host.state }).random.id()).not.to.equal(host.random.id());
  });
});
