import { expect } from "chai";
import { batchResultOf, canGoOn, plannedTargets, type BatchResult, type LineResult, type LineVerdict } from "../../core/batch-result.js";
import type { Batch, BatchLine } from "../../core/batch.js";
import type { ErrorCode } from "../../core/errors.js";
import type { RequestState } from "../../core/request.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";

const BATCH: Batch = { id: "b1", type: "deletion", connection: "acme", openedAt: "2026-01-01T00:00:00.000Z", choices: {}, takenIn: true, sharedCalls: 7 };
const PLAN = { id: "b1-abc", confirm: "delete-2-abc", hash: "abc", expiresAt: "2026-01-02T00:00:00.000Z" };

const head = (id: string, outcome: RequestState, code?: ErrorCode): object => ({
  request: { id, ref: `ref of ${id}`, type: "deletion", connector: "memory", connection: "acme", vendorsOwn: true },
  outcome,
  ...(code === undefined ? {} : { attention: { code } }),
  matches: [],
  gaps: [],
  searched: [],
  notCovered: [],
  teammate: false,
  apiCalls: 2,
});
const targetsOf = (outcomes: Readonly<Record<string, string>>): object[] => Object.entries(outcomes).map(([id, outcome]) => ({ category: "person", id, outcome }));
const deletion = (outcome: RequestState, { id = "r1", code, ...more }: { readonly id?: string; readonly code?: ErrorCode; readonly [key: string]: unknown } = {}): RequestResult =>
  ({ ...head(id, outcome, code), plan: null, targets: [], ...more }) as unknown as DeletionResult;
const access = (outcome: RequestState, more: object = {}): RequestResult => ({ ...head("r1", outcome), package: null, ...more }) as unknown as AccessResult;
const line = (result?: RequestResult, more: Partial<BatchLine> = {}, subjectKey = "ada"): LineResult => ({ line: { line: 1, ...(result === undefined ? {} : { requestId: result.request.id }), ...more }, ...(result === undefined ? {} : { result, subjectKey }) });
const told = (lines: readonly LineResult[], batch: Partial<Batch> = {}, stopped?: { readonly code: ErrorCode }): BatchResult => batchResultOf({ ...BATCH, ...batch }, lines, stopped);

