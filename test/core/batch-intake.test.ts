import { expect } from "chai";
import { createMemoryHost, type MemoryHost } from "../../adapters/in-memory/memory-host.js";
import { takeIn as takeInStored, type BatchTarget, type InputLine } from "../../core/batch-intake.js";
import { drawBatchPlan, type Batch } from "../../core/batch.js";
import { DsrError, type ErrorCode } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { RequestInput } from "../../core/intake.js";
import type { JournalEntry } from "../../core/journal.js";
import { at, ended, found } from "./journal-entries.js";
import { MANIFEST, sampleConnection } from "./sample-manifest.js";
import { rejectionOf } from "./thrown.js";

const BATCH: Batch = { id: "b1", type: "access", connection: "acme", openedAt: "2026-01-01T00:00:00.000Z", choices: {}, takenIn: false, sharedCalls: 0 };
const ask = (line: number, more: Partial<RequestInput> = {}): InputLine => ({ line, ...(more.reference === undefined ? {} : { reference: more.reference }), asked: { input: { identifier: Identifier.parse("email", `p${line}@example.test`), ...more } } });
async function* input(lines: readonly InputLine[]): AsyncIterable<InputLine> {
  yield* lines;
}

async function takeIn(host: MemoryHost, batch: Batch, target: BatchTarget, lines: AsyncIterable<InputLine>): Promise<Batch> {
  if ((await host.batches.find(batch.id)) === undefined) await host.batches.put(batch);
  return takeInStored(host, batch, target, lines);
}

describe("the lines of a batch", () => {
  let host: MemoryHost;
  let target: BatchTarget;

  beforeEach(async () => {
    host = createMemoryHost();
    target = { manifest: MANIFEST, connection: sampleConnection(), settings: { otherPeople: "withhold", notes: "include" } as BatchTarget["settings"] };
    await host.connections.put(target.connection, "token");
  });

  const stored = () => host.batches.lines(BATCH.id);
  const requests = () => host.journal.list({});

  it("become a request each, known by line and reference, and the batch is taken in", async () => {
    expect(await takeIn(host, BATCH, target, input([ask(1), ask(2, { reference: "B" })]))).to.deep.equal({ ...BATCH, takenIn: true });
    expect(await host.batches.find(BATCH.id)).to.deep.equal({ ...BATCH, takenIn: true });
    const lines = await stored();
    expect(lines.map(({ requestId: _, ...said }) => said)).to.deep.equal([{ line: 1 }, { line: 2, reference: "B" }]);
    expect((await requests()).map(({ id }) => id)).to.have.members(lines.map(({ requestId }) => requestId));
  });

  for (const count of [49, 50, 51, 100, 101]) {
    it(`are ${count} requests where they are ${count}`, async () => {
      await takeIn(host, BATCH, target, input(Array.from({ length: count }, (_, n) => ask(n + 1))));
      expect((await stored()).map(({ line }) => line)).to.deep.equal(Array.from({ length: count }, (_, n) => n + 1));
      expect(await requests()).to.have.length(count);
    });
  }

  it("are written 50 at a time, and nothing is written where there is none", async () => {
    const sizes: number[] = [];
    const counting = { ...host, batches: { ...host.batches, putLines: (id: string, lines: readonly object[]) => (sizes.push(lines.length), host.batches.putLines(id, lines as never)) } };
    await takeIn(counting, BATCH, target, input(Array.from({ length: 60 }, (_, n) => ask(n + 1))));
    expect(sizes.filter((size) => size > 0)).to.deep.equal([50, 10]);
    sizes.length = 0;
    await takeIn(counting, { ...BATCH, id: "b2" }, target, input([]));
    expect(sizes).to.deep.equal([]);
  });

  it("that are wrong are kept as such, and stop no other", async () => {
    const problem = { code: "IDENTIFIER_INVALID", at: "email", reason: "it is empty" } as const;
    await takeIn(host, BATCH, target, input([ask(1), { line: 2, reference: "B", asked: { problem } }, ask(3)]));
    expect((await stored())[1]).to.deep.equal({ line: 2, reference: "B", problem });
    expect(await requests()).to.have.length(2);
  });

  it("that are taken in again open no request again", async () => {
    await takeIn(host, BATCH, target, input([ask(1), ask(2)]));
    const before = await stored();
    await takeIn(host, BATCH, target, input([ask(1), ask(2), ask(3)]));
    expect((await stored()).slice(0, 2)).to.deep.equal(before);
    expect(await requests()).to.have.length(3);
  });

  it("of one reference are one request, and of one reference for two people the second is wrong", async () => {
    const identifier = Identifier.parse("email", "same@example.test");
    await takeIn(host, BATCH, target, input([ask(1, { reference: "A", identifier }), ask(2, { reference: "B" })]));
    await takeIn(host, { ...BATCH, id: "b2" }, target, input([ask(1, { reference: "A", identifier }), ask(2, { reference: "B", identifier })]));
    const [first, second] = await stored();
    const again = await host.batches.lines("b2");
    expect(again[0]).to.deep.equal(first);
    expect(again[1]).to.deep.include({ line: 2, reference: "B" }).and.not.have.property("requestId");
    expect(again[1]?.problem?.code).to.equal("IDEMPOTENCY_CONFLICT");
    expect(second).to.have.property("requestId");
    expect(await requests()).to.have.length(2);
  });

  /** A request whose package is written for that recipient, and how it went on. */
  const packagedFor = async (recipient: string, ...ends: readonly JournalEntry[]): Promise<void> => {
    await takeIn(host, { ...BATCH, recipient }, target, input([ask(1, { reference: "A" })]));
    const lease = await host.journal.lease((await stored())[0]!.requestId!);
    const receipt = { path: "/a", sha256: "ff", counts: {}, expiresAt: at(99) };
    for (const entry of [found(), { at: at(1), kind: "packaged", receipt } as const, ...ends]) await host.journal.append(lease!, entry);
    await lease!.release();
  };
  const problemOf = async (batch: Partial<Batch>): Promise<ErrorCode | undefined> => {
    await takeIn(host, { ...BATCH, ...batch }, target, input([ask(1, { reference: "A" })]));
    return (await host.batches.lines(batch.id!))[0]?.problem?.code;
  };

  for (const [what, ends] of [["has ended", [ended("complete", 2)]], ["has its package", []]] as const) {
    it(`stand for a request of before that ${what} as it was asked for: sealed for whom it was, whatever a host does otherwise, and for nobody else`, async () => {
      await packagedFor("age1x", ...ends);
      expect(await problemOf({ id: "b2" })).to.equal(undefined);
      expect(await problemOf({ id: "b3", defaults: { recipient: "age1y" } }), "by default").to.equal(undefined);
      expect(await problemOf({ id: "b4", recipient: "age1x" })).to.equal(undefined);
      expect(await problemOf({ id: "b5", recipient: "age1y" })).to.equal("IDEMPOTENCY_CONFLICT");
    });
  }

  it("are told by the request of their own kind where its journal was altered", async () => {
    const deletions = { ...BATCH, id: "b2", type: "deletion" } as const;
    for (const batch of [BATCH, deletions]) await takeIn(host, batch, target, input([ask(1, { reference: "A" })]));
    const [[access], [deletion]] = [await stored(), await host.batches.lines("b2")];
    for (const [batch, standing] of [[BATCH, access], [deletions, deletion]] as const) {
      const again = { ...batch, id: `again ${batch.id}` };
      await takeIn(refusing(new DsrError("INTEGRITY")), again, target, input([ask(1, { reference: "A" })]));
      expect(await host.batches.lines(again.id)).to.deep.equal([{ line: 1, reference: "A", requestId: standing!.requestId, problem: { code: "INTEGRITY" } }]);
    }
  });

  const refusing = (error: Error): MemoryHost => ({ ...host, journal: { ...host.journal, open: () => Promise.reject(error) } as MemoryHost["journal"] });

  it("that alone are wrong are told from what would be wrong with the next one, too", async () => {
    for (const code of ["IDENTIFIER_INVALID", "REQUEST_INVALID", "IDEMPOTENCY_CONFLICT", "UNSUPPORTED_REQUEST"] as const) {
      const batch = { ...BATCH, id: code };
      await takeIn(refusing(new DsrError(code, { at: "there", reason: "for that" })), batch, target, input([ask(1)]));
      expect(await host.batches.lines(code)).to.deep.equal([{ line: 1, problem: { code, at: "there", reason: "for that" } }]);
      await takeIn(refusing(new DsrError(code)), { ...batch, id: `bare ${code}` }, target, input([ask(1)]));
      expect(await host.batches.lines(`bare ${code}`)).to.deep.equal([{ line: 1, problem: { code } }]);
    }
    for (const error of [new DsrError("STORAGE_FAILED"), new Error("broken")]) {
      const thrown = (await rejectionOf(takeIn(refusing(error), { ...BATCH, id: "b3" }, target, input([ask(1)])))) as Error & { readonly code?: ErrorCode };
      expect(thrown).to.equal(error);
    }
    expect((await host.batches.find("b3"))?.takenIn).to.equal(false);
  });
});

