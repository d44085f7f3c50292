import { expect } from "chai";
import { createMemoryHost } from "../../adapters/in-memory/memory-host.js";
import { DEFAULT_SETTINGS, DsrError, rehearse, type CollectedPage, type CollectInput, type ErrorCode, type Identifier, type RehearsalReport, type RequestExecutorPort } from "../../core/index.js";
import { sampleConnection, sampleSession } from "./sample-manifest.js";
import { match } from "./scripted-vendor.js";
import { rejectionOf } from "./thrown.js";

const fail = (code: ErrorCode): never => {
  throw new DsrError(code);
};
const page = (...ids: readonly string[]): CollectedPage => ({ records: ids.map((id) => ({ category: "person", id, data: {}, provenance: { endpoint: "", apiVersion: "1", at: "" } })), gaps: [], checkpoint: "" });

describe("a rehearsal with a made-up person", () => {
  let host: ReturnType<typeof createMemoryHost>;
  let made: Identifier[];
  let asked: CollectInput[];
  let calls: string[];
  let pages: readonly CollectedPage[];
  let erase: () => Awaited<ReturnType<RequestExecutorPort["erase"]>>;
  let looks: (() => "present" | "absent")[];
  let create: () => string;

  beforeEach(() => {
    host = createMemoryHost();
    [made, asked, calls, pages, looks] = [[], [], [], [page("other"), page("one", "new", "two"), page("more")], [() => "absent"]];
    erase = () => ({ answer: "deleted" });
    create = () => "new";
  });

  const executor: RequestExecutorPort = {
    collect: async function* (input) {
      asked.push(input);
      for (const each of pages) {
        calls.push("page");
        yield each;
      }
    },
    planDeletion: () => fail("INTERNAL"),
    erase: async ({ category, id }) => (calls.push(`erase ${category} ${id}`), erase()),
    look: async ({ category, id }) => (calls.push(`look ${category} ${id}`), { answer: (looks.length > 1 ? looks.shift() : looks[0])!() }),
  };
  const session = sampleSession({ connection: sampleConnection({ categories: ["people", "chats"] }), executor });
  const run = (signal?: AbortSignal): Promise<RehearsalReport> => rehearse(host, session, { create: async (identifier) => (made.push(identifier), match(create(), { kind: "user" })) }, signal);
  const steps = ({ steps: all }: RehearsalReport) => all.map(({ step, ok, code }) => `${step} ${ok ? "ok" : (code ?? "failed")}`);

  it("makes, reads, deletes and looks, and leaves nothing behind", async () => {
    const report = await run();
    expect(report).to.deep.equal({ ok: true, id: "new", leftBehind: false, steps: ["create", "access", "delete", "look"].map((step) => ({ step, ok: true })) });
    expect(calls, "no page is read once the record was seen").to.deep.equal(["page", "page", "erase person new", "look person new"]);
    expect(asked).to.deep.equal([{ matches: [{ id: "new", kind: "user" }], identifiers: made, categories: ["people", "chats"], settings: DEFAULT_SETTINGS, checkpoint: undefined }]);
  });

  it("makes up another address each time, which is nobody's", async () => {
    await run();
    await run();
    const addresses = made.map((each) => each.reveal());
    expect(new Set(addresses).size).to.equal(2);
    for (const address of addresses) expect(address).to.match(/^rehearsal-[a-z0-9]+@example\.com$/);
  });

  it("goes on after a step that failed, so that nothing is left behind, and says which", async () => {
    pages = [page("other")];
    const unread = await run();
    expect([unread.ok, steps(unread), unread.leftBehind]).to.deep.equal([false, ["create ok", "access failed", "delete ok", "look ok"], false]);
    looks = [() => "present"];
    erase = () => fail("SCOPE_MISSING");
    const undeleted = await run();
    expect([undeleted.ok, steps(undeleted), undeleted.leftBehind]).to.deep.equal([false, ["create ok", "access failed", "delete SCOPE_MISSING", "look failed"], true]);
  });

  it("takes a deletion that takes its time for one, and another answer for none", async () => {
    erase = () => ({ answer: "accepted", reference: "job" });
    expect(steps(await run())[2]).to.equal("delete ok");
    for (const answer of ["not_deleted", "absent"] as const) {
      erase = () => ({ answer });
      expect(steps(await run())[2], answer).to.equal("delete failed");
    }
  });

  it("looks as often as a run waits for, as far apart, and stops as soon as the record is gone", async () => {
    looks = [() => "present"];
    const began = host.clock.now();
    const stays = await run();
    expect([steps(stays)[3], stays.leftBehind, calls.filter((call) => call.startsWith("look")).length, host.clock.now() - began]).to.deep.equal(["look failed", true, 3, 35_000]);
    calls.length = 0;
    looks = [() => "present", () => "absent"];
    const gone = await run();
    expect([gone.ok, calls.filter((call) => call.startsWith("look")).length]).to.deep.equal([true, 2]);
  });

  it("may have left a record behind where nobody can look", async () => {
    looks = [() => fail("VENDOR_UNAVAILABLE")];
    const blind = await run();
    expect([blind.ok, steps(blind)[3], blind.leftBehind]).to.deep.equal([false, "look VENDOR_UNAVAILABLE", true]);
  });

  it("ends where no record could be made, and has left one behind only where the vendor may have made it", async () => {
    for (const [code, leftBehind] of [["SCOPE_MISSING", false], ["VENDOR_REJECTED", false], ["OUTCOME_UNKNOWN", true], ["VENDOR_MALFORMED", true]] as const) {
      create = () => fail(code);
      const report = await run();
      expect(report).to.deep.equal({ ok: false, id: "", steps: [{ step: "create", ok: false, code }], leftBehind });
    }
    expect(calls).to.deep.equal([]);
  });

  it("ends while it waits when it is interrupted, and says that the record may be there", async () => {
    looks = [() => "present"];
    const interruption = new AbortController();
    const { look } = executor;
    Object.assign(executor, { look: async (...args: Parameters<typeof look>) => (interruption.abort(), look(...args)) });
    const report = await run(interruption.signal);
    Object.assign(executor, { look });
    expect([steps(report)[3], report.leftBehind]).to.deep.equal(["look INTERRUPTED", true]);
  });

  it("hides no mistake of a program behind a step", async () => {
    create = () => {
      throw new TypeError("a mistake");
    };
    expect(await rejectionOf(run())).to.be.instanceOf(TypeError);
  });

  it("is refused where the connector cannot make a record, before anything is called", async () => {
    expect(await rejectionOf(rehearse(host, session, undefined))).to.deep.include({ code: "UNSUPPORTED_REQUEST", facts: { at: "rehearsal", reason: "the connector cannot make a record" } });
    expect(calls).to.deep.equal([]);
  });
});