describe("what became of a batch", () => {
  const verdicts: readonly (readonly [string, RequestResult, LineVerdict])[] = [
    ["a plan", deletion("planned"), "delete"],
    ["nobody found", deletion("nothing_found"), "nothing"],
    ["an access that is complete", access("complete"), "done"],
    ["an access with gaps", access("complete_with_gaps"), "done"],
    ["a deletion that was verified", deletion("verified"), "done"],
    ["a deletion of which a part is gone", deletion("partial"), "attention"],
    ["a deletion of which a part is still there after every look", deletion("partial", { code: "STILL_PRESENT" }), "attention"],
    ["a deletion of which a part is gone when the token was revoked", deletion("partial", { code: "AUTH_REJECTED" }), "waiting"],
    ["a deletion of which a part is gone when the vendor answered nonsense", deletion("partial", { code: "VENDOR_MALFORMED" }), "waiting"],
    ["one that lacks a permission", deletion("needs_attention", { code: "SCOPE_MISSING" }), "waiting"],
    ["one whose vendor was away for too long", deletion("needs_attention", { code: "VENDOR_UNAVAILABLE" }), "waiting"],
    ["one that the vendor refuses", deletion("needs_attention", { code: "VENDOR_REJECTED" }), "attention"],
    ["one that was cancelled", deletion("cancelled"), "done"],
    ["one of which nothing was asked yet", deletion("running"), "not_begun"],
    ["one that was begun", deletion("running", { searched: [{ identifier: "email", where: "people/search", at: "" }] }), "waiting"],
    ["one that is parked", deletion("parked"), "waiting"],
    ["one whose looks are to come", deletion("awaiting_verification"), "waiting"],
    ["one that is held", deletion("refused", { code: "HELD" }), "held"],
    ["one that was refused for another reason", deletion("refused", { code: "CHOICE_INVALID" }), "attention"],
    ["one that was refused without a reason", deletion("refused"), "attention"],
    ["two people of one address", deletion("needs_attention", { code: "AMBIGUOUS_SUBJECT" }), "choose"],
    ["somebody who works for the account", deletion("needs_attention", { code: "AMBIGUOUS_SUBJECT", teammate: true }), "teammate"],
    ["nothing that is to be deleted", deletion("needs_attention", { code: "NOTHING_TO_DELETE" }), "nothing"],
    ["one that a human has to look at", deletion("needs_attention", { code: "STILL_PRESENT" }), "attention"],
    ["one that a human has to look at, nobody knows why", deletion("needs_attention"), "attention"],
  ];
  for (const [what, result, verdict] of verdicts) {
    it(`is ${verdict} of ${what}`, () => {
      const { rows, totals } = told([line(result)]);
      expect(rows[0]).to.deep.include({ verdict, outcome: result.outcome, code: result.attention?.code ?? null });
      expect(totals.verdicts).to.deep.equal({ delete: 0, nothing: 0, choose: 0, held: 0, teammate: 0, invalid: 0, done: 0, waiting: 0, attention: 0, not_begun: 0, [verdict]: 1 });
      expect(totals.outcomes).to.deep.equal({ [result.outcome]: 1 });
    });
  }

  it("is said of a line that is no request with what is wrong with it, and of one that could not be worked on with why", () => {
    const invalid = told([line(undefined, { line: 4, reference: "A", problem: { code: "IDENTIFIER_INVALID", at: "email", reason: "it is empty" } })]);
    expect(invalid.rows).to.deep.equal([
      { line: 4, reference: "A", requestId: null, verdict: "invalid", outcome: null, code: "IDENTIFIER_INVALID", at: "email", reason: "it is empty", found: 0, planned: 0, deleted: 0, alreadyAbsent: 0, notDeleted: 0, open: 0, gaps: 0, dropped: 0, package: null },
    ]);
    expect(invalid.totals).to.deep.include({ lines: 1, people: 0, records: 0, outcomes: {} });
    for (const [code, verdict] of [["REQUEST_BUSY", "waiting"], ["PLAN_STALE", "attention"]] as const) {
      expect(told([line(deletion("planned"), { problem: { code } })], { confirmedAt: "2026-01-01T00:00:00.000Z" }).rows[0]).to.include({ verdict, code, at: null, reason: null, reference: "ref of r1", requestId: "r1" });
    }
    expect(told([line(undefined, { requestId: "r9", problem: { code: "INTEGRITY" } })]).rows[0], "its request cannot be read").to.include({ requestId: "r9", code: "INTEGRITY", verdict: "attention", outcome: null });
    expect(told([line(undefined, { requestId: "reserved" })]).rows[0], "reserved, and not opened yet").to.include({ requestId: null, code: null, verdict: "not_begun" });
    expect(told([line(undefined)]).rows[0]).to.include({ reference: null, code: null, verdict: "invalid" });
  });

  it("is not said to be waited for, or to stand in the way, once the line's request came further without its batch", () => {
    const carried = { confirmedAt: "2026-01-01T00:00:00.000Z" };
    const rowOf = (result: RequestResult, code: ErrorCode, batch: Partial<Batch>) => {
      const { rows, outcome } = told([line(result, { problem: { code } })], batch);
      return [rows[0]?.verdict, rows[0]?.code, outcome];
    };
    for (const code of ["REQUEST_BUSY", "ACCESS_FIRST", "PLAN_STALE"] as const) expect(rowOf(deletion("verified"), code, carried), code).to.deep.equal(["done", null, "finished"]);
    expect(rowOf(deletion("refused", { code: "HELD" }), "REQUEST_BUSY", carried)).to.deep.equal(["held", "HELD", "finished"]);
    expect(rowOf(deletion("needs_attention", { code: "PLAN_STALE" }), "REQUEST_BUSY", carried)).to.deep.equal(["attention", "PLAN_STALE", "finished"]);
    expect(rowOf(deletion("needs_attention", { code: "PLAN_STALE" }), "ACCESS_FIRST", carried)).to.deep.equal(["attention", "ACCESS_FIRST", "finished"]);
    expect(rowOf(deletion("planned"), "REQUEST_BUSY", {}), "planned by somebody else, which is all that a dry run is for").to.deep.equal(["delete", null, "planned"]);
    expect(rowOf(deletion("running"), "REQUEST_BUSY", {})).to.deep.equal(["waiting", "REQUEST_BUSY", "waiting"]);
  });

  it("tells by its lines' requests whether they were at the vendor's own, where it was begun by a version that did not say", () => {
    const [own, other] = [deletion("verified"), deletion("verified", { id: "r2", request: { id: "r2", ref: null, type: "deletion", connector: "memory", connection: "acme", vendorsOwn: false } })];
    const isOwn = (lines: readonly LineResult[], account?: Batch["account"]) => told(lines, account === undefined ? {} : { account }).batch.vendorsOwn;
    expect([isOwn([line(own)]), isOwn([line(own), line(other)]), isOwn([])]).to.deep.equal([true, false, false]);
    expect([isOwn([line(other)], { workspace: "w", vendorsOwn: true }), isOwn([line(own)], { workspace: "w", vendorsOwn: false })]).to.deep.equal([true, false]);
  });

  it("counts what was found, planned, deleted, absent, left and open, each by itself", () => {
    const result = deletion("partial", { matches: [{}, {}, {}, {}, {}, {}, {}], targets: targetsOf({ a: "deleted", b: "deleted", c: "deleted", d: "already_absent", e: "already_absent", f: "not_deleted", g: "unknown" }) });
    expect(told([line(result)]).rows[0]).to.include({ found: 7, planned: 7, deleted: 3, alreadyAbsent: 2, notDeleted: 1, open: 1, gaps: 0, package: null });
    const read = access("complete_with_gaps", { matches: [{}], gaps: [{}, {}], package: { path: "/there" } });
    expect(told([line(read)]).rows[0]).to.include({ found: 1, planned: 0, deleted: 0, gaps: 2, package: "/there" });
  });

  it("counts a person, a record and the calls of a request once, however many lines name them", () => {
    const first = deletion("planned", { id: "r1", plan: { targets: targetsOf({ a: "", b: "" }) } });
    const second = deletion("planned", { id: "r2", plan: { targets: targetsOf({ b: "", c: "" }) } });
    const { totals, apiCalls } = told([line(first), line(first, { line: 2 }), line(second, { line: 3 }), line(undefined, { line: 4 })]);
    expect(totals).to.include({ lines: 4, people: 1, records: 3 });
    expect(apiCalls).to.equal(7 + 2 + 2);
    expect(told([line(first), line(second, {}, "bob")]).totals.people).to.equal(2);
  });

  it("counts what became of a request in its first row alone, and says of the others which that is", () => {
    const { rows } = told([line(deletion("verified", { targets: targetsOf({ a: "deleted" }) })), line(deletion("verified", { targets: targetsOf({ a: "deleted" }) }), { line: 2 })]);
    expect(rows.map(({ planned, deleted, verdict, reason }) => [planned, deleted, verdict, reason])).to.deep.equal([[1, 1, "done", null], [0, 0, "done", "the same request as line 1"]]);
  });

  it("names records by category and id: those of the end where there is one, else those of the plan", () => {
    expect(plannedTargets(deletion("planned", { plan: { targets: targetsOf({ a: "" }) } }))).to.deep.equal(["person a"]);
    expect(plannedTargets(deletion("verified", { plan: { targets: targetsOf({ a: "" }) }, targets: targetsOf({ a: "deleted", b: "deleted" }) }))).to.deep.equal(["person a", "person b"]);
    expect([plannedTargets(deletion("running")), plannedTargets(access("complete"))]).to.deep.equal([[], []]);
  });

  it("tells once what was not looked at for some of its lines, and leaves to a request what is so of its person alone", () => {
    const teammates = { category: "teammates", scope: "Read team", reason: "not granted" };
    const orders = { category: "orders", scope: "Read orders", reason: "not readable here" };
    const lines = [line(deletion("planned", { notCovered: [teammates] })), line(deletion("planned", { id: "r2", notCovered: [teammates, orders, { category: "events", reason: "nothing leads there" }] })), line(deletion("running", { id: "r3" }))];
    expect(told(lines).notCovered).to.deep.equal([teammates, orders]);
    const notSelected = { ...teammates, reason: "not selected" };
    expect(told([...lines, line(deletion("planned", { id: "r4", notCovered: [notSelected] }))]).notCovered, "for another reason").to.deep.equal([teammates, orders, notSelected]);
    expect(told([]).notCovered).to.deep.equal([]);
  });

  it("is planned, waiting, finished or stopped", () => {
    const planned = line(deletion("planned"));
    const [parked, done] = [line(deletion("parked")), line(deletion("verified"))];
    expect(told([planned]).outcome, "a dry run").to.equal("planned");
    expect(told([planned, parked]).outcome, "a dry run that is not over").to.equal("waiting");
    const confirmed = told([planned], { confirmedAt: "2026-01-01T00:00:00.000Z" });
    expect([confirmed.outcome, confirmed.rows[0]?.verdict, confirmed.totals.verdicts.delete], "confirmed, and not carried out").to.deep.equal(["waiting", "not_begun", 0]);
    expect(told([done], { confirmedAt: "2026-01-01T00:00:00.000Z" }).outcome).to.equal("finished");
    expect(told([done], { type: "access" }).outcome, "an access batch has no dry run").to.equal("finished");
    expect(told([done], { takenIn: false }).outcome, "the input was not read to its end").to.equal("waiting");
    const stopped = told([parked], {}, { code: "AUTH_REJECTED" });
    expect([stopped.outcome, stopped.stopped]).to.deep.equal(["stopped", { code: "AUTH_REJECTED" }]);
    expect(told([done])).to.not.have.property("stopped");
  });

  it("shows its plan without the hash, and what it is a batch of", () => {
    expect(told([]).plan).to.equal(null);
    expect(told([], { plan: PLAN }).plan).to.deep.equal({ id: PLAN.id, confirm: PLAN.confirm, expiresAt: PLAN.expiresAt });
    expect(told([], { account: { workspace: "w", vendorsOwn: true } }).batch).to.deep.equal({ id: "b1", type: "deletion", connection: "acme", vendorsOwn: true, openedAt: BATCH.openedAt, takenIn: true });
  });

  it("goes on with what waits and was not begun", () => {
    const goesOn = (): LineVerdict[] => (["delete", "nothing", "choose", "held", "teammate", "invalid", "done", "waiting", "attention", "not_begun"] as const).filter((verdict) => canGoOn(verdict));
    expect(goesOn()).to.deep.equal(["waiting", "not_begun"]);
  });
});