describe("the plan of a batch", () => {
  const { digest } = createMemoryHost();
  const planned = (line: number, records: readonly string[], expiresAt: string) => ({ line, requestId: `r${line}`, planId: `r${line}-p`, records, expiresAt });
  const two = [planned(1, ["person a", "person b"], "2026-01-03"), planned(2, ["person b"], "2026-01-02")];

  it("is none where nothing would be deleted", () => {
    expect(drawBatchPlan(digest, BATCH, [])).to.equal(undefined);
  });

  it("counts each record once, and expires with the first of the lines' plans", () => {
    const plan = drawBatchPlan(digest, BATCH, two);
    expect(plan?.expiresAt).to.equal("2026-01-02");
    expect(plan?.hash).to.match(/^[0-9a-f]{64}$/);
    expect(plan?.confirm).to.equal(`delete-2-${plan?.hash.slice(0, 8)}`);
    expect(plan?.id).to.equal(`b1-${plan?.hash.slice(0, 6)}`);
  });

  it("is another one for another batch, connection, line, request, plan or number of records", () => {
    const hashOf = (batch: Pick<Batch, "id" | "connection">, lines: Parameters<typeof drawBatchPlan>[2]) => drawBatchPlan(digest, batch, lines)?.hash;
    const [first, second] = two;
    const others = [
      hashOf({ ...BATCH, id: "b2" }, two),
      hashOf({ ...BATCH, connection: "other" }, two),
      hashOf(BATCH, [{ ...first!, line: 9 }, second!]),
      hashOf(BATCH, [{ ...first!, requestId: "r9" }, second!]),
      hashOf(BATCH, [{ ...first!, planId: "p9" }, second!]),
      hashOf(BATCH, [{ ...first!, records: ["person a"] }, second!]),
      hashOf(BATCH, [first!]),
    ];
    expect(new Set([hashOf(BATCH, two), ...others]).size).to.equal(8);
    expect(hashOf(BATCH, two)).to.equal(hashOf({ ...BATCH }, [...two]));
  });
});
